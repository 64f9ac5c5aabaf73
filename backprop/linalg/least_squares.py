"""Least squares: Moore and Penrose's inverse, the solution that comes nearest, and the rank, on which both rest.

Golub and Pereyra, "The Differentiation of Pseudo-Inverses and Nonlinear Least Squares Problems Whose Variables Separate" (1973).
"""

from __future__ import annotations

from collections.abc import Sequence

from backprop.autograd import Result, Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.linalg import algorithms, return_types
from backprop.linalg.algorithms import LinAlgError
from backprop.linalg.algorithms.differentials import with_differential
from backprop.linalg.batches import Empty, batched, for_matrices, matrices, nothing_like, squares, unstacked
from backprop.linalg.packing import packed, unpacked
from backprop.linalg.spectra import eigvalsh, mirrored, svdvals
from backprop.matrix import Matrix, trusted
from backprop.validation import check_choice


@for_matrices(algorithms.matrix_rank)
def matrix_rank(
    A: TensorLike, *, atol: TensorLike | None = None, rtol: TensorLike | None = None, hermitian: bool = False
) -> Tensor:
    """How many singular values of each matrix (…, m, n) are above ``atol`` and rtol·σ₁.

    By default rtol is max(m, n)·ε, ε that of the dtype, or 0 where ``atol`` is above 0. With ``hermitian`` the absolute
    eigenvalues of the symmetric matrix with that lower triangle are counted. A bound may be one for each matrix.

    >>> matrix_rank(Tensor([[1.0, 2.0], [2.0, 4.0]]))
    tensor(1)
    """
    a = matrices("matrix_rank", A).detach()
    absolute, relative = _bounds(a, atol, rtol)
    values = eigvalsh(a).abs() if hermitian else svdvals(a)
    # Of no values the largest is 0.
    largest = values.amax(-1) if values.shape[-1] else values.sum(-1)
    bound = (largest * relative).maximum(absolute)
    return (values > bound.unsqueeze(-1)).sum(-1)


def _bounds(a: Tensor, atol: TensorLike | None, rtol: TensorLike | None) -> tuple[Tensor, Tensor]:
    """What a singular value must be above: an absolute bound, and one in shares of the largest."""
    absolute = as_tensor(0.0 if atol is None else atol)
    if rtol is not None:
        return absolute, as_tensor(rtol)
    share = max(a.shape[-2:]) * (2.0**-23 if a.dtype.bits == 32 else 2.0**-52)
    return absolute, (absolute == 0) * share


@for_matrices(algorithms.pinv)
@composed
def pinv(
    A: TensorLike,
    rcond: TensorLike | None = None,
    hermitian: bool = False,
    *,
    atol: TensorLike | None = None,
    rtol: TensorLike | None = None,
) -> Tensor:
    """A⁺ (…, n, m), Moore and Penrose's inverse of each matrix (…, m, n): A·A⁺·A = A, A⁺·A·A⁺ = A⁺, A·A⁺ and A⁺·A symmetric.

    Singular values up to ``atol`` or rtol·σ₁ count as 0; ``rcond`` is the older name of ``rtol``. Defaults and
    ``hermitian`` are as for ``matrix_rank``. The gradient is that while the rank stays as it is; where it changes, A⁺ has
    a jump.

    Raises LinAlgError for NaN and infinity.

    >>> pinv(Tensor([[3.0, 0.0], [4.0, 0.0]]))
    tensor([[0.1200, 0.1600],
            [0.0000, 0.0000]])
    """
    a = (squares if hermitian else matrices)("pinv", A)
    absolute, relative = _bounds(a, atol, rcond if rtol is None else rtol)
    return _pinv(
        a, absolute.reshape(*absolute.shape, 1, 1), relative.reshape(*relative.shape, 1, 1), hermitian=hermitian
    )


_whole_mirrored = with_differential(lambda y, a, da: da[0])(mirrored)


@batched(lambda shape, *bounds, hermitian: (shape[::-1], []))
def _pinv(a: Matrix, atol: Matrix, rtol: Matrix, hermitian: bool) -> Result:
    """Y = A⁺,  ∂L/∂A = −Yᵀ·D·Yᵀ + (I − A·Y)·Dᵀ·Y·Yᵀ + Yᵀ·Y·Dᵀ·(I − Y·A) for D = ∂L/∂Y."""
    y = algorithms.pinv(_whole_mirrored(a) if hermitian else a, float(rtol.item()), atol=float(atol.item()))
    zero = Matrix([[0.0]])
    return y, lambda d: (_through_pinv(a, y, d), zero, zero)


