"""Special functions, entry by entry: the error function and the normal distribution, and the logarithm of the gamma
function with its derivatives."""

from __future__ import annotations

from typing import Any

from backprop.autograd.operation import Result, composed, operation
from backprop.autograd.tensor import Tensor, TensorLike
from backprop.matrix import Matrix
from backprop.numbers import math
from backprop.numbers.functions import with_slope
from backprop.numbers.gamma import digamma as psi
from backprop.numbers.gamma import hurwitz_zeta
from backprop.tensors.arithmetic import add, mul, sub
from backprop.tensors.elementary import mapped

_SLOPE_AT_ZERO = 2.0 / math.sqrt(math.pi)  # of erf


def _bell(x: Any) -> float:
    """(2/√π)·e^(−x²), the slope of erf."""
    return _SLOPE_AT_ZERO * math.exp(-x * x)


@operation
def erf(input: Matrix) -> Result:
    """y = (2/√π)·∫₀ˣ e^(−t²) dt,  ∂L/∂x = ∂L/∂y·(2/√π)·e^(−x²).

    >>> erf(Tensor([0.0, 1.0]))
    tensor([0.0000, 0.8427])
    """
    return mapped(math.erf, input), lambda d: d * mapped(_bell, input)


@operation
def erfc(input: Matrix) -> Result:
    """y = 1 − erf x, which keeps its digits where it is small,  ∂L/∂x = −∂L/∂y·(2/√π)·e^(−x²)."""
    return mapped(math.erfc, input), lambda d: -d * mapped(_bell, input)


@operation
def erfinv(input: Matrix) -> Result:
    """y with erf y = x for −1 ≤ x ≤ 1,  ∂L/∂x = ∂L/∂y·(√π/2)·e^(y²).

    >>> erfinv(Tensor([0.0, 0.5, 1.0]))
    tensor([0.0000, 0.4769,    inf])
    """
    y = mapped(_erfinv, input, {1: math.inf, -1: -math.inf})
    return y, lambda d: d * mapped(lambda y: math.exp(y * y) / _SLOPE_AT_ZERO, y)


@with_slope(lambda x, y: math.exp(y * y) / _SLOPE_AT_ZERO)
def _erfinv(x: Any) -> float:
    from statistics import NormalDist  # all functions are loaded for the first method of a Tensor, and it is dear

    if x != x:
        return math.nan
    size = abs(x)
    if not size < 1:
        raise ValueError
    # Φ⁻¹ of the lower tail keeps the digits of 1 − |x|; near 0 a step of Newton's method brings those of x.
    y = -NormalDist().inv_cdf((1 - size) / 2) / math.sqrt(2.0)
    if size < 0.5:
        y -= (math.erf(y) - size) / _bell(y)
    return math.copysign(y, x)


@composed
def ndtr(input: TensorLike) -> Tensor:
    """Φ(x), the distribution function of N(0, 1).

    >>> ndtr(Tensor([0.0, 1.96]))
    tensor([0.5000, 0.9750])
    """
    return mul(erfc(mul(input, -math.sqrt(0.5))), 0.5)


@composed
def ndtri(input: TensorLike) -> Tensor:
    """x with Φ(x) = p, the inverse of ``ndtr``."""
    return mul(erfinv(sub(mul(input, 2.0), 1.0)), math.sqrt(2.0))


@operation
def erfcx(input: Matrix) -> Result:
    """y = e^(x²)·erfc x, which stays a number where erfc x is 0,  ∂L/∂x = ∂L/∂y·(2x·y − 2/√π).

    >>> erfcx(Tensor([0.0, 100.0]))
    tensor([1.0000, 0.0056])
    """
    y = mapped(_erfcx, input)
    return y, lambda d: d * (input * y * 2.0 - _SLOPE_AT_ZERO)


