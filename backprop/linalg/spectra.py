"""Eigenvalues of symmetric matrices, and singular values of all.

Giles, "Collected Matrix Derivative Results for Forward and Reverse Mode Algorithmic Differentiation" (2008), sections 3.1
and 3.2; Townsend, "Differentiating the Singular Value Decomposition" (2016), for any shape.

The values have gradients always. Those of the vectors hold λⱼ − λᵢ in a denominator: where two values are equal, any
rotation of their vectors is as good, and the gradient is infinite or NaN, as in PyTorch. It is 0 exactly where a loss does
not use the vectors, so that a loss of the values alone never meets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop.autograd import Result, Tensor, TensorLike, as_tensor
from backprop.linalg import algorithms, return_types
from backprop.linalg.algorithms.differentials import with_differential
from backprop.linalg.algorithms.tables import differences, quotients, tril, zeros
from backprop.linalg.batches import Empty, batched, for_matrices, identity, matrices, packed_nothing, squares, unstacked
from backprop.linalg.packing import packed, unpacked
from backprop.matrix import Matrix, trusted
from backprop.validation import check_choice


@for_matrices(algorithms.eigh)
def eigh(A: TensorLike, UPLO: str = "L") -> return_types.linalg_eigh:
    """A = V·Λ·Vᵀ of each symmetric matrix (…, n, n): eigenvalues (…, n) in ascending order, V (…, n, n) with VᵀV = I.

    Only the lower triangle of A is read, with ``UPLO="U"`` the upper. The sign of each vector is arbitrary.

    Raises LinAlgError for matrices that are not square, for NaN and infinity.

    >>> eigh(Tensor([[2.0, 1.0], [1.0, 2.0]])).eigenvalues
    tensor([1., 3.])
    """
    a = squares("eigh", A)
    check_choice("eigh", "UPLO", UPLO, ("L", "U", "l", "u"))
    n = a.shape[-1]
    return return_types.linalg_eigh(*unstacked(_eigh(a, upper=UPLO in "Uu"), (n,), (n, n)))


def eigvalsh(A: TensorLike, UPLO: str = "L") -> Tensor:
    """The eigenvalues of ``eigh``, which have a gradient always.

    >>> eigvalsh(Tensor([[2.0, 1.0], [1.0, 2.0]]))
    tensor([1., 3.])
    """
    values: Tensor = eigh(as_tensor(A, "eigvalsh"), UPLO).eigenvalues
    return values


@batched(packed_nothing)
def _eigh(a: Matrix, upper: bool) -> Result:
    """A = V·Λ·Vᵀ,  ∂L/∂A = V·(diag ∂L/∂λ + J)·Vᵀ for J = ½(Vᵀ·∂L/∂V − ∂L/∂Vᵀ·V)∘F, Fᵢⱼ = 1/(λⱼ − λᵢ) beside the diagonal,
    on which it is 0.

    The value is λ and V in one row. The gradient is symmetric, as in PyTorch.
    """
    values, v = algorithms.eigh(mirrored(a.T if upper else a))
    n = len(values)

    def pullback(d: Matrix) -> Matrix:
        to_values, to_v = unpacked(d, (1, n), (n, n))
        inner = quotients(_skew(v.T @ to_v) / 2, differences(values)) if any(map(any, to_v.rows)) else zeros(n, n)
        return v @ _with_diagonal(inner, to_values.rows[0]) @ v.T

    return packed([values], v), pullback


@for_matrices(algorithms.svd)
def svd(A: TensorLike, full_matrices: bool = True) -> return_types.linalg_svd:
    """A = U·Σ·Vh of each matrix (…, m, n), k = min(m, n): S (…, k) from the largest to 0, U (…, m, m), Vh (…, n, n) with
    UᵀU = I and Vh·Vhᵀ = I; without ``full_matrices`` U (…, m, k) and Vh (…, k, n).

    The sign of each pair of vectors is arbitrary, as are the columns of U and the rows of Vh after the k-th.

    Raises LinAlgError for NaN and infinity.

    >>> svd(Tensor([[0.0, 2.0], [3.0, 0.0], [0.0, 0.0]])).S
    tensor([3., 2.])
    """
    a = matrices("svd", A)
    m, n = a.shape[-2:]
    k = min(m, n)
    shapes = ((m, m), (k,), (n, n)) if full_matrices else ((m, k), (k,), (k, n))
    return return_types.linalg_svd(*unstacked(_svd(a, full_matrices=full_matrices), *shapes))


def svdvals(A: TensorLike) -> Tensor:
    """The singular values of ``svd``, which have a gradient always.

    >>> svdvals(Tensor([[0.0, 2.0], [3.0, 0.0]]))
    tensor([3., 2.])
    """
    values: Tensor = svd(as_tensor(A, "svdvals"), full_matrices=False).S
    return values


def _empty_svd(shape: Sequence[int], full_matrices: bool) -> Empty:
    entries = [x for size in shape for row in identity(size).rows for x in row] if full_matrices else []
    return (1, len(entries)), entries


@batched(_empty_svd)
def _svd(a: Matrix, full_matrices: bool) -> Result:
    """A = U·Σ·Vᵀ,  ∂L/∂A = U·(J·Σ + Σ·K + diag ∂L/∂σ)·Vᵀ + (I − U·Uᵀ)·∂L/∂U·Σ⁻¹·Vᵀ + U·Σ⁻¹·∂L/∂Vᵀ·(I − V·Vᵀ)

    for J = (Uᵀ·∂L/∂U − ∂L/∂Uᵀ·U)∘F, K = (Vᵀ·∂L/∂V − ∂L/∂Vᵀ·V)∘F, Fᵢⱼ = 1/(σⱼ² − σᵢ²) beside the diagonal, on which it is 0.

    The value is U, σ and Vᵀ in one row. What ``full_matrices`` adds is arbitrary and counts as constant, as in PyTorch.
    """
    u_full, values, vh_full = algorithms.svd(a, full_matrices)
    k, shapes = len(values), (u_full.shape, (1, len(values)), vh_full.shape)
    u, vh, sigma = u_full[:, :k], vh_full[:k], Matrix([values])

    def pullback(d: Matrix) -> Matrix:
        to_u, to_values, to_vh = unpacked(d, *shapes)
        to_u, to_vh = to_u[:, :k], to_vh[:k]
        inner = zeros(k, k)
        # (σⱼ − σᵢ)·(σⱼ + σᵢ) is nearer than the difference of squares where the two are nearly equal.
        gaps = differences(values) * (sigma + sigma.T)
        if any(map(any, to_u.rows)):
            inner = inner + quotients(_skew(u.T @ to_u), gaps) * sigma
        if any(map(any, to_vh.rows)):
            inner = inner + sigma.T * quotients(_skew(vh @ to_vh.T), gaps)
        result = u @ _with_diagonal(inner, to_values.rows[0]) @ vh
        if len(u) > k and any(map(any, to_u.rows)):
            result = result + quotients(to_u - u @ (u.T @ to_u), sigma) @ vh
        if vh.shape[1] > k and any(map(any, to_vh.rows)):
            result = result + u @ quotients(to_vh - (to_vh @ vh.T) @ vh, sigma.T)
        return result

    return packed(u_full, [values], vh_full), pullback


@with_differential(lambda y, a, da: (da[0] + da[0].T) * 0.5)  # as its gradient is shared
def mirrored(a: Matrix) -> Matrix:
    """The symmetric matrix that has the lower triangle of A.

    >>> mirrored(Matrix([[1, 2], [3, 4]]))
    Matrix([[1, 3], [3, 4]])
    """
    return tril(a) + tril(a, -1).T


def _skew(a: Matrix) -> Matrix:
    return a - a.T


def _with_diagonal(a: Matrix, values: list[Any]) -> Matrix:
    return trusted([[*row[:i], x, *row[i + 1 :]] for i, (row, x) in enumerate(zip(a.rows, values))])
