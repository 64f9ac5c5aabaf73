"""Functions of all entries up to each place, and differences of neighbours."""

import math
import random
from fractions import Fraction
from itertools import accumulate
from operator import mul

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Tensor, tensors
from backprop.autograd import gradcheck
from backprop.dtypes import int64
from tests.strategies import seeds
from tests.tensors.lines import along_an_axis, distinct_entries, entries_of, lines, tensor


@given(along_an_axis())
def test_sums_and_products_are_those_of_loops(case):
    x, dim = case
    for y, function in ((x.cumsum(dim), None), (x.cumprod(dim), mul)):
        assert y.shape == x.shape
        expected = [list(accumulate(row, function)) for row in lines(x, dim).values()]
        assert list(lines(y, dim).values()) == expected


@given(along_an_axis())
def test_extremes_are_those_of_loops_with_the_last_of_equal_ones(case):
    x, dim = case
    for (values, indices), extreme in ((x.cummax(dim), max), (x.cummin(dim), min)):
        for row, best, places in zip(*(lines(y, dim).values() for y in (x, values, indices))):
            for j in range(len(row)):
                sofar = row[: j + 1]
                assert best[j] == extreme(sofar) and places[j] == j - sofar[::-1].index(best[j])


@given(along_an_axis(st.floats(-500, 500)))
def test_the_logarithm_of_a_sum_of_exponentials_is_that_of_the_entries_so_far(case):
    x, dim = case
    for row, found in zip(lines(x, dim).values(), lines(x.logcumsumexp(dim), dim).values()):
        for j, y in enumerate(found):
            expected = tensor(row[: j + 1]).logsumexp(0).item()
            assert math.isclose(y, expected, rel_tol=1e-12, abs_tol=1e-12)


@pytest.mark.parametrize(
    "function",
    [
        lambda x, dim: x.cumsum(dim),
        lambda x, dim: (x / 10).cumprod(dim),
        lambda x, dim: (x / 10).logcumsumexp(dim),
        lambda x, dim: x.cummax(dim).values,
        lambda x, dim: x.cummin(dim).values,
    ],
)
@given(along_an_axis(), seeds)
def test_gradients_are_those_of_differences(function, case, seed):
    rng = random.Random(seed)
    x = distinct_entries(case[0].shape, rng)
    assert gradcheck(lambda x: function(x, case[1]), [x], rng=rng)


@pytest.mark.parametrize("row", [[2.0, 0.0, 3.0, 0.0, 4.0], [0.0, 5.0], [3.0, 0.0, 2.0]])
def test_the_gradient_of_running_products_past_a_zero(row):
    x = tensor(row, requires_grad=True)
    assert gradcheck(lambda x: x.cumprod(0), [x])


def test_what_is_not_finite():
    """Figures of PyTorch."""
    values, indices = tensor([1.0, 3.0, 3.0, math.nan, 2.0]).cummax(0)
    assert indices.tolist() == [0, 1, 2, 3, 3] and math.isnan(values.tolist()[4])
    y = tensor([-math.inf, 1.0, 2.0]).logcumsumexp(0).tolist()
    assert y == pytest.approx([-math.inf, 1.0, 2.313261687518223])


def test_running_sums_of_bools_and_ints_are_ints():
    flags = tensor([True, False, True], dtype=backprop.bool)
    assert flags.cumsum(0).tolist() == [1, 1, 2] and flags.cumsum(0).dtype is flags.cumprod(0).dtype is int64
    assert type(flags.cumsum(0).tolist()[0]) is int
    assert tensor([1, 2], dtype=backprop.int8).cumsum(0, dtype=backprop.float64).tolist() == [1.0, 3.0]


def test_what_has_no_entries_stays_so():
    assert Tensor([[], []]).cumsum(0).shape == (2, 0) and Tensor([]).cummax(0).values.shape == (0,)


@given(along_an_axis(least=1), st.integers(0, 3))
def test_differences_are_those_of_loops(case, n):
    x, dim = case
    y = x.diff(n, dim)
    expected = list(lines(x, dim).values())
    for _ in range(n):
        expected = [[b - a for a, b in zip(row, row[1:])] for row in expected]
    assert y.shape[dim] == max(x.shape[dim] - n, 0)
    if y.shape[dim]:
        assert list(lines(y, dim).values()) == expected


def test_differences_to_what_comes_before_and_after():
    x = tensor([1.0, 3.0, 4.0, 8.0], 2, 2)
    assert x.diff(1, 0, prepend=tensor([0.0, 1.0], 1, 2)).tolist() == [[1.0, 2.0], [3.0, 5.0]]
    assert x.diff(append=tensor([0.0, 0.0], 2, 1)).tolist() == [[2.0, -3.0], [4.0, -8.0]]
    assert tensor([True, False, False], dtype=backprop.bool).diff().tolist() == [True, False]


