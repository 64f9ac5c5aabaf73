"""Norms, which say how large a vector or a matrix is: all are composed of those of vectors and of singular values."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from reprlib import repr as short
from typing import Any, Union

from backprop.autograd import Dims, Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.linalg import algorithms
from backprop.linalg.batches import for_matrices, matrices, squares
from backprop.linalg.solving import inv_ex
from backprop.linalg.spectra import svdvals
from backprop.tensors import norms
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.shapes import reduced_shape, resolve_dims
from backprop.validation import ArgumentError, is_number

Order = Union[str, float, None]


@numpy_names
def vector_norm(x: TensorLike, ord: float = 2, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """‖x‖ₚ = (Σ |xⱼ|ᵖ)^(1/p) over the axes ``dim``, or over all, for p = ``ord``; see ``backprop.norm``.

    >>> x = Tensor([[3.0, 4.0], [0.0, -2.0]])
    >>> vector_norm(x, dim=1), vector_norm(x, 1), vector_norm(x, float("inf"))
    (tensor([5., 2.]), tensor(9.), tensor(4.))
    """
    if not is_number(ord):
        raise ArgumentError(f"vector_norm: ord is a number, got {short(ord)}")
    return norms.norm(x, ord, dim, keepdim, dtype=dtype)


@numpy_names
def matrix_norm(
    A: TensorLike, ord: float | str = "fro", dim: Sequence[int] = (-2, -1), keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    """‖A‖ of each matrix, whose rows and columns are the axes ``dim``, as ``ord`` says:

    - "fro", Frobenius: √Σ aᵢⱼ²; "nuc", nuclear: the sum of the singular values
    - 2: the largest singular value;  −2: the smallest
    - 1: the largest column sum of |aᵢⱼ|;  −1: the smallest;  inf and −inf: the same of the row sums

    >>> a = Tensor([[3.0, 4.0], [0.0, 0.0]])
    >>> matrix_norm(a), matrix_norm(a, 1), matrix_norm(a, float("inf")), matrix_norm(a, "nuc")
    (tensor(5.), tensor(4.), tensor(7.), tensor(5.))
    """
    a = matrices("matrix_norm", as_tensor(A).to(dtype) if dtype is not None else A)
    if isinstance(ord, bool) or ord not in ("fro", "nuc", 1, -1, 2, -2, inf, -inf):
        raise ArgumentError(f"matrix_norm: ord is 'fro', 'nuc', 1, -1, 2, -2, inf or -inf, got {short(ord)}")
    axes = resolve_dims("matrix_norm", dim, len(a.shape))
    if len(axes) != 2:
        raise ArgumentError(f"matrix_norm: dim names two axes, got {short(dim)}")
    if ord == "fro":
        return vector_norm(a, 2, axes, keepdim)
    if ord in ("nuc", 2, -2):
        values = svdvals(a.movedim(axes, (-2, -1)))
        result = values.sum(-1) if ord == "nuc" else values.amax(-1) if ord == 2 else values.amin(-1)
    else:
        down, across = axes if abs(ord) == 1 else axes[::-1]  # type: ignore[arg-type]
        sums = a.abs().sum(down, keepdim=True)
        result = (sums.amax if ord > 0 else sums.amin)(across, keepdim=True)  # type: ignore[operator]
    return result.reshape(reduced_shape(a.shape, axes, keepdim))


@numpy_names
@for_matrices(algorithms.norm)
@composed
def norm(A: TensorLike, ord: Order = None, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """The ``vector_norm`` over one axis, the ``matrix_norm`` over two; without ``ord`` √Σ x² over all that ``dim`` names.

    Without ``dim`` a Tensor of one axis is a vector, one of two a matrix.

    >>> a = Tensor([[3.0, 4.0], [0.0, 0.0]])
    >>> norm(a), norm(a, 1), norm(a, 1, dim=1)
    (tensor(5.), tensor(4.), tensor([7., 0.]))
    """
    a = as_tensor(A, "norm")
    if isinstance(dim, (tuple, list)) and len(dim) > 2:
        raise ArgumentError(f"norm: dim names one axis or two, got {short(dim)}; vector_norm is over any number")
    if ord is None:
        return vector_norm(a, 2, dim, keepdim, dtype=dtype)
    if dim is None and len(a.shape) not in (1, 2):
        raise ArgumentError(
            f"norm: with ord a Tensor has one axis or two unless dim names them, got shape {tuple(a.shape)}"
        )
    axes = resolve_dims("norm", dim, len(a.shape))
    if len(axes) == 2:
        return matrix_norm(a, ord, axes, keepdim, dtype=dtype)
    return vector_norm(a, ord, axes, keepdim, dtype=dtype)  # type: ignore[arg-type]  # another type is refused there


@for_matrices(algorithms.cond)
@composed
def cond(A: TensorLike, p: Order = None) -> Tensor:
    """κ(A) = ‖A‖·‖A⁻¹‖ of each matrix: by up to how many times A·x = b magnifies a relative error of b in x.

    For ``p`` None or 2 it is σ₁/σₖ, for −2 σₖ/σ₁, for (…, m, n); for the other orders of ``matrix_norm`` matrices are square,
    and it is ∞ where one is singular.

    >>> cond(Tensor([[2.0, 0.0], [0.0, 0.5]])), cond(Tensor([[2.0, 0.0], [0.0, 0.5]]), 1)
    (tensor(4.), tensor(4.))
    """
    a = matrices("cond", A)
    if p is None or p in (2, -2):
        values = svdvals(a)
        largest, smallest = values.amax(-1), values.amin(-1)
        return smallest / largest if p == -2 else largest / smallest
    inverse, info = inv_ex(squares("cond", a))
    return as_tensor(inf).where(info > 0, matrix_norm(a, p) * matrix_norm(inverse, p))
