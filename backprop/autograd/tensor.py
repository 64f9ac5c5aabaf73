"""Tensor: numbers in any number of axes, which remember how they were computed.

A Tensor is a Matrix and a shape: the Matrix has the entries, row-major, cut into rows at one axis. What it can do beyond
being a value, its arithmetic and its many methods, are the functions of ``backprop.tensors``, each of which is loaded when
it is asked for.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Callable, Union
from weakref import ref

from backprop.autograd.chain_rule import same_value
from backprop.autograd.cuts import canonical_rows, recut
from backprop.autograd.grad_mode import recording
from backprop.autograd.node import Node
from backprop.autograd.release import STACK_OVERFLOWS, release
from backprop.autograd.size import Size, trusted_size
from backprop.dtypes import DType, dtype_of, get_default_dtype
from backprop.matrix import Matrix, Number, trusted
from backprop.matrix.entries import nested
from backprop.validation import ArgumentError, check_bool, did_you_mean

if TYPE_CHECKING:
    from backprop.autograd.methods import Methods
else:
    Methods = object

_NO_LEAF = (
    "backward() fills the grad of leaves alone, and an operation made this Tensor: call tensor.retain_grad() before, "
    "or write autograd.grad(loss, tensor)"
)

_new = object.__new__
_SCALAR = trusted_size(())

TensorLike = Union["Tensor", Matrix, Number]


class Tensor(Methods):
    """Numbers in any number of axes, and the gradient of the loss with respect to them, ``grad``.

    ``Tensor(data, requires_grad=False)`` takes a number, nested lists of numbers or a Matrix; of ints alone it is a Tensor of
    these sizes, ``Tensor(2, 3)``, as in PyTorch. What is computed from a
    Tensor that requires a gradient requires one too, and its ``grad_fn`` is the Node of the graph that tells how; a leaf,
    which no operation made, has none.

    >>> a, b = Tensor(2, requires_grad=True), Tensor(3, requires_grad=True)
    >>> c, d = a + b, a * b
    >>> y = (c + d) + c * d
    >>> y.backward()
    >>> y.item(), a.grad.item(), b.grad.item()
    (41.0, 25.0, 19.0)

    The entries keep their kind: over Fractions and ints all is exact. The dtype is a floating one, as that of
    ``torch.Tensor``; ``backprop.tensor(data)`` finds the dtype as PyTorch does. A Tensor of a single entry converts,
    formats and is true or false as its number.
    """

    __slots__ = (
        "__weakref__",
        "_aliases",
        "_dtype",
        "_grad",
        "_grad_fn",
        "_hooks",
        "_matrix",
        "_requires_grad",
        "_shape",
    )
    __array_ufunc__ = None  # NumPy's arrays and numbers on the left leave the arithmetic to us

    _aliases: list[ref[Alias]]  # unset before the first
    _matrix: Matrix
    _shape: Size
    _dtype: DType | None  # None: that of what it is computed with, else that of the entries
    _grad: Tensor | None
    _requires_grad: bool
    _hooks: list[Callable[[Matrix, Size], Matrix]] | None
    _grad_fn: Node | None

    def __init__(
        self,
        *data: TensorLike | Sequence[Any] | Iterable[Any],
        requires_grad: bool = False,
        device: Any = None,
    ) -> None:
        first: Any = data[0] if data else None
        if len(data) == 2 and type(first) is not int:
            requires_grad, data = data[-1], data[:1]  # type: ignore[assignment]  # which is looked at below
        if isinstance(first, Matrix):
            self._matrix, self._shape = first, trusted_size(first.shape)
        elif len(data) != 1 or (type(first) in (int, Size) and not requires_grad):
            sizes: Any = first if type(first) is Size else data or (0,)
            self._shape = Size(sizes)
            if min(self._shape, default=0) < 0:
                raise ArgumentError(f"Tensor: a size is an int from 0 up, got {tuple(self._shape)}")
            self._matrix = recut(trusted([[0.0] * self._shape.numel()]), canonical_rows(self._shape, 1))
        elif isinstance(first, Tensor):
            if not first.dtype.is_floating_point:
                raise TypeError(f"Tensor: needs a Tensor of floats, got one of {first.dtype}; write tensor.float()")
            self._matrix, self._shape = first._matrix, first._shape
        else:
            rows, shape = nested(first, type(self).__name__)
            self._matrix, self._shape = trusted(rows), trusted_size(shape)
        if requires_grad is not False:
            check_bool("Tensor", requires_grad=requires_grad)
        self._dtype = get_default_dtype()
        self._grad = self._hooks = self._grad_fn = None
        self._requires_grad = requires_grad

    # ---------------------------------------------------------------- the value

    @property
    def matrix(self) -> Matrix:
        """The entries as a Matrix: 0-D is 1×1, 1-D a single row, 2-D the table itself; with more axes the rows are those of
        the last axis."""
        if len(self._shape) > 2:
            return recut(self._matrix, self._shape[:-1].numel())
        return self._matrix

    @property
    def shape(self) -> Size:
        """The size of each axis."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The kind of its numbers, as ``backprop.float32``."""
        return dtype_of(self._matrix) if self._dtype is None else self._dtype

    @property
    def data(self) -> Tensor:
        """This very value without the graph: what changes it in place changes this Tensor. Assign a Tensor or a Matrix of
        the same shape to have another value; graphs that used the old one keep it, and so does what ``data`` and
        ``detach()`` gave before.

        >>> x = Tensor([1.0, 2.0])
        >>> old = x.data
        >>> x.data = Tensor([3.0, 4.0]); x, old
        (tensor([3., 4.]), tensor([1., 2.]))
        """
        return Alias(self)

    @data.setter
    def data(self, value: Tensor | Matrix) -> None:
        matrix = same_value("Tensor.data", self, value)
        if owner(value) is not owner(self):  # as they are after x.data += 1
            self._leave_aliases(wrapped(self._matrix, self._shape, self._dtype))
            self._matrix = matrix

    def _leave_aliases(self, old: Tensor) -> None:
        """Share the value no longer with its aliases, whose base is ``old`` from here on."""
        for alias in [found() for found in _aliases_of(self)]:
            if alias is not None and alias.base is self:
                alias.share(old)

    @property
    def requires_grad(self) -> bool:
        """Whether ``backward()`` computes a gradient for it; False for a leaf freezes it.

        Raises RuntimeError where it is assigned to what an operation made, whose graph says it.
        """
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        check_bool("Tensor", requires_grad=value)
        if self._grad_fn is not None:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables; tensor.detach() is this value without its graph"
            )
        if value and not self.dtype.is_floating_point:
            raise RuntimeError(f"only Tensors of floating point dtype can require gradients, this is {self.dtype}")
        self._requires_grad = value

    @property
    def is_leaf(self) -> bool:
        """Whether no operation of a graph made it."""
        return self._grad_fn is None

    @property
    def grad(self) -> Any:  # Tensor | None, which no one wants to rule out after backward()
        """∂L/∂self, a Tensor, added up by ``backward()``; None before the first and after ``zero_grad()``.

        What an operation made gets none unless ``retain_grad()`` asked for it, and a UserWarning says so, as in PyTorch.
        """
        if self._grad is None and self._grad_fn is not None and not self.retains_grad:
            warnings.warn(_NO_LEAF, stacklevel=2)
        return self._grad

    @grad.setter
    def grad(self, value: Tensor | Matrix | None) -> None:
        if value is None:
            self._grad = None
        else:
            matrix = same_value("Tensor.grad", self, value)
            self._grad = value if isinstance(value, Tensor) else constant(matrix, self._shape, self._dtype)

    def detach(self) -> Tensor:
        """This very value as a leaf without a graph, through which no gradient flows; as in PyTorch, what changes the one
        in place changes the other."""
        return Alias(self)

    # ---------------------------------------------------------------- the chain rule

    def backward(
        self,
        gradient: Tensor | Matrix | None = None,
        retain_graph: bool | None = None,
        create_graph: bool = False,
        inputs: Tensor | Sequence[Tensor] | None = None,
    ) -> None:
        """Add ∂L/∂leaf to the ``grad`` of every leaf that requires one, for L = this Tensor, a single number; or of the
        ``inputs`` alone.

        A Tensor of more entries needs the ``gradient`` ∂L/∂self to start from. The graph is walked in reverse topological
        order, so that a value's gradient is complete before it is passed on: a value that was used twice gets the sum of
        both. Gradients add up over several calls, which lets one sum over batches; so reset them before the next step
        (``optimizer.zero_grad()``). The graph is freed afterwards, unless ``retain_graph``. With ``create_graph`` the
        gradients have a graph of their own, and can be differentiated again.

        Raises RuntimeError for a graph that was already gone through or that nothing in requires a gradient, ValueError for a
        ``gradient`` that does not fit. A call that raises changes nothing.

        >>> x = Tensor(2.0, requires_grad=True)
        >>> (x * x * x).backward(create_graph=True); x.grad
        tensor(12., grad_fn=<CopyBackwards>)
        """
        gradients.backward(self, gradient, retain_graph, create_graph, inputs=inputs)

    def accumulate(self, gradient: Any) -> None:
        """Add a Matrix, or a Tensor that has a graph of its own, to ``grad``, after the hooks have seen it."""
        if self._hooks:
            for hook in tuple(self._hooks):
                gradient = hook(gradient, self._shape)
        own = self._grad
        if isinstance(gradient, Tensor):  # a copy, as grad may be changed in place
            self._grad = total = gradient.clone() if own is None else own + gradient
            if total._grad_fn is not None:
                total._grad_fn.label = "copy"
        elif own is None:
            self._grad = wrapped(gradient, self._shape, self._dtype)
        else:
            own._matrix = own._matrix + recut(gradient, len(own._matrix.rows))

    # ---------------------------------------------------------------- as Python sees it

    # A Tensor is itself as a key and in a set, whatever it holds; == is entry by entry.
    __hash__ = object.__hash__

    if not TYPE_CHECKING:  # to which Methods says what there is

        def __getattr__(self, name: str) -> Any:
            # Python and other libraries ask for what is private, and nobody reads the answer.
            advice = "" if name.startswith("_") else did_you_mean(name, dir(Tensor))
            error = AttributeError(f"Tensor has no {name}{advice}")
            error.name = name  # or the interpreter adds a second suggestion to this one
            raise error

    def __copy__(self) -> Any:
        copy = object.__new__(type(self))
        copy.__setstate__(self.__getstate__())
        return copy

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        copy = memo[id(self)] = self.__copy__()  # a Matrix never changes, so that it need not be copied
        if copy._grad is not None:
            copy._grad = copy._grad.__copy__()
        return copy

    def __getstate__(self) -> Any:
        if self._grad_fn is not None:
            raise RuntimeError(
                "only a leaf can be copied or pickled; write tensor.detach() to leave its graph behind, or tensor.clone() to keep it"
            )
        matrix = self._matrix if self._matrix.rows[0] else None  # a Matrix that is pickled has entries
        return matrix, tuple(self._shape), self._dtype, self._requires_grad, self._grad

    def __setstate__(self, state: Any) -> None:
        matrix, shape, self._dtype, self._requires_grad, self._grad = state
        self._matrix = trusted([[]]) if matrix is None else matrix
        self._shape = trusted_size(shape)
        self._hooks = self._grad_fn = None

    def __reduce_ex__(self, protocol: Any) -> Any:
        return object.__reduce_ex__(self, 2)  # the oldest protocol that knows __slots__


