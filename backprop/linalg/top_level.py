"""Functions that PyTorch has at the top level under a name of ``linalg``, with other arguments or results."""

from __future__ import annotations

from typing import Any

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.linalg import definite, determinants, least_squares, return_types, spectra, triangular


def cholesky(input: TensorLike, upper: bool = False) -> Tensor:
    """``linalg.cholesky``, of which ``upper`` may be given by position.

    >>> cholesky(Tensor([[4.0, 2.0], [2.0, 10.0]]), True)
    tensor([[2., 1.],
            [0., 3.]])
    """
    return definite.cholesky(as_tensor(input, "cholesky"), upper=upper)


def svd(input: TensorLike, some: bool = True, compute_uv: bool = True) -> return_types.svd:
    """A = U·Σ·Vᵀ as ``linalg.svd`` gives it, but with V and not Vᵀ, and reduced unless ``some`` is False.

    Without ``compute_uv`` U and V are full of 0.

    >>> svd(Tensor([[0.0, 2.0], [3.0, 0.0]])).S
    tensor([3., 2.])
    """
    u, s, vh = spectra.svd(as_tensor(input, "svd"), full_matrices=not some or not compute_uv)
    return return_types.svd(u, s, vh.mT) if compute_uv else return_types.svd(u.detach() * 0, s, vh.detach() * 0)


def qr(input: TensorLike, some: bool = True) -> return_types.qr:
    """``linalg.qr``, reduced unless ``some`` is False.

    >>> qr(Tensor([[3.0], [4.0]])).R
    tensor([[-5.]])
    """
    return return_types.qr(*triangular.qr(as_tensor(input, "qr"), "reduced" if some else "complete"))


def slogdet(input: TensorLike) -> return_types.slogdet:
    """``linalg.slogdet``, in a result of this name.

    >>> slogdet(Tensor([[0.0, 1.0], [1.0, 0.0]])).sign
    tensor(-1.)
    """
    return return_types.slogdet(*determinants.slogdet(as_tensor(input, "slogdet")))


def lu(A: TensorLike, pivot: bool = True, get_infos: bool = False) -> Any:
    """``linalg.lu_factor``, or with ``get_infos`` ``linalg.lu_factor_ex``.

    >>> lu(Tensor([[0.0, 2.0], [4.0, 5.0]]))[0]
    tensor([[4., 5.],
            [0., 2.]])
    """
    result = triangular.lu_factor_ex(A, pivot=pivot, check_errors=not get_infos)
    return result if get_infos else return_types.linalg_lu_factor(*result[:2])


def lu_solve(b: TensorLike, LU_data: TensorLike, LU_pivots: TensorLike) -> Tensor:
    """``linalg.lu_solve``, with the right side first.

    >>> lu_solve(Tensor([[3.0], [5.0]]), *lu(Tensor([[2.0, 1.0], [1.0, 3.0]])))
    tensor([[0.8000],
            [1.4000]])
    """
    return triangular.lu_solve(LU_data, LU_pivots, b)


def pinverse(input: TensorLike, rcond: float = 1e-15) -> Tensor:
    """``linalg.pinv``, with singular values up to rcond·σ₁ as 0.

    >>> pinverse(Tensor([[2.0]]))
    tensor([[0.5000]])
    """
    return least_squares.pinv(as_tensor(input, "pinverse"), rcond)
