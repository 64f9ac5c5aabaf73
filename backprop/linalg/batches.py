"""Stacks of matrices: a rule on one matrix as an operation on Tensors of (…, m, n), and a function for Tensors and Matrices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from math import nan, prod
from typing import Any, Callable, TypeVar

from backprop.autograd import Result, Size, Tensor, as_tensor, operation
from backprop.autograd.size import broadcast_shapes
from backprop.autograd.tensor import constant
from backprop.linalg.algorithms import LinAlgError
from backprop.linalg.algorithms.validation import PivotError
from backprop.linalg.packing import packed, unpacked
from backprop.matrix import Matrix, trusted
from backprop.tensors.labels import labelled

Empty = tuple[Sequence[int], list[float]]  # a shape, and its entries
F = TypeVar("F", bound=Callable[..., Any])


def batched(empty: Callable[..., Empty]) -> Callable[[Callable[..., Result]], Callable[..., Tensor]]:
    """Make of a rule on one matrix the operation that applies it to each matrix of a stack (…, m, n).

    Several inputs have their leading axes broadcast against each other. The pullback of the rule gives the gradients of
    all inputs. What the rule is not asked for, since a Matrix has entries, ``empty`` says: the value where an input is
    0×n or n×0, of the shapes of the inputs and of the constants.

    >>> @batched(like_last)
    ... def _squared(a: Matrix) -> Result:
    ...     return a @ a, lambda d: d @ a.T + a.T @ d
    >>> _squared(Tensor([[[1.0, 1.0], [0.0, 1.0]], [[2.0, 0.0], [0.0, 3.0]]]))
    tensor([[[1., 2.],
             [0., 1.]],
    <BLANKLINE>
            [[4., 0.],
             [0., 9.]]])
    """
    return lambda rule: _on_stacks(rule, empty)


def _on_stacks(rule: Callable[..., Result], empty: Callable[..., Empty]) -> Callable[..., Tensor]:
    name = rule.__name__.lstrip("_")

    @operation(cut=-1, name=name)
    def stacked(*stacks: Matrix, leading: Size, constants: dict[str, Any]) -> Result:
        count = leading.numel()
        outcomes = [rule(*parts, **constants) for parts in zip(*[_divided(stack, count) for stack in stacks])]
        value = _joined([outcome[0] for outcome in outcomes])

        def pullback(d: Matrix) -> tuple[Matrix, ...]:
            gradients = [outcome[1](part) for outcome, part in zip(outcomes, _divided(d, count))]  # type: ignore[operator]
            return tuple(map(_joined, zip(*[g if isinstance(g, tuple) else (g,) for g in gradients])))

        return value, pullback, (*leading, len(value.rows) // count, len(value.rows[0]))

    stacked.__doc__, stacked.__module__ = rule.__doc__, rule.__module__  # whose equation is its own

    @wraps(rule)
    def apply(*inputs: Any, **constants: Any) -> Tensor:
        stacks = [as_tensor(x, name) for x in inputs]
        leading = broadcast_shapes(name, *[tuple(x.shape[:-2]) for x in stacks])
        if 0 in map(prod, [x.shape for x in stacks]):
            return _of_nothing(rule, empty, stacks, leading, constants)
        stacks = [x if x.shape[:-2] == leading else x.expand(*leading, *x.shape[-2:]) for x in stacks]
        return stacked(*stacks, leading=leading, constants=constants)

    return apply


def with_info(rule: Callable[..., Result]) -> Callable[..., Result]:
    """The rule with 0 at the end of its value, all in one row. Where it meets a pivot that it cannot divide by, that is the
    pivot's number, counted from 1, and the value, which has the shape of the last input, is NaN."""

    @wraps(rule)
    def informed(*inputs: Matrix, **constants: Any) -> Result:
        try:
            value, pullback = rule(*inputs, **constants)[:2]
        except PivotError as error:
            number = error.pivot + 1
            return packed(_nan(inputs[-1]), [[number]]), lambda d: tuple(map(_nan, inputs))
        return packed(value.rows, [[0]]), lambda d: pullback(*unpacked(d, value.shape))  # type: ignore[operator]

    return informed


def no_info(*shapes: Sequence[int], **constants: Any) -> Empty:
    """What ``with_info`` gives for inputs without entries."""
    return (1, 1), [0.0]


def infos(name: str, found: Tensor, check_errors: bool) -> Tensor:
    """What ``with_info`` found, one int for each matrix; LinAlgError, with ``check_errors``, unless all are 0."""
    info: Tensor = found.detach().int()
    if check_errors and info.any():
        raise LinAlgError(
            f"{name}: pivot {int(info.max()) - 1} is 0 or negative; the matrix is singular or not positive definite"
        )
    return info


