"""Matrix: a rectangular table of real numbers, and its arithmetic.

A Matrix is a value: it never changes, every operation returns a new one, so anyone may keep one without
copying it. Its entries are ``float``, ``int`` or ``fractions.Fraction`` and stay what they are under
``+ - * @``; over Fractions every identity of algebra therefore holds exactly.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fractions import Fraction
from itertools import chain
from math import isclose, isfinite, nan
from numbers import Integral, Rational, Real
from reprlib import repr as short
from typing import Any, Callable, Union, overload

from backprop import text
from backprop.dot import Rows, row_products
from backprop.seeding import generator

Number = Union[int, float, Fraction]
Index = Union[int, slice, Sequence[int]]
Shape = tuple[int, int]

_NUMBER_TYPES = frozenset((int, float, Fraction))


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

    __slots__ = ("rows",)

    rows: Rows

    def __init__(self, rows: Iterable[Iterable[Number]]) -> None:
        self.rows = _checked(rows)

    # ---------------------------------------------------------------- making one

    @staticmethod
    def full(rows: int, columns: int, value: Number) -> Matrix:
        """Every entry is ``value``.

        >>> Matrix.full(2, 3, 0.5)
        Matrix([[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]])
        """
        _check_size(rows, columns)
        return Matrix([[value] * columns] * rows)

    @staticmethod
    def zeros(rows: int, columns: int) -> Matrix:
        """Every entry is the integer 0: exact beside a float as beside a Fraction, and it takes on their type.

        >>> Matrix.zeros(1, 2) + Matrix([[0.5, 2.0]])
        Matrix([[0.5, 2.0]])
        """
        return Matrix.full(rows, columns, 0)

    @staticmethod
    def ones(rows: int, columns: int) -> Matrix:
        """Every entry is the integer 1.

        >>> Matrix.ones(2, 2)
        Matrix([[1, 1], [1, 1]])
        """
        return Matrix.full(rows, columns, 1)

    @staticmethod
    def diagonal(values: Iterable[Number]) -> Matrix:
        """``values`` from top left to bottom right, the integer 0 elsewhere.

        >>> Matrix.diagonal([2.5, 3])
        Matrix([[2.5, 0], [0, 3]])
        """
        entries = list(values)
        return Matrix([[x if i == j else 0 for j in range(len(entries))] for i, x in enumerate(entries)])

    @staticmethod
    def identity(size: int) -> Matrix:
        """I, with I·A = A·I = A; its entries are the integers 0 and 1.

        >>> Matrix.identity(2)
        Matrix([[1, 0], [0, 1]])
        """
        _check_size(size, size)
        return Matrix.diagonal([1] * size)

    @staticmethod
    def uniform(
        rows: int, columns: int, low: float = 0.0, high: float = 1.0, *, rng: random.Random | None = None
    ) -> Matrix:
        """Independent floats, evenly spread between ``low`` and ``high``.

        >>> m = Matrix.uniform(100, 100, -1.0, 1.0, rng=random.Random(0))
        >>> -1.0 <= m.min() < m.max() <= 1.0 and abs(m.mean()) < 0.02
        True
        """
        _check_size(rows, columns)
        draw = generator(rng).uniform
        return trusted([[draw(low, high) for _ in range(columns)] for _ in range(rows)])

    @staticmethod
    def normal(
        rows: int, columns: int, mean: float = 0.0, std: float = 1.0, *, rng: random.Random | None = None
    ) -> Matrix:
        """Independent floats of the normal distribution N(mean, std²).

        >>> m = Matrix.normal(100, 100, std=2.0, rng=random.Random(0))
        >>> abs(m.mean()) < 0.06 and abs((m * m).mean() - 4.0) < 0.2
        True
        """
        _check_size(rows, columns)
        draw = generator(rng).gauss
        return trusted([[draw(mean, std) for _ in range(columns)] for _ in range(rows)])

    @staticmethod
    def from_flat(values: Iterable[Number], rows: int, columns: int) -> Matrix:
        """``rows``·``columns`` numbers, row after row.

        >>> Matrix.from_flat([1, 2, 3, 4, 5, 6], 2, 3)
        Matrix([[1, 2, 3], [4, 5, 6]])
        """
        _check_size(rows, columns)
        entries = list(values)
        if len(entries) != rows * columns:
            raise ValueError(f"from_flat: {rows}×{columns} needs {rows * columns} numbers, got {len(entries)}")
        return Matrix([entries[start : start + columns] for start in range(0, len(entries), columns)])

    @staticmethod
    def hstack(matrices: Iterable[Matrix]) -> Matrix:
        """The matrices side by side; all have as many rows.

        >>> Matrix.hstack([Matrix([[1], [2]]), Matrix([[3, 4], [5, 6]])])
        Matrix([[1, 3, 4], [2, 5, 6]])
        """
        parts = _checked_parts("hstack", matrices)
        if len({len(part.rows) for part in parts}) > 1:
            raise ValueError(f"hstack needs matrices with as many rows, got {_shapes(parts)}")
        return trusted([list(chain.from_iterable(rows)) for rows in zip(*(part.rows for part in parts))])

    @staticmethod
    def vstack(matrices: Iterable[Matrix]) -> Matrix:
        """The matrices below each other; all have as many columns.

        >>> Matrix.vstack([Matrix([[1, 2]]), Matrix([[3, 4], [5, 6]])])
        Matrix([[1, 2], [3, 4], [5, 6]])
        """
        parts = _checked_parts("vstack", matrices)
        if len({len(part.rows[0]) for part in parts}) > 1:
            raise ValueError(f"vstack needs matrices with as many columns, got {_shapes(parts)}")
        return trusted(list(chain.from_iterable(part.rows for part in parts)))

    # ---------------------------------------------------------------- shape and entries

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

    def reshape(self, rows: int, columns: int) -> Matrix:
        """The same entries, read row after row, as ``rows``×``columns``; one of the two may be -1, the rest.

        >>> Matrix([[1, 2, 3], [4, 5, 6]]).reshape(3, -1)
        Matrix([[1, 2], [3, 4], [5, 6]])
        """
        entries = list(chain.from_iterable(self.rows))
        wanted = (rows, columns)
        if rows == -1 and columns > 0:
            rows = len(entries) // columns
        elif columns == -1 and rows > 0:
            columns = len(entries) // rows
        if rows < 1 or columns < 1 or rows * columns != len(entries):
            raise ValueError(f"reshape{wanted}: does not fit the {len(entries)} entries of {_shape_of(self)}")
        return trusted([entries[start : start + columns] for start in range(0, len(entries), columns)])

    def broadcast_to(self, rows: int, columns: int) -> Matrix:
        """The single row, the single column or both, repeated to ``rows``×``columns``.

        >>> Matrix([[1, 2]]).broadcast_to(3, 2)
        Matrix([[1, 2], [1, 2], [1, 2]])
        """
        _check_size(rows, columns)
        height, width = self.shape
        if height not in (1, rows) or width not in (1, columns):
            raise ValueError(f"broadcast_to: {_shape_of(self)} does not repeat to {rows}×{columns}")
        return trusted(_repeated(self.rows, rows, columns))

    @overload
    def __getitem__(self, index: tuple[int, int]) -> Number: ...  # type: ignore[overload-overlap]

    @overload
    def __getitem__(self, index: Index | tuple[Index, Index]) -> Matrix: ...

    def __getitem__(self, index: Any) -> Any:
        """``m[i, j]`` is a number; with a slice or a list of ints on either side, or ``m[i]``, a Matrix."""
        rows, columns = index if isinstance(index, tuple) and len(index) == 2 else (index, slice(None))
        if isinstance(rows, (list, range)) and isinstance(columns, (list, range)):
            raise IndexError("m[list, list]: choose rows, then columns: m[[0, 2]][:, [1, 3]]")
        chosen = [self.rows[i] for i in chosen_places(rows, len(self.rows), "row")]
        if columns != slice(None):
            places = chosen_places(columns, len(self.rows[0]), "column")
            if not isinstance(rows, (slice, list, range)) and not isinstance(columns, (slice, list, range)):
                return chosen[0][places[0]]
            chosen = [[row[j] for j in places] for row in chosen]
        return trusted(chosen)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError("a Matrix never changes: change m.tolist() and make a new Matrix of it")

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.rows)

    def __iter__(self) -> Iterator[list[Number]]:
        """The rows, each a new list."""
        return map(list, self.rows)

    def item(self) -> Number:
        """The number that a 1×1 Matrix holds.

        >>> Matrix([[0.5]]).item()
        0.5
        """
        if self.shape != (1, 1):
            raise ValueError(f"item() needs a single entry, this is {_shape_of(self)}; m[i, j] chooses one")
        return self.rows[0][0]  # type: ignore[no-any-return]

    def tolist(self) -> list[list[Number]]:
        """The table as a new list of lists."""
        return list(self)

    def map(self, function: Callable[[Any], Number]) -> Matrix:
        """``function`` of each entry.

        >>> Matrix([[1.0, 4.0]]).map(lambda x: x ** 0.5)
        Matrix([[1.0, 2.0]])
        """
        return Matrix([map(function, row) for row in self.rows])

    # ---------------------------------------------------------------- arithmetic

    def __add__(self, other: Matrix | Number) -> Matrix:
        return _elementwise(operator.add, self, other, "+")

    def __radd__(self, other: Number) -> Matrix:
        return _elementwise(operator.add, other, self, "+")

    def __sub__(self, other: Matrix | Number) -> Matrix:
        return _elementwise(operator.sub, self, other, "-")

    def __rsub__(self, other: Number) -> Matrix:
        return _elementwise(operator.sub, other, self, "-")

    def __mul__(self, other: Matrix | Number) -> Matrix:
        return _elementwise(operator.mul, self, other, "*")

    def __rmul__(self, other: Number) -> Matrix:
        return _elementwise(operator.mul, other, self, "*")

    def __truediv__(self, other: Matrix | Number) -> Matrix:
        return _elementwise(operator.truediv, self, other, "/")

    def __rtruediv__(self, other: Number) -> Matrix:
        return _elementwise(operator.truediv, other, self, "/")

    def __pow__(self, other: Matrix | Number) -> Matrix:
        return _power(self, other)

    def __rpow__(self, other: Number) -> Matrix:
        return _power(other, self)

    def __neg__(self) -> Matrix:
        return trusted([list(map(operator.neg, row)) for row in self.rows])

    def __abs__(self) -> Matrix:
        return trusted([list(map(abs, row)) for row in self.rows])

    def __matmul__(self, other: Matrix) -> Matrix:
        """C = A·B: Cᵢⱼ = Σₖ Aᵢₖ Bₖⱼ for A (n, k), B (k, m), C (n, m); n·m·k multiply-adds."""
        if not isinstance(other, Matrix):
            return NotImplemented
        if len(self.rows[0]) != len(other.rows):
            raise ValueError(
                f"Matrix @: {_shape_of(self)} @ {_shape_of(other)}: the left has {len(self.rows[0])} columns, "
                f"the right {len(other.rows)} rows; they must be as many"
            )
        return trusted(row_products(self.rows, list(zip(*other.rows))))

    # ---------------------------------------------------------------- comparison

    def __eq__(self, other: object) -> bool:
        """Exactly the same shape and numbers; NaN equals nothing, as in floats."""
        if not isinstance(other, Matrix):
            return NotImplemented
        return self.shape == other.shape and all(all(map(operator.eq, p, q)) for p, q in zip(self.rows, other.rows))

    def __hash__(self) -> int:
        return hash(tuple(map(tuple, self.rows)))

    def allclose(self, other: Matrix | Number, rel_tol: float = 1e-9, abs_tol: float = 0.0) -> bool:
        """Whether ``math.isclose(x, y, rel_tol=…, abs_tol=…)`` holds for all pairs of entries, broadcast.

        >>> (Matrix([[0.1]]) * 3).allclose(0.3)
        True
        """
        return all(
            isclose(x, y, rel_tol=rel_tol, abs_tol=abs_tol)
            for p, q in zip(*_broadcast(self.rows, _operand(other), "allclose"))
            for x, y in zip(p, q)
        )

    # ---------------------------------------------------------------- reductions

    @overload
    def sum(self, axis: None = None) -> Number: ...

    @overload
    def sum(self, axis: int) -> Matrix: ...

    def sum(self, axis: int | None = None) -> Any:
        """Σ of all entries, of each column (``axis=0``, 1×c) or of each row (``axis=1``, r×1).

        >>> m = Matrix([[1, 2], [3, 4]])
        >>> m.sum(), m.sum(axis=0), m.sum(axis=1)
        (10, Matrix([[4, 6]]), Matrix([[3], [7]]))
        """
        return self._reduced(sum, axis, "sum")

    @overload
    def mean(self, axis: None = None) -> Number: ...

    @overload
    def mean(self, axis: int) -> Matrix: ...

    def mean(self, axis: int | None = None) -> Any:
        """The sum over the number of entries summed; axes as in ``sum``.

        >>> Matrix([[1, 2], [3, 6]]).mean(axis=1)
        Matrix([[1.5], [4.5]])
        """
        total = self._reduced(sum, axis, "mean")
        count = self.shape[axis] if axis is not None else len(self.rows) * len(self.rows[0])
        return total / count

    @overload
    def max(self, axis: None = None) -> Number: ...

    @overload
    def max(self, axis: int) -> Matrix: ...

    def max(self, axis: int | None = None) -> Any:
        """The largest entry; NaN if there is one; axes as in ``sum``.

        >>> Matrix([[1, 5], [3, 4]]).max(axis=0)
        Matrix([[3, 5]])
        """
        return self._reduced(_largest, axis, "max")

    @overload
    def min(self, axis: None = None) -> Number: ...

    @overload
    def min(self, axis: int) -> Matrix: ...

    def min(self, axis: int | None = None) -> Any:
        """The smallest entry; NaN if there is one; axes as in ``sum``.

        >>> Matrix([[1, 5], [3, 4]]).min(axis=1)
        Matrix([[1], [3]])
        """
        return self._reduced(_smallest, axis, "min")

    @overload
    def argmax(self, axis: None = None) -> int: ...

    @overload
    def argmax(self, axis: int) -> list[int]: ...

    def argmax(self, axis: int | None = None) -> Any:
        """Where the largest entry stands, the first of equals, a NaN before all: its place in each row
        (``axis=1``), in each column (``axis=0``), or counted through the whole table row by row.

        >>> m = Matrix([[1, 5, 2], [7, 7, 3]])
        >>> m.argmax(axis=1), m.argmax(axis=0), m.argmax()
        ([1, 0], [1, 1, 1], 3)
        """
        lines = self._lines(axis, "argmax")
        places = list(map(_place_of_largest, lines))
        return places[0] if axis is None else places

    def _lines(self, axis: int | None, name: str) -> Sequence[Sequence[Any]]:
        """What a reduction runs along: the columns, the rows, or one line of all entries."""
        if axis is None:
            return [list(chain.from_iterable(self.rows))]
        if axis == 0:
            return list(zip(*self.rows))
        if axis == 1:
            return self.rows
        raise ValueError(f"{name}: axis is None, 0 or 1, got {axis!r}")

    def _reduced(self, function: Callable[[Sequence[Any]], Any], axis: int | None, name: str) -> Any:
        results = list(map(function, self._lines(axis, name)))
        return results[0] if axis is None else trusted([results] if axis == 0 else [[x] for x in results])

    # ---------------------------------------------------------------- text

    def __repr__(self) -> str:
        """Python that evaluates to this Matrix again."""
        return f"Matrix([{', '.join(f'[{_listed(row)}]' for row in self.rows)}])"

    def __str__(self) -> str:
        """Aligned columns; a long table is cut in the middle."""
        return text.table(self.rows)

    def __reduce__(self) -> tuple[Any, ...]:
        return Matrix, (self.tolist(),)


def trusted(rows: Rows) -> Matrix:
    """The Matrix of rows that the library itself has made: neither checked nor copied.

    >>> trusted([[1.0, 2.0]]).shape
    (1, 2)
    """
    matrix = Matrix.__new__(Matrix)
    matrix.rows = rows
    return matrix


def chosen_places(index: Any, length: int, name: str) -> Sequence[int]:
    """The places among ``length`` rows (or columns) that an int, a slice or a list of ints chooses.

    >>> list(chosen_places(-1, 5, "row")), list(chosen_places(slice(1, 3), 5, "row")), chosen_places([4, 0], 5, "row")
    ([4], [1, 2], [4, 0])
    """
    places = range(length)
    if isinstance(index, slice):
        places = places[index]
        if not places:
            raise IndexError(f"{name}s {index.start}:{index.stop} of {length} are none; a Matrix has at least one")
        return places
    chosen = index if isinstance(index, (list, range)) else [index]
    if not chosen:
        raise IndexError(f"no {name} is chosen; a Matrix has at least one")
    if bool in map(type, chosen):
        raise TypeError(f"{name}s are chosen by their numbers, got {short(index)}")
    try:
        return [places[k] for k in chosen]
    except IndexError:
        raise IndexError(f"{name} {short(index)} of {length}: they are numbered 0 to {length - 1}") from None
    except TypeError:
        raise TypeError(f"a {name} is chosen by an int, a slice or a list of ints, got {short(index)}") from None


# -------------------------------------------------------------------- broadcasting


def _elementwise(function: Callable[[Any, Any], Any], a: Any, b: Any, symbol: str) -> Matrix:
    """``function`` of all pairs of entries; a number is a 1×1 Matrix, and what is single is repeated."""
    try:
        left, right = _operand(a), _operand(b)
    except TypeError:
        return NotImplemented  # type: ignore[no-any-return]
    if len(left) != len(right) or len(left[0]) != len(right[0]):
        left, right = _broadcast(left, right, symbol)
    try:
        return trusted([list(map(function, p, q)) for p, q in zip(left, right)])
    except (ArithmeticError, ValueError):
        raise _located(function, left, right, symbol) from None


def _operand(value: Matrix | Number) -> Rows:
    if isinstance(value, Matrix):
        return value.rows
    return [[_entry(value)]]


def _broadcast(left: Rows, right: Rows, symbol: str) -> tuple[Rows, Rows]:
    """Both tables repeated to a common shape, as NumPy does: in each dimension as many, or one has a single."""
    rows, columns = max(len(left), len(right)), max(len(left[0]), len(right[0]))
    for table in (left, right):
        if len(table) not in (1, rows) or len(table[0]) not in (1, columns):
            raise ValueError(
                f"Matrix {symbol}: shapes {len(left)}×{len(left[0])} and {len(right)}×{len(right[0])} do not fit; "
                "in each dimension they must be as many, or one of the two be 1"
            )
    return _repeated(left, rows, columns), _repeated(right, rows, columns)


def _repeated(table: Rows, rows: int, columns: int) -> Rows:
    if len(table[0]) != columns:
        table = [row * columns for row in table]
    return table if len(table) == rows else table * rows


def _power(a: Any, b: Any) -> Matrix:
    power = _elementwise(operator.pow, a, b, "**")
    if power is not NotImplemented and any(complex in map(type, row) for row in power.rows):
        return _elementwise(_real_power, a, b, "**")  # raises, with the place
    return power


def _real_power(base: Any, exponent: Any) -> Any:
    power = base**exponent
    if isinstance(power, complex):
        raise ValueError  # noqa: TRY004 (a number out of the domain, as in math.log(-1))
    return power


def _located(function: Callable[[Any, Any], Any], left: Rows, right: Rows, symbol: str) -> Exception:
    """The error of the first pair of entries that has no result, with its place and its numbers."""
    for i, (p, q) in enumerate(zip(left, right)):
        for j, (x, y) in enumerate(zip(p, q)):
            where = f"Matrix {symbol}: {x!r} {symbol} {y!r} at [{i}, {j}]"
            try:
                function(x, y)
            except ZeroDivisionError:
                return ZeroDivisionError(f"{where} divides by zero")
            except OverflowError:
                return OverflowError(f"{where} is beyond the largest float")
            except ValueError:
                return ValueError(f"{where} is not a real number")
    raise AssertionError("unreachable: some pair of entries has failed")


# -------------------------------------------------------------------- reductions of one line


def _has_nan(line: Sequence[Any]) -> bool:
    return any(map(operator.ne, line, line))


def _largest(line: Sequence[Any]) -> Any:
    return nan if _has_nan(line) else max(line)


def _smallest(line: Sequence[Any]) -> Any:
    return nan if _has_nan(line) else min(line)


def _place_of_largest(line: Sequence[Any]) -> int:
    return list(map(operator.ne, line, line)).index(True) if _has_nan(line) else line.index(max(line))


# -------------------------------------------------------------------- checks at the door


def _checked(rows: Any) -> Rows:
    """The rows copied as lists of int, float and Fraction, or the error that says what is wrong where."""
    if not _is_ordered(rows):
        raise TypeError(f"Matrix needs a list of rows, got {short(rows)}; a single number is Matrix([[x]])")
    table: Rows = []
    for i, row in enumerate(rows):
        if not _is_ordered(row):
            raise TypeError(f"Matrix: row {i} is {short(row)}, not a list of numbers; a single row is Matrix([[…]])")
        entries = list(row)
        if not _NUMBER_TYPES.issuperset(map(type, entries)):
            entries = [_entry(x, f"Matrix: entry [{i}, {j}]") for j, x in enumerate(entries)]
        if table and len(entries) != len(table[0]):
            raise ValueError(
                f"Matrix: row {i} has {len(entries)} entries and row 0 has {len(table[0])}; all need as many"
            )
        table.append(entries)
    if not table or not table[0]:
        raise ValueError(f"Matrix needs at least one row and one column, got {short(table)}")
    return table


def _is_ordered(value: Any) -> bool:
    return hasattr(value, "__iter__") and not isinstance(value, (str, Mapping, AbstractSet))


def _entry(x: Any, name: str = "a number") -> Number:
    """x as int, float or Fraction: a bool and the numbers of other libraries become one of them."""
    if type(x) in _NUMBER_TYPES:
        return x  # type: ignore[no-any-return]
    if isinstance(x, Integral):
        return int(x)
    if isinstance(x, Rational):
        return Fraction(x)
    if isinstance(x, Real):
        return float(x)
    raise TypeError(f"{name} is {short(x)}, not a real number (int, float or Fraction)")


def _check_size(rows: Any, columns: Any) -> None:
    for count, name in ((rows, "rows"), (columns, "columns")):
        if not isinstance(count, int):
            raise TypeError(f"the number of {name} is an int, got {short(count)}")
        if count < 1:
            raise ValueError(f"a Matrix has at least one row and one column, got {rows}×{columns}")


def _checked_parts(name: str, matrices: Iterable[Matrix]) -> list[Matrix]:
    parts = list(matrices) if not isinstance(matrices, Matrix) else []
    if not parts or not all(isinstance(part, Matrix) for part in parts):
        raise TypeError(f"{name} needs a list of at least one Matrix, got {short(matrices)}")
    return parts


def _shape_of(matrix: Matrix) -> str:
    return "{}×{}".format(*matrix.shape)


def _shapes(matrices: Sequence[Matrix]) -> str:
    return " and ".join(map(_shape_of, matrices))


def _listed(row: Sequence[Number]) -> str:
    return ", ".join(repr(x) if isfinite(x) else f"float('{x}')" for x in row)
