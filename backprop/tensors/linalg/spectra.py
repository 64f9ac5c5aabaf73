"""Eigenvalues of symmetric matrices, and singular values of all.

Giles, "Collected Matrix Derivative Results for Forward and Reverse Mode Algorithmic Differentiation" (2008), sections 3.1
and 3.2; Townsend, "Differentiating the Singular Value Decomposition" (2016), for any shape.

The values have gradients always. Those of the vectors hold λⱼ − λᵢ in a denominator: where two values are equal, any
rotation of their vectors is as good, and the gradient is infinite or NaN, as in PyTorch. It is 0 exactly where a loss does
not use the vectors, so that a loss of the values alone never meets it.
"""

from __future__ import annotations

import math
from operator import truediv
from typing import Any

from backprop import linalg
from backprop.autograd import Result
from backprop.matrix import Matrix, trusted
from backprop.tensors.linalg.packing import packed, unpacked


def _eigh(a: Matrix, upper: bool = False) -> Result:
    """A = V·Λ·Vᵀ,  ∂L/∂A = V·(diag ∂L/∂λ + J)·Vᵀ for J = ½(Vᵀ·∂L/∂V − ∂L/∂Vᵀ·V)∘F, Fᵢⱼ = 1/(λⱼ − λᵢ) beside the diagonal,
    on which it is 0.

    The value is λ, ascending, and V in one row. As in PyTorch only the lower triangle of A is read, or the upper, and the
    gradient is symmetric.
    """
    values, v = linalg.eigh(mirrored(a.T if upper else a))
    n = len(values)

    def pullback(d: Matrix) -> Matrix:
        to_values, to_v = unpacked(d, (1, n), (n, n))
        inner = _quotients(_skew(v.T @ to_v) / 2, _differences(values)) if to_v.any() else Matrix.zeros(n, n)
        return v @ _with_diagonal(inner, to_values.rows[0]) @ v.T

    return packed([values], v), pullback


def _svd(a: Matrix, full_matrices: bool = True) -> Result:
    """A = U·Σ·Vᵀ,  ∂L/∂A = U·(J·Σ + Σ·K + diag ∂L/∂σ)·Vᵀ + (I − U·Uᵀ)·∂L/∂U·Σ⁻¹·Vᵀ + U·Σ⁻¹·∂L/∂Vᵀ·(I − V·Vᵀ)

    for J = (Uᵀ·∂L/∂U − ∂L/∂Uᵀ·U)∘F, K = (Vᵀ·∂L/∂V − ∂L/∂Vᵀ·V)∘F, Fᵢⱼ = 1/(σⱼ² − σᵢ²) beside the diagonal, on which it is 0.

    The value is U (m, k), σ (k), Vᵀ (k, n) in one row, k = min(m, n); with ``full_matrices`` U (m, m) and Vᵀ (n, n),
    of which the columns and rows after the k-th are arbitrary and count as constant, as in PyTorch.
    """
    u_full, values, vh_full = linalg.svd(a, full_matrices)
    k, shapes = len(values), (u_full.shape, (1, len(values)), vh_full.shape)
    u, vh, sigma = u_full[:, :k], vh_full[:k], Matrix([values])

    def pullback(d: Matrix) -> Matrix:
        to_u, to_values, to_vh = unpacked(d, *shapes)
        to_u, to_vh = to_u[:, :k], to_vh[:k]
        inner = Matrix.zeros(k, k)
        # (σⱼ − σᵢ)·(σⱼ + σᵢ) is nearer than the difference of squares where the two are nearly equal.
        gaps = _differences(values) * (sigma + sigma.T)
        if to_u.any():
            inner = inner + _quotients(_skew(u.T @ to_u), gaps) * sigma
        if to_vh.any():
            inner = inner + sigma.T * _quotients(_skew(vh @ to_vh.T), gaps)
        result = u @ _with_diagonal(inner, to_values.rows[0]) @ vh
        if len(u) > k and to_u.any():
            result = result + _quotients(to_u - u @ (u.T @ to_u), sigma) @ vh
        if vh.shape[1] > k and to_vh.any():
            result = result + u @ _quotients(to_vh - (to_vh @ vh.T) @ vh, sigma.T)
        return result

    return packed(u_full, [values], vh_full), pullback


def mirrored(a: Matrix) -> Matrix:
    """The symmetric matrix that has the lower triangle of A.

    >>> mirrored(Matrix([[1, 2], [3, 4]]))
    Matrix([[1, 3], [3, 4]])
    """
    return a.tril() + a.tril(-1).T


def _skew(a: Matrix) -> Matrix:
    return a - a.T


def _differences(values: list[float]) -> Matrix:
    """λⱼ − λᵢ beside the diagonal, and ∞ on it, by which nothing but 0 is left of a number."""
    return trusted([[y - x if i != j else math.inf for j, y in enumerate(values)] for i, x in enumerate(values)])


def _with_diagonal(a: Matrix, values: list[Any]) -> Matrix:
    return trusted([[*row[:i], x, *row[i + 1 :]] for i, (row, x) in enumerate(zip(a.rows, values))])


def _quotients(a: Matrix, b: Matrix) -> Matrix:
    """A/B entry by entry, with x/0 = ±∞ and 0/0 = NaN."""
    b = b.broadcast_to(*a.shape)
    return trusted([list(map(_quotient, p, q)) for p, q in zip(a.rows, b.rows)])


def _quotient(x: float, y: float) -> float:
    return truediv(x, y) if y else math.copysign(math.inf, x) if x else math.nan
