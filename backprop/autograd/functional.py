"""Derivatives of functions: Jacobians and Hessians whole, and their products with vectors.

Of y = f(x) a backward pass gives uᵀ·J (``vjp``) and a forward one J·v (``jvp``). With L = f(x) a single number, H·v (``hvp``)
is the derivative of its gradient along v.
"""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd.forward import push_forward
from backprop.autograd.gradients import grad
from backprop.autograd.packing import stacked
from backprop.autograd.size import trusted_size
from backprop.autograd.tensor import Tensor, constant, wrapped
from backprop.matrix import Matrix, trusted
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
    rows = call.forward_rows() if strategy == "forward-mode" else call.backward_rows()
    return call.outputs_as(tuple([call.inputs_as(row) for row in rows]))


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
    return call.value(), call.inputs_as(call.backward(call.vector(v, call.outputs, "the result")))


def jvp(
    func: Function, inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """(y, J·v) for y = func(x): how the result moves where the inputs move along v.

    >>> jvp(lambda x: x * x, Tensor([1.0, 2.0]), Tensor([1.0, 10.0]))
    (tensor([1., 4.]), tensor([ 2., 40.]))
    """
    call = _Call("jvp", func, inputs, create_graph, strict)
    return call.value(), call.outputs_as(call.forward(call.vector(v, call.inputs, "the input")))


def hvp(
    func: Function, inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """(L, H·v) for a single number L = func(x), without H itself: the derivative along v of the gradient.

    >>> hvp(lambda x: (x ** 3).sum(), Tensor([1.0, 2.0]), Tensor([1.0, 1.0]))
    (tensor(9.), tensor([ 6., 12.]))
    """
    call = _Call("hvp", func, inputs, create_graph, strict)
    gradients = call.backward(call.vector(None, call.outputs, "the result"), create_graph=True)
    along = call.vector(v, call.inputs, "the input")
    return call.value(), call.inputs_as(call.backward(along, gradients))


def vhp(
    func: Function, inputs: Tensors, v: Tensors = None, create_graph: bool = False, strict: bool = False
) -> tuple[Any, Any]:
    """(L, vᵀ·H), which is H·v, as H is symmetric.

    >>> vhp(lambda x: (x ** 3).sum(), Tensor([1.0, 2.0]), Tensor([1.0, 1.0]))[1]
    tensor([ 6., 12.])
    """
    return hvp(func, inputs, v, create_graph, strict)


class _Call:
    """A call of the function, and the derivatives of its results."""

    def __init__(self, name: str, func: Function, inputs: Tensors, create_graph: bool, strict: bool) -> None:
        if not callable(func):
            raise TypeError(f"{name}: func is a function of a Tensor, got {short(func)}; write {name}(func, x)")
        self.name, self.create_graph, self.strict, self.several = name, create_graph, strict, isinstance(inputs, tuple)
        given = [
            x if isinstance(x, Tensor) else Tensor(x) for x in (inputs if isinstance(inputs, tuple) else (inputs,))
        ]
        # With create_graph the derivatives go on into the graph of the inputs.
        self.inputs = [
            x.view_as(x) if create_graph and x.requires_grad else x.detach().clone().requires_grad_() for x in given
        ]
        self.result = func(*self.inputs)
        self.outputs = list(self.result) if isinstance(self.result, (tuple, list)) else [self.result]
        for y in self.outputs:
            if not isinstance(y, Tensor):
                raise TypeError(f"{name}: func gives a Tensor, got a {type(y).__name__}")

    def value(self) -> Any:
        """The result of the function, without its graph unless there is one to go on in."""
        return self.outputs_as([y if self.create_graph else y.detach() for y in self.outputs])

    def inputs_as(self, found: Sequence[Any]) -> Any:
        """One for each input: a tuple if the inputs were one."""
        return tuple(found) if self.several else found[0]

    def outputs_as(self, found: Sequence[Any]) -> Any:
        """One for each output: a tuple if the result was one."""
        return tuple(found) if isinstance(self.result, (tuple, list)) else found[0]

    def vector(self, v: Tensors, like: Sequence[Tensor], what: str) -> list[Tensor]:
        """A Tensor for each of these; 1 where it is left out for a single number."""
        given = list(v) if isinstance(v, (tuple, list)) else [v]
        if v is None and len(like) == 1 and like[0].numel() == 1:
            return [constant(Matrix([[1.0]]), like[0].shape, like[0].dtype)]
        if len(given) != len(like) or any(not isinstance(e, Tensor) or e.shape != x.shape for e, x in zip(given, like)):
            shapes = ", ".join([str(list(x.shape)) for x in like])
            raise RuntimeError(f"{self.name}: v has the shape of {what}, {shapes}, got {short(v)}")
        return given

    def backward(
        self, upstream: Sequence[Tensor], outputs: Sequence[Tensor] | None = None, create_graph: bool = False
    ) -> list[Tensor]:
        """The gradients of the inputs, 0 for one that nothing depends on."""
        pairs = [(y, u) for y, u in zip(outputs or self.outputs, upstream) if y.requires_grad]
        found: Sequence[Any] = [None] * len(self.inputs)
        if pairs:
            results, given = map(list, zip(*pairs))
            keep = self.create_graph or create_graph
            found = grad(results, self.inputs, given, retain_graph=True, create_graph=keep, allow_unused=True)
        return [self._or_zero(g, x) for g, x in zip(found, self.inputs)]

    def forward(self, directions: Sequence[Tensor]) -> list[Tensor]:
        """The derivatives of the outputs along directions of the inputs."""
        tangents = {x._grad_fn or x: e for x, e in zip(self.inputs, directions)}
        found = [t if t is None or self.create_graph else t.detach() for t in push_forward(self.outputs, tangents)]
        return [self._or_zero(t, y) for t, y in zip(found, self.outputs)]

    def backward_rows(self) -> list[list[Tensor]]:
        """For each output the Jacobian with respect to each input, a row for each of its entries."""
        found = []
        for y in self.outputs:
            rows = [
                self.backward([unit if other is y else zeros_like(other) for other in self.outputs])
                for unit in units(y)
            ]
            found.append([self._joined(parts, y, x) for x, parts in zip(self.inputs, zip(*rows))])
        return found

    def forward_rows(self) -> list[list[Tensor]]:
        """The same by a column for each entry of each input."""
        columns = []
        for x in self.inputs:
            moved = [
                self.forward([unit if other is x else zeros_like(other) for other in self.inputs]) for unit in units(x)
            ]
            columns.append([self._joined(parts, y, x, True) for y, parts in zip(self.outputs, zip(*moved))])
        return [list(row) for row in zip(*columns)]

    def _joined(self, parts: Sequence[Tensor], y: Tensor, x: Tensor, as_columns: bool = False) -> Tensor:
        return stacked(*parts, shape=trusted_size((*y._shape, *x._shape)), as_columns=as_columns)

    def _or_zero(self, found: Tensor | None, like: Tensor) -> Tensor:
        if found is None and self.strict:
            raise RuntimeError(
                f"{self.name}: the result does not depend on an input through the graph; data, detach() and no_grad() cut it"
            )
        return zeros_like(like) if found is None else found


def zeros_like(like: Tensor) -> Tensor:
    rows = like._matrix.rows
    return wrapped(trusted([[0.0] * len(rows[0])] * len(rows)), like._shape, like._dtype)


def units(like: Tensor) -> list[Tensor]:
    """For each entry the Tensor that is 1 there and else 0."""
    count = like._shape.numel()
    return [
        constant(trusted([[1 if k == i else 0 for k in range(count)]]), like._shape, like._dtype) for i in range(count)
    ]
