"""Arithmetic entry by entry, with broadcasting: the value of each operation and, beside it, the pullbacks.

Division by zero and powers follow IEEE 754, as PyTorch does: 1/0 is infinite, 0/0 and (−1)^½ are NaN. Ints and Fractions
stay exact.
"""

from __future__ import annotations

import builtins
import operator
from collections.abc import Callable
from typing import Any

from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor
from backprop.matrix import Matrix, trusted
from backprop.matrix.broadcasting import broadcast
from backprop.numbers import math
from backprop.validation import check_choice


def sum_to_shape(gradient: Matrix, shape: tuple[int, int]) -> Matrix:
    """The gradient of what was broadcast from ``shape``: summed over each axis along which it was repeated.

    >>> sum_to_shape(Matrix([[1, 2], [3, 4]]), (1, 2))
    Matrix([[4, 6]])
    """
    rows, columns = shape
    if len(gradient.rows) != rows:
        gradient = trusted([list(map(sum, zip(*gradient.rows)))])
    if len(gradient.rows[0]) != columns:
        gradient = trusted([[sum(row)] for row in gradient.rows])
    return gradient


def power_of(base: Any, exponent: Any) -> Any:
    """base ** exponent; beyond the largest float it is ±∞, as products are.

    >>> power_of(3, 2), power_of(-1e200, 3)
    (9, -inf)
    """
    try:
        return base**exponent
    except OverflowError:
        if (builtins.abs(base) < 1) == (exponent > 0):  # an int too large for a float, and no result too large
            return 0.0
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


def pairwise(function: Callable[[Any, Any], Any], a: Matrix, b: Matrix) -> Matrix:
    """f(a, b) for all pairs of entries, broadcast.

    >>> pairwise(min, Matrix([[1, 5]]), Matrix([[3], [4]]))
    Matrix([[1, 3], [1, 4]])
    """
    left, right = broadcast((a.rows, b.rows), "of pairs")
    return trusted([list(map(function, p, q)) for p, q in zip(left, right)])


def quotients(a: Matrix, b: Matrix) -> Matrix:
    """a/b for all pairs of entries, broadcast; over 0 they are ±∞ or NaN.

    >>> quotients(Matrix([[1.0, 0.0]]), Matrix([[0.0]]))
    Matrix([[float('inf'), float('nan')]])
    """
    try:
        return a / b
    except ArithmeticError:
        return pairwise(quotient, a, b)


def no_gradient(d: Matrix) -> Matrix:
    """The gradient through a function that is level wherever it has a derivative.

    >>> no_gradient(Matrix([[2.0, 3.0]]))
    Matrix([[0.0, 0.0]])
    """
    return trusted([[0.0] * len(row) for row in d.rows])


@operation(same_dtype=True, linear=True)
def add(input: Matrix, other: Matrix, *, alpha: float = 1) -> Result:
    """C = A + α·B,  ∂L/∂A = ∂L/∂C,  ∂L/∂B = α·∂L/∂C, summed where A or B was broadcast.

    >>> from backprop import Tensor
    >>> add(Tensor([[1.0, 2.0]]), 10)
    tensor([[11., 12.]])
    """
    if alpha != 1:
        return input + other * alpha, (
            lambda d: sum_to_shape(d, input.shape),
            lambda d: sum_to_shape(d * alpha, other.shape),
        )
    return input + other, (lambda d: sum_to_shape(d, input.shape), lambda d: sum_to_shape(d, other.shape))


@operation(same_dtype=True, linear=True)
def sub(input: Matrix, other: Matrix, *, alpha: float = 1) -> Result:
    """C = A − α·B,  ∂L/∂A = ∂L/∂C,  ∂L/∂B = −α·∂L/∂C."""
    scaled = other if alpha == 1 else other * alpha
    return input - scaled, (
        lambda d: sum_to_shape(d, input.shape),
        lambda d: sum_to_shape(-d if alpha == 1 else d * -alpha, other.shape),
    )


