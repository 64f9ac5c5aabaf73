"""``@operation`` makes an operation on Tensors of a rule on Matrices: a value and, beside it, the pullbacks.

A pullback says how the gradient of the loss L with respect to the output becomes the gradient with respect to an input.
``backward()`` applies them from the loss back to the leaves, and sums where a value was used more than once.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Sequence
from functools import lru_cache, partial, wraps
from math import prod
from typing import Any, Callable, TypeVar, Union, overload

from backprop.autograd.cuts import canonical_rows, common_cut, recut, rows_of
from backprop.autograd.expansion import repeated, summed
from backprop.autograd.grad_mode import recording
from backprop.autograd.node import Node, Pullbacks
from backprop.autograd.size import Size, broadcast_shapes, trusted_size
from backprop.autograd.tensor import Tensor, View, as_tensor
from backprop.dtypes import DType, common_dtype, converted, dtype_of, int64
from backprop.dtypes import bool as bool_
from backprop.matrix import Matrix

Result = Union["tuple[Matrix, Pullbacks]", "tuple[Matrix, Pullbacks, Sequence[int] | None]"]

F = TypeVar("F", bound=Callable[..., Any])
_new = object.__new__


@overload
def operation(rule: Callable[..., Result], **settings: Any) -> Callable[..., Tensor]: ...
@overload
def operation(**settings: Any) -> Callable[[Callable[..., Result]], Callable[..., Tensor]]: ...
def operation(  # type: ignore[misc]  # which names the settings
    rule: Callable[..., Result] | None = None,
    *,
    cut: int | None = None,
    name: str | None = None,
    same_dtype: bool = False,
    write: Callable[..., Matrix] | None = None,
) -> Any:
    """Make an operation on Tensors of a rule on Matrices, which gives a value and its pullbacks.

    Parameters annotated ``Matrix``, ``Matrix | None`` or ``*tensors: Matrix`` are the inputs: the caller gives Tensors,
    Matrices or numbers, and the rule gets Matrices. All other parameters are constants, given by position or by name.
    A parameter annotated ``Matrix`` or something else, ``Matrix | Sequence[int]``, is an input where a Tensor or a Matrix
    is given and else a constant.

    What the rule sees of Tensors with more than two axes says ``cut``, the axis at which the columns of a Matrix begin:
    −1 gives it rows of the last axis, 1 a row for each entry of the first. Without ``cut`` it is elementwise: the inputs
    are broadcast against each other, and come so that the arithmetic of Matrix does it.

    The rule returns the value and either one pullback for each input, run only for those that need a gradient, or a
    single function that gives the gradients of all. The result has the shape of the first input if it has as many rows and
    columns, its leading axes with new columns if it has as many rows; a rule that does otherwise returns the shape as a
    third value. Where no input is floating the entries of the value say whether it is of bools, ints or floats; with
    ``same_dtype`` they become numbers of the inputs' common dtype. Messages and graphs call the operation as the rule is
    called, without a leading underscore, or by ``name``: that of the function that prepares the shapes for it.

    An operation that gives a view, as indexing does, has a function ``write(base, value, constants…)``: the Matrix of its
    input with the entries of the view replaced by those of ``value``. What is changed in place is then changed there too.

    Raises TypeError for a rule without an input.

    >>> @operation
    ... def cube(x: Matrix, factor=1):
    ...     '''y = c·x³,  ∂L/∂x = ∂L/∂y · c·3x².'''
    ...     return factor * x * x * x, lambda d: d * factor * 3 * x * x
    >>> x = Tensor(2, requires_grad=True)
    >>> cube(x, 10).backward(); x.grad
    tensor(120.)
    >>> cube(x, power=4)
    Traceback (most recent call last):
    TypeError: cube: got an unexpected keyword argument 'power'; its arguments are x, factor
    """
    if rule is None:
        return partial(operation, cut=cut, name=name, same_dtype=same_dtype, write=write)
    name = name or rule.__name__.lstrip("_")
    signature = inspect.signature(rule)
    kinds = {p.name: _kinds(p) for p in signature.parameters.values() if p.kind is not p.KEYWORD_ONLY}
    names = list(kinds)
    differentiable = [own for own in names if "Matrix" in kinds[own]]
    if not differentiable:
        raise TypeError(f"@operation {name}: no parameter is annotated Matrix, so nothing could have a gradient")
    either = [own for own in differentiable if kinds[own] - {"Matrix", "None"}]
    keywords = signature.parameters.keys() - differentiable
    variadic = any(p.kind is p.VAR_POSITIONAL for p in signature.parameters.values())
    # So many arguments by position are sure to be inputs: most calls give no others.
    leading = next((i for i, own in enumerate(names) if own in keywords or own in either), len(names))
    leading, later = sys.maxsize if variadic else leading, names[leading:]
    inputs_first = names[: len(differentiable)] == differentiable and either in ([], differentiable[-1:])
    on_matrices = rule if inputs_first else _with_inputs_by_name(rule, differentiable)
    # A single pullback is also the function that gives the gradients of all.
    alone = len(differentiable) == 1 and not variadic

    def separate(arguments: tuple[Any, ...], constants: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The inputs in their order, and all constants by name."""
        if len(arguments) > leading + len(later) or not keywords.issuperset(constants):
            arguments, constants = _bind(name, signature, arguments, constants)
        inputs = arguments[:leading]
        for own, x in zip(later, arguments[leading:]):
            if own not in keywords and (own not in either or isinstance(x, (Tensor, Matrix))):
                inputs += (x,)
            elif own in constants:
                _bind(name, signature, arguments, constants)
            else:
                constants[own] = x
        return inputs, constants

    @wraps(on_matrices)
    def apply(*arguments: Any, **constants: Any) -> Tensor:
        if len(arguments) > leading or (constants and not keywords.issuperset(constants)):
            arguments, constants = separate(arguments, constants)
        inputs: list[Any] = []
        values: list[Matrix | None] = []
        requires_grad, depth, mixed, alike, axes = False, 1, False, True, 0
        first: Any = None
        pullbacks: Any
        dtype: DType | None = None
        for x in arguments:
            if x is None:
                _check_optional(name, signature, differentiable, len(inputs))
                values.append(None)
                inputs.append(None)
                continue
            if not isinstance(x, Tensor):
                x = as_tensor(x, name)
            values.append(x._matrix)
            if x._requires_grad:
                requires_grad = True
            shape = x._shape
            if first is None:
                first = shape
                axes = len(shape)
            elif shape is not first and shape != first:
                alike = False
                axes = len(shape) if len(shape) > axes else axes
            own = x._dtype
            if own is not dtype and own is not None:
                if dtype is None:
                    dtype = own
                else:
                    mixed = True
            node = x.grad_fn
            if node is None:
                inputs.append(x)
            else:
                inputs.append(node)
                if node.depth >= depth:
                    depth = node.depth + 1
        if not alike and cut is None and not all([x is None or x.rows[0] for x in values]):  # noqa: C419  # half the time
            return apply(*_without_entries(name, arguments), **constants)
        if axes > 2:
            shapes = [None if x is None else x._shape for x in inputs]
            values, first, narrow = _arranged(name, cut, alike, shapes, values, first)
            if narrow is not None:  # no cut lets all be broadcast
                expanded = _expand(as_tensor(arguments[narrow]), shapes[narrow], first)
                return apply(*arguments[:narrow], expanded, *arguments[narrow + 1 :], **constants)
        try:
            outcome = on_matrices(*values, **constants)
        except ValueError:
            if cut is None and not alike:  # a Matrix speaks of rows and columns
                broadcast_shapes(name, *[x._shape for x in inputs if x is not None])
            raise
        if alike and len(outcome) == 2 and _same_size(outcome[0], values[0]):
            value, pullbacks = outcome
            shape = first
        else:
            value, pullbacks, shape = _outcome(outcome, values, first, axes, alike, cut)
        records = requires_grad and recording.on
        if write is not None and isinstance(arguments[0], Tensor):
            node = None
            if records:
                node = Node(apply, tuple(inputs), constants, (pullbacks,), depth, value, shape)
            return View(arguments[0], apply, constants, value, shape, node, records or not requires_grad)
        result = _new(Tensor)
        result._matrix = value
        result._shape = shape
        result._grad = result._hooks = None
        if mixed:
            dtype = common_dtype([(x._dtype, bool(x._shape)) for x in map(as_tensor, filter(_given, arguments))])
        if dtype is None or not dtype.is_floating_point:
            result._matrix, dtype = _with_dtype(value, arguments, same_dtype, cut)
        result._dtype = dtype
        if records and dtype.is_floating_point:
            if isinstance(pullbacks, tuple):
                if len(pullbacks) < len(inputs):
                    raise TypeError(f"{name} gives {len(pullbacks)} pullbacks for {len(inputs)} inputs")
            elif alone:
                pullbacks = (pullbacks,)
            result._requires_grad = True
            result.grad_fn = Node(apply, tuple(inputs), constants, pullbacks, depth, value, shape)
        else:
            result._requires_grad = False
            result.grad_fn = None
        return result

    def rerun(wrap: Callable[[Matrix], Matrix], inputs: Sequence[Any], constants: dict[str, Any]) -> tuple[Any, ...]:
        """(value, pullbacks) of the same call on other numbers: each input's Matrix as ``wrap`` gives it."""
        shapes = [None if x is None else x._shape for x in inputs]
        values = [None if x is None else wrap(x._matrix) for x in inputs]
        known = [shape for shape in shapes if shape is not None]
        axes, alike = max(map(len, known), default=0), len(set(known)) == 1
        first = known[0] if known else trusted_size(())
        if axes > 2:
            values, first, _ = _arranged(name, cut, alike, shapes, values, first)
        return _outcome(on_matrices(*values, **constants), values, first, axes, alike, cut)

    def read(base: Tensor, matrix: Matrix, constants: dict[str, Any]) -> tuple[Matrix, Node | None]:
        """What a view of ``base``, whose entries are those of ``matrix``, shows, and its Node if there is a graph."""
        inputs = (base.grad_fn or base,)
        value, pullbacks, shape = _outcome(on_matrices(matrix, **constants), [matrix], base._shape, 0, True, cut)
        if not base._requires_grad:
            return value, None
        depth = base.grad_fn.depth + 1 if base.grad_fn is not None else 1
        return value, Node(apply, inputs, constants, (pullbacks,), depth, value, shape)

    apply.read, apply.write, apply.rule = read, write, on_matrices  # type: ignore[attr-defined]
    apply.__name__ = name
    apply.rerun = rerun  # type: ignore[attr-defined]
    return apply


