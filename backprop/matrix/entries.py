"""What may be in a Matrix: real numbers, in rows of equal length; validation."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from fractions import Fraction
from numbers import Integral, Rational, Real
from reprlib import repr as short
from typing import Any, Union

from backprop.kernel import Rows

Number = Union[int, float, Fraction]
# An entry of a result is mostly a float, else a number of the kind that was given, which only the user knows.
Entry = Union[float, Any]

_NUMBER_TYPES = frozenset((int, float, Fraction))


def as_rows(rows: Any, name: str = "Matrix") -> Rows:
    """The rows copied as lists of int, float and Fraction, or the error that says what is wrong where.

    >>> as_rows([(1, True), range(2)])
    [[1, 1], [0, 1]]
    """
    rows = plain(rows)
    if not _is_ordered(rows):
        raise TypeError(f"{name} needs a list of rows, got {short(rows)}; a single number is [[x]]")
    table: Rows = []
    for i, row in enumerate(rows):
        if not _is_ordered(row):
            raise TypeError(
                f"{name}: row {i} is {short(row)}, not a list of numbers; a single row is [[x, y, …]], a column [[x], [y], …]"
            )
        entries = list(row)
        if not _NUMBER_TYPES.issuperset(map(type, entries)):
            entries = [as_number(x, f"{name}: entry [{i}, {j}]") for j, x in enumerate(plain(entries))]
        if table and len(entries) != len(table[0]):
            raise ValueError(
                f"{name}: row {i} has {len(entries)} entries and row 0 has {len(table[0])}; all need the same number"
            )
        table.append(entries)
    if not table or not table[0]:
        raise ValueError(f"{name} needs at least one row and one column, got {short(table)}")
    return table


def plain(values: Any) -> Any:
    """An array of NumPy, PyTorch or pandas as lists, also in a list; anything else is given back.

    All of them have ``__array__``, and nothing here has. Iterated over, a DataFrame gives the names of its columns and
    a PyTorch tensor tensors, so that none is read as if it were a list.
    """
    if isinstance(values, (list, tuple)):
        return list(map(plain, values)) if any(map(is_array, values)) else values
    if not is_array(values):
        return values
    return (values.to_numpy() if hasattr(values, "to_numpy") else values).tolist()


def is_array(value: Any) -> bool:
    """Whether it is an array, or a number, of another library."""
    return hasattr(value, "__array__")


def _is_ordered(value: Any) -> bool:
    return hasattr(value, "__iter__") and not isinstance(value, (str, bytes, Mapping, AbstractSet))


def as_number(x: Any, name: str = "a number") -> Entry:
    """x as int, float or Fraction: a bool and the numbers of other libraries become one of them.

    >>> as_number(True)
    1
    """
    if type(x) in _NUMBER_TYPES:
        return x
    if isinstance(x, Integral):
        return int(x)
    if isinstance(x, Rational):
        return Fraction(x)
    if isinstance(x, Real):
        return float(x)
    advice = "; x.item() gives that of a single entry" if hasattr(x, "item") else ""
    raise TypeError(f"{name} is {short(x)}, not a real number (int, float or Fraction){advice}")


def as_list(name: str, values: Any) -> list[Any]:
    """The numbers of any ordered collection.

    >>> as_list("diagonal", (1, 2))
    [1, 2]
    """
    if not _is_ordered(values):
        raise TypeError(f"{name} needs a list of numbers, got {short(values)}")
    return list(values)


def check_size(rows: Any, columns: Any) -> None:
    """TypeError or ValueError unless both are ints from 1 up."""
    for count, name in ((rows, "rows"), (columns, "columns")):
        if not isinstance(count, int) or isinstance(count, bool):
            raise TypeError(f"the number of {name} is an int, got {short(count)}")
        if count < 1:
            raise ValueError(f"a Matrix has at least one row and one column, got {rows}×{columns}")


def check_axis(name: str, axis: Any, *others: Any) -> None:
    """ValueError unless ``axis`` is the int 0 or 1, or one of the ``others``."""
    if (type(axis) is not int or axis not in (0, 1)) and not any(axis is other for other in others):
        first = "".join(f"{other!r}, " for other in others)
        raise ValueError(f"{name}: axis is {first}0 or 1, got {short(axis)}")


def check_int(name: str, setting: str, value: Any) -> None:
    """TypeError unless it is an int, and no bool."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name}: {setting} is an int, got {short(value)}")


def too_large(name: str) -> OverflowError:
    """The error where an int or a Fraction has to become a float and no float is as large."""
    return OverflowError(f"{name}: a number is beyond the largest float; Fractions alone stay exact")
