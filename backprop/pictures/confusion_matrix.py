"""The confusion matrix: how often each class was taken for which."""

from __future__ import annotations

from collections.abc import Sequence

from backprop.matrix import Matrix, format_shape
from backprop.pictures.colours import tint
from backprop.pictures.picture import HasMatrix, Picture, matrix_of
from backprop.pictures.svg import MARGIN, WIDTH, element, sheet, words
from backprop.pictures.text_metrics import LINE, SIZE, clipped, text_width
from backprop.validation import check_positive_int

_LONGEST = 140  # of a class's name
_SMALLEST, _LARGEST, _HIGHEST = 32, 104, 56  # sides of a cell
_TRUE, _PREDICTED = "true class", "predicted class"
_LEAST, _MOST = 0.06, 0.5  # of the colour in a cell, on which letters can be read
_LETTERS = 8  # of a class's name in the terminal


class ConfusionMatrix(Picture):
    """``counts[i][j]`` is how many examples of class i (row) were predicted as class j (column), as scikit-learn's
    ``confusion_matrix`` gives it.

    ``classes`` are their names, 0, 1, 2, … if not given. A cell is as dark as its share of the row, so that a rare
    class shows as well as a frequent one; a 0 is left blank. Printed, it is a table with a dot for 0.

    Raises ValueError for a table that is not square, for what is not a count, and for more or fewer names than classes.

    >>> print(ConfusionMatrix([[12, 1], [0, 9]]))
          0   1
      +--------
    0 |  12   1
    1 |   .   9
    """

    def __init__(
        self,
        counts: Matrix | HasMatrix | Sequence[Sequence[int]],
        classes: Sequence[object] | None = None,
        *,
        title: str = "",
    ) -> None:
        table = Matrix(matrix_of(counts))
        if table.shape[0] != table.shape[1]:
            raise ValueError(
                f"ConfusionMatrix needs the same number of rows and columns, got {format_shape(table.shape)}"
            )
        for i, row in enumerate(table):
            for j, count in enumerate(row):
                check_positive_int("ConfusionMatrix", low=0, **{f"counts[{i}][{j}]": count})
        self._counts: list[list[int]] = table.rows
        self._classes = list(map(str, range(len(table)) if classes is None else classes))
        if len(self._classes) != len(table):
            raise ValueError(f"ConfusionMatrix got {len(self._classes)} names for {len(table)} classes")
        self._title = title

    def svg(self) -> str:
        count = len(self._classes)
        longest = min(max(map(text_width, self._classes)), _LONGEST)
        widest = max(text_width(str(n)) for row in self._counts for n in row)
        left, top = MARGIN + LINE + longest + 8, MARGIN
        width = max(_SMALLEST, widest + 10, min(_LARGEST, (WIDTH - left - MARGIN) / count))
        height = max(min(width, _HIGHEST), text_width(_TRUE) / count)
        right, bottom = left + count * width, top + count * height
        parts = []
        for i, row in enumerate(self._counts):
            middle = top + (i + 0.5) * height + 5
            parts.append(words(left - 8, middle, self._classes[i], most=longest, anchor="end"))
            total = sum(row) or 1
            for j, n in enumerate(row):
                ground = tint("c0", _LEAST + (_MOST - _LEAST) * n / total)
                x, y = left + j * width, top + i * height
                parts.append(element("rect", x=x + 0.5, y=y + 0.5, width=width - 1, height=height - 1, **ground))
                if n:
                    parts.append(words(x + width / 2, middle, n, anchor="middle"))
        names, foot = self._names_below(left, bottom, width, longest)
        labels = words((left + right) / 2, foot + SIZE, _PREDICTED, "soft", "middle")
        labels += words(MARGIN + SIZE, (top + bottom) / 2, _TRUE, "soft", "middle", turned=True)
        description = f"{self._title or 'Confusion matrix'}. {self._seen()}"
        return sheet(max(right + MARGIN, WIDTH), foot + LINE + MARGIN, self._title, description, *parts, names, labels)

    def __str__(self) -> str:
        names = [clipped(name, _LETTERS) for name in self._classes]
        cell = max(3, *map(len, names), *(len(str(n)) for row in self._counts for n in row))
        beside = max(map(len, names))
        lines = [
            f"{name:>{beside}} | " + " ".join(f"{n or '.':>{cell}}" for n in row)
            for name, row in zip(names, self._counts)
        ]
        head = " " * (beside + 3) + " ".join(f"{name:>{cell}}" for name in names)
        return "\n".join([head, f"{'':{beside}} +{'-' * (len(names) * (cell + 1))}", *lines])

    def _names_below(self, left: float, bottom: float, width: float, longest: float) -> tuple[str, float]:
        """(the columns' names, their lower end): level where all fit, else turned to be read from below."""
        parts = []
        level = longest + 4 <= width
        for j, name in enumerate(self._classes):
            x = left + (j + 0.5) * width
            if level:
                parts.append(words(x, bottom + 6 + SIZE, name, anchor="middle"))
            else:
                parts.append(words(x + 5, bottom + 8, name, most=longest, turned=True, anchor="end"))
        return "".join(parts), bottom + 6 + (LINE if level else longest + 6)

    def _seen(self) -> str:
        """How many were predicted right, and the most frequent error."""
        right, total = sum(row[i] for i, row in enumerate(self._counts)), sum(map(sum, self._counts))
        errors = [(n, -i, -j) for i, row in enumerate(self._counts) for j, n in enumerate(row) if i != j]
        most, i, j = max(errors, default=(0, 0, 0))
        error = f" Most often {self._classes[-i]} was taken for {self._classes[-j]}, {most} times." if most else ""
        return f"{len(self._classes)} classes; {right} of {total} examples were predicted right.{error}"
