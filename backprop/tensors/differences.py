"""Differences along an axis, derivatives by them, and integrals by the trapezoidal rule."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd.operation import composed
from backprop.autograd.size import Dims
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.dtypes import bool as bool_
from backprop.tensors.concatenation import cat
from backprop.tensors.cumulative import cumsum
from backprop.tensors.filled import full
from backprop.tensors.logic import logical_xor
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.parts import narrow
from backprop.tensors.reductions import sum
from backprop.tensors.shapes import resolve_dim, resolve_dims
from backprop.tensors.shaping import view
from backprop.validation import check_positive_int


@numpy_names
@composed
def diff(
    input: TensorLike, n: int = 1, dim: int = -1, prepend: TensorLike | None = None, append: TensorLike | None = None
) -> Tensor:
    """yᵢ = xᵢ₊₁ − xᵢ along the axis ``dim``, ``n`` times; with ``prepend`` and ``append`` before and after x.

    >>> from backprop import Tensor
    >>> diff(Tensor([1.0, 3.0, 8.0])), diff(Tensor([1.0, 3.0, 8.0]), 2)
    (tensor([2., 5.]), tensor([3.]))
    """
    x = as_tensor(input, "diff")
    if not x._shape:
        raise RuntimeError("diff: needs a Tensor of one axis at least, got a number")
    axis = resolve_dim("diff", dim, len(x._shape))
    check_positive_int("diff", 0, n=n)
    if n and (prepend is not None or append is not None):
        x = cat([part for part in (prepend, x, append) if part is not None], axis)
    for _ in range(n):
        low, high = _neighbours(x, axis)
        x = logical_xor(high, low) if x.dtype is bool_ else high - low
    return x


@numpy_names
def gradient(
    input: TensorLike,
    *,
    spacing: TensorLike | Sequence[TensorLike] | None = None,
    dim: Dims = None,
    edge_order: int = 1,
) -> tuple[Tensor, ...]:
    """The derivatives along each axis of ``dim``, by default all, estimated from a point's neighbours: of the parabola through
    three points, at the ends of the line through two, or with ``edge_order`` 2 of the parabola too.

    ``spacing`` is how far neighbours are apart, 1 by default: a number, one for each axis, or for each axis its coordinates.

    >>> from backprop import Tensor
    >>> gradient(Tensor([0.0, 1.0, 4.0, 9.0]))[0], gradient(Tensor([0.0, 1.0, 4.0, 9.0]), edge_order=2)[0]
    (tensor([1., 2., 4., 5.]), tensor([0., 2., 4., 6.]))
    """
    x = as_tensor(input, "gradient")
    axes = resolve_dims("gradient", dim, len(x._shape))
    spacings = list(spacing) if isinstance(spacing, (tuple, list)) else [1 if spacing is None else spacing] * len(axes)
    if len(spacings) != len(axes):
        raise RuntimeError(f"gradient: spacing is a number, or one for each of {len(axes)} axes, got {len(spacings)}")
    if edge_order not in (1, 2):
        raise RuntimeError(f"gradient: edge_order is 1 or 2, got {edge_order!r}")
    return tuple([_derivative(x, axis, as_tensor(own, "gradient"), edge_order) for axis, own in zip(axes, spacings)])


def _derivative(x: Tensor, axis: int, spacing: Tensor, edge_order: int) -> Tensor:
    size = x._shape[axis] if x._shape else 1
    if size <= edge_order:
        raise RuntimeError(f"gradient: each axis has {edge_order + 1} points or more, got the shape {list(x._shape)}")
    if spacing._shape and tuple(spacing._shape) != (size,):
        raise RuntimeError(
            f"gradient: there are {size} coordinates for axis {axis}, got the shape {list(spacing._shape)}"
        )
    steps = diff(spacing) if spacing._shape else spacing * full((size - 1,), 1)
    steps = view(steps, -1, *[1] * (len(x._shape) - axis - 1))
    slopes = diff(x, dim=axis) / steps
    low, high = _neighbours(slopes, axis)
    before, after = _neighbours(steps, 0)
    first, last = _ends(slopes, axis)
    if edge_order == 2:
        (left, right), (own, _), (_, other) = (
            _ends((high - low) / (before + after), axis),
            _ends(before, 0),
            _ends(after, 0),
        )
        first, last = first - left * own, last + right * other
    return cat([first, (low * after + high * before) / (before + after), last], axis)


@numpy_names
@composed
def trapezoid(y: TensorLike, x: TensorLike | None = None, *, dx: float | None = None, dim: int = -1) -> Tensor:
    """Σ (yᵢ + yᵢ₊₁)/2·(xᵢ₊₁ − xᵢ) along the axis ``dim``: the integral of y over x, or over points ``dx`` apart, 1 by
    default.

    >>> from backprop import Tensor
    >>> trapezoid(Tensor([1.0, 2.0, 4.0])), trapezoid(Tensor([1.0, 2.0]), Tensor([0.0, 3.0]))
    (tensor(4.5000), tensor(4.5000))
    """
    return sum(_trapezoids("trapezoid", y, x, dx, dim), dim)


@numpy_names
def trapz(y: TensorLike, x: TensorLike | None = None, *, dx: float | None = None, dim: int = -1) -> Tensor:
    """``trapezoid``, as NumPy called it.

    >>> trapz(Tensor([1.0, 2.0, 4.0]))
    tensor(4.5000)
    """
    return trapezoid(y, x, dx=dx, dim=dim)


@numpy_names
@composed
def cumulative_trapezoid(
    y: TensorLike, x: TensorLike | None = None, *, dx: float | None = None, dim: int = -1
) -> Tensor:
    """The integrals of ``trapezoid`` up to each point after the first.

    >>> from backprop import Tensor
    >>> cumulative_trapezoid(Tensor([1.0, 2.0, 4.0]))
    tensor([1.5000, 4.5000])
    """
    return cumsum(_trapezoids("cumulative_trapezoid", y, x, dx, dim), dim)


def _trapezoids(name: str, y: TensorLike, x: TensorLike | None, dx: float | None, dim: int) -> Tensor:
    heights = as_tensor(y, name)
    if not heights._shape:
        raise RuntimeError(f"{name}: needs a Tensor of one axis at least, got a number")
    axis = resolve_dim(name, dim, len(heights._shape))
    if x is not None and dx is not None:
        raise TypeError(f"{name}: takes x or dx, got both")
    low, high = _neighbours(heights, axis)
    if x is None:
        return (low + high) * (1 if dx is None else dx) / 2
    points = as_tensor(x, name)
    if len(points._shape) == 1:
        points = view(points, -1, *[1] * (len(heights._shape) - axis - 1))
    left, right = _neighbours(points, axis - len(heights._shape) + len(points._shape))
    return (low + high) * (right - left) / 2


def _neighbours(x: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """The entries along the axis without the last, and without the first."""
    before = (slice(None),) * axis
    return x[(*before, slice(None, -1))], x[(*before, slice(1, None))]


def _ends(x: Tensor, axis: int) -> tuple[Tensor, Tensor]:
    """The first part along the axis, and the last."""
    return narrow(x, axis, 0, 1), narrow(x, axis, -1, 1)
