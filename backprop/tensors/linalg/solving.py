"""Systems of linear equations, and the inverse, which solves them all.

Giles, "Collected Matrix Derivative Results for Forward and Reverse Mode Algorithmic Differentiation" (2008), section 2.2.
"""

from __future__ import annotations

from backprop import linalg
from backprop.autograd import Result
from backprop.matrix import Matrix


def _solve(a: Matrix, b: Matrix) -> Result:
    """X with A·X = B,  ∂L/∂B = A⁻ᵀ·∂L/∂X,  ∂L/∂A = −∂L/∂B·Xᵀ."""
    x = linalg.solve(a, b)

    def pullback(d: Matrix) -> tuple[Matrix, Matrix]:
        to_b = linalg.solve(a.T, d)
        return -to_b @ x.T, to_b

    return x, pullback


def _solve_triangular(a: Matrix, b: Matrix, upper: bool, unitriangular: bool = False) -> Result:
    """X with A·X = B for a triangle A,  ∂L/∂B = A⁻ᵀ·∂L/∂X,  ∂L/∂A = −∂L/∂B·Xᵀ in the triangle and 0 elsewhere.

    With ``unitriangular`` the diagonal counts as 1 whatever it holds, so its gradient is 0 too.
    """
    x = linalg.solve_triangular(a, b, upper=upper, unitriangular=unitriangular)

    def pullback(d: Matrix) -> tuple[Matrix, Matrix]:
        to_b = linalg.solve_triangular(a.T, d, upper=not upper, unitriangular=unitriangular)
        to_a = -to_b @ x.T
        return to_a.triu(int(unitriangular)) if upper else to_a.tril(-int(unitriangular)), to_b

    return x, pullback


def _inv(a: Matrix) -> Result:
    """Y = A⁻¹,  ∂L/∂A = −Yᵀ·∂L/∂Y·Yᵀ, from d(A·Y) = 0."""
    y = linalg.inv(a)
    return y, lambda d: -(y.T @ d @ y.T)
