"""What all drawings share: a Picture is SVG, shows itself in a notebook and is saved; its numbers are floats."""

from __future__ import annotations

import math
from reprlib import repr as short
from typing import Any, Protocol

from backprop.files import PathLike, replacing
from backprop.matrix import Matrix
from backprop.matrix.entries import as_number, is_ordered


class HasMatrix(Protocol):
    """A Tensor, which is known by what it has, as Tensors stand on pictures."""

    @property
    def matrix(self) -> Matrix: ...


class Picture:
    """A drawing: ``svg()`` is its text, which notebooks show by themselves, and ``save(path)`` writes it to a file.

    The same numbers give the same text, byte for byte. It shows as light or dark as the reader's system is set,
    and has a description for screen readers.
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}(shown by a notebook, written by save(path))"

    def svg(self) -> str:
        """The drawing as one ``<svg>`` element, which a page in HTML may hold as it is."""
        raise NotImplementedError(f"{type(self).__name__} needs an svg method")

    def _repr_svg_(self) -> str:
        return self.svg()

    def save(self, path: PathLike) -> None:
        """Write ``svg()`` to a file, which is replaced only when all of it is written.

        >>> import os, tempfile
        >>> from backprop.pictures import LineChart
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     LineChart({"loss": [3.0, 2.0, 1.5]}).save(os.path.join(folder, "loss.svg"))
        ...     os.listdir(folder)
        ['loss.svg']
        """
        with replacing(path, encoding="utf-8") as file:
            file.write(self.svg() + "\n")


def as_list(name: str, values: Any) -> list[Any]:
    """The numbers of any ordered collection.

    >>> as_list("diagonal", (1, 2))
    [1, 2]
    """
    if not is_ordered(values):
        raise TypeError(f"{name} needs a list of numbers, got {short(values)}")
    return list(values)


def numbers(name: str, values: Any) -> list[float]:
    """The numbers of a list, or of a Matrix or a Tensor row after row, as floats; TypeError for anything else.

    >>> numbers("loss", [1, 2.5]), numbers("weight", Matrix([[1, 2], [3, 10**400]]))
    ([1.0, 2.5], [1.0, 2.0, 3.0, inf])
    """
    return [_float(as_number(x, f"{name}[{i}]")) for i, x in enumerate(entries(name, values))]


def entries(name: str, values: Any) -> list[Any]:
    """The entries of a list as they are, or of a Matrix or a Tensor row after row; TypeError for anything else."""
    table = matrix_of(values)
    return [x for row in table for x in row] if isinstance(table, Matrix) else as_list(name, values)


def matrix_of(values: Any) -> Any:
    """The Matrix of a Tensor; anything else as it is."""
    return getattr(values, "matrix", values)


def _float(x: Any) -> float:
    try:
        return float(x)
    except OverflowError:
        return math.inf if x > 0 else -math.inf
