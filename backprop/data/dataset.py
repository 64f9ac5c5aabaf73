"""Dataset: examples with their targets, one row each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

from backprop.matrix import Matrix

Targets = Union[Sequence[int], Matrix]


@dataclass(frozen=True)
class Dataset:
    """``inputs``, one row an example, and ``targets``, as many: class indices, or the rows of a Matrix.

    ``classes`` are the names of the classes, where there are any.

    Raises ValueError for another number of targets than rows.

    >>> data = Dataset(Matrix([[0.0], [1.0], [2.0]]), [0, 1, 1])
    >>> len(data), data.select([2, 0])
    (3, Dataset(inputs=Matrix([[2.0], [0.0]]), targets=[1, 0], classes=()))
    """

    inputs: Matrix
    targets: Targets
    classes: Sequence[str] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.inputs, Matrix):
            raise TypeError(f"Dataset: inputs are a Matrix, got a {type(self.inputs).__name__}")
        if len(self.inputs) != len(self.targets):
            raise ValueError(f"Dataset got {len(self.targets)} targets for {len(self.inputs)} rows of inputs")

    def __len__(self) -> int:
        """The number of examples."""
        return len(self.inputs)

    def select(self, indices: Sequence[int]) -> Dataset:
        """The examples of these numbers, in this order."""
        targets = self.targets
        chosen = targets[indices] if isinstance(targets, Matrix) else [targets[i] for i in indices]
        return Dataset(self.inputs[indices], chosen, self.classes)
