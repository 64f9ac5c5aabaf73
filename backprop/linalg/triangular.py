"""Factorizations into triangles: A = Q·R by reflections, P·A = L·U by elimination.

Walter and Lehmann, "Algorithmic Differentiation of Linear Algebra Functions with Application in Optimum Experimental Design"
(2010), for Q·R; de Hoog, Anderssen and Lukas, "Differentiation of Matrix Functionals Using Triangular Factorization" (2011),
for L·U.
"""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Result, Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.autograd.tensor import constant
from backprop.linalg import algorithms, return_types
from backprop.linalg.algorithms import LinAlgError
from backprop.linalg.algorithms.tables import hstack, tril, triu, vstack
from backprop.linalg.batches import (
    Empty,
    batched,
    for_matrices,
    identity,
    identity_like,
    matrices,
    nothing_like,
    packed_nothing,
    squares,
    unstacked,
)
from backprop.linalg.packing import packed, unpacked
from backprop.linalg.solving import solve_triangular
from backprop.matrix import Matrix, trusted
from backprop.validation import ArgumentError, check_choice


@for_matrices(algorithms.qr)
def qr(A: TensorLike, mode: str = "reduced") -> return_types.linalg_qr:
    """A = Q·R of each matrix (…, m, n) with QᵀQ = I and R upper triangular: Q (…, m, k), R (…, k, n), k = min(m, n).

    With ``mode="complete"`` Q is (…, m, m) and R (…, m, n), and there is a gradient where m ≤ n alone; with "r" Q is empty,
    and there is no gradient.

    Raises LinAlgError for NaN and infinity.

    >>> qr(Tensor([[3.0, 1.0], [4.0, 2.0]])).R
    tensor([[-5.0000, -2.2000],
            [ 0.0000,  0.4000]])
    """
    a = matrices("qr", A)
    check_choice("qr", "mode", mode, ("reduced", "complete", "r"))
    if mode == "r":
        return return_types.linalg_qr(nothing_like(a), qr(a.detach()).R)
    m, n = a.shape[-2:]
    k = m if mode == "complete" else min(m, n)
    return return_types.linalg_qr(*unstacked(_qr(a, mode=mode), (m, k), (k, n)))


def _empty_qr(shape: Sequence[int], mode: str) -> Empty:
    entries = [x for row in identity(shape[0]).rows for x in row] if mode == "complete" else []
    return (1, len(entries)), entries


@batched(_empty_qr)
def _qr(a: Matrix, mode: str) -> Result:
    """A = Q·R,  ∂L/∂A = (∂L/∂Q + Q·S)·R⁻ᵀ, S being symmetric with the upper triangle of ∂L/∂R·Rᵀ − Qᵀ·∂L/∂Q.

    That is for m ≥ n. Else A = [X Y] and R = [U V], of which X = Q·U is of that kind: Y = Q·V gives ∂L/∂Y = Q·∂L/∂V and adds
    Y·∂L/∂Vᵀ to ∂L/∂Q. The value is Q and R in one row. For m > n a complete Q has columns that are arbitrary: there is no
    gradient then, as in PyTorch.
    """
    q, r = algorithms.qr(a, mode)
    m, n = a.shape

    def pullback(d: Matrix) -> Matrix:
        if q.shape[1] > n:
            raise ArgumentError(
                f"qr: with mode='complete' there is a gradient where A has no more rows than columns, got {m}×{n}; "
                "write mode='reduced'"
            )
        to_q, to_r = unpacked(d, q.shape, r.shape)
        k = min(m, n)
        u, to_u, to_v = r[:, :k], to_r[:, :k], to_r[:, k:] if n > k else None
        if to_v is not None:
            to_q = to_q + a[:, k:] @ to_v.T
        upper = triu(to_u @ u.T - q.T @ to_q)
        s = upper + triu(upper, 1).T
        to_x = algorithms.solve_triangular(u, (to_q + q @ s).T, upper=True).T
        return to_x if to_v is None else hstack([to_x, q @ to_v])

    return packed(q, r), pullback