def composed(function: F) -> F:
    """Make a function of Tensors that uses operations one in the graph: its result bears its name in ``grad_fn``, in
    ``graph()`` and in ``explain``.

    >>> from backprop import exp
    >>> @composed
    ... def twice_exp(x):
    ...     return exp(x) * 2
    >>> twice_exp(Tensor(0.0, requires_grad=True)).grad_fn.name
    'twice_exp'
    """

    @wraps(function)
    def call(*arguments: Any, **settings: Any) -> Any:
        result = function(*arguments, **settings)
        node = getattr(result, "grad_fn", None)
        if node is not None and not any(result is x for x in arguments):
            node.label = function.__name__
        return result

    return call  # type: ignore[return-value]


def _same_size(value: Matrix, like: Matrix | None) -> bool:
    return like is not None and len(value.rows) == len(like.rows) and len(value.rows[0]) == len(like.rows[0])


def _given(x: Any) -> bool:
    return x is not None


def _with_dtype(value: Matrix, arguments: Sequence[Any], same_dtype: bool, cut: int | None) -> tuple[Matrix, DType]:
    """A result of inputs that are not floating, and its dtype: without entries that of the inputs, but floating where each
    entry is a function of numbers, as that of sin is."""
    inputs, found = [as_tensor(x) for x in arguments if x is not None], dtype_of(value)
    if all(x._dtype is None for x in inputs):  # numbers without a label: ints of any size
        return value, found
    common = common_dtype([(x.dtype, bool(x._shape)) for x in inputs])
    if common is None or (common.is_floating_point and not same_dtype):
        return value, found
    if same_dtype or (found is int64 and common is not bool_) or (cut is not None and not value.rows[0]):
        return converted(value, common), common
    return value, found


