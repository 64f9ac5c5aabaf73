"""Logarithms and exponentials of two tensors, and the whole numbers of two: functions entry by entry, with broadcasting."""

from __future__ import annotations

from typing import Any, NamedTuple

from backprop import dtypes
from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType, common_dtype
from backprop.matrix import Matrix
from backprop.numbers import math
from backprop.numbers.functions import with_slope
from backprop.tensors.arithmetic import div, mul, pairwise, pow, quotient, quotients, sub, sum_to_shape
from backprop.tensors.elementary import log
from backprop.tensors.entries import entry_by_entry
from backprop.tensors.selection import clamp

_LN2 = math.log(2.0)


@operation
def logaddexp(input: Matrix, other: Matrix) -> Result:
    """c = ln(eᵃ + eᵇ),  ∂L/∂a = ∂L/∂c / (1 + eᵇ⁻ᵃ),  ∂L/∂b = ∂L/∂c / (1 + eᵃ⁻ᵇ).

    >>> logaddexp(Tensor([0.0, 1000.0]), Tensor([0.0, -1000.0]))
    tensor([6.9315e-01, 1.0000e+03])
    """
    return pairwise(log_of_sum, input, other), (
        lambda d: sum_to_shape(d * pairwise(_share, input, other), input.shape),
        lambda d: sum_to_shape(d * pairwise(_share, other, input), other.shape),
    )


def log_of_sum(x: Any, y: Any) -> float:
    """ln(eˣ + eʸ) of two numbers.

    >>> log_of_sum(1000.0, 1000.0)
    1000.6931471805599
    """
    if x == y and math.isinf(x):
        return x  # type: ignore[no-any-return]
    return y + math.log1p(math.exp(x - y)) if x < y else x + math.log1p(math.exp(y - x))  # type: ignore[no-any-return]


def _share(x: Any, y: Any) -> float:
    """eˣ/(eˣ + eʸ)."""
    difference = y - x
    return 1.0 / (1.0 + math.exp(difference)) if not difference > 700.0 else 0.0


@composed
def logaddexp2(input: TensorLike, other: TensorLike) -> Tensor:
    """log₂(2ᵃ + 2ᵇ)."""
    return div(logaddexp(mul(input, _LN2), mul(other, _LN2)), _LN2)


@operation
def xlogy(input: Matrix, other: Matrix) -> Result:
    """c = a·ln b, and 0 where a is 0, unless b is NaN,  ∂L/∂a = ∂L/∂c·ln b, 0 at a = 0 with b ≤ 0,  ∂L/∂b = ∂L/∂c·a/b.

    >>> xlogy(Tensor([0.0, 2.0]), Tensor([0.0, 1.0]))
    tensor([0., 0.])
    """
    return _times_logarithm(input, other, 0)


@operation
def xlog1py(input: Matrix, other: Matrix) -> Result:
    """c = a·ln(1 + b), and 0 where a is 0, unless b is NaN,  ∂L/∂a = ∂L/∂c·ln(1 + b),  ∂L/∂b = ∂L/∂c·a/(1 + b)."""
    return _times_logarithm(input, other, 1)


def _times_logarithm(input: Matrix, other: Matrix, shift: int) -> Result:
    logarithm = _log1p if shift else _log

    def product(x: Any, y: Any) -> Any:
        return 0.0 if x == 0 and y == y else x * logarithm(y)

    def slope(x: Any, y: Any) -> Any:
        return 0.0 if x == 0 and y <= -shift else logarithm(y)

    return pairwise(product, input, other), (
        lambda d: sum_to_shape(d * pairwise(slope, input, other), input.shape),
        lambda d: sum_to_shape(quotients(d * input, other + shift), other.shape),
    )


@with_slope(lambda y, c: quotient(1.0, y))
def _log(y: Any) -> float:
    return math.log(y) if y > 0 else math.nan if y else -math.inf


@with_slope(lambda y, c: quotient(1.0, 1.0 + y))
def _log1p(y: Any) -> float:
    return math.log1p(y) if y > -1 else math.nan if y != -1 else -math.inf


@composed
def logit(input: TensorLike, eps: float | None = None) -> Tensor:
    """y = ln(x/(1 − x)), the inverse of sigmoid; x is held between ``eps`` and 1 − eps where it is given.

    >>> logit(Tensor([0.5, 1.0]))
    tensor([0., inf])
    """
    x = as_tensor(input, "logit") if eps is None else clamp(input, eps, 1.0 - eps)
    return log(div(x, sub(1.0, x)))


@composed
def ldexp(input: TensorLike, other: TensorLike) -> Tensor:
    """a·2ᵇ.

    >>> ldexp(Tensor([1.0, 3.0]), 2)
    tensor([ 4., 12.])
    """
    return mul(input, pow(2.0, other))


class frexp_result(NamedTuple):  # PyTorch's name for it
    """What ``frexp`` gives: the mantissas and the exponents."""

    mantissa: Tensor
    exponent: Tensor


def frexp(input: TensorLike) -> frexp_result:
    """x = m·2ᵉ with ½ ≤ |m| < 1, the numbers that a float holds.

    >>> frexp(Tensor([6.0]))
    frexp_result(mantissa=tensor([0.7500]), exponent=tensor([3], dtype=torch.int32))
    """
    exponent = entry_by_entry("frexp", lambda x: math.frexp(x)[1], input, dtype=dtypes.int32)
    return frexp_result(ldexp(input, -exponent), exponent)


def gcd(input: TensorLike, other: TensorLike) -> Tensor:
    """The greatest common divisor of ints.

    >>> gcd(12, 18)
    tensor(6)
    """
    return entry_by_entry("gcd", math.gcd, input, other, dtype=_int_dtype("gcd", input, other))


def lcm(input: TensorLike, other: TensorLike) -> Tensor:
    """The least common multiple of ints."""
    return entry_by_entry("lcm", math.lcm, input, other, dtype=_int_dtype("lcm", input, other))


def _int_dtype(name: str, *inputs: TensorLike) -> DType:
    """The common dtype, which is one of ints; RuntimeError for another."""
    dtype = common_dtype([(x.dtype, bool(x._shape)) for x in [as_tensor(x, name) for x in inputs]])
    if dtype is None or dtype.is_floating_point or dtype is dtypes.bool:
        raise RuntimeError(f"{name}: its inputs are ints, got {dtype}")
    return dtype
