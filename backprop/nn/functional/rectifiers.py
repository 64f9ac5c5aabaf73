"""The rectifiers, entry by entry: positive numbers stay as they are, negative ones are cut, scaled or bent.

NaN stays NaN, in the value and in the derivative (PyTorch's derivative there is finite). So every branch asks for what
is certain, and none is written with ``max``: max(x, 0.0) may lose a NaN.
"""

from __future__ import annotations

import random

from backprop.autograd import Result, Tensor, TensorLike, as_tensor, constant, operation
from backprop.autograd.operation import composed
from backprop.matrix import Matrix, trusted
from backprop.nn.functional.in_place import optionally_in_place
from backprop.numbers import math
from backprop.sampling import uniform
from backprop.tensors import activations
from backprop.tensors.activations import logistic
from backprop.tensors.in_place import assign
from backprop.validation import ArgumentError, check_bool, check_number

__all__ = ["elu", "hardtanh", "leaky_relu", "prelu", "relu", "rrelu", "selu", "softplus"]

# α and λ for which mean 0 and variance 1 are a fixed point of selu, from its paper.
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


@optionally_in_place
def relu(input: TensorLike) -> Tensor:
    """y = max(x, 0),  ∂L/∂x = ∂L/∂y where x > 0, else 0: ``backprop.relu``, which may be ``inplace``.

    >>> from backprop import Tensor
    >>> relu(Tensor([[-2.0, 0.0, 3.0]]))
    tensor([[0., 0., 3.]])
    """
    return activations.relu(input)


@optionally_in_place
@operation(piecewise_linear=True)
def leaky_relu(input: Matrix, negative_slope: float = 0.01) -> Result:
    """y = x where x > 0, else s·x for s = ``negative_slope``;  ∂L/∂x = ∂L/∂y or s·∂L/∂y; at the kink x = 0 the latter.

    Maas, Hannun and Ng, "Rectifier Nonlinearities Improve Neural Network Acoustic Models" (2013).
    Raises ValueError for a slope that is not a finite number.

    >>> from backprop import Tensor
    >>> leaky_relu(Tensor([[-2.0, 0.0, 3.0]]), 0.1)
    tensor([[-0.2000,  0.0000,  3.0000]])
    """
    check_number("leaky_relu", "negative_slope", negative_slope)
    slope = negative_slope
    y = trusted([[x if x > 0.0 else slope * x for x in row] for row in input.rows])

    def pullback(d: Matrix) -> Matrix:
        return trusted(
            [
                [d if x > 0.0 else slope * d if x <= 0.0 else x for d, x in zip(ds, xs)]
                for ds, xs in zip(d.rows, input.rows)
            ]
        )

    return y, pullback


@operation(cut=1, name="prelu")
def _prelu(input: Matrix, weight: Matrix) -> Result:
    """y = x where x > 0, else a·x;  ∂L/∂x = ∂L/∂y or a·∂L/∂y,  ∂L/∂a = Σ ∂L/∂y·x over all x ≤ 0 that a serves: each of
    the n slopes serves columns/n neighbouring columns."""
    columns, count = len(input.rows[0]), len(weight.rows[0])
    share = columns // count
    slopes = [a for a in weight.rows[0] for _ in range(share)]
    y = trusted([[x if x > 0.0 else a * x for x, a in zip(row, slopes)] for row in input.rows])

    def to_input(d: Matrix) -> Matrix:
        return trusted(
            [
                [d if x > 0.0 else a * d if x <= 0.0 else x for d, x, a in zip(ds, xs, slopes)]
                for ds, xs in zip(d.rows, input.rows)
            ]
        )

    def to_weight(d: Matrix) -> Matrix:
        sums = [
            sum([0.0 if x > 0.0 else d * x for d, x in zip(ds, xs)]) for ds, xs in zip(zip(*d.rows), zip(*input.rows))
        ]
        return trusted(
            [[sum(sums[start : start + share]) for start in range(0, count * share, share)] if share else [0.0] * count]
        )

    return y, (to_input, to_weight)


