"""The leaves that belong to a Module: a Parameter is learned, a Buffer is not."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from backprop.autograd import Tensor
from backprop.dtypes import DType
from backprop.tensors.filled import empty


class Parameter(Tensor):
    """A leaf that is learned: it requires a gradient, and the Module that has it as an attribute lists it.

    >>> Parameter(Tensor([0.5, -1.0]))
    Parameter containing:
    tensor([ 0.5000, -1.0000], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any = (), requires_grad: bool = True) -> None:
        _fill(self, data, requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class Buffer(Tensor):
    """A leaf that is not learned but belongs to the state of the Module that has it as an attribute: it is saved and
    loaded with the parameters, as the running means of a normalization are, unless ``persistent=False``.

    >>> Buffer(Tensor([0.0, 1.0]))
    tensor([0., 1.])
    """

    __slots__ = ("persistent",)

    def __init__(self, data: Any = (), *, persistent: bool = True) -> None:
        _fill(self, data, False)
        self.persistent = persistent

    def __getstate__(self) -> Any:
        return (*super().__getstate__(), self.persistent)

    def __setstate__(self, state: Any) -> None:
        super().__setstate__(state[:-1])
        self.persistent = state[-1]


def uniform_parameter(
    shape: Sequence[int], bound: float, rng: random.Random | None, device: Any, dtype: DType | None
) -> Parameter:
    """A Parameter that starts uniform in ±bound.

    >>> from backprop import Generator
    >>> uniform_parameter((2,), 0.5, Generator().manual_seed(0), None, None)
    Parameter containing:
    tensor([-0.0037,  0.2682], requires_grad=True)
    """
    return Parameter(empty(shape, device=device, dtype=dtype).uniform_(-bound, bound, generator=rng))


def _fill(tensor: Tensor, data: Any, requires_grad: bool) -> None:
    """Give a new leaf the entries, the shape and the dtype of ``data``, which is a Tensor or what makes one."""
    if not isinstance(data, Tensor):
        number = float(data) if isinstance(data, int) else data  # and not so many entries, as Tensor(3) has
        Tensor.__init__(tensor, number, requires_grad=requires_grad)
        return
    Tensor.__init__(tensor, data._matrix, requires_grad)
    tensor._shape = data._shape
    if data._dtype is not None:
        tensor._dtype = data._dtype
        if requires_grad and not data._dtype.is_floating_point:
            raise RuntimeError(
                f"only Tensors of floating point dtype can require gradients, this is {data._dtype}; "
                "write a Buffer for what is not learned"
            )
