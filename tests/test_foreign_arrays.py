"""Arrays of other libraries: read as the numbers they hold wherever a table or class indices are asked for, or refused
with what to write; never read as what they are not.

The classes here behave as those of NumPy, PyTorch and pandas do in what matters: all have ``__array__``; iterated over,
a DataFrame gives the names of its columns and a PyTorch tensor gives tensors, also for single numbers.
"""

import random

import pytest

from backprop import Matrix, Tensor, metrics, tensor
from backprop.nn import CrossEntropyLoss, Embedding, Linear, MSELoss, NLLLoss, Parameter, functional
from backprop.nn.functional import one_hot
from backprop.utils.data import LabeledDataset


class Array:
    """A NumPy array."""

    def __init__(self, values):
        self.values = values

    def __array__(self, *_):
        raise AssertionError("nothing here needs NumPy")

    def __len__(self):
        return len(self.values)

    def __iter__(self):
        return iter(self.values)

    def __repr__(self):
        return f"array({self.values})"

    def tolist(self):
        return self.values


class TorchTensor(Array):
    """A PyTorch tensor: what it gives when it is iterated over are tensors."""

    def __iter__(self):
        if not isinstance(self.values, list):
            raise TypeError("iteration over a 0-d tensor")
        return map(TorchTensor, self.values)


class DataFrame(Array):
    """A pandas DataFrame: no ``tolist``, and iterating gives the names of the columns."""

    tolist = None

    def __iter__(self):
        return iter([(0, 1), (2, 3)])  # a MultiIndex: a Matrix, if it were read

    def to_numpy(self):
        return Array(self.values)


TABLE, CLASSES = [[0.5, -1.0], [2.0, 3.0], [1.0, 4.0]], [0, 1, 0]
KINDS = [Array, TorchTensor, DataFrame]
SINGLE = [Array, TorchTensor]  # what one element of a list may be


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_is_read_wherever_one_is_asked_for(kind):
    table, matrix, layer = kind(TABLE), Matrix(TABLE), Linear(2, 2, rng=random.Random(0))
    assert (
        Matrix(table)
        == Tensor(table).matrix
        == Parameter(table).matrix
        == LabeledDataset(table, CLASSES).inputs.matrix
        == matrix
    )
    assert layer(table).matrix == layer(matrix).matrix
    assert (Tensor(matrix) + table).matrix == matrix + matrix
    assert functional.relu(table).matrix == functional.relu(matrix).matrix
    assert MSELoss()(matrix, table).item() == 0
    assert metrics.r2(table, table) == 1


@pytest.mark.parametrize("kind", SINGLE)
def test_rows_and_numbers_in_a_list_are_read_as_well(kind):
    assert Matrix(list(map(kind, TABLE))) == Matrix(TABLE)
    assert Matrix([list(map(kind, row)) for row in TABLE]) == Matrix(TABLE)


@pytest.mark.parametrize("kind", SINGLE)
def test_a_single_number_is_a_tensor_of_one(kind):
    assert Tensor(kind(1.5)).item() == 1.5 and (Tensor(2.0) * kind(1.5)).item() == 3.0


