"""Activations that are a line of other functions: bounded ones, and those that shrink a number towards 0."""

from __future__ import annotations

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.nn.functional.in_place import optionally_in_place
from backprop.nn.functional.rectifiers import hardtanh
from backprop.tensors.activations import tanh
from backprop.tensors.arithmetic import abs, add, div, mul, sub
from backprop.tensors.elementary import expm1
from backprop.tensors.selection import clamp, masked_fill, where
from backprop.validation import check_number


@optionally_in_place
@composed
def relu6(input: TensorLike) -> Tensor:
    """y = min(max(x, 0), 6).

    >>> relu6(Tensor([-2.0, 3.0, 9.0]))
    tensor([0., 3., 6.])
    """
    return hardtanh(as_tensor(input, "relu6"), 0.0, 6.0)


@optionally_in_place
@composed
def hardsigmoid(input: TensorLike) -> Tensor:
    """y = min(max(x + 3, 0), 6)/6: close to the sigmoid without an exponential.

    >>> hardsigmoid(Tensor([-4.0, 0.0, 4.0]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    return div(hardtanh(add(as_tensor(input, "hardsigmoid"), 3.0), 0.0, 6.0), 6.0)


@composed
def softsign(input: TensorLike) -> Tensor:
    """y = x/(1 + |x|).

    >>> softsign(Tensor([-1.0, 3.0]))
    tensor([-0.5000,  0.7500])
    """
    x = as_tensor(input, "softsign")
    return div(x, add(abs(x), 1.0))


@composed
def tanhshrink(input: TensorLike) -> Tensor:
    """y = x − tanh x."""
    x = as_tensor(input, "tanhshrink")
    return sub(x, tanh(x))


@composed
def hardshrink(input: TensorLike, lambd: float = 0.5) -> Tensor:
    """y = x where |x| > λ for λ = ``lambd``, else 0.

    >>> hardshrink(Tensor([-0.75, 0.25]))
    tensor([-0.7500,  0.0000])
    """
    check_number("hardshrink", "lambd", lambd)
    x = as_tensor(input, "hardshrink")
    return where(abs(x) <= lambd, 0.0, x)


@composed
def softshrink(input: TensorLike, lambd: float = 0.5) -> Tensor:
    """y = x without what of it lies within ±λ: x − λ above λ, x + λ below −λ, else 0. λ = ``lambd`` is from 0 up.

    >>> softshrink(Tensor([-0.75, 0.25]))
    tensor([-0.2500,  0.0000])
    """
    check_number("softshrink", "lambd", lambd)
    if lambd < 0:
        raise RuntimeError(f"softshrink: lambd is a number from 0 up, got {lambd!r}")
    x = as_tensor(input, "softshrink")
    return where(x > lambd, sub(x, lambd), where(x < -lambd, add(x, lambd), mul(x, 0.0).detach()))


@optionally_in_place
@composed
def threshold(input: TensorLike, threshold: float, value: float) -> Tensor:
    """y = x where it is above the ``threshold``, else the ``value``.

    >>> threshold(Tensor([0.5, 2.0]), 1.0, -7.0)
    tensor([-7.,  2.])
    """
    check_number("threshold", "threshold", threshold)
    check_number("threshold", "value", value)
    x = as_tensor(input, "threshold")
    return masked_fill(x, x <= threshold, value)


@optionally_in_place
@composed
def celu(input: TensorLike, alpha: float = 1.0) -> Tensor:
    """y = max(x, 0) + min(0, α·(e^(x/α) − 1)) for α = ``alpha``: an ELU that is smooth at 0 for every α.

    Barron, "Continuously Differentiable Exponential Linear Units" (2017).

    >>> celu(Tensor([-1000.0, 3.0]), 0.5)
    tensor([-0.5000,  3.0000])
    """
    check_number("celu", "alpha", alpha)
    if alpha == 0:
        raise RuntimeError("celu: alpha is another number than 0")
    x = as_tensor(input, "celu")
    return where(x > 0, x, mul(expm1(div(clamp(x, max=0.0), alpha)), alpha))
