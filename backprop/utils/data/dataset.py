"""Dataset: examples with their targets, one row each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from reprlib import repr as short
from typing import Any, Union

from backprop.autograd import Tensor
from backprop.matrix import Index, Matrix, Number, as_rows, html, native, resolve_index, trusted
from backprop.nn.functional.targets import is_classes
from backprop.validation import Configured

Example = tuple[Sequence[Number], Union[int, Sequence[Number]]]
Targets = Union[Sequence[int], Matrix]


@dataclass(frozen=True, repr=False)
class Dataset(Configured):
    """``inputs``, one row an example, and ``targets``, as many: class indices, or the rows of a Matrix.

    Rows may also be lists, or an array of NumPy, PyTorch or pandas, of which a Matrix or a list is made.
    ``classes`` are the names of the classes, where there are any; ``features`` those of the columns of ``inputs``.

    A subclass may compute its examples one by one, as in PyTorch: with ``__len__`` and with ``__getitem__``, which gives
    the pair (row, target) of a number. Batches, splits and folds then ask it whenever an example is needed, and
    ``inputs`` and ``targets`` ask it for all.

    Raises ValueError for another number of targets than rows, or of features than columns.

    >>> data = Dataset(Matrix([[0.0], [1.0], [2.0]]), [0, 1, 1])
    >>> data
    Dataset(3 examples of 1 feature, classes 0 to 1)
    >>> some = data.select([2, 0])
    >>> some.inputs, some.targets
    (Matrix([[2.0], [0.0]]), [1, 0])
    """

    inputs: Matrix
    targets: Targets
    classes: Sequence[str] = ()
    features: Sequence[str] = ()

    def __post_init__(self) -> None:
        # Not assigned as usual: a frozen dataclass refuses it.
        object.__setattr__(self, "inputs", _table("inputs", self.inputs))
        object.__setattr__(self, "targets", _targets(self.targets))
        if len(self.inputs) != len(self.targets):
            raise ValueError(f"Dataset got {len(self.targets)} targets for {len(self.inputs)} rows of inputs")
        columns = self.inputs.shape[1]
        if self.features and len(self.features) != columns:
            raise ValueError(f"Dataset got {len(self.features)} features for {columns} columns of inputs")

    def __len__(self) -> int:
        """The number of examples."""
        return len(self.inputs)

    def __getitem__(self, index: int) -> Example:
        """The pair (row, target) of one example.

        >>> Dataset(Matrix([[0.5], [1.5]]), [0, 1])[1]
        ([1.5], 1)
        """
        if isinstance(index, (slice, list, tuple)):
            raise TypeError(f"Dataset: data[i] is one example, data.select(…) several of them, got {short(index)}")
        (place,) = resolve_index(index, len(self), "example")
        target = self.targets[place]
        return list(self.inputs.rows[place]), target.tolist()[0] if isinstance(target, Matrix) else target

    def __getattr__(self, name: str) -> Any:
        """``inputs`` and ``targets`` where they are computed."""
        if name not in ("inputs", "targets"):
            raise AttributeError(f"{type(self).__name__} has no {name}")
        if not self._computes() or type(self).__len__ is Dataset.__len__:
            raise TypeError(
                f"{type(self).__name__}: a Dataset calls super().__init__(inputs, targets), or has __len__ and __getitem__"
            )
        return self.batch(range(len(self)))[name == "targets"]

    def batch(self, indices: Index) -> tuple[Matrix, Targets]:
        """The inputs and the targets of the examples of these numbers, in this order."""
        places = resolve_index(indices, len(self), "example")
        if self._computes():
            return collated(type(self).__name__, [self[i] for i in places])
        targets = self.targets
        return self.inputs[places], targets[places] if isinstance(targets, Matrix) else [targets[i] for i in places]

    def __repr__(self) -> str:
        """How many examples of what, in one line; where they are computed, none is asked for."""
        if self._computes():
            return f"{type(self).__name__}({_count(len(self), 'example')})"
        return f"{type(self).__name__}({_count(len(self), 'example')} of {self._content()})"

    def _repr_html_(self) -> str:
        """What notebooks show: the first examples and the last, each with its target."""
        inputs, targets = self.inputs, self.targets
        if isinstance(targets, Matrix):
            answers, columns = targets.rows, targets.shape[1]
        else:
            answers, columns = [[self.classes[t] if self.classes else t] for t in targets], 1
        features = self.features or [f"feature {j}" for j in range(inputs.shape[1])]
        names = ["target"] if columns == 1 else [f"target {j}" for j in range(columns)]
        return html(inputs.rows, answers, headers=[features, names], caption=repr(self))

    def _content(self) -> str:
        features = _count(self.inputs.shape[1], "feature")
        if self.classes:
            return f"{features}, {_count(len(self.classes), 'class', 'classes')}: {_named(self.classes)}"
        if isinstance(self.targets, Matrix):
            return f"{features}, {_count(self.targets.shape[1], 'number')} as target"
        return f"{features}, classes {min(self.targets)} to {max(self.targets)}"

    def select(self, indices: Index) -> Dataset:
        """The examples of these numbers (an int, a slice or a list of ints), in this order."""
        if self._computes():
            return _Subset(self, resolve_index(indices, len(self), "example"))
        return Dataset(*self.batch(indices), self.classes, self.features)

    def _computes(self) -> bool:
        return type(self).__getitem__ is not Dataset.__getitem__


class _Subset(Dataset):
    """Some examples of a Dataset that computes them."""

    def __init__(self, dataset: Dataset, places: Sequence[int]) -> None:
        names = {"classes": dataset.classes, "features": dataset.features}
        # A Dataset cannot be assigned to.
        vars(self).update(names, _dataset=dataset, _places=places)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> Example:
        (place,) = resolve_index(index, len(self), "example")
        example: Example = self._dataset[self._places[place]]
        return example


def collated(name: str, examples: Sequence[Any]) -> tuple[Matrix, Targets]:
    """The rows of pairs (row, target) as a Matrix, and the targets: a list of class indices or a Matrix.

    Raises TypeError, by ``name``, for what is no such pair.

    >>> collated("StreamLoader", [([0.5, 1.0], 0), (Tensor([[2.0, 3.0]]), 1)])
    (Matrix([[0.5, 1.0], [2.0, 3.0]]), [0, 1])
    """
    for example in examples:
        if not isinstance(example, (tuple, list)) or len(example) != 2:
            raise TypeError(f"{name}: an example is a pair (row, target), got {short(example)}")
    inputs = Matrix([_row(row) for row, _ in examples])
    targets: Any = [target for _, target in examples]
    if is_classes(targets):
        return inputs, targets
    for target in targets:
        if not isinstance(target, (Iterable, Tensor)):
            raise TypeError(f"{name}: targets are all class indices or all rows, as [0.5] is, got {short(target)}")
    return inputs, Matrix([_row(target) for target in targets])


def _row(row: Any) -> Any:
    if isinstance(row, Tensor):
        row = row.data
    return row.rows[0] if isinstance(row, Matrix) and len(row) == 1 else row


def _table(name: str, rows: Any) -> Matrix:
    return rows if isinstance(rows, Matrix) else trusted(as_rows(rows, f"Dataset: {name}"))


def _targets(targets: Any) -> Targets:
    given: Any = native(targets)
    if isinstance(given, Matrix) or is_classes(given):
        return given  # type: ignore[no-any-return]
    if isinstance(given, (list, tuple)) and given and all(isinstance(row, (list, tuple)) for row in given):
        return _table("targets", given)
    raise TypeError(
        f"Dataset: targets are a list of class indices (ints) or a Matrix, got {short(targets)}; "
        "write [int(t) for t in targets] for classes, [[t] for t in targets] for numbers"
    )


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def _named(names: Sequence[str], most: int = 6) -> str:
    return ", ".join([*names[:most], *(["…"] if len(names) > most else [])])
