"""What a LabeledDataset is made of: numbers of any kind as Tensors, and targets that its classes have names for."""

import copy
import pickle

import pytest

from backprop import Matrix, Tensor, float32, float64, int64, rand, randint
from backprop.utils.data import DataLoader, LabeledDataset, Subset, k_folds, train_test_split


class Flipped(LabeledDataset):
    """Inputs of which the examples are made otherwise."""

    def __getitem__(self, index):
        x, y = super().__getitem__(index)
        return -x, y


def made(kind=LabeledDataset):
    return kind([[n, n + 0.5] for n in range(12)], [n % 3 for n in range(12)], ["a", "b", "c"], ["x", "y"])


@pytest.mark.parametrize(
    ("targets", "dtype"),
    [
        ([1, 0], int64),
        ((1, 0), int64),
        (range(2), int64),
        ([1.0, 0.5], float32),
        ([[1], [0]], float32),
        (Matrix([[1], [0]]), float32),
        (Tensor([[1.0], [0.0]]), float32),
        (Tensor([[1, 0], [0, 1]]).long(), int64),
        (Tensor([[1.0], [0.0]]).double(), float64),
    ],
    ids=str,
)
def test_ints_in_a_list_are_classes_and_all_else_is_floating(targets, dtype):
    data = LabeledDataset(Matrix([[1, 2], [3, 4]]), targets)
    assert (data.inputs.dtype, data.targets.dtype) == (float32, dtype)
    expected = targets if isinstance(targets, (Tensor, Matrix)) else list(targets)
    assert data.targets.tolist() == (expected if isinstance(expected, list) else expected.tolist())
    inputs, batch = next(iter(DataLoader(data, batch_size=2)))
    assert inputs.equal(data.inputs) and batch.equal(data.targets) and batch.dtype is dtype


def test_tensors_are_taken_as_they_are():
    x, y = rand(4, 1, 2, 2), randint(0, 2, (4,))
    data = LabeledDataset(x, y)
    assert data.inputs is x and data.targets is y and data.tensors == (x, y)
    assert data[2][0].equal(x[2]) and data.select(slice(1, 3)).inputs.equal(x[1:3])


def test_names_go_on_to_what_is_selected():
    data = made()
    for part in (data.select([3, 1]), *train_test_split(data, 2), *next(k_folds(data))):
        assert type(part) is LabeledDataset and (part.classes, part.features) == (["a", "b", "c"], ["x", "y"])
    assert data.select([3, 1]).inputs.tolist() == [[3.0, 3.5], [1.0, 1.5]] and len(data.select(-1)) == 1


def test_a_subclass_with_examples_of_its_own_is_split_into_subsets():
    data = made(Flipped)
    part = data.select([4, 2])
    assert type(part) is Subset and [x.tolist() for x, _ in part] == [[-4.0, -4.5], [-2.0, -2.5]]
    train, test = train_test_split(data, 4, stratify=True)
    seen = [int(-x[0].item()) for x, _ in [*train, *test]]
    assert sorted(seen) == list(range(12))


def test_copies_are_equal_in_their_examples():
    data = made()
    for other in (copy.copy(data), copy.deepcopy(data), pickle.loads(pickle.dumps(data))):
        assert other.inputs.equal(data.inputs) and other.targets.equal(data.targets) and other.classes == data.classes


def test_what_a_loss_ignores_has_no_name_in_a_notebook():
    page = LabeledDataset([[7.0], [8.0], [9.0]], [0, 1, -100], classes=["cat", "dog"])._repr_html_()
    assert "cat" in page and "-100" in page and page.count("dog") == 2  # in the caption, and as the target of one


def test_images_are_shown_by_their_size():
    data = LabeledDataset(rand(4, 1, 2, 2), [0, 1, 1, 0])
    assert repr(data) == "LabeledDataset(4 examples of 1×2×2 numbers, classes 0 to 1)"
    assert "feature 3" in data._repr_html_()


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: LabeledDataset(Matrix([[1.0]]), [0, 1]), ValueError, r"of the same number, got \[1, 1\] and \[2\]"),
        (lambda: LabeledDataset(1.0, 1), ValueError, r"of the same number, got \[\] and \[\]"),
        (
            lambda: LabeledDataset(Matrix([[1.0]]), "a"),
            TypeError,
            "LabeledDataset: targets needs a number, nested lists",
        ),
        (
            lambda: LabeledDataset([[1.0], [1.0, 2.0]], [0, 1]),
            ValueError,
            "LabeledDataset: inputs: part 1 has the shape",
        ),
        (
            lambda: LabeledDataset(Matrix([[1.0, 2.0]]), [0], (), ["a"]),
            ValueError,
            r"1 features for inputs of the shape \[2\]",
        ),
        (lambda: made().select([15]), IndexError, r"example \[15\] of 12: they are numbered 0 to 11"),
        (lambda: made().nothing, AttributeError, "nothing"),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()


@pytest.mark.parametrize("targets", [[0, 2], [0, 5], (1, 2), Tensor([0, 3]).long()], ids=str)
def test_a_target_beyond_the_classes_is_refused(targets):
    with pytest.raises(
        ValueError, match=rf"^LabeledDataset: target 1 is {int(targets[1])}; with 2 classes they are 0 to 1$"
    ):
        LabeledDataset([[0.0], [1.0]], targets, classes=["cat", "dog"])