def _nan(like: Matrix) -> Matrix:
    return trusted([[nan] * len(row) for row in like.rows])


def _of_nothing(
    rule: Callable[..., Result],
    empty: Callable[..., Empty],
    stacks: Sequence[Tensor],
    leading: Size,
    constants: dict[str, Any],
) -> Tensor:
    """The result for a stack of no matrices, or of matrices without entries; that of inputs without entries has no gradient
    but 0."""
    shapes = [tuple(x.shape[-2:]) for x in stacks]
    entries: list[float] = []
    if all(map(prod, shapes)):
        shape: Sequence[int] = rule(*[identity(*shape) for shape in shapes], **constants)[0].shape
    else:
        shape, entries = empty(*shapes, **constants)
    value = constant(trusted([entries * leading.numel()]), (*leading, *shape), stacks[0].dtype)
    for x in stacks:
        value = value + x.sum() * 0
    return value


def like_last(*shapes: Sequence[int], **constants: Any) -> Empty:
    """No entries, in the shape of the last input."""
    return shapes[-1], []


def packed_nothing(*shapes: Sequence[int], **constants: Any) -> Empty:
    """Parts without entries in one row."""
    return (1, 0), []


def unstacked(packed: Tensor, *shapes: Sequence[int]) -> tuple[Tensor, ...]:
    """The parts of these shapes that a rule ``packed`` in a row for each matrix of a stack."""
    leading = packed.shape[:-2]
    parts = packed.split(list(map(prod, shapes)), -1)
    results = [part.reshape(*leading, *shape) for part, shape in zip(parts, shapes)]
    return tuple(results if packed._grad_fn is None else [labelled(part, packed._grad_fn.called) for part in results])


def for_matrices(on_matrices: Callable[..., Any]) -> Callable[[F], F]:
    """Let the function of Tensors below give a Matrix for a Matrix: what ``on_matrices`` makes of it.

    >>> from backprop.linalg import algorithms
    >>> @for_matrices(algorithms.inv)
    ... def halved(a):
    ...     return a / 2
    >>> halved(Matrix([[4.0]])), halved(Tensor([[4.0]]))
    (Matrix([[0.25]]), tensor([[2.]]))
    """

    def decorate(on_tensors: F) -> F:
        @wraps(on_tensors)
        def function(*arguments: Any, **settings: Any) -> Any:
            if any(isinstance(x, Tensor) for x in (*arguments, *settings.values())):
                return on_tensors(*arguments, **settings)
            return on_matrices(*arguments, **settings)

        return function  # type: ignore[return-value]

    return decorate


def matrices(name: str, input: Any) -> Tensor:
    """The Tensor (…, m, n) of floats; LinAlgError for one of fewer axes, TypeError for one of ints."""
    x = as_tensor(input, name)
    if len(x.shape) < 2:
        raise LinAlgError(f"{name} needs a Tensor of at least 2 axes, got one of shape {tuple(x.shape)}")
    if not x.dtype.is_floating_point:
        raise TypeError(f"{name} needs a Tensor of floats, got {x.dtype}; write x.double()")
    return x


def squares(name: str, input: Any) -> Tensor:
    """The Tensor (…, n, n) of floats."""
    x = matrices(name, input)
    if x.shape[-1] != x.shape[-2]:
        raise LinAlgError(f"{name} needs square matrices, got {x.shape[-2]}×{x.shape[-1]}")
    return x


def identity(rows: int, columns: int | None = None) -> Matrix:
    """The identity, or its first columns, as floats.

    >>> identity(2)
    Matrix([[1.0, 0.0], [0.0, 1.0]])
    """
    return trusted([[float(i == j) for j in range(rows if columns is None else columns)] for i in range(rows)] or [[]])


def nothing_like(x: Tensor) -> Tensor:
    """A Tensor of one axis without entries, of the dtype of ``x``."""
    return constant(trusted([[]]), (0,), x.dtype)


def identity_like(x: Tensor, rows: int, columns: int) -> Tensor:
    """The identity, or its first columns, of the dtype of ``x``."""
    return constant(identity(rows, columns), (rows, columns), x.dtype)


def _divided(stack: Matrix, count: int) -> list[Matrix]:
    height = len(stack.rows) // count
    return [trusted(stack.rows[i : i + height]) for i in range(0, height * count, height)]


def _joined(parts: Sequence[Matrix]) -> Matrix:
    return trusted([row for part in parts for row in part.rows])
