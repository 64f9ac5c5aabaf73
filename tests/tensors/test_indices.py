"""Indexing against nested lists: ints and slices as lists take them, arrays entry by entry."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.tensors.indices import IndexArray, select
from tests.tensors.nested import at, chosen, flat, indices, nested, numbered

any_shape = st.lists(st.sampled_from([1, 2, 2, 3, 3, 3, 0]), max_size=4).map(tuple)


def basic(tensor, items):
    """What ints, slices and None, an item an axis, choose of a nested list."""
    if not items:
        return tensor
    item, *others = items
    if item is None:
        return [basic(tensor, others)]
    if isinstance(item, slice):
        return [basic(part, others) for part in tensor[item]]
    return basic(tensor[item], others)


def ints(size):
    return st.integers(-size, size - 1)


ends = st.none() | st.integers(-4, 4)
slices = st.builds(slice, ends, ends, st.sampled_from([None, 1, 2, 3]))


@st.composite
def basic_items(draw, shape):
    """An item for each axis, and some None."""
    items = []
    for size in shape:
        items += [None] * draw(st.integers(0, 1))
        items.append(draw(st.one_of(slices, ints(size)) if size else slices))
    return items


@given(any_shape, st.data())
def test_ints_slices_and_none(shape, data):
    items = data.draw(basic_items(shape))
    selection, is_view = select(shape, tuple(items))
    assert is_view
    ndim = sum(item is None or isinstance(item, slice) for item in items)
    assert len(selection.shape) == ndim
    assert chosen(selection) == flat(basic(numbered(shape), items), ndim)


@given(any_shape, st.data())
def test_dots_stand_for_the_axes_that_are_left_out(shape, data):
    items = data.draw(basic_items(shape))
    start = data.draw(st.integers(0, len(items)))
    end = data.draw(st.integers(start, len(items)))
    all_of_them = [slice(None) for item in items[start:end] if item is not None]
    whole = select(shape, (*items[:start], *all_of_them, *items[end:]))
    assert select(shape, (*items[:start], ..., *items[end:])) == whole
    if end == len(items):
        assert select(shape, tuple(items[:start])) == whole


@st.composite
def array_items(draw):
    """A shape and an item for each of its axes: arrays that broadcast against each other, slices, ints and None."""
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4).map(tuple))
    together = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    kinds = st.sampled_from(["array", "array", "slice", "int", "none"])
    items = []
    for n, size in enumerate(shape):
        kind = draw(kinds) if n < len(shape) - 1 or any(isinstance(item, IndexArray) for item in items) else "array"
        if kind == "array":
            own = [draw(st.sampled_from([1, n, n])) for n in together[draw(st.integers(0, len(together) - 1)) :]]
            entries = draw(st.lists(ints(size), min_size=math.prod(own), max_size=math.prod(own)))
            items.append(IndexArray(entries, tuple(own)))
        else:
            items += [None] * (kind == "none")
            items.append(draw(ints(size)) if kind == "int" else draw(slices))
    return shape, items


def by_entries(shape, items):
    """The entries and the shape that the items choose: for each entry of the arrays what ints would choose there."""
    arrays = [item for item in items if isinstance(item, IndexArray)]
    ndim = max(len(array.shape) for array in arrays)
    padded = [(1,) * (ndim - len(array.shape)) + array.shape for array in arrays]
    together = tuple(max(sizes) for sizes in zip(*padded))
    places = [n for n, item in enumerate(items) if isinstance(item, IndexArray)]
    between = [item for item in items[places[0] : places[-1]] if not isinstance(item, (IndexArray, int))]
    kept = [item for item in items[: places[0]] if not isinstance(item, int)]
    first = 0 if between else len(kept)

    tensor = numbered(shape)
    results = {}
    for index in indices(together):
        of_each = iter(
            at(nested(array.entries, own), [0 if n == 1 else i for i, n in zip(index, own)])
            for array, own in zip(arrays, padded)
        )
        results[index] = basic(tensor, [next(of_each) if isinstance(item, IndexArray) else item for item in items])
    axes = iter(shape)
    sizes = [1 if item is None else next(axes) for item in items]
    rest = [
        len(range(size)[item]) if isinstance(item, slice) else 1
        for item, size in zip(items, sizes)
        if item is None or isinstance(item, slice)
    ]
    result_shape = (*rest[:first], *together, *rest[first:])
    end = first + ndim
    return result_shape, [at(results[i[first:end]], i[:first] + i[end:]) for i in indices(result_shape)]


@given(array_items())
def test_arrays_choose_together(drawn):
    shape, items = drawn
    selection, is_view = select(shape, tuple(items))
    assert not is_view
    assert (selection.shape, chosen(selection)) == by_entries(shape, items)


@given(any_shape, st.data())
def test_a_mask_chooses_where_it_is_true(shape, data):
    """As one array of ints for each axis that it covers."""
    start = data.draw(st.integers(0, min(len(shape), 1)))
    covered = shape[start:][: data.draw(st.integers(0, 3))]
    numel = math.prod(covered)
    entries = data.draw(st.lists(st.booleans(), min_size=numel, max_size=numel))
    leading = (slice(None),) * start
    selection = select(shape, (*leading, IndexArray(entries, covered, is_bool=True)))
    true = [index for index, entry in zip(indices(covered), entries) if entry]
    if covered:
        arrays = [IndexArray(axis, (len(true),)) for axis in zip(*true)] or [IndexArray([], (0,)) for _ in covered]
        assert selection == select(shape, (*leading, *arrays))
    else:
        assert selection == select(shape, (*leading, entries[0]))
        assert selection[0].shape == (*shape[:start], len(true), *shape[start:])


def test_where_the_axes_of_arrays_stand_as_in_pytorch():
    """The shapes that PyTorch 2.13 gives; an int is no array there, unlike in NumPy."""
    shape, every = (2, 3, 4, 5), slice(None)
    for index, expected in [
        (True, (1, 2, 3, 4, 5)),
        (False, (0, 2, 3, 4, 5)),
        ((True, False), (0, 2, 3, 4, 5)),
        ((0, False), (0, 3, 4, 5)),
        (([0, 1], True), (2, 3, 4, 5)),
        ((True, every, [0, 1]), (2, 2, 4, 5)),
        ((every, [0, 1], every, [0, 1]), (2, 2, 4)),
        ((every, [0, 1], [0, 1]), (2, 2, 5)),
        ((0, every, [0, 1]), (3, 2, 5)),
        ((every, 0, every, [0, 1]), (2, 4, 2)),
        ((every, 0, [0, 1]), (2, 2, 5)),
        ((every, [0, 1], None, [0, 1]), (2, 2, 1, 5)),
        ([[0, 1], [1, 0]], (2, 4, 5)),
        ([[0, 1]], (2, 3, 4, 5)),
        ([slice(0, 1), 0], (1, 4, 5)),
        ([0, None], (1, 3, 4, 5)),
        ([], (0, 3, 4, 5)),
        (([[]],), (1, 0, 3, 4, 5)),
        (((0, 1),), (2, 3, 4, 5)),
        ([0, True], (2, 3, 4, 5)),
        ([True, False], (1, 3, 4, 5)),
        ([[0, 1]] * 32, (32, 2, 3, 4, 5)),
        ((range(2), range(2)), (2, 4, 5)),
        ((slice(2, 2), [7]), (0, 1, 4, 5)),
        ((), shape),
        (..., shape),
        ((None, None, ..., 0, None), (1, 1, 2, 3, 4, 1)),
    ]:
        assert select(shape, index)[0].shape == expected, index


def test_tensors_in_an_index_are_read_by_the_function_given():
    class Array:
        """Stands for a Tensor of one axis."""

        def __init__(self, *entries):
            self.entries = entries

        def __len__(self):
            return len(self.entries)

    def as_array(item):
        return IndexArray(item.entries, (len(item),)) if isinstance(item, Array) else None

    def chosen_by(index):
        return select((3, 2), index, as_array)

    assert chosen_by(Array(2, 0)) == select((3, 2), [2, 0])
    assert chosen_by((Array(2, 0), Array(1, 1))) == select((3, 2), ([2, 0], [1, 1]))
    assert chosen_by([Array(2, 0), Array(1, 1)]) == select((3, 2), ([2, 0], [1, 1]))
    assert chosen_by(([Array(2), Array(0)],)) == select((3, 2), ([2, 0],))


def test_an_array_of_no_axes_is_an_int_and_a_view():
    assert select((3, 2), IndexArray([1], ())) == select((3, 2), 1)
    assert select((3, 2), IndexArray([1], (), is_bool=True)) == select((3, 2), True)


def test_common_indices_are_ranges():
    assert select((4, 5, 6), 2)[0] == (range(60, 61), 30, (5, 6), 1)
    assert select((4, 6), (slice(None), 2))[0] == (range(2, 3), 4, (4,), 6)
    assert select((4, 6), (slice(None), slice(1, 4)))[0] == (range(1, 25, 6), 3, (4, 3), 1)
    assert select((4, 5, 6), (..., 2))[0] == (range(2, 3), 20, (4, 5), 6)
    assert select((4, 6), slice(1, 3))[0] == (range(6, 7), 12, (2, 6), 1)


@pytest.mark.parametrize(
    ("error", "shape", "index", "message"),
    [
        (IndexError, (2, 3), 2, "an index is from -2 to 1 for axis 0 of size 2, got 2"),
        (IndexError, (2, 3), (0, -4), "an index is from -3 to 2 for axis 1 of size 3, got -4"),
        (IndexError, (2, 3), ([0], [1, 7]), "an index is from -3 to 2 for axis 1 of size 3, got 7"),
        (IndexError, (0,), 0, "an axis of size 0 has no entry to choose, got index 0 for axis 0"),
        (IndexError, (0, 3, 0), [0], "an axis of size 0 has no entry to choose, got index 0 for axis 0"),
        (IndexError, (2, 3), (0, 0, 0), "an index has 2 axes at most for shape (2, 3), got 3"),
        (IndexError, (), 0, "a tensor of 0 axes has none to index, got 0; item() gives its number"),
        (IndexError, (2, 3), (..., ...), "an index has one ... at most, got 2"),
        (
            IndexError,
            (2, 3),
            ([0, 1], [0, 1, 2]),
            "arrays in an index broadcast against each other, got shapes (2,) and (3,)",
        ),
        (
            IndexError,
            (2, 3),
            [True, False, True],
            "a mask has the sizes of the axes it chooses from, (2,) from axis 0 on, got shape (3,)",
        ),
        (ValueError, (2, 3), slice(None, None, -1), "a slice has a step from 1 up, got -1; flip(dims) reverses"),
        (ValueError, (2, 3), slice(None, None, 0), "a slice has a step from 1 up, got 0; flip(dims) reverses"),
        (ValueError, (2, 3), (0, [[0, 1], [0]]), "lists in an index are of the same length, got [[0, 1], [0]]"),
        (TypeError, (2, 3), (0, [None]), "a list in an index holds ints or bools, got [None]"),
        (TypeError, (2, 3), slice(0.0, 1), "a slice holds ints or None, got slice(0.0, 1, None)"),
    ],
)
def test_what_pytorch_refuses_is_refused_in_a_sentence(error, shape, index, message):
    with pytest.raises(error) as raised:
        select(shape, index)
    assert str(raised.value) == message


@pytest.mark.parametrize("index", [1.0, "a", {0}, [0.5], 1j, ["a"]], ids=repr)
def test_what_is_no_index_is_refused(index):
    """PyTorch takes 0.5 in a list for 0."""
    with pytest.raises(
        TypeError, match=r"^an index is an int, a slice, None, \.\.\., or a list or tensor of ints or bools"
    ):
        select((2, 3), index)


def test_all_pairs_of_ints():
    for i, j in itertools.product(range(-2, 2), range(-3, 3)):
        assert select((2, 3), (i, j)) == ((range(i % 2 * 3 + j % 3, i % 2 * 3 + j % 3 + 1), 1, (), 1), True)