_aliases = vars(Tensor)["_aliases"].__get__  # without the advice of __getattr__, which takes longer


def _aliases_of(tensor: Tensor) -> list[ref[Alias]]:
    """Those that share the value of the ``tensor``, and some that are gone."""
    try:
        return _aliases(tensor)  # type: ignore[no-any-return]
    except AttributeError:
        tensor._aliases = []
        return tensor._aliases


class Alias(Tensor):
    """The value of another Tensor, its ``base``, without its graph: what changes the one changes the other."""

    __slots__ = ("_size", "base")

    base: Tensor
    _size: Size  # that of the base

    def __init__(self, base: Tensor) -> None:
        self.share(base)
        self._shape = base._shape
        self._dtype = base._dtype
        self._requires_grad = False
        self._grad = self._hooks = self._grad_fn = None

    if STACK_OVERFLOWS:

        def __del__(self) -> None:
            release(self, "base")

    def share(self, base: Tensor) -> None:
        """Share the value of ``base`` from here on."""
        self.base, self._size = base, base._shape
        aliases = _aliases_of(base)
        if len(aliases) % 16 == 15:
            aliases[:] = [alias for alias in aliases if alias() is not None]
        aliases.append(ref(self))

    def _leave_aliases(self, old: Tensor) -> None:
        if type(self) is Alias:  # a view stays one
            super()._leave_aliases(self.base)
            self.share(old)

    @property
    def _matrix(self) -> Matrix:
        self._check_base()
        return self.base._matrix

    @_matrix.setter
    def _matrix(self, value: Matrix) -> None:
        self._check_base()
        self.base._matrix = value

    def _check_base(self) -> None:
        if self.base._shape is not self._size:
            raise RuntimeError(
                "this Tensor shares its entries with one that was given other axes in place since (t_(), squeeze_(), …): "
                "take it anew"
            )

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return Tensor  # which it is for everyone else

    def __copy__(self) -> Tensor:
        copy = constant(self._matrix, self._shape, self._dtype)
        copy._requires_grad = self._requires_grad
        return copy

    def __reduce_ex__(self, protocol: Any) -> Any:
        return self.__copy__().__reduce_ex__(protocol)


