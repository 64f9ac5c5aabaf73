"""Cumulative functions: at each place along an axis the sum, product, extreme … of all entries up to there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from operator import mul
from typing import Any, Callable

from backprop.autograd.operation import Result, operation
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType
from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.tensors import return_types
from backprop.tensors.axes import along, picked, rows_along, summable
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.pairs import log_of_sum
from backprop.tensors.shapes import resolve_dim


@operation(cut=-1, linear=True)
def _cumsum(input: Matrix) -> Result:
    """yⱼ = Σ xᵢ over i ≤ j,  ∂L/∂xᵢ = Σ ∂L/∂yⱼ over j ≥ i."""
    return trusted([list(accumulate(row)) for row in input.rows]), lambda d: trusted(
        [list(accumulate(row[::-1]))[::-1] for row in d.rows]
    )


@operation(cut=-1)
def _cumprod(input: Matrix) -> Result:
    """yⱼ = Π xᵢ over i ≤ j,  ∂L/∂xᵢ = Σ ∂L/∂yⱼ·Π xₖ over j ≥ i, k ≤ j, k ≠ i."""
    rows = input.rows
    products = [list(accumulate(row, mul)) for row in rows]

    def pullback(d: Matrix) -> Matrix:
        return trusted([_through_products(*of_row) for of_row in zip(rows, products, d.rows)])

    return trusted(products), pullback


def _through_products(row: list[Any], products: list[Any], ds: list[Any]) -> list[Any]:
    # What comes after i is the sum s = dᵢ + xᵢ₊₁·(dᵢ₊₁ + xᵢ₊₂·(…)), and what comes before it the product of all before.
    found, after = [], 0
    for x, d, before in zip(row[::-1], ds[::-1], [*products[-2::-1], 1]):
        after = d + after
        found.append(before * after)
        after = x * after
    return found[::-1]


@operation(cut=-1)
def _logcumsumexp(input: Matrix) -> Result:
    """yⱼ = ln Σ eˣⁱ over i ≤ j,  ∂L/∂xᵢ = Σ ∂L/∂yⱼ·eˣⁱ⁻ʸʲ over j ≥ i."""
    rows = [list(accumulate(row, log_of_sum)) for row in input.rows]

    def pullback(d: Matrix) -> Matrix:
        found = []
        for xs, ys, ds in zip(input.rows, rows, d.rows):
            # No y is below the one before, so that no exponential is above 1.
            after, later, gradient = 0.0, ys[-1], []
            for x, y, one in zip(xs[::-1], ys[::-1], ds[::-1]):
                after = one + (after * math.exp(y - later) if after else 0.0)
                gradient.append(after * math.exp(x - y))
                later = y
            found.append(gradient[::-1])
        return trusted(found)

    return trusted(rows), pullback


def _along(name: str, rule: Callable[[Tensor], Tensor], input: TensorLike, dim: int, dtype: DType | None) -> Tensor:
    return along(name, rule, summable(as_tensor(input, name), dtype), dim)


@numpy_names
def cumsum(input: TensorLike, dim: int, *, dtype: DType | None = None) -> Tensor:
    """yⱼ = Σ xᵢ over i ≤ j along the axis ``dim``. That of bools and ints is of ints.

    >>> from backprop import Tensor
    >>> cumsum(Tensor([1.0, 2.0, 3.0]), 0)
    tensor([1., 3., 6.])
    """
    return _along("cumsum", _cumsum, input, dim, dtype)


@numpy_names
def cumprod(input: TensorLike, dim: int, *, dtype: DType | None = None) -> Tensor:
    """yⱼ = Π xᵢ over i ≤ j along the axis ``dim``. That of bools and ints is of ints.

    >>> from backprop import Tensor
    >>> cumprod(Tensor([1.0, 2.0, 3.0]), 0)
    tensor([1., 2., 6.])
    """
    return _along("cumprod", _cumprod, input, dim, dtype)


@numpy_names
def logcumsumexp(input: TensorLike, dim: int) -> Tensor:
    """yⱼ = ln Σ eˣⁱ over i ≤ j along the axis ``dim``.

    >>> from backprop import Tensor
    >>> logcumsumexp(Tensor([0.0, 0.0]), 0)
    tensor([0.0000, 0.6931])
    """
    return _along("logcumsumexp", _logcumsumexp, input, dim, None)


@numpy_names
def cummax(input: TensorLike, dim: int) -> return_types.cummax:
    """(values, indices) of the largest entry so far along the axis, the last of equal ones; from the first NaN on it is that.

    >>> from backprop import Tensor
    >>> values, indices = cummax(Tensor([1.0, 3.0, 2.0]), 0)
    >>> values, indices
    (tensor([1., 3., 3.]), tensor([0, 1, 1]))
    """
    return _extremes("cummax", lambda x, y: not y > x, return_types.cummax, input, dim)  # type: ignore[no-any-return]


@numpy_names
def cummin(input: TensorLike, dim: int) -> return_types.cummin:
    """(values, indices) of the smallest entry so far; else as ``cummax``.

    >>> from backprop import Tensor
    >>> cummin(Tensor([1.0, 3.0, 0.0]), 0).values
    tensor([1., 1., 0.])
    """
    return _extremes("cummin", lambda x, y: not y < x, return_types.cummin, input, dim)  # type: ignore[no-any-return]


def _extremes(name: str, better: Callable[[Any, Any], bool], pair: type[Any], input: TensorLike, dim: int) -> Any:
    x = as_tensor(input, name)
    axis = resolve_dim(name, dim, len(x._shape))

    def places(row: Sequence[Any]) -> list[int]:
        def later(best: int, k: int) -> int:
            if row[best] != row[best]:
                return k if row[k] != row[k] else best
            return k if better(row[k], row[best]) else best

        return list(accumulate(range(len(row)), later))

    return pair(*picked(x, axis, list(map(places, rows_along(x._matrix, x._shape, (axis,)))), x._shape, name))
