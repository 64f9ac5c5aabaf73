"""Cholesky's factor of a positive definite matrix, and what is solved with it.

Murray, "Differentiation of the Cholesky decomposition" (2016).
"""

from __future__ import annotations

from inspect import unwrap

from backprop.autograd import Result, Tensor, TensorLike
from backprop.autograd.operation import composed
from backprop.linalg import algorithms, return_types
from backprop.linalg.algorithms.differentials import with_differential
from backprop.linalg.algorithms.tables import tril
from backprop.linalg.batches import (
    batched,
    for_matrices,
    identity_like,
    infos,
    like_last,
    matrices,
    no_info,
    squares,
    unstacked,
    with_info,
)
from backprop.linalg.spectra import mirrored
from backprop.matrix import Matrix


@for_matrices(algorithms.cholesky)
@composed
def cholesky(A: TensorLike, *, upper: bool = False) -> Tensor:
    """L with A = L·Lᵀ, lower triangular with a positive diagonal, for each symmetric and positive definite matrix (…, n, n);
    with ``upper`` Lᵀ.

    As in PyTorch only the lower triangle of A is read, with ``upper`` the other, and the gradient is symmetric.

    Raises LinAlgError for matrices that are not square or not positive definite, for NaN and infinity.

    >>> cholesky(Tensor([[4.0, 2.0], [2.0, 10.0]]))
    tensor([[2., 0.],
            [1., 3.]])
    """
    a = squares("cholesky", A)
    return _cholesky(a.mT).mT if upper else _cholesky(a)


@batched(like_last)
def _cholesky(a: Matrix) -> Result:
    """L with A = L·Lᵀ,  ∂L/∂A = ½(S + Sᵀ) for S = L⁻ᵀ·Φ(Lᵀ·D)·L⁻¹ and D = ∂L/∂L, where Φ halves the diagonal
    and drops what is above it."""
    lower = algorithms.cholesky(mirrored(a))

    def pullback(d: Matrix) -> Matrix:
        upper = lower.T
        product = upper @ d
        phi = (tril(product) + tril(product, -1)) * 0.5
        s = algorithms.solve_triangular(upper, phi, upper=True)
        s = algorithms.solve_triangular(upper, s.T, upper=True)
        return (s + s.T) * 0.5

    return lower, pullback


_cholesky_ex = batched(no_info)(with_info(unwrap(_cholesky)))


def cholesky_ex(A: TensorLike, *, upper: bool = False, check_errors: bool = False) -> return_types.linalg_cholesky_ex:
    """As ``cholesky``, and for each matrix ``info``: 0, or the size of the smallest leading block that is not positive definite;
    the factor is NaN there, and that is an error with ``check_errors`` alone.

    >>> cholesky_ex(Tensor([[[4.0]], [[-1.0]]])).info
    tensor([0, 1], dtype=torch.int32)
    """
    a = squares("cholesky", A)
    factor, found = unstacked(_cholesky_ex(a.mT if upper else a), a.shape[-2:], ())
    return return_types.linalg_cholesky_ex(factor.mT if upper else factor, infos("cholesky", found, check_errors))


@composed
def cholesky_solve(B: TensorLike, L: TensorLike, upper: bool = False) -> Tensor:
    """X with A·X = B for A = L·Lᵀ, or with ``upper`` LᵀL, of which L is Cholesky's factor; B (…, n, k), L (…, n, n).

    >>> cholesky_solve(Tensor([[8.0], [24.0]]), Tensor([[2.0, 0.0], [1.0, 3.0]]))
    tensor([[0.8889],
            [2.2222]])
    """
    b, factor = matrices("cholesky_solve", B), squares("cholesky_solve", L)
    return _cholesky_solve(factor.mT if upper else factor, b)


@batched(like_last)
def _cholesky_solve(lower: Matrix, b: Matrix) -> Result:
    """X with L·Lᵀ·X = B,  ∂L/∂B = (L·Lᵀ)⁻¹·∂L/∂X,  ∂L/∂L = (G + Gᵀ)·L for G = −∂L/∂B·Xᵀ, the gradient of L·Lᵀ.

    The factor is taken for the whole of the matrix, as in PyTorch, so that its gradient has entries above the diagonal too.
    """

    x = _solved(lower, b)

    def pullback(d: Matrix) -> tuple[Matrix, Matrix]:
        to_b = _solved(lower, d)
        to_product = -to_b @ x.T
        return (to_product + to_product.T) @ _whole_triangle(lower), to_b

    return x, pullback


_whole_triangle = with_differential(lambda y, a, da: da[0])(tril)


def _solved_differential(x: Matrix, matrices: list[Matrix], changes: list[Matrix]) -> Matrix:
    """dX = A⁻¹·(dB − dA·X) for dA = dL·Lᵀ + L·dLᵀ."""
    lower, change = tril(matrices[0]), changes[0]
    product = change @ lower.T
    return _solved(lower, changes[1] - (product + product.T) @ x)


@with_differential(_solved_differential)
def _solved(lower: Matrix, b: Matrix) -> Matrix:
    """X with L·Lᵀ·X = B."""
    y = algorithms.solve_triangular(lower, b, upper=False)
    return algorithms.solve_triangular(lower.T, y, upper=True)


@composed
def cholesky_inverse(L: TensorLike, upper: bool = False) -> Tensor:
    """A⁻¹ for A = L·Lᵀ, or with ``upper`` LᵀL, of which L (…, n, n) is Cholesky's factor.

    >>> cholesky_inverse(Tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.2500, 0.0000],
            [0.0000, 0.0625]])
    """
    factor = squares("cholesky_inverse", L)
    n = factor.shape[-1]
    return cholesky_solve(identity_like(factor, n, n), factor, upper)
