"""Tensor, a Matrix that remembers how it was computed, and ``@operation``, which makes the functions that compute it.

An operation states its value and, beside it, its pullbacks: how the gradient of the loss L with respect to the output
becomes the gradient with respect to each input. ``backward()`` applies them from the loss back to the leaves, and sums
where a value was used more than once.
"""

from __future__ import annotations

import inspect
import numbers
import operator
import re
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import wraps
from reprlib import repr as short
from typing import TYPE_CHECKING, Any, Callable, Union

from backprop.autograd import arithmetic
from backprop.autograd.arithmetic import Result
from backprop.autograd.backward import Pullbacks, propagate, reverse_topological_order, starting_gradient
from backprop.autograd.grad_mode import recording
from backprop.matrix import Entry, Matrix, Number, Shape, as_rows, format_shape, plain, same_shape, trusted
from backprop.validation import check_bool

if TYPE_CHECKING:
    from backprop.autograd.picture import Names
    from backprop.pictures import Graph

_NO_LEAF = "backward() fills the grad of leaves alone, and an operation made this Tensor: write grad(loss, tensor)"

TensorLike = Union["Tensor", Matrix, Number]


def _in_place(symbol: str, function: Callable[[Any, Any], Tensor]) -> Any:
    """``tensor += x`` gives this very Tensor the new value. Where a gradient is recorded the name gets a new Tensor
    instead, as by ``tensor = tensor + x``; a leaf that requires a gradient is refused there, as in PyTorch."""

    def method(self: Tensor, other: Any) -> Tensor:
        if self.operation is None and self._requires_grad and recording.on:
            raise TypeError(
                f"tensor {symbol}= … on a leaf that requires a gradient would be lost to the graph: write "
                f"tensor.data = tensor.data {symbol} …, or put it under no_grad()"
            )
        result = function(self, other)
        if not same_shape(result._data, self._data):
            raise ValueError(
                f"tensor {symbol}= … keeps the shape, {format_shape(self.shape)}, and this would be {format_shape(result.shape)}: "
                f"write tensor = tensor {symbol} …"
            )
        if result._requires_grad:
            return result
        self._data = result._data
        return self

    return method


def _comparison(function: Callable[[Matrix, Matrix], Matrix]) -> Any:
    """``tensor < x``, entry by entry: 1 where it holds, 0 elsewhere. It has no gradient."""

    def method(self: Tensor, other: Any) -> Any:
        if isinstance(other, str) or not (isinstance(other, numbers.Number) or hasattr(other, "__iter__")):
            return NotImplemented
        return Tensor(function(self._data, as_tensor(other)._data))

    return method