@composed
def rsub(input: TensorLike, other: TensorLike, alpha: float = 1) -> Tensor:
    """B − α·A: ``sub`` with the operands exchanged.

    >>> from backprop import Tensor
    >>> rsub(Tensor([1.0, 2.0]), 10)
    tensor([9., 8.])
    """
    return sub(other, input, alpha=alpha)


@operation(same_dtype=True, multilinear=True)
def mul(input: Matrix, other: Matrix) -> Result:
    """C = A∘B, entry by entry,  ∂L/∂A = ∂L/∂C∘B,  ∂L/∂B = ∂L/∂C∘A."""
    return input * other, (
        lambda d: sum_to_shape(d * other, input.shape),
        lambda d: sum_to_shape(d * input, other.shape),
    )


@operation
def _div(input: Matrix, other: Matrix) -> Result:
    """C = A/B, entry by entry,  ∂L/∂A = ∂L/∂C / B,  ∂L/∂B = −∂L/∂C∘C / B."""
    c = quotients(input, other)
    return c, (
        lambda d: sum_to_shape(quotients(d, other), input.shape),
        lambda d: sum_to_shape(quotients(-d * c, other), other.shape),
    )


def div(input: TensorLike, other: TensorLike, *, rounding_mode: str | None = None) -> Tensor:
    """A/B, entry by entry; with ``rounding_mode`` the quotient is rounded down, "floor", or towards 0, "trunc".

    >>> from backprop import Tensor
    >>> div(Tensor([-7.0, 7.0]), 2), div(Tensor([-7.0, 7.0]), 2, rounding_mode="trunc")
    (tensor([-3.5000,  3.5000]), tensor([-3.,  3.]))
    """
    if rounding_mode is None:
        return _div(input, other)
    check_choice("div", "rounding_mode", rounding_mode, ("floor", "trunc"))
    return _rounded_div(input, other, rounding_mode)


def quotient(x: Any, y: Any) -> Any:
    """x/y; x/0 is ±∞ and 0/0 is NaN."""
    try:
        return x / y
    except ZeroDivisionError:
        return x * math.copysign(math.inf, y) if x else math.nan
    except OverflowError:  # ints too large for a float
        return math.inf if (x > 0) == (y > 0) else -math.inf


@operation(same_dtype=True, name="div")
def _rounded_div(input: Matrix, other: Matrix, rounding_mode: str) -> Result:
    """C = ⌊A/B⌋, or cut off towards 0: level but for its jumps,  ∂L/∂A = ∂L/∂B = 0."""
    c = _floor_quotients(input, other) if rounding_mode == "floor" else _by_ints("div", _trunc_quotient, input, other)
    return c, (
        lambda d: no_gradient(sum_to_shape(d, input.shape)),
        lambda d: no_gradient(sum_to_shape(d, other.shape)),
    )


def _floor_quotients(a: Matrix, b: Matrix) -> Matrix:
    try:
        return pairwise(operator.floordiv, a, b)
    except ZeroDivisionError:
        return _by_ints("div", _floor_quotient, a, b)


def _by_ints(name: str, compute: Callable[[Any, Any], Any], a: Matrix, b: Matrix) -> Matrix:
    try:
        return pairwise(compute, a, b)
    except ZeroDivisionError:
        raise ZeroDivisionError(f"{name}: an int is not divided by 0; tensor.float() gives inf and nan there") from None


def _floor_quotient(x: Any, y: Any) -> Any:
    if isinstance(x, float) or isinstance(y, float):
        return x // y if y else quotient(x, y)
    return x // y


def _trunc_quotient(x: Any, y: Any) -> Any:
    if isinstance(x, float) or isinstance(y, float):
        q = quotient(x, y)
        return float(math.trunc(q)) if math.isfinite(q) else q
    return builtins.abs(x) // builtins.abs(y) * (1 if (x < 0) == (y < 0) else -1)


def true_divide(input: TensorLike, other: TensorLike) -> Tensor:
    """``div`` under its long name."""
    return _div(input, other)


