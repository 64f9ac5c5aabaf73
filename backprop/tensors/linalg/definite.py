"""Cholesky's factor of a positive definite matrix, and what is solved with it.

Murray, "Differentiation of the Cholesky decomposition" (2016).
"""

from __future__ import annotations

from backprop import linalg
from backprop.autograd import Result
from backprop.matrix import Matrix
from backprop.tensors.linalg.spectra import mirrored


def _cholesky(a: Matrix) -> Result:
    """L with A = L·Lᵀ,  ∂L/∂A = ½(S + Sᵀ) for S = L⁻ᵀ·Φ(Lᵀ·D)·L⁻¹ and D = ∂L/∂L, where Φ halves the diagonal
    and drops what is above it.

    As in PyTorch only the lower triangle of A is read, and the gradient is symmetric.
    """
    lower = linalg.cholesky(mirrored(a))

    def pullback(d: Matrix) -> Matrix:
        product = lower.T @ d
        phi = (product.tril() + product.tril(-1)) * 0.5
        upper = lower.T
        s = linalg.solve_triangular(upper, phi, upper=True)
        s = linalg.solve_triangular(upper, s.T, upper=True)
        return (s + s.T) * 0.5

    return lower, pullback


def _cholesky_solve(b: Matrix, lower: Matrix) -> Result:
    """X with L·Lᵀ·X = B,  ∂L/∂B = (L·Lᵀ)⁻¹·∂L/∂X,  ∂L/∂L = (G + Gᵀ)·L for G = −∂L/∂B·Xᵀ, the gradient of L·Lᵀ.

    The factor is taken for the whole of the matrix, as in PyTorch, so that its gradient has entries above the diagonal too.
    """

    def solved(b: Matrix) -> Matrix:
        y = linalg.solve_triangular(lower, b, upper=False)
        return linalg.solve_triangular(lower.T, y, upper=True)

    x = solved(b)

    def pullback(d: Matrix) -> tuple[Matrix, Matrix]:
        to_b = solved(d)
        to_product = -to_b @ x.T
        return to_b, (to_product + to_product.T) @ lower.tril()

    return x, pullback
