"""What may be in a table: real numbers, in lists of equal length; validation."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from fractions import Fraction
from numbers import Integral, Rational, Real
from reprlib import repr as short
from typing import Any, Union

from backprop.kernel import Rows
from backprop.numbers import Number as OwnNumber

Number = Union[int, float, Fraction]
# An entry of a result is mostly a float, else a number of the kind that was given, which only the user knows.
Entry = Union[float, Any]

_NUMBER_TYPES = frozenset((int, float, Fraction))


def nested(data: Any, name: str, at: tuple[int, ...] = ()) -> tuple[Rows, tuple[int, ...]]:
    """The entries of a number or of nested lists, copied into rows along the last axis, and the shape; or the error, in the
    name of ``name``, that says what is wrong where. Bools among themselves stay bools. Without entries there is one row.

    >>> nested([(1, True), range(2)], "Matrix")
    ([[1, 1], [0, 1]], (2, 2))
    >>> nested([[[1.5, 2]], [[3, 4]]], "Tensor")
    ([[1.5, 2], [3, 4]], (2, 1, 2))
    """
    if type(data) is list and set(map(type, data)) <= _NUMBER_TYPES:  # most rows: no entry needs a look of its own
        return [data[:]], (len(data),)
    data = plain(data)
    data = data.tolist() if hasattr(data, "tolist") else data
    if not is_ordered(data):
        if not at and not isinstance(data, (Real, OwnNumber)):
            raise TypeError(f"{name} needs a number, nested lists of numbers or a Matrix, got {short(data)}")
        return [[data if type(data) is bool else as_number(data, f"{name}: entry {list(at)}")]], ()
    items = list(data)
    kinds = set(map(type, items))
    if kinds <= _NUMBER_TYPES or kinds == {bool}:
        return [items], (len(items),)
    items = [_number_of(item, data, name) if hasattr(item, "grad_fn") else item for item in items]
    if set(map(type, items)) == {bool}:
        return [items], (len(items),)
    parts = [nested(item, name, (*at, i)) for i, item in enumerate(items)]
    shape = parts[0][1]
    for i, (_, other) in enumerate(parts):
        if other != shape:
            where = f" of {list(at)}" if at else ""
            raise ValueError(
                f"{name}: part {i}{where} has the shape {list(other)} and part 0 {list(shape)}; all need the same shape"
            )
    if not shape:
        return [[as_number(row[0]) for (row,), _ in parts]], (len(items),)
    return [row for rows, _ in parts for row in rows] if 0 not in shape else [[]], (len(items), *shape)


def _number_of(tensor: Any, data: Any, name: str) -> Any:
    """That of a Tensor among the items, which has a single one; more would leave their graph unnoticed."""
    if tensor.numel() != 1:
        kind = type(data).__name__
        raise TypeError(f"{name}: a {kind} of Tensors is no Tensor; take one of them, or write stack(tensors)")
    if tensor.requires_grad:
        warnings.warn(f"{name}: the number of a Tensor leaves its graph; write stack(tensors)", stacklevel=5)
    return tensor.item()


def as_rows(rows: Any, name: str = "Matrix") -> Rows:
    """The rows of a table, which has at least one row and one column; TypeError or ValueError for anything else."""
    table, shape = nested(rows, name) if is_ordered(rows) else ([], ())
    if len(shape) != 2 and 0 not in shape:
        advice = "a single number is [[x]], a single row [[x, y, …]], a column [[x], [y], …]"
        raise TypeError(f"{name} needs a list of rows, got {short(rows)}; {advice}")
    if 0 in shape:
        raise ValueError(f"{name} needs at least one row and one column, got {short(rows)}")
    return table


def plain(values: Any) -> Any:
    """An array of NumPy, PyTorch or pandas as lists, also in a list; anything else is given back.

    All of them have ``__array__``. Iterated over, a DataFrame gives the names of its columns and
    a PyTorch tensor tensors, so that none is read as if it were a list.
    """
    if isinstance(values, (list, tuple)):
        return list(map(plain, values)) if any(map(is_array, values)) else values
    if not is_array(values):
        return values
    return (values.to_numpy() if hasattr(values, "to_numpy") else values).tolist()


def is_array(value: Any) -> bool:
    """Whether it is an array, or a number, of another library; our own leave NumPy's arithmetic to themselves."""
    return hasattr(value, "__array__") and getattr(value, "__array_ufunc__", True) is not None


def is_ordered(value: Any) -> bool:
    """Whether it is a collection whose items have places."""
    return hasattr(value, "__iter__") and not isinstance(value, (str, bytes, Mapping, AbstractSet))


def as_number(x: Any, name: str = "a number") -> Entry:
    """x as int, float or Fraction: a bool and the numbers of other libraries become one of them.

    >>> as_number(True)
    1
    """
    if type(x) in _NUMBER_TYPES or isinstance(x, OwnNumber):
        return x
    if isinstance(x, Real):
        return int(x) if isinstance(x, Integral) else Fraction(x) if isinstance(x, Rational) else float(x)
    advice = "; x.item() gives that of a single entry" if hasattr(x, "item") else ""
    raise TypeError(f"{name} is {short(x)}, not a real number (int, float or Fraction){advice}")
