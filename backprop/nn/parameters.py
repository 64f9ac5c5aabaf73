"""The leaves that belong to a Module: a Parameter is learned, a Buffer is not; both have a label for their shape in files."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from reprlib import repr as short
from typing import Any

from backprop.autograd.tensor import Tensor, TensorLike
from backprop.matrix import Number, Shape, format_shape


class StateTensor(Tensor):
    """A leaf that belongs to the state of a Module, a Parameter or a Buffer, and the label it has in files.

    The label, ``tensor_shape``, is the shape of the same numbers in PyTorch, where a bias has one dimension and the
    kernels of a convolution have four; left out, it is the shape of the Matrix. Nothing here is computed from it.

    Raises ValueError for a label whose ``matrix_shape`` is not that of the data.
    """

    __slots__ = ("_tensor_shape",)

    def __init__(
        self,
        data: TensorLike | Iterable[Iterable[Number]],
        requires_grad: bool,
        tensor_shape: tuple[int, ...] | None,
    ) -> None:
        super().__init__(data, requires_grad)
        self._tensor_shape: tuple[int, ...] = self.shape if tensor_shape is None else tensor_shape
        if not _is_shape(self._tensor_shape) or matrix_shape(self._tensor_shape) != self.shape:
            raise ValueError(
                f"tensor_shape={short(tensor_shape)} is not that of a Matrix of {format_shape(self.shape)}"
            )

    @property
    def tensor_shape(self) -> tuple[int, ...]:
        """The shape in PyTorch."""
        return self._tensor_shape


class Parameter(StateTensor):
    """A leaf that is learned: it requires a gradient, and the Module that has it as an attribute lists it.

    >>> Parameter([[0.5, -1.0]])
    Parameter([[0.5, -1.0]], requires_grad=True)
    >>> Parameter([[0.5, -1.0]], tensor_shape=(2,)).tensor_shape
    (2,)
    """

    __slots__ = ()

    def __init__(
        self,
        data: TensorLike | Iterable[Iterable[Number]],
        requires_grad: bool = True,
        *,
        tensor_shape: tuple[int, ...] | None = None,
    ) -> None:
        super().__init__(data, requires_grad, tensor_shape)


class Buffer(StateTensor):
    """A leaf that is not learned but belongs to the state of the Module that has it as an attribute: it is saved and
    loaded with the parameters, as the running means of a normalization are.

    >>> Buffer([[0.0, 1.0]])
    Buffer([[0.0, 1.0]])
    """

    __slots__ = ()

    def __init__(
        self, data: TensorLike | Iterable[Iterable[Number]], *, tensor_shape: tuple[int, ...] | None = None
    ) -> None:
        super().__init__(data, False, tensor_shape)


def matrix_shape(tensor_shape: tuple[int, ...]) -> Shape:
    """The shape of the Matrix that stands for a tensor: the first dimension are the rows, the others are flattened into
    them, row-major. A vector is a single row, a scalar 1×1.

    >>> matrix_shape((8, 3, 5, 5)), matrix_shape((4,)), matrix_shape(())
    ((8, 75), (1, 4), (1, 1))
    """
    first, others = (tensor_shape[0], tensor_shape[1:]) if len(tensor_shape) > 1 else (1, tensor_shape)
    return first, prod(others)


def _is_shape(value: Any) -> bool:
    return isinstance(value, tuple) and all(type(n) is int and n > 0 for n in value)