@for_matrices(algorithms.lu_factor)
def lu_factor(A: TensorLike, *, pivot: bool = True) -> return_types.linalg_lu_factor:
    """The factors P·A = L·U of each matrix (…, m, n) in one table, and the pivots (…, min(m, n)) that P stands for: in step
    k row k is swapped with row ``pivots[k]``, counted from 1.

    Raises LinAlgError for NaN, infinity and a 0 on the diagonal of U, with which no system could be solved.

    >>> lu_factor(Tensor([[0.0, 2.0], [4.0, 5.0]]))
    torch.return_types.linalg_lu_factor(
    LU=tensor([[4., 5.],
            [0., 2.]]),
    pivots=tensor([2, 2], dtype=torch.int32))
    """
    return return_types.linalg_lu_factor(*lu_factor_ex(A, pivot=pivot, check_errors=True)[:2])


def lu_factor_ex(A: TensorLike, *, pivot: bool = True, check_errors: bool = False) -> return_types.linalg_lu_factor_ex:
    """As ``lu_factor``, and for each matrix ``info``: 0, or else the first column of U, counted from 1, with a 0 on the
    diagonal. That is an error with ``check_errors`` alone.

    >>> lu_factor_ex(Tensor([[1.0, 2.0], [2.0, 4.0]])).info
    tensor(2, dtype=torch.int32)
    """
    a = matrices("lu_factor", A)
    if not pivot:
        raise NotImplementedError("lu_factor: without pivoting it is not stable, write pivot=True")
    m, n = a.shape[-2:]
    table, pivots = unstacked(_lu_factor(a), (m, n), (min(m, n),))
    zeros = table.detach().diagonal(0, -2, -1) == 0
    info = zeros.any(-1) * (zeros.int().argmax(-1) + 1)
    if check_errors and info.any():
        column = int(info[info > 0][0])
        raise LinAlgError(f"lu_factor: the largest pivot of column {column - 1} is 0; the matrix is singular")
    return return_types.linalg_lu_factor_ex(table, pivots.detach().int(), info.int())


@for_matrices(algorithms.lu)
def lu(A: TensorLike, *, pivot: bool = True) -> return_types.linalg_lu:
    """A = P·L·U of each matrix (…, m, n), k = min(m, n): P (…, m, m) a permutation, L (…, m, k) lower triangular with 1 on
    the diagonal, U (…, k, n) upper triangular.

    Raises LinAlgError for NaN and infinity.

    >>> lu(Tensor([[1.0, 2.0], [4.0, 4.0]])).L
    tensor([[1.0000, 0.0000],
            [0.2500, 1.0000]])
    """
    return return_types.linalg_lu(*lu_unpack(*lu_factor_ex(A, pivot=pivot)[:2]))


def lu_unpack(
    LU_data: TensorLike, LU_pivots: TensorLike, unpack_data: bool = True, unpack_pivots: bool = True
) -> return_types.lu_unpack:
    """P, L and U of the table and the pivots that ``lu_factor`` gives; what is not asked for is empty.

    >>> lu_unpack(*lu_factor(Tensor([[0.0, 2.0], [4.0, 5.0]]))).P
    tensor([[0., 1.],
            [1., 0.]])
    """
    table, pivots = matrices("lu_unpack", LU_data), as_tensor(LU_pivots, "lu_unpack")
    m, n = table.shape[-2:]
    k = min(m, n)
    p = lower = upper = nothing_like(table)
    if unpack_data:
        lower = table.narrow(-1, 0, k).tril(-1) + identity_like(table, m, k)
        upper = table.narrow(-2, 0, k).triu()
    if unpack_pivots:
        swaps = pivots.reshape(-1, k).tolist() if k else []
        rows = [row for steps in swaps for row in swapped_back(identity(m), steps).rows]
        p = constant(trusted(rows or [[]]), (*pivots.shape[:-1], m, m), table.dtype)
    return return_types.lu_unpack(p, lower, upper)


