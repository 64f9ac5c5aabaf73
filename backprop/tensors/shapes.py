"""Shapes: what an operation makes of the size of a tensor along each axis. Entries are row-major."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from backprop.autograd.size import Dims, Size, format_sizes, trusted_size
from backprop.validation import ArgumentError, as_int


def as_shape(name: str, sizes: Sequence[Any], low: int = 0) -> Size:
    """The shape given as ints or as one sequence of ints. With ``low=-1`` a size may be left open.

    >>> as_shape("zeros", (2, 3)), as_shape("zeros", ([2, 3],))
    (torch.Size([2, 3]), torch.Size([2, 3]))
    >>> as_shape("zeros", (2, -3))
    Traceback (most recent call last):
    backprop.ArgumentError: zeros: a size is an int from 0 up, got -3 at axis 1 of (2, -3)
    """
    if len(sizes) == 1 and isinstance(sizes[0], (tuple, list, range)):
        sizes = sizes[0]
    shape = trusted_size([size if type(size) is int else as_int(name, "a size", size) for size in sizes])
    if shape and min(shape) < low:
        axis = next(axis for axis, size in enumerate(shape) if size < low)
        raise ArgumentError(
            f"{name}: a size is an int from {low} up, got {shape[axis]} at axis {axis} of {format_sizes(shape)}"
        )
    return shape


def resolve_dim(name: str, dim: int, ndim: int, added: int = 0) -> int:
    """The axis, counted from the first: a negative one counts from the last. A tensor of 0 axes takes 0 and -1, and
    where axes are ``added`` to it they count too.

    >>> resolve_dim("softmax", -1, 3)
    2
    >>> resolve_dim("softmax", 3, 3)
    Traceback (most recent call last):
    IndexError: softmax: dim is an int from -3 to 2 for a tensor of 3 axes, got 3
    """
    if type(dim) is not int:
        dim = as_int(name, "dim", dim, bools=False)
    axes = ndim + added or 1
    if -axes <= dim < axes:
        return dim % axes
    raise IndexError(f"{name}: dim is an int from {-axes} to {axes - 1} for a tensor of {ndim} axes, got {dim}")


def resolve_dims(name: str, dims: Dims, ndim: int) -> tuple[int, ...]:
    """The axes, each counted from the first; ``None`` is all of them. A repeated axis is refused with ValueError.

    >>> resolve_dims("flip", (0, -1), 3), resolve_dims("flip", None, 3)
    ((0, 2), (0, 1, 2))
    """
    if dims is None:
        return tuple(range(ndim))
    if not isinstance(dims, (tuple, list, range)):
        return (resolve_dim(name, dims, ndim),)  # type: ignore[arg-type]  # what is no int is refused there
    resolved = tuple([resolve_dim(name, dim, ndim) for dim in dims])
    if len(set(resolved)) < len(resolved):
        raise ArgumentError(f"{name}: each axis is named once in dim, got {tuple(dims)}")
    return resolved


def reduction_dims(name: str, dims: Dims, ndim: int) -> tuple[int, ...]:
    """The axes that a reduction takes away: all of them also for an empty tuple.

    >>> reduction_dims("sum", (), 2), reduction_dims("sum", -1, 2)
    ((0, 1), (1,))
    """
    return resolve_dims(name, None if isinstance(dims, (tuple, list)) and not dims else dims, ndim)


def reduced_shape(shape: Sequence[int], dims: Sequence[int], keepdim: bool = False) -> Size:
    """The shape without the axes ``dims`` (counted from the first), or with size 1 there.

    >>> reduced_shape((2, 3, 4), (1,)), reduced_shape((2, 3, 4), (1,), keepdim=True)
    (torch.Size([2, 4]), torch.Size([2, 1, 4]))
    """
    if keepdim:
        return trusted_size([1 if axis in dims else size for axis, size in enumerate(shape)])
    return trusted_size([size for axis, size in enumerate(shape) if axis not in dims])


def squeezed_shape(name: str, shape: Sequence[int], dims: Dims = None) -> Size:
    """The shape without those of the axes ``dims`` (all where None) that have size 1.

    >>> squeezed_shape("squeeze", (1, 2, 1)), squeezed_shape("squeeze", (1, 2, 1), (0, 1))
    (torch.Size([2]), torch.Size([2, 1]))
    """
    axes = resolve_dims(name, dims, len(shape))
    return trusted_size([size for axis, size in enumerate(shape) if size != 1 or axis not in axes])


def unsqueezed_shape(name: str, shape: Sequence[int], dim: int) -> Size:
    """The shape with an axis of size 1 before axis ``dim``; -1 is after the last.

    >>> unsqueezed_shape("unsqueeze", (2, 3), 0), unsqueezed_shape("unsqueeze", (2, 3), -1)
    (torch.Size([1, 2, 3]), torch.Size([2, 3, 1]))
    """
    sizes = list(shape)
    sizes.insert(resolve_dim(name, dim, len(shape), added=1), 1)
    return trusted_size(sizes)


def flattened_shape(name: str, shape: Sequence[int], start_dim: int = 0, end_dim: int = -1) -> Size:
    """The shape with the axes from ``start_dim`` to ``end_dim``, both included, as one.

    >>> flattened_shape("flatten", (2, 3, 4)), flattened_shape("flatten", (2, 3, 4), 1)
    (torch.Size([24]), torch.Size([2, 12]))
    """
    start, end = resolve_dim(name, start_dim, len(shape)), resolve_dim(name, end_dim, len(shape))
    if start > end:
        raise ArgumentError(f"{name}: end_dim is start_dim or an axis after it, got {start_dim} and {end_dim}")
    sizes = tuple(shape)
    return trusted_size((*sizes[:start], math.prod(sizes[start : end + 1]), *sizes[end + 1 :]))


def unflattened_shape(name: str, shape: Sequence[int], dim: int, sizes: Sequence[int]) -> Size:
    """The shape with axis ``dim`` as axes of these ``sizes``, of which one may be -1.

    >>> unflattened_shape("unflatten", (2, 12), 1, (3, -1))
    torch.Size([2, 3, 4])
    """
    axis = resolve_dim(name, dim, len(shape))
    if not sizes:
        raise ArgumentError(f"{name}: the sizes are one int or more, got none")
    if not shape:
        raise ArgumentError(f"{name}: a tensor of 0 axes has none to divide; write x.reshape{format_sizes(sizes)}")
    return trusted_size((*shape[:axis], *infer_size(name, sizes, shape[axis]), *shape[axis + 1 :]))


def infer_size(name: str, sizes: Sequence[int], numel: int) -> Size:
    """The shape of these ``sizes`` for ``numel`` entries; one size may be -1, which is then what is left.

    >>> infer_size("view", (-1, 4), 24)
    torch.Size([6, 4])
    >>> infer_size("view", (5, 4), 24)
    Traceback (most recent call last):
    backprop.ArgumentError: view: shape '[5, 4]' is invalid for input of size 24; the sizes multiply to that number
    """
    wanted = as_shape(name, sizes, low=-1)
    if -1 not in wanted:
        if math.prod(wanted) != numel:
            raise ArgumentError(
                f"{name}: shape '{list(wanted)}' is invalid for input of size {numel}; the sizes multiply to that number"
            )
        return wanted
    if wanted.count(-1) > 1:
        raise ArgumentError(f"{name}: one size at most is -1, got {format_sizes(wanted)}")
    others = -math.prod(wanted)
    if not others:
        raise ArgumentError(
            f"{name}: -1 is any number beside a size of 0; write the number, got {format_sizes(wanted)}"
        )
    if numel % others:
        raise ArgumentError(
            f"{name}: the sizes beside -1 divide the number of entries, {numel}, got {format_sizes(wanted)}"
        )
    return trusted_size([numel // others if size == -1 else size for size in wanted])


def expanded_shape(name: str, shape: Sequence[int], sizes: Sequence[int]) -> Size:
    """The shape that ``shape`` becomes under ``expand``: -1 keeps a size, an axis of size 1 takes any.

    >>> expanded_shape("expand", (3, 1), (2, -1, 4))
    torch.Size([2, 3, 4])
    """
    wanted = as_shape(name, sizes, low=-1)
    added = len(wanted) - len(shape)
    if added < 0:
        raise ArgumentError(
            f"{name}: the sizes are {len(shape)} or more for a tensor of shape {format_sizes(shape)},"
            f" got {format_sizes(wanted)}"
        )
    result = []
    for axis, size in enumerate(wanted):
        own = shape[axis - added] if axis >= added else None
        if size == -1 and own is not None:
            size = own
        if size == -1:
            raise ArgumentError(
                f"{name}: a size is an int from 0 up, where an axis is new, got -1 at axis {axis} of {format_sizes(wanted)}"
                f" for shape {format_sizes(shape)}"
            )
        if own not in (None, 1, size):
            words = f"The expanded size of the tensor ({size}) must match the existing size ({own})"
            raise ArgumentError(
                f"{name}: {words} at non-singleton dimension {axis}. Target sizes: {list(wanted)}. "
                f"Tensor sizes: {list(shape)}"
            )
        result.append(size)
    return trusted_size(result)


def permuted_shape(shape: Sequence[int], order: Sequence[int]) -> Size:
    """The shape whose axis i is axis ``order[i]``.

    >>> permuted_shape((2, 3, 4), (2, 0, 1))
    torch.Size([4, 2, 3])
    """
    sizes = tuple(shape)
    return trusted_size([sizes[axis] for axis in order])


def permute_order(name: str, dims: Sequence[int], ndim: int) -> tuple[int, ...]:
    """The order of axes that ``permute`` is given: each of them once.

    >>> permute_order("permute", (-1, 0, 1), 3)
    (2, 0, 1)
    """
    if len(dims) != ndim:
        raise ArgumentError(f"{name}: dims names each of the {ndim} axes once, got {tuple(dims)}")
    return resolve_dims(name, dims, ndim)


def transpose_order(name: str, dim0: int, dim1: int, ndim: int) -> tuple[int, ...]:
    """The order of axes with ``dim0`` and ``dim1`` exchanged.

    >>> transpose_order("transpose", -2, -1, 4)
    (0, 1, 3, 2)
    """
    first, second = resolve_dim(name, dim0, ndim), resolve_dim(name, dim1, ndim)
    order = list(range(ndim))
    if order:
        order[first], order[second] = second, first
    return tuple(order)


def movedim_order(name: str, source: Dims, destination: Dims, ndim: int) -> tuple[int, ...]:
    """The order of axes with those of ``source`` at the places ``destination``, the others as they come.

    >>> movedim_order("movedim", (0, 1), (2, 0), 3)
    (1, 2, 0)
    """
    moved, places = resolve_dims(name, source, ndim), resolve_dims(name, destination, ndim)
    if len(moved) != len(places):
        raise ArgumentError(
            f"{name}: source and destination name the same number of axes, got {source} and {destination}"
        )
    if not ndim:
        return ()
    at = dict(zip(places, moved))
    others = iter([axis for axis in range(ndim) if axis not in moved])
    return tuple([at[place] if place in at else next(others) for place in range(ndim)])


def inverse_order(order: Sequence[int]) -> tuple[int, ...]:
    """The order of axes that undoes ``order``.

    >>> inverse_order((2, 0, 1))
    (1, 2, 0)
    """
    return tuple(sorted(range(len(order)), key=order.__getitem__))


def strides(shape: Sequence[int]) -> tuple[int, ...]:
    """How far two neighbours along each axis are apart among the row-major entries.

    >>> strides((2, 3, 4))
    (12, 4, 1)
    """
    steps, step = [], 1
    for size in reversed(tuple(shape)):
        steps.append(step)
        step *= size or 1
    return tuple(reversed(steps))