@given(along_an_axis(least=1), st.data())
def test_the_trapezoidal_rule_is_that_of_loops(case, data):
    y, dim = case
    points = list(range(y.shape[dim]))
    data.draw(st.randoms()).shuffle(points)

    def areas(row, points):
        return [(a + b) / 2 * (q - p) for a, b, p, q in zip(row, row[1:], points, points[1:])]

    rows = lines(y, dim).values()
    x = tensor(points, len(points))
    assert entries_of(tensors.trapezoid(y, x, dim=dim)) == [sum(areas(row, points)) for row in rows]
    assert entries_of(tensors.trapezoid(y, y, dim=dim)) == [sum(areas(row, row)) for row in rows]
    assert entries_of(tensors.trapezoid(y, dx=2, dim=dim)) == [sum(areas(row, range(0, 99, 2))) for row in rows]
    if y.shape[dim] > 1:
        running = tensors.cumulative_trapezoid(y, x, dim=dim)
        assert list(lines(running, dim).values()) == [list(accumulate(areas(row, points))) for row in rows]


def slopes(values, points):
    return [(b - a) / (q - p) for a, b, p, q in zip(values, values[1:], points, points[1:])]


@given(along_an_axis(least=1), st.lists(st.integers(1, 4), min_size=3, max_size=3))
def test_derivatives_are_those_of_parabolas(case, steps):
    """Inside, and with edge_order 2 at the ends, that of the parabola through three neighbours; else the slope of the line
    through two."""
    x, dim = case
    size = x.shape[dim]
    if size < 2:
        with pytest.raises(RuntimeError, match="gradient: each axis has 2 points or more"):
            tensors.gradient(x, dim=dim)
        return
    points = [sum(map(Fraction, steps[:k])) for k in range(size)]
    (first,) = tensors.gradient(x, spacing=[tensor(points)], dim=dim)
    for values, found in zip(lines(x, dim).values(), lines(first, dim).values()):
        lines_ = slopes(values, points)
        assert (found[0], found[-1]) == (lines_[0], lines_[-1])
        if size == 3:
            a, b, c = (Fraction(p) for p in points)
            bend = (lines_[1] - lines_[0]) / (c - a)
            parabola = [lines_[0] + bend * (2 * p - a - b) for p in (a, b, c)]
            assert found[1] == parabola[1]
            (second,) = tensors.gradient(x, spacing=[tensor(points)], dim=dim, edge_order=2)
            assert parabola in lines(second, dim).values()


def test_derivatives_along_several_axes_with_numbers_for_the_spacing():
    """PyTorch 2.13: torch.gradient(x, spacing=(0.5, 2.0), edge_order=e) for e = 1 and 2."""
    x = tensor([0.0, 1.0, 4.0, 2.0, 5.0, 7.0, 3.0, -1.0, 6.0], 3, 3)
    down, across = tensors.gradient(x, spacing=(0.5, 2.0))
    assert entries_of(down) == [4.0, 8.0, 6.0, 3.0, -2.0, 2.0, 2.0, -12.0, -2.0]
    assert entries_of(across) == [0.5, 1.0, 1.5, 1.5, 1.25, 1.0, -2.0, 0.75, 3.5]
    down, across = tensors.gradient(x, spacing=(0.5, 2.0), edge_order=2)
    assert entries_of(down) == [5.0, 18.0, 10.0, 3.0, -2.0, 2.0, 1.0, -22.0, -6.0]
    assert entries_of(across) == [0.0, 1.0, 2.0, 1.75, 1.25, 0.75, -4.75, 0.75, 6.25]
    assert entries_of(tensors.gradient(x, dim=0)[0]) == entries_of(tensors.gradient(x, spacing=[1], dim=[0])[0])


def test_what_does_not_fit_is_refused():
    for settings, sentence in (
        ({"spacing": [1, 2, 3]}, "one for each of 2 axes, got 3"),
        ({"edge_order": 3}, "edge_order is 1 or 2, got 3"),
        ({"edge_order": 2}, "each axis has 3 points or more"),
        ({"spacing": [tensor([1.0]), 1]}, "there are 2 coordinates for axis 0"),
    ):
        with pytest.raises(RuntimeError, match=f"gradient: .*{sentence}"):
            tensors.gradient(tensor([1.0, 2.0, 3.0, 4.0], 2, 2), **settings)
    with pytest.raises(TypeError, match="trapezoid: takes x or dx, got both"):
        tensors.trapezoid(tensor([1.0, 2.0]), tensor([1.0, 2.0]), dx=1.0)
    for function in (tensors.trapezoid, tensors.cumulative_trapezoid, tensors.diff):
        with pytest.raises(RuntimeError, match="needs a Tensor of one axis at least, got a number"):
            function(Tensor(1.0))
    with pytest.raises(IndexError, match="cumsum: dim is an int from -1 to 0"):
        tensor([1.0]).cumsum(1)
