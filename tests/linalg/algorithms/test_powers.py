"""Powers, exactly; the exponential by its laws and by matrices whose exponential is known."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.linalg.algorithms import LinAlgError, det, expm, inv, matrix_power, norm, trace
from tests import tables
from tests.strategies import UNIT_ROUNDOFF, matrices, seeds, sizes

squares = sizes.flatmap(lambda n: matrices(n, n))


@given(squares, st.integers(0, 9))
def test_a_power_is_the_product_written_out(a, n):
    product = tables.identity(len(a))
    for _ in range(n):
        product = product @ a
    assert matrix_power(a, n) == product


@given(squares, st.integers(-4, 4), st.integers(-4, 4))
def test_exponents_add_up(a, m, n):
    assume(det(a))
    assert matrix_power(a, m) @ matrix_power(a, n) == matrix_power(a, m + n)
    assert matrix_power(a, -1) == inv(a)


def test_powers_of_integers_are_integers():
    assert matrix_power(Matrix([[1, 1], [1, 0]]), 100)[0, 1] == 354224848179261915075


def accuracy(a):
    """Scaling and squaring is right to about n·u, times what the squarings magnify: up to ‖A‖₁ for a normal matrix."""
    return 60 * len(a) * UNIT_ROUNDOFF * max(1.0, float(norm(a, 1)))


@given(sizes, seeds, st.sampled_from([1e-3, 1.0, 5.0, 30.0]))
def test_laws_of_the_exponential(n, seed, size):
    a = tables.normal(n, n, rng=random.Random(seed))
    a = (a + a.T) * (size / (2 * norm(a)))  # normal, of a given size
    power, inverse = expm(a), expm(-a)
    bound = accuracy(a) * norm(power) * norm(inverse)
    assert norm(power @ inverse - tables.identity(n)) <= bound
    assert norm(power - power.T) <= accuracy(a) * norm(power)
    assert math.log(det(expm(a * (2 / size)))) == pytest.approx(trace(a) * 2 / size, abs=1e-12)


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=4))
def test_of_a_diagonal_matrix_it_is_that_of_the_entries(values):
    power = expm(tables.diagonal(values))
    expected = [math.exp(x) for x in values]
    assert norm(power - tables.diagonal(expected)) <= 60 * 20 * UNIT_ROUNDOFF * max(expected) * len(values)


@given(st.floats(-50, 50))
def test_of_a_skew_matrix_it_is_a_rotation(angle):
    power = expm(Matrix([[0.0, -angle], [angle, 0.0]]))
    expected = Matrix([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    assert power.allclose(expected, abs_tol=1e-13 * max(1.0, abs(angle)))


def test_of_a_nilpotent_matrix_it_is_a_polynomial():
    n = Matrix([[0.0, 1.0, 2.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]])
    assert expm(n).allclose(tables.identity(3) + n + n @ n / 2, rel_tol=1e-15, abs_tol=1e-15)


def test_where_the_series_cancels():
    """Moler and Van Loan, "Nineteen Dubious Ways" (1978), example 1: eigenvalues −1 and −17, and large terms."""
    power = expm(Matrix([[-49, 24], [-64, 31]]))
    a, b = math.exp(-1), math.exp(-17)
    expected = Matrix([[-2 * a + 3 * b, 1.5 * a - 1.5 * b], [-4 * a + 4 * b, 3 * a - 2 * b]])
    assert power.allclose(expected, rel_tol=1e-12)


def test_entries_of_any_size():
    assert expm(Matrix([[5e-324, 0], [1e-310, -1e-300]])).allclose(Matrix([[1.0, 0.0], [1e-310, 1.0]]), rel_tol=1e-12)
    assert expm(tables.diagonal([1.0, 700.0])).allclose(
        tables.diagonal([math.e, math.exp(700.0)]), rel_tol=60 * 2 * 700 * UNIT_ROUNDOFF
    )
    assert expm(Matrix([[-1e6]])) == Matrix([[0.0]])
    half = Matrix([[2.0**-600, 0.0], [0.0, 2.0**-300]])
    assert matrix_power(half, -1) == Matrix([[2.0**600, 0.0], [0.0, 2.0**300]])


def test_of_zero_it_is_the_identity():
    assert expm(tables.zeros(3, 3)) == tables.identity(3)
    assert expm(Matrix([[Fraction(0)]])).item() == 1.0


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: matrix_power(Matrix([[1, 2]]), 2), LinAlgError, "matrix_power needs a square Matrix, got 1×2"),
        (lambda: matrix_power(Matrix([[1]]), 0.5), TypeError, "matrix_power: the exponent is an int, got 0.5"),
        (lambda: matrix_power(Matrix([[1]]), True), TypeError, "matrix_power: the exponent is an int, got True"),
        (lambda: matrix_power(Matrix([[0]]), -1), LinAlgError, "matrix_power: .* the matrix is singular"),
        (lambda: matrix_power(Matrix([[1e200]]), 2), OverflowError, "matrix_power: the result is beyond"),
        (lambda: matrix_power(Matrix([[1.0, 0], [0, 1e200]]), 2), OverflowError, "matrix_power: the result is beyond"),
        (lambda: matrix_power(Matrix([[1e-310]]), -1), LinAlgError, "matrix_power: an entry of the result is beyond"),
        (lambda: expm(tables.diagonal([1.0, 800.0])), OverflowError, "expm: the result is beyond the largest float"),
        (lambda: expm(tables.diagonal([800.0, 1.0])), OverflowError, "expm: the result is beyond the largest float"),
        (lambda: expm(Matrix([[-1.7e308, 1.7e308], [1.7e308, -1.7e308]])), LinAlgError, "expm: .* leaves no digit"),
        (lambda: expm(Matrix([[0.0, -1e17], [1e17, 0.0]])), LinAlgError, "expm: .* leaves no digit"),
        (lambda: expm(Matrix([[1, 2]])), LinAlgError, "expm needs a square Matrix"),
        (lambda: expm(Matrix([[math.inf]])), LinAlgError, r"expm: entry \[0, 0\] is inf"),
        (lambda: expm(Matrix([[1000.0]])), OverflowError, "expm: the result is beyond the largest float"),
        (lambda: expm(Matrix([[1e200]])), OverflowError, "expm: the result is beyond the largest float"),
    ],
)
def test_what_has_no_power_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
