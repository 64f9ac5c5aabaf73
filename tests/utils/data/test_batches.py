"""Dataset, split and mini-batches: no example is lost, none comes twice, and one seed repeats them all."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from backprop import Matrix, Tensor, evaluate, fit, ones
from backprop.nn import Module, MSELoss, Parameter
from backprop.optim import SGD
from backprop.utils.data import DataLoader, Dataset, train_test_split
from backprop.utils.data.split import whole_share
from tests.strategies import seeds
from tests.tables import listed


def numbered(count, as_matrix=False):
    """Example n has the input [n, −n] and the target n."""
    targets = Matrix([[n] for n in range(count)]) if as_matrix else list(range(count))
    return Dataset(Matrix([[n, -n] for n in range(count)]), targets)


def labels(targets):
    return [n for (n,) in targets.tolist()] if isinstance(targets, (Matrix, Tensor)) else list(targets)


def check_pairs(inputs, targets):
    assert inputs.tolist() == [[n, -n] for n in labels(targets)]


@given(st.integers(1, 30), st.integers(1, 30), st.booleans(), st.booleans(), seeds)
def test_an_epoch_has_each_example_once_with_its_own_target(count, size, shuffle, as_matrix, seed):
    loader = DataLoader(numbered(count, as_matrix), size, shuffle, rng=random.Random(seed))
    batches = list(loader)
    assert len(batches) == len(loader)
    for inputs, targets in batches:
        check_pairs(inputs, targets)
    assert [len(targets) for _, targets in batches[:-1]] == [size] * (len(batches) - 1)
    seen = [n for _, targets in batches for n in labels(targets)]
    assert sorted(seen) == list(range(count))
    if not shuffle:
        assert seen == list(range(count))


@given(st.integers(1, 30), st.integers(1, 30), seeds)
def test_drop_last_leaves_out_only_the_short_batch(count, size, seed):
    if size <= count:
        batches = list(DataLoader(numbered(count), size, drop_last=True, rng=random.Random(seed)))
        assert [len(targets) for _, targets in batches] == [size] * (count // size)


def test_each_epoch_shuffles_the_examples_again():
    loader = DataLoader(numbered(100), 10, shuffle=True, rng=random.Random(0))
    first, second = ([frozenset(targets) for _, targets in loader] for _ in range(2))
    # Were only whole batches shuffled, the same sets would come back.
    assert not set(first) & set(second)


def test_a_forward_of_ones_own_gets_tensors():
    class Images(Module):
        def forward(self, input):
            return input.view(-1, 1, 2, 2).flatten(1) * self.weight

        def __init__(self):
            super().__init__()
            self.weight = Parameter(ones(4))

    data = Dataset([[1.0, 2.0, 3.0, 4.0]] * 3, [[0.0] * 4] * 3)
    for inputs, targets in DataLoader(data, 2):
        assert Images()(inputs).shape == targets.shape
    for batches in (DataLoader(data, 2), [(data.inputs, data.targets)]):
        model = Images()
        fit(model, MSELoss(), SGD(model.parameters(), lr=0.01), batches, epochs=1, progress=False)
        assert evaluate(model, MSELoss(), batches)[0] < 7.5


def test_the_same_seed_gives_the_same_epochs():
    one, other = (DataLoader(numbered(50), 7, shuffle=True, rng=random.Random(3)) for _ in range(2))
    for _ in range(3):
        assert listed(one) == listed(other)


@given(st.integers(2, 40), st.floats(0.01, 0.99), st.booleans(), seeds)
def test_a_split_is_disjoint_complete_and_repeatable(count, share, as_matrix, seed):
    data = numbered(count, as_matrix)
    held_out = math.ceil(Fraction(share) * count)
    assume(abs(Fraction(share) * count - round(share * count)) > 1e-12)
    if held_out >= count:
        with pytest.raises(ValueError, match="leaves neither side empty"):
            train_test_split(data, share)
        return
    train, test = train_test_split(data, share, rng=random.Random(seed))
    for part in (train, test):
        check_pairs(part.inputs, part.targets)
    assert sorted(labels(train.targets) + labels(test.targets)) == list(range(count))
    assert len(test) == held_out
    assert train_test_split(data, share, rng=random.Random(seed)) == (train, test)


@pytest.mark.parametrize("count", [10, 100, 1000, 12_000])
def test_whole_products_are_whole(count):
    """0.07 · 100 is 7.000000000000001 in floats, and 1 − 0.95 is 0.050000000000000044."""
    for k in range(1, 100):
        for share in (k / 100, 1 - (100 - k) / 100, k * 0.01):
            assert whole_share(share, count) == -(-k * count // 100)
    assert len(train_test_split(numbered(100), 0.07)[1]) == 7
    assert len(train_test_split(numbered(100), 0.55)[1]) == 55


@pytest.mark.parametrize("count", [3, 7, 9, 11, 49, 99])
def test_a_part_of_all_is_whole(count):
    for k in range(1, count):
        assert whole_share(k / count, count) == k
    assert whole_share(0.5 / count, count) == 1


def test_a_split_by_number():
    train, test = train_test_split(numbered(10), 3)
    assert (len(train), len(test)) == (7, 3)


@pytest.mark.parametrize("size", [0, 10, 11, -1, 0.0, 1.0, 1.5, float("nan"), "1"])
def test_a_split_with_an_empty_side_is_refused(size):
    with pytest.raises(ValueError, match=f"of the 10 examples that leaves neither side empty, got {size!r}"):
        train_test_split(numbered(10), size)


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: Dataset([1.0], [0]), TypeError, r"Dataset: inputs needs a list of rows, got \[1.0\]"),
        (lambda: Dataset(Matrix([[1.0]]), [0, 1]), ValueError, "got 2 targets for 1 rows of inputs"),
        (
            lambda: Dataset(Matrix([[1.0]]), [0.0]),
            TypeError,
            r"class indices \(ints\) or a Matrix, got \[0.0\]; write ",
        ),
        (lambda: Dataset(Matrix([[1.0]]), "a"), TypeError, "class indices"),
        (lambda: Dataset(Matrix([[1.0]]), 5), TypeError, "class indices"),
        (lambda: Dataset(Matrix([[1.0, 2.0]]), [0], (), ["a"]), ValueError, "got 1 features for 2 columns of inputs"),
        (lambda: numbered(3).select([5]), IndexError, r"example \[5\] of 3: they are numbered 0 to 2"),
        (lambda: train_test_split(Matrix([[1.0]])), TypeError, "needs a Dataset"),
        (lambda: train_test_split(numbered(3), True), ValueError, "got True"),
        (lambda: DataLoader(Matrix([[1.0]])), TypeError, r"needs a Dataset\(inputs, targets\), got a Matrix"),
        (lambda: DataLoader(numbered(3), 0), ValueError, "batch_size is an int from 1 up, got 0"),
        (lambda: DataLoader(numbered(3), 2.0), ValueError, "batch_size is an int from 1 up, got 2.0"),
        (lambda: DataLoader(numbered(3), 4, drop_last=True), ValueError, "3 examples make no whole batch of 4"),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()
