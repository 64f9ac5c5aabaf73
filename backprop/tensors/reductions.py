"""Reductions: sums and what is made of them, over some axes or all."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from math import fsum, inf, nan, sqrt
from math import prod as product
from operator import mul
from typing import Any, Callable

from backprop.autograd.cuts import recut
from backprop.autograd.expansion import repeated, summed
from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.size import Dims, Size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor, constant
from backprop.dtypes import DType
from backprop.matrix import Matrix, trusted
from backprop.tensors.axes import check_floating, count_along, in_dtype, nothing, reduced_last, summable
from backprop.tensors.norms import norm
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.shapes import reduced_shape, reduction_dims
from backprop.validation import warn

_NEARLY_ZERO = 1e-9
_KEEPS_ROUNDING = sys.implementation.name == "cpython" and sys.version_info >= (3, 12)


def _total(input: Matrix, dim: Dims, size: Size, shape: Size, count: float) -> Result:
    """y = Σ x / count over the axes ``dim``,  ∂L/∂x = ∂L/∂y / count, for each entry."""
    back: Callable[[Matrix], Matrix]
    results = shape.numel()
    if results == 1 and 0 not in size:
        rows, columns = input.shape
        value = trusted(
            [_cancelled([builtins.sum(chain.from_iterable(input.rows))], [chain.from_iterable(input.rows)])]
        )
        back = lambda d: trusted([d.rows[0] * columns] * rows)
    elif dim in (-1, len(size) - 1) and 0 not in size:
        columns = size[-1]
        rows_of_sums = recut(input, results).rows
        value = trusted([_cancelled(list(map(builtins.sum, rows_of_sums)), rows_of_sums)])
        back = lambda d: trusted([[x] * columns for row in d.rows for x in row])
    else:
        kept = reduced_shape(size, reduction_dims("sum", dim, len(size)), True)
        value, back = summed(input, size, kept), lambda d: repeated(d, kept, size)
    if count == 1:
        return value, back, shape
    return _divided(value, count), lambda d: back(_divided(d, count)), shape


def _cancelled(sums: list[Any], summands: Sequence[Iterable[Any]]) -> list[Any]:
    """The sums, exact where terms cancel: 2/3 + 1/2 − 1/2 − 2/3 is 0 and not a rounding error. From CPython 3.12 on they
    are, as sum() keeps what rounding takes away."""
    if _KEEPS_ROUNDING or type(sums[0]) is not float or min(map(abs, sums)) > _NEARLY_ZERO:
        return sums
    return [fsum(terms) if abs(total) <= _NEARLY_ZERO else total for total, terms in zip(sums, summands)]


def _divided(matrix: Matrix, count: float) -> Matrix:
    return trusted([[x / count for x in row] for row in matrix.rows])


_sum = operation(_total, name="sum", same_dtype=True, linear=True)
_mean = operation(_total, name="mean", linear=True)


@numpy_names
def sum(input: TensorLike, dim: Dims = None, keepdim: bool = False, *, dtype: DType | None = None) -> Tensor:
    """y = Σ x over the axes ``dim``, or over all,  ∂L/∂x = ∂L/∂y for each entry. That of bools and ints is an int.

    >>> from backprop import Tensor
    >>> x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> sum(x), sum(x, 0), sum(x, 1, keepdim=True).shape
    (tensor(10.), tensor([4., 6.]), torch.Size([2, 1]))
    """
    x = summable(as_tensor(input, "sum"), dtype)
    shape = _shape_without("sum", x._shape, dim, keepdim)
    return in_dtype(_sum(x, dim=dim, size=x._shape, shape=shape, count=1), dtype)


@numpy_names
def mean(input: TensorLike, dim: Dims = None, keepdim: bool = False, *, dtype: DType | None = None) -> Tensor:
    """y = Σ x / n over the n entries along the axes ``dim``, or over all,  ∂L/∂x = ∂L/∂y / n for each. NaN for n = 0.

    RuntimeError for ints and bools, unless ``dtype`` says which floats they become.

    >>> from backprop import Tensor
    >>> mean(Tensor([[1.0, 2.0], [3.0, 6.0]]), 1)
    tensor([1.5000, 4.5000])
    """
    x = in_dtype(as_tensor(input, "mean"), dtype)
    check_floating("mean", x)
    shape = _shape_without("mean", x._shape, dim, keepdim)
    count = x._shape.numel() // (shape.numel() or 1)
    return _mean(x, dim=dim, size=x._shape, shape=shape, count=count or nan)


def _shape_without(name: str, size: Size, dim: Dims, keepdim: bool) -> Size:
    if dim is None and not keepdim:
        return _NO_AXES
    return reduced_shape(size, reduction_dims(name, dim, len(size)), keepdim)


_NO_AXES = Size()


@numpy_names
@composed
def nansum(input: TensorLike, dim: Dims = None, keepdim: bool = False, *, dtype: DType | None = None) -> Tensor:
    """The sum of the entries that are not NaN, whose gradient is 0.

    >>> from backprop import Tensor
    >>> nansum(Tensor([1.0, float("nan"), 2.0]))
    tensor(3.)
    """
    return sum(_nan_as_0(summable(as_tensor(input, "nansum"), dtype)), dim, keepdim)


@numpy_names
@composed
def nanmean(input: TensorLike, dim: Dims = None, keepdim: bool = False, *, dtype: DType | None = None) -> Tensor:
    """The mean of the entries that are not NaN, NaN where all are.

    >>> from backprop import Tensor
    >>> nanmean(Tensor([1.0, float("nan"), 2.0]))
    tensor(1.5000)
    """
    x = in_dtype(as_tensor(input, "nanmean"), dtype)
    check_floating("nanmean", x)
    numbers = constant(trusted([[int(x == x) for x in row] for row in x._matrix.rows]), x._shape)
    count = sum(numbers, dim, keepdim)._matrix.map(lambda n: n or nan)
    total = sum(_nan_as_0(x), dim, keepdim)
    return total / constant(count, total._shape)


@operation
def _nan_as_0(input: Matrix) -> Result:
    """y = x, 0 where x is NaN,  ∂L/∂x = ∂L/∂y, 0 where x is NaN."""
    rows = input.rows
    return trusted([[x if x == x else 0 for x in row] for row in rows]), lambda d: trusted(
        [[d if x == x else 0 for x, d in zip(row, ds)] for row, ds in zip(rows, d.rows)]
    )


@numpy_names
def prod(input: TensorLike, dim: int | None = None, keepdim: bool = False, *, dtype: DType | None = None) -> Tensor:
    """Π over the axis ``dim``, or over all;  ∂L/∂xᵢ = ∂L/∂y·Πⱼ≠ᵢ xⱼ. That of bools and ints is an int.

    >>> from backprop import Tensor
    >>> prod(Tensor([[1.0, 2.0], [3.0, 4.0]]), 0)
    tensor([3., 8.])
    """
    x = summable(as_tensor(input, "prod"), dtype)
    dims = reduction_dims("prod", dim, len(x._shape))
    shape = reduced_shape(x._shape, dims, keepdim)
    return in_dtype(_prod(reduced_last(x, dims), shape) if 0 not in x._shape else nothing(x, 1, shape), dtype)


@operation(cut=-1)
def _prod(input: Matrix, shape: Size) -> Result:
    """y = Π x,  ∂L/∂xᵢ = ∂L/∂y·Πⱼ≠ᵢ xⱼ: the product of those before and of those after, also where some are 0."""
    rows = input.rows

    def pullback(d: Matrix) -> Matrix:
        return trusted([[entry * one for one in _products_of_others(row)] for row, (entry,) in zip(rows, d.rows)])

    return trusted([[product(row)] for row in rows]), pullback, shape


def _products_of_others(row: list[Any]) -> list[Any]:
    before = accumulate(row[:-1], mul, initial=1)
    after = list(accumulate(row[:0:-1], mul, initial=1))
    return list(map(mul, before, reversed(after)))


@numpy_names
@composed
def var(
    input: TensorLike,
    dim: Dims | bool = None,
    unbiased: bool = True,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Tensor:
    """Σ (x − mean)²/(n − correction) over n entries; the correction is 1, or 0 where not ``unbiased``.

    Where n is no more than that a UserWarning says so: the result is NaN, or infinite.

    >>> from backprop import Tensor
    >>> var(Tensor([1.0, 2.0, 3.0, 6.0])), var(Tensor([[1.0, 3.0]]), 1, correction=0)
    (tensor(4.6667), tensor([1.]))
    """
    x, dims, free = _centered("var", input, dim, unbiased, correction)
    total = sum(x * x, dims, keepdim)
    return total / free if free else total * inf


@numpy_names
@composed
def std(
    input: TensorLike,
    dim: Dims | bool = None,
    unbiased: bool = True,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> Tensor:
    """The square root of ``var``; where it is 0 its gradient is 0.

    >>> from backprop import Tensor
    >>> std(Tensor([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]), unbiased=False)
    tensor(2.)
    """
    x, dims, free = _centered("std", input, dim, unbiased, correction)
    return norm(x, 2, dims, keepdim) * (1 / sqrt(free)) if free else (sum(x * x, dims, keepdim) * inf) ** 0.5


@numpy_names
def var_mean(
    input: TensorLike,
    dim: Dims | bool = None,
    unbiased: bool = True,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """(``var``, ``mean``) over the same axes."""
    average = mean(input, None if isinstance(dim, bool) else dim, keepdim)
    return var(input, dim, unbiased, keepdim, correction=correction), average


@numpy_names
def std_mean(
    input: TensorLike,
    dim: Dims | bool = None,
    unbiased: bool = True,
    keepdim: bool = False,
    *,
    correction: float | None = None,
) -> tuple[Tensor, Tensor]:
    """(``std``, ``mean``) over the same axes."""
    average = mean(input, None if isinstance(dim, bool) else dim, keepdim)
    return std(input, dim, unbiased, keepdim, correction=correction), average


def _centered(
    name: str, input: TensorLike, dim: Dims | bool, unbiased: bool, correction: float | None
) -> tuple[Tensor, Dims, float]:
    """x − mean, the axes, and the number of entries less the correction, 0 at least."""
    if isinstance(dim, bool):  # var(x, False) is var(x, unbiased=False)
        unbiased, dim = dim, None
    x = as_tensor(input, name)
    check_floating(name, x)
    correction = int(unbiased) if correction is None else correction
    free = count_along(x, reduction_dims(name, dim, len(x._shape))) - correction
    if free <= 0:
        warn(f"{name}: over {free + correction} entries with the correction {correction} it is not defined")
    return x - mean(x, dim, True), dim, max(free, 0)
