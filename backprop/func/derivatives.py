"""Derivatives of functions of Tensors, as functions again, so that they may be taken of each other to any order.

Each takes what the function takes. ``argnums`` are the positions of the arguments to differentiate with respect to; these
and the results may be tuples, lists and dicts of Tensors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import wraps
from typing import Any, Callable, Union

from backprop import autograd
from backprop.autograd import Tensor, enable_grad
from backprop.autograd.forward import push_forward
from backprop.autograd.functional import units, zeros_like
from backprop.autograd.node import Node
from backprop.func.nests import leaves, mapped, rebuilt
from backprop.tensors.concatenation import stack

Argnums = Union[int, Sequence[int]]


def _variable(x: Tensor) -> Tensor:
    """The same value as a variable of its own; of one that belongs to a graph the derivatives go on into this."""
    return x.view_as(x) if x.requires_grad else x.detach().clone().requires_grad_()


def _released(nest: Any, variables: Sequence[Tensor]) -> Any:
    """The results without a graph where this leads to the variables alone: to nothing that the caller has."""
    own = {id(x) for x in variables if x.is_leaf}

    def release(y: Tensor) -> Tensor:
        seen: set[Any] = set()
        todo: list[Any] = [y._grad_fn or y]
        while todo:
            source = todo.pop()
            if source is None or source in seen or not source._requires_grad:
                continue
            seen.add(source)
            if isinstance(source, Node):
                todo += source.inputs
            elif id(source) not in own:
                return y
        return y.detach()

    return mapped(release, nest)


def _called(
    func: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], argnums: Argnums, has_aux: bool
) -> tuple[Any, list[Tensor], Any, Any]:
    """(the arguments at ``argnums`` with variables in them, these variables, the result, what else came with it)."""
    places = [argnums] if isinstance(argnums, int) else list(argnums)
    moved = list(args)
    for place in places:
        moved[place] = mapped(_variable, args[place])
    chosen = moved[places[0]] if isinstance(argnums, int) else tuple([moved[place] for place in places])
    result = func(*moved, **kwargs)
    outputs, aux = result if has_aux else (result, None)
    return chosen, list(leaves(chosen)), outputs, aux


def _gradients(outputs: Any, upstream: Any, variables: Sequence[Tensor]) -> list[Tensor]:
    pairs = [(y, u) for y, u in zip(leaves(outputs), leaves(upstream)) if y.requires_grad]
    found: Sequence[Any] = [None] * len(variables)
    if pairs and variables:
        results, given = map(list, zip(*pairs))
        found = autograd.grad(results, variables, given, create_graph=True, allow_unused=True)
    return [zeros_like(x) if g is None else g for g, x in zip(found, variables)]


def grad_and_value(func: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that gives (∂L/∂x, L) where ``func`` gives the single number L; with ``has_aux`` func gives (L, other),
    and the result is (∂L/∂x, (L, other)).

    >>> grad_and_value(lambda x: x ** 3)(Tensor(2.0))
    (tensor(12.), tensor(8.))
    """

    @wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        with enable_grad():
            chosen, variables, loss, aux = _called(func, args, kwargs, argnums, has_aux)
            if not isinstance(loss, Tensor) or loss.dim():
                raise RuntimeError(f"grad: func gives a Tensor that is a single number, got {loss!r:.80}")
            gradients = _gradients(loss, loss.new_ones(()), variables)
            released = _released((rebuilt(chosen, iter(gradients)), loss, aux), variables)
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
        chosen, variables, outputs, aux = _called(func, primals, {}, range(len(primals)), has_aux)

    def pullback(*upstream: Any) -> Any:
        with enable_grad():
            gradients = _gradients(
                outputs, upstream if isinstance(outputs, tuple) and len(upstream) > 1 else upstream[0], variables
            )
            return _released(rebuilt(chosen, iter(gradients)), variables)

    value = _released((outputs, aux), variables)
    return (value[0], pullback, value[1]) if has_aux else (value[0], pullback)


def jvp(func: Callable[..., Any], primals: Any, tangents: Any, *, has_aux: bool = False) -> Any:
    """(y, J·e) of y = func(primals) for the ``tangents`` e, by a forward pass.

    >>> jvp(lambda x: x * x, (Tensor([1.0, 2.0]),), (Tensor([1.0, 10.0]),))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    with enable_grad():
        _, variables, outputs, aux = _called(func, primals, {}, range(len(primals)), has_aux)
        ys = list(leaves(outputs))
        found = push_forward(ys, {x._grad_fn or x: e for x, e in zip(variables, leaves(tangents))})
        along = rebuilt(outputs, iter([zeros_like(y) if t is None else t for t, y in zip(found, ys)]))
        released = _released((outputs, along, aux), variables)
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
            chosen, variables, outputs, aux = _called(func, args, kwargs, argnums, has_aux)

            def jacobian(y: Tensor) -> Any:
                rows = [_gradients(y, unit, variables) for unit in units(y)]
                whole = [stack(parts).reshape(*y.shape, *x.shape) for x, parts in zip(variables, zip(*rows))]
                return rebuilt(chosen, iter(whole))

            found = _released((mapped(jacobian, outputs), aux), variables)
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
            chosen, variables, outputs, aux = _called(func, args, kwargs, argnums, has_aux)
            ys = list(leaves(outputs))

            def columns(x: Tensor) -> list[Tensor]:
                moves = [push_forward(ys, {x._grad_fn or x: unit}) for unit in units(x)]
                return [
                    stack([zeros_like(y) if t is None else t for t in parts], -1).reshape(*y.shape, *x.shape)
                    for y, parts in zip(ys, zip(*moves))
                ]

            by_variable = [columns(x) for x in variables]
            whole = [rebuilt(chosen, iter([of_x[k] for of_x in by_variable])) for k in range(len(ys))]
            found = _released((rebuilt(outputs, iter(whole)), aux), variables)
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