@pytest.mark.parametrize(
    "classes",
    [*(kind(CLASSES) for kind in KINDS), *(list(map(kind, CLASSES)) for kind in SINGLE), tuple(map(Array, CLASSES))],
)
def test_class_indices_are_read_wherever_they_are_asked_for(classes):
    scores = functional.log_softmax(Matrix(TABLE), dim=1)
    for loss in (CrossEntropyLoss(), CrossEntropyLoss(label_smoothing=0.25), NLLLoss()):
        assert loss(scores, classes).item() == loss(scores, CLASSES).item()
    assert LabeledDataset(Matrix(TABLE), classes).targets.tolist() == CLASSES
    assert one_hot(classes).tolist() == one_hot(CLASSES).tolist()
    assert metrics.accuracy(classes, CLASSES) == metrics.accuracy(CLASSES, classes) == 1
    assert metrics.report(classes, CLASSES) == metrics.report(CLASSES, CLASSES)
    layer = Embedding(2, 3, rng=random.Random(0))
    assert layer(classes).matrix == layer(CLASSES).matrix


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_targets_are_a_matrix(kind):
    probabilities = [[0.25, 0.75], [1.0, 0.0], [0.5, 0.5]]
    loss = CrossEntropyLoss()
    assert loss(Matrix(TABLE), kind(probabilities)).item() == loss(Matrix(TABLE), Matrix(probabilities)).item()
    assert LabeledDataset(Matrix(TABLE), kind([[1.0], [2.0], [3.0]])).targets.tolist() == [[1.0], [2.0], [3.0]]
    assert metrics.accuracy(CLASSES, kind(TABLE)) == metrics.accuracy(CLASSES, Matrix(TABLE))
    weighted = CrossEntropyLoss(weight=kind([1.0, 2.0]))
    assert weighted(Matrix(TABLE), CLASSES).item() == CrossEntropyLoss(weight=[1.0, 2.0])(Matrix(TABLE), CLASSES).item()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "targets, advice",
    [
        ([0.0, 1.0, 0.0], r"; write \[int\(t\) for t in targets\]"),
        ([0.5, 1.0, 0.0], "got"),
        ([True, False, True], r"; write \[int\(t\) for t in targets\]"),
        (["a", "b", "a"], r"; write \[names.index\(t\) for t in targets\], names = sorted\(set\(targets\)\)"),
        ([[0], [1], [0]], r"; write \[t for \[t\] in targets\]"),
    ],
)
def test_targets_that_are_no_class_indices_are_never_rounded(kind, targets, advice):
    needed = r"needs targets of the shape \[3\], got \[3, 1\]" if targets[0] == [0] else ": targets are class indices"
    for loss, name in ((CrossEntropyLoss(), "cross_entropy"), (NLLLoss(), "nll_loss")):
        with pytest.raises((TypeError, ValueError), match=f"^{name} ?{needed}.*{advice}"):
            loss(Matrix(TABLE), kind(targets))


@pytest.mark.parametrize("kind", KINDS)
def test_what_no_matrix_can_hold_is_refused(kind):
    with pytest.raises(TypeError, match=r"^Matrix needs a list of rows, got array.*; .*a single row \[\[x, y, …\]\]"):
        Matrix(kind([1.0, 2.0]))
    with pytest.raises(TypeError, match=r"^Matrix: entry \[0, 0\] is 'a'"):
        Matrix(kind([["a"]]))
    with pytest.raises(TypeError, match=r"^Matrix needs a list of rows, got array"):
        Matrix(kind([[[1.0, 2.0]]]))
    with pytest.raises(TypeError, match=r"^Tensor: entry \[0\] is 'a'"):
        Tensor(kind(["a"]))
    with pytest.raises(ValueError, match=r"^Tensor: part 1 has the shape \[1\] and part 0 \[2\]"):
        Tensor(kind([[1.0, 2.0], [3.0]]))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("values", [[1.0, 2.0], [[[1.0, 2.0]], [[3.0, 4.0]]]])
def test_an_array_of_any_number_of_axes_is_a_tensor(kind, values):
    assert Tensor(kind(values)).tolist() == tensor(kind(values)).tolist() == values
    assert functional.relu(kind(values)).shape == Tensor(values).shape


@pytest.mark.parametrize("kind", KINDS)
def test_a_matrix_does_not_guess_in_arithmetic(kind):
    table = kind(TABLE)
    for symbol, compute in {
        "+": lambda: Matrix(TABLE) + table,
        "-": lambda: table - Matrix(TABLE),
        "<": lambda: Matrix(TABLE) < table,
        "@": lambda: Matrix(TABLE) @ table,
    }.items():
        with pytest.raises(TypeError) as refused:
            compute()
        assert f"{symbol}" in str(refused.value) and f"'{kind.__name__}'" in str(refused.value)
    with pytest.raises(TypeError, match=r"got array.*; index.tolist\(\) is a list"):
        Matrix(TABLE)[kind([0, 1])]
