"""Norms of vectors."""

from __future__ import annotations

from importlib import import_module
from math import inf
from typing import Any

from backprop.autograd.operation import Result, operation
from backprop.autograd.size import Dims, Size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType
from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.numbers.functions import with_slope
from backprop.tensors.axes import check_floating, in_dtype, nothing, reduced_last
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.ordering import nan_max, nan_min
from backprop.tensors.shapes import reduced_shape, reduction_dims
from backprop.validation import ArgumentError, is_number


@numpy_names
def norm(
    input: TensorLike,
    p: float | str | None = "fro",
    dim: Dims = None,
    keepdim: bool = False,
    *,
    dtype: DType | None = None,
) -> Tensor:
    """(Σ |x|ᵖ)^(1/p) over the axes ``dim``, or over all; "fro" is p = 2. For p = ∞ the largest |x|, for −∞ the smallest, for
    0 the number of entries other than 0; "nuc" is the sum of the singular values of a matrix.

    Where the norm is 0, and where an x is, the gradient is 0; its own derivative is NaN there unless p is 1, ±∞ or from 3
    up, as in PyTorch. RuntimeError for ints.

    >>> from backprop import Tensor
    >>> norm(Tensor([[3.0, 4.0], [6.0, 8.0]]), dim=1)
    tensor([ 5., 10.])
    """
    x = in_dtype(as_tensor(input, "norm"), dtype)
    check_floating("norm", x)
    if p == "nuc":  # the one norm that is not of a vector, and lies a floor above
        axes = tuple(range(len(x._shape))) if dim is None else dim
        return import_module("backprop.linalg.norms").matrix_norm(x, p, axes, keepdim)  # type: ignore[no-any-return]
    p = 2.0 if p is None or p == "fro" else p
    if isinstance(p, str) or not is_number(p) or p != p:
        raise ArgumentError(f"norm: p is a number, 'fro' or 'nuc', got {p!r}")
    dims = reduction_dims("norm", dim, len(x._shape))
    shape = reduced_shape(x._shape, dims, keepdim)
    if 0 not in x._shape:
        return _norm(reduced_last(x, dims), shape, p)
    if 0 not in shape and (p == inf or p < 0):
        raise RuntimeError(f"norm: no entries have no norm for p = {p}, the shape is {list(x._shape)}")
    return nothing(x, 0.0, shape)


@operation(cut=-1)
def _norm(input: Matrix, shape: Size, p: float) -> Result:
    """y = (Σ |x|ᵖ)^(1/p),  ∂L/∂x = ∂L/∂y·sgn x·(|x|/y)^(p−1);  for p = ±∞ shared evenly by all |x| = y, for p = 0 it is 0."""
    norms = [_norm_of(row, p) for row in input.rows]

    def pullback(d: Matrix) -> Matrix:
        return trusted([_gradient(row, y, p, one) for row, y, (one,) in zip(input.rows, norms, d.rows)])

    return trusted([[y] for y in norms]), pullback, shape


def _norm_of(row: list[Any], p: float) -> Any:
    if p == 2 and any(row):
        return math.hypot(*row)
    sizes = list(map(abs, row))
    if p == 0:
        return float(sum([x != 0 for x in sizes]))
    if p == 1:
        return sum(sizes)
    if not any(row):
        return sum(sizes, 0.0)
    unit = nan_max(sizes) if p > 0 else nan_min(sizes)
    # By the largest (for p < 0 the smallest) first: powers then neither overflow nor vanish.
    if abs(p) == inf or not 0 < unit < inf:
        return unit
    return unit * sum([(x / unit) ** p if x else 0.0 for x in sizes]) ** (1 / p)


def _gradient(row: list[Any], y: Any, p: float, d: Any) -> list[Any]:
    if p == 0:
        return [0.0] * len(row)
    if p == 2:
        return [d * (x / y) for x in row] if y else [_at_corner(y)] * len(row)
    if abs(p) == inf:
        share = d / max(1, sum([abs(x) == y for x in row]))
        return [share * ((x > 0) - (x < 0)) if abs(x) == y else 0.0 for x in row]
    flat = p == 1 or p >= (2 if y else 3)  # whether a second derivative is there where x = 0
    return [
        d * ((x > 0) - (x < 0)) * (abs(x) / y) ** (p - 1) if x and y else 0.0 if x or flat else _at_corner(x)
        for x in row
    ]


@with_slope(lambda x, y: math.nan)
def _at_corner(x: Any) -> float:
    """The gradient where the norm has a corner: 0, but with no derivative of its own."""
    return 0.0
