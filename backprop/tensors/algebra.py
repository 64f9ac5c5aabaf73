"""Linear algebra with gradients: Jacobi's formula and its relatives.

Giles, "Collected Matrix Derivative Results for Forward and Reverse Mode Algorithmic Differentiation" (2008), is the
source of all but cholesky. What is raised is what the function of that name in ``linalg`` raises.
"""

from __future__ import annotations

from backprop import linalg
from backprop.autograd import Result, Tensor, TensorLike, as_tensor, operation
from backprop.matrix import Matrix, trusted


@operation
def trace(a: Matrix) -> Result:
    """y = tr A = Σ aᵢᵢ,  ∂L/∂A = ∂L/∂y·I.

    >>> trace(Matrix([[1, 2], [3, 4]]))
    Tensor([[5]])
    """
    return Matrix([[linalg.trace(a)]]), lambda d: d * Matrix.identity(len(a))


@operation
def solve(a: Matrix, b: Matrix) -> Result:
    """X with A·X = B,  ∂L/∂B = A⁻ᵀ·∂L/∂X,  ∂L/∂A = −∂L/∂B·Xᵀ.

    >>> solve(Matrix([[2.0, 1.0], [1.0, 3.0]]), Matrix([[3.0], [5.0]]))
    Tensor([[0.8], [1.4]])
    """
    x = linalg.solve(a, b)

    def pullback(d: Matrix) -> tuple[Matrix, Matrix]:
        to_b = linalg.solve(a.T, d)
        return -to_b @ x.T, to_b

    return x, pullback


@operation
def inv(a: Matrix) -> Result:
    """Y = A⁻¹,  ∂L/∂A = −Yᵀ·∂L/∂Y·Yᵀ, from d(A·Y) = 0.

    >>> inv(Matrix([[2.0, 0.0], [0.0, 4.0]]))
    Tensor([[0.5, 0.0], [0.0, 0.25]])
    """
    y = linalg.inv(a)
    return y, lambda d: -(y.T @ d @ y.T)


@operation
def det(a: Matrix) -> Result:
    """y = det A,  ∂L/∂aᵢⱼ = ∂L/∂y·Cᵢⱼ for the cofactors C = det A·A⁻ᵀ (Jacobi's formula, 1841).

    Where A is singular the cofactors are still there, as determinants of A without row i and column j.

    >>> det(Matrix([[1, 2], [3, 4]]))
    Tensor([[-2]])
    """
    y = linalg.det(a)

    def pullback(d: Matrix) -> Matrix:
        return d * (y * linalg.inv(a).T if y else _cofactors(a))

    return Matrix([[y]]), pullback


def slogdet(a: TensorLike) -> tuple[float, Tensor]:
    """(sign of det A, y = ln |det A|),  ∂L/∂A = ∂L/∂y·A⁻ᵀ.

    For a singular A the sign is 0 and y is −∞, which has no gradient.

    >>> slogdet(Matrix([[0.0, 1.0], [1.0, 0.0]]))
    (-1.0, Tensor([[0.0]]))
    """
    a = as_tensor(a, "slogdet")
    return linalg.slogdet(a.matrix).sign, _slogdet(a)


@operation
def _slogdet(a: Matrix) -> Result:
    """y = ln |det A|,  ∂L/∂A = ∂L/∂y·A⁻ᵀ."""
    return Matrix([[linalg.slogdet(a).logabsdet]]), lambda d: d * linalg.inv(a).T


@operation
def cholesky(a: Matrix) -> Result:
    """L with A = L·Lᵀ,  ∂L/∂A = ½(S + Sᵀ) for S = L⁻ᵀ·Φ(Lᵀ·D)·L⁻¹ and D = ∂L/∂L, where Φ halves the diagonal
    and drops what is above it.

    A is symmetric and its gradient too. Murray, "Differentiation of the Cholesky decomposition" (2016).

    >>> cholesky(Matrix([[4.0, 2.0], [2.0, 10.0]]))
    Tensor([[2.0, 0.0], [1.0, 3.0]])
    """
    lower = linalg.cholesky(a)

    def pullback(d: Matrix) -> Matrix:
        product = lower.T @ d
        phi = (product.tril() + product.tril(-1)) * 0.5
        s = linalg.solve(lower.T, linalg.solve(lower.T, phi.T).T)
        return (s + s.T) * 0.5

    return lower, pullback


def _cofactors(a: Matrix) -> Matrix:
    """Cᵢⱼ = (−1)ⁱ⁺ʲ·det(A without row i and column j)."""
    n = len(a)
    if n == 1:
        return Matrix([[1]])
    rest = [[k for k in range(n) if k != i] for i in range(n)]
    return trusted([[(-1) ** (i + j) * linalg.det(a[rest[i]][:, rest[j]]) for j in range(n)] for i in range(n)])
