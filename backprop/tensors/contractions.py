"""Products of vectors, matrices and tensors, all composed of ``matmul``, elementwise products and sums."""

from __future__ import annotations

from itertools import chain
from typing import Any, Union

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.autograd.shapes import broadcast_shapes, resolve_dim, resolve_dims
from backprop.tensors.equations import as_equation, plan
from backprop.tensors.products import matmul

Scalar = Union[int, float]


def _with_axes(name: str, x: TensorLike, axes: int, argument: str) -> Tensor:
    tensor = as_tensor(x, name)
    if len(tensor.shape) != axes:
        raise ValueError(
            f"{name}: {argument} has {axes} {'axis' if axes == 1 else 'axes'}, got the shape {tuple(tensor.shape)}"
        )
    return tensor


@composed
def mm(input: TensorLike, mat2: TensorLike) -> Tensor:
    """A·B of two matrices: ``matmul`` without broadcasting.

    >>> mm(Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]]))
    tensor([[11.]])
    """
    return matmul(_with_axes("mm", input, 2, "input"), _with_axes("mm", mat2, 2, "mat2"))


@composed
def bmm(input: TensorLike, mat2: TensorLike) -> Tensor:
    """Aᵢ·Bᵢ of two stacks of as many matrices, (b, n, m) and (b, m, p).

    >>> bmm(Tensor([[[1.0, 2.0]]]), Tensor([[[3.0], [4.0]]]))
    tensor([[[11.]]])
    """
    a, b = _with_axes("bmm", input, 3, "input"), _with_axes("bmm", mat2, 3, "mat2")
    if a.shape[0] != b.shape[0]:
        raise ValueError(f"bmm: both stacks have as many matrices, got {a.shape[0]} and {b.shape[0]}")
    return matmul(a, b)