class View(Alias):
    """Entries of its ``base`` as the operation ``source`` reads them. Where the base has been changed in place they are read
    again, and so is the place in the graph."""

    __slots__ = ("_in_graph", "_is_leaf_with_gradient", "_node", "_read", "_seen", "constants", "source")

    _read: Matrix  # that of the base when it was read last
    _seen: Matrix  # what was read
    _node: Node | None
    _in_graph: bool  # whether it belongs to the graph that its base belongs to

    def __init__(
        self, base: Tensor, source: Any, constants: dict[str, Any], value: Matrix, shape: Size, node: Node | None
    ) -> None:
        self.base, self.source, self.constants = base, source, constants
        self._read, self._seen, self._node = base._matrix, value, node
        self._in_graph = node is not None or not base._requires_grad
        self._shape, self._dtype, self._size = shape, base._dtype, base._shape
        self._is_leaf_with_gradient = False
        self._grad = self._hooks = None

    @property
    def _matrix(self) -> Matrix:
        self._look()
        return self._seen

    @_matrix.setter
    def _matrix(self, value: Matrix) -> None:
        base = self.base
        base._matrix = self.source.write(base._matrix, value, **self.constants)

    @property
    def _grad_fn(self) -> Node | None:  # type: ignore[override]
        """The Node of the graph that tells how it was computed."""
        self._look()
        return self._node

    @property
    def _requires_grad(self) -> bool:
        self._look()
        return self._node is not None or self._is_leaf_with_gradient

    @_requires_grad.setter
    def _requires_grad(self, value: bool) -> None:
        self._is_leaf_with_gradient = value

    def _look(self) -> None:
        """Read from the base again if it has been changed; a base that is a view itself comes first."""
        views = [self]
        while type(views[-1].base) is View:
            views.append(views[-1].base)
        for view in reversed(views):
            base = view.base
            matrix = base._matrix if type(base) is not View else base._seen
            if matrix is not view._read:
                view._read_again(base, matrix)

    def _read_again(self, base: Tensor, matrix: Matrix) -> None:
        self._check_base()
        self._read = matrix
        self._seen, pullback, shape = self.source.rerun([matrix], (base,), self.constants)
        if base._requires_grad and self._in_graph:
            source, before = base._grad_fn, self._node
            depth = source.depth + 1 if source is not None else 1
            inputs = (source or base,)
            self._node = Node(self.source, inputs, self.constants, (pullback,), depth, self._seen, shape, (matrix,))
            if before is not None:
                self._node.label, self._node.hooks = before.label, before.hooks

    def become(self, view: View) -> None:
        """Be the view ``view`` from now on."""
        for name in (*View.__slots__, "base", "_size", "_shape", "_dtype"):
            setattr(self, name, getattr(view, name))
        self._is_leaf_with_gradient, self._grad, self._hooks = False, None, None


