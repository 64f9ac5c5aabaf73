"""Systems of linear equations, and the inverse, which solves them all.

Giles, "Collected Matrix Derivative Results for Forward and Reverse Mode Algorithmic Differentiation" (2008), section 2.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from inspect import unwrap
from math import prod

from backprop.autograd import Result, Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.linalg import algorithms, return_types
from backprop.linalg.algorithms import LinAlgError
from backprop.linalg.algorithms.tables import tril, triu
from backprop.linalg.batches import (
    batched,
    for_matrices,
    infos,
    like_last,
    matrices,
    no_info,
    squares,
    unstacked,
    with_info,
)
from backprop.matrix import Matrix
from backprop.tensors.shapes import resolve_dims
from backprop.validation import ArgumentError


@for_matrices(algorithms.solve)
@composed
def solve(A: TensorLike, B: TensorLike, *, left: bool = True) -> Tensor:
    """X with A·X = B for each matrix A (…, n, n) and B (…, n, k), one right side a column; without ``left`` X·A = B.

    A vector B (n) gives a vector, and so does one for each matrix, (…, n) for A (…, n, n).

    Raises LinAlgError for shapes that do not fit, a singular matrix, NaN or infinity.

    >>> solve(Tensor([[2.0, 1.0], [1.0, 3.0]]), Tensor([3.0, 5.0]))
    tensor([0.8000, 1.4000])
    """
    a, b = squares("solve", A), as_tensor(B, "solve")
    if _is_vector(a, b):
        axis = -1 if left else -2
        return solve(a, b.unsqueeze(axis), left=left).squeeze(axis)
    _check_rows("solve", a, b, left)
    return _solve(a, b) if left else _solve(a.mT, b.mT).mT


@batched(like_last)
def _solve(a: Matrix, b: Matrix) -> Result:
    """X with A·X = B,  ∂L/∂B = A⁻ᵀ·∂L/∂X,  ∂L/∂A = −∂L/∂B·Xᵀ."""
    x = algorithms.solve(a, b)

    def pullback(d: Matrix) -> tuple[Matrix, Matrix]:
        to_b = algorithms.solve(a.T, d)
        return -to_b @ x.T, to_b

    return x, pullback


_solve_ex = batched(no_info)(with_info(unwrap(_solve)))


def solve_ex(
    A: TensorLike, B: TensorLike, *, left: bool = True, check_errors: bool = False
) -> return_types.linalg_solve_ex:
    """As ``solve``, and for each matrix ``info``: 0, or the first column, counted from 1, in which the elimination of a singular
    one finds nothing but 0; the result is NaN there, and that is an error with ``check_errors`` alone.

    >>> solve_ex(Tensor([[1.0, 2.0], [2.0, 4.0]]), Tensor([1.0, 2.0]))
    torch.return_types.linalg_solve_ex(
    result=tensor([nan, nan]),
    info=tensor(2, dtype=torch.int32))
    """
    a, b = squares("solve", A), as_tensor(B, "solve")
    if _is_vector(a, b):
        axis = -1 if left else -2
        result, info = solve_ex(a, b.unsqueeze(axis), left=left, check_errors=check_errors)
        return return_types.linalg_solve_ex(result.squeeze(axis), info)
    _check_rows("solve", a, b, left)
    sides = b if left else b.mT
    result, found = unstacked(_solve_ex(a if left else a.mT, sides), sides.shape[-2:], ())
    return return_types.linalg_solve_ex(result if left else result.mT, infos("solve", found, check_errors))


@for_matrices(algorithms.solve_triangular)
@composed
def solve_triangular(
    A: TensorLike, B: TensorLike, *, upper: bool, left: bool = True, unitriangular: bool = False
) -> Tensor:
    """X with A·X = B for triangles A (…, n, n) and B (…, n, k); without ``left`` X·A = B.

    What stands in the other triangle is not read; with ``unitriangular`` the diagonal is not either, and counts as 1.
    What is raised is what ``solve`` raises.

    >>> solve_triangular(Tensor([[2.0, 7.0], [1.0, 4.0]]), Tensor([[4.0], [6.0]]), upper=False)
    tensor([[2.],
            [1.]])
    """
    a, b = squares("solve_triangular", A), matrices("solve_triangular", B)
    _check_rows("solve_triangular", a, b, left)
    if left:
        return _solve_triangular(a, b, upper=upper, unitriangular=unitriangular)
    return _solve_triangular(a.mT, b.mT, upper=not upper, unitriangular=unitriangular).mT


@batched(like_last)
def _solve_triangular(a: Matrix, b: Matrix, upper: bool, unitriangular: bool) -> Result:
    """X with A·X = B for a triangle A,  ∂L/∂B = A⁻ᵀ·∂L/∂X,  ∂L/∂A = −∂L/∂B·Xᵀ in the triangle and 0 elsewhere.

    With ``unitriangular`` the diagonal counts as 1 whatever it holds, so its gradient is 0 too.
    """
    x = algorithms.solve_triangular(a, b, upper=upper, unitriangular=unitriangular)

    def pullback(d: Matrix) -> tuple[Matrix, Matrix]:
        to_b = algorithms.solve_triangular(a.T, d, upper=not upper, unitriangular=unitriangular)
        to_a = -to_b @ x.T
        return triu(to_a, int(unitriangular)) if upper else tril(to_a, -int(unitriangular)), to_b

    return x, pullback


def triangular_solve(
    b: TensorLike, A: TensorLike, upper: bool = True, transpose: bool = False, unitriangular: bool = False
) -> return_types.triangular_solve:
    """X with A·X = B, or with ``transpose`` Aᵀ·X = B, for triangles A; and A. ``solve_triangular`` is its successor.

    >>> triangular_solve(Tensor([[4.0], [6.0]]), Tensor([[2.0, 1.0], [0.0, 3.0]])).solution
    tensor([[1.],
            [2.]])
    """
    a = squares("triangular_solve", A)
    used = a.mT if transpose else a
    return return_types.triangular_solve(
        solve_triangular(used, b, upper=upper != transpose, unitriangular=unitriangular), a
    )


@for_matrices(algorithms.inv)
@composed
def inv(A: TensorLike) -> Tensor:
    """A⁻¹ of each matrix (…, n, n), with A·A⁻¹ = I. To solve a system, ``solve`` is cheaper and nearer.

    Raises LinAlgError for matrices that are not square or singular, for NaN and infinity.

    >>> inv(Tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    return _inv(squares("inv", A))


@batched(like_last)
def _inv(a: Matrix) -> Result:
    """Y = A⁻¹,  ∂L/∂A = −Yᵀ·∂L/∂Y·Yᵀ, from d(A·Y) = 0."""
    y = algorithms.inv(a)
    return y, lambda d: -(y.T @ d @ y.T)


_inv_ex = batched(no_info)(with_info(unwrap(_inv)))


def inv_ex(A: TensorLike, *, check_errors: bool = False) -> return_types.linalg_inv_ex:
    """As ``inv``, and for each matrix ``info``: 0, or the first column, counted from 1, in which the elimination of a singular
    one finds nothing but 0; the inverse is NaN there, and that is an error with ``check_errors`` alone.

    >>> inv_ex(Tensor([[[2.0]], [[0.0]]])).info
    tensor([0, 1], dtype=torch.int32)
    """
    a = squares("inv", A)
    inverse, found = unstacked(_inv_ex(a), a.shape[-2:], ())
    return return_types.linalg_inv_ex(inverse, infos("inv", found, check_errors))


@for_matrices(algorithms.inv)
def inverse(input: TensorLike) -> Tensor:
    """A⁻¹ of each matrix (…, n, n): ``linalg.inv``.

    >>> inverse(Tensor([[2.0]]))
    tensor([[0.5000]])
    """
    return inv(input)


@composed
def tensorinv(A: TensorLike, ind: int = 2) -> Tensor:
    """The inverse with respect to ``tensordot(A, ·, ind)``: A as a matrix, its first ``ind`` axes the rows.

    >>> tensorinv(Tensor([[2.0, 0.0], [0.0, 4.0]]), ind=1)
    tensor([[0.5000, 0.0000],
            [0.0000, 0.2500]])
    """
    a = as_tensor(A, "tensorinv")
    if ind < 1:
        raise ArgumentError(f"tensorinv: ind is an int from 1 up, got {ind}")
    rows, columns = a.shape[:ind], a.shape[ind:]
    if prod(rows) != prod(columns):
        raise LinAlgError(f"tensorinv: the axes before ind={ind} and those after have as many entries, got {a.shape}")
    return inv(a.reshape(prod(rows), prod(columns))).reshape(*columns, *rows)


@composed
def tensorsolve(A: TensorLike, B: TensorLike, dims: Sequence[int] | None = None) -> Tensor:
    """X with ``tensordot(A, X, X.ndim) = B``: A as a matrix, of which the first axes are those of B. The axes ``dims`` of A
    are moved to the end before.

    >>> tensorsolve(Tensor([[2.0, 0.0], [0.0, 4.0]]), Tensor([2.0, 2.0]))
    tensor([1.0000, 0.5000])
    """
    a, b = as_tensor(A, "tensorsolve"), as_tensor(B, "tensorsolve")
    if dims is not None:
        moved = resolve_dims("tensorsolve", dims, len(a.shape))
        a = a.permute([axis for axis in range(len(a.shape)) if axis not in moved] + list(moved))
    shape = a.shape[len(b.shape) :]
    if prod(shape) != b.numel() or a.numel() != b.numel() ** 2:
        raise LinAlgError(
            f"tensorsolve: A has the axes of B and others with as many entries, got {a.shape} and {b.shape}"
        )
    return solve(a.reshape(b.numel(), b.numel()), b.flatten()).reshape(shape)


def _is_vector(a: Tensor, b: Tensor) -> bool:
    """Whether B is one right side, or one for each matrix A."""
    return len(b.shape) == 1 or b.shape == a.shape[:-1]


def _check_rows(name: str, a: Tensor, b: Tensor, left: bool) -> None:
    sizes = a.shape[-1], b.shape[-2 if left else -1]
    if sizes[0] != sizes[1]:
        what = "rows" if left else "columns"
        raise LinAlgError(f"{name}: A has {sizes[0]} {what} and B has {sizes[1]}; they must be equal")
