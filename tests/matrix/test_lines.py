"""Reductions and rearrangements along rows and columns: prod, var, std, cumsum, sort; and round, diag, tile, triangles."""

import math
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from tests.strategies import UNIT_ROUNDOFF, exact, floats, matrices, sizes

nan = math.nan
wide = matrices(columns=st.integers(2, 5))


def columns(m):
    return [list(column) for column in zip(*m.tolist())]


def entries(m):
    return [x for row in m.tolist() for x in row]


@given(matrices())
def test_prod(m):
    assert m.prod() == math.prod(entries(m))
    assert m.prod(axis=0).tolist() == [list(map(math.prod, columns(m)))]
    assert m.prod(axis=1) == m.T.prod(axis=0).T


@given(wide)
def test_variance_is_that_of_the_standard_library_exactly(m):
    assert m.var() == statistics.pvariance(entries(m))
    assert m.var(ddof=1) == statistics.variance(entries(m))
    assert m.var(axis=1).tolist() == [[statistics.pvariance(row)] for row in m.tolist()]
    assert m.var(axis=0) == m.T.var(axis=1).T
    assert m.std(axis=1) == m.var(axis=1).map(math.sqrt) and m.std() == math.sqrt(m.var())


@given(matrices(1, st.integers(2, 30), floats), floats)
def test_a_variance_does_not_cancel(m, shift):
    """Two passes: moving all numbers by 10⁶ or so leaves the variance right, where Σx² − n·mean² loses all digits."""
    moved = m + shift
    n = m.shape[1]
    true = float(exact(moved).var())
    # The mean is wrong by at most n·u·max|x|, which adds its square to the variance, as (Σ(x − μ)² is least at
    # the mean); each square is rounded thrice and the sum n times: (n + 5)·u relative, for such few.
    mean_error = n * UNIT_ROUNDOFF * abs(moved).max()
    spread = math.sqrt(true)
    bound = (2 * n + 6) * UNIT_ROUNDOFF * true + mean_error**2 + 4 * UNIT_ROUNDOFF * mean_error * spread
    assert abs(moved.var() - true) <= bound + 5e-324


@given(matrices())
def test_cumsum_ends_in_the_sum_and_its_differences_are_the_entries(m):
    rows, width = m.shape
    running = m.cumsum(axis=1)
    assert running[:, -1] == m.sum(axis=1)
    assert running[:, 0] == m[:, 0]
    if width > 1:
        assert running[:, 1:] - running[:, :-1] == m[:, 1:]
    assert m.cumsum(axis=0) == m.T.cumsum(axis=1).T
    assert m.cumsum() == m.reshape(1, rows * width).cumsum(axis=1)


@given(matrices(entries=st.integers(-3, 3)))
def test_sort_and_argsort(m):
    assert m.sort().tolist() == list(map(sorted, m.tolist()))
    assert m.sort(axis=0) == m.T.sort().T
    assert m.sort(axis=None).tolist() == [sorted(entries(m))]
    order = m.argsort()
    assert [[row[j] for j in places] for row, places in zip(m.tolist(), order.tolist())] == m.sort().tolist()
    # Equal entries keep their order.
    for row, places in zip(m.tolist(), order.tolist()):
        assert places == sorted(range(len(row)), key=row.__getitem__)
    assert m.argsort(axis=0) == m.T.argsort().T


def test_nan_is_sorted_last():
    m = Matrix([[2.0, nan, 1.0]])
    assert m.sort().tolist()[0][:2] == [1.0, 2.0] and math.isnan(m.sort()[0, 2])
    assert m.argsort() == Matrix([[2, 0, 1]])


@given(matrices(entries=st.integers(-3, 3)))
def test_argmin_mirrors_argmax(m):
    assert m.argmin() == (-m).argmax()
    assert m.argmin(axis=0) == (-m).argmax(axis=0) and m.argmin(axis=1) == (-m).argmax(axis=1)


def test_argmin_finds_nan_first():
    assert Matrix([[1.0, nan, 0.0]]).argmin() == 1


@given(matrices(), st.integers(-5, 5))
def test_triangles_share_the_diagonal(m, k):
    upper, lower = m.triu(k), m.tril(k)
    assert upper + m.tril(k - 1) == m == lower + m.triu(k + 1)
    assert upper == m.T.tril(-k).T
    assert m.triu(0) * m.tril(0) == Matrix(
        [[x * x if i == j else 0 for j, x in enumerate(row)] for i, row in enumerate(m)]
    )


@given(st.lists(st.fractions(max_denominator=9), min_size=1, max_size=5))
def test_diagonal_and_back(values):
    assert Matrix.diagonal(values).diag() == values


def test_diag_of_what_is_not_square():
    assert Matrix([[1, 2, 3], [4, 5, 6]]).diag() == [1, 5] == Matrix([[1, 0], [2, 5], [3, 0]]).diag()


@given(matrices(), sizes, sizes)
def test_tile_and_repeat(m, p, q):
    tiled = m.tile(p, q)
    assert tiled == Matrix.vstack([Matrix.hstack([m] * q)] * p)
    rows, width = m.shape
    repeated = m.repeat(p, axis=0).repeat(q, axis=1)
    assert repeated.shape == tiled.shape == (p * rows, q * width)
    assert all(repeated[i, j] == m[i // p, j // q] for i in range(p * rows) for j in range(q * width))


@given(matrices())
def test_round(m):
    assert round(m, 1).tolist() == [[round(x, 1) for x in row] for row in m.tolist()]
    assert round(m).tolist() == [list(map(round, row)) for row in m.tolist()]


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda m: m.prod(axis=2), ValueError, "prod: axis is None, 0 or 1, got 2"),
        (lambda m: m.sort(axis=-1), ValueError, "sort: axis is None, 0 or 1, got -1"),
        (lambda m: m.cumsum(axis="x"), ValueError, "cumsum: axis"),
        (lambda m: m.var(axis=1, ddof=2), ValueError, "of 2 entries: ddof is an int below that, got 2"),
        (lambda m: m.std(ddof=4), ValueError, "of 4 entries: ddof"),
        (lambda m: m.var(axis=5), ValueError, "var: axis is None, 0 or 1, got 5"),
        (lambda m: m.repeat(0, axis=0), ValueError, "at least one row"),
        (lambda m: m.repeat(2, axis=None), ValueError, "repeat: axis is 0 or 1, got None"),
        (lambda m: m.tile(1, 0), ValueError, "at least one row"),
        (lambda m: m.tile(1.0, 1), TypeError, "the number of rows is an int, got 1.0"),
        (lambda m: round(m * nan), ValueError, "NaN"),
    ],
)
def test_what_makes_no_sense_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(Matrix([[1, 2], [3, 4]]))


def test_entries_stay_what_they_are():
    m = Matrix([[Fraction(1, 2), Fraction(1, 3)]])
    for result in (m.cumsum(axis=1), m.sort(), m.tile(2, 2), m.repeat(2, axis=1), m.clip(0, 1), round(m, 3)):
        assert {type(x) for x in entries(result)} == {Fraction}
    assert isinstance(m.prod(), Fraction) and isinstance(m.var(), Fraction)
