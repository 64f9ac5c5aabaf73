"""What a Tensor tells of itself: its sizes, its place in the graph, its numbers for another library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backprop.autograd.size import Size
from backprop.autograd.tensor import Tensor, TensorLike, View, as_tensor
from backprop.tensors import devices
from backprop.tensors.shapes import resolve_dim
from backprop.tensors.shaping import copied

if TYPE_CHECKING:
    from backprop.pictures import Graph
    from backprop.pictures.computation import Names


def numel(input: TensorLike) -> int:
    """The number of entries.

    >>> numel(Tensor([[1.0, 2.0]]))
    2
    """
    return as_tensor(input, "numel")._shape.numel()


def nelement(input: Tensor) -> int:
    """The number of entries."""
    return input._shape.numel()


def dim(input: Tensor) -> int:
    """The number of axes."""
    return len(input._shape)


def ndim(input: Tensor) -> int:
    """The number of axes."""
    return len(input._shape)


def size(input: Tensor, dim: int | None = None) -> Any:
    """The shape, or the size of the axis ``dim``.

    >>> size(Tensor([[1.0, 2.0]])), size(Tensor([[1.0, 2.0]]), -1)
    (torch.Size([1, 2]), 2)
    """
    shape: Size = input._shape
    return shape if dim is None else shape[resolve_dim("size", dim, len(shape))]


def element_size(input: Tensor) -> int:
    """The bytes that a number of its dtype has in files."""
    return input.dtype.itemsize


def is_floating_point(input: TensorLike) -> bool:
    """Whether its dtype is a floating one."""
    return as_tensor(input, "is_floating_point").dtype.is_floating_point


def is_complex(input: TensorLike) -> bool:
    """False: there are no complex numbers."""
    return False


def is_tensor(obj: Any) -> bool:
    """Whether it is a Tensor."""
    return isinstance(obj, Tensor)


def device(input: Tensor) -> devices.device:
    """The CPU, where all Tensors are."""
    return devices.device("cpu")


def contiguous(input: Tensor) -> Tensor:
    """The Tensor itself: its entries always lie row after row."""
    return input


def is_contiguous(input: Tensor) -> bool:
    """True: the entries always lie row after row."""
    return True


def clone(input: TensorLike) -> Tensor:
    """The same value anew, through which the gradient flows: what changes the one in place leaves the other.

    >>> x = Tensor([1.0], requires_grad=True)
    >>> clone(x)
    tensor([1.], grad_fn=<CloneBackward0>)
    """
    return copied(as_tensor(input, "clone"))


def graph(input: Tensor, names: Names | None = None) -> Graph:
    """The computation of this Tensor as a picture: every value with its shape, below those it was computed from.

    ``names`` says how Tensors are called: a model, ``loss.graph(model)``, or a dict of Tensors by their names. Draw
    before ``backward()``, which frees the graph; RuntimeError afterwards. TypeError for other names.

    >>> w, x = Tensor([[0.5, -1.0]], requires_grad=True), Tensor([[3.0], [2.0]])
    >>> print((w @ x * 2).graph({"w": w}))
    0  w, 1×2 (parameter)
    1  constant, 2×1
    2  matmul, 1×1, of 0 and 1
    3  2, scalar (constant)
    4  mul, 1×1, of 2 and 3
    """
    # A training step draws nothing, so the pictures are loaded by the first graph.
    from backprop.pictures.computation import picture_of

    return picture_of(input._grad_fn or input, names)


def numpy(input: Tensor, *, force: bool = False) -> Any:
    """The entries as an array of NumPy, where that is installed.

    Raises RuntimeError for a Tensor that requires a gradient, unless ``force``; ImportError without NumPy.
    """
    if input._requires_grad and not force:
        raise RuntimeError("can't call numpy() on Tensor that requires grad: write tensor.detach().numpy()")
    try:
        import numpy as np  # type: ignore[import-not-found, unused-ignore]
    except ImportError as error:
        raise ImportError("numpy() needs NumPy, which is not installed; tolist() gives nested lists") from error
    return np.array(input.tolist(), dtype=input.dtype.name).reshape(input._shape)


def requires_grad_(input: Tensor, requires_grad: bool = True) -> Tensor:
    """The Tensor, which from now on requires a gradient or not.

    >>> requires_grad_(Tensor([1.0]))
    tensor([1.], requires_grad=True)
    """
    input.requires_grad = requires_grad
    return input


def detach_(input: Tensor) -> Tensor:
    """The Tensor, which from now on is a leaf without a graph; RuntimeError for a view."""
    if type(input) is View:
        raise RuntimeError("detach_: can't detach views in-place. Use detach() instead")
    input._grad_fn, input._requires_grad = None, False
    return input


def real(input: TensorLike) -> Tensor:
    """The Tensor itself, as all numbers are real; so are ``conj`` and ``conj_physical``."""
    return as_tensor(input, "real")


def conj(input: TensorLike) -> Tensor:
    """The Tensor itself, as all numbers are real."""
    return as_tensor(input, "conj")


def conj_physical(input: TensorLike) -> Tensor:
    """The Tensor itself, as all numbers are real."""
    return as_tensor(input, "conj_physical")
