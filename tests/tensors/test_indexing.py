"""Reading and writing by index, against nested lists and loops, over Fractions."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import backprop
from backprop import Tensor, int64
from backprop.autograd import gradcheck
from backprop.autograd.tensor import constant
from backprop.matrix import trusted
from tests.tensors.nested import at, flat, indices, nested
from tests.tensors.test_indices import any_shape, basic, basic_items
from tests.tensors.test_shaping import numbered

full_shape = st.lists(st.integers(1, 3), min_size=1, max_size=4).map(tuple)


def longs(entries, shape=None):
    return constant(trusted([list(entries)]), (len(entries),) if shape is None else shape, int64)


@given(any_shape, st.data())
def test_reading_is_that_of_nested_lists(shape, data):
    index = tuple(data.draw(basic_items(shape)))
    x = numbered(shape)
    ndim = sum(item is None or isinstance(item, slice) for item in index)
    assert flat(x[index].tolist(), ndim) == flat(basic(x.tolist(), list(index)), ndim)


@given(full_shape, st.data())
def test_gather_and_scatter_add_against_loops(shape, data):
    axis = data.draw(st.integers(0, len(shape) - 1))
    size = (*[data.draw(st.integers(1, n)) for n in shape[:axis]], data.draw(st.integers(1, 4)), *shape[axis + 1 :])
    chosen = [data.draw(st.integers(0, shape[axis] - 1)) for _ in range(math.prod(size))]
    x, index = numbered(shape), longs(chosen, size)
    found, added, put = x.gather(axis, index), x.scatter_add(axis, index, numbered(size)), x.scatter(axis, index, 1)
    source, own = numbered(size).tolist(), x.tolist()
    expected, last = {i: at(own, i) for i in indices(shape)}, {i: at(own, i) for i in indices(shape)}
    for place in indices(size):
        target = (*place[:axis], at(index.tolist(), place), *place[axis + 1 :])
        assert at(found.tolist(), place) == at(own, target)
        expected[target] += at(source, place)
        last[target] = 1
    assert flat(added.tolist(), len(shape)) == list(expected.values())
    assert flat(put.tolist(), len(shape)) == list(last.values())


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=6),
    st.sampled_from(["sum", "prod", "amax", "amin", "mean"]),
    st.booleans(),
)
@example([0, 1, 0], "prod", True)  # groups of two lengths stay exact
def test_scatter_reduce_against_groups(chosen, reduce, include_self):
    reductions = {
        "sum": sum,
        "prod": math.prod,
        "amax": max,
        "amin": min,
        "mean": lambda group: sum(group) / len(group),
    }
    x, source = numbered((4,), lambda k: Fraction(k + 1, 3)), numbered((len(chosen),), lambda k: Fraction(5 - k, 2))
    expected = x.tolist()
    for place in set(chosen):
        group = [s for s, k in zip(source.tolist(), chosen) if k == place]
        expected[place] = reductions[reduce](([expected[place]] if include_self else []) + group)
    found = x.scatter_reduce(0, longs(chosen), source, reduce, include_self=include_self)
    assert found.tolist() == expected


ALL = slice(None)
# An index, and by loops over nested lists the entries that it chooses, one after the other.
LONG = [
    ((ALL, slice(1, 3), slice(None, None, 2)), lambda x: [p for k in x for row in k[1:3] for p in row[::2]]),
    ((0, ALL, slice(3, None, 2)), lambda x: [p for row in x[0] for p in row[3::2]]),
    ((..., 39), lambda x: [row[39] for k in x for row in k]),
    ((..., 0, ALL), lambda x: [p for k in x for p in k[0]]),
    (([1, 0, 1], ALL, slice(1, None, 2)), lambda x: [p for i in (1, 0, 1) for row in x[i] for p in row[1::2]]),
    ((ALL, [2, 0], slice(None, 17)), lambda x: [p for k in x for i in (2, 0) for p in k[i][:17]]),
    ((None, ALL, ALL), lambda x: [p for k in x for row in k for p in row]),
]


@pytest.mark.parametrize("rows", [1, 2, 6])
@pytest.mark.parametrize(("index", "by_loops"), LONG, ids=[str(index) for index, _ in LONG])
def test_parts_of_long_axes(index, by_loops, rows):
    """They are slices of the entries, or of each row: read, written to and given gradients, however the rows are cut."""
    shape, width = (2, 3, 40), 240 // rows
    x = constant(
        trusted([[float(p) for p in range(i, i + width)] for i in range(0, 240, width)]), shape, backprop.float64
    )
    places = by_loops(nested(range(240), shape))
    x.requires_grad = True
    part = x[index]
    assert part.reshape(-1).tolist() == places
    (part * backprop.arange(1.0, 1.0 + len(places)).reshape(part.shape)).sum().backward()
    gradient = [0.0] * 240
    for weight, p in enumerate(places, 1):
        gradient[p] += weight
    assert x.grad.reshape(-1).tolist() == gradient
    changed = x.detach().clone()
    changed[index] = -1.0
    assert changed.reshape(-1).tolist() == [-1.0 if p in places else p for p in range(240)]


@pytest.mark.parametrize("rows", [1, 6])
@pytest.mark.parametrize("dims", [(2,), (1, 2), (0, 1, 2), (0, 2), (0,)])
def test_flips_of_long_axes(dims, rows):
    x = backprop.arange(240.0).reshape(rows, -1).reshape(2, 3, 40).requires_grad_()
    y = x.flip(dims)
    by_loops = [
        x[tuple(n - 1 - i if k in dims else i for k, (i, n) in enumerate(zip(index, x.shape)))].item()
        for index in indices(x.shape)
    ]
    assert y.reshape(-1).tolist() == by_loops
    y.backward(y.detach())
    assert x.grad.tolist() == x.tolist()


@given(full_shape, st.data())
def test_a_mask_and_its_places_choose_the_same(shape, data):
    x = numbered(shape)
    flags = [data.draw(st.booleans()) for _ in range(math.prod(shape))]
    mask = constant(trusted([flags]), shape, backprop.bool)
    expected = [k for k, flag in zip(flat(x.tolist(), len(shape)), flags) if flag]
    places = mask.nonzero(as_tuple=True)
    assert x[mask].tolist() == x.masked_select(mask).tolist() == x[places].tolist() == expected
    assert mask.nonzero().tolist() == [list(row) for row in zip(*[p.tolist() for p in places])]
    assert x.masked_scatter(mask, x[mask]).tolist() == x.tolist()


@given(st.lists(st.integers(0, 2), max_size=5), st.integers(0, 1))
def test_index_add_is_the_sum_of_what_is_selected_back(chosen, axis):
    x = numbered((3, 3))
    index, source = longs(chosen), numbered((len(chosen), 3) if axis == 0 else (3, len(chosen)))
    y = x.index_add(axis, index, source, alpha=2)
    expected = x.tolist()
    for j, k in enumerate(chosen):
        for i in range(3):
            if axis == 0:
                expected[k][i] += 2 * source.tolist()[j][i]
            else:
                expected[i][k] += 2 * source.tolist()[i][j]
    assert y.tolist() == expected


@given(st.lists(st.integers(-5, 5), max_size=8), st.lists(st.integers(-6, 6), min_size=1, max_size=6), st.booleans())
def test_searchsorted_counts_what_is_smaller(row, wanted, right):
    row = sorted(row)
    found = backprop.searchsorted(longs(row), longs(wanted), right=right).tolist()
    assert found == [sum(r <= x if right else r < x for r in row) for x in wanted]
    assert backprop.bucketize(longs(wanted), longs(row), right=right).tolist() == found


INDEX, MASK = longs([1, 0, 1]), constant(trusted([[True, False, True]]), (3,), backprop.bool)
CHECKED = {
    "slice": lambda x, y: x[1:, ::2],
    "arrays": lambda x, y: x[[0, 2, 0], [1, 1, 1]],
    "mask": lambda x, y: x[MASK],
    "gather": lambda x, y: x.gather(0, longs([0, 2, 2, 1, 1, 0], (2, 3))),
    "take": lambda x, y: x.take(longs([8, 0, 8])),
    "index_select": lambda x, y: x.index_select(1, INDEX),
    "scatter": lambda x, y: x.scatter(1, longs([2, 0, 1], (3, 1)), y),
    "scatter_add": lambda x, y: x.scatter_add(0, longs([1, 1, 1], (1, 3)), y),
    "prod": lambda x, y: x.scatter_reduce(0, longs([1, 1, 1] * 2, (2, 3)), y, "prod"),
    "mean": lambda x, y: x.scatter_reduce(0, longs([1, 1, 1] * 2, (2, 3)), y, "mean", include_self=False),
    "amax": lambda x, y: x.scatter_reduce(0, longs([1, 1, 1] * 2, (2, 3)), y, "amax"),
    "index_add": lambda x, y: x.index_add(0, INDEX, y, alpha=3),
    "index_put": lambda x, y: x.index_put((INDEX, INDEX), y[0], accumulate=True),
    "masked_scatter": lambda x, y: x.masked_scatter(MASK, y),
    "select_scatter": lambda x, y: backprop.select_scatter(x, y[0], 1, 2),
    "slice_scatter": lambda x, y: backprop.slice_scatter(x, y[:2], 0, 1),
    "diagonal_scatter": lambda x, y: x.diagonal_scatter(y[0]),
}


@pytest.mark.parametrize("name", CHECKED)
def test_gradients_are_the_finite_differences(name):
    rng = random.Random(3)
    x, y = [Tensor([[rng.gauss(0, 1) for _ in range(3)] for _ in range(3)], requires_grad=True) for _ in "xy"]
    used = [x] if name in ("slice", "arrays", "mask", "gather", "take", "index_select") else [x, y]
    assert gradcheck(lambda *inputs: CHECKED[name](x, y), used, rng=rng)


def test_extremes_that_are_equal_share_the_gradient():
    """PyTorch 2.13: a third each, for the entry itself and the two that are as large."""
    x, y = Tensor([2.0, 0.0], requires_grad=True), Tensor([2.0, 2.0, 1.0], requires_grad=True)
    x.scatter_reduce(0, longs([0, 0, 0]), y, "amax")[0].backward()
    assert x.grad.tolist() == [1 / 3, 0.0] and y.grad.tolist() == [1 / 3, 1 / 3, 0.0]
