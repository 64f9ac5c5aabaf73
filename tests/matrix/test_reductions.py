"""Reductions and rearrangements along rows and columns: prod, var, std, cumsum, sort; and round, diag, tile, triangles."""

import inspect
import math
import re
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
    assert [[row[j] for j in indices] for row, indices in zip(m.tolist(), order.tolist())] == m.sort().tolist()
    # Equal entries keep their order.
    for row, indices in zip(m.tolist(), order.tolist()):
        assert indices == sorted(range(len(row)), key=row.__getitem__)
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
        (lambda m: round(m, "2"), TypeError, "round: ndigits is an int, got '2'"),
        (lambda m: round(m, True), TypeError, "round: ndigits is an int, got True"),
        (lambda m: round(m + 1.7e308, -308), OverflowError, "round: a number is beyond the largest float"),
        (lambda m: m.triu("0"), TypeError, "triu: k is an int, got '0'"),
        (lambda m: m.tril(0.5), TypeError, "tril: k is an int, got 0.5"),
        (lambda m: m.var(ddof=True), ValueError, "ddof is an int below that, got True"),
        (lambda m: m.clip(nan), ValueError, "clip: min and max are numbers, got nan and None"),
        (lambda m: m.clip(0, nan), ValueError, "clip: min and max are numbers, got 0 and nan"),
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


ALONG = {
    **{name: getattr(Matrix, name) for name in ("sum", "mean", "max", "min", "prod", "var", "std", "any", "all")},
    **{name: getattr(Matrix, name) for name in ("argmax", "argmin", "cumsum", "sort", "argsort")},
    "repeat": lambda m, axis: m.repeat(2, axis=axis),
}


def test_no_method_with_an_axis_is_missing():
    methods = {name: method for name, method in vars(Matrix).items() if inspect.isfunction(method) and name[0] != "_"}
    assert {name for name, method in methods.items() if "axis" in inspect.signature(method).parameters} == set(ALONG)


@pytest.mark.parametrize("name", ALONG)
def test_an_axis_is_0_or_1(name):
    m = Matrix([[1, 2, 3], [6, 5, 5]])
    along, other = ALONG[name](m, axis=0), ALONG[name](m.T, axis=1)
    assert along == (other.T if isinstance(other, Matrix) else other)
    for axis in (-1, 2, True, False, "0", 0.0, 1.0, [0], nan):
        with pytest.raises(ValueError, match=rf"{name}: axis is (None, )?0 or 1, got {re.escape(repr(axis))}"):
            ALONG[name](m, axis=axis)


SIZES = {
    "full": lambda rows, columns: Matrix.full(rows, columns, 0.5),
    "zeros": Matrix.zeros,
    "ones": Matrix.ones,
    "uniform": Matrix.uniform,
    "normal": Matrix.normal,
    "identity": lambda rows, columns: Matrix.identity(min(rows, columns)),
    "from_flat": lambda rows, columns: Matrix.from_flat([1], rows, columns),
    "broadcast_to": Matrix([[1]]).broadcast_to,
    "tile": Matrix([[1]]).tile,
    "repeat rows": lambda rows, columns: Matrix([[1]]).repeat(min(rows, columns), axis=0),
    "repeat columns": lambda rows, columns: Matrix([[1]]).repeat(min(rows, columns), axis=1),
    "reshape": Matrix([[1]]).reshape,
}


@pytest.mark.parametrize("make", SIZES.values(), ids=SIZES)
def test_the_smallest_size_is_1(make):
    assert make(1, 1).shape == (1, 1)
    for rows, columns in ((0, 1), (1, 0), (-2, 1), (1, -2)):
        with pytest.raises(ValueError, match="at least one row and one column|does not fit"):
            make(rows, columns)


@pytest.mark.parametrize("size", [True, 1.0, "1", None])
@pytest.mark.parametrize("name", [name for name in SIZES if name != "identity" and "repeat" not in name])
def test_a_size_is_an_int(name, size):
    for shape in ((size, 1), (1, size)):
        with pytest.raises(TypeError, match="is an int, got|needs two ints, got"):
            SIZES[name](*shape)


# ------------------------------------------------------------------ the ends of the floats


@given(matrices(1, st.integers(2, 9), floats), st.integers(-1030, 990))
def test_the_deviation_has_its_digits_at_every_scale(m, exponent):
    """std(s·x) = s·std(x), and the mean too; what is too small for a float is wrong by the smallest there is."""
    moved = m * 2.0**exponent if exponent > -1022 else m * 2.0**-1000 * 2.0 ** (exponent + 1000)
    for reduce in (Matrix.mean, Matrix.std):
        true = math.ldexp(1.0, exponent) * reduce(m) if exponent > -900 else math.ldexp(reduce(m), exponent)
        size = float(abs(moved).max())
        assert abs(reduce(moved) - true) <= 64 * UNIT_ROUNDOFF * size + 2.0**-1060


def test_means_variances_and_deviations_at_the_ends():
    assert Matrix([[1.7e308, 1.7e308, -1.7e308]]).std() == pytest.approx(math.sqrt(8) / 3 * 1.7e308, rel=1e-15)
    assert Matrix([[1.7e308, 1.7e308], [1e308, -1.7e308]]).mean(axis=1).allclose(Matrix([[1.7e308], [-0.35e308]]))
    assert Matrix([[1e200, -1e200]]).var() == math.inf and Matrix([[1e200, -1e200]]).std() == 1e200
    assert Matrix([[math.inf, 1.0]]).mean() == math.inf and math.isnan(Matrix([[math.inf, -math.inf]]).mean())
    assert math.isnan(Matrix([[math.inf, 1.0]]).std()) and math.isnan(Matrix([[nan, 1.0]]).var())


@given(st.floats(-1e300, 1e300), st.integers(2, 30))
def test_equal_numbers_do_not_deviate(x, count):
    m = Matrix.full(1, count, x)
    assert m.var() == m.std() == 0


def test_round_leaves_what_is_not_finite():
    for digits in (None, 0, 2):
        rounded = round(Matrix([[math.inf, -math.inf, 1.5, nan]]), digits).rows[0]
        assert rounded[:2] == [math.inf, -math.inf] and rounded[2] == round(1.5, digits) and math.isnan(rounded[3])


@pytest.mark.parametrize(
    ("name", "call"),
    [(name, getattr(Matrix, name)) for name in ("sum", "mean", "prod", "var", "std", "cumsum")]
    + [("Matrix @", lambda m: m @ m.T)],
)
def test_an_integer_beyond_the_largest_float_is_refused_beside_one(name, call):
    with pytest.raises(OverflowError, match=f"{name}: a number is beyond the largest float"):
        call(Matrix([[10**400, 0.5]]))
