"""Tensor: a Matrix that remembers how it was computed, and the chain rule over that memory.

Each ``@operation`` states its value and, beside it, its pullbacks: how the gradient of the loss L with
respect to the output becomes the gradient with respect to each input. ``backward()`` applies them from the
loss back to the leaves, and sums where a value was used more than once.
"""

from __future__ import annotations

import inspect
import math
import numbers
import operator
import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import wraps
from reprlib import repr as short
from typing import TYPE_CHECKING, Any, Callable, Union

from backprop.autograd.backward import Pullbacks, free_graph, propagate, reverse_topological_order, starting_gradient
from backprop.autograd.grad_mode import recording
from backprop.matrix import (
    Entry,
    Matrix,
    Number,
    Shape,
    as_rows,
    float_matmul,
    format_shape,
    plain,
    power_of,
    resolve_index,
    same_shape,
    trusted,
)

if TYPE_CHECKING:
    from backprop.autograd.picture import Names
    from backprop.pictures import Graph

_NO_LEAF = "backward() fills the grad of leaves alone, and an operation made this Tensor: write grad(loss, tensor)"

TensorLike = Union["Tensor", Matrix, Number]
Result = tuple[Matrix, Pullbacks]


def _in_place(symbol: str, function: Callable[[Any, Any], Tensor]) -> Any:
    """``tensor += x``: this very Tensor gets the new value, whatever names it has. Where a gradient is recorded the name
    gets a new Tensor, as by ``tensor = tensor + x``; a leaf that is learned is refused there, as in PyTorch."""

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
    from a Tensor that requires a gradient requires one too and keeps the graph of its computation:
    ``operation`` (the function that made it), ``inputs`` and ``constants`` (what from), ``pullbacks`` (the way back)
    and ``depth`` (one more than that of its deepest input). A leaf, which no operation made, has none of these and
    the depth 0; the others have no ``grad`` of their own.

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
        if requires_grad is not False and requires_grad is not True:
            raise _no_bool(requires_grad)
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
        if type(value) is not bool:
            raise _no_bool(value)
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
        """The number that a 1×1 Tensor holds."""
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
        reset them before the next step (``optimizer.zero_grad()``). The graph is let go afterwards.

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
        before ``backward()``, which lets the graph go; RuntimeError afterwards. TypeError for other names.

        >>> w, x = Tensor([[0.5, -1.0]], requires_grad=True), Matrix([[3.0], [2.0]])
        >>> print((w @ x * 2).graph({"w": w}))
        0  w, 1×2 (parameter)
        1  constant, 2×1
        2  matmul, 1×1, of 0 and 1
        3  2, 1×1 (constant)
        4  mul, 1×1, of 2 and 3
        """
        from backprop.autograd.picture import picture_of  # no training step needs it

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
        return power(self, other)

    def __rpow__(self, other: TensorLike) -> Tensor:
        return power(other, self)

    def __matmul__(self, other: Tensor | Matrix) -> Tensor:
        return matmul(self, other)

    def __rmatmul__(self, other: Matrix) -> Tensor:
        return matmul(other, self)

    def __neg__(self) -> Tensor:
        return negative(self)

    def __abs__(self) -> Tensor:
        return absolute(self)

    @property
    def T(self) -> Tensor:
        """The transpose."""
        return transpose(self)

    def __getitem__(self, index: Any) -> Tensor:
        """What ``Matrix[index]`` chooses; a single entry is a 1×1 Tensor."""
        return getitem(self, index=index)

    def __iter__(self) -> Iterator[Tensor]:
        """The rows, each a 1×c Tensor."""
        return (self[i] for i in range(self.shape[0]))

    def reshape(self, rows: int, columns: int) -> Tensor:
        """The same entries, read row after row, as ``rows``×``columns``; one of the two may be -1, the rest."""
        return reshape(self, rows=rows, columns=columns)

    def sum(self, axis: int | None = None) -> Tensor:
        """Σ of all entries (1×1), of each column (``axis=0``, 1×c) or of each row (``axis=1``, r×1)."""
        return sum_over(self, axis=axis)

    def mean(self, axis: int | None = None) -> Tensor:
        """The sum over the number of entries summed; axes as in ``sum``."""
        total = self.sum(axis)
        (rows, columns), (lines, places) = self.shape, total.shape
        return total / (rows * columns // (lines * places))

    # ---------------------------------------------------------------- in place, and compared

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


def as_tensor(value: TensorLike, name: str = "Tensor") -> Tensor:
    """The Tensor itself, or a new one of a Matrix or a number, which requires no gradient; ``name`` refuses the rest.

    >>> x = Tensor(2)
    >>> as_tensor(x) is x, as_tensor(Matrix([[3]]))
    (True, Tensor([[3]]))
    """
    if isinstance(value, Tensor):
        return value
    return Tensor(value if isinstance(value, Matrix) else _as_matrix(value, name))


# -------------------------------------------------------------------- operations and their graph


def operation(rule: Callable[..., Result]) -> Callable[..., Tensor]:
    """Make an operation on Tensors of a rule on Matrices, which gives its value and its pullbacks.

    The rule's positional arguments arrive as Matrix (a missing optional one as None) and are differentiable;
    its keyword-only arguments are constants. It returns the value and either one pullback for each positional
    argument, run only for those that need a gradient, or a single function that gives the gradients of all.

    >>> @operation
    ... def cube(x):
    ...     '''y = x³,  ∂L/∂x = ∂L/∂y · 3x².'''
    ...     return x * x * x, lambda d: d * 3 * x * x
    >>> x = Tensor(2, requires_grad=True)
    >>> cube(x).backward(); x.grad
    Matrix([[12]])
    """
    signature = inspect.signature(rule)
    parameters = [p for p in signature.parameters.values() if p.kind not in (p.KEYWORD_ONLY, p.VAR_KEYWORD)]
    differentiable = {p.name for p in parameters}
    # Its pullback and the single function for all are the same then.
    alone = len(parameters) == 1 and parameters[0].kind is not inspect.Parameter.VAR_POSITIONAL

    @wraps(rule)
    def apply(*arguments: Any, **constants: Any) -> Tensor:
        if constants and not differentiable.isdisjoint(constants):
            bound = signature.bind(*arguments, **constants)
            bound.apply_defaults()
            arguments, constants = bound.args, bound.kwargs
        inputs: list[Tensor | None] = []
        values: list[Matrix | None] = []
        requires_grad, depth = False, 1
        for x in arguments:
            if x is None:
                _check_optional(constants.get("name", rule.__name__), parameters, len(inputs))
                values.append(None)
            else:
                if not isinstance(x, Tensor):
                    x = as_tensor(x, constants.get("name", rule.__name__))
                values.append(x._data)
                if x._requires_grad:
                    requires_grad = True
                if x.depth >= depth:
                    depth = x.depth + 1
            inputs.append(x)
        value, pullbacks = rule(*values, **constants)
        result = Tensor(value)
        if requires_grad and recording.on:
            if isinstance(pullbacks, tuple):
                if len(pullbacks) < len(inputs):
                    raise TypeError(f"{rule.__name__} gives {len(pullbacks)} pullbacks for {len(inputs)} inputs")
            elif alone:
                pullbacks = (pullbacks,)  # type: ignore[assignment]
            result._requires_grad = True
            result.depth = depth
            result.operation = apply
            result.inputs = tuple(inputs)
            result.pullbacks = pullbacks
            result.constants = constants
        return result

    return apply


# -------------------------------------------------------------------- the operations behind the operators


def sum_to_shape(gradient: Matrix, shape: Shape) -> Matrix:
    """The gradient of what was broadcast from ``shape``: summed over each axis along which it was repeated.

    >>> sum_to_shape(Matrix([[1, 2], [3, 4]]), (1, 2))
    Matrix([[4, 6]])
    """
    rows, columns = shape
    if gradient.shape[0] != rows:
        gradient = gradient.sum(axis=0)
    if gradient.shape[1] != columns:
        gradient = gradient.sum(axis=1)
    return gradient


@operation
def add(a: Matrix, b: Matrix) -> Result:
    """C = A + B,  ∂L/∂A = ∂L/∂C,  ∂L/∂B = ∂L/∂C, summed where A or B was broadcast."""
    return a + b, (lambda d: sum_to_shape(d, a.shape), lambda d: sum_to_shape(d, b.shape))


@operation
def sub(a: Matrix, b: Matrix) -> Result:
    """C = A − B,  ∂L/∂A = ∂L/∂C,  ∂L/∂B = −∂L/∂C."""
    return a - b, (lambda d: sum_to_shape(d, a.shape), lambda d: sum_to_shape(-d, b.shape))


@operation
def mul(a: Matrix, b: Matrix) -> Result:
    """C = A∘B, entry by entry,  ∂L/∂A = ∂L/∂C∘B,  ∂L/∂B = ∂L/∂C∘A."""
    return a * b, (lambda d: sum_to_shape(d * b, a.shape), lambda d: sum_to_shape(d * a, b.shape))


@operation
def div(a: Matrix, b: Matrix) -> Result:
    """C = A/B, entry by entry,  ∂L/∂A = ∂L/∂C / B,  ∂L/∂B = −∂L/∂C∘C / B."""
    c = a / b
    return c, (lambda d: sum_to_shape(d / b, a.shape), lambda d: sum_to_shape(-d * c / b, b.shape))


@operation
def power(a: Matrix, b: Matrix) -> Result:
    """C = Aᴮ, entry by entry,  ∂L/∂A = ∂L/∂C∘B∘Aᴮ⁻¹,  ∂L/∂B = ∂L/∂C∘C∘ln A.

    Where a = 0 both are taken as 0 if they are not finite: the slope of √a there is infinite, and 0 lets the
    norm √Σx² have the gradient 0 at the origin rather than NaN. A base below 0 has no derivative in its
    exponent; needing it is a ValueError.
    """
    c = a**b
    bases, exponents = a.broadcast_to(*c.shape), b.broadcast_to(*c.shape)

    def to_base(d: Matrix) -> Matrix:
        slopes = [
            [0 if p == 0 or (x == 0 and p < 1) else p * power_of(x, p - 1) for x, p in zip(xs, ps)]
            for xs, ps in zip(bases.rows, exponents.rows)
        ]
        return sum_to_shape(d * trusted(slopes), a.shape)

    def to_exponent(d: Matrix) -> Matrix:
        negative = next((x for row in a.rows for x in row if x < 0), None)
        if negative is not None:
            raise ValueError(f"**: the base {negative!r} is negative, so there is no derivative in the exponent")
        logarithms = bases.map(lambda x: math.log(x) if x else 0)
        return sum_to_shape(d * c * logarithms, b.shape)

    return c, (to_base, to_exponent)


@operation
def negative(a: Matrix) -> Result:
    """C = −A,  ∂L/∂A = −∂L/∂C."""
    return -a, lambda d: -d


def sign(x: Any) -> Any:
    """1 above 0, −1 below, 0 for 0 and NaN for NaN.

    >>> sign(-0.5), sign(float("nan"))
    (-1, nan)
    """
    return (x > 0) - (x < 0) if x == x else x


@operation
def absolute(a: Matrix) -> Result:
    """C = |A|, entry by entry,  ∂L/∂A = ∂L/∂C∘sign A; the sign of 0 is 0, that of NaN is NaN."""
    return abs(a), lambda d: d * a.map(sign)


@operation
def matmul(a: Matrix, b: Matrix) -> Result:
    """C = A·B,  ∂L/∂A = ∂L/∂C·Bᵀ,  ∂L/∂B = Aᵀ·∂L/∂C."""
    return float_matmul(a, b), (lambda d: float_matmul(d, b.T), lambda d: float_matmul(a.T, d))


@operation
def transpose(a: Matrix) -> Result:
    """C = Aᵀ,  ∂L/∂A = (∂L/∂C)ᵀ."""
    return a.T, lambda d: d.T


@operation
def reshape(a: Matrix, *, rows: int, columns: int) -> Result:
    """C = A's entries in new rows,  ∂L/∂A = ∂L/∂C's entries in the old rows."""
    return a.reshape(rows, columns), lambda d: d.reshape(*a.shape)


@operation
def sum_over(a: Matrix, *, axis: int | None = None) -> Result:
    """C = Σ A over an axis or over all,  ∂L/∂A = ∂L/∂C, repeated to the shape of A."""
    total = a.sum(axis) if axis is not None else trusted([[a.sum()]])
    return total, lambda d: d.broadcast_to(*a.shape)


@operation
def getitem(a: Matrix, *, index: Any) -> Result:
    """C = A[index],  ∂L/∂A = ∂L/∂C at the chosen places (summed where one was chosen twice), 0 elsewhere."""
    chosen: Any = a[index]
    height, width = a.shape
    rows, columns = index if isinstance(index, tuple) else (index, slice(None))
    row_places, column_places = resolve_index(rows, height, "row"), resolve_index(columns, width, "column")

    def scatter(d: Matrix) -> Matrix:
        spread: list[list[Any]] = [[0] * width for _ in range(height)]
        for i, entries in zip(row_places, d.rows):
            for j, entry in zip(column_places, entries):
                spread[i][j] += entry
        return trusted(spread)

    return chosen if isinstance(chosen, Matrix) else trusted([[chosen]]), scatter


# -------------------------------------------------------------------- checks at the door


def _as_matrix(value: Any, name: str = "Tensor") -> Matrix:
    if isinstance(value, Tensor):
        raise TypeError("this is a Tensor already; tensor.detach() gives its value without its graph")
    if isinstance(value, (list, tuple)) and any(isinstance(row, Tensor) for row in value):
        raise TypeError(
            f"{name} needs rows of numbers, got a list of Tensors; cat(a, b, …) puts Tensors below each other"
        )
    given = plain(value)
    return trusted(as_rows([[given]] if isinstance(given, numbers.Real) else given, name))


def _no_bool(value: Any) -> TypeError:
    return TypeError(f"Tensor.requires_grad is True or False, got {short(value)}")


def _misfit(name: str, value: Any, shape: Shape) -> Exception:
    if not isinstance(value, Matrix):
        return TypeError(f"Tensor.{name} is a Matrix, got {short(value)}")
    return ValueError(f"Tensor.{name} is {format_shape(shape)}, as the Tensor is, got {format_shape(value.shape)}")


def _check_optional(name: str, parameters: Sequence[inspect.Parameter], position: int) -> None:
    if position < len(parameters) and parameters[position].default is not None:
        raise TypeError(f"{name}: {parameters[position].name} is a Tensor, a Matrix or a number, got None")
