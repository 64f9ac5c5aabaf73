"""Entries moved to other places, or repeated: each result is a copy, as in PyTorch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop.autograd.operation import composed
from backprop.autograd.size import Size
from backprop.autograd.size import broadcast_shapes as common_shape
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.tensors import positions
from backprop.tensors.indexing import gathered, getitem, places
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.positions import strided
from backprop.tensors.reductions import sum as total
from backprop.tensors.shapes import as_shape, resolve_dim, resolve_dims, strides
from backprop.tensors.shaping import expand, flatten, given_by_name, transpose, view


@given_by_name("dims")
def flip(input: TensorLike, *dims: Any) -> Tensor:
    """The entries along each of the axes ``dims`` in reverse order.

    >>> from backprop import Tensor
    >>> flip(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor([[2., 1.],
            [4., 3.]])
    """
    x = as_tensor(input, "flip")
    along = dims[0] if len(dims) == 1 and isinstance(dims[0], (tuple, list)) else dims
    return gathered(x, positions.flip("flip", x._shape, along), "flip")


def fliplr(input: TensorLike) -> Tensor:
    """The columns in reverse order; RuntimeError for fewer than two axes."""
    return _flipped("fliplr", as_tensor(input, "fliplr"), 1)


def flipud(input: TensorLike) -> Tensor:
    """The rows in reverse order; RuntimeError for a number."""
    return _flipped("flipud", as_tensor(input, "flipud"), 0)


def _flipped(name: str, x: Tensor, axis: int) -> Tensor:
    if len(x._shape) <= axis:
        raise RuntimeError(f"{name}: needs {axis + 1} axes or more, got the shape {list(x._shape)}")
    return flip(x, axis)


@numpy_names
def roll(input: TensorLike, shifts: int | Sequence[int], dims: int | Sequence[int] = ()) -> Tensor:
    """The entries moved by each shift along its axis; those beyond the end come first. Without ``dims`` all as one row.

    >>> from backprop import Tensor
    >>> roll(Tensor([1.0, 2.0, 3.0]), 1)
    tensor([3., 1., 2.])
    """
    x = as_tensor(input, "roll")
    return gathered(x, positions.roll("roll", x._shape, shifts, dims), "roll")


@composed
def rot90(input: TensorLike, k: int = 1, dims: Sequence[int] = (0, 1)) -> Tensor:
    """Turned ``k`` times by 90° in the plane of two axes, from the first towards the second.

    >>> from backprop import Tensor
    >>> rot90(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[2., 4.],
            [1., 3.]])
    """
    x = as_tensor(input, "rot90")
    axes = resolve_dims("rot90", dims, len(x._shape))
    if len(axes) != 2:
        raise RuntimeError(f"rot90: dims are two axes, got {dims}")
    first, second = axes
    turns = k % 4
    if turns % 2 == 0:
        return flip(x, axes if turns else ())
    return flip(transpose(x, first, second), first if turns == 1 else second)


def expand_as(input: TensorLike, other: Tensor) -> Tensor:
    """``expand`` to the shape of ``other``."""
    return expand(input, other.shape)


def broadcast_to(input: TensorLike, shape: Sequence[int]) -> Tensor:
    """``expand`` to this shape."""
    return expand(input, shape)


def broadcast_shapes(*shapes: Any) -> Size:
    """The shape that tensors of these shapes have together.

    >>> broadcast_shapes((4, 1, 3), (2, 1), 3)
    torch.Size([4, 2, 3])
    """
    return common_shape("broadcast_shapes", *[as_shape("broadcast_shapes", (shape,)) for shape in shapes])


def broadcast_tensors(*tensors: Any) -> tuple[Tensor, ...]:
    """All expanded to the shape that they have together.

    >>> from backprop import Tensor
    >>> broadcast_tensors(Tensor([1.0, 2.0]), Tensor([[3.0]]))
    (tensor([[1., 2.]]), tensor([[3., 3.]]))
    """
    several = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    found = [as_tensor(x, "broadcast_tensors") for x in several]
    shape = common_shape("broadcast_tensors", *[x._shape for x in found])
    return tuple([expand(x, shape) for x in found])


@given_by_name("size")
def sum_to_size(input: TensorLike, *size: Any) -> Tensor:
    """The sum over the axes along which a tensor of this ``size`` would be expanded.

    >>> from backprop import Tensor
    >>> sum_to_size(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1, 2)
    tensor([[4., 6.]])
    """
    x = as_tensor(input, "sum_to_size")
    shape = as_shape("sum_to_size", size)
    new = len(x._shape) - len(shape)
    if new < 0 or any(n not in (1, own) for n, own in zip(shape, x._shape[new:])):
        raise RuntimeError(f"sum_to_size: the shape {list(x._shape)} has to be one that {list(shape)} expands to")
    axes = [axis for axis, own in enumerate(x._shape) if axis < new or shape[axis - new] != own]
    return view(total(x, axes), shape) if axes else x


@given_by_name("repeats")
def repeat(input: TensorLike, *repeats: Any) -> Tensor:
    """The whole repeated so often along each axis; more numbers than axes give new axes in front.

    >>> from backprop import Tensor
    >>> repeat(Tensor([1.0, 2.0]), 2, 2)
    tensor([[1., 2., 1., 2.],
            [1., 2., 1., 2.]])
    """
    x = as_tensor(input, "repeat")
    times = as_shape("repeat", repeats)
    if len(times) < len(x._shape):
        raise RuntimeError(f"repeat: needs a number for each axis of {list(x._shape)}, got {list(times)}")
    shape = (*(1,) * (len(times) - len(x._shape)), *x._shape)
    axes: list[positions.Axis] = [
        (size, step) if n == 1 else [k * step for k in range(size)] * n
        for n, size, step in zip(times, shape, strides(shape))
    ]
    return gathered(x, strided(0, axes, [n * size for n, size in zip(times, shape)]), "repeat")


@given_by_name("dims")
def tile(input: TensorLike, *dims: Any) -> Tensor:
    """``repeat``, where numbers for the first axes may be left out."""
    x = as_tensor(input, "tile")
    times = as_shape("tile", dims)
    return repeat(x, (*(1,) * (len(x._shape) - len(times)), *times))


@numpy_names
def repeat_interleave(
    input: TensorLike, repeats: int | Tensor | None = None, dim: int | None = None, *, output_size: int | None = None
) -> Tensor:
    """Each entry along the axis ``dim`` repeated so often, one number for all or one for each; without ``dim`` all entries
    as one row. ``repeat_interleave(repeats)`` is each index as often as it says.

    >>> from backprop import Tensor
    >>> repeat_interleave(Tensor([1.0, 2.0]), 2)
    tensor([1., 1., 2., 2.])
    """
    x = as_tensor(input, "repeat_interleave")
    if repeats is None:
        return places([i for i, n in enumerate(x.tolist()) for _ in range(n)])
    if dim is None:
        x, dim = flatten(x), 0
    axis = resolve_dim("repeat_interleave", dim, len(x._shape))
    size = x._shape[axis] if x._shape else 1
    times = repeats.tolist() if isinstance(repeats, Tensor) else repeats
    if not isinstance(times, list):
        times = [times]
    if len(times) == 1 and times[0] >= 0:
        times = times * size
    if len(times) != size or min(times, default=0) < 0:
        raise RuntimeError(
            f"repeat_interleave: repeats is a number from 0 up, or {size} of them, one for each entry along axis {axis}"
        )
    chosen = [i for i, n in enumerate(times) for _ in range(n)]
    return getitem(view(x, 1) if not x._shape else x, (*[slice(None)] * axis, chosen))
