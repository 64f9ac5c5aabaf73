"""Matrix: a rectangular table of real numbers, and its arithmetic.

A Matrix is a value: it never changes, every operation returns a new one, so anyone may keep one without
copying it. Its entries are ``float``, ``int`` or ``fractions.Fraction`` and stay what they are under
``+ - * @``; over Fractions every identity of algebra therefore holds exactly.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain
from math import isclose, isfinite, prod
from reprlib import repr as short
from typing import TYPE_CHECKING, Any, Callable, Union, overload

from backprop import sampling
from backprop.kernel import Operand, Rows, Scaled, by_direction, float_product, product, transposed, worth_scaling
from backprop.matrix import reductions, text
from backprop.matrix.broadcasting import broadcast, broadcast_rows, elementwise
from backprop.matrix.entries import (
    Entry,
    Number,
    as_list,
    as_number,
    as_rows,
    check_axis,
    check_int,
    check_size,
    is_array,
    plain,
    too_large,
)
from backprop.matrix.indexing import flatten, resolve_index, unflatten

if TYPE_CHECKING:
    from backprop.files import PathLike

Index = Union[int, slice, Sequence[int]]
Shape = tuple[int, int]


def _in_place(symbol: str) -> Any:
    def method(self: Matrix, other: Any) -> Any:
        raise TypeError(
            f"a Matrix never changes, {symbol}= would only give the name another one: write m = m {symbol} …, or for a "
            f"gradient w.grad = w.grad {symbol} …, for a value w.data = w.data {symbol} …"
        )

    return method


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

    # ---------------------------------------------------------------- making one

    @staticmethod
    def full(rows: int, columns: int, value: Number) -> Matrix:
        """Every entry is ``value``.

        >>> Matrix.full(2, 3, 0.5)
        Matrix([[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]])
        """
        check_size(rows, columns)
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
        entries = as_list("diagonal", values)
        return Matrix([[x if i == j else 0 for j in range(len(entries))] for i, x in enumerate(entries)])

    @staticmethod
    def identity(size: int) -> Matrix:
        """I, with I·A = A·I = A; its entries are the integers 0 and 1.

        >>> Matrix.identity(2)
        Matrix([[1, 0], [0, 1]])
        """
        check_size(size, size)
        return Matrix.diagonal([1] * size)

    @staticmethod
    def uniform(
        rows: int,
        columns: int,
        low: float = 0.0,
        high: float = 1.0,
        *,
        rng: random.Random | None = None,
        double: bool = False,
    ) -> Matrix:
        """Independent float32 numbers, or float64 ones with ``double``, evenly spread from ``low`` to ``high``.

        >>> m = Matrix.uniform(100, 100, -1.0, 1.0, rng=random.Random(0))
        >>> -1.0 <= m.min() < m.max() <= 1.0 and abs(m.mean()) < 0.02
        True
        """
        check_size(rows, columns)
        return trusted(unflatten(sampling.uniform(rows * columns, low, high, rng=rng, double=double), columns))

    @staticmethod
    def normal(
        rows: int,
        columns: int,
        mean: float = 0.0,
        std: float = 1.0,
        *,
        rng: random.Random | None = None,
        double: bool = False,
    ) -> Matrix:
        """Independent float32 numbers, or float64 ones with ``double``, of the normal distribution N(mean, std²).

        >>> m = Matrix.normal(100, 100, std=2.0, rng=random.Random(0))
        >>> abs(m.mean()) < 0.06 and abs((m * m).mean() - 4.0) < 0.2
        True
        """
        check_size(rows, columns)
        return trusted(unflatten(sampling.normal(rows * columns, mean, std, rng=rng, double=double), columns))

    @staticmethod
    def from_flat(values: Iterable[Number], rows: int, columns: int) -> Matrix:
        """``rows``·``columns`` numbers, row after row.

        >>> Matrix.from_flat([1, 2, 3, 4, 5, 6], 2, 3)
        Matrix([[1, 2, 3], [4, 5, 6]])
        """
        check_size(rows, columns)
        entries = as_list("from_flat", values)
        if len(entries) != rows * columns:
            raise ValueError(f"from_flat: {rows}×{columns} needs {rows * columns} numbers, got {len(entries)}")
        return Matrix(unflatten(entries, columns))

    @staticmethod
    def hstack(matrices: Iterable[Matrix]) -> Matrix:
        """The matrices side by side; all have the same number of rows.

        >>> Matrix.hstack([Matrix([[1], [2]]), Matrix([[3, 4], [5, 6]])])
        Matrix([[1, 3, 4], [2, 5, 6]])
        """
        parts = _matrices("hstack", matrices)
        if len({len(part.rows) for part in parts}) > 1:
            raise ValueError(f"hstack needs matrices with the same number of rows, got {_shapes(parts)}")
        return trusted([flatten(rows) for rows in zip(*(part.rows for part in parts))])

    @staticmethod
    def vstack(matrices: Iterable[Matrix]) -> Matrix:
        """The matrices below each other; all have the same number of columns.

        >>> Matrix.vstack([Matrix([[1, 2]]), Matrix([[3, 4], [5, 6]])])
        Matrix([[1, 2], [3, 4], [5, 6]])
        """
        parts = _matrices("vstack", matrices)
        if len({len(part.rows[0]) for part in parts}) > 1:
            raise ValueError(f"vstack needs matrices with the same number of columns, got {_shapes(parts)}")
        return trusted(list(chain.from_iterable(part.rows for part in parts)))

    @staticmethod
    def where(condition: Matrix, x: Matrix | Number, y: Matrix | Number) -> Matrix:
        """An entry of ``x`` where ``condition`` is not 0, else of ``y``; all three are broadcast.

        >>> m = Matrix([[1, -2], [-3, 4]])
        >>> Matrix.where(m > 0, m, 0)
        Matrix([[1, 0], [0, 4]])
        """
        if not isinstance(condition, Matrix):
            raise TypeError(f"where: the condition is a Matrix, as m > 0 is one, got {short(condition)}")
        tables = broadcast((condition.rows, _rows_of(x), _rows_of(y)), "where")
        return trusted([[a if c else b for c, a, b in zip(*rows)] for rows in zip(*tables)])

    @staticmethod
    def from_csv(path: PathLike, *, delimiter: str = ",", header: bool = False) -> Matrix:
        """The numbers of a text file, one row a line: "3" is an int, "1/3" a Fraction, anything else a float.

        With ``header`` the first line is skipped; empty lines always are. Raises ValueError with line and column
        for what is not a number, and for a row of another length.
        """
        from backprop.matrix import csv_files

        return trusted(csv_files.read(path, delimiter, header))

    def to_csv(self, path: PathLike, *, delimiter: str = ",", header: Sequence[str] | None = None) -> None:
        """Write a text file, one row a line, from which ``from_csv`` reads the very same numbers.

        ``header`` are names for the columns. A file of that name is replaced, once all is written.

        >>> import os, tempfile
        >>> from fractions import Fraction
        >>> path = os.path.join(tempfile.mkdtemp(), "m.csv")
        >>> Matrix([[1, 0.1], [Fraction(1, 3), 1e300]]).to_csv(path, header=["a", "b"])
        >>> Matrix.from_csv(path, header=True)
        Matrix([[1, 0.1], [Fraction(1, 3), 1e+300]])
        """
        from backprop.matrix import csv_files

        if header is not None and (isinstance(header, str) or len(header) != len(self.rows[0])):
            raise ValueError(f"to_csv: the header is a list of {len(self.rows[0])} names, got {short(header)}")
        csv_files.write(self.rows, path, delimiter, header)

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
        entries = flatten(self.rows)
        wanted = (rows, columns)
        if not {type(rows), type(columns)} <= {int}:
            raise TypeError(f"reshape needs two ints, got {short(wanted)}")
        if rows == -1 and columns > 0:
            rows = len(entries) // columns
        elif columns == -1 and rows > 0:
            columns = len(entries) // rows
        if rows < 1 or columns < 1 or rows * columns != len(entries):
            raise ValueError(
                f"reshape{wanted}: does not fit the {len(entries)} entries of {text.format_shape(self.shape)}"
            )
        return trusted(unflatten(entries, columns))

    def broadcast_to(self, rows: int, columns: int) -> Matrix:
        """The single row, the single column or both, repeated to ``rows``×``columns``.

        >>> Matrix([[1, 2]]).broadcast_to(3, 2)
        Matrix([[1, 2], [1, 2], [1, 2]])
        """
        check_size(rows, columns)
        height, width = self.shape
        if height not in (1, rows) or width not in (1, columns):
            raise ValueError(f"broadcast_to: {text.format_shape(self.shape)} does not repeat to {rows}×{columns}")
        return trusted(broadcast_rows(self.rows, rows, columns))

    def tile(self, rows: int, columns: int) -> Matrix:
        """The whole table ``rows`` times below itself and ``columns`` times beside itself.

        >>> Matrix([[1, 2]]).tile(2, 2)
        Matrix([[1, 2, 1, 2], [1, 2, 1, 2]])
        """
        check_size(rows, columns)
        return trusted([row * columns for row in self.rows] * rows)

    def repeat(self, repeats: int, axis: int) -> Matrix:
        """Each row (``axis=0``) or each entry of a row (1) ``repeats`` times in succession.

        >>> Matrix([[1, 2]]).repeat(2, axis=1), Matrix([[1, 2]]).repeat(2, axis=0)
        (Matrix([[1, 1, 2, 2]]), Matrix([[1, 2], [1, 2]]))
        """
        check_size(repeats, 1)
        check_axis("repeat", axis)
        if axis == 0:
            return trusted([row for row in self.rows for _ in range(repeats)])
        return trusted([[x for x in row for _ in range(repeats)] for row in self.rows])

    def diag(self) -> list[Entry]:
        """The entries from top left downwards to the right; ``Matrix.diagonal`` is the inverse.

        >>> Matrix([[1, 2, 3], [4, 5, 6]]).diag()
        [1, 5]
        """
        return [row[i] for i, row in enumerate(self.rows[: len(self.rows[0])])]

    def triu(self, k: int = 0) -> Matrix:
        """The upper triangle: the integer 0 wherever j − i < k, that is below the k-th diagonal.

        >>> Matrix([[1, 2], [3, 4]]).triu()
        Matrix([[1, 2], [0, 4]])
        """
        check_int("triu", "k", k)
        return trusted([[x if j - i >= k else 0 for j, x in enumerate(row)] for i, row in enumerate(self.rows)])

    def tril(self, k: int = 0) -> Matrix:
        """The lower triangle: the integer 0 wherever j − i > k, that is above the k-th diagonal.

        >>> Matrix([[1, 2], [3, 4]]).tril()
        Matrix([[1, 0], [3, 4]])
        """
        check_int("tril", "k", k)
        return trusted([[x if j - i <= k else 0 for j, x in enumerate(row)] for i, row in enumerate(self.rows)])

    @overload
    def __getitem__(self, index: tuple[int, int]) -> Entry: ...  # type: ignore[overload-overlap]

    @overload
    def __getitem__(self, index: Index | tuple[Index, Index]) -> Matrix: ...

    def __getitem__(self, index: Any) -> Any:
        """``m[i, j]`` is a number; with a slice or a list of ints on either side, or ``m[i]``, a Matrix."""
        rows, columns = index if isinstance(index, tuple) and len(index) == 2 else (index, slice(None))
        if isinstance(rows, (list, range)) and isinstance(columns, (list, range)):
            raise IndexError("m[list, list]: choose rows, then columns: m[[0, 2]][:, [1, 3]]")
        # A slice is taken by the list itself, in one piece.
        positions = resolve_index(rows, len(self.rows), "row")
        chosen = self.rows[rows] if isinstance(rows, slice) else [self.rows[i] for i in positions]
        if columns != slice(None):
            positions = resolve_index(columns, len(self.rows[0]), "column")
            if not isinstance(rows, (slice, list, range)) and not isinstance(columns, (slice, list, range)):
                return chosen[0][positions[0]]
            if isinstance(columns, slice):
                chosen = [row[columns] for row in chosen]
            else:
                chosen = [[row[j] for j in positions] for row in chosen]
        return trusted(chosen)

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError("a Matrix never changes: change m.tolist() and make a new Matrix of it")

    def __len__(self) -> int:
        """The number of rows."""
        return len(self.rows)

    def __iter__(self) -> Iterator[list[Entry]]:
        """The rows, each a new list."""
        return map(list, self.rows)

    def __contains__(self, number: Any) -> bool:
        """Whether some entry equals ``number``.

        >>> 2 in Matrix([[1, 2]])
        True
        """
        return self.eq(number).any()

    def item(self) -> Entry:
        """The number that a 1×1 Matrix holds.

        >>> Matrix([[0.5]]).item()
        0.5
        """
        if self.shape != (1, 1):
            raise ValueError(
                f"item() needs a single entry, this is {text.format_shape(self.shape)}; m[i, j] chooses one"
            )
        return self.rows[0][0]

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def __format__(self, spec: str) -> str:
        """``f"{m:.2f}"``: the number that a 1×1 Matrix holds; without a format, any Matrix as in ``str``."""
        if not spec:
            return str(self)
        number = self.item()
        return format(float(number) if isinstance(number, Fraction) else number, spec)

    def tolist(self) -> list[list[Entry]]:
        """The table as a new list of lists."""
        return list(self)

    def map(self, function: Callable[[Any], Number]) -> Matrix:
        """``function`` of each entry.

        >>> Matrix([[1.0, 4.0]]).map(lambda x: x ** 0.5)
        Matrix([[1.0, 2.0]])
        """
        # A tensor may have no entries.
        return Matrix([map(function, row) for row in self.rows]) if self.rows[0] else self

    # ---------------------------------------------------------------- arithmetic

    def __add__(self, other: Matrix | Number) -> Matrix:
        return _elementwise(self, "+", other)

    def __radd__(self, other: Number) -> Matrix:
        return _elementwise(other, "+", self)

    def __sub__(self, other: Matrix | Number) -> Matrix:
        return _elementwise(self, "-", other)

    def __rsub__(self, other: Number) -> Matrix:
        return _elementwise(other, "-", self)

    def __mul__(self, other: Matrix | Number) -> Matrix:
        return _elementwise(self, "*", other)

    def __rmul__(self, other: Number) -> Matrix:
        return _elementwise(other, "*", self)

    def __truediv__(self, other: Matrix | Number) -> Matrix:
        return _elementwise(self, "/", other)

    def __rtruediv__(self, other: Number) -> Matrix:
        return _elementwise(other, "/", self)

    def __pow__(self, other: Matrix | Number) -> Matrix:
        return _elementwise(self, "**", other)

    def __rpow__(self, other: Number) -> Matrix:
        return _elementwise(other, "**", self)

    __iadd__ = _in_place("+")
    __isub__ = _in_place("-")
    __imul__ = _in_place("*")
    __itruediv__ = _in_place("/")
    __ipow__ = _in_place("**")
    __imatmul__ = _in_place("@")

    def __neg__(self) -> Matrix:
        return trusted([[-x for x in row] for row in self.rows])

    def __abs__(self) -> Matrix:
        return trusted([list(map(abs, row)) for row in self.rows])

    def __round__(self, ndigits: int | None = None) -> Matrix:
        """Each entry rounded, half to even; without ``ndigits`` to an int. NaN and infinity stay.

        >>> round(Matrix([[0.125, 2.5]]), 2), round(Matrix([[0.125, 2.5]]))
        (Matrix([[0.12, 2.5]]), Matrix([[0, 2]]))
        """
        if ndigits is not None:
            check_int("round", "ndigits", ndigits)
        try:
            return trusted(
                [
                    [x if isinstance(x, float) and not isfinite(x) else round(x, ndigits) for x in row]
                    for row in self.rows
                ]
            )
        except OverflowError:
            raise too_large("round") from None

    def clip(self, min: Number | None = None, max: Number | None = None) -> Matrix:
        """Each entry below ``min`` becomes ``min``, each above ``max`` becomes ``max``; NaN stays.

        Raises ValueError where ``min`` is above ``max`` or one of them is NaN.

        >>> Matrix([[-3, 0.5, 9]]).clip(0, 1)
        Matrix([[0, 0.5, 1]])
        """
        low = None if min is None else as_number(min, "clip: min")
        high = None if max is None else as_number(max, "clip: max")
        if low != low or high != high:
            raise ValueError(f"clip: min and max are numbers, got {low!r} and {high!r}")
        if low is not None and high is not None and low > high:
            raise ValueError(f"clip: min {low!r} is above max {high!r}")
        rows = self.rows
        if low is not None:
            rows = [[low if x < low else x for x in row] for row in rows]
        if high is not None:
            rows = [[high if x > high else x for x in row] for row in rows]
        return trusted(rows)

    def __matmul__(self, other: Matrix) -> Matrix:
        """C = A·B: Cᵢⱼ = Σₖ Aᵢₖ Bₖⱼ for A (n, k), B (k, m), C (n, m); n·m·k multiply-adds."""
        if not isinstance(other, Matrix):
            return _unsupported(self, "@", other)
        return _multiplied(self, other, product)

    # ---------------------------------------------------------------- comparison

    def __lt__(self, other: Matrix | Number) -> Matrix:
        """A mask: 1 where the comparison holds, 0 elsewhere; so are ``<=``, ``>``, ``>=`` and ``eq``.

        >>> Matrix([[1, 5], [7, 3]]) < 4
        Matrix([[1, 0], [0, 1]])
        """
        return _mask(self, "<", other)

    def __le__(self, other: Matrix | Number) -> Matrix:
        return _mask(self, "<=", other)

    def __gt__(self, other: Matrix | Number) -> Matrix:
        return _mask(self, ">", other)

    def __ge__(self, other: Matrix | Number) -> Matrix:
        return _mask(self, ">=", other)

    def eq(self, other: Matrix | Number) -> Matrix:
        """The mask of the entries that are equal; ``==`` says whether all of them are.

        >>> Matrix([[1, 5], [7, 5]]).eq(5)
        Matrix([[0, 1], [0, 1]])
        """
        mask = _mask(self, "==", other)
        if mask is NotImplemented:
            raise TypeError(f"Matrix.eq needs a Matrix or a number, got {short(other)}")
        return mask

    def __eq__(self, other: object) -> bool:
        """Exactly the same shape and numbers; NaN equals nothing, as in floats."""
        if not isinstance(other, Matrix):
            return NotImplemented
        return self.shape == other.shape and all(all(map(operator.eq, p, q)) for p, q in zip(self.rows, other.rows))

    def __bool__(self) -> bool:
        raise TypeError("a Matrix is neither true nor false: write m.any() or m.all(), or m == other for the whole")

    def __hash__(self) -> int:
        return hash(tuple(map(tuple, self.rows)))

    def allclose(self, other: Matrix | Number, rel_tol: float = 1e-9, abs_tol: float = 0.0) -> bool:
        """Whether ``math.isclose(x, y, rel_tol=…, abs_tol=…)`` holds for all pairs of entries, broadcast.

        >>> (Matrix([[0.1]]) * 3).allclose(0.3)
        True
        """
        return all(
            isclose(x, y, rel_tol=rel_tol, abs_tol=abs_tol)
            for p, q in zip(*broadcast((self.rows, _rows_of(other)), "allclose"))
            for x, y in zip(p, q)
        )

    # ---------------------------------------------------------------- reductions

    @overload
    def sum(self, axis: None = None) -> Entry: ...

    @overload
    def sum(self, axis: int) -> Matrix: ...

    def sum(self, axis: int | None = None) -> Any:
        """Σ of all entries, of each column (``axis=0``, 1×c) or of each row (``axis=1``, r×1).

        >>> m = Matrix([[1, 2], [3, 4]])
        >>> m.sum(), m.sum(axis=0), m.sum(axis=1)
        (10, Matrix([[4, 6]]), Matrix([[3], [7]]))
        """
        try:
            return sum(chain.from_iterable(self.rows)) if axis is None else self._reduced(sum, axis, "sum")
        except OverflowError:
            raise too_large("sum") from None

    @overload
    def mean(self, axis: None = None) -> Entry: ...

    @overload
    def mean(self, axis: int) -> Matrix: ...

    def mean(self, axis: int | None = None) -> Any:
        """The sum over the number of entries summed, finite where the sum alone is not; axes as in ``sum``.

        >>> Matrix([[1, 2], [3, 6]]).mean(axis=1)
        Matrix([[1.5], [4.5]])
        """
        return self._reduced(reductions.mean, axis, "mean")

    @overload
    def max(self, axis: None = None) -> Entry: ...

    @overload
    def max(self, axis: int) -> Matrix: ...

    def max(self, axis: int | None = None) -> Any:
        """The largest entry; NaN if there is one; axes as in ``sum``.

        >>> Matrix([[1, 5], [3, 4]]).max(axis=0)
        Matrix([[3, 5]])
        """
        return self._reduced(reductions.nan_max, axis, "max")

    @overload
    def min(self, axis: None = None) -> Entry: ...

    @overload
    def min(self, axis: int) -> Matrix: ...

    def min(self, axis: int | None = None) -> Any:
        """The smallest entry; NaN if there is one; axes as in ``sum``.

        >>> Matrix([[1, 5], [3, 4]]).min(axis=1)
        Matrix([[1], [3]])
        """
        return self._reduced(reductions.nan_min, axis, "min")

    @overload
    def prod(self, axis: None = None) -> Entry: ...

    @overload
    def prod(self, axis: int) -> Matrix: ...

    def prod(self, axis: int | None = None) -> Any:
        """The product of the entries; axes as in ``sum``.

        >>> Matrix([[1, 2], [3, 4]]).prod(axis=0)
        Matrix([[3, 8]])
        """
        return self._reduced(prod, axis, "prod")

    @overload
    def var(self, axis: None = None, ddof: int = 0) -> Entry: ...

    @overload
    def var(self, axis: int, ddof: int = 0) -> Matrix: ...

    def var(self, axis: int | None = None, ddof: int = 0) -> Any:
        """Σ (x − mean)²/(n − ddof) over n entries, as in NumPy: ddof 1 for the variance of what they are a sample of.

        >>> Matrix([[1, 2, 3, 6]]).var(), Matrix([[1, 2, 3, 6]]).var(axis=1, ddof=3)
        (3.5, Matrix([[14.0]]))
        """
        return self._reduced(lambda values: reductions.variance(values, ddof), axis, "var")

    @overload
    def std(self, axis: None = None, ddof: int = 0) -> float: ...

    @overload
    def std(self, axis: int, ddof: int = 0) -> Matrix: ...

    def std(self, axis: int | None = None, ddof: int = 0) -> Any:
        """The square root of ``var``, correct where that overflows or vanishes as well.

        >>> Matrix([[2, 4, 4, 4, 5, 5, 7, 9]]).std()
        2.0
        """
        return self._reduced(lambda values: reductions.deviation(values, ddof), axis, "std")

    @overload
    def any(self, axis: None = None) -> bool: ...

    @overload
    def any(self, axis: int) -> Matrix: ...

    def any(self, axis: int | None = None) -> Any:
        """Whether some entry is not 0: a bool, or with an axis a mask of 0 and 1; axes as in ``sum``.

        >>> (Matrix([[1, -2], [3, 4]]) < 0).any(), (Matrix([[1, -2], [3, 4]]) < 0).any(axis=1)
        (True, Matrix([[1], [0]]))
        """
        return self._reduced(any if axis is None else lambda values: int(any(values)), axis, "any")

    @overload
    def all(self, axis: None = None) -> bool: ...

    @overload
    def all(self, axis: int) -> Matrix: ...

    def all(self, axis: int | None = None) -> Any:
        """Whether no entry is 0: a bool, or with an axis a mask of 0 and 1; axes as in ``sum``.

        >>> (Matrix([[1, -2], [3, 4]]) > 0).all(), (Matrix([[1, -2], [3, 4]]) > 0).all(axis=1)
        (False, Matrix([[0], [1]]))
        """
        return self._reduced(all if axis is None else lambda values: int(all(values)), axis, "all")

    @overload
    def argmax(self, axis: None = None) -> int: ...

    @overload
    def argmax(self, axis: int) -> list[int]: ...

    def argmax(self, axis: int | None = None) -> Any:
        """Where the largest entry stands, the first of equals, a NaN before all: its index in each row
        (``axis=1``), in each column (``axis=0``), or counted through the whole table row by row.

        >>> m = Matrix([[1, 5, 2], [7, 7, 3]])
        >>> m.argmax(axis=1), m.argmax(axis=0), m.argmax()
        ([1, 0], [1, 1, 1], 3)
        """
        positions = list(map(reductions.argmax, self._slices(axis, "argmax")))
        return positions[0] if axis is None else positions

    @overload
    def argmin(self, axis: None = None) -> int: ...

    @overload
    def argmin(self, axis: int) -> list[int]: ...

    def argmin(self, axis: int | None = None) -> Any:
        """Where the smallest entry stands; as ``argmax``.

        >>> Matrix([[1, 5, 2], [7, 7, 3]]).argmin(axis=1)
        [0, 2]
        """
        positions = list(map(reductions.argmin, self._slices(axis, "argmin")))
        return positions[0] if axis is None else positions

    # ---------------------------------------------------------------- along an axis

    def cumsum(self, axis: int | None = None) -> Matrix:
        """Running sums down each column (``axis=0``), along each row (1), or through all entries as one row.

        >>> Matrix([[1, 2], [3, 4]]).cumsum(axis=0), Matrix([[1, 2], [3, 4]]).cumsum()
        (Matrix([[1, 2], [4, 6]]), Matrix([[1, 3, 6, 10]]))
        """
        return self._rearranged(reductions.cumsum, axis, "cumsum")

    def sort(self, axis: int | None = 1) -> Matrix:
        """Each row (``axis=1``), each column (0), or all entries as one row (None) from small to large, NaN last.

        >>> Matrix([[3, 1, 2], [9, 7, 8]]).sort()
        Matrix([[1, 2, 3], [7, 8, 9]])
        """
        return self._rearranged(reductions.sorted_values, axis, "sort")

    def argsort(self, axis: int | None = 1) -> Matrix:
        """The indices from which ``sort`` takes its entries; equal ones keep their order.

        >>> Matrix([[3, 1, 2], [9, 7, 8]]).argsort()
        Matrix([[1, 2, 0], [1, 2, 0]])
        """
        return self._rearranged(reductions.argsort, axis, "argsort")

    def _slices(self, axis: int | None, name: str) -> Sequence[Sequence[Any]]:
        """What a reduction is applied to: the columns, the rows, or all entries at once."""
        check_axis(name, axis, None)
        if axis is None:
            return [flatten(self.rows)]
        return self.rows if axis == 1 else transposed(self.rows)

    def _reduced(self, function: Callable[[Sequence[Any]], Any], axis: int | None, name: str) -> Any:
        try:
            results = list(map(function, self._slices(axis, name)))
        except OverflowError:
            raise too_large(name) from None
        return results[0] if axis is None else trusted([results] if axis == 0 else [[x] for x in results])

    def _rearranged(self, function: Callable[[Sequence[Any]], list[Any]], axis: int | None, name: str) -> Matrix:
        try:
            results = trusted([function(values) for values in self._slices(axis, name)])
        except OverflowError:
            raise too_large(name) from None
        return results.T if axis == 0 else results

    # ---------------------------------------------------------------- text

    def __repr__(self) -> str:
        """Python that evaluates to this Matrix again; of more than 1,000 entries the first and the last, and the shape.

        >>> Matrix.zeros(1000, 2)
        Matrix([[0, 0], [0, 0], [0, 0], ..., [0, 0], [0, 0], [0, 0]], shape=(1000, 2))
        """
        return f"Matrix({text.literal(self.rows)})"

    def __str__(self) -> str:
        """Aligned columns; a long table is cut in the middle."""
        return text.table(self.rows)

    def _repr_html_(self) -> str:
        """What notebooks show: an HTML table, cut in the middle as in ``str``."""
        return text.html(self.rows)

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


def native(values: Any) -> Any:
    """An array of another library as a Matrix where it has rows, else as a list; anything else is given back."""
    as_list = plain(values)
    return Matrix(as_list) if as_list is not values and as_list and isinstance(as_list[0], list) else as_list


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
            f"Matrix @: {text.format_shape(a.shape)} @ {text.format_shape(b.shape)}: the left has {len(a.rows[0])} columns, "
            f"the right {len(b.rows)} rows; these must be equal"
        )
    try:
        return trusted(by(a.rows, b.rows))
    except OverflowError:
        raise too_large("Matrix @") from None


def same_shape(value: Any, other: Matrix) -> bool:
    """Whether it is a Matrix as large as the ``other``.

    >>> same_shape(Matrix([[1, 2]]), Matrix([[0.5, 0.5]])), same_shape(Matrix([[1], [2]]), Matrix([[0.5, 0.5]])), same_shape(1, trusted([[1]]))
    (True, False, False)
    """
    # The lengths alone: asking both for their shape takes twice the time, and this is asked for every gradient.
    return isinstance(value, Matrix) and len(value.rows) == len(other.rows) and len(value.rows[0]) == len(other.rows[0])


def _rows_of(value: Matrix | Number) -> Rows:
    """The table of a Matrix; a number is a table of one."""
    return value.rows if isinstance(value, Matrix) else [[as_number(value)]]


def _elementwise(a: Any, symbol: str, b: Any) -> Matrix:
    try:
        left, right = _rows_of(a), _rows_of(b)
    except TypeError:
        return _unsupported(a, symbol, b)
    return trusted(elementwise(left, symbol, right))


def _unsupported(a: Any, symbol: str, b: Any) -> Matrix:
    """NotImplemented, for Python to ask the other one; TypeError for a list, and for an array, which would answer."""
    other = b if isinstance(a, Matrix) else a
    if is_array(other) or isinstance(other, (list, tuple)):
        kind = "list" if isinstance(other, (list, tuple)) else "array"
        raise TypeError(f"{symbol} needs a Matrix or a number, got a {type(other).__name__}; write Matrix({kind})")
    return NotImplemented  # type: ignore[no-any-return]


def _mask(a: Matrix, symbol: str, b: Any) -> Matrix:
    truths = _elementwise(a, symbol, b)
    return truths if truths is NotImplemented else trusted([list(map(int, row)) for row in truths.rows])


def _matrices(name: str, matrices: Iterable[Matrix]) -> list[Matrix]:
    parts = list(matrices) if isinstance(matrices, Iterable) and not isinstance(matrices, Matrix) else []
    if not parts or not all(isinstance(part, Matrix) for part in parts):
        raise TypeError(f"{name} needs a list of at least one Matrix, got {short(matrices)}")
    return parts


def _shapes(matrices: Sequence[Matrix]) -> str:
    return " and ".join(text.format_shape(matrix.shape) for matrix in matrices)
