"""``@operation`` makes an operation on Tensors of a rule on Matrices: a value and, beside it, the pullbacks.

A pullback says how the gradient of the loss L with respect to the output becomes the gradient with respect to an input.
``backward()`` applies them from the loss back to the leaves, and sums where a value was used more than once.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial, wraps
from reprlib import repr as short
from typing import Any, Callable, TypeVar, Union, overload

from backprop.autograd.cuts import arrangement, canonical_rows, recut
from backprop.autograd.expansion import repeated, summed
from backprop.autograd.grad_mode import recording
from backprop.autograd.node import Node, Pullbacks
from backprop.autograd.size import Size, broadcast_shapes, trusted_size
from backprop.autograd.tensor import Tensor, View, as_tensor, wrapped
from backprop.dtypes import DType, common_dtype, converted, dtype_of, int64
from backprop.dtypes import bool as bool_
from backprop.matrix import Matrix
from backprop.validation import ArgumentError

Result = Union["tuple[Matrix, Pullbacks]", "tuple[Matrix, Pullbacks, Sequence[int] | None]"]

F = TypeVar("F", bound=Callable[..., Any])

_NO_AXES = Size()  # stands for the shape of an input that was left out


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
    linear: bool = False,
    multilinear: bool = False,
    piecewise_linear: bool = False,
    gradients: Callable[..., Any] | None = None,
    write: Callable[..., Matrix] | None = None,
) -> Any:
    """Make an operation on Tensors of a rule on Matrices, which gives a value and its pullbacks.

    The first parameters, annotated ``Matrix``, ``Matrix | None`` or ``*tensors: Matrix``, are the inputs: the caller gives
    Tensors, Matrices or numbers, and the rule gets Matrices. All others are constants, given by position or by name.

    What the rule sees of Tensors with more than two axes says ``cut``, the axis at which the columns of a Matrix begin:
    −1 gives it rows of the last axis, 1 a row for each entry of the first. Without ``cut`` it is elementwise: the inputs
    are broadcast against each other, and come so that the arithmetic of Matrix does it.

    The rule returns the value and either one pullback for each input, run only for those that need a gradient, or a
    single function that gives the gradients of all. The result has the shape of the first input if it has as many rows and
    columns, its leading axes with new columns if it has as many rows; a rule that does otherwise returns the shape as a
    third value. Where no input is floating the entries of the value say whether it is of bools, ints or floats; with
    ``same_dtype`` they become numbers of the inputs' common dtype. Messages and graphs call the operation as the rule is
    called, without a leading underscore, or by ``name``: that of the function that prepares the shapes for it.

    ``linear`` says that the value is linear in all inputs together, ``multilinear`` that it is linear in each but for the
    optional ones, which are added, ``piecewise_linear`` that each entry of it is linear in that of its one input between
    kinks: of these the second derivative needs no dual numbers.

    ``gradients(u, y, inputs…, constants…)`` gives the gradients as Tensors, from u = ∂L/∂y: where they have a graph of
    their own, this is faster than dual numbers.

    An operation that gives a view, as indexing does, has a function ``write(base, value, constants…)``: the Matrix of its
    input with the entries of the view replaced by those of ``value``. What is changed in place is then changed there too.

    Raises TypeError for a rule without an input, or with one after a constant.

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
        return partial(operation, **{key: value for key, value in locals().items() if key != "rule"})
    name = name or rule.__name__.lstrip("_")
    signature = inspect.signature(rule)
    names, parameters = list(signature.parameters), list(signature.parameters.values())
    inputs_first = [p for p in parameters if _is_input(p)]
    if not inputs_first or parameters[: len(inputs_first)] != inputs_first:
        raise TypeError(f"@operation {name}: its first parameters are annotated Matrix, and no others: {signature}")
    variadic = inputs_first[0].kind is inspect.Parameter.VAR_POSITIONAL
    count = sys.maxsize if variadic else len(inputs_first)
    required = sum(p.default is not None for p in inputs_first)
    constants_by_position, keywords = names[len(inputs_first) :], set(names[len(inputs_first) :])

    def separate(arguments: tuple[Any, ...], constants: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The inputs in their order, and all constants by name."""
        given = dict(zip(constants_by_position, arguments[count:]))
        if len(arguments) > len(names) or not keywords.issuperset(constants) or given.keys() & constants.keys():
            try:
                bound = signature.bind(*arguments, **constants)
            except TypeError as error:
                raise TypeError(f"{name}: {error}; its arguments are {', '.join(names)}") from None
            bound.apply_defaults()
            return separate(bound.args, bound.kwargs)
        return arguments[:count], {**given, **constants}

    @wraps(rule)
    def apply(*arguments: Any, **constants: Any) -> Tensor:
        if len(arguments) > count or (constants and not keywords.issuperset(constants)):
            arguments, constants = separate(arguments, constants)
        inputs: list[Any] = []
        given: list[Matrix | None] = []
        requires_grad, depth, mixed, alike, axes = False, 1, False, True, 0
        first: Any = None
        pullbacks: Any
        dtype: DType | None = None
        for x in arguments:
            if x is None:
                if len(inputs) < required:
                    raise TypeError(f"{name}: {names[len(inputs)]} is a Tensor, a Matrix or a number, got None")
                given.append(None)
                inputs.append(None)
                continue
            if not isinstance(x, Tensor):
                x = as_tensor(x, name)
            given.append(x._matrix)
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
            node = x._grad_fn
            if node is None:
                inputs.append(x)
            else:
                inputs.append(node)
                if node.depth >= depth:
                    depth = node.depth + 1
        if not alike and cut is None and not all([x is None or x.rows[0] for x in given]):  # noqa: C419  # half the time
            return apply(*_without_entries(name, arguments), **constants)
        values: Sequence[Matrix | None] = given
        if axes > 2 and (cut is not None or not alike or len({len(x.rows) for x in given if x is not None}) > 1):
            shapes = [_NO_AXES if x is None else x._shape for x in inputs]
            values, first, narrow = _arranged(name, cut, shapes, values)
            if narrow is not None:  # no cut lets all be broadcast
                expanded = _expand(as_tensor(arguments[narrow]), shapes[narrow], first)
                return apply(*arguments[:narrow], expanded, *arguments[narrow + 1 :], **constants)
        try:
            outcome = rule(*values, **constants)
        except ValueError:
            if cut is None and not alike:  # a Matrix speaks of rows and columns
                broadcast_shapes(name, *[x._shape for x in inputs if x is not None])
            raise
        if alike and type(outcome) is tuple and len(outcome) == 2 and _same_size(outcome[0], values[0]):
            value, pullbacks = outcome
            shape = first
        else:
            value, pullbacks, shape = _outcome(name, outcome, values, first, axes, alike, cut)
        if mixed:
            dtype = common_dtype([(x._dtype, bool(x._shape)) for x in map(as_tensor, _given(arguments))])
        is_view = write is not None and isinstance(arguments[0], Tensor)
        if not is_view and (dtype is None or not dtype.is_floating_point):
            value, dtype = _with_dtype(value, arguments, same_dtype, cut)
        # A view without a label has the numbers of its base, which are floating where it requires a gradient.
        records = requires_grad and recording.on and (dtype is None or dtype.is_floating_point)
        node = None
        if records:
            if count == 1 and not isinstance(pullbacks, tuple):  # it gives the gradients of all inputs, and of the one
                pullbacks = (pullbacks,)
            node = Node(apply, tuple(inputs), constants, pullbacks, depth, value, shape, given)
        if is_view:
            return View(arguments[0], apply, constants, value, shape, node)
        result = wrapped(value, shape, dtype)
        result._requires_grad = records
        result._grad_fn = node
        return result

    def rerun(
        values: Sequence[Matrix | None], inputs: Sequence[Any], constants: dict[str, Any]
    ) -> tuple[Matrix, Any, Size]:
        """(value, pullbacks, shape) of a call with these ``inputs``, whose entries are those of ``values``."""
        shapes = [_NO_AXES if x is None else x._shape for x in inputs]
        first, axes, alike = shapes[0], max(map(len, shapes)), len({x._shape for x in _given(inputs)}) == 1
        if axes > 2:
            values, first, _ = _arranged(name, cut, shapes, values)
        return _outcome(name, rule(*values, **constants), values, first, axes, alike, cut)

    apply.rerun, apply.write, apply.linear = rerun, write, linear  # type: ignore[attr-defined]
    apply.gradients = gradients  # type: ignore[attr-defined]
    apply.piecewise_linear = piecewise_linear  # type: ignore[attr-defined]
    apply.factors, apply.cut = frozenset(range(required if multilinear else 0)), cut  # type: ignore[attr-defined]
    apply.__name__ = name
    return apply


def composed(function: F) -> F:
    """Make a function of Tensors that uses operations one in the graph: its result bears its name in ``grad_fn``, in
    ``graph()`` and in ``explain``.

    >>> from backprop import exp
    >>> @composed
    ... def twice_exp(x):
    ...     return exp(x) * 2
    >>> twice_exp(Tensor(0.0, requires_grad=True)).grad_fn.called
    'twice_exp'
    """

    @wraps(function)
    def call(*arguments: Any, **settings: Any) -> Any:
        result = function(*arguments, **settings)
        node = getattr(result, "_grad_fn", None)
        if node is not None and not any(result is x for x in arguments):
            node.label = function.__name__
        return result

    return call  # type: ignore[return-value]


def _same_size(value: Any, like: Matrix | None) -> bool:
    fits = like is not None and isinstance(value, Matrix) and len(value.rows) == len(like.rows)
    return fits and len(value.rows[0]) == len(like.rows[0])  # type: ignore[union-attr]


def _given(inputs: Iterable[Any]) -> list[Any]:
    return [x for x in inputs if x is not None]


def _with_dtype(value: Matrix, arguments: Sequence[Any], same_dtype: bool, cut: int | None) -> tuple[Matrix, DType]:
    """A result of inputs that are not floating, and its dtype: without entries that of the inputs, but floating where each
    entry is a function of numbers, as that of sin is."""
    inputs = list(map(as_tensor, _given(arguments)))
    labelled = any(x._dtype is not None for x in inputs)  # or ints of any size
    common = common_dtype([(x.dtype, bool(x._shape)) for x in inputs]) if labelled else None
    if common is not None and same_dtype:
        return converted(value, common), common
    found = dtype_of(value)
    if common is None or common.is_floating_point:
        return value, found
    if (found is int64 and common is not bool_) or (cut is not None and not value.rows[0]):
        return converted(value, common), common
    return value, found


def _outcome(
    name: str, outcome: Any, values: Sequence[Matrix | None], first: Any, axes: int, alike: bool, cut: int | None
) -> tuple[Matrix, Any, Size]:
    """The value of a rule cut as its shape asks for, its pullbacks, and the shape."""
    value, pullbacks, given = (*outcome, None)[:3] if type(outcome) is tuple and len(outcome) > 1 else (None,) * 3
    if not isinstance(value, Matrix) or callable(given):
        said = "a rule returns a Matrix and a pullback for each input: return y, (f, g)"
        raise TypeError(f"{name}: {said}, got {short(outcome)}")
    rows, columns, like = len(value.rows), len(value.rows[0]), values[0]
    if given is not None:
        shape = given if type(given) is Size else trusted_size(given)
        needed = canonical_rows(shape, rows)
        if needed != rows and columns:
            return recut(value, needed), _through_cut(pullbacks, rows), shape
    elif alike or cut is not None:
        if like is None or rows != len(like.rows):
            shape = trusted_size((rows, columns))
        elif columns == len(like.rows[0]):
            shape = first
        else:
            shape = _with_columns(first, cut or -1, columns)
    elif axes > 2:
        shape = first
    elif axes < 2 and rows == 1:
        shape = trusted_size((columns,) if axes or columns != 1 else ())
    else:
        shape = trusted_size((rows, columns))
    if axes > 2 and cut is None and given is None and rows * columns != shape.numel():
        advice = "a rule that is not elementwise says where the columns begin, @operation(cut=-1), or returns the shape as well"
        raise ArgumentError(f"{name} gave {rows}×{columns} numbers for the shape {list(first)}; {advice}")
    return value, pullbacks, shape


@lru_cache(1024)
def _with_columns(shape: Size, cut: int, columns: int) -> Size:
    return trusted_size((*(shape[:cut] if len(shape) > 1 else ()), columns))


def _arranged(
    name: str, cut: int | None, shapes: Sequence[Size], values: Sequence[Matrix | None]
) -> tuple[Sequence[Matrix | None], Size, int | None]:
    """The inputs cut as the rule wants to see them, the shape that they are broadcast to, else the first, and which of
    them must be expanded before."""
    present = tuple([1 if x is None else len(x.rows) for x in values])
    shape, rows, narrow = arrangement(name, cut, tuple(shapes), present)
    if rows != present and narrow is None:
        values = [None if x is None else recut(x, count) for x, count in zip(values, rows)]
    return values, shape, narrow


def _without_entries(name: str, arguments: Sequence[Any]) -> list[Tensor | None]:
    """The arguments expanded to their common shape, which has a 0 in it."""
    tensors = [None if x is None else as_tensor(x, name) for x in arguments]
    size = broadcast_shapes(name, *[x._shape for x in _given(tensors)])
    for x in _given(tensors):
        x._dtype = x.dtype  # the entries will not be there to tell
    return [x if x is None or x._shape == size else _expand(x, x._shape, size) for x in tensors]


def _through_cut(pullbacks: Any, rows: int) -> Any:
    """The pullbacks of a value that was recut: each gets the gradient in so many rows."""
    if isinstance(pullbacks, tuple):
        return tuple([_through_cut(pullback, rows) for pullback in pullbacks])
    return lambda d: pullbacks(recut(d, rows))


def _is_input(parameter: inspect.Parameter) -> bool:
    """Whether the annotation is Matrix, or that and None."""
    text = re.sub(r"[\w.]+\.|'", "", inspect.formatannotation(parameter.annotation))
    return text in ("Matrix", "Matrix | None", "Optional[Matrix]")


def _refused(base: Matrix, value: Matrix, **constants: Any) -> Matrix:
    raise RuntimeError(
        "an expanded Tensor is not changed in place, as several of its entries are one number; write x.clone() first"
    )


@operation(name="expand", write=_refused, linear=True)
def _expand(input: Matrix, shape: Size, size: Size) -> Result:
    """y repeats x along each axis of size 1 and along new ones in front;  ∂L/∂x is the sum of ∂L/∂y over these."""
    padded = (1,) * (len(size) - len(shape)) + tuple(shape)
    return repeated(input, padded, size), lambda d: summed(d, size, padded), size
