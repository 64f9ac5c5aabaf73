"""The incomplete gamma functions, which are the distribution functions of gamma, χ² and Poisson distributions."""

from __future__ import annotations

from backprop.autograd.operation import Result, operation
from backprop.matrix import Matrix
from backprop.numbers import math
from backprop.tensors.arithmetic import pairwise, sum_to_shape

_NORMAL_FROM = 1e10  # where the number of terms, some √a, is too large, and a gamma distribution all but normal


@operation
def igamma(input: Matrix, other: Matrix) -> Result:
    """P(a, x) = 1/Γ(a)·∫₀ˣ tᵃ⁻¹·e⁻ᵗ dt from 0 to 1 for a, x ≥ 0,  ∂L/∂a is left out,  ∂L/∂x = ∂L/∂P·xᵃ⁻¹·e⁻ˣ/Γ(a).

    As in PyTorch there is no gradient with respect to a: NotImplementedError.

    >>> from backprop import Tensor
    >>> igamma(Tensor([1.0, 2.0]), Tensor([1.0, 0.5]))
    tensor([0.6321, 0.0902])
    """
    return pairwise(lambda a, x: _both(a, x)[0], input, other), (
        _refused,
        lambda d: sum_to_shape(d * pairwise(_density, input, other), other.shape),
    )


@operation
def igammac(input: Matrix, other: Matrix) -> Result:
    """Q(a, x) = 1 − P(a, x), which keeps its digits where it is small,  ∂L/∂a is left out,  ∂L/∂x = −∂L/∂Q·xᵃ⁻¹·e⁻ˣ/Γ(a)."""
    return pairwise(lambda a, x: _both(a, x)[1], input, other), (
        _refused,
        lambda d: sum_to_shape(-d * pairwise(_density, input, other), other.shape),
    )


def _refused(d: Matrix) -> Matrix:
    raise NotImplementedError("the derivative of igamma and igammac with respect to input is not there, nor in PyTorch")


def _both(a: float, x: float) -> tuple[float, float]:
    """P and Q: by a series up to x = a + 1, beyond by a continued fraction.

    Press et al., "Numerical Recipes" (2007), section 6.2.
    """
    if not (a >= 0 and x >= 0) or a == x and x in (0, math.inf):
        return math.nan, math.nan
    if x == 0 or a == math.inf:
        return 0.0, 1.0
    if a == 0 or x == math.inf:
        return 1.0, 0.0
    if a > _NORMAL_FROM:  # Temme's first two terms, of which the others are 1/a times as large
        deviation = math.copysign(math.sqrt(max(-_exponent(a, x), 0.0)), x - a)
        third = math.exp(_exponent(a, x)) / math.sqrt(2.0 * math.pi * a) / 3.0
        return math.erfc(-deviation) / 2.0 + third, math.erfc(deviation) / 2.0 - third
    scale = _density(a, x) * x
    if x <= a + 1.0:
        term, total, k = 1.0 / a, 1.0 / a, a
        while term > total * 1e-17:
            k += 1.0
            term *= x / k
            total += term
        return scale * total, 1.0 - scale * total
    b = x + 1.0 - a  # 1/(x + 1 − a − 1·(1 − a)/(x + 3 − a − 2·(2 − a)/(x + 5 − a − …
    c, d, k, factor = math.inf, 1.0 / b, 0, 0.0
    fraction = d
    while abs(factor - 1.0) > 1e-15:
        k += 1
        b += 2.0
        d = 1.0 / (b - k * (k - a) * d)
        c = b - k * (k - a) / c
        factor = c * d
        fraction *= factor
    return 1.0 - scale * fraction, scale * fraction


def _exponent(a: float, x: float) -> float:
    """a·(ln x/a − x/a + 1), 0 at x = a and below 0 elsewhere."""
    away = (x - a) / a
    return a * ((math.log1p(away) if away > -0.9 else math.log(x) - math.log(a)) - away)


def _density(a: float, x: float) -> float:
    """xᵃ⁻¹·e⁻ˣ/Γ(a); for large a by Stirling's series for Γ, as the three factors would overflow and cancel."""
    if not (a > 0 and x >= 0):
        return math.nan if a != 0 else 0.0
    if x == 0:
        return 0.0 if a > 1 else 1.0 if a == 1 else math.inf
    if math.inf in (a, x):
        return 0.0
    if a < 20:
        return math.exp((a - 1.0) * math.log(x) - x - math.lgamma(a))
    series = (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / 1680.0 / (a * a)) / (a * a)) / (a * a)) / a
    return math.exp(_exponent(a, x) - series) * math.sqrt(a / (2.0 * math.pi)) / x
