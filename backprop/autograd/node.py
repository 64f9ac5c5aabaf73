"""Node: a value in the graph, with the operation that computed it; it is the ``grad_fn`` of a Tensor.

A Tensor may be changed in place; the graph keeps the values as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Union

from backprop.autograd.release import STACK_OVERFLOWS, release
from backprop.autograd.size import Size
from backprop.matrix import Matrix

Pullback = Callable[[Matrix], Matrix]
Pullbacks = Union[Callable[[Matrix], Union[Matrix, "tuple[Matrix, ...]"]], "tuple[Pullback, ...]"]


class Node:
    """What an ``operation`` computed from its ``inputs`` and ``constants``: the value, and the ``pullbacks``.

    An input is a Node, a leaf Tensor, or None where an optional one was left out. ``depth`` is one more than that of the
    deepest input, where a leaf has 0. ``values`` are those of the inputs in the call: a leaf may change in place later.
    """

    __slots__ = (
        "_matrix",
        "_shape",
        "constants",
        "depth",
        "hooks",
        "inputs",
        "label",
        "operation",
        "pullbacks",
        "values",
    )

    _requires_grad = True
    _grad_fn = None  # a Node stands for itself

    def __init__(
        self,
        operation: Any,
        inputs: tuple[Any, ...],
        constants: dict[str, Any] | None,
        pullbacks: Pullbacks | None,
        depth: int,
        matrix: Matrix,
        shape: Size,
        values: Sequence[Matrix | None],
    ) -> None:
        self.operation = operation
        self.inputs = inputs
        self.constants = constants
        self.pullbacks = pullbacks
        self.depth = depth
        self._matrix = matrix
        self._shape = shape
        self.values = values
        self.hooks: list[Callable[[Any, Size], Any]] | None = None
        self.label: str | None = None
        if STACK_OVERFLOWS and not depth % 64:
            self.__class__ = _Released

    @property
    def matrix(self) -> Matrix:
        """The value."""
        return self._matrix

    @property
    def shape(self) -> Size:
        """The shape of the value."""
        return self._shape

    @property
    def requires_grad(self) -> bool:
        """True: what needs no gradient has no Node."""
        return True

    @property
    def called(self) -> str:
        """What it is called: the function that the user called, which may have used several operations."""
        return self.label or str(self.operation.__name__)


class _Released(Node):
    """Every so often in a chain of Nodes, one that does not free the rest of the chain by recursion."""

    __slots__ = ()

    def __del__(self) -> None:
        release(self, "inputs", "operation", "pullbacks")
