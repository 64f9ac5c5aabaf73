"""Scores as probabilities: softmax and its logarithm.

All first subtract the largest score. In exact arithmetic that changes nothing, since it divides numerator and
denominator by the same factor, and no exponential is above 1.
"""

from __future__ import annotations

from typing import Any

from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.size import Dims, Size
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType
from backprop.kernel import dot
from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.tensors.axes import along, check_floating, in_dtype, nothing, reduced_last
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.ordering import nan_max
from backprop.tensors.shapes import reduced_shape, reduction_dims
from backprop.validation import warn


@numpy_names
def softmax(input: TensorLike, dim: int | None = None, dtype: DType | None = None) -> Tensor:
    """yⱼ = eˣʲ / Σₖ eˣᵏ,  ∂L/∂xⱼ = yⱼ·(∂L/∂yⱼ − Σₖ ∂L/∂yₖ·yₖ), along the axis ``dim``.

    Probabilities: above 0, with the sum 1. Without ``dim`` PyTorch's old choice is made, with a UserWarning: the first axis
    for 0, 1 and 3 axes, else the second.
    Bridle, "Probabilistic Interpretation of Feedforward Classification Network Outputs" (1990).

    >>> from backprop import Tensor
    >>> softmax(Tensor([[1000.0, 1000.0], [0.0, -1000.0]]), 1)
    tensor([[0.5000, 0.5000],
            [1.0000, 0.0000]])
    """
    x = in_dtype(as_tensor(input, "softmax"), dtype)
    check_floating("softmax", x)
    return along("softmax", _softmax, x, _chosen("softmax", x, dim))


@numpy_names
def log_softmax(input: TensorLike, dim: int | None = None, dtype: DType | None = None) -> Tensor:
    """yⱼ = xⱼ − ln Σₖ eˣᵏ,  ∂L/∂xⱼ = ∂L/∂yⱼ − eʸʲ·Σₖ ∂L/∂yₖ, along the axis ``dim``.

    The logarithms of ``softmax``, exact even where a probability is too small for a float. ``dim`` as there.

    >>> from backprop import Tensor
    >>> log_softmax(Tensor([[1000.0, 0.0]]), -1)
    tensor([[    0., -1000.]])
    """
    x = in_dtype(as_tensor(input, "log_softmax"), dtype)
    check_floating("log_softmax", x)
    return along("log_softmax", _log_softmax, x, _chosen("log_softmax", x, dim))


@numpy_names
@composed
def softmin(input: TensorLike, dim: int | None = None, dtype: DType | None = None) -> Tensor:
    """The ``softmax`` of −x.

    >>> from backprop import Tensor
    >>> softmin(Tensor([1000.0, 1000.0]), 0)
    tensor([0.5000, 0.5000])
    """
    x = in_dtype(as_tensor(input, "softmin"), dtype)
    check_floating("softmin", x)
    return along("softmin", _softmax, -x, _chosen("softmin", x, dim))


@numpy_names
def logsumexp(input: TensorLike, dim: Dims, keepdim: bool = False) -> Tensor:
    """y = ln Σ eˣ over the axes ``dim``,  ∂L/∂x = ∂L/∂y·eˣ⁻ʸ; −∞ over none.

    >>> from backprop import Tensor
    >>> logsumexp(Tensor([1000.0, 1000.0]), 0)
    tensor(1000.6932)
    """
    x = as_tensor(input, "logsumexp")
    dims = reduction_dims("logsumexp", dim, len(x._shape))
    shape = reduced_shape(x._shape, dims, keepdim)
    return _logsumexp(reduced_last(x, dims), shape) if 0 not in x._shape else nothing(x, -math.inf, shape)


def _chosen(name: str, x: Tensor, dim: int | None) -> int:
    if dim is not None:
        return dim
    warn(f"{name}: without dim the axis is guessed; write {name}(x, dim=-1) for the last one")
    return 0 if len(x._shape) in (0, 1, 3) else 1


@operation(cut=-1)
def _softmax(input: Matrix) -> Result:
    """yⱼ = eˣʲ / Σₖ eˣᵏ,  ∂L/∂xⱼ = yⱼ·(∂L/∂yⱼ − Σₖ ∂L/∂yₖ·yₖ), in each row."""
    rows = []
    for row in input.rows:
        powers = exponentials(row)
        total = sum(powers)
        rows.append([power / total for power in powers])
    y = trusted(rows)

    def pullback(d: Matrix) -> Matrix:
        sums = map(dot, d.rows, y.rows)
        return trusted([[y * (d - s) for d, y in zip(ds, ys)] for ds, ys, s in zip(d.rows, y.rows, sums)])

    return y, pullback


@operation(cut=-1)
def _log_softmax(input: Matrix) -> Result:
    """yⱼ = xⱼ − ln Σₖ eˣᵏ,  ∂L/∂xⱼ = ∂L/∂yⱼ − eʸʲ·Σₖ ∂L/∂yₖ, in each row."""
    rows = []
    for row in input.rows:
        largest, logarithm = max(row), math.log(sum(exponentials(row)))
        rows.append([(x - largest) - logarithm for x in row])
    y = trusted(rows)

    def pullback(d: Matrix) -> Matrix:
        sums = map(sum, d.rows)
        exp = math.exp
        return trusted([[d - exp(y) * s for d, y in zip(ds, ys)] for ds, ys, s in zip(d.rows, y.rows, sums)])

    return y, pullback


@operation(cut=-1)
def _logsumexp(input: Matrix, shape: Size) -> Result:
    """y = ln Σ eˣ of each row,  ∂L/∂x = ∂L/∂y·eˣ⁻ʸ."""
    sums = []
    for row in input.rows:
        largest, total = max(row), sum(exponentials(row))
        # Where the largest is infinite, the total is ∞ − ∞.
        sums.append(largest + math.log(total) if total == total else nan_max(row))

    def pullback(d: Matrix) -> Matrix:
        exp = math.exp
        return trusted([[one * exp(x - y) for x in row] for row, y, (one,) in zip(input.rows, sums, d.rows)])

    return trusted([[y] for y in sums]), pullback, shape


def exponentials(row: list[Any]) -> list[float]:
    """eˣ⁻ᵐ for the row's largest entry m: no overflow, and at least one of them is 1.

    >>> exponentials([1000.0, 999.0])
    [1.0, 0.36787944117144233]
    """
    exp, largest = math.exp, max(row)
    return [exp(x - largest) for x in row]
