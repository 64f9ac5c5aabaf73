"""What a Tensor tells of itself: its sizes, its place in the graph, its numbers for another library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backprop.autograd.size import Size
from backprop.autograd.tensor import Tensor, TensorLike, View, as_tensor
from backprop.dtypes import bool as bool_
from backprop.tensors import devices
from backprop.tensors.shapes import resolve_dim, strides
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


ndimension = dim


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


def is_cpu(input: Tensor) -> bool:
    """True: all Tensors are on the CPU."""
    return True


def is_cuda(input: Tensor) -> bool:
    """False: all Tensors are on the CPU, with all their entries."""
    return False


is_ipu = is_maia = is_meta = is_mkldnn = is_mps = is_mtia = is_nested = is_quantized = is_cuda
is_sparse = is_sparse_csr = is_vulkan = is_xla = is_xpu = is_cuda


def get_device(input: Tensor) -> int:
    """−1, which stands for the CPU."""
    return -1


def layout(input: Tensor) -> Any:
    """``strided``: the entries lie row after row."""
    return devices.strided


def contiguous(input: Tensor, memory_format: Any = None) -> Tensor:
    """The Tensor itself: its entries always lie row after row."""
    return input


def is_contiguous(input: Tensor, memory_format: Any = None) -> bool:
    """True: the entries always lie row after row."""
    return True


def stride(input: Tensor, dim: int | None = None) -> Any:
    """How many entries further the next one along each axis is, or along ``dim``, where they lie row after row, as they do
    here also after ``t()``.

    >>> stride(Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
    (3, 1)
    """
    steps = tuple(strides(input._shape))
    return steps if dim is None else steps[resolve_dim("stride", dim, len(steps))]


def storage_offset(input: Tensor) -> int:
    """0: each Tensor has its own entries, row after row."""
    return 0


def data_ptr(input: Tensor) -> int:
    """A number that Tensors have in common which change together, as a view and its base do.

    >>> x = Tensor([1.0, 2.0])
    >>> data_ptr(x.view(2, 1)) == data_ptr(x), data_ptr(x.clone()) == data_ptr(x)
    (True, False)
    """
    while isinstance(input, Tensor) and hasattr(input, "base"):
        input = input.base
    return id(input)


def itemsize(input: Tensor) -> int:
    """The bytes that a number of its dtype has in files."""
    return input.dtype.itemsize


def nbytes(input: Tensor) -> int:
    """The bytes that its numbers have in files."""
    return input._shape.numel() * input.dtype.itemsize


def pin_memory(input: Tensor, device: Any = None) -> Tensor:
    """Refused with RuntimeError: memory is pinned for a graphics card."""
    raise RuntimeError("pin_memory: there is no graphics card to pin memory for; leave it out")


def is_pinned(input: Tensor, device: Any = None) -> bool:
    """False: there is no graphics card to pin memory for."""
    return False


def share_memory_(input: Tensor) -> Tensor:
    """The Tensor itself, of which each process has its own."""
    return input


def is_nonzero(input: TensorLike) -> bool:
    """Whether its single entry is not 0; RuntimeError for more of them."""
    return bool(as_tensor(input, "is_nonzero"))


def is_same_size(input: TensorLike, other: TensorLike) -> bool:
    """Whether both have the same shape."""
    return as_tensor(input, "is_same_size")._shape == as_tensor(other, "is_same_size")._shape


def is_signed(input: TensorLike) -> bool:
    """Whether its dtype has negative numbers."""
    dtype = as_tensor(input, "is_signed").dtype
    return dtype.signed and dtype is not bool_


def detach(input: TensorLike) -> Tensor:
    """The same value without its graph, ``input.detach()``."""
    return as_tensor(input, "detach").detach()


def clone(input: TensorLike) -> Tensor:
    """The same value anew, through which the gradient flows: what changes the one in place leaves the other.

    >>> x = Tensor([1.0], requires_grad=True)
    >>> clone(x)
    tensor([1.], grad_fn=<CloneBackward0>)
    """
    return copied(as_tensor(input, "clone"))


def graph(input: Tensor, names: Names | None = None, *, gradients: bool = False) -> Graph:
    """The computation of this Tensor as a picture: every value with its shape, below those it was computed from.

    ``names`` says how Tensors are called: a model, whose layers are framed, or a dict of Tensors by their names. With
    ``gradients=True`` there is at each value its gradient, and on each arrow the part of it that flows back there, as in
    ``backward()``; of more than three numbers the norm is shown.

    Draw before ``backward()``, which frees the graph; RuntimeError afterwards, and where ``backward()`` raises it.
    TypeError for other names.

    >>> w, x = Tensor([[0.5, -1.0]], requires_grad=True), Tensor([[3.0], [2.0]])
    >>> print((w @ x * 2).graph({"w": w}))
    0  w, 1×2 (parameter)
    1  constant, 2×1
    2  matmul, 1×1, of 0 and 1
    3  2, scalar (constant)
    4  mul, 1×1, of 2 and 3
    >>> a, b = Tensor(2.0, requires_grad=True), Tensor(3.0, requires_grad=True)
    >>> print((a * b).graph({"a": a, "b": b}, gradients=True))
    0  a, 2, ∂ 3 (parameter)
    1  b, 3, ∂ 2 (parameter)
    2  mul, 6, ∂ 1, of 0 (3) and 1 (2)
    """
    # A training step draws nothing, so the pictures are loaded by the first graph.
    from backprop.pictures.computation import picture_of
    from backprop.tensors.flow import flow

    if not gradients:
        return picture_of([input._grad_fn or input], names)
    return picture_of([input._grad_fn or input], names, gradients=flow(input))


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


def __array__(input: Tensor, dtype: Any = None, copy: bool | None = None) -> Any:
    """What NumPy reads a Tensor as; RuntimeError for one that requires a gradient."""
    return numpy(input) if dtype is None else numpy(input).astype(dtype)


def requires_grad_(input: Tensor, requires_grad: bool = True) -> Tensor:
    """The Tensor, which from now on requires a gradient or not; what an operation of a graph made always does.

    >>> requires_grad_(Tensor([1.0]))
    tensor([1.], requires_grad=True)
    """
    if requires_grad is not True or input._grad_fn is None:
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
