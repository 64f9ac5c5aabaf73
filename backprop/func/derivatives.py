"""Derivatives of functions of Tensors, as functions again, so that they may be taken of each other to any order.

Each takes what the function takes. ``argnums`` are the positions of the arguments to differentiate with respect to; these
and the results may be tuples, lists and dicts of Tensors.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from typing import Any, Callable, Union

from backprop.autograd import Tensor, enable_grad
from backprop.derivatives.calls import Call
from backprop.derivatives.nests import leaves

Argnums = Union[int, Sequence[int]]


def grad_and_value(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that gives (∂L/∂x, L) where ``func`` gives the single number L; with ``has_aux`` func gives (L, other),
    and the result is (∂L/∂x, (L, other)).

    >>> grad_and_value(lambda x: x ** 3)(Tensor(2.0))
    (tensor(12.), tensor(8.))
    """

    @wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        with enable_grad():
            made = Call(func, args, kwargs, argnums, has_aux)
            loss = made.result
            if not isinstance(loss, Tensor) or loss.dim():
                raise RuntimeError(f"grad: func gives a Tensor that is a single number, got {loss!r:.80}")
            gradients = made.inputs_as(made.backward([loss.new_ones(())]))
            released = made.released((gradients, loss, made.aux))
        return (released[0], released[1:] if has_aux else released[1])

    return call


def grad(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that gives ∂L/∂x where ``func`` gives the single number L; with ``has_aux`` func gives (L, other), and
    the result is (∂L/∂x, other).

    >>> grad(grad(lambda x: x ** 3))(Tensor(2.0))
    tensor(12.)
    """
    both = grad_and_value(func, argnums, has_aux)

    @wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        gradient, value = both(*args, **kwargs)
        return (gradient, value[1]) if has_aux else gradient

    return call


def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """(y, the function that gives uᵀ·J for u) of y = func(primals): a tuple for several primals.

    >>> y, pullback = vjp(lambda x: x * x, Tensor([1.0, 2.0]))
    >>> y, pullback(Tensor([1.0, 10.0]))
    (tensor([1., 4.]), (tensor([ 2., 40.]),))
    """
    with enable_grad():
        made = Call(func, primals, {}, range(len(primals)), has_aux)

    def pullback(*upstream: Any) -> Any:
        with enable_grad():
            return made.released(made.inputs_as(made.backward(leaves(upstream))))

    value = made.released((made.result, made.aux))
    return (value[0], pullback, value[1]) if has_aux else (value[0], pullback)


def jvp(func: Callable[..., Any], primals: Any, tangents: Any, *, has_aux: bool = False) -> Any:
    """(y, J·e) of y = func(primals) for the ``tangents`` e, by a forward pass.

    >>> jvp(lambda x: x * x, (Tensor([1.0, 2.0]),), (Tensor([1.0, 10.0]),))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    with enable_grad():
        made = Call(func, primals, {}, range(len(primals)), has_aux)
        along = made.outputs_as(made.forward(leaves(tangents)))
        released = made.released((made.result, along, made.aux))
    return released if has_aux else released[:2]


def jacrev(func: Callable[..., Any], argnums: Argnums = 0, *, has_aux: bool = False) -> Callable[..., Any]:
    """The function that gives the Jacobian, by a backward pass for each entry of the result.

    >>> jacrev(lambda x: x * x)(Tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    @wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        with enable_grad():
            made = Call(func, args, kwargs, argnums, has_aux)
            found = made.released((made.backward_rows(), made.aux))
        return found if has_aux else found[0]

    return call


def jacfwd(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that gives the Jacobian, by a forward pass for each entry of the argument.

    >>> jacfwd(lambda x: x * x)(Tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    @wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        with enable_grad():
            made = Call(func, args, kwargs, argnums, has_aux)
            found = made.released((made.forward_rows(), made.aux))
        return found if has_aux else found[0]

    return call


def hessian(func: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that gives the matrix of second derivatives where ``func`` gives a single number: the forward Jacobian of
    the backward one.

    >>> hessian(lambda x: (x ** 3).sum())(Tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)
