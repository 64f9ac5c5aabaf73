"""Least squares: Moore and Penrose's inverse, and the solution that comes nearest.

Golub and Pereyra, "The Differentiation of Pseudo-Inverses and Nonlinear Least Squares Problems Whose Variables Separate" (1973).
"""

from __future__ import annotations

from backprop import linalg
from backprop.autograd import Result
from backprop.matrix import Matrix
from backprop.tensors.linalg.packing import packed, unpacked
from backprop.tensors.linalg.spectra import mirrored


def _pinv(a: Matrix, atol: float = 0.0, rtol: float | None = None, hermitian: bool = False) -> Result:
    """Y = A⁺,  ∂L/∂A = −Yᵀ·D·Yᵀ + (I − A·Y)·Dᵀ·Y·Yᵀ + Yᵀ·Y·Dᵀ·(I − Y·A) for D = ∂L/∂Y.

    It holds while the rank of A stays as it is; where it changes, A⁺ has a jump. With ``hermitian`` only the lower triangle
    of A is read for the value, as in PyTorch.
    """
    y = linalg.pinv(mirrored(a) if hermitian else a, rtol, atol=atol)
    return y, lambda d: _through_pinv(a, y, d)


def _through_pinv(a: Matrix, y: Matrix, d: Matrix) -> Matrix:
    """∂L/∂A for Y = A⁺ and D = ∂L/∂Y."""
    left = d.T @ y @ y.T
    right = y.T @ y @ d.T
    return left - a @ (y @ left) + right - (right @ y) @ a - y.T @ d @ y.T


def _lstsq(a: Matrix, b: Matrix, rcond: float | None = None) -> Result:
    """X = A⁺·B and the sums rⱼ of the squares in column j of E = A·X − B.

    ∂L/∂B = A⁺ᵀ·∂L/∂X − 2·E·diag ∂L/∂r,  ∂L/∂A = what ∂L/∂A⁺ = ∂L/∂X·Bᵀ gives + 2·E·diag ∂L/∂r·Xᵀ.

    The value is X (n, k), r (k; without m > n and rank n there is none), the rank and the singular values in one row.
    """
    x, residuals, rank, values = linalg.lstsq(a, b, rcond)

    def pullback(d: Matrix) -> tuple[Matrix, Matrix]:
        to_x, rest = unpacked(d, x.shape, (1, len(residuals)))
        y = linalg.pinv(a, rcond)
        to_a, to_b = _through_pinv(a, y, to_x @ b.T), y.T @ to_x
        if residuals:
            to_error = (a @ x - b) * rest * 2
            to_a, to_b = to_a + to_error @ x.T, to_b - to_error
        return to_a, to_b

    return packed(x, [residuals, [rank], values]), pullback
