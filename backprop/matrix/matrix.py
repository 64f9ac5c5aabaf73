"""Matrix: a rectangular table of real numbers, and its arithmetic.

A Matrix is a value: it never changes, every operation returns a new one, so anyone may keep one without
copying it. Its entries are ``float``, ``int`` or ``fractions.Fraction`` and stay what they are under
``+ - * @``; over Fractions every identity of algebra therefore holds exactly.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from math import isclose
from typing import Any, Callable, Union, overload

from backprop.kernel import Operand, Rows, Scaled, by_direction, float_product, product, worth_scaling
from backprop.matrix.broadcasting import elementwise
from backprop.matrix.entries import Entry, Number, as_number, as_rows
from backprop.matrix.indexing import resolve_index
from backprop.matrix.text import format_shape, literal

Index = Union[int, slice, Sequence[int]]
Shape = tuple[int, int]
_Method = Callable[["Matrix", Any], "Matrix"]


def _operator(symbol: str, function: Callable[[Any, Any], Any]) -> tuple[_Method, _Method]:
    """The method of an operator between entries, and that with the operands exchanged."""
    # With a number the loop is written out, [[x * y for x in row] for row in left], which takes 0.7 to 0.85 of the time.
    by_number = eval(f"lambda left, y: [[x {symbol} y for x in row] for row in left]")
    of_number = eval(f"lambda x, right: [[x {symbol} y for y in row] for row in right]")

    def combined(left: Rows | None, right: Rows | None) -> Any:
        if left is None or right is None:
            return NotImplemented
        try:
            if len(right[0]) == 1 == len(right):
                return trusted(by_number(left, right[0][0]))
            if len(left[0]) == 1 == len(left):
                return trusted(of_number(left[0][0], right))
        except ArithmeticError:
            pass
        return trusted(elementwise(left, symbol, function, right))  # which says where there is no result

    def method(self: Matrix, other: Any) -> Matrix:
        return combined(self.rows, _rows_of(other))  # type: ignore[no-any-return]

    def reflected(self: Matrix, other: Any) -> Matrix:
        return combined(_rows_of(other), self.rows)  # type: ignore[no-any-return]

    return method, reflected


class Matrix:
    """A table of real numbers with at least one row and one column.

    ``Matrix(rows)`` copies the rows and checks them once. ``rows`` is the table itself, a list of lists, for
    reading only.

    Raises ValueError for an empty or ragged table, TypeError for an entry that is not a real number.

    >>> a = Matrix([[1, 2], [3, 4]])
    >>> a @ a
    Matrix([[7, 10], [15, 22]])
    >>> a * 0.5 + Matrix([[10, 20]])
    Matrix([[10.5, 21.0], [11.5, 22.0]])
    >>> a[1, 0], a[1], a[:, 1]
    (3, Matrix([[3, 4]]), Matrix([[2], [4]]))
    """

    __slots__ = ("_scaled", "rows")
    __array_ufunc__ = None  # NumPy's arrays and numbers on the left leave the arithmetic to us

    rows: Rows
    _scaled: Scaled | None

    def __init__(self, rows: Iterable[Iterable[Number]]) -> None:
        self.rows = as_rows(rows)

    @property
    def shape(self) -> Shape:
        """(number of rows, number of columns)."""
        return len(self.rows), len(self.rows[0])

    @property
    def T(self) -> Matrix:
        """The transpose: row i becomes column i.

        >>> Matrix([[1, 2, 3]]).T
        Matrix([[1], [2], [3]])
        """
        return trusted(list(map(list, zip(*self.rows))))

    @overload
    def __getitem__(self, index: tuple[int, int]) -> Entry: ...  # type: ignore[overload-overlap]
    @overload
    def __getitem__(self, index: Index | tuple[Index, Index]) -> Matrix: ...
    def __getitem__(self, index: Any) -> Any:
        """``m[i, j]`` is a number; with a slice or a list of ints on either side, or ``m[i]``, a Matrix."""
        rows, columns = index if isinstance(index, tuple) and len(index) == 2 else (index, slice(None))
        if isinstance(rows, (list, range)) and isinstance(columns, (list, range)):
            raise IndexError("m[list, list]: choose rows, then columns: m[[0, 2]][:, [1, 3]]")
        chosen = [self.rows[i] for i in resolve_index(rows, len(self.rows), "row")]
        if columns != slice(None):
            positions = resolve_index(columns, len(self.rows[0]), "column")
            if not isinstance(rows, (slice, list, range)) and not isinstance(columns, (slice, list, range)):
                return chosen[0][positions[0]]
            is_slice = isinstance(columns, slice)
            chosen = [row[columns] if is_slice else [row[j] for j in positions] for row in chosen]
        return trusted(chosen)

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.rows)

    def __float__(self) -> float:
        raise TypeError("a Matrix is no single number; map a function of one over it: x.map(math.exp)")

    def __iter__(self) -> Iterator[list[Entry]]:
        """The rows, each a new list."""
        return map(list, self.rows)

    def __eq__(self, other: object) -> bool:
        """Exactly the same shape and numbers; NaN equals nothing, as in floats."""
        if not isinstance(other, Matrix):
            return NotImplemented
        return self.shape == other.shape and all(all(map(operator.eq, p, q)) for p, q in zip(self.rows, other.rows))

    def allclose(self, other: Matrix | Number, rel_tol: float = 1e-9, abs_tol: float = 0.0) -> bool:
        """Whether ``math.isclose(x, y, rel_tol=…, abs_tol=…)`` holds for all pairs of entries, broadcast.

        >>> (Matrix([[0.1]]) * 3).allclose(0.3)
        True
        """
        close = partial(isclose, rel_tol=rel_tol, abs_tol=abs_tol)
        return all(map(all, elementwise(self.rows, "allclose", close, _rows_of(other) or [])))

    def __hash__(self) -> int:
        return hash(tuple(map(tuple, self.rows)))

    def item(self) -> Entry:
        """The number that a 1×1 Matrix holds.

        >>> Matrix([[0.5]]).item()
        0.5
        """
        if self.shape != (1, 1):
            raise ValueError(f"item() needs a single entry, this is {format_shape(self.shape)}; m[i, j] chooses one")
        return self.rows[0][0]

    def tolist(self) -> list[list[Entry]]:
        """The table as a new list of lists."""
        return list(self)

    def map(self, function: Callable[[Any], Number]) -> Matrix:
        """``function`` of each entry.

        >>> Matrix([[1.0, 4.0]]).map(lambda x: x ** 0.5)
        Matrix([[1.0, 2.0]])
        """
        return trusted([[as_number(function(x), "map: an entry") for x in row] for row in self.rows])

    __add__, __radd__ = _operator("+", operator.add)
    __sub__, __rsub__ = _operator("-", operator.sub)
    __mul__, __rmul__ = _operator("*", operator.mul)
    __truediv__, __rtruediv__ = _operator("/", operator.truediv)

    def __neg__(self) -> Matrix:
        return trusted([[-x for x in row] for row in self.rows])

    def __matmul__(self, other: Matrix) -> Matrix:
        """C = A·B: Cᵢⱼ = Σₖ Aᵢₖ Bₖⱼ for A (n, k), B (k, m), C (n, m); n·m·k multiply-adds."""
        return _multiplied(self, other, product) if isinstance(other, Matrix) else NotImplemented

    def __repr__(self) -> str:
        """Python that evaluates to this Matrix again; of more than 1,000 entries the first and the last, and the shape."""
        return f"Matrix({literal(self.rows)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return Matrix, (self.tolist(),)


_new = object.__new__


def trusted(rows: Rows) -> Matrix:
    """The Matrix of rows that the library itself has made: neither checked nor copied.

    >>> trusted([[1.0, 2.0]]).shape
    (1, 2)
    """
    matrix: Matrix = _new(Matrix)
    matrix.rows = rows
    return matrix


def kept_scaled(matrix: Matrix, uses: int) -> Operand:
    """The rows in the form for ``float_products`` with ``uses`` rows, kept from the second time on: a Matrix never changes.

    In training weights are used once, and then replaced: what is not kept needs no memory.
    """
    if not worth_scaling(matrix.rows, uses):
        return matrix.rows
    try:
        kept = matrix._scaled
    except AttributeError:
        matrix._scaled = None
        return by_direction(matrix.rows)
    if kept is None:
        kept = matrix._scaled = by_direction(matrix.rows)
    return kept


def float_matmul(a: Matrix, b: Matrix) -> Matrix:
    """A·B as training computes it: over floats to the bound of ``float_product``, exact where ``@`` is for other numbers.

    >>> float_matmul(Matrix([[1, 2], [3, 4]]), Matrix([[10, 0], [1, 5]]))
    Matrix([[12, 10], [34, 20]])
    """
    return _multiplied(a, b, float_product)


def _multiplied(a: Matrix, b: Matrix, by: Callable[[Rows, Rows], Rows]) -> Matrix:
    if len(a.rows[0]) != len(b.rows):
        raise ValueError(
            f"Matrix @: {format_shape(a.shape)} @ {format_shape(b.shape)}: the left has {len(a.rows[0])} columns, "
            f"the right {len(b.rows)} rows; these must be equal"
        )
    try:
        return trusted(by(a.rows, b.rows))
    except OverflowError:
        raise OverflowError("Matrix @: a number is beyond the largest float; Fractions alone stay exact") from None


def _rows_of(value: Any) -> Rows | None:
    """The table of a Matrix; a number is a table of one; None for what is neither, which Python then asks."""
    if isinstance(value, Matrix):
        return value.rows
    try:
        return [[as_number(value)]]
    except TypeError:
        return None