def floor_divide(input: TensorLike, other: TensorLike) -> Tensor:
    """⌊A/B⌋: the quotient rounded down.

    Raises ZeroDivisionError for ints over 0.

    >>> from backprop import Tensor
    >>> floor_divide(Tensor([-7.0, 7.0]), 2)
    tensor([-4.,  3.])
    """
    return _rounded_div(input, other, "floor")


@operation(same_dtype=True)
def remainder(input: Matrix, other: Matrix) -> Result:
    """C = A − B∘⌊A/B⌋, with the sign of B,  ∂L/∂A = ∂L/∂C,  ∂L/∂B = −∂L/∂C∘⌊A/B⌋.

    Raises ZeroDivisionError for ints over 0.

    >>> from backprop import Tensor
    >>> remainder(Tensor([-7.0, 7.0]), 4)
    tensor([1., 3.])
    """
    try:
        c = pairwise(operator.mod, input, other)
    except ZeroDivisionError:
        c = _by_ints("remainder", _remainder, input, other)
    return c, (
        lambda d: sum_to_shape(d, input.shape),
        lambda d: sum_to_shape(-d * _floor_quotients(input, other), other.shape),
    )


def _remainder(x: Any, y: Any) -> Any:
    if not y and (isinstance(x, float) or isinstance(y, float)):
        return math.nan
    return x % y


@operation(same_dtype=True)
def fmod(input: Matrix, other: Matrix) -> Result:
    """C = A − B∘trunc(A/B), with the sign of A,  ∂L/∂A = ∂L/∂C,  ∂L/∂B = −∂L/∂C∘trunc(A/B).

    Raises ZeroDivisionError for ints over 0.

    >>> from backprop import Tensor
    >>> fmod(Tensor([-7.0, 7.0]), 4)
    tensor([-3.,  3.])
    """
    return _by_ints("fmod", _fmod, input, other), (
        lambda d: sum_to_shape(d, input.shape),
        lambda d: sum_to_shape(-d * pairwise(_trunc_quotient, input, other), other.shape),
    )


def _fmod(x: Any, y: Any) -> Any:
    if isinstance(x, float) or isinstance(y, float):
        return math.fmod(x, y) if y and math.isfinite(x) else math.nan
    return builtins.abs(x) % builtins.abs(y) * (-1 if x < 0 else 1)


@operation(same_dtype=True)
def _pow(input: Matrix, exponent: Matrix) -> Result:
    """C = Aᴮ, entry by entry,  ∂L/∂A = ∂L/∂C∘B∘Aᴮ⁻¹,  ∂L/∂B = ∂L/∂C∘C∘ln A, and 0 where a = 0 and b ≥ 0."""
    c = _powers(input, exponent)

    def to_base(d: Matrix) -> Matrix:
        if any(0 in row for row in exponent.rows):
            return sum_to_shape(d * pairwise(_slope_in_base, input, exponent), input.shape)
        return sum_to_shape(d * (exponent * _powers(input, exponent - 1)), input.shape)

    def to_exponent(d: Matrix) -> Matrix:
        return sum_to_shape(d * c * pairwise(_slope_in_exponent, input, exponent), exponent.shape)

    return c, (to_base, to_exponent)


def pow(input: TensorLike, exponent: TensorLike) -> Tensor:
    """Aᴮ, entry by entry.

    Of an int tensor to a negative integer power it is refused with RuntimeError: the result would be no int.

    >>> from backprop import Tensor
    >>> pow(Tensor([1.0, 2.0, 3.0]), 2), pow(2, Tensor([0.5, -1.0]))
    (tensor([1., 4., 9.]), tensor([1.4142, 0.5000]))
    """
    c = _pow(input, exponent)
    if isinstance(exponent, int) and exponent < 0 and not c.dtype.is_floating_point:
        raise RuntimeError(f"pow: ints to the negative power {exponent} are no ints; write x.float() ** {exponent}")
    return c


