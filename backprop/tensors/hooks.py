"""Hooks: functions that see the gradient of a Tensor on the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from backprop.autograd.cuts import recut
from backprop.autograd.size import Size
from backprop.autograd.tensor import Tensor, wrapped

if TYPE_CHECKING:  # later than Python 3.9
    from typing_extensions import Self


class Handle:
    """What removes a hook again."""

    def __init__(self, hooks: list[Any], hook: Any) -> None:
        self._hooks, self._hook = hooks, hook

    def remove(self) -> None:
        """The hook is called no more."""
        if self._hook in self._hooks:
            self._hooks.remove(self._hook)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


def register_hook(input: Tensor, hook: Callable[[Tensor], Tensor | None]) -> Handle:
    """Call ``hook(gradient)`` whenever the gradient of this Tensor has been computed; what it returns, unless None,
    replaces the gradient. The handle that comes back has ``remove()``.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> handle = register_hook(x, lambda gradient: gradient * 10)
    >>> (x * x).sum().backward(); x.grad
    tensor([20., 40.])
    """
    if not input._requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")

    def run(gradient: Any, shape: Size) -> Any:
        seen = gradient if isinstance(gradient, Tensor) else wrapped(gradient, shape, input._dtype)
        changed = hook(seen)
        result = seen if changed is None else changed
        return result if seen is gradient else recut(result._matrix, len(gradient.rows))

    if input._grad_fn is None:
        hooks = input._hooks = [] if input._hooks is None else input._hooks
    else:
        hooks = input._grad_fn.hooks = [] if input._grad_fn.hooks is None else input._grad_fn.hooks
    # The gradient that is kept is that after all hooks, whenever they came.
    hooks.insert(sum(not isinstance(other, _Retain) for other in hooks), run)
    return Handle(hooks, run)


def retain_grad(input: Tensor) -> None:
    """Let ``backward()`` keep the gradient of this Tensor too, which an operation made.

    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> y = x * 3; retain_grad(y); (y * y).sum().backward()
    >>> y.grad
    tensor([ 6., 12.])
    """
    if not input._requires_grad:
        raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
    if input._grad_fn is not None and not retains_grad(input):
        input._grad_fn.hooks = [*(input._grad_fn.hooks or ()), _Retain(input)]


def retains_grad(input: Tensor) -> bool:
    """Whether ``retain_grad()`` was called on what an operation made."""
    hooks = () if input._grad_fn is None else input._grad_fn.hooks or ()
    return any(isinstance(hook, _Retain) and hook.tensor is input for hook in hooks)


class _Retain:
    """The hook that keeps the gradient of what an operation made."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor

    def __call__(self, gradient: Any, shape: Size) -> Any:
        own = self.tensor
        seen = gradient if isinstance(gradient, Tensor) else wrapped(gradient, shape, own._dtype)
        own._grad = seen if own._grad is None else own._grad + seen
        return gradient