@composed
def mv(input: TensorLike, vec: TensorLike) -> Tensor:
    """A·v of a matrix and a vector.

    >>> mv(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    return matmul(_with_axes("mv", input, 2, "input"), _with_axes("mv", vec, 1, "vec"))


@composed
def dot(input: TensorLike, tensor: TensorLike) -> Tensor:
    """u·v = Σ uₖ·vₖ of two vectors.

    >>> dot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor(11.)
    """
    return matmul(_with_axes("dot", input, 1, "input"), _with_axes("dot", tensor, 1, "tensor"))


@composed
def vdot(input: TensorLike, other: TensorLike) -> Tensor:
    """u·v = Σ uₖ·vₖ of two vectors: for real ones ``dot``.

    >>> vdot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor(11.)
    """
    return matmul(_with_axes("vdot", input, 1, "input"), _with_axes("vdot", other, 1, "other"))


@composed
def inner(input: TensorLike, other: TensorLike) -> Tensor:
    """Σₖ x…ₖ·y…ₖ along the last axes of both; the result has the other axes of x, then those of y. A number multiplies.

    >>> inner(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([1.0, 1.0]))
    tensor([3., 7.])
    """
    x, y = as_tensor(input, "inner"), as_tensor(other, "inner")
    if not x.shape or not y.shape:
        return x * y
    return tensordot(x, y, ([-1], [-1]))


@composed
def outer(input: TensorLike, vec2: TensorLike) -> Tensor:
    """u·vᵀ: cᵢⱼ = uᵢ·vⱼ of two vectors.

    >>> outer(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor([[3., 4.],
            [6., 8.]])
    """
    return _with_axes("outer", input, 1, "input").unsqueeze(-1) * _with_axes("outer", vec2, 1, "vec2")


@composed
def kron(input: TensorLike, other: TensorLike) -> Tensor:
    """A ⊗ B: each entry of A replaced by that entry times B.

    >>> kron(Tensor([[1.0, 2.0]]), Tensor([[1.0, 10.0], [5.0, 0.0]]))
    tensor([[ 1., 10.,  2., 20.],
            [ 5.,  0., 10.,  0.]])
    """
    a, b = as_tensor(input, "kron"), as_tensor(other, "kron")
    ndim = max(len(a.shape), len(b.shape))
    left, right = ((1,) * (ndim - len(x.shape)) + tuple(x.shape) for x in (a, b))
    spread = a.reshape(tuple(chain(*[(size, 1) for size in left]))) * b.reshape(
        tuple(chain(*[(1, size) for size in right]))
    )
    return spread.reshape([p * q for p, q in zip(left, right)])


@composed
def trace(input: TensorLike) -> Tensor:
    """tr A = Σ aᵢᵢ of a matrix.

    >>> trace(Tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    return _with_axes("trace", input, 2, "input").diagonal().sum()


@composed
def cross(input: TensorLike, other: TensorLike, dim: int | None = None) -> Tensor:
    """u × v along the axis ``dim`` of size 3, by default the first such: orthogonal to both, as long as their parallelogram is
    large. The others are broadcast.

    >>> cross(Tensor([1.0, 0.0, 0.0]), Tensor([0.0, 1.0, 0.0]))
    tensor([0., 0., 1.])
    """
    x, y = as_tensor(input, "cross"), as_tensor(other, "cross")
    shape = broadcast_shapes("cross", tuple(x.shape), tuple(y.shape))
    if dim is None:
        if 3 not in shape:
            raise ValueError(f"cross: one axis has size 3, got the shape {tuple(shape)}")
        dim = shape.index(3)
    axis = resolve_dim("cross", dim, len(shape)) - len(shape)
    if len(x.shape) != len(y.shape) or x.shape[axis] != 3 or y.shape[axis] != 3:
        raise ValueError(
            f"cross: both have as many axes, and size 3 along dim={dim}, got {tuple(x.shape)} and {tuple(y.shape)}"
        )
    u, v = ([x.roll(-k, axis) for k in (1, 2)] for x in (x, y))
    return u[0] * v[1] - u[1] * v[0]


@composed
def einsum(*arguments: Any) -> Tensor:
    """Products and sums as an equation names them: ``einsum("ij,jk->ik", a, b)`` is the matrix product.

    Each letter is an axis. The result has the letters after the arrow, or without one those that stand once, in the order of
    the alphabet; it is summed over all others. ``...`` are axes that are broadcast. Instead of letters, each operand may be
    followed by a list of ints, and the list of the result comes last.

    >>> a = Tensor([[1.0, 2.0], [3.0, 4.0]])
    >>> einsum("ij->ji", a), einsum("ii", a), einsum(a, [0, 1], [0])
    (tensor([[1., 3.],
            [2., 4.]]), tensor(5.), tensor([3., 7.]))
    """
    equation, operands = as_equation(arguments)
    values = [as_tensor(x, "einsum") for x in operands]
    for method, inputs, settings in plan(equation, *[tuple(x.shape) for x in values]):
        first, *others = [values[k] for k in inputs]
        values.append(getattr(first, method)(*others, *settings))
    return values[-1]


@composed
def tensordot(a: TensorLike, b: TensorLike, dims: Any = 2) -> Tensor:
    """The sum of products over pairs of axes: the last ``dims`` of a with the first of b, or those that two lists name.

    The result has the other axes of a, then those of b.

    >>> tensordot(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([[1.0, 0.0], [0.0, 1.0]]))
    tensor(5.)
    """
    x, y = as_tensor(a, "tensordot"), as_tensor(b, "tensordot")
    m, n = len(x.shape), len(y.shape)
    dims = dims.tolist() if isinstance(dims, Tensor) else dims
    if isinstance(dims, int):
        if not 0 <= dims <= min(m, n):
            raise ValueError(f"tensordot: dims is a number of axes that both have, got {dims}")
        dims = range(m - dims, m), range(dims)
    left, right = (resolve_dims("tensordot", axes, count) for axes, count in zip(dims, (m, n)))
    if len(left) != len(right):
        raise ValueError(f"tensordot: dims names as many axes of both, got {len(left)} and {len(right)}")
    # Axes of a are 0 to m − 1, those of b m to m + n − 1, but for the pairs.
    pairs = dict(zip(right, left))
    labels = list(range(m)), [pairs.get(k, m + k) for k in range(n)]
    return einsum(x, labels[0], y, labels[1], [k for k in range(m) if k not in left] + [k for k in labels[1] if k >= m])


# -------------------------------------------------------------------- β·C + α·A·B


@composed
def addmm(input: TensorLike, mat1: TensorLike, mat2: TensorLike, *, beta: Scalar = 1, alpha: Scalar = 1) -> Tensor:
    """β·C + α·A·B for matrices A and B; C is broadcast, and with β = 0 not read.

    >>> addmm(Tensor([1.0]), Tensor([[1.0, 2.0]]), Tensor([[3.0], [4.0]]))
    tensor([[12.]])
    """
    return _added("addmm", input, mm(mat1, mat2), beta, alpha)


@composed
def addmv(input: TensorLike, mat: TensorLike, vec: TensorLike, *, beta: Scalar = 1, alpha: Scalar = 1) -> Tensor:
    """β·c + α·A·v for a matrix A and a vector v.

    >>> addmv(Tensor([1.0]), Tensor([[1.0, 2.0]]), Tensor([3.0, 4.0]))
    tensor([12.])
    """
    return _added("addmv", input, mv(mat, vec), beta, alpha)


@composed
def addr(input: TensorLike, vec1: TensorLike, vec2: TensorLike, *, beta: Scalar = 1, alpha: Scalar = 1) -> Tensor:
    """β·C + α·u·vᵀ for vectors u and v.

    >>> addr(Tensor([[1.0]]), Tensor([2.0]), Tensor([3.0]))
    tensor([[7.]])
    """
    return _added("addr", input, outer(vec1, vec2), beta, alpha)


@composed
def baddbmm(
    input: TensorLike, batch1: TensorLike, batch2: TensorLike, *, beta: Scalar = 1, alpha: Scalar = 1
) -> Tensor:
    """β·Cᵢ + α·Aᵢ·Bᵢ for stacks of matrices.

    >>> baddbmm(Tensor([1.0]), Tensor([[[1.0, 2.0]]]), Tensor([[[3.0], [4.0]]]))
    tensor([[[12.]]])
    """
    return _added("baddbmm", input, bmm(batch1, batch2), beta, alpha)


@composed
def addbmm(input: TensorLike, batch1: TensorLike, batch2: TensorLike, *, beta: Scalar = 1, alpha: Scalar = 1) -> Tensor:
    """β·C + α·Σᵢ Aᵢ·Bᵢ for stacks of matrices.

    >>> addbmm(Tensor([1.0]), Tensor([[[1.0, 2.0]]]), Tensor([[[3.0], [4.0]]]))
    tensor([[12.]])
    """
    return _added("addbmm", input, bmm(batch1, batch2).sum(0), beta, alpha)


def _added(name: str, input: TensorLike, product: Tensor, beta: Scalar, alpha: Scalar) -> Tensor:
    c = as_tensor(input, name)
    if broadcast_shapes(name, tuple(c.shape), tuple(product.shape)) != product.shape:
        raise ValueError(
            f"{name}: input is broadcast to the product of shape {tuple(product.shape)}, got {tuple(c.shape)}"
        )
    product = product * alpha if alpha != 1 else product
    if beta == 0:
        return product
    return (c * beta if beta != 1 else c) + product
