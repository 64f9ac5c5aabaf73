"""Factorizations into triangles: A = Q·R by reflections, P·A = L·U by elimination.

Walter and Lehmann, "Algorithmic Differentiation of Linear Algebra Functions with Application in Optimum Experimental Design"
(2010), for Q·R; de Hoog, Anderssen and Lukas, "Differentiation of Matrix Functionals Using Triangular Factorization" (2011),
for L·U.
"""

from __future__ import annotations

from backprop import linalg
from backprop.autograd import Result
from backprop.linalg.orthogonal import qr
from backprop.matrix import Matrix, trusted
from backprop.tensors.linalg.packing import packed, unpacked


def _qr(a: Matrix, mode: str = "reduced") -> Result:
    """A = Q·R,  ∂L/∂A = (∂L/∂Q + Q·S)·R⁻ᵀ, S being symmetric with the upper triangle of ∂L/∂R·Rᵀ − Qᵀ·∂L/∂Q.

    That is for m ≥ n. Else A = [X Y] and R = [U V], of which X = Q·U is of that kind: Y = Q·V gives ∂L/∂Y = Q·∂L/∂V and adds
    Y·∂L/∂Vᵀ to ∂L/∂Q. The value is Q and R in one row. For m > n a complete Q has columns that are arbitrary: there is no
    gradient then, as in PyTorch.
    """
    q, r = qr(a, mode)
    m, n = a.shape

    def pullback(d: Matrix) -> Matrix:
        if q.shape[1] > n:
            raise ValueError(
                f"qr: with mode='complete' there is a gradient where A has no more rows than columns, got {m}×{n}; "
                "write mode='reduced'"
            )
        to_q, to_r = unpacked(d, q.shape, r.shape)
        k = min(m, n)
        u, to_u, to_v = r[:, :k], to_r[:, :k], to_r[:, k:] if n > k else None
        if to_v is not None:
            to_q = to_q + a[:, k:] @ to_v.T
        upper = (to_u @ u.T - q.T @ to_q).triu()
        s = upper + upper.triu(1).T
        to_x = linalg.solve_triangular(u, (to_q + q @ s).T, upper=True).T
        return to_x if to_v is None else Matrix.hstack([to_x, q @ to_v])

    return packed(q, r), pullback


def _lu_factor(a: Matrix) -> Result:
    """P·A = L·U,  ∂L/∂(P·A) = L⁻ᵀ·(tril₋₁(Lᵀ·∂L/∂L) + triu(∂L/∂U·Uᵀ))·U⁻ᵀ, where tril₋₁ is what is below the diagonal.

    That is for a square. For k = min(m, n) let L₁, U₁ be the first k rows and columns, L₂ the rows of L below, U₂ the columns
    of U beside: L₂ = (P·A)₂·U₁⁻¹ and U₂ = L₁⁻¹·(P·A)₂ have gradients by themselves, and take −∂L/∂U₂·U₂ᵀ off the lower
    triangle and −L₂ᵀ·∂L/∂L₂ off the upper. The value is the table of L and U, and the pivots, in one row.
    """
    table, pivots = linalg.lu_factor(a)
    (m, n), k = a.shape, len(pivots)

    def pullback(d: Matrix) -> Matrix:
        to_table, _ = unpacked(d, (m, n), (1, k))
        corner, to_corner = table[:k, :k], to_table[:k, :k]
        lower = (corner.tril(-1) + Matrix.identity(k)).T @ to_corner.tril(-1)
        upper = to_corner.triu() @ corner.triu().T
        if n > k:
            lower = lower - to_table[:, k:] @ table[:, k:].T
        if m > k:
            upper = upper - table[k:].T @ to_table[k:]
        phi = lower.tril(-1) + upper.triu()

        def without_u(rows: Matrix) -> Matrix:
            return linalg.solve_triangular(corner, rows.T, upper=True).T

        def without_l(columns: Matrix) -> Matrix:
            return linalg.solve_triangular(corner.T, columns, upper=True, unitriangular=True)

        result = without_l(without_u(phi))
        if n > k:
            result = Matrix.hstack([result, without_l(to_table[:, k:])])
        if m > k:
            result = Matrix.vstack([result, without_u(to_table[k:])])
        return swapped_back(result, pivots)

    return packed(table, [pivots]), pullback


def swapped_back(a: Matrix, pivots: list[int]) -> Matrix:
    """Pᵀ·A: the swaps of rows undone, from the last to the first.

    >>> swapped_back(Matrix([[1], [2], [3]]), [2, 3, 3])
    Matrix([[3], [1], [2]])
    """
    rows = list(a.rows)
    for k, pivot in reversed(list(enumerate(pivots))):
        rows[k], rows[pivot - 1] = rows[pivot - 1], rows[k]
    return trusted(rows)
