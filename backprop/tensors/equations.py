"""Equations of einsum: what ``"bij,bjk->bik"`` says, and in which steps its result is reached.

Each letter names an axis. The result holds, for each index of its letters, the sum of the products of the operands'
entries over all indices of the letters that are left out. Two operands at a time are multiplied as matrices: letters
that both keep are the batch, those that one keeps are rows or columns, and those that both lose are summed.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, combinations
from reprlib import repr as short
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from backprop.autograd.size import format_sizes
from backprop.validation import ArgumentError

if TYPE_CHECKING:
    Label = Union[str, int]  # a letter, or for an axis under ... its place counted from the last of them

_TERM = re.compile(r"([A-Za-z ]*)(\.\.\.)?([A-Za-z ]*)")
_LETTERS = ascii_uppercase + ascii_lowercase


class Step(NamedTuple):
    """An operation, by its name, of the tensors with the numbers ``inputs`` and these further arguments.

    The operands have the first numbers, the results of the steps those after them.
    """

    operation: str
    inputs: tuple[int, ...]
    arguments: tuple[Any, ...] = ()


class _Term(NamedTuple):
    """A tensor by its number, and what its axes are called."""

    number: int
    labels: tuple[Label, ...]


def as_equation(arguments: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """The equation and its operands, of text before operands or of operands each before a list of ints.

    >>> as_equation(("ij,jk", "A", "B"))
    ('ij,jk', ('A', 'B'))
    >>> as_equation((2.0, [0, 1], 3.0, [1, ...], [0, ...]))
    ('AB,B...->A...', (2.0, 3.0))
    """
    if len(arguments) < 2:
        raise ArgumentError("einsum: an equation stands before its operands, as in einsum('ij,jk->ik', a, b)")
    if isinstance(arguments[0], str):
        one_list = len(arguments) == 2 and isinstance(arguments[1], (tuple, list))
        return arguments[0], arguments[1] if one_list else arguments[1:]
    count = len(arguments) // 2 * 2
    terms = [_as_letters(labels) for labels in (*arguments[1:count:2], *arguments[count:])]
    operands = arguments[:count:2]
    return ",".join(terms[: len(operands)]) + "->".join(["", *terms[len(operands) :]]), operands


def _as_letters(labels: Any) -> str:
    if not isinstance(labels, (tuple, list)) or not all(
        label is ... or (isinstance(label, int) and 0 <= label < len(_LETTERS)) for label in labels
    ):
        raise ArgumentError(f"einsum: a list of axes holds ints from 0 to 51 and ..., got {short(labels)}")
    return "".join(["..." if label is ... else _LETTERS[label] for label in labels])


@lru_cache(256)
def plan(equation: str, *shapes: tuple[int, ...]) -> tuple[Step, ...]:
    """The steps from operands of these shapes to the result, which is the last one's; no step where it is the operand.

    Of three operands or more, the two with the least to multiply come first. Raises ValueError for what is no equation,
    or does not fit the shapes.

    >>> for step in plan("ij,kj->ik", (2, 3), (4, 3)): print(*step)
    permute (1,) ((1, 0),)
    matmul (0, 2) ()
    >>> plan("ij->", (2, 3))
    (Step(operation='sum', inputs=(0,), arguments=((0, 1),)),)
    """
    operands, output = _parse(equation, shapes)
    sizes = _sizes(equation, operands, shapes)
    planner = _Planner(len(shapes), sizes)
    # An axis of size 1 that others have longer is left out: the product broadcasts.
    present = [
        {label for label, size in zip(labels, shape) if size == sizes[label]} for labels, shape in zip(operands, shapes)
    ]
    uses = Counter(chain(output, *present))
    terms = []
    for number, labels in enumerate(operands):
        term = planner.diagonals(_Term(number, labels))
        alone = [x for x in term.labels if uses[x] == 1 or x not in present[number]]
        terms.append(planner.sum(term, alone))
    while len(terms) > 1:
        first, second = min(combinations(terms, 2), key=lambda pair: planner.count({*pair[0].labels, *pair[1].labels}))
        terms = [term for term in terms if term not in (first, second)]
        kept = set(output).union(*[term.labels for term in terms])
        terms.append(planner.product(first, second, kept))
    planner.permute(terms[0], output)
    return tuple(planner.steps)


class _Planner:
    """The steps so far, and the size of each axis."""

    def __init__(self, operands: int, sizes: dict[Label, int]) -> None:
        self.steps: list[Step] = []
        self._operands = operands
        self._sizes = sizes

    def count(self, labels: Iterable[Label]) -> int:
        """How many indices these axes have together."""
        return math.prod([self._sizes[label] for label in labels])

    def diagonals(self, term: _Term) -> _Term:
        """Axes of one name as one axis."""
        number, labels = term
        for label, times in Counter(labels).items():
            for _ in range(times - 1):
                first = labels.index(label)
                second = labels.index(label, first + 1)
                number = self._add("diagonal", number, arguments=(0, first, second))
                labels = (*[x for k, x in enumerate(labels) if k not in (first, second)], label)
        return _Term(number, labels)

    def sum(self, term: _Term, over: Sequence[Label]) -> _Term:
        if not over:
            return term
        dims = tuple([term.labels.index(label) for label in over])
        return _Term(self._add("sum", term.number, arguments=(dims,)), tuple([x for x in term.labels if x not in over]))

    def permute(self, term: _Term, labels: Sequence[Label]) -> _Term:
        if tuple(labels) == term.labels:
            return term
        order = tuple([term.labels.index(label) for label in labels])
        return _Term(self._add("permute", term.number, arguments=(order,)), tuple(labels))

    def product(self, left: _Term, right: _Term, kept: set[Label]) -> _Term:
        """The product of two terms, summed over the axes that both have and that are not kept."""
        both = [label for label in left.labels if label in right.labels]
        batch = [label for label in both if label in kept]
        summed = [label for label in both if label not in kept]
        rows = [label for label in left.labels if label not in both]
        columns = [label for label in right.labels if label not in both]
        if not summed:
            labels = (*batch, *rows, *columns)
            return _Term(self._add("mul", self._aligned(left, labels), self._aligned(right, labels)), labels)
        if not rows and not columns:  # a product of matrices would be one for each single number
            groups = [*([label] for label in batch), summed]
            return _Term(self._add("vecdot", self._grouped(left, groups), self._grouped(right, groups)), tuple(batch))
        groups = [batch] if batch else []
        inputs = self._grouped(left, [*groups, rows, summed]), self._grouped(right, [*groups, summed, columns])
        return self._ungrouped(self._add("matmul", *inputs), [*groups, rows, columns])

    def _aligned(self, term: _Term, labels: tuple[Label, ...]) -> int:
        """The term with its axes where ``labels`` has them, and size 1 at the others, which broadcasts."""
        own = [label for label in labels if label in term.labels]
        number = self.permute(term, own).number
        if labels[len(labels) - len(own) :] == tuple(own):
            return number
        return self._add("reshape", number, arguments=(tuple([self._sizes[x] if x in own else 1 for x in labels]),))

    def _grouped(self, term: _Term, groups: Sequence[Sequence[Label]]) -> int:
        """The term with an axis for each group of its axes."""
        ordered = self.permute(term, list(chain.from_iterable(groups)))
        if all(len(group) == 1 for group in groups):
            return ordered.number
        return self._add("reshape", ordered.number, arguments=(tuple(map(self.count, groups)),))

    def _ungrouped(self, number: int, groups: Sequence[Sequence[Label]]) -> _Term:
        """The tensor with an axis for each group as a term with all axes of the groups."""
        labels = tuple(chain.from_iterable(groups))
        if any(len(group) != 1 for group in groups):
            number = self._add("reshape", number, arguments=(tuple([self._sizes[x] for x in labels]),))
        return _Term(number, labels)

    def _add(self, operation: str, *inputs: int, arguments: tuple[Any, ...] = ()) -> int:
        self.steps.append(Step(operation, inputs, arguments))
        return self._operands + len(self.steps) - 1


def _parse(equation: str, shapes: Sequence[tuple[int, ...]]) -> tuple[list[tuple[Label, ...]], tuple[Label, ...]]:
    """What the axes of each operand and of the result are called."""
    if not isinstance(equation, str):
        raise TypeError(f"einsum: an equation is a text as 'ij,jk->ik', got {short(equation)}")
    inputs, arrow, result = equation.partition("->")
    texts = inputs.split(",")
    if len(texts) != len(shapes):
        raise ArgumentError(f"einsum: {equation!r} is for {len(texts)} operands, got {len(shapes)}")
    operands = [_labels(text, equation, len(shape)) for text, shape in zip(texts, shapes)]
    every = list(chain.from_iterable(operands))
    dots = sorted({label for label in every if isinstance(label, int)})
    if arrow:
        output = _labels(result, equation, None, dots)
        for label, times in Counter(output).items():
            if times > 1:
                raise ArgumentError(
                    f"einsum: a letter is once in the result, got {label!r} {times} times in {equation!r}"
                )
            if label not in every:
                raise ArgumentError(f"einsum: a letter of the result is in an operand, got {label!r} in {equation!r}")
        return operands, output
    letters = Counter([label for label in every if isinstance(label, str)])
    return operands, (*dots, *sorted([letter for letter, times in letters.items() if times == 1]))


def _labels(text: str, equation: str, ndim: int | None, dots: Sequence[Label] = ()) -> tuple[Label, ...]:
    """What axes are called: the letters, and ``dots`` or what an operand of ``ndim`` axes has besides them."""
    match = _TERM.fullmatch(text)
    if match is None:
        raise ArgumentError(f"einsum: axes are letters and at most one ..., got {text!r} in {equation!r}")
    before, after = match[1].replace(" ", ""), match[3].replace(" ", "")
    if ndim is not None:
        rest = ndim - len(before) - len(after)
        if rest < 0 or (rest and not match[2]):
            raise ArgumentError(f"einsum: {text!r} in {equation!r} names each axis of its operand, got {ndim} axes")
        dots = range(-rest, 0)
    return (*before, *(dots if match[2] else ()), *after)


def _sizes(equation: str, operands: Sequence[tuple[Label, ...]], shapes: Sequence[tuple[int, ...]]) -> dict[Label, int]:
    """The size of each axis; 1 broadcasts between operands, but not within one."""
    sizes: dict[Label, int] = {}
    for labels, shape in zip(operands, shapes):
        own: dict[Label, int] = {}
        for label, size in zip(labels, shape):
            if own.setdefault(label, size) != size or sizes.get(label, 1) not in (1, size) and size != 1:
                axis = repr(label) if isinstance(label, str) else "an axis of ..."
                came = " and ".join(map(format_sizes, shapes))
                raise ArgumentError(f"einsum: {axis} in {equation!r} has one size, got shapes {came}")
            if size != 1:
                sizes[label] = size
            sizes.setdefault(label, size)
    return sizes
