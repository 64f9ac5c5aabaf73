"""Dataset: examples with their targets, one row each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from reprlib import repr as short
from typing import Any, Union

from backprop.autograd import Tensor, as_tensor
from backprop.matrix import Index, Matrix, Number, plain, resolve_index, trusted
from backprop.matrix.entries import as_rows
from backprop.nn.functional.targets import is_classes
from backprop.pictures.tables import html
from backprop.validation import Configured

Example = tuple[Sequence[Number], Union[int, Sequence[Number]]]
Targets = Union[Sequence[int], Matrix]
BatchTargets = Union[Targets, Tensor]


@dataclass(frozen=True, repr=False)
class Dataset(Configured):
    """Examples: ``inputs`` with one row each, and ``targets``, which are class indices or the rows of a Matrix.

    Rows may also be lists, or an array of NumPy, PyTorch or pandas, which is converted. ``classes`` are the names of
    the classes, ``features`` those of the columns of ``inputs``; both are optional.

    As in PyTorch, a subclass may compute its examples one by one, with ``__len__`` and with ``__getitem__``, which
    returns the pair (row, target) of an index. Batches, splits and folds call it whenever they need an example, and
    ``inputs`` and ``targets`` call it for all.

    Raises ValueError unless the numbers of targets and rows agree, and those of features and columns, and for a target
    that is beyond the ``classes``.

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
        # A frozen dataclass refuses the usual assignment.
        object.__setattr__(self, "inputs", _table("inputs", self.inputs))
        object.__setattr__(self, "targets", _targets(self.targets))
        if len(self.inputs) != len(self.targets):
            raise ValueError(f"Dataset got {len(self.targets)} targets for {len(self.inputs)} rows of inputs")
        count = len(self.classes)
        if count and not isinstance(self.targets, Matrix) and max(self.targets) >= count:
            place, target = max(enumerate(self.targets), key=itemgetter(1))
            raise ValueError(f"Dataset: target {place} is {target}; with {count} classes they are 0 to {count - 1}")
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
        (i,) = resolve_index(index, len(self), "example")
        target = self.targets[i]
        return list(self.inputs.rows[i]), target.tolist()[0] if isinstance(target, Matrix) else target

    def __getattr__(self, name: str) -> Any:
        """``inputs`` and ``targets`` of a subclass that computes its examples."""
        if name not in ("inputs", "targets"):
            raise AttributeError(f"{type(self).__name__} has no {name}")
        if not self._computes() or type(self).__len__ is Dataset.__len__:
            raise TypeError(
                f"{type(self).__name__}: a subclass of Dataset must call super().__init__(inputs, targets) or define __len__ and __getitem__"
            )
        return self.batch(range(len(self)))[name == "targets"]

    def batch(self, indices: Index) -> tuple[Matrix, Targets]:
        """The inputs and the targets of the examples with these indices, in this order."""
        chosen = resolve_index(indices, len(self), "example")
        if self._computes():
            return collate(type(self).__name__, [self[i] for i in chosen])
        targets = self.targets
        return self.inputs[chosen], targets[chosen] if isinstance(targets, Matrix) else [targets[i] for i in chosen]

    def __repr__(self) -> str:
        """The numbers of examples, features and classes in one line; of examples that are computed, the first alone."""
        if self._computes():
            return f"{type(self).__name__}({_count(len(self), 'example')})"
        return f"{type(self).__name__}({_count(len(self), 'example')} of {self._content()})"

    def _repr_html_(self) -> str:
        """For notebooks: the first examples and the last, each with its target."""
        inputs, targets = self.inputs, self.targets
        if isinstance(targets, Matrix):
            cells, columns = targets.rows, targets.shape[1]
        else:
            # What is below 0 has no name, such as the ignore_index of a loss.
            cells, columns = [[self.classes[t] if self.classes and t >= 0 else t] for t in targets], 1
        features = self.features or [f"feature {j}" for j in range(inputs.shape[1])]
        names = ["target"] if columns == 1 else [f"target {j}" for j in range(columns)]
        return html(inputs.rows, cells, headers=[features, names], caption=repr(self))

    def _content(self) -> str:
        features = _count(self.inputs.shape[1], "feature")
        if self.classes:
            return f"{features}, {_count(len(self.classes), 'class', 'classes')}: {_abbreviate(self.classes)}"
        if isinstance(self.targets, Matrix):
            return f"{features}, {_count(self.targets.shape[1], 'number')} as target"
        return f"{features}, classes {min(self.targets)} to {max(self.targets)}"

    def select(self, indices: Index) -> Dataset:
        """A Dataset of the examples with these indices (an int, a slice or a list of ints), in this order."""
        if self._computes():
            return _Subset(self, resolve_index(indices, len(self), "example"))
        return Dataset(*self.batch(indices), self.classes, self.features)

    def _computes(self) -> bool:
        return type(self).__getitem__ is not Dataset.__getitem__


class _Subset(Dataset):
    """A selection from a Dataset that computes its examples."""

    def __init__(self, dataset: Dataset, indices: Sequence[int]) -> None:
        names = {"classes": dataset.classes, "features": dataset.features}
        # A Dataset cannot be assigned to.
        vars(self).update(names, _dataset=dataset, _indices=indices)

    def __len__(self) -> int:
        return len(self._indices)

    def __getitem__(self, index: int) -> Example:
        (i,) = resolve_index(index, len(self), "example")
        example: Example = self._dataset[self._indices[i]]
        return example


def collate(name: str, examples: Sequence[Any]) -> tuple[Matrix, Targets]:
    """The rows of pairs (row, target) as a Matrix, and the targets: a list of class indices or a Matrix.

    Raises TypeError, naming ``name``, for anything that is not such a pair.

    >>> collate("StreamLoader", [([0.5, 1.0], 0), (Tensor([[2.0, 3.0]]), 1)])
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


def as_tensors(batch: tuple[Matrix, Targets]) -> tuple[Tensor, BatchTargets]:
    """A batch as models and losses take it: its tables as Tensors."""
    inputs, targets = batch
    return as_tensor(inputs), as_tensor(targets) if isinstance(targets, Matrix) else targets


def _row(row: Any) -> Any:
    if isinstance(row, Tensor):
        row = row.matrix
    return row.rows[0] if isinstance(row, Matrix) and len(row) == 1 else row


def _table(name: str, rows: Any) -> Matrix:
    if isinstance(rows, Tensor):
        if len(rows.shape) > 2:
            raise ValueError(
                f"Dataset: {name} have a row for each example, got the shape {list(rows.shape)}; write {name}.flatten(1)"
            )
        rows = rows.matrix if len(rows.shape) == 2 else rows.tolist()
    return rows if isinstance(rows, Matrix) else trusted(as_rows(rows, f"Dataset: {name}"))


def _targets(targets: Any) -> Targets:
    if isinstance(targets, Tensor):
        targets = targets.tolist() if len(targets.shape) == 1 else _table("targets", targets)
    given: Any = plain(targets)
    if isinstance(given, Matrix) or is_classes(given):
        return given
    if isinstance(given, (list, tuple)) and given and all(isinstance(row, (list, tuple)) for row in given):
        return _table("targets", given)
    raise TypeError(
        f"Dataset: targets are a list of class indices (ints) or a Matrix, got {short(targets)}; "
        "write [int(t) for t in targets] for classes, [[t] for t in targets] for numbers"
    )


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def _abbreviate(names: Sequence[str], limit: int = 6) -> str:
    return ", ".join([*names[:limit], *(["…"] if len(names) > limit else [])])