def owner(tensor: Any) -> Any:
    """The Tensor that the entries are read from, which is another for an alias."""
    while type(tensor) is Alias:
        tensor = tensor.base
    return tensor


def constant(matrix: Matrix, shape: Sequence[int], dtype: DType | None = None) -> Tensor:
    """A Tensor of these entries, whose number is that of the shape, which is not checked.

    >>> constant(Matrix([[1, 2]]), (2, 1)).shape
    torch.Size([2, 1])
    """
    size = shape if type(shape) is Size else trusted_size(shape)
    return wrapped(recut(matrix, canonical_rows(size, len(matrix.rows))), size, dtype)


def wrapped(matrix: Matrix, shape: Size, dtype: DType | None = None) -> Tensor:
    """A Tensor of these entries, which are cut as their shape asks for."""
    tensor = _new(Tensor)
    tensor._matrix = matrix
    tensor._shape = shape
    tensor._dtype = dtype
    tensor._requires_grad = False
    tensor._grad = tensor._hooks = tensor._grad_fn = None
    return tensor


def as_tensor(value: Any, name: str = "Tensor") -> Tensor:
    """The Tensor itself, or a new one of a Matrix, a number or nested lists, which requires no gradient and takes the
    dtype of what it is computed with; ``name`` refuses the rest.

    >>> x = Tensor(2.0)
    >>> as_tensor(x) is x, as_tensor(Matrix([[3]])).shape
    (True, torch.Size([1, 1]))
    """
    if isinstance(value, Tensor):
        return value
    if type(value) in (float, int):
        return wrapped(trusted([[value]]), _SCALAR)
    if isinstance(value, Matrix):
        return wrapped(value, trusted_size(value.shape))
    rows, shape = nested(value, name)
    return constant(trusted(rows), shape)


def tensor_of(source: Any) -> Any:
    """The Tensor that an input of a Node is: a leaf itself, or the value of a Node; None for None."""
    if not isinstance(source, Node):
        return source
    tensor = wrapped(source._matrix, source._shape)
    tensor._grad_fn, tensor._requires_grad = source, True
    return tensor


def free_graph(order: Iterable[Node]) -> None:
    """Forget the graph, which frees its memory and makes a second backward pass through it an error."""
    if recording.keeps_graphs:
        return
    for node in order:
        node.inputs, node.constants, node.pullbacks, node.values = (), None, None, ()


import_module("backprop.tensors.methods")
gradients = import_module("backprop.autograd.gradients")  # which is above this file, and this needs it
