"""History: what each epoch of a training came to."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from numbers import Real
from reprlib import repr as short
from typing import Any

from backprop.files import PathLike, replacing
from backprop.pictures import LineChart, sparkline
from backprop.pictures.tables import few_lines
from backprop.validation import check_choice, check_positive_int


@dataclass(frozen=True)
class Epoch:
    """One epoch: its number (from 1), the mean loss and the accuracy over the training data while it was learning,
    the same on the validation data afterwards, and its examples a second.

    What was not measured is None: accuracy without class targets, validation without validation data.

    Raises ValueError for a number that is not an int from 1 up, TypeError for another value that is not a number.
    """

    number: int
    loss: float
    accuracy: float | Any
    validation_loss: float | Any
    validation_accuracy: float | Any
    examples_per_second: float

    def __post_init__(self) -> None:
        check_positive_int("Epoch", number=self.number)
        for name in NAMES:
            value, optional = getattr(self, name), name in MEASURED[1:]
            if not isinstance(value, Real) and not (optional and value is None):
                raise TypeError(f"Epoch: {name} is a number{' or None' if optional else ''}, got {short(value)}")

    def __str__(self) -> str:
        """The measured values in one line; not the speed, so that the same training prints the same.

        >>> print(Epoch(3, 0.25, 0.925, None, None, 8000.0))
        epoch 3  loss 0.250000  accuracy 92.50 %
        """
        return "  ".join([f"epoch {self.number}", *(f"{name} {value}" for name, value in self.measured())])

    def measured(self) -> Iterator[tuple[str, str]]:
        """What was measured, but for the speed: its name and its value as people write them."""
        for name in MEASURED:
            value = getattr(self, name)
            if value is not None:
                yield name.replace("_", " "), percent(value) if "accuracy" in name else amount(value)


NAMES = tuple(field.name for field in fields(Epoch))
MEASURED = NAMES[1:-1]


class History(list[Epoch]):
    """The epochs of a training in their order: a list of Epoch, printed as a table.

    ``interrupted`` is True where the training was ended by Ctrl-C.

    >>> history = History([Epoch(1, 0.5, None, 0.75, None, 100.0), Epoch(2, 0.25, None, 0.5, None, 100.0)])
    >>> [epoch.loss for epoch in history]
    [0.5, 0.25]
    >>> print(history)
    epoch      loss  validation loss
        1  0.500000         0.750000
        2  0.250000         0.500000
    >>> history.sparkline("validation_loss")
    '█▁'
    """

    interrupted = False

    def __repr__(self) -> str:
        """The table that ``str`` gives, cut in the middle."""
        return few_lines(str(self))

    def __str__(self) -> str:
        """The measured values, one line an epoch."""
        measured = [{"epoch": str(epoch.number), **dict(epoch.measured())} for epoch in self]
        names = list(dict.fromkeys(name for line in measured for name in line)) or ["no epochs"]
        table = [dict(zip(names, names)), *measured]
        widths = {name: max(len(line.get(name, "")) for line in table) for name in names}
        return "\n".join("  ".join(line.get(name, "").rjust(widths[name]) for name in names) for line in table)

    def sparkline(self, name: str = "loss") -> str:
        """One value of all epochs as a curve of one line: "loss", "accuracy", "validation_loss" or another.

        What was not measured, or is NaN or infinite, is a gap. Raises ValueError for a name that no epoch has.
        """
        check_choice("sparkline", "name", name, NAMES)
        return sparkline([getattr(epoch, name) for epoch in self])

    def chart(self) -> LineChart:
        """The losses of all epochs as a curve, with those on the validation data beside it: in a notebook, in the
        terminal, or by ``history.chart().save("loss.svg")``."""
        curves: dict[str, Sequence[float | None]] = {"training": [epoch.loss for epoch in self]}
        validation = [epoch.validation_loss for epoch in self]
        if any(loss is not None for loss in validation):
            curves["validation"] = validation
        return LineChart(curves, x_label="epoch", y_label="loss")

    def _repr_svg_(self) -> str:
        return self.chart().svg()

    def to_csv(self, path: PathLike) -> None:
        """Write a text file, a line of names and one line an epoch; what was not measured is empty.

        A file of that name is replaced, once all is written.

        >>> import os, tempfile
        >>> path = os.path.join(tempfile.mkdtemp(), "history.csv")
        >>> History([Epoch(1, 0.5, None, None, None, 100.0)]).to_csv(path)
        >>> print(open(path).read().strip())
        number,loss,accuracy,validation_loss,validation_accuracy,examples_per_second
        1,0.5,,,,100.0
        """
        with replacing(path, encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(NAMES)
            writer.writerows([vars(epoch).values() for epoch in self])

    def to_json(self, path: PathLike) -> None:
        """Write a JSON file, a list with one object an epoch; what was not measured is null, NaN is NaN.

        A file of that name is replaced, once all is written.
        """
        with replacing(path, encoding="utf-8") as file:
            json.dump([vars(epoch) for epoch in self], file, indent=1)


def percent(share: float) -> str:
    """A share as people write it.

    >>> percent(0.925)
    '92.50 %'
    """
    return f"{100 * share:.2f} %"


def amount(loss: float) -> str:
    """A loss with six decimals, and one that needs many digits for that by its power of ten.

    >>> amount(0.25), amount(1e300)
    ('0.250000', '1.000000e+300')
    """
    return f"{loss:.6f}" if abs(loss) < 1e15 else f"{loss:e}"