@composed
def lu_solve(LU: TensorLike, pivots: TensorLike, B: TensorLike, *, left: bool = True, adjoint: bool = False) -> Tensor:
    """X with A·X = B, or with ``adjoint`` Aᵀ·X = B, for the factors of A (…, n, n) that ``lu_factor`` gives, and B (…, n, k);
    without ``left`` X·A = B or X·Aᵀ = B.

    >>> lu_solve(*lu_factor(Tensor([[2.0, 1.0], [1.0, 3.0]])), Tensor([[3.0], [5.0]]))
    tensor([[0.8000],
            [1.4000]])
    """
    table, b = squares("lu_solve", LU), matrices("lu_solve", B)
    if not left:
        return lu_solve(table, pivots, b.mT, adjoint=not adjoint).mT
    p = lu_unpack(table, pivots, unpack_data=False).P
    if adjoint:
        y = solve_triangular(table.mT, b, upper=False)
        return p @ solve_triangular(table.mT, y, upper=True, unitriangular=True)
    y = solve_triangular(table, p.mT @ b, upper=False, unitriangular=True)
    return solve_triangular(table, y, upper=True)


@batched(packed_nothing)
def _lu_factor(a: Matrix) -> Result:
    """P·A = L·U,  ∂L/∂(P·A) = L⁻ᵀ·(tril₋₁(Lᵀ·∂L/∂L) + triu(∂L/∂U·Uᵀ))·U⁻ᵀ, where tril₋₁ is what is below the diagonal.

    That is for a square. For k = min(m, n) let L₁, U₁ be the first k rows and columns, L₂ the rows of L below, U₂ the columns
    of U beside: L₂ = (P·A)₂·U₁⁻¹ and U₂ = L₁⁻¹·(P·A)₂ have gradients by themselves, and take −∂L/∂U₂·U₂ᵀ off the lower
    triangle and −L₂ᵀ·∂L/∂L₂ off the upper. The value is the table of L and U, and the pivots, in one row.
    """
    table, pivots = algorithms.lu_factor(a)
    (m, n), k = a.shape, len(pivots)

    def pullback(d: Matrix) -> Matrix:
        to_table, _ = unpacked(d, (m, n), (1, k))
        corner, to_corner = table[:k, :k], to_table[:k, :k]
        lower = (tril(corner, -1) + identity(k)).T @ tril(to_corner, -1)
        upper = triu(to_corner) @ triu(corner).T
        if n > k:
            lower = lower - to_table[:, k:] @ table[:, k:].T
        if m > k:
            upper = upper - table[k:].T @ to_table[k:]
        phi = tril(lower, -1) + triu(upper)

        def without_u(rows: Matrix) -> Matrix:
            return algorithms.solve_triangular(corner, rows.T, upper=True).T

        def without_l(columns: Matrix) -> Matrix:
            return algorithms.solve_triangular(corner.T, columns, upper=True, unitriangular=True)

        result = without_l(without_u(phi))
        if n > k:
            result = hstack([result, without_l(to_table[:, k:])])
        if m > k:
            result = vstack([result, without_u(to_table[k:])])
        return swapped_back(result, pivots)

    return packed(table, [pivots]), pullback


def swapped_back(a: Matrix, pivots: Sequence[int]) -> Matrix:
    """Pᵀ·A: the swaps of rows undone, from the last to the first.

    >>> swapped_back(Matrix([[1], [2], [3]]), [2, 3, 3])
    Matrix([[3], [1], [2]])
    """
    rows = list(a.rows)
    for k, pivot in reversed(list(enumerate(pivots))):
        rows[k], rows[pivot - 1] = rows[pivot - 1], rows[k]
    return trusted(rows)
