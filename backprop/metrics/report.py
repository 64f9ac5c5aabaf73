"""Report: the figures that say how good a model is, as a table to read and a dict to keep."""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import repr as short
from typing import Any

from backprop.metrics.classification import averaged, counted, f1_of, precision_of, recall_of
from backprop.metrics.regression import checked_columns, mean_absolute_of, mean_over, r2_of, root_mean_square_of
from backprop.metrics.validation import Numbers, predicted_classes
from backprop.nn.functional.targets import class_list
from backprop.pictures.tables import few_lines, html

RATIOS = {"precision": precision_of, "recall": recall_of, "f1": f1_of}
AVERAGES = ("macro", "weighted")
FIGURES = {"r2": r2_of, "mean_absolute_error": mean_absolute_of, "root_mean_squared_error": root_mean_square_of}


class Report(dict[str, Any]):
    """The figures: a plain dict, ready for ``json.dumps``, whose ``str`` is a table."""

    def __repr__(self) -> str:
        return few_lines(str(self))

    def __str__(self) -> str:
        """Aligned columns, shares to four decimals."""
        return _aligned(self._lines())

    def _repr_html_(self) -> str:
        """What notebooks show."""
        lines = self._lines()
        return html(lines[1:], headers=lines[:1]) if "classes" in self else html(lines)

    def _lines(self) -> list[list[str]]:
        if "classes" not in self:
            return [[name, f"{value:.6g}"] for name, value in self.items()]
        lines = [["", *RATIOS, "support"]]
        lines += [[name, *_cells(row)] for name, row in self["classes"].items()]
        lines += [["accuracy", "", "", f"{self['accuracy']:.4f}", str(self["macro"]["support"])]]
        return lines + [[name, *_cells(self[name])] for name in AVERAGES]


def report(y_true: Numbers, y_pred: Numbers, *, classes: Sequence[str] = ()) -> Report:
    """The figures that fit the targets, which are those of a LabeledDataset.

    For class indices, ints: precision, recall, F1 and the number of examples (support) of each class that
    occurs among targets or predictions, the accuracy, and the means "macro" and "weighted" of ``precision``.
    Predictions are class indices or scores; ``classes`` are the names of all classes. For numbers, a Matrix, a Tensor
    or a list: R², mean absolute error, root mean squared error.

    Raises what the single metrics raise, and ValueError for names that do not fit.

    >>> print(report([0, 1, 2, 2], [0, 1, 1, 2], classes=["setosa", "versicolor", "virginica"]))
                precision  recall      f1  support
    setosa         1.0000  1.0000  1.0000        1
    versicolor     0.5000  1.0000  0.6667        1
    virginica      1.0000  0.5000  0.6667        2
    accuracy                       0.7500        4
    macro          0.8333  0.8333  0.7778        4
    weighted       0.8750  0.7500  0.7500        4
    >>> print(report([3.0, -0.5, 2.0, 7.0], [2.5, 0.0, 2.0, 8.0]))
    r2                       0.948608
    mean_absolute_error           0.5
    root_mean_squared_error  0.612372
    """
    indices = class_list(y_true)
    if indices is not None:
        return _of_classes(indices, y_pred, _checked_names(classes))
    if classes:
        raise ValueError(f"report: classes name class indices, but y_true is {short(y_true)}")
    columns = checked_columns("report", y_true, y_pred)
    return Report({name: mean_over(columns, figure) for name, figure in FIGURES.items()})


def _of_classes(y_true: Any, y_pred: Any, names: Sequence[str]) -> Report:
    true, predicted, _ = predicted_classes("report", y_true, y_pred, len(names) or None)
    table = counted(true, predicted)
    single = {}
    for k, counts in table.items():
        shares = {name: float(ratio(counts)) for name, ratio in RATIOS.items()}
        single[names[k] if names else str(k)] = {**shares, "support": counts.actual}
    means = {}
    for average in AVERAGES:
        shares = {name: averaged(ratio, table, average) for name, ratio in RATIOS.items()}
        means[average] = {**shares, "support": len(true)}
    return Report({"classes": single, "accuracy": averaged(recall_of, table, "micro"), **means})


def _checked_names(classes: Any) -> Sequence[str]:
    if not isinstance(classes, (list, tuple)) or not {str}.issuperset(map(type, classes)):
        raise TypeError(f"report: classes are a list of names, got {short(classes)}")
    if len(set(classes)) < len(classes):
        raise ValueError(f"report: the classes need different names, got {short(classes)}")
    return classes


def _cells(row: dict[str, Any]) -> list[str]:
    return [f"{value:.4f}" if isinstance(value, float) else str(value) for value in row.values()]


def _aligned(lines: Sequence[Sequence[str]]) -> str:
    """The first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines)
