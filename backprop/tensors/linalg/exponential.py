"""The matrix exponential.

Najfeld and Havel, "Derivatives of the Matrix Exponential and Their Computation" (1995); Mathias, "A Chain Rule for Matrix
Functions and Applications" (1996).
"""

from __future__ import annotations

from backprop import linalg
from backprop.autograd import Result
from backprop.matrix import Matrix


def _matrix_exp(a: Matrix) -> Result:
    """Y = e^A,  ∂L/∂A = the upper right block of the exponential of [Aᵀ D; 0 Aᵀ] for D = ∂L/∂Y."""

    def pullback(d: Matrix) -> Matrix:
        # The block is linear in D, so its size need not add to that of A, which costs squarings.
        size = abs(d).max() or 1
        n, below = len(a), Matrix.zeros(*a.shape)
        block = Matrix.vstack([Matrix.hstack([a.T, d / size]), Matrix.hstack([below, a.T])])
        return linalg.expm(block)[:n, n:] * size

    return linalg.expm(a), pullback