def _powers(a: Matrix, b: Matrix) -> Matrix:
    try:
        c = pairwise(operator.pow, a, b)
    except ArithmeticError:
        return pairwise(_power, a, b)
    if all(p % 1 == 0 for row in b.rows for p in row):
        return c
    return pairwise(_power, a, b) if any(complex in map(type, row) for row in c.rows) else c


def _power(x: Any, p: Any) -> Any:
    """xᵖ; 0 to a negative power is infinite, a negative number to a broken one is NaN."""
    try:
        return math.nan if x < 0 and p % 1 else power_of(x, p)
    except ZeroDivisionError:
        return math.copysign(math.inf, x) if p % 2 == 1 else math.inf


def _slope_in_base(x: Any, p: Any) -> Any:
    """p·xᵖ⁻¹."""
    return p * _power(x, p - 1) if p else 0.0


def _slope_in_exponent(x: Any, p: Any) -> Any:
    """ln x."""
    if x > 0 or x != x:
        return math.log(x)
    return math.nan if x else 0.0 if p >= 0 else -math.inf


@operation(same_dtype=True, linear=True)
def neg(input: Matrix) -> Result:
    """C = −A,  ∂L/∂A = −∂L/∂C."""
    return -input, lambda d: -d


def positive(input: TensorLike) -> Tensor:
    """The Tensor itself."""
    return as_tensor(input, "positive")


def sign_of(x: Any) -> Any:
    """1 above 0, −1 below, 0 for 0 and NaN for NaN.

    >>> sign_of(-0.5), sign_of(float("nan"))
    (-1, nan)
    """
    return (x > 0) - (x < 0) if x == x else x


@operation(same_dtype=True, piecewise_linear=True)
def abs(input: Matrix) -> Result:
    """C = |A|, entry by entry,  ∂L/∂A = ∂L/∂C∘sign A; the sign of 0 is 0, that of NaN is NaN."""
    return trusted(
        [list(map(builtins.abs, row)) for row in input.rows]
    ), lambda d: d * trusted([list(map(sign_of, row)) for row in input.rows])


@composed
def square(input: TensorLike) -> Tensor:
    """C = A∘A.

    >>> from backprop import Tensor
    >>> square(Tensor([1.0, -3.0]))
    tensor([1., 9.])
    """
    return mul(input, input)


@composed
def reciprocal(input: TensorLike) -> Tensor:
    """C = 1/A, entry by entry.

    >>> from backprop import Tensor
    >>> reciprocal(Tensor([2.0, -4.0]))
    tensor([ 0.5000, -0.2500])
    """
    return _div(1.0, input)


@composed
def float_power(input: TensorLike, exponent: TensorLike) -> Tensor:
    """Aᴮ as floats, also of ints.

    >>> from backprop import Tensor
    >>> float_power(Tensor([2.0, 3.0]), -1)
    tensor([0.5000, 0.3333])
    """
    return _pow(_floating(input), _floating(exponent))


def _floating(input: TensorLike) -> Tensor:
    x = as_tensor(input, "float_power")
    return x if x.dtype.is_floating_point else mul(x, 1.0)


@composed
def addcmul(input: TensorLike, tensor1: TensorLike, tensor2: TensorLike, *, value: float = 1) -> Tensor:
    """A + v·B∘C for v = ``value``."""
    return add(input, mul(tensor1, tensor2), alpha=value)


@composed
def addcdiv(input: TensorLike, tensor1: TensorLike, tensor2: TensorLike, *, value: float = 1) -> Tensor:
    """A + v·B/C for v = ``value``."""
    return add(input, _div(tensor1, tensor2), alpha=value)


@composed
def lerp(input: TensorLike, end: TensorLike, weight: TensorLike) -> Tensor:
    """A + w·(B − A): from A at w = 0 to B at w = 1.

    >>> from backprop import Tensor
    >>> lerp(Tensor([0.0, 10.0]), Tensor([4.0, 20.0]), 0.25)
    tensor([ 1.0000, 12.5000])
    """
    return add(input, mul(weight, sub(end, input)))


# Their other names.
absolute, divide, multiply, negative, subtract = abs, div, mul, neg, sub
