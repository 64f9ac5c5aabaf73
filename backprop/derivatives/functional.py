"""Derivatives of functions: Jacobians and Hessians whole, and their products with vectors.

Of y = f(x) a backward pass gives uᵀ·J (``vjp``) and a forward one J·v (``jvp``). With L = f(x) a single number, H·v (``hvp``)
is the derivative of its gradient along v.
"""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd.tensor import Tensor, constant
from backprop.derivatives.calls import Call
from backprop.matrix import Matrix
from backprop.validation import check_choice

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]

Tensors = Any  # a Tensor, or a tuple of Tensors
Function = Callable[..., Any]


def jacobian(
    func: Function,
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """J with Jᵢⱼ = ∂yᵢ/∂xⱼ for y = func(x), x = ``inputs``: i are the axes of y, j those of x.

    For several inputs a tuple, one J for each; for several outputs a tuple of these. ``strategy`` "reverse-mode" takes a
    backward pass for each entry of y, "forward-mode" a forward one for each entry of x. ``vectorize`` changes nothing.
    What y does not depend on has J = 0, which with ``strict`` is a RuntimeError. TypeError for a ``func`` that gives no
    Tensor.

    >>> jacobian(lambda x: x * x, Tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """
    check_choice("jacobian", "strategy", strategy, ("reverse-mode", "forward-mode"))
    call = _Call("jacobian", func, inputs, create_graph, strict)
    return call.released(call.forward_rows() if strategy == "forward-mode" else call.backward_rows())


def hessian(
    func: Function,
    inputs: Tensors,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """H with Hᵢⱼ = ∂²L/∂xᵢ∂xⱼ for a single number L = func(x): the Jacobian of the gradient.

    For several inputs a tuple of tuples, H for each two of them.

    >>> hessian(lambda x: (x ** 3).sum(), Tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """

    def gradient(*x: Tensor) -> Any:
        found = jacobian(func, x if isinstance(inputs, tuple) else x[0], create_graph=True)
        for part in found if isinstance(found, tuple) else (found,):
            if part.dim() != x[0].dim() and not isinstance(inputs, tuple):
                raise RuntimeError("hessian: func gives a single number; sum the result")
        return found

    return jacobian(gradient, inputs, create_graph, strict, vectorize, outer_jacobian_strategy)


def vjp(
    func: Function, inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """(y, vᵀ·J) for y = func(x): the gradients of ⟨v, y⟩ with respect to the inputs; v = 1 may be left out of a number.

    >>> vjp(lambda x: x * x, Tensor([1.0, 2.0]), Tensor([1.0, 10.0]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    call = _Call("vjp", func, inputs, create_graph, strict)
    found = call.backward(call.vector(v, call.outputs, "the result"))
    return call.released((call.result, call.inputs_as(found)))  # type: ignore[no-any-return]


def jvp(
    func: Function, inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """(y, J·v) for y = func(x): how the result moves where the inputs move along v.

    >>> jvp(lambda x: x * x, Tensor([1.0, 2.0]), Tensor([1.0, 10.0]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    call = _Call("jvp", func, inputs, create_graph, strict)
    found = call.forward(call.vector(v, call.variables, "the input"))
    return call.released((call.result, call.outputs_as(found)))  # type: ignore[no-any-return]


def hvp(
    func: Function, inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """(L, H·v) for a single number L = func(x), without H itself: the derivative along v of the gradient.

    >>> hvp(lambda x: (x ** 3).sum(), Tensor([1.0, 2.0]), Tensor([1.0, 1.0]))
    (tensor(9.), tensor([ 6., 12.]))
    """
    values = []

    def gradient(*x: Tensor) -> Any:
        call = _Call("hvp", func, x if isinstance(inputs, tuple) else x[0], True, strict)
        values.append(call.result)
        return call.inputs_as(call.backward(call.vector(None, call.outputs, "the result")))

    call = _Call("hvp", gradient, inputs, create_graph, strict)
    found = call.backward(call.vector(v, call.variables, "the input"))
    return call.released((values[0], call.inputs_as(found)))  # type: ignore[no-any-return]


def vhp(
    func: Function, inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """(L, vᵀ·H), which is H·v, as H is symmetric.

    >>> vhp(lambda x: (x ** 3).sum(), Tensor([1.0, 2.0]), Tensor([1.0, 1.0]))[1]
    tensor([ 6., 12.])
    """
    return hvp(func, inputs, v, create_graph, strict)


class _Call(Call):
    """A call for the function ``name``, whose results have no graph without ``create_graph``."""

    def __init__(self, name: str, func: Function, inputs: Tensors, create_graph: bool, strict: bool) -> None:
        if not callable(func):
            raise TypeError(f"{name}: func is a function of a Tensor, got {short(func)}; write {name}(func, x)")
        self.name, self.strict = name, strict
        several = isinstance(inputs, tuple)
        given = [x if isinstance(x, Tensor) else Tensor(x) for x in (inputs if several else (inputs,))]
        args = given if create_graph else [x.detach() for x in given]
        super().__init__(func, args, {}, range(len(args)) if several else 0, create_graph=create_graph)
        for y in self.result if isinstance(self.result, (tuple, list)) else (self.result,):
            if not isinstance(y, Tensor):
                raise TypeError(f"{name}: func gives a Tensor, got a {type(y).__name__}")

    def vector(self, v: Tensors, like: Sequence[Tensor], what: str) -> list[Tensor]:
        """A Tensor for each of these; 1 where it is left out for a single number."""
        given = list(v) if isinstance(v, (tuple, list)) else [v]
        if v is None and len(like) == 1 and like[0].numel() == 1:
            return [constant(Matrix([[1.0]]), like[0].shape, like[0].dtype)]
        if len(given) != len(like) or any(not isinstance(e, Tensor) or e.shape != x.shape for e, x in zip(given, like)):
            shapes = ", ".join([str(list(x.shape)) for x in like])
            raise RuntimeError(f"{self.name}: v has the shape of {what}, {shapes}, got {short(v)}")
        return given

    def or_zero(self, found: Tensor | None, like: Tensor) -> Tensor:
        if found is None and self.strict:
            raise RuntimeError(
                f"{self.name}: the result does not depend on an input through the graph; data, detach() and no_grad() cut it"
            )
        return super().or_zero(found, like)
