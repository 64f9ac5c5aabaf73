"""Jacobi's eigenvalues: A is V·Λ·Vᵀ again and V keeps lengths; known spectra; scales; what is refused."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.linalg.algorithms import jacobi
from backprop.linalg.algorithms.jacobi import rotation, tournament
from backprop.linalg.algorithms.norms import norm
from backprop.linalg.algorithms.symmetric import eigh
from backprop.linalg.algorithms.validation import LinAlgError
from backprop.matrix import Matrix
from tests import tables
from tests.strategies import UNIT_ROUNDOFF, floats, matrices

orders = st.integers(1, 7)
symmetric = orders.flatmap(lambda n: matrices(n, n, floats)).map(lambda a: a + a.T)


def bound(n):
    """A line is turned n − 1 times a sweep. Each time c and s, two products and their sum are wrong by at most
    4·u of its length; orders as small as here take at most 16 sweeps. From both sides it is twice that."""
    return 2 * 16 * 4 * n * UNIT_ROUNDOFF


def check(a):
    n = len(a)
    values, vectors = eigh(a)
    assert len(values) == n and vectors.shape == (n, n)
    assert values == sorted(values)
    assert {type(x) for x in values} == {type(x) for row in vectors for x in row} == {float}
    scale = float(tables.largest(a)) or 1.0
    unit, spectrum = a / scale, [x / scale for x in values]
    size = norm(unit)
    assert norm(vectors @ tables.diagonal(spectrum) @ vectors.T - unit) <= bound(n) * size
    assert norm(vectors.T @ vectors - tables.identity(n)) <= bound(n) * math.sqrt(n)
    trace = math.fsum(unit[i, i] for i in range(n))
    assert abs(math.fsum(spectrum) - trace) <= bound(n) * math.sqrt(n) * size
    assert abs(math.hypot(*spectrum) - size) <= bound(n) * size
    return values


@given(symmetric)
def test_laws(a):
    check(a)


@given(symmetric, st.sampled_from([1e-290, 1e-200, 1e200, 1e290]))
def test_laws_at_the_ends_of_the_range(a, scale):
    check(a * (scale / (tables.largest(a) or 1.0)))


@given(matrices(orders, st.integers(1, 3), floats))
def test_a_gram_matrix_has_no_negative_eigenvalue(b):
    a = b @ b.T
    assert check((a + a.T) / 2)[0] >= -bound(len(a)) * norm(a)


@pytest.mark.parametrize(
    "a",
    [
        tables.zeros(3, 3),
        tables.identity(5),
        tables.ones(7, 7),
        Matrix([[-2.5]]),
        Matrix([[0.0, 1.0], [1.0, 0.0]]),
        Matrix([[1.0, 0.0, 1e-9], [0.0, 1.0, 0.0], [1e-9, 0.0, 1.0]]),
        Matrix([[1e-200, 1.0, 0.0], [1.0, 1e-200, 1e-160], [0.0, 1e-160, 0.0]]),
        Matrix([[5e-324, 5e-324], [5e-324, 5e-324]]),
        Matrix([[1 / (i + j + 1) for j in range(12)] for i in range(12)]),
    ],
)
def test_special_matrices(a):
    check(a)


@pytest.mark.parametrize(
    ("rows", "values"),
    [
        ([[2, 1], [1, 2]], [1, 3]),
        ([[3, 4], [4, -3]], [-5, 5]),
        ([[2, 0, 0], [0, 3, 4], [0, 4, 9]], [1, 2, 11]),
        ([[0, 1, 1], [1, 0, 1], [1, 1, 0]], [-1, -1, 2]),
        ([[4, 0, 0], [0, -1, 0], [0, 0, 2]], [-1, 2, 4]),
    ],
)
def test_known_eigenvalues(rows, values):
    near = eigh(Matrix(rows)).eigenvalues
    assert all(abs(x - y) <= bound(len(rows)) * norm(Matrix(rows)) for x, y in zip(near, values))


@pytest.mark.parametrize("n", [1, 2, 5, 16, 25])
def test_the_second_difference_has_the_eigenvalues_of_a_string(n):
    a = Matrix([[2 if i == j else -1 if abs(i - j) == 1 else 0 for j in range(n)] for i in range(n)])
    for k, x in enumerate(check(a), 1):
        assert abs(x - (2 - 2 * math.cos(k * math.pi / (n + 1)))) <= bound(n) * 4


@pytest.mark.parametrize("exponents", [(0, -40, -80), (-80, 0, -40), (0, -30, -60, -90, -120, -150)])
def test_small_eigenvalues_of_a_graded_matrix_have_all_their_digits(exponents):
    """D·C·D with C = I + 1·1ᵀ, whose condition is n + 1 and determinant too: det(D·C·D) is exact, and a
    product of eigenvalues each correct to n·κ(C) roundings a rotation is correct to n times that number."""
    n = len(exponents)
    d = [2.0**e for e in exponents]
    values = eigh(Matrix([[x * y * (1 + (i == j)) for j, y in enumerate(d)] for i, x in enumerate(d)])).eigenvalues
    determinant = (n + 1) * math.prod(Fraction(x) ** 2 for x in d)
    assert abs(math.prod(map(Fraction, values)) / determinant - 1) <= n * (n + 1) * bound(n)


def test_what_is_symmetric_but_for_rounding_is_taken_in_the_middle():
    assert eigh(Matrix([[1.0, 1e-13], [3e-13, 1.0]])).eigenvalues == pytest.approx([1 - 2e-13, 1 + 2e-13], abs=1e-15)


def test_fractions_become_floats():
    check(Matrix([[Fraction(1, 3), Fraction(1, 2)], [Fraction(1, 2), Fraction(-1)]]))


def test_what_has_no_real_spectrum_is_refused():
    with pytest.raises(TypeError, match="eigh needs a Matrix"):
        eigh([[1]])
    with pytest.raises(LinAlgError, match="eigh needs a square Matrix, got 1×2"):
        eigh(Matrix([[1, 2]]))
    with pytest.raises(LinAlgError, match=r"eigh: entry \[1, 0\] is 3 and entry \[0, 1\] is 2; .* not symmetric"):
        eigh(Matrix([[1, 2], [3, 4]]))
    for x in (math.nan, math.inf):
        with pytest.raises(LinAlgError, match=rf"eigh: entry \[0, 0\] is {x}; all must be finite"):
            eigh(Matrix([[x]]))
    with pytest.raises(LinAlgError, match="eigh: an entry of the result is beyond the largest float"):
        eigh(tables.full(2, 2, 1.7e308))


def test_no_sweep_too_many(monkeypatch):
    monkeypatch.setattr(jacobi, "SWEEPS", 1)
    with pytest.raises(LinAlgError, match="eigh: not converged after 1 sweeps"):
        eigh(Matrix([[2, 1], [1, 2]]))


def test_what_is_only_rounding_comes_to_rest_as_fast(monkeypatch):
    # 1 + kᵢⱼ·u: three of the eigenvalues are nothing but last digits. Quadratic convergence needs six sweeps even
    # so; an iterate that lost its symmetry to rounding would need thirty.
    monkeypatch.setattr(jacobi, "SWEEPS", 10)
    last_digits = Matrix([[2, 0, -1, 0], [0, 0, 0, 2], [-1, 0, 0, 0], [0, 2, 0, 0]])
    check(1.0 + last_digits * UNIT_ROUNDOFF)


@given(*[st.floats(-1e6, 1e6)] * 2, floats.filter(bool))
def test_a_rotation_makes_two_by_two_diagonal(alpha, beta, gamma):
    _, _, c, s, first, second = rotation(0, 1, alpha, beta, gamma)
    # A dozen roundings of numbers no larger than the three together.
    tolerance = 12 * UNIT_ROUNDOFF * (abs(alpha) + abs(beta) + abs(gamma))
    assert c >= abs(s) and abs(c * c + s * s - 1) <= 8 * UNIT_ROUNDOFF
    assert abs(c * s * (alpha - beta) + (c * c - s * s) * gamma) <= tolerance
    assert abs(c * c * alpha - 2 * c * s * gamma + s * s * beta - first) <= tolerance
    assert abs(s * s * alpha + 2 * c * s * gamma + c * c * beta - second) <= tolerance


@given(st.integers(1, 20))
def test_in_a_tournament_each_meets_each_once(n):
    rounds = tournament(n)
    assert sorted(pair for pairs in rounds for pair in pairs) == [(p, q) for p in range(n) for q in range(p + 1, n)]
    for pairs in rounds:
        players = [player for pair in pairs for player in pair]
        assert len(players) == len(set(players)) == n - n % 2