def _through_pinv(a: Matrix, y: Matrix, d: Matrix) -> Matrix:
    """∂L/∂A for Y = A⁺ and D = ∂L/∂Y."""
    left = d.T @ y @ y.T
    right = y.T @ y @ d.T
    return left - a @ (y @ left) + right - (right @ y) @ a - y.T @ d @ y.T


@for_matrices(algorithms.lstsq)
def lstsq(
    A: TensorLike, B: TensorLike, rcond: float | None = None, *, driver: str | None = None
) -> return_types.linalg_lstsq:
    """X (…, n, k) with ‖A·X − B‖ least for each column of B (…, m, k), and of all such X the shortest; A (…, m, n).

    Singular values up to rcond·σ₁, by default max(m, n)·ε, count as 0. A vector B (…, m) gives vectors.

    All is computed by singular values; the LAPACK ``driver`` says what is handed out, as in PyTorch: by default ("gelsy")
    the solution and the rank; with "gelsd" and "gelss" also the singular values and, where every A has the rank n < m,
    the sums of squares ‖A·X − B‖² of each column; with "gels" the solution and these sums. The others are empty.

    Raises LinAlgError for shapes that do not fit, NaN and infinity.

    >>> lstsq(Tensor([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), Tensor([[1.0], [2.0], [4.0]]), driver="gels").solution
    tensor([[0.8333],
            [1.5000]])
    """
    a, b = matrices("lstsq", A), as_tensor(B, "lstsq")
    check_choice("lstsq", "driver", driver, (None, "gels", "gelsy", "gelsd", "gelss"))
    (m, n), vector = a.shape[-2:], len(b.shape) == len(a.shape) - 1
    b = matrices("lstsq", b.unsqueeze(-1) if vector else b)
    if b.shape[-2] != m:
        raise LinAlgError(f"lstsq: A has {m} rows and B has {b.shape[-2]}; they must be equal")
    k = b.shape[-1]
    share = max(m, n) * (2.0**-23 if a.dtype.bits == 32 else 2.0**-52) if rcond is None else rcond
    x, residuals, rank, values = unstacked(_lstsq(a, b, rcond=share), (n, k), (k,), (), (min(m, n),))
    rank = rank.detach().long()
    if driver in (None, "gelsy") or m <= n or (driver != "gels" and not (rank == n).all()):
        residuals = residuals.flatten()[:0]
    return return_types.linalg_lstsq(
        x.squeeze(-1) if vector else x,
        residuals,
        nothing_like(rank) if driver == "gels" else rank,
        values.detach() if driver in ("gelsd", "gelss") else nothing_like(a),
    )


def _empty_lstsq(a: Sequence[int], b: Sequence[int], rcond: float) -> Empty:
    count = a[1] * b[1] + b[1] + 1 + min(a)
    return (1, count), [0.0] * count


@batched(_empty_lstsq)
def _lstsq(a: Matrix, b: Matrix, rcond: float) -> Result:
    """X = A⁺·B and the sums rⱼ of the squares in column j of E = A·X − B.

    ∂L/∂B = A⁺ᵀ·∂L/∂X − 2·E·diag ∂L/∂r,  ∂L/∂A = what ∂L/∂A⁺ = ∂L/∂X·Bᵀ gives + 2·E·diag ∂L/∂r·Xᵀ.

    The value is X, r, the rank and the singular values in one row.
    """
    x, _, rank, values = algorithms.lstsq(a, b, rcond)
    error = a @ x - b
    residuals = trusted([list(map(sum, zip(*(error * error).rows)))])

    def pullback(d: Matrix) -> tuple[Matrix, Matrix]:
        to_x, to_residuals = unpacked(d, x.shape, residuals.shape)
        y = algorithms.pinv(a, rcond)
        to_error = error * to_residuals * 2
        return _through_pinv(a, y, to_x @ b.T) + to_error @ x.T, y.T @ to_x - to_error

    return packed(x, residuals, [[rank], values]), pullback
