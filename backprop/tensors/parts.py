"""Parts of a tensor: some entries along an axis, windows, diagonals, and the whole as several parts.

All are views, as in PyTorch: what is changed in them in place is changed in the Tensor itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop.autograd.size import trusted_size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.tensors import positions
from backprop.tensors.indexing import gathered
from backprop.tensors.indices import select as selected
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.positions import Selection, strided
from backprop.tensors.shapes import as_shape, resolve_dim
from backprop.validation import as_int, check_positive_int


@numpy_names
def select(input: TensorLike, dim: int, index: int) -> Tensor:
    """The entries at ``index`` along the axis ``dim``, which is gone.

    >>> from backprop import Tensor
    >>> select(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1, 0)
    tensor([1., 3.])
    """
    x = as_tensor(input, "select")
    return gathered(x, selected_at(x, dim, as_int("select", "index", index)), "select", True)


def selected_at(x: Tensor, dim: int, item: int | slice) -> Selection:
    """What the index ``item`` along the axis ``dim`` selects."""
    if not x._shape:
        raise IndexError("select: a tensor of 0 axes has none to choose from; item() gives its number")
    return selected(x._shape, (*[slice(None)] * resolve_dim("select", dim, len(x._shape)), item))[0]


@numpy_names
def narrow(input: TensorLike, dim: int, start: int, length: int) -> Tensor:
    """``length`` entries along the axis ``dim``, from ``start`` on; a negative start counts from the end.

    >>> from backprop import Tensor
    >>> narrow(Tensor([1.0, 2.0, 3.0, 4.0]), 0, 1, 2)
    tensor([2., 3.])
    """
    x = as_tensor(input, "narrow")
    return gathered(x, positions.narrow("narrow", x._shape, dim, start, length), "slice", True)


def unfold(input: TensorLike, dimension: int, size: int, step: int) -> Tensor:
    """The windows of ``size`` entries along the axis ``dimension``, ``step`` apart; each lies along a new last axis.

    >>> from backprop import Tensor
    >>> unfold(Tensor([1.0, 2.0, 3.0, 4.0]), 0, 2, 1)
    tensor([[1., 2.],
            [2., 3.],
            [3., 4.]])
    """
    x = as_tensor(input, "unfold")
    return gathered(x, positions.unfold("unfold", x._shape, dimension, size, step), "unfold", True)


def diagonal(input: TensorLike, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """The entries whose index along ``dim2`` is that along ``dim1`` plus ``offset``, along a new last axis.

    >>> from backprop import Tensor
    >>> diagonal(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 4.])
    """
    x = as_tensor(input, "diagonal")
    return gathered(x, positions.diagonal("diagonal", x._shape, offset, dim1, dim2), "diagonal", True)


def as_strided(
    input: TensorLike, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None
) -> Tensor:
    """A tensor of this ``size`` whose neighbours along axis i are ``stride[i]`` apart among the row-major entries.

    >>> from backprop import Tensor
    >>> as_strided(Tensor([1.0, 2.0, 3.0, 4.0]), (2, 2), (1, 2))
    tensor([[1., 3.],
            [2., 4.]])
    """
    x = as_tensor(input, "as_strided")
    shape, steps, first = as_shape("as_strided", (size,)), as_shape("as_strided", (stride,)), storage_offset or 0
    if len(shape) != len(steps):
        raise RuntimeError(f"as_strided: each axis has its stride, got {list(shape)} and {list(steps)}")
    last = first + sum([(n - 1) * step for n, step in zip(shape, steps)])
    if first < 0 or (0 not in shape and last >= x._shape.numel()):
        raise RuntimeError(f"as_strided: there are {x._shape.numel()} entries, got places from {first} to {last}")
    places = strided(first, [[k * step for k in range(n)] for n, step in zip(shape, steps)], shape)
    return gathered(x, places, "as_strided", True)


def split(tensor: TensorLike, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """The parts along the axis ``dim``: each of this size, the last maybe smaller, or of the sizes of a list.

    >>> from backprop import Tensor
    >>> split(Tensor([1.0, 2.0, 3.0, 4.0, 5.0]), 2), split(Tensor([1.0, 2.0, 3.0]), [1, 2])
    ((tensor([1., 2.]), tensor([3., 4.]), tensor([5.])), (tensor([1.]), tensor([2., 3.])))
    """
    x = as_tensor(tensor, "split")
    size = _size_along("split", x, dim)
    if isinstance(split_size_or_sections, (tuple, list)):
        sizes = as_shape("split", (split_size_or_sections,))
        if sum(sizes) != size:
            raise RuntimeError(f"split: the sizes add up to {size}, the size of axis {dim}, got {list(sizes)}")
        return _parts(x, dim, sizes)
    check_positive_int("split", 0, split_size=split_size_or_sections)
    if not split_size_or_sections and size:
        raise RuntimeError(f"split: a part of size 0 is for an axis without entries, axis {dim} has {size}")
    return _parts(x, dim, _sizes(size, split_size_or_sections or 1))


@numpy_names
def split_with_sizes(input: TensorLike, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """``split`` with a list of sizes."""
    return split(input, list(split_sizes), dim)


@numpy_names
def chunk(input: TensorLike, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most so many parts of the same size along the axis ``dim``, the last maybe smaller.

    >>> from backprop import Tensor
    >>> chunk(Tensor([1.0, 2.0, 3.0, 4.0, 5.0]), 2)
    (tensor([1., 2., 3.]), tensor([4., 5.]))
    """
    x = as_tensor(input, "chunk")
    check_positive_int("chunk", 1, chunks=chunks)
    size = _size_along("chunk", x, dim)
    return _parts(x, dim, _sizes(size, -(-size // chunks)) if size else [0] * chunks)


@numpy_names
def tensor_split(
    input: TensorLike, indices_or_sections: Any = None, dim: int = 0, *, indices: Any = None, sections: Any = None
) -> tuple[Tensor, ...]:
    """So many parts along the axis ``dim``, of sizes that differ by 1 at most, or the parts between these indices.

    >>> from backprop import Tensor
    >>> tensor_split(Tensor([1.0, 2.0, 3.0]), 2), tensor_split(Tensor([1.0, 2.0, 3.0]), (1,))
    ((tensor([1., 2.]), tensor([3.])), (tensor([1.]), tensor([2., 3.])))
    """
    x = as_tensor(input, "tensor_split")
    at = next((given for given in (indices_or_sections, indices, sections) if given is not None), None)
    return _split_at("tensor_split", x, at.tolist() if isinstance(at, Tensor) else at, dim)


def hsplit(input: TensorLike, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """The parts side by side: along axis 1, or 0 where there is one only."""
    return _split_along("hsplit", input, indices_or_sections, 1)


def vsplit(input: TensorLike, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """The parts below each other: along axis 0 of two or more."""
    return _split_along("vsplit", input, indices_or_sections, 0)


def dsplit(input: TensorLike, indices_or_sections: Any) -> tuple[Tensor, ...]:
    """The parts behind each other: along axis 2."""
    return _split_along("dsplit", input, indices_or_sections, 2)


@numpy_names
def unbind(input: TensorLike, dim: int = 0) -> tuple[Tensor, ...]:
    """All parts along the axis ``dim``, which is gone.

    >>> from backprop import Tensor
    >>> unbind(Tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    (tensor([1., 3.]), tensor([2., 4.]))
    """
    x = as_tensor(input, "unbind")
    size = _size_along("unbind", x, dim)
    return tuple([gathered(x, selected_at(x, dim, i), "unbind", True) for i in range(size)])


def _split_along(name: str, input: TensorLike, at: Any, axis: int) -> tuple[Tensor, ...]:
    x = as_tensor(input, name)
    needed = {"hsplit": 1, "vsplit": 2, "dsplit": 3}[name]
    if len(x._shape) < needed:
        raise RuntimeError(f"{name}: needs {needed} axes or more, got the shape {list(x._shape)}")
    axis = min(axis, len(x._shape) - 1)
    if isinstance(at, int) and (at < 1 or x._shape[axis] % at):
        raise RuntimeError(f"{name}: the number of parts divides {x._shape[axis]}, the size of axis {axis}, got {at}")
    return _split_at(name, x, at, axis)


def _split_at(name: str, x: Tensor, at: Any, dim: int) -> tuple[Tensor, ...]:
    size = _size_along(name, x, dim)
    if isinstance(at, (tuple, list)):
        ends = [slice(0, as_int(name, "an index", i)).indices(size)[1] for i in at]
        bounds = [0, *ends, size]
        return tuple(
            [
                gathered(x, positions.narrow(name, x._shape, dim, a, max(b - a, 0)), "slice", True)
                for a, b in zip(bounds, bounds[1:])
            ]
        )
    check_positive_int(name, 1, sections=at)
    return _parts(x, dim, [size // at + (i < size % at) for i in range(at)])


def _size_along(name: str, x: Tensor, dim: int) -> int:
    if not x._shape:
        raise RuntimeError(f"{name}: a tensor of 0 axes has none to divide")
    return x._shape[resolve_dim(name, dim, len(x._shape))]


def _sizes(size: int, each: int) -> list[int]:
    return [min(each, size - start) for start in range(0, size, each)] or [0]


def _parts(x: Tensor, dim: int, sizes: Sequence[int]) -> tuple[Tensor, ...]:
    start, parts = 0, []
    for size in trusted_size(sizes):
        parts.append(gathered(x, positions.narrow("split", x._shape, dim, start, size), "split", True))
        start += size
    return tuple(parts)
