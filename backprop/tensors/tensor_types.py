"""Tensor types: FloatTensor, LongTensor and their kin, by which PyTorch's first programs make tensors of a dtype."""

from __future__ import annotations

from typing import Any

from backprop import dtypes
from backprop.autograd.size import Size
from backprop.autograd.tensor import Tensor
from backprop.dtypes import DType
from backprop.tensors.filled import zeros
from backprop.tensors.from_data import tensor


class TensorType(type):
    """A type that makes Tensors of its ``dtype``: ``LongTensor(data)``, or of sizes, ``LongTensor(2, 3)``. Those that have
    this dtype are instances of it.

    >>> LongTensor([1, 2]), FloatTensor(2, 3).shape, isinstance(LongTensor([1]), FloatTensor)
    (tensor([1, 2]), torch.Size([2, 3]), False)
    """

    dtype: DType

    def __call__(cls, *data: Any, device: Any = None) -> Tensor:
        return typed(cls.__name__, cls.dtype, data)

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor) and instance.dtype is cls.dtype


def typed(name: str, dtype: DType, data: tuple[Any, ...]) -> Tensor:
    """A Tensor of this dtype, of the data or, where these are ints, of such sizes.

    >>> typed("new", dtypes.int64, ([1, 2],)), typed("new", dtypes.int64, (1, 2))
    (tensor([1, 2]), tensor([[0, 0]]))
    """
    if len(data) != 1 or isinstance(data[0], (int, Size)):
        return zeros(*data or [0], dtype=dtype)
    if isinstance(data[0], Tensor) and data[0].dtype is not dtype:
        raise TypeError(f"{name}: a Tensor of {dtype} is needed, got one of {data[0].dtype}; write tensor.to({dtype})")
    return tensor(data[0], dtype=dtype)


def new(input: Tensor, *data: Any, device: Any = None) -> Tensor:
    """A Tensor of the dtype of ``input``, of ``data`` or, where these are ints, of such sizes.

    >>> new(Tensor([0.5]), 1, 2), new(Tensor([0.5]), [1, 2])
    (tensor([[0., 0.]]), tensor([1., 2.]))
    """
    return typed("new", input.dtype, data)


def _type(kind: str, dtype: DType) -> Any:
    return TensorType(f"{kind}Tensor", (), {"dtype": dtype, "__doc__": f"Tensors of {dtype}: see ``TensorType``."})


BoolTensor, ByteTensor, CharTensor = (
    _type("Bool", dtypes.bool),
    _type("Byte", dtypes.uint8),
    _type("Char", dtypes.int8),
)
DoubleTensor, FloatTensor = _type("Double", dtypes.float64), _type("Float", dtypes.float32)
IntTensor, LongTensor, ShortTensor = (
    _type("Int", dtypes.int32),
    _type("Long", dtypes.int64),
    _type("Short", dtypes.int16),
)
