"""One of several numbers at each place: by a condition, or the larger, the smaller, the nearest within bounds."""

from __future__ import annotations

import math
import sys

from backprop import dtypes
from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.tensor import Tensor, TensorLike, as_tensor, constant
from backprop.kernel import Rows
from backprop.matrix import Matrix, trusted
from backprop.matrix.broadcasting import broadcast
from backprop.tensors.arithmetic import mul, no_gradient, sum_to_shape
from backprop.tensors.comparison import isnan
from backprop.tensors.logic import logical_or


@operation(same_dtype=True, name="where")
def _where(condition: Matrix, input: Matrix, other: Matrix) -> Result:
    """c = a where the condition is true, else b;  ∂L/∂a = ∂L/∂c where it is true, else 0,  ∂L/∂b the other way round."""
    truths, yes, no = broadcast((condition.rows, input.rows, other.rows), "where")
    value = trusted([[x if t else y for t, x, y in zip(ts, xs, ys)] for ts, xs, ys in zip(truths, yes, no)])

    def to_input(d: Matrix) -> Matrix:
        part = trusted([[x if t else 0.0 for t, x in zip(ts, ds)] for ts, ds in zip(truths, d.rows)])
        return sum_to_shape(part, input.shape)

    def to_other(d: Matrix) -> Matrix:
        part = trusted([[0.0 if t else x for t, x in zip(ts, ds)] for ts, ds in zip(truths, d.rows)])
        return sum_to_shape(part, other.shape)

    return value, (no_gradient, to_input, to_other)


def where(condition: TensorLike, input: TensorLike | None = None, other: TensorLike | None = None) -> Tensor:
    """A where the condition is true, else B; of a condition alone the indices where it is true, a Tensor for each axis.

    >>> x = Tensor([-1.0, 2.0])
    >>> where(x > 0, x, 0.0)
    tensor([0., 2.])
    >>> where(x > 0)
    (tensor([1]),)
    """
    truths = as_tensor(condition, "where")
    if input is None and other is None:
        from backprop.tensors.scattering import nonzero  # which little else needs

        return nonzero(truths, as_tuple=True)  # type: ignore[no-any-return]  # a tuple
    if truths.dtype.is_floating_point:
        raise RuntimeError(f"where: the condition is a bool tensor, as x > 0 is one, got {truths.dtype}")
    return _where(truths, input, other)


@composed
def fill(input: TensorLike, value: TensorLike) -> Tensor:
    """The Tensor with this value everywhere, a number or a Tensor of no axes, which has the gradient.

    >>> from backprop import Tensor
    >>> fill(Tensor([1.0, 2.0]), 7)
    tensor([7., 7.])
    """
    return masked_fill(input, constant(trusted([[True]]), (), dtypes.bool), value)


@composed
def masked_fill(input: TensorLike, mask: TensorLike, value: TensorLike) -> Tensor:
    """The ``value``, a number or a 0-D Tensor, where the mask is true, else A.

    >>> masked_fill(Tensor([1.0, 2.0]), Tensor([3.0, 0.0]) > 1, -math.inf)
    tensor([-inf, 2.])
    """
    x, truths, filling = as_tensor(input), as_tensor(mask, "masked_fill"), as_tensor(value, "masked_fill")
    if truths.dtype is not dtypes.bool and not isinstance(mask, Matrix):
        raise RuntimeError(f"masked_fill: the mask is a bool tensor, as x > 0 is one, got {truths.dtype}")
    if filling._shape:
        raise RuntimeError(f"masked_fill: value is a number or a Tensor without axes, got shape {list(filling._shape)}")
    return _where(truths, filling, x)


def _extreme(input: Matrix, other: Matrix, larger: bool) -> Result:
    """The larger or the smaller of two entries, NaN if one is; those that are equal share the gradient, half to each."""
    left, right = broadcast((input.rows, other.rows), "of pairs")
    if larger:
        c = [[y if y > x or y != y else x for x, y in zip(xs, ys)] for xs, ys in zip(left, right)]
    else:
        c = [[y if y < x or y != y else x for x, y in zip(xs, ys)] for xs, ys in zip(left, right)]

    def part(d: Matrix, own: Rows, rest: Rows) -> Matrix:
        return trusted(
            [
                [d * 0.5 if x == y else 0.0 if y == c else d for d, x, y, c in zip(ds, xs, ys, cs)]
                for ds, xs, ys, cs in zip(d.rows, own, rest, c)
            ]
        )

    return trusted(c), (
        lambda d: sum_to_shape(part(d, left, right), input.shape),
        lambda d: sum_to_shape(part(d, right, left), other.shape),
    )