def _outcome(
    outcome: Any,
    values: Sequence[Matrix | None],
    first: Any,
    axes: int,
    alike: bool,
    cut: int | None,
) -> tuple[Matrix, Any, Size]:
    """The value of a rule cut as its shape asks for, its pullbacks, and the shape."""
    if len(outcome) == 3 and outcome[2] is not None:
        value, pullbacks, shape = outcome
        shape = shape if type(shape) is Size else trusted_size(shape)
        rows = len(value.rows)
        needed = canonical_rows(shape, rows)
        if needed != rows and value.rows[0]:
            pullbacks = _through_cut(pullbacks, rows)
            value = recut(value, needed)
        return value, pullbacks, shape
    value, pullbacks = outcome[:2]
    rows, columns = len(value.rows), len(value.rows[0])
    if alike or cut is not None:
        like = values[0]
        if like is None or rows != len(like.rows):
            return value, pullbacks, trusted_size((rows, columns))
        same = columns == len(like.rows[0])
        return value, pullbacks, first if same else _with_columns(first, rows, columns)
    if axes > 2:
        return value, pullbacks, first
    if axes < 2 and rows == 1:
        return value, pullbacks, trusted_size((columns,) if axes or columns != 1 else ())
    return value, pullbacks, trusted_size((rows, columns))


