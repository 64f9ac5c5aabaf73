"""The determinant and its logarithm: Jacobi's formula.

Giles, "Collected Matrix Derivative Results for Forward and Reverse Mode Algorithmic Differentiation" (2008), section 2.2.
"""

from __future__ import annotations

import math

from backprop.autograd import Result, Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.linalg import algorithms, return_types
from backprop.linalg.batches import batched, for_matrices, squares, unstacked
from backprop.linalg.packing import packed
from backprop.matrix import Matrix, trusted


@for_matrices(algorithms.det)
@composed
def det(A: TensorLike) -> Tensor:
    """det A of each matrix (…, n, n): by how much it stretches volumes; 0 where it is singular.

    Raises LinAlgError for matrices that are not square, NaN or infinity; OverflowError beyond the largest float.

    >>> det(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(-2.)
    """
    a = squares("det", A)
    return _det(a).reshape(a.shape[:-2])


@batched(lambda shape: ((1, 1), [1.0]))
def _det(a: Matrix) -> Result:
    """y = det A,  ∂L/∂aᵢⱼ = ∂L/∂y·Cᵢⱼ for the cofactors C = det A·A⁻ᵀ (Jacobi's formula, 1841).

    Where A is singular the cofactors are still there, as determinants of A without row i and column j.
    """
    y = algorithms.det(a)
    return Matrix([[y]]), lambda d: d * (y * algorithms.inv(a).T if y else _cofactors(a))


def _cofactors(a: Matrix) -> Matrix:
    """Cᵢⱼ = (−1)ⁱ⁺ʲ·det(A without row i and column j)."""
    n = len(a)
    if n == 1:
        return Matrix([[1]])
    rest = [[k for k in range(n) if k != i] for i in range(n)]
    return trusted([[(-1) ** (i + j) * algorithms.det(a[rest[i]][:, rest[j]]) for j in range(n)] for i in range(n)])


@for_matrices(algorithms.slogdet)
def slogdet(A: TensorLike) -> return_types.linalg_slogdet:
    """The sign of det A (1, −1 or 0) and ln |det A| (−∞ for 0) of each matrix (…, n, n), where det A itself is no float.

    For a singular A there is no gradient. What is raised is what ``det`` raises.

    >>> slogdet(Tensor([[0.0, 1e30], [1e30, 0.0]]))
    torch.return_types.linalg_slogdet(
    sign=tensor(-1.),
    logabsdet=tensor(138.1551))
    """
    return return_types.linalg_slogdet(*unstacked(_slogdet(squares("slogdet", A)), (), ()))


@batched(lambda shape: ((1, 2), [1.0, 0.0]))
def _slogdet(a: Matrix) -> Result:
    """s = sgn(det A) and y = ln |det A| in one row,  ∂L/∂A = ∂L/∂y·A⁻ᵀ."""
    return packed([algorithms.slogdet(a)]), lambda d: d[0, 1] * algorithms.inv(a).T


@composed
def logdet(input: TensorLike) -> Tensor:
    """ln det A of each matrix (…, n, n): −∞ where the determinant is 0 and NaN where it is negative.

    >>> logdet(Tensor([[1.0, 2.0], [3.0, 4.0]])), logdet(Tensor([[2.0, 0.0], [0.0, 0.5]]))
    (tensor(nan), tensor(0.))
    """
    sign, logabsdet = slogdet(squares("logdet", input))
    return logabsdet + as_tensor(math.nan).where(sign < 0, 0.0)