def prelu(input: TensorLike, weight: TensorLike) -> Tensor:
    """y = x where x > 0, else a·x for a learned slope a: one for all numbers, or one a channel of an (N, C, …) input.

    ``weight`` has the shape (C,) or (1,). At the kink x = 0 the slope is a. He et al., "Delving Deep into Rectifiers"
    (2015), section 2.1. Raises RuntimeError for another number of slopes than 1 and C.

    >>> from backprop import Tensor
    >>> prelu(Tensor([[-2.0, -2.0], [3.0, -4.0]]), Tensor([0.5, 0.25]))
    tensor([[-1.0000, -0.5000],
            [ 3.0000, -1.0000]])
    """
    x, slopes = as_tensor(input, "prelu"), as_tensor(weight, "prelu")
    count, channels = slopes._shape.numel(), x._shape[1] if len(x._shape) > 1 else 1
    if len(slopes._shape) > 1 or count not in (1, channels):
        raise RuntimeError(
            f"prelu: weight has one slope, or one for each of the {channels} channels of the input of shape "
            f"{list(x._shape)}, got shape {list(slopes._shape)}"
        )
    return _prelu(x, slopes)


@composed
def rrelu(
    input: TensorLike,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor:
    """y = x where x > 0, else a·x, where in training each a is drawn evenly from ``lower`` to ``upper``, and else is the mean of
    both. The random numbers come from ``rng``.

    Xu et al., "Empirical Evaluation of Rectified Activations in Convolutional Network" (2015).
    Raises ValueError unless both are finite numbers and lower is not above upper.

    >>> from backprop import Tensor
    >>> rrelu(Tensor([-2.0, 3.0]), 0.25, 0.5)
    tensor([-0.7500,  3.0000])
    """
    check_slopes("rrelu", lower, upper)
    check_bool("rrelu", training=training, inplace=inplace)
    x = as_tensor(input, "rrelu")
    if not training:
        return leaky_relu(x, (lower + upper) / 2, inplace)
    rows = x._matrix.rows
    drawn = iter(uniform(sum([entry <= 0 for row in rows for entry in row]), lower, upper, rng=rng, double=True))
    y = x * constant(trusted([[next(drawn) if entry <= 0 else 1.0 for entry in row] for row in rows]), x._shape)
    return assign(x, y, "rrelu_") if inplace else y


def check_slopes(name: str, lower: float, upper: float) -> None:
    """ValueError unless both are finite numbers, the first not above the second."""
    check_number(name, "lower", lower)
    check_number(name, "upper", upper)
    if lower > upper:
        raise ArgumentError(f"{name}: lower is not above upper, got {lower!r} and {upper!r}")


@optionally_in_place
@operation
def elu(input: Matrix, alpha: float = 1.0) -> Result:
    """y = x where x > 0, else α·(eˣ − 1) for α = ``alpha``;  ∂L/∂x = ∂L/∂y or ∂L/∂y·α·eˣ; at the kink x = 0 the latter.

    Clevert, Unterthiner and Hochreiter, "Fast and Accurate Deep Network Learning by Exponential Linear Units" (2016).
    Raises ValueError for an alpha that is not a finite number.

    >>> from backprop import Tensor
    >>> elu(Tensor([[-1000.0, 0.0, 3.0]]), 0.5)
    tensor([[-0.5000,  0.0000,  3.0000]])
    """
    check_number("elu", "alpha", alpha)
    return _exponential(input, alpha, 1.0)


@optionally_in_place
@operation
def selu(input: Matrix) -> Result:
    """y = λ·x where x > 0, else λ·α·(eˣ − 1), for α = 1.6732632423543772 and λ = 1.0507009873554805;  ∂L/∂x =
    ∂L/∂y·λ or ∂L/∂y·λ·α·eˣ; at the kink x = 0 the latter.

    With these two, layer after layer, outputs tend to mean 0 and variance 1: Klambauer et al., "Self-Normalizing
    Neural Networks" (2017).

    >>> from backprop import Tensor
    >>> selu(Tensor([[0.0, 1.0]]))
    tensor([[0.0000, 1.0507]])
    """
    return _exponential(input, SELU_ALPHA, SELU_SCALE)


def _exponential(input: Matrix, alpha: float, scale: float) -> Result:
    """λ times elu, for λ = ``scale``; expm1 keeps the digits of eˣ − 1 near 0."""
    exp, expm1, bend = math.exp, math.expm1, scale * alpha
    y = trusted([[scale * x if x > 0.0 else bend * expm1(x) for x in row] for row in input.rows])

    def pullback(d: Matrix) -> Matrix:
        return trusted(
            [
                [d * scale if x > 0.0 else d * bend * exp(x) for d, x in zip(ds, xs)]
                for ds, xs in zip(d.rows, input.rows)
            ]
        )

    return y, pullback


@operation
def softplus(input: Matrix, beta: float = 1.0, threshold: float = 20.0) -> Result:
    """y = ln(1 + eᵝˣ)/β, and x itself where β·x > ``threshold``;  ∂L/∂x = ∂L/∂y·σ(β·x), and ∂L/∂y there.

    Dugas et al., "Incorporating Second-Order Functional Knowledge for Better Option Pricing" (2001).
    Raises ValueError for a beta that is not above 0 (PyTorch takes any) or a threshold that is not a finite number.

    >>> from backprop import Tensor
    >>> softplus(Tensor([[-1000.0, 0.0, 1000.0]]))
    tensor([[0.0000e+00, 6.9315e-01, 1.0000e+03]])
    """
    check_number("softplus", "beta", beta, above=0)
    check_number("softplus", "threshold", threshold)
    exp, log1p = math.exp, math.log1p
    # From 37 on 1 is lost beside eᵝˣ and ln(1 + eᵝˣ) = β·x to the last bit; from 710 on eᵝˣ would overflow.
    limit = min(threshold, 37.0)
    y = trusted([[x if beta * x > limit else log1p(exp(beta * x)) / beta for x in row] for row in input.rows])

    def pullback(d: Matrix) -> Matrix:
        slopes = logistic((input * beta).rows)
        return trusted(
            [
                [d if beta * x > limit else d * s for d, x, s in zip(ds, xs, ss)]
                for ds, xs, ss in zip(d.rows, input.rows, slopes)
            ]
        )

    return y, pullback


@optionally_in_place
@operation(same_dtype=True, piecewise_linear=True)
def hardtanh(input: Matrix, min_val: float = -1.0, max_val: float = 1.0) -> Result:
    """y = min(max(x, a), b) for a = ``min_val``, b = ``max_val``;  ∂L/∂x = ∂L/∂y where a < x < b, else 0; at both kinks
    it is 0.

    Collobert, "Large Scale Machine Learning" (2004), for a = −1 and b = 1.
    Raises ValueError unless both are finite numbers and min_val is not above max_val.

    >>> from backprop import Tensor
    >>> hardtanh(Tensor([[-2.0, 0.5, 9.0]]), 0.0, 6.0)
    tensor([[0.0000, 0.5000, 6.0000]])
    """
    if min_val != max_val:
        check_bounds("hardtanh", min_val, max_val)

    def pullback(d: Matrix) -> Matrix:
        return trusted(
            [
                [d if min_val < x < max_val else 0.0 if x == x else x for d, x in zip(ds, xs)]
                for ds, xs in zip(d.rows, input.rows)
            ]
        )

    return trusted([[min(max(x, min_val), max_val) for x in row] for row in input.rows]), pullback


def check_bounds(name: str, min_val: float, max_val: float) -> None:
    """ValueError unless both are finite numbers, the first below the second.

    >>> check_bounds("Hardtanh", 1.0, 1.0)
    Traceback (most recent call last):
    backprop.ArgumentError: Hardtanh: min_val is below max_val, got 1.0 and 1.0
    """
    check_number(name, "min_val", min_val)
    check_number(name, "max_val", max_val)
    if not min_val < max_val:
        raise ArgumentError(f"{name}: min_val is below max_val, got {min_val!r} and {max_val!r}")