@operation(same_dtype=True)
def maximum(input: Matrix, other: Matrix) -> Result:
    """The larger entry, NaN if one is;  ∂L/∂ of the larger is ∂L/∂c, of the smaller 0, of equal ones half of it.

    >>> maximum(Tensor([1.0, 5.0]), 3)
    tensor([3., 5.])
    """
    return _extreme(input, other, larger=True)


@operation(same_dtype=True)
def minimum(input: Matrix, other: Matrix) -> Result:
    """The smaller entry, NaN if one is;  ∂L/∂ of the smaller is ∂L/∂c, of the larger 0, of equal ones half of it."""
    return _extreme(input, other, larger=False)


@composed
def fmax(input: TensorLike, other: TensorLike) -> Tensor:
    """The larger entry, and where one is NaN the other one; of equal ones the first has the gradient."""
    a, b = as_tensor(input, "fmax"), as_tensor(other, "fmax")
    return _where(logical_or(a >= b, isnan(b)), a, b)


@composed
def fmin(input: TensorLike, other: TensorLike) -> Tensor:
    """The smaller entry, and where one is NaN the other one; of equal ones the first has the gradient."""
    a, b = as_tensor(input, "fmin"), as_tensor(other, "fmin")
    return _where(logical_or(a <= b, isnan(b)), a, b)


@operation(same_dtype=True, piecewise_linear=True)
def _clamp(input: Matrix, low: float, high: float) -> Result:
    """y = min(max(x, a), b),  ∂L/∂x = ∂L/∂y where a ≤ x ≤ b, else 0."""
    y = trusted([[high if x > high or low > high else low if x < low else x for x in row] for row in input.rows])

    def pullback(d: Matrix) -> Matrix:
        return trusted([[d if low <= x <= high else 0.0 for d, x in zip(ds, xs)] for ds, xs in zip(d.rows, input.rows)])

    return y, pullback


def clamp(input: TensorLike, min: TensorLike | None = None, max: TensorLike | None = None) -> Tensor:
    """Each entry below ``min`` becomes ``min``, each above ``max`` becomes ``max``; NaN stays.

    The bounds are numbers or Tensors, which are broadcast, or None. The gradient flows to x within the bounds, both
    included, and to a bound where it is taken. Where ``min`` is above ``max`` the result is ``max``.

    >>> clamp(Tensor([-3.0, 0.5, 9.0]), 0, 1)
    tensor([0.0000, 0.5000, 1.0000])
    """
    if min is None and max is None:
        raise RuntimeError("clamp: min or max is given, got None for both")
    x = as_tensor(input, "clamp")
    if isinstance(min, (Tensor, Matrix)) or isinstance(max, (Tensor, Matrix)):
        return _clamp_between(x, min, max)
    if not x.dtype.is_floating_point and (isinstance(min, float) or isinstance(max, float)):
        x = mul(x, 1.0)
    if min != min or max != max:
        return mul(x, math.nan)
    return _clamp(x, -math.inf if min is None else min, math.inf if max is None else max)


@composed
def _clamp_between(x: Tensor, low: TensorLike | None, high: TensorLike | None) -> Tensor:
    if low is not None:
        low = as_tensor(low, "clamp")
        x = _where(logical_or(x < low, isnan(low)), low, x)
    if high is not None:
        high = as_tensor(high, "clamp")
        x = _where(logical_or(x > high, isnan(high)), high, x)
    return x


def clamp_min(input: TensorLike, min: TensorLike) -> Tensor:
    """Each entry below ``min`` becomes ``min``."""
    return clamp(input, min=min)


def clamp_max(input: TensorLike, max: TensorLike) -> Tensor:
    """Each entry above ``max`` becomes ``max``."""
    return clamp(input, max=max)


def clip(input: TensorLike, min: TensorLike | None = None, max: TensorLike | None = None) -> Tensor:
    """``clamp`` under NumPy's name."""
    return clamp(input, min, max)


@composed
def nan_to_num(
    input: TensorLike, nan: float | None = None, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """NaN and ±∞ replaced: by 0 and by the largest and smallest number of the dtype, where nothing else is given.

    >>> nan_to_num(Tensor([1.0, math.nan, math.inf]), posinf=9.0)
    tensor([1., 0., 9.])
    """
    x = as_tensor(input, "nan_to_num")
    if not x.dtype.is_floating_point:
        return x
    largest = sys.float_info.max if x.dtype is dtypes.float64 else 2.0**128 - 2.0**104
    x = _where(isnan(x), 0.0 if nan is None else float(nan), x)
    x = _where(x == math.inf, largest if posinf is None else float(posinf), x)
    return _where(x == -math.inf, -largest if neginf is None else float(neginf), x)