@lru_cache(1024)
def _with_columns(shape: Size, rows: int, columns: int) -> Size:
    """The axes of the shape that make up so many rows, and one for the columns."""
    sizes, count = tuple(shape), 1
    for i, size in enumerate(sizes[:-1]):
        count *= size
        if count == rows and (prod(sizes[i + 1 : -1]) != 1 or i == len(sizes) - 2):
            return trusted_size((*sizes[: i + 1], columns))
    return trusted_size((*sizes[:-1], columns))


def _arranged(
    name: str, cut: int | None, alike: bool, shapes: Sequence[Any], values: Sequence[Matrix | None], first: Size
) -> tuple[list[Matrix | None], Size, int | None]:
    """The inputs cut as the rule wants to see them, the shape that they are broadcast to, else the ``first``, and which of
    them must be expanded before."""
    if cut is not None:
        return (
            [
                value if value is None or len(shape) < 3 else recut(value, rows_of(shape, cut))
                for shape, value in zip(shapes, values)
            ],
            first,
            None,
        )
    present = tuple([len(value.rows) for value in values if value is not None])
    if alike:
        return [None if value is None else recut(value, present[0]) for value in values], first, None
    given = tuple([shape for shape in shapes if shape is not None])
    size, rows, place = common_cut(name, given, present)
    if place is not None:
        return [], size, [i for i, shape in enumerate(shapes) if shape is not None][place]
    counts = iter(rows)
    return [None if value is None else recut(value, next(counts)) for value in values], size, None


def _without_entries(name: str, arguments: Sequence[Any]) -> list[Tensor | None]:
    """The arguments expanded to their common shape, which has a 0 in it."""
    tensors = [None if x is None else as_tensor(x, name) for x in arguments]
    size = broadcast_shapes(name, *[x._shape for x in tensors if x is not None])
    for x in tensors:
        if x is not None and not x.dtype.is_floating_point:
            x._dtype = x.dtype  # the entries will not be there to tell
    return [x if x is None or x._shape == size else _expand(x, x._shape, size) for x in tensors]


def _through_cut(pullbacks: Any, rows: int) -> Any:
    """The pullbacks of a value that was recut: each gets the gradient in so many rows."""
    if isinstance(pullbacks, tuple):
        return tuple([_through_cut(pullback, rows) for pullback in pullbacks])
    return lambda d: pullbacks(recut(d, rows))


def _kinds(parameter: inspect.Parameter) -> set[str]:
    """What the annotation allows: "Matrix", "None", …, without the names of modules."""
    text = re.sub(r"[\w.]+\.|'", "", inspect.formatannotation(parameter.annotation))
    return set(re.sub(r"Optional\[(.*)\]", r"\1 | None", text).split(" | "))


def _with_inputs_by_name(rule: Callable[..., Result], differentiable: Sequence[str]) -> Callable[..., Result]:
    """The rule for inputs by position, where a constant comes before one of them."""

    @wraps(rule)
    def on_matrices(*inputs: Matrix | None, **constants: Any) -> Result:
        return rule(**dict(zip([own for own in differentiable if own not in constants], inputs)), **constants)

    return on_matrices


def _bind(
    name: str, signature: inspect.Signature, arguments: tuple[Any, ...], constants: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The same call with all that can be by position; TypeError for arguments that do not fit."""
    try:
        bound = signature.bind(*arguments, **constants)
    except TypeError as error:
        raise TypeError(f"{name}: {error}; its arguments are {', '.join(signature.parameters)}") from None
    bound.apply_defaults()
    return bound.args, bound.kwargs


def _check_optional(name: str, signature: inspect.Signature, differentiable: Sequence[str], position: int) -> None:
    own = differentiable[min(position, len(differentiable) - 1)]
    if signature.parameters[own].default is not None:
        raise TypeError(f"{name}: {own} is a Tensor, a Matrix or a number, got None")


def _refused(base: Matrix, value: Matrix, **constants: Any) -> Matrix:
    raise RuntimeError(
        "an expanded Tensor is not changed in place, as several of its entries are one number; write x.clone() first"
    )


@operation(name="expand", write=_refused)
def _expand(input: Matrix, shape: Size, size: Size) -> Result:
    """y repeats x along each axis of size 1 and along new ones in front;  ∂L/∂x is the sum of ∂L/∂y over these."""
    padded = (1,) * (len(size) - len(shape)) + tuple(shape)
    return repeated(input, padded, size), lambda d: summed(d, size, padded), size
