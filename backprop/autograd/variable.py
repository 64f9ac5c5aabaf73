"""Variable: what programs from before PyTorch 0.4 call a Tensor that has a gradient."""

from __future__ import annotations

from typing import Any

from backprop.autograd.tensor import Tensor


class _EveryTensor(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor)


class Variable(metaclass=_EveryTensor):
    """The ``data`` as a Tensor that does, or does not, require a gradient; every Tensor is an instance.

    >>> x = Variable(Tensor([1.0, 2.0]), requires_grad=True)
    >>> x, isinstance(x, Variable)
    (tensor([1., 2.], requires_grad=True), True)
    """

    def __new__(cls, data: Tensor, requires_grad: bool = False) -> Tensor:  # type: ignore[misc]
        return data.detach().requires_grad_(requires_grad)
