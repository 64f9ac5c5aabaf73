"""Leaks: an input that alone tells the target, which it may not do where the model is to be used."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import inf
from typing import Any

from backprop.utils.data import LabeledDataset

_SURE = 0.995  # of the examples
_DAYS = 3  # the place of the days among the inputs of a date
_FEWEST = 30  # examples, of which some column or other tells the target by chance


def leaks(data: LabeledDataset) -> Iterator[str]:
    """A sentence for each column of a table that tells the target of nearly every example.

    A category, or a date, tells a class if nearly all of its examples have the same; a number, if in the order of the
    numbers the classes lie one behind the other; and a number tells a quantity by nearly a straight line.
    """
    if not data.schema or len(data) < _FEWEST:
        return
    columns = list(zip(*data.inputs.tolist()))
    targets = data.targets.reshape(-1).tolist()
    if data.classes and max(Counter(targets).values()) > 0.95 * len(targets):
        return
    first = 0
    for column in data.schema.inputs:
        own = columns[first : first + len(column.features)]
        first += len(own)
        values = own[_DAYS] if column.kind == "date" else own[0] if column.kind == "number" else [*zip(*own)]
        if (_tells_class if data.classes else _tells_quantity)(values, targets):
            yield (
                f"{column.name!r} alone tells the target of nearly every example; if it is not known when the model is "
                f"asked, write --ignore {column.name!r}"
            )


def _tells_class(values: Sequence[Any], classes: list[int]) -> bool:
    groups: dict[Any, Counter[int]] = defaultdict(Counter)
    for value, own in zip(values, classes):
        groups[value if value == value else -inf][own] += 1
    odd = sum(sum(group.values()) - max(group.values()) for group in groups.values())
    if len(groups) * 10 > len(classes):  # so many that it is their order that tells
        usual = [group.most_common(1)[0][0] for _, group in sorted(groups.items())]
        odd += max(sum(one != other for one, other in zip(usual, usual[1:])) - max(classes), 0)
    return odd <= (1 - _SURE) * len(classes)


def _tells_quantity(values: Sequence[Any], targets: list[float]) -> bool:
    pairs = [(x, y) for x, y in zip(values, targets) if isinstance(x, float) and x == x]
    return len(pairs) >= _SURE * len(targets) and _correlation(pairs) ** 2 >= _SURE


def _correlation(pairs: list[tuple[float, float]]) -> float:
    mean_x, mean_y = (sum(values) / len(pairs) for values in zip(*pairs))
    xs, ys = [x - mean_x for x, _ in pairs], [y - mean_y for _, y in pairs]
    scale: Any = (sum(x * x for x in xs) * sum(y * y for y in ys)) ** 0.5
    return sum(x * y for x, y in zip(xs, ys)) / scale if scale else 0.0
