"""Shapes: each rule against itself backwards, against loops, and against figures of PyTorch 2.13."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop.autograd.size import Size, broadcast_shapes
from backprop.tensors import shapes

any_shape = st.lists(st.integers(0, 4), max_size=5).map(tuple)


def refuses(error, message, function, *args, **settings):
    with pytest.raises(error) as raised:
        function(*args, **settings)
    assert str(raised.value) == message


def test_sizes_come_as_ints_or_as_one_sequence():
    assert shapes.as_shape("zeros", (2, 3)) == shapes.as_shape("zeros", (Size([2, 3]),)) == (2, 3)
    assert shapes.as_shape("zeros", ()) == shapes.as_shape("zeros", ([],)) == ()
    refuses(TypeError, "zeros: a size is an int, got 2.0", shapes.as_shape, "zeros", (1, 2.0))


# Axes


@given(st.integers(0, 5))
def test_each_axis_has_two_names(ndim):
    for axis in range(ndim):
        assert shapes.resolve_dim("sum", axis, ndim) == shapes.resolve_dim("sum", axis - ndim, ndim) == axis
    for outside in (max(ndim, 1), -max(ndim, 1) - 1):
        with pytest.raises(IndexError):
            shapes.resolve_dim("sum", outside, ndim)


def test_a_tensor_of_no_axes_takes_the_names_of_one():
    assert shapes.resolve_dim("sum", 0, 0) == shapes.resolve_dim("sum", -1, 0) == 0
    assert shapes.reduced_shape((), (0,), keepdim=True) == ()
    assert shapes.transpose_order("transpose", 0, -1, 0) == shapes.movedim_order("movedim", 0, -1, 0) == ()
    assert shapes.flattened_shape("flatten", ()) == (1,)


@pytest.mark.parametrize("dim", [True, 1.0, "1"])
def test_an_axis_is_an_int(dim):
    for resolve in (shapes.resolve_dim, shapes.resolve_dims):
        refuses(TypeError, f"sum: dim is an int, got {dim!r}", resolve, "sum", dim, 2)


def test_an_axis_is_named_once():
    message = "sum: each axis is named once in dim, got (0, -3)"
    refuses(ValueError, message, shapes.resolve_dims, "sum", (0, -3), 3)


def test_an_empty_tuple_of_axes_reduces_over_all_and_squeezes_none():
    assert shapes.reduction_dims("sum", (), 3) == shapes.reduction_dims("sum", None, 3) == (0, 1, 2)
    assert shapes.squeezed_shape("squeeze", (1, 2, 1), ()) == (1, 2, 1)


# The shapes that operations give


@given(any_shape, st.data())
def test_squeeze_undoes_unsqueeze(shape, data):
    dim = data.draw(st.integers(-len(shape) - 1, len(shape)))
    wider = shapes.unsqueezed_shape("unsqueeze", shape, dim)
    assert len(wider) == len(shape) + 1 and wider[dim] == 1
    assert shapes.squeezed_shape("squeeze", wider, dim) == shape
    assert shapes.squeezed_shape("squeeze", wider) == tuple(size for size in shape if size != 1)


@given(any_shape, st.data())
def test_unflatten_undoes_flatten(shape, data):
    if not shape:
        return
    start = data.draw(st.integers(0, len(shape) - 1))
    end = data.draw(st.integers(start, len(shape) - 1))
    flat = shapes.flattened_shape("flatten", shape, start, end - len(shape))
    assert math.prod(flat) == math.prod(shape) and len(flat) == len(shape) - (end - start)
    assert shapes.unflattened_shape("unflatten", flat, start, shape[start : end + 1]) == shape


@given(any_shape, st.data())
def test_one_size_is_inferred(shape, data):
    numel = math.prod(shape)
    assert shapes.infer_size("view", shape, numel) == shape
    for axis in range(len(shape)):
        others = math.prod(shape[:axis] + shape[axis + 1 :])
        wanted = (*shape[:axis], -1, *shape[axis + 1 :])
        if others:
            assert shapes.infer_size("view", wanted, numel) == shape
        else:
            with pytest.raises(ValueError, match="-1 is any number beside a size of 0"):
                shapes.infer_size("view", wanted, numel)


@pytest.mark.parametrize("sizes", [(5,), (), (-1, -1), (-1, 5), (-2, 12), (-1, 0), (0,)])
def test_sizes_that_do_not_hold_the_entries_are_refused(sizes):
    """As PyTorch refuses them for 24 entries."""
    with pytest.raises(ValueError, match=r"^view: .*(, got |is invalid for input of size)"):
        shapes.infer_size("view", sizes, 24)


@pytest.mark.parametrize("sizes", [(3, -1), (3, 2), (), (-1, -1)])
def test_sizes_that_do_not_hold_the_axis_are_refused(sizes):
    with pytest.raises(ValueError, match=r"^unflatten: .*(, got |is invalid for input of size)"):
        shapes.unflattened_shape("unflatten", (2, 3, 4), 2, sizes)


def test_flatten_goes_forward():
    message = "flatten: end_dim is start_dim or an axis after it, got 2 and 1"
    refuses(ValueError, message, shapes.flattened_shape, "flatten", (2, 3, 4), 2, 1)


# Broadcasting


def by_loops(shape, to):
    """The index into ``shape`` for each index into ``to``: the last axes, 0 where the size is 1."""
    for index in itertools.product(*map(range, to)):
        own = index[len(index) - len(shape) :]
        yield tuple(0 if size == 1 else i for i, size in zip(own, shape))


@given(st.lists(any_shape, max_size=3))
def test_all_shapes_expand_to_the_broadcast_shape_or_to_none(many):
    try:
        result = broadcast_shapes("add", *many)
    except ValueError:
        columns = [[s[-k] for s in many if len(s) >= k] for k in range(1, 6)]
        assert any(len({size for size in column if size != 1}) > 1 for column in columns)
        return
    assert len(result) == max(map(len, many), default=0)
    for shape in many:
        assert shapes.expanded_shape("expand", shape, result) == result
        inside = set(itertools.product(*map(range, shape)))
        assert set(by_loops(shape, result)) <= inside


@pytest.mark.parametrize(
    ("shape", "sizes"),
    [((2, 3, 4), (2, 3, 5)), ((2, 3, 4), (3, 4)), ((3,), (-1, 3)), ((3,), (0,)), ((1,), (-2,)), ((), (2, -1))],
)
def test_what_does_not_expand_is_refused(shape, sizes):
    with pytest.raises(ValueError, match=r"^expand: .*(, got |must match the existing size)"):
        shapes.expanded_shape("expand", shape, sizes)


def test_expand_keeps_sizes_and_adds_axes():
    assert shapes.expanded_shape("expand", (2, 3, 4), (7, -1, 3, 4)) == (7, 2, 3, 4)
    assert shapes.expanded_shape("expand", (1,), (0,)) == (0,)


# Orders of axes


@given(st.permutations(range(5)))
def test_inverse_order_undoes_an_order(order):
    inverse = shapes.inverse_order(order)
    shape = (2, 3, 4, 5, 6)
    assert shapes.permuted_shape(shapes.permuted_shape(shape, order), inverse) == shape


@given(st.integers(1, 5), st.data())
def test_movedim_moves_what_it_names_and_keeps_the_order_of_the_others(ndim, data):
    source = data.draw(st.lists(st.integers(0, ndim - 1), unique=True))
    places = data.draw(st.permutations(range(ndim)))[: len(source)]
    order = shapes.movedim_order("movedim", source, [place - ndim for place in places], ndim)
    assert [order[place] for place in places] == source
    others = [axis for axis in order if axis not in source]
    assert others == sorted(others) and sorted(order) == list(range(ndim))


@given(st.integers(1, 5), st.data())
def test_transpose_exchanges_two_axes(ndim, data):
    first, second = data.draw(st.integers(-ndim, ndim - 1)), data.draw(st.integers(-ndim, ndim - 1))
    order = shapes.transpose_order("transpose", first, second, ndim)
    assert order[first] == second % ndim and order[second] == first % ndim
    assert shapes.inverse_order(order) == order


def test_orders_name_each_axis_once():
    assert shapes.permute_order("permute", (2, 0, -2), 3) == (2, 0, 1)
    for dims in ((0, 1), (0, 0, 1)):
        with pytest.raises(ValueError, match="^permute: "):
            shapes.permute_order("permute", dims, 3)
    for source, destination in (((0, 1), (2,)), ((0, 0), (2, 1)), ((0, 1), (2, -1))):
        with pytest.raises(ValueError, match="^movedim: "):
            shapes.movedim_order("movedim", source, destination, 3)


def test_strides_as_pytorch_counts_them():
    """torch.zeros(shape).stride() of PyTorch 2.13."""
    assert shapes.strides((2, 3, 4)) == (12, 4, 1)
    assert shapes.strides((2, 0, 3)) == (3, 3, 1)
    assert shapes.strides(()) == ()
