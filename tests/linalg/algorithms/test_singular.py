"""Singular values and what rests on them: the factors, Moore and Penrose's inverse, least squares."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop.linalg.algorithms import jacobi
from backprop.linalg.algorithms.norms import norm
from backprop.linalg.algorithms.orthogonal import qr
from backprop.linalg.algorithms.singular import lstsq, pinv, svd
from backprop.linalg.algorithms.symmetric import eigh
from backprop.linalg.algorithms.validation import LinAlgError
from backprop.matrix import Matrix
from tests import tables
from tests.strategies import UNIT_ROUNDOFF, floats, matrices, seeds

orders = st.integers(1, 7)
any_tables = matrices(orders, orders, floats)
shapes = st.tuples(orders, orders)
small = st.sampled_from([-1.0, 0.0, 0.0, 1.0, 2.0])

SPECIAL = [
    tables.zeros(1, 1),
    tables.zeros(4, 2),
    tables.zeros(2, 4),
    Matrix([[-3]]),
    Matrix([[3, 4]]),
    Matrix([[0], [0], [-5]]),
    tables.identity(4),
    tables.ones(5, 3),
    Matrix([[0, 1], [0, 0]]),
    Matrix([[1, 2, 3], [2, 4, 6], [-1, -2, -3], [0, 0, 0]]),
    Matrix([[1e-200, 1.0, 0.0], [1.0, 1e-200, 1e-160], [0.0, 1e-160, 0.0]]),
    Matrix([[1, 1, 1], [0.0, 0.0, 3e-158], [1e-158, 3e-158, 3e-158]]),  # squares of lengths underflow
    Matrix([[5e-324, 5e-324], [5e-324, 5e-324]]),
    Matrix([[1 / (i + j + 1) for j in range(12)] for i in range(12)]),
]


def bound(m, n):
    """Rotations: a line is turned min(m, n) − 1 times in each of at most 20 sweeps, wrong by 4·u of its length
    each time, once in the rows and once in what is turned with them. Reflections: as in test_orthogonal, of
    columns (m) and again of rows (n), k of each, applied twice."""
    k = min(m, n)
    return (2 * 20 * 4 * k + 2 * k * (4 * m + 20) + 2 * k * (4 * n + 20)) * UNIT_ROUNDOFF


def check(a):
    m, n = a.shape
    k = min(m, n)
    scale = float(tables.largest(a)) or 1.0
    tolerance = bound(m, n) * norm(a / scale)
    full, reduced = svd(a), svd(a, full_matrices=False)
    assert full.U.shape == (m, m) and full.Vh.shape == (n, n) and len(full.S) == k
    assert reduced.U.shape == (m, k) and reduced.Vh.shape == (k, n)
    assert reduced == (full.U[:, :k], full.S, full.Vh[:k])
    u, s, vh = full
    assert s == sorted(s, reverse=True) and s[-1] >= 0.0
    assert {type(x) for part in (u, [s], vh) for row in part for x in row} == {float}
    product = reduced.U @ tables.diagonal([x / scale for x in s]) @ reduced.Vh
    assert norm(product - a / scale) <= tolerance
    for q in (u, vh):
        assert norm(q.T @ q - tables.identity(len(q))) <= bound(m, n) * math.sqrt(len(q))
    return s


def random_of_rank(m, n, rank, seed):
    rng = random.Random(seed)
    return tables.normal(m, rank, rng=rng) @ tables.normal(rank, n, rng=rng)


# ------------------------------------------------------------------ svd


@given(any_tables)
def test_laws(a):
    check(a)


@given(any_tables, st.sampled_from([1e-290, 1e-200, 1e200, 1e290]))
def test_laws_at_the_ends_of_the_range(a, scale):
    check(a * (scale / (tables.largest(a) or 1.0)))


@given(matrices(orders, orders, small))
def test_laws_where_columns_depend_on_each_other(a):
    check(a)


@pytest.mark.parametrize("a", SPECIAL)
def test_special_matrices(a):
    check(a)


@given(shapes, seeds)
def test_as_many_singular_values_as_the_rank(shape, seed):
    m, n = shape
    for rank in range(1, min(shape) + 1):
        a = random_of_rank(m, n, rank, seed)
        assert max(check(a)[rank:], default=0.0) <= bound(m, n) * norm(a)


@given(any_tables)
def test_transposing_swaps_the_sides(a):
    u, s, vh = svd(a)
    if len(a) != a.shape[1]:
        assert svd(a.T) == (vh.T, s, u.T)
    else:
        assert all(abs(x - y) <= bound(*a.shape) * norm(a) for x, y in zip(s, svd(a.T).S))


@given(orders, seeds)
def test_what_keeps_lengths_has_singular_values_one(n, seed):
    values = svd(qr(tables.normal(n, n, rng=random.Random(seed))).Q).S
    assert all(abs(s - 1) <= bound(n, n) * math.sqrt(n) for s in values)


@given(any_tables)
def test_squares_are_the_eigenvalues_of_the_gram_matrix(a):
    gram = a.T @ a if len(a) >= a.shape[1] else a @ a.T
    values = eigh((gram + gram.T) / 2).eigenvalues
    for s, x in zip(svd(a).S, reversed(values)):
        assert abs(s * s - x) <= 4 * bound(*a.shape) * norm(a) ** 2


def test_known_singular_values():
    assert svd(Matrix([[3, 0], [0, -4], [0, 0]])).S == [4.0, 3.0]
    assert svd(Matrix([[1, 1], [0, 1]])).S == pytest.approx([(5**0.5 + 1) / 2, (5**0.5 - 1) / 2], rel=1e-15)
    assert svd(tables.diagonal([1e200, 1e-100])).S == pytest.approx([1e200, 1e-100], rel=1e-15)


def test_fractions_become_floats():
    check(Matrix([[Fraction(1, 3), Fraction(1, 2)]]))


# ------------------------------------------------------------------ pinv


@given(shapes, seeds, st.sampled_from([1e-150, 1.0, 1e150]))
def test_four_conditions_of_moore_and_penrose(shape, seed, scale):
    m, n = shape
    a = random_of_rank(m, n, random.Random(seed).randint(1, min(shape)), seed)
    b = pinv(a * scale) * scale
    assert b.shape == (n, m)
    # A⁺ is wrong by κ = ‖A‖·‖A⁺‖ times the error of the factors, and is multiplied by A or A⁺ once more.
    kappa = norm(a) * norm(b)
    tolerance = 4 * bound(m, n) * kappa
    assert norm(a @ b @ a - a) <= tolerance * kappa * norm(a)
    assert norm(b @ a @ b - b) <= tolerance * kappa * norm(b)
    assert norm(a @ b - (a @ b).T) <= tolerance * kappa and norm(b @ a - (b @ a).T) <= tolerance * kappa


def test_known_inverses():
    assert pinv(tables.zeros(2, 3)) == tables.zeros(3, 2)
    assert pinv(Matrix([[2, 0], [0, 4]])).allclose(Matrix([[0.5, 0], [0, 0.25]]), rel_tol=1e-15)
    assert pinv(Matrix([[3], [4]])).allclose(Matrix([[0.12, 0.16]]), rel_tol=1e-15)


def test_what_counts_as_zero_can_be_chosen():
    a = tables.diagonal([1.0, 1e-3, 1e-18])
    assert [pinv(a)[i, i] for i in range(3)] == pytest.approx([1.0, 1e3, 0.0])
    assert [pinv(a, rtol=1e-2)[i, i] for i in range(3)] == pytest.approx([1.0, 0.0, 0.0])
    assert [pinv(a, rtol=0.0)[i, i] for i in range(3)] == pytest.approx([1.0, 1e3, 1e18])
    assert pinv(tables.zeros(1, 1), rtol=0.0) == tables.zeros(1, 1)


# ------------------------------------------------------------------ lstsq


@given(shapes, st.integers(1, 3), seeds)
def test_least_squares_and_of_these_the_shortest(shape, sides, seed):
    m, n = shape
    rank = random.Random(seed).randint(1, min(shape))
    a, b = random_of_rank(m, n, rank, seed), tables.normal(m, sides, rng=random.Random(seed + 1))
    x, residuals, found, s = lstsq(a, b)
    assert x.shape == (n, sides) and s == svd(a).S and found == rank
    # Backward stable: the normal equations hold to the size of what is added up in them, times κ of what counts.
    tolerance = 4 * bound(m, n) * s[0] / s[rank - 1]
    rest = b - a @ x
    assert norm(a.T @ rest) <= tolerance * norm(a) * (norm(a) * norm(x) + norm(b))
    # The shortest lies in the span of the rows: projecting it there changes nothing.
    rows = svd(a).Vh[:rank]
    assert norm(rows.T @ (rows @ x) - x) <= tolerance * norm(x)
    assert len(residuals) == (sides if rank == n < m else 0)
    for residual, expected in zip(residuals, (sum(x * x for x in column) for column in zip(*rest))):
        assert residual == pytest.approx(expected, rel=1e-9, abs=1e-25)


@given(any_tables, seeds)
def test_least_squares_is_the_pseudoinverse_times_the_right_side(a, seed):
    b = tables.normal(len(a), 2, rng=random.Random(seed))
    x, _, rank, s = lstsq(a, b, rcond=1e-6)
    kappa = s[0] / s[rank - 1] if rank else 1.0
    expected = pinv(a, rtol=1e-6) @ b
    assert norm(x - expected) <= 4 * bound(*a.shape) * kappa * (norm(expected) + norm(pinv(a, rtol=1e-6)) * norm(b))


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_a_line_through_three_points(scale):
    x, residuals, rank, s = lstsq(Matrix([[1, 0], [1, 1], [1, 2]]) * scale, Matrix([[1], [2], [4]]) * scale)
    assert x.allclose(Matrix([[5 / 6], [1.5]]), rel_tol=1e-14) and rank == 2 and len(s) == 2
    assert residuals == pytest.approx([scale * scale / 6], rel=1e-12)


@given(seeds)
@settings(max_examples=10)
def test_rounding_errors_are_not_counted_in_the_rank(seed):
    a = random_of_rank(25, 30, 2, seed)
    assert lstsq(a, a[:, 0]).rank == 2


def test_nothing_to_fit():
    assert lstsq(tables.zeros(3, 2), Matrix([[1], [2], [3]])) == (tables.zeros(2, 1), [], 0, [0.0, 0.0])
    assert lstsq(tables.zeros(2, 3), Matrix([[1], [2]])) == (tables.zeros(3, 1), [], 0, [0.0, 0.0])


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize(("name", "call"), [("svd", svd), ("pinv", pinv), ("lstsq", lambda a: lstsq(a, a))])
def test_what_is_no_matrix_of_numbers_is_refused(name, call):
    with pytest.raises(TypeError, match=f"{name} needs a Matrix"):
        call([[1]])
    with pytest.raises(LinAlgError, match=r"entry \[0, 1\] is nan; all must be finite"):
        call(Matrix([[1.0, math.nan]]))
    with pytest.raises(LinAlgError, match=r"entry \[0, 0\] is -inf; all must be finite"):
        call(Matrix([[-math.inf]]))


def test_what_does_not_fit_is_refused():
    with pytest.raises(LinAlgError, match="lstsq: a has 3 rows and b has 2; they must be equal"):
        lstsq(tables.ones(3, 2), tables.ones(2, 1))
    with pytest.raises(TypeError, match="lstsq needs a Matrix"):
        lstsq(tables.ones(1, 1), [[1]])
    with pytest.raises(
        ValueError, match="pinv: the share of the largest singular value that counts as 0 is from 0 up, got -0.1"
    ):
        pinv(tables.ones(1, 1), rtol=-0.1)


def test_what_is_beyond_the_largest_float_is_refused():
    with pytest.raises(LinAlgError, match="svd: an entry of the result is beyond the largest float"):
        svd(tables.full(2, 2, 1.7e308))
    with pytest.raises(LinAlgError, match="pinv: an entry of the result is beyond the largest float"):
        pinv(Matrix([[1e-310, 0.0], [0.0, 1e-310]]))
    with pytest.raises(LinAlgError, match="lstsq: an entry of the result is beyond the largest float"):
        lstsq(Matrix([[1e-200]]), Matrix([[1e200]]))


def test_no_sweep_too_many(monkeypatch):
    monkeypatch.setattr(jacobi, "SWEEPS", 1)
    with pytest.raises(LinAlgError, match="svd: not converged after 1 sweeps"):
        svd(Matrix([[2, 1], [1, 3]]))
