"""Padding as modules: numbers put around the last one, two or three axes; ``functional.pad`` says which."""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import repr as short
from typing import Any, Union

from backprop.autograd import Tensor, TensorLike
from backprop.nn.functional.padding import pad
from backprop.nn.module import Module
from backprop.validation import ArgumentError, is_number

Amounts = Union[int, Sequence[int]]


class _Pad(Module):
    """``padding`` is an int for all sides, or (left, right, top, bottom, …) from the last axis on."""

    axes = 2
    mode = "constant"
    value: float | None = None

    def __init__(self, padding: Amounts) -> None:
        super().__init__()
        several: Any = tuple(padding) if isinstance(padding, (tuple, list)) else (padding,) * (2 * self.axes)
        if len(several) != 2 * self.axes or not all(type(n) is int for n in several):
            raise ArgumentError(
                f"{self._get_name()}: padding is an int or a tuple of {2 * self.axes}, got {short(padding)}"
            )
        self.padding = several

    def forward(self, input: TensorLike) -> Tensor:
        return pad(input, self.padding, self.mode, self.value)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class _ConstantPadNd(_Pad):
    """``ConstantPad1d``, 2d and 3d."""

    def __init__(self, padding: Amounts, value: float) -> None:
        super().__init__(padding)
        if not is_number(value):
            raise TypeError(f"{self._get_name()}: value is a number, got {short(value)}")
        self.value = value

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ConstantPad2d(_ConstantPadNd):
    """The number ``value`` around the last two axes.

    >>> ConstantPad2d((1, 0, 0, 1), 7.0)(Tensor([[1.0]]))
    tensor([[7., 1.],
            [7., 7.]])
    """


class ConstantPad1d(_ConstantPadNd):
    """The number ``value`` around the last axis."""

    axes = 1


class ConstantPad3d(_ConstantPadNd):
    """The number ``value`` around the last three axes."""

    axes = 3


class _ZeroPad(_ConstantPadNd):
    """``ZeroPad1d``, 2d and 3d."""

    def __init__(self, padding: Amounts) -> None:
        super().__init__(padding, 0.0)

    def extra_repr(self) -> str:
        return f"{self.padding}"


class ZeroPad1d(_ZeroPad, ConstantPad1d):
    """Zeros around the last axis."""


class ZeroPad2d(_ZeroPad, ConstantPad2d):
    """Zeros around the last two axes.

    >>> ZeroPad2d(1)(Tensor([[1.0]]))
    tensor([[0., 0., 0.],
            [0., 1., 0.],
            [0., 0., 0.]])
    """


class ZeroPad3d(_ZeroPad, ConstantPad3d):
    """Zeros around the last three axes."""


class ReflectionPad1d(_Pad):
    """The last axis mirrored at its first and its last entry.

    >>> ReflectionPad1d(2)(Tensor([[1.0, 2.0, 3.0]]))
    tensor([[3., 2., 1., 2., 3., 2., 1.]])
    """

    axes, mode = 1, "reflect"


class ReflectionPad2d(_Pad):
    """The last two axes mirrored at their first and their last entry."""

    mode = "reflect"


class ReflectionPad3d(_Pad):
    """The last three axes mirrored at their first and their last entry."""

    axes, mode = 3, "reflect"


class ReplicationPad1d(_Pad):
    """The first and the last entry of the last axis repeated.

    >>> ReplicationPad1d(2)(Tensor([[1.0, 2.0]]))
    tensor([[1., 1., 1., 2., 2., 2.]])
    """

    axes, mode = 1, "replicate"


class ReplicationPad2d(_Pad):
    """The first and the last entries of the last two axes repeated."""

    mode = "replicate"


class ReplicationPad3d(_Pad):
    """The first and the last entries of the last three axes repeated."""

    axes, mode = 3, "replicate"


class CircularPad1d(_Pad):
    """The last axis as if it repeated itself.

    >>> CircularPad1d(1)(Tensor([[1.0, 2.0, 3.0]]))
    tensor([[3., 1., 2., 3., 1.]])
    """

    axes, mode = 1, "circular"


class CircularPad2d(_Pad):
    """The last two axes as if they repeated themselves."""

    mode = "circular"


class CircularPad3d(_Pad):
    """The last three axes as if they repeated themselves."""

    axes, mode = 3, "circular"
