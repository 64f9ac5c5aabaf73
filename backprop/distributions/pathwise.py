"""Samples of gamma and Dirichlet distributions, with gradients with respect to the concentrations.

A sample x of the distribution function F(x, α) changes with α so that F(x, α) stays what it is:

    dx/dα = −(∂F/∂α) / (∂F/∂x)

Figurnov, Mohamed and Mnih, "Implicit Reparameterization Gradients" (2018). F and its derivative are power series here, exact
to some 10 digits; PyTorch approximates them to about 3.
"""

from __future__ import annotations

import math
from typing import Any

from backprop import sampling
from backprop.autograd import Result, Tensor, operation
from backprop.dtypes import finfo, float64
from backprop.matrix import Matrix, flatten, trusted, unflatten
from backprop.numbers.gamma import digamma as psi


def standard_gamma(concentration: Tensor) -> Tensor:
    """A sample of the gamma distribution of rate 1 for each concentration.

    >>> from backprop import manual_seed
    >>> alpha = Tensor([0.5, 20.0], requires_grad=True)
    >>> _ = manual_seed(0); x = standard_gamma(alpha); x
    tensor([7.8936e-04, 1.5292e+01], grad_fn=<GammaBackward0>)
    """
    matrix = concentration._matrix
    drawn = sampling.gamma(flatten(matrix.rows), double=concentration.dtype is float64)
    return _gamma(concentration, unflatten(drawn, len(matrix.rows[0]) if matrix.rows else 1))


@operation
def _gamma(concentration: Matrix, samples: list[list[float]]) -> Result:
    """x ~ Gamma(α, 1),  ∂L/∂α = ∂L/∂x·dx/dα."""
    return trusted(
        samples
    ), lambda d: d * trusted([list(map(gamma_slope, xs, alphas)) for xs, alphas in zip(samples, concentration.rows)])


def gamma_slope(x: float, alpha: float) -> float:
    """dx/dα for F(x, α) = xᵅ·e⁻ˣ/Γ(α + 1)·Σ xⁿ/((α + 1)·…·(α + n)).

    >>> from backprop import igamma
    >>> x, alpha, step = 2.0, 3.0, 1e-6
    >>> moved = igamma(Tensor(alpha + step), Tensor(x + step * gamma_slope(x, alpha)))
    >>> abs(moved - igamma(Tensor(alpha), Tensor(x))).item() < 1e-11
    True
    """
    a = _plain(alpha)
    total, derivative, term, shift, n = 1.0, 0.0, 1.0, 0.0, 0
    while term > total * 1e-17:
        n += 1
        term *= x / (a + n)
        shift -= 1.0 / (a + n)
        total += term
        derivative += term * shift
    return float(-x / a * (total * (math.log(x) - psi(a + 1.0)) + derivative))


def standard_dirichlet(concentration: Tensor) -> Tensor:
    """A sample of the Dirichlet distribution for each vector of concentrations, along the last axis.

    >>> from backprop import manual_seed
    >>> _ = manual_seed(0); standard_dirichlet(Tensor([1.0, 2.0, 3.0]))
    tensor([0.5282, 0.2411, 0.2307])
    """
    limits = finfo(concentration.dtype)
    numbers = sampling.gamma(flatten(concentration._matrix.rows), double=True)
    width = concentration.shape[-1]
    samples = []
    for i in range(0, len(numbers), width):
        row = numbers[i : i + width]
        whole = sum(row)
        samples.append([min(max(x / whole, limits.tiny), 1.0 - limits.eps / 2.0) for x in row])
    return _dirichlet(concentration, samples)


@operation(cut=-1)
def _dirichlet(concentration: Matrix, samples: list[list[float]]) -> Result:
    """x ~ Dirichlet(α),  ∂L/∂αᵢ = dxᵢ/dαᵢ/(1 − xᵢ)·(∂L/∂xᵢ − Σ xⱼ·∂L/∂xⱼ): each xᵢ is of a beta distribution, and as it
    grows the others shrink in proportion."""

    def pullback(d: Matrix) -> Matrix:
        gradients = []
        for xs, alphas, ds in zip(samples, concentration.rows, d.rows):
            whole, mean = sum(alphas), sum([x * g for x, g in zip(xs, ds)])
            gradients.append([beta_slope(x, a, whole - a) / (1.0 - x) * (g - mean) for x, a, g in zip(xs, alphas, ds)])
        return trusted(gradients)

    return trusted(samples), pullback


def beta_slope(x: float, alpha: float, beta: float) -> float:
    """dx/dα of a beta distribution, with B = Γ(α)·Γ(β)/Γ(α + β), up to x = ½ for

        F(x, α) = xᵅ·(1 − x)ᵝ/(α·B)·Σ xⁿ·(α + β)·…·(α + β + n − 1)/((α + 1)·…·(α + n))

    and beyond for 1 − F, the same sum with 1 − x and β in the places of x and α.

    >>> round(beta_slope(0.25, 1.0, 1.0), 6) == round(-0.25 * math.log(0.25), 6)  # of x^(1/α), F(x, α) = xᵅ
    True
    """
    a, b = _plain(alpha), _plain(beta)
    lower = x <= 0.5
    part, own = (x, a) if lower else (1.0 - x, b)
    total, derivative, term, shift, n = 1.0, 0.0, 1.0, 0.0, 0
    while term > total * 1e-17:
        n += 1
        term *= (a + b + n - 1.0) / (own + n) * part
        shift += 1.0 / (a + b + n - 1.0) - (1.0 / (a + n) if lower else 0.0)
        total += term
        derivative += term * shift
    slope = total * (math.log(x) - psi(a + lower) + psi(a + b)) + derivative
    return float(x * (1.0 - x) / own * (-slope if lower else slope))


def _plain(concentration: Any) -> float:
    """The number as a float; NotImplementedError for one that has a derivative of its own."""
    if not isinstance(concentration, (int, float)):
        raise NotImplementedError(
            "rsample: the second derivative with respect to a concentration is not there, nor in PyTorch"
        )
    return float(concentration)
