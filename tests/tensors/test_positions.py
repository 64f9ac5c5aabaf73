"""Positions: every operation against loops over the indices of its result, and blocks as long as they can be."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.autograd import Size
from backprop.tensors import positions, shapes
from backprop.tensors.indices import select
from tests.tensors.nested import at, blocks, chosen, indices, numbered

any_shape = st.lists(st.integers(0, 4), max_size=4).map(tuple)
with_axes = st.lists(st.integers(0, 4), min_size=1, max_size=4).map(tuple)


def check(selection, shape, source):
    """The entry of the result at each index is that of the tensor at ``source(*index)``."""
    tensor = numbered(shape)
    assert type(selection.shape) is Size
    entries = range(math.prod(shape))
    assert [entries[p] for p in chosen(selection)] == [at(tensor, source(*index)) for index in indices(selection.shape)]


@given(any_shape, st.data())
def test_permute(shape, data):
    order = data.draw(st.permutations(range(len(shape))))
    back = shapes.inverse_order(order)
    selection = positions.permute(shape, order)
    assert selection.shape == tuple(shape[axis] for axis in order)
    check(selection, shape, lambda *index: [index[axis] for axis in back])


@given(any_shape, st.data())
def test_permute_undoes_permute(shape, data):
    order = data.draw(st.permutations(range(len(shape))))
    there = positions.permute(shape, order)
    back = positions.permute(there.shape, shapes.inverse_order(order))
    assert back.shape == shape
    moved = chosen(there)
    assert [moved[p] for p in chosen(back)] == list(range(math.prod(shape)))


@given(st.lists(st.integers(1, 4), max_size=4), st.lists(st.integers(0, 3), max_size=2), st.data())
def test_expand(sizes, new, data):
    shape = [1 if data.draw(st.booleans()) else size for size in sizes]
    selection = positions.expand(shape, new + sizes)
    assert selection.shape == tuple(new + sizes)
    own = slice(len(new), None)
    check(selection, shape, lambda *index: [0 if n == 1 else i for i, n in zip(index[own], shape)])


@given(any_shape, st.data())
def test_flip(shape, data):
    dims = data.draw(st.lists(st.integers(0, len(shape) - 1), unique=True)) if shape else []
    selection = positions.flip("flip", shape, [dim - len(shape) for dim in dims])
    assert selection.shape == shape
    check(selection, shape, lambda *index: [shape[k] - 1 - i if k in dims else i for k, i in enumerate(index)])


@given(with_axes, st.data())
def test_roll(shape, data):
    dims = data.draw(st.lists(st.integers(0, len(shape) - 1), min_size=1, max_size=3))
    shifts = data.draw(st.lists(st.integers(-9, 9), min_size=len(dims), max_size=len(dims)))
    moved = [sum(shift for shift, dim in zip(shifts, dims) if dim == axis) for axis in range(len(shape))]
    selection = positions.roll("roll", shape, shifts, dims)
    assert selection.shape == shape
    check(selection, shape, lambda *index: [(i - m) % n for i, m, n in zip(index, moved, shape)])


@given(any_shape, st.integers(-30, 30))
def test_roll_without_axes_is_along_all_entries(shape, shift):
    selection = positions.roll("roll", shape, shift)
    numel = math.prod(shape)
    assert selection.shape == shape
    assert chosen(selection) == [(p - shift) % numel for p in range(numel)]


@given(st.lists(st.integers(0, 4), min_size=2, max_size=4), st.integers(-5, 5), st.data())
def test_diagonal(shape, offset, data):
    first, second = data.draw(st.permutations(range(len(shape))))[:2]
    selection = positions.diagonal("diagonal", shape, offset, first, second - len(shape))
    length = sum(0 <= i + offset < shape[second] for i in range(shape[first]))
    others = [axis for axis in range(len(shape)) if axis not in (first, second)]
    assert selection.shape == (*[shape[axis] for axis in others], length)

    def source(*index):
        where = dict(zip(others, index))
        where[first] = index[-1] + max(-offset, 0)
        where[second] = where[first] + offset
        return [where[axis] for axis in range(len(shape))]

    check(selection, shape, source)


@given(with_axes, st.data())
def test_narrow(shape, data):
    axis = data.draw(st.integers(0, len(shape) - 1))
    start = data.draw(st.integers(0, shape[axis]))
    length = data.draw(st.integers(0, shape[axis] - start))
    selection = positions.narrow("narrow", shape, axis, start - shape[axis] if start < shape[axis] else start, length)
    assert selection.shape == (*shape[:axis], length, *shape[axis + 1 :])
    check(selection, shape, lambda *index: [i + start * (k == axis) for k, i in enumerate(index)])


@given(with_axes, st.integers(1, 3), st.data())
def test_unfold(shape, step, data):
    axis = data.draw(st.integers(0, len(shape) - 1))
    size = data.draw(st.integers(0, shape[axis]))
    selection = positions.unfold("unfold", shape, axis, size, step)
    windows = len(range(0, shape[axis] - size + 1, step))
    assert selection.shape == (*shape[:axis], windows, *shape[axis + 1 :], size)
    check(selection, shape, lambda *index: [i * step + index[-1] if k == axis else i for k, i in enumerate(index[:-1])])


@given(st.integers(0, 5), st.integers(0, 5), st.integers(-7, 7))
def test_triangles(rows, columns, diagonal):
    lower = positions.triangle("tril", (2, rows, columns), diagonal, upper=False)
    upper = positions.triangle("triu", (rows, columns), diagonal, upper=True)
    assert lower == [[j - i <= diagonal for j in range(columns)] for i in range(rows)]
    assert upper == [[j - i >= diagonal for j in range(columns)] for i in range(rows)]


def test_a_tensor_of_no_axes_has_one_entry():
    for selection in (positions.permute((), ()), positions.expand((), ()), positions.flip("flip", (), (0,))):
        assert selection == (range(1), 1, (), 1)
    assert positions.unfold("unfold", (), 0, 1, 1) == (range(1), 1, (1,), 1)


@st.composite
def selections(draw):
    """A shape and a Selection of each kind from it."""
    shape = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    axis = draw(st.integers(0, len(shape) - 1))
    shape[axis] = draw(st.sampled_from((shape[axis], 17)))  # long enough for blocks of every so many entries
    shape = tuple(shape)
    start = draw(st.integers(0, shape[axis]))
    size = draw(st.integers(0, shape[axis] - start))
    rows = draw(st.lists(st.integers(0, shape[axis] - 1), max_size=40))
    kinds = [
        positions.permute(shape, draw(st.permutations(range(len(shape))))),
        positions.expand((1, *shape), (2, *shape)),
        positions.flip("flip", shape, axis),
        positions.roll("roll", shape, 1, axis),
        positions.diagonal("diagonal", shape, draw(st.integers(-3, 3)), axis, axis - 1),
        positions.narrow("narrow", shape, axis, start, size),
        positions.unfold("unfold", shape, axis, size, draw(st.integers(1, 3))),
        select(shape, (*[slice(None)] * axis, rows))[0],
        select(shape, (*[slice(None)] * axis, start - shape[axis] or -1))[0],
    ]
    return shape, draw(st.sampled_from(kinds))


@given(selections(), st.data())
def test_taken_gives_the_entries_at_the_positions(drawn, data):
    """However the entries are cut into rows."""
    shape, selection = drawn
    cut = data.draw(st.integers(0, len(shape)))
    width = math.prod(shape[cut:])
    rows = [list(range(p, p + width)) for p in range(0, math.prod(shape), width)]
    given_rows = [list(row) for row in rows]
    result = positions.taken(rows, selection.starts, selection.length, selection.step)
    assert rows == given_rows
    entries = range(math.prod(shape))
    assert [entry for row in result for entry in row] == [entries[p] for p in chosen(selection)]
    assert len({len(row) for row in result}) == 1


@given(selections())
def test_blocks_with_different_starts_have_no_entry_in_common(drawn):
    """So what is added up where an entry was chosen twice is the blocks with the same start."""
    _, selection = drawn
    of_each = dict(zip(selection.starts, blocks(selection)))
    assert len({q for block in of_each.values() for q in block}) == len(of_each) * selection.length


def test_windows_that_overlap_are_no_blocks():
    assert positions.unfold("unfold", (5,), 0, 3, 2) == ([0, 1, 2, 2, 3, 4], 1, (2, 3), 1)
    assert positions.unfold("unfold", (7,), 0, 3, 4) == (range(0, 8, 4), 3, (2, 3), 1)


def test_rows_that_are_taken_whole_are_not_copied():
    rows = [[1, 2], [3, 4], [5, 6]]
    for starts, length, numbers in [
        ([4, 0, 4], 2, (2, 0, 2)),
        (range(4, -1, -2), 2, (2, 1, 0)),
        (range(2, 3), 4, (1, 2)),
    ]:
        taken = positions.taken(rows, starts, length)
        assert [id(row) for row in taken] == [id(rows[number]) for number in numbers]


def test_what_stays_together_is_one_block():
    assert positions.permute((32, 16, 64, 8), (0, 2, 1, 3)).length == 8
    assert positions.permute((2, 3, 4), (0, 1, 2)) == (range(1), 24, (2, 3, 4), 1)
    assert positions.permute((5, 6), (1, 0)).length == 1
    assert positions.permute((50, 6), (1, 0)) == (range(6), 50, (6, 50), 6)
    assert positions.flip("flip", (5, 60), 1) == (range(-241, 59, 60), 60, (5, 60), -1)
    assert positions.flip("flip", (5, 6), (0, 1)) == (range(-1, 0), 30, (5, 6), -1)
    assert positions.narrow("narrow", (4, 5, 6), 0, 1, 2) == (range(30, 31), 60, (2, 5, 6), 1)
    assert positions.narrow("narrow", (4, 5, 6), 1, 1, 2) == (range(6, 126, 30), 12, (4, 2, 6), 1)
    assert positions.expand((5,), (3, 5)) == ([0, 0, 0], 5, (3, 5), 1)


def test_long_lists_of_positions_are_right_too():
    """They are not kept."""
    shape = (70, 1000)
    assert chosen(positions.permute(shape, (1, 0))) == [i * 1000 + j for j in range(1000) for i in range(70)]


@pytest.mark.parametrize(
    ("error", "refused"),
    [
        (ValueError, lambda: positions.flip("flip", (2, 3), (0, -2))),
        (IndexError, lambda: positions.flip("flip", (2, 3), 2)),
        (IndexError, lambda: positions.flip("flip", (), 1)),
        (ValueError, lambda: positions.roll("roll", (2, 3), (1, 1))),
        (ValueError, lambda: positions.roll("roll", (2, 3), 1, (0, 1))),
        (ValueError, lambda: positions.roll("roll", (2, 3), ())),
        (IndexError, lambda: positions.roll("roll", (2, 3), 1, 2)),
        (IndexError, lambda: positions.roll("roll", (), 1, 0)),
        (TypeError, lambda: positions.roll("roll", (2, 3), 1.0)),
        (TypeError, lambda: positions.roll("roll", (2, 3), (1, 0.5), (0, 1))),
        (ValueError, lambda: positions.diagonal("diagonal", (2, 3), 0, 1, -1)),
        (IndexError, lambda: positions.diagonal("diagonal", (3,))),
        (TypeError, lambda: positions.diagonal("diagonal", (3, 3), 0.5)),
        (ValueError, lambda: positions.narrow("narrow", (2, 3), 1, -1, 2)),
        (IndexError, lambda: positions.narrow("narrow", (2, 3), 1, 4, 0)),
        (IndexError, lambda: positions.narrow("narrow", (2, 3), 1, -4, 1)),
        (ValueError, lambda: positions.narrow("narrow", (2, 3), 1, 0, -1)),
        (TypeError, lambda: positions.narrow("narrow", (2, 3), 1, 0.0, 1)),
        (IndexError, lambda: positions.narrow("narrow", (), 0, 0, 1)),
        (ValueError, lambda: positions.unfold("unfold", (2, 3), 1, 4, 1)),
        (ValueError, lambda: positions.unfold("unfold", (2, 3), 1, 2, 0)),
        (ValueError, lambda: positions.unfold("unfold", (2, 3), 1, -1, 1)),
        (ValueError, lambda: positions.unfold("unfold", (), 0, 2, 1)),
        (ValueError, lambda: positions.triangle("tril", (3,), 0, False)),
        (TypeError, lambda: positions.triangle("tril", (3, 3), 1.0, False)),
    ],
)
def test_what_pytorch_refuses_is_refused_in_a_sentence(error, refused):
    with pytest.raises(error, match=r"^\w+: .*, got "):
        refused()
