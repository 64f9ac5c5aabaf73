"""The determinant and its logarithm: Jacobi's formula.

Giles, "Collected Matrix Derivative Results for Forward and Reverse Mode Algorithmic Differentiation" (2008), section 2.2.
"""

from __future__ import annotations

from backprop import linalg
from backprop.autograd import Result
from backprop.matrix import Matrix, trusted
from backprop.tensors.linalg.packing import packed


def _det(a: Matrix) -> Result:
    """y = det A,  ∂L/∂aᵢⱼ = ∂L/∂y·Cᵢⱼ for the cofactors C = det A·A⁻ᵀ (Jacobi's formula, 1841).

    Where A is singular the cofactors are still there, as determinants of A without row i and column j.
    """
    y = linalg.det(a)

    def pullback(d: Matrix) -> Matrix:
        return d * (y * linalg.inv(a).T if y else _cofactors(a))

    return Matrix([[y]]), pullback


def _slogdet(a: Matrix) -> Result:
    """(sign of det A, y = ln |det A|),  ∂L/∂A = ∂L/∂y·A⁻ᵀ.

    For a singular A the sign is 0 and y is −∞, which has no gradient.
    """
    return packed([linalg.slogdet(a)]), lambda d: d[0, 1] * linalg.inv(a).T


def _cofactors(a: Matrix) -> Matrix:
    """Cᵢⱼ = (−1)ⁱ⁺ʲ·det(A without row i and column j)."""
    n = len(a)
    if n == 1:
        return Matrix([[1]])
    rest = [[k for k in range(n) if k != i] for i in range(n)]
    return trusted([[(-1) ** (i + j) * linalg.det(a[rest[i]][:, rest[j]]) for j in range(n)] for i in range(n)])
