"""The leaves that belong to a Module: a Parameter is learned, a Buffer is not."""

from __future__ import annotations

from typing import Any

from backprop.autograd import Tensor


class StateTensor(Tensor):
    """A leaf that belongs to the state of a Module: a Parameter or a Buffer."""

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool) -> None:
        if isinstance(data, Tensor):
            super().__init__(data._matrix, requires_grad)
            self._shape = data._shape
            if data._dtype is not None:
                self._dtype = data._dtype
                if requires_grad and not data._dtype.is_floating_point:
                    raise RuntimeError(
                        f"only Tensors of floating point dtype can require gradients, this is {data._dtype}; "
                        "write a Buffer for what is not learned"
                    )
        else:
            super().__init__(data, requires_grad)


class Parameter(StateTensor):
    """A leaf that is learned: it requires a gradient, and the Module that has it as an attribute lists it.

    >>> Parameter([0.5, -1.0])
    Parameter containing:
    tensor([ 0.5000, -1.0000], requires_grad=True)
    """

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True) -> None:
        super().__init__(data, requires_grad)

    def __repr__(self) -> str:
        return f"Parameter containing:\n{super().__repr__()}"


class Buffer(StateTensor):
    """A leaf that is not learned but belongs to the state of the Module that has it as an attribute: it is saved and
    loaded with the parameters, as the running means of a normalization are.

    >>> Buffer([0.0, 1.0])
    tensor([0., 1.])
    """

    __slots__ = ()

    def __init__(self, data: Any) -> None:
        super().__init__(data, False)