class Tensor:
    """A Matrix, ``data``, and the gradient of the loss with respect to it, ``grad``.

    ``Tensor(data, requires_grad=False)`` takes a Matrix, the rows of one, or a number (1×1). What is computed
    from a Tensor that requires a gradient requires one too and keeps the graph of its computation: the ``operation``
    that made it, its ``inputs`` and ``constants``, the ``pullbacks`` and ``depth``, one more than that of its deepest
    input. A leaf, which no operation made, has none of these and the depth 0; the others have no ``grad``.

    >>> a, b = Tensor(2, requires_grad=True), Tensor(3, requires_grad=True)
    >>> c, d = a + b, a * b
    >>> y = (c + d) + c * d
    >>> y.backward()
    >>> y.item(), a.grad.item(), b.grad.item()
    (41, 25, 19)

    Comparisons are entry by entry, 1 where they hold and 0 elsewhere, and ``in`` asks for an entry. A Tensor of a single
    entry converts, formats and is true or false as its number; of more, ValueError, and RuntimeError for the truth.

    >>> x = Tensor([[1.0, 2.0, 1.0]])
    >>> x == 1.0, 2.0 in x, f"{x.mean():.2f}"
    (Tensor([[1, 0, 1]]), True, '1.33')
    """

    __slots__ = ("_data", "_grad", "_requires_grad", "constants", "depth", "inputs", "operation", "pullbacks")
    __array_ufunc__ = None  # NumPy's arrays and numbers on the left leave the arithmetic to us

    _data: Matrix
    _grad: Matrix | None
    _requires_grad: bool
    depth: int
    operation: Callable[..., Tensor] | Any  # None for a leaf
    inputs: tuple[Tensor | None, ...]
    constants: dict[str, Any] | None
    pullbacks: Pullbacks | None

    def __init__(self, data: TensorLike | Iterable[Iterable[Number]], requires_grad: bool = False) -> None:
        self._data = data if isinstance(data, Matrix) else _as_matrix(data, type(self).__name__)
        self._grad = None
        if requires_grad is not False and requires_grad is not True:  # no call: this is each result of an operation
            check_bool("Tensor", requires_grad=requires_grad)
        self._requires_grad = requires_grad
        self.depth = 0
        self.operation = None
        self.inputs = ()
        self.constants = None
        self.pullbacks = None

    # ---------------------------------------------------------------- the value

    @property
    def data(self) -> Matrix:
        """The value. Assign a Matrix of the same shape to change a leaf, as optimizers do; graphs that used the
        old value keep it."""
        return self._data

    @data.setter
    def data(self, value: Matrix) -> None:
        if not same_shape(value, self._data):
            raise _misfit("data", value, self.shape)
        self._data = value

    @property
    def requires_grad(self) -> bool:
        """Whether ``backward()`` computes a gradient for it; False for a leaf freezes it.

        Raises RuntimeError where it is assigned to what an operation made, whose graph says it.
        """
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        check_bool("Tensor", requires_grad=value)
        if self.operation is not None:
            raise RuntimeError("requires_grad is set on leaves alone; tensor.detach() is this value without its graph")
        self._requires_grad = value

    @property
    def grad(self) -> Matrix | Any:  # None, too, which no one wants to rule out after backward()
        """∂L/∂self, added up by ``backward()``; None before the first and after ``zero_grad()``.

        What an operation made gets none, and a UserWarning says so, as in PyTorch; ``grad(loss, tensor)`` computes it.
        """
        if self._grad is None and self.operation is not None:
            warnings.warn(_NO_LEAF, stacklevel=2)
        return self._grad

    @grad.setter
    def grad(self, value: Matrix | None) -> None:
        if value is not None and not same_shape(value, self._data):
            raise _misfit("grad", value, self.shape)
        self._grad = value

    @property
    def shape(self) -> Shape:
        """(rows, columns)."""
        return self._data.shape

    def item(self) -> Entry:
        """The number in a 1×1 Tensor."""
        return self._data.item()

    def detach(self) -> Tensor:
        """The same value as a leaf without a graph, through which no gradient flows.

        Unlike PyTorch's it is no view: what changes the one in place leaves the other as it was, as with ``tensor[i]``.

        >>> w = Tensor([[1.0, 2.0]]); v, row = w.detach(), w[0]
        >>> v += 1; row *= 0; w
        Tensor([[1.0, 2.0]])
        """
        return Tensor(self._data)

    # ---------------------------------------------------------------- the chain rule

    def backward(self, gradient: Matrix | None = None) -> None:
        """Add ∂L/∂leaf to the ``grad`` of every leaf that requires one, for L = this Tensor, a single number.

        A Tensor of more entries needs the ``gradient`` ∂L/∂self to start from. The graph is walked in reverse
        topological order, so that a value's gradient is complete before it is passed on: a value that was used
        twice gets the sum of both. Gradients add up over several calls, which lets one sum over batches; so
        reset them before the next step (``optimizer.zero_grad()``). The graph is freed afterwards.

        Raises RuntimeError for a graph that was already gone through or that nothing in requires a gradient,
        ValueError for a ``gradient`` that does not fit, FloatingPointError for a loss that is NaN. A call that
        raises changes nothing.
        """
        upstream = starting_gradient(self, gradient)
        order = reverse_topological_order(self)
        for leaf, total in propagate(order, {self: upstream}).items():
            leaf._grad = total if leaf._grad is None else leaf._grad + total
        free_graph(order)

    def graph(self, names: Names | None = None) -> Graph:
        """The computation of this Tensor as a picture: every value with its shape, below those it was computed from.

        ``names`` says how Tensors are called: a model, ``loss.graph(model)``, or a dict of Tensors by their names. Draw
        before ``backward()``, which frees the graph; RuntimeError afterwards. TypeError for other names.

        >>> w, x = Tensor([[0.5, -1.0]], requires_grad=True), Matrix([[3.0], [2.0]])
        >>> print((w @ x * 2).graph({"w": w}))
        0  w, 1×2 (parameter)
        1  constant, 2×1
        2  matmul, 1×1, of 0 and 1
        3  2, 1×1 (constant)
        4  mul, 1×1, of 2 and 3
        """
        # A training step draws nothing, so the pictures are loaded by the first graph.
        from backprop.autograd.picture import picture_of

        return picture_of(self, names)

    # ---------------------------------------------------------------- arithmetic

    def __add__(self, other: TensorLike) -> Tensor:
        return add(self, other)

    def __radd__(self, other: TensorLike) -> Tensor:
        return add(other, self)

    def __sub__(self, other: TensorLike) -> Tensor:
        return sub(self, other)

    def __rsub__(self, other: TensorLike) -> Tensor:
        return sub(other, self)

    def __mul__(self, other: TensorLike) -> Tensor:
        return mul(self, other)

    def __rmul__(self, other: TensorLike) -> Tensor:
        return mul(other, self)

    def __truediv__(self, other: TensorLike) -> Tensor:
        return div(self, other)

    def __rtruediv__(self, other: TensorLike) -> Tensor:
        return div(other, self)

    def __pow__(self, other: TensorLike) -> Tensor:
        return pow(self, other)

    def __rpow__(self, other: TensorLike) -> Tensor:
        return pow(other, self)

    def __matmul__(self, other: Tensor | Matrix) -> Tensor:
        return matmul(self, other)

    def __rmatmul__(self, other: Matrix) -> Tensor:
        return matmul(other, self)

    def __neg__(self) -> Tensor:
        return neg(self)

    def __abs__(self) -> Tensor:
        return abs(self)

    @property
    def T(self) -> Tensor:
        """The transpose."""
        return transpose(self)

    def __getitem__(self, index: Any) -> Tensor:
        """What ``Matrix[index]`` chooses; a single entry is a 1×1 Tensor."""
        return getitem(self, index)

    def __iter__(self) -> Iterator[Tensor]:
        """The rows, each a 1×c Tensor."""
        return (self[i] for i in range(self.shape[0]))

    def reshape(self, rows: int, columns: int) -> Tensor:
        """The same entries, read row after row, as ``rows``×``columns``; one of the two may be -1, the rest."""
        return reshape(self, rows, columns)

    def sum(self, axis: int | None = None) -> Tensor:
        """Σ of all entries (1×1), of each column (``axis=0``, 1×c) or of each row (``axis=1``, r×1)."""
        return sum(self, axis)

    def mean(self, axis: int | None = None) -> Tensor:
        """The sum over the number of entries summed; axes as in ``sum``."""
        total = self.sum(axis)
        (rows, columns), (height, width) = self.shape, total.shape
        return total / (rows * columns // (height * width))

    # ---------------------------------------------------------------- in-place operators and comparisons

    __iadd__ = _in_place("+", operator.add)
    __isub__ = _in_place("-", operator.sub)
    __imul__ = _in_place("*", operator.mul)
    __itruediv__ = _in_place("/", operator.truediv)
    __ipow__ = _in_place("**", operator.pow)
    __imatmul__ = _in_place("@", operator.matmul)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError("a Tensor is not changed in place: compute a new one, or assign a whole Matrix to tensor.data")

    __lt__ = _comparison(operator.lt)
    __le__ = _comparison(operator.le)
    __gt__ = _comparison(operator.gt)
    __ge__ = _comparison(operator.ge)
    __eq__ = _comparison(Matrix.eq)
    __ne__ = _comparison(lambda a, b: 1 - a.eq(b))
    # A Tensor is itself as a key and in a set, whatever it holds.
    __hash__ = object.__hash__

    def __contains__(self, number: TensorLike) -> bool:
        """Whether some entry equals ``number``."""
        return self._data.eq(as_tensor(number)._data).any()

    def __len__(self) -> int:
        """The number of rows."""
        return len(self._data)

    # ---------------------------------------------------------------- as a number, where there is a single entry

    def __float__(self) -> float:
        return float(self._number("float()"))

    def __int__(self) -> int:
        return int(self._number("int()"))

    def __round__(self, ndigits: int | None = None) -> Entry:
        return round(self._number("round()"), ndigits)

    def __bool__(self) -> bool:
        if self.shape != (1, 1):
            raise RuntimeError(
                f"the truth of a Tensor of {format_shape(self.shape)} is ambiguous: write tensor.data.any() or tensor.data.all()"
            )
        return bool(self.item())

    def __format__(self, spec: str) -> str:
        """``f"{loss:.4f}"`` and ``f"{loss}"``: the number; without a format, a Tensor of several entries as in ``str``."""
        if spec:
            self._number(f"the format {spec!r}")
            return format(self._data, spec)
        return str(self.item() if self.shape == (1, 1) else self)

    def _number(self, asked: str) -> Entry:
        if self.shape != (1, 1):
            raise ValueError(
                f"{asked} needs a Tensor of a single entry, this is {format_shape(self.shape)}: choose one, tensor[i, j], reduce it "
                "with sum() or mean(), or keep them all with an operation of backprop.nn.functional (exp, log, …)"
            )
        return self.item()

    # ---------------------------------------------------------------- text and copies

    def __repr__(self) -> str:
        value = repr(self._data)[len("Matrix(") : -1]
        if self.operation is not None:
            return f"{type(self).__name__}({value}, operation={self.operation.__name__})"
        return f"{type(self).__name__}({value}{', requires_grad=True' if self.requires_grad else ''})"

    def __str__(self) -> str:
        """The table, and below it shape and origin; a single entry is one line."""
        if self.shape == (1, 1):
            return repr(self)
        origin = f", from {self.operation.__name__}" if self.operation is not None else ""
        return f"{self._data}\n{type(self).__name__} {format_shape(self.shape)}{origin}"

    def __reduce_ex__(self, protocol: Any) -> Any:
        if self.operation is not None:
            raise TypeError("only a leaf can be copied or pickled; write tensor.detach() to leave its graph behind")
        return super().__reduce_ex__(2)  # the oldest protocol that knows __slots__


def free_graph(order: Iterable[Tensor]) -> None:
    """Forget the graph, which frees its memory and makes a second backward pass through it an error."""
    for tensor in order:
        tensor.inputs, tensor.constants, tensor.pullbacks = (), None, None


def as_tensor(value: TensorLike, name: str = "Tensor") -> Tensor:
    """The Tensor itself, or a new one of a Matrix or a number, which requires no gradient; ``name`` refuses the rest.

    >>> x = Tensor(2)
    >>> as_tensor(x) is x, as_tensor(Matrix([[3]]))
    (True, Tensor([[3]]))
    """
    if isinstance(value, Tensor):
        return value
    return Tensor(value if isinstance(value, Matrix) else _as_matrix(value, name))


# -------------------------------------------------------------------- operations


def operation(rule: Callable[..., Result]) -> Callable[..., Tensor]:
    """Make an operation on Tensors of a rule on Matrices, which gives a value and its pullbacks.

    Parameters annotated ``Matrix``, ``Matrix | None`` or ``*tensors: Matrix`` are the inputs: the caller gives Tensors,
    Matrices or numbers, and the rule gets Matrices. All other parameters are constants, given by position or by name.
    A parameter annotated ``Matrix`` or something else, ``Matrix | Sequence[int]``, is an input where a Tensor or a Matrix
    is given and else a constant.

    The rule returns the value and either one pullback for each input, run only for those that need a gradient, or a
    single function that gives the gradients of all. Messages and graphs call the operation as the rule is called; a
    leading underscore, for an operation behind a function of the same name, is left out.

    Raises TypeError for a rule without an input.

    >>> @operation
    ... def cube(x: Matrix, factor=1):
    ...     '''y = c·x³,  ∂L/∂x = ∂L/∂y · c·3x².'''
    ...     return factor * x * x * x, lambda d: d * factor * 3 * x * x
    >>> x = Tensor(2, requires_grad=True)
    >>> cube(x, 10).backward(); x.grad
    Matrix([[120]])
    >>> cube(x, power=4)
    Traceback (most recent call last):
    TypeError: cube: got an unexpected keyword argument 'power'; its arguments are x, factor
    """
    name = rule.__name__.lstrip("_")
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
        inputs: list[Tensor | None] = []
        values: list[Matrix | None] = []
        requires_grad, depth = False, 1
        for x in arguments:
            if x is None:
                _check_optional(name, signature, differentiable, len(inputs))
                values.append(None)
            else:
                if not isinstance(x, Tensor):
                    x = as_tensor(x, name)
                values.append(x._data)
                if x._requires_grad:
                    requires_grad = True
                if x.depth >= depth:
                    depth = x.depth + 1
            inputs.append(x)
        value, pullbacks = on_matrices(*values, **constants)
        result = Tensor(value)
        if requires_grad and recording.on:
            if isinstance(pullbacks, tuple):
                if len(pullbacks) < len(inputs):
                    raise TypeError(f"{name} gives {len(pullbacks)} pullbacks for {len(inputs)} inputs")
            elif alone:
                pullbacks = (pullbacks,)  # type: ignore[assignment]
            result._requires_grad = True
            result.depth = depth
            result.operation = apply
            result.inputs = tuple(inputs)
            result.pullbacks = pullbacks
            result.constants = constants
        return result

    apply.__name__ = name
    return apply


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


add = operation(arithmetic.add)
sub = operation(arithmetic.sub)
mul = operation(arithmetic.mul)
div = operation(arithmetic.div)
pow = operation(arithmetic.pow)
neg = operation(arithmetic.neg)
abs = operation(arithmetic.abs)
matmul = operation(arithmetic.matmul)
transpose = operation(arithmetic.transpose)
reshape = operation(arithmetic.reshape)
sum = operation(arithmetic.sum)
getitem = operation(arithmetic.getitem)


# -------------------------------------------------------------------- validation


def _as_matrix(value: Any, name: str = "Tensor") -> Matrix:
    if isinstance(value, Tensor):
        raise TypeError("this is a Tensor already; tensor.detach() gives its value without its graph")
    if isinstance(value, (list, tuple)) and any(isinstance(row, Tensor) for row in value):
        raise TypeError(
            f"{name} needs rows of numbers, got a list of Tensors; cat(a, b, …) puts Tensors below each other"
        )
    given = plain(value)
    return trusted(as_rows([[given]] if isinstance(given, numbers.Real) else given, name))


def _misfit(name: str, value: Any, shape: Shape) -> Exception:
    if not isinstance(value, Matrix):
        return TypeError(f"Tensor.{name} is a Matrix, got {short(value)}")
    return ValueError(f"Tensor.{name} is {format_shape(shape)}, as the Tensor is, got {format_shape(value.shape)}")
