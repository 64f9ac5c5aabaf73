"""LabeledDataset: inputs and targets as two Tensors, with the names of classes and features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop.autograd import Tensor, as_tensor, constant
from backprop.dtypes import get_default_dtype
from backprop.matrix import Index, format_shape, plain, resolve_index
from backprop.nn.functional.targets import advice, class_list, is_classes
from backprop.pictures.tables import html
from backprop.tensors.from_data import tensor
from backprop.utils.data.dataset import Subset, TensorDataset
from backprop.validation import Configured


class LabeledDataset(Configured, TensorDataset):
    """A TensorDataset of ``inputs`` and ``targets``, which are class indices (int64) or floating numbers.

    Both are Tensors or what makes them: nested lists, a Matrix, an array of NumPy, PyTorch or pandas. Of these a list of
    ints is class indices, and all else is floating. ``classes`` are the names of the classes, ``features`` those of the
    columns of ``inputs``; both are optional.

    Raises ValueError unless the numbers of inputs and targets agree, and those of features and columns, and for a target
    that is beyond the ``classes``.

    >>> data = LabeledDataset([[0.0], [1.0], [2.0]], [0, 1, 1], ["cat", "dog"])
    >>> data
    LabeledDataset(3 examples of 1 feature, 2 classes: cat, dog)
    >>> data[1], data.select([2, 0]).targets
    ((tensor([1.]), tensor(1)), tensor([1, 0]))
    """

    schema: Any = None  # of the table that ``read_table`` has read

    def __init__(self, inputs: Any, targets: Any, classes: Sequence[str] = (), features: Sequence[str] = ()) -> None:
        name = type(self).__name__
        x, y = _floating(f"{name}: inputs", inputs), _classes_or_floating(f"{name}: targets", targets)
        if not x.shape or x.shape[:1] != y.shape[:1]:
            raise ValueError(
                f"{name}: inputs and targets are of the same number, got {list(x.shape)} and {list(y.shape)}"
            )
        indices = class_list(y) or ()
        for place, index in enumerate(indices if classes else ()):
            if index >= len(classes):
                fits = f"with {len(classes)} classes they are 0 to {len(classes) - 1}"
                raise ValueError(f"{name}: target {place} is {index}; {fits}")
        if features and x.shape[1:] != (len(features),):
            raise ValueError(f"{name} got {len(features)} features for inputs of the shape {list(x.shape[1:])}")
        super().__init__(x, y)
        self.classes, self.features = classes, features

    @property
    def inputs(self) -> Tensor:
        """The inputs of all examples, the first axis that of the examples."""
        return self.tensors[0]

    @property
    def targets(self) -> Tensor:
        """The targets of all examples."""
        return self.tensors[1]

    def select(self, indices: Index) -> Any:
        """A LabeledDataset of the examples with these indices (an int, a slice or a list of ints), in this order; of a
        subclass that makes its examples by a ``__getitem__`` of its own a Subset."""
        chosen = list(resolve_index(indices, len(self), "example"))
        if type(self).__getitem__ is not TensorDataset.__getitem__:
            return Subset(self, chosen)
        return LabeledDataset(self.inputs[chosen], self.targets[chosen], self.classes, self.features)

    def __repr__(self) -> str:
        """The numbers of examples, features and classes in one line."""
        sizes = self.inputs.shape[1:]
        each = _count(sizes[0], "feature") if len(sizes) == 1 else f"{format_shape(sizes)} numbers"
        indices = class_list(self.targets)
        if self.classes:
            answers = f"{_count(len(self.classes), 'class', 'classes')}: {_abbreviate(self.classes)}"
        elif indices:
            answers = f"classes {min(indices)} to {max(indices)}"
        else:
            answers = f"{_count(self.targets.shape[1:].numel(), 'number')} as target"
        return f"{type(self).__name__}({_count(len(self), 'example')} of {each}, {answers})"

    def _repr_html_(self) -> str:
        """For notebooks: the first examples and the last, each with its target."""
        inputs, targets = (tensor.reshape(len(self), -1).tolist() for tensor in self.tensors)
        if self.classes:
            # What is below 0 has no name, such as the ignore_index of a loss.
            targets = [[self.classes[k] if k >= 0 else k for k in row] for row in targets]
        features = self.features or [f"feature {j}" for j in range(len(inputs[0]))]
        columns = len(targets[0])
        names = ["target"] if columns == 1 else [f"target {j}" for j in range(columns)]
        return html(inputs, targets, headers=[features, names], caption=repr(self))


def _floating(name: str, values: Any) -> Tensor:
    x = as_tensor(plain(values), name)
    return x if x is values else constant(x._matrix, x._shape, get_default_dtype())


def _classes_or_floating(name: str, values: Any) -> Tensor:
    if not is_classes(plain(values)):
        try:
            return _floating(name, values)
        except TypeError as error:
            raise TypeError(f"{error}{advice(values)}") from None
    return tensor(plain(values))


def _count(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or one + 's'}"


def _abbreviate(names: Sequence[str], limit: int = 6) -> str:
    return ", ".join([*names[:limit], *(["…"] if len(names) > limit else [])])