def _erfcx(x: float) -> float:
    if not x > 5.0:
        return math.exp(x * x) * math.erfc(x) if x > -26.7 or x != x else math.inf
    fraction = 0.0  # Laplace's continued fraction, from the far end: 1/√π · 1/(x + ½/(x + 1/(x + 1½/(x + …
    for k in range(60, 0, -1):
        fraction = k / 2.0 / (x + fraction)
    return _SLOPE_AT_ZERO / 2.0 / (x + fraction)


@operation
def log_ndtr(input: Matrix) -> Result:
    """y = ln Φ(x), which keeps its digits far below 0,  ∂L/∂x = ∂L/∂y·φ(x)/Φ(x) = ∂L/∂y·√(2/π) / erfcx(−x/√2).

    >>> log_ndtr(Tensor([0.0, -100.0]))
    tensor([-6.9315e-01, -5.0055e+03])
    """
    root = math.sqrt(0.5)

    def logarithm(x: float) -> float:
        if x < -1.0:
            return math.log(_erfcx(-root * x) / 2.0) - x * x / 2.0
        return math.log1p(-math.erfc(root * x) / 2.0)

    def slope(x: Any) -> float:
        return math.sqrt(2.0 / math.pi) / _erfcx(-root * x) if x != -math.inf else math.inf

    return mapped(logarithm, input), lambda d: d * mapped(slope, input)


@operation
def entr(input: Matrix) -> Result:
    """y = −x·ln x, 0 at 0 and −∞ below: the entropy of a probability,  ∂L/∂x = −∂L/∂y·(1 + ln x).

    >>> entr(Tensor([0.5, 1.0, -1.0]))
    tensor([0.3466, -0.0000,   -inf])
    """

    def entropy(x: Any) -> float:
        return -x * math.log(x) if x > 0 or x != x else -math.inf if x else 0.0

    return mapped(entropy, input), lambda d: -d * (mapped(math.log, input, {0: -math.inf}) + 1.0)


@operation
def lgamma(input: Matrix) -> Result:
    """y = ln |Γ(x)|, for whole x > 0 ln (x − 1)!,  ∂L/∂x = ∂L/∂y·ψ(x), ψ the digamma function.

    >>> lgamma(Tensor([1.0, 5.0, 0.0]))
    tensor([0.0000, 3.1781,    inf])
    """
    return mapped(_lgamma, input), lambda d: d * mapped(psi, input)


def _lgamma(x: Any) -> float:
    try:
        return math.lgamma(x)
    except ValueError:  # the poles at 0, −1, −2, …
        return math.inf


def digamma(input: TensorLike) -> Tensor:
    """ψ(x) = Γ′(x)/Γ(x), the derivative of ``lgamma``.

    >>> digamma(Tensor([1.0]))
    tensor([-0.5772])
    """
    return polygamma(0, input)


def polygamma(n: int, input: TensorLike) -> Tensor:
    """The n-th derivative of ``digamma``.

    >>> polygamma(1, Tensor([1.0]))
    tensor([1.6449])
    """
    if not isinstance(n, int) or n < 0:
        raise RuntimeError(f"polygamma: n is an int from 0 up, got {n!r}")
    return _polygamma(input, n)


@operation(name="polygamma")
def _polygamma(input: Matrix, n: int) -> Result:
    """y = ψ⁽ⁿ⁾(x),  ∂L/∂x = ∂L/∂y·ψ⁽ⁿ⁺¹⁾(x)."""
    return _polygammas(input, n), lambda d: d * _polygammas(input, n + 1)


def _polygammas(x: Matrix, n: int) -> Matrix:
    if n == 0:
        return mapped(psi, x)
    factor = (-1.0) ** (n + 1) * math.factorial(n)
    return mapped(lambda x: factor * hurwitz_zeta(n + 1, x), x)


@composed
def mvlgamma(input: TensorLike, p: int) -> Tensor:
    """ln Γₚ(x) = p(p − 1)/4·ln π + Σ ln Γ(x − j/2) for j from 0 to p − 1, the multivariate gamma function."""
    total: Any = p * (p - 1) / 4.0 * math.log(math.pi)
    for j in range(p):
        total = add(total, lgamma(sub(input, j / 2.0)))
    return total  # type: ignore[no-any-return]
