"""Products of vectors and of blocks, and the trace."""

from __future__ import annotations

from itertools import chain

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.operation import composed
from backprop.autograd.size import broadcast_shapes
from backprop.tensors.numpy_names import numpy_names
from backprop.tensors.products import dot
from backprop.tensors.shapes import resolve_dim
from backprop.validation import ArgumentError


@composed
def vdot(input: TensorLike, other: TensorLike) -> Tensor:
    """u·v = Σ uₖ·vₖ of two vectors: for real ones ``dot``.

    >>> vdot(Tensor([1.0, 2.0]), Tensor([3.0, 4.0]))
    tensor(11.)
    """
    return dot(input, other)


@numpy_names
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
            raise ArgumentError(f"cross: one axis has size 3, got the shape {tuple(shape)}")
        dim = shape.index(3)
    axis = resolve_dim("cross", dim, len(shape)) - len(shape)
    if len(x.shape) != len(y.shape) or x.shape[axis] != 3 or y.shape[axis] != 3:
        raise ArgumentError(
            f"cross: both have as many axes, and size 3 along dim={dim}, got {tuple(x.shape)} and {tuple(y.shape)}"
        )
    u, v = ([x.roll(-k, axis) for k in (1, 2)] for x in (x, y))
    return u[0] * v[1] - u[1] * v[0]


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
    x = as_tensor(input, "trace")
    if len(x.shape) != 2:
        raise ArgumentError(f"trace: input has 2 axes, got the shape {tuple(x.shape)}")
    return x.diagonal().sum()
