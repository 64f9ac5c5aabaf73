"""DataLoader: no example is lost, none comes twice, and one seed repeats them all."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import evaluate, fit, ones
from backprop.nn import Module, MSELoss, Parameter
from backprop.optim import SGD
from backprop.utils.data import DataLoader, IterableDataset, LabeledDataset, get_worker_info
from tests.strategies import seeds
from tests.tables import listed


def numbered(count, as_column=False):
    """Example n has the input [n, −n] and the target n."""
    targets = [[n] for n in range(count)] if as_column else list(range(count))
    return LabeledDataset([[n, -n] for n in range(count)], targets)


def labels(targets):
    return targets.flatten().tolist()


class Stream(IterableDataset):
    pass


@given(st.integers(1, 30), st.integers(1, 30), st.booleans(), st.booleans(), seeds)
def test_an_epoch_has_each_example_once_with_its_own_target(count, size, shuffle, as_column, seed):
    loader = DataLoader(numbered(count, as_column), size, shuffle, generator=random.Random(seed))
    batches = list(loader)
    assert len(batches) == len(loader)
    for inputs, targets in batches:
        assert inputs.tolist() == [[n, -n] for n in labels(targets)]
    assert [len(targets) for _, targets in batches[:-1]] == [size] * (len(batches) - 1)
    seen = [n for _, targets in batches for n in labels(targets)]
    assert sorted(seen) == list(range(count))
    if not shuffle:
        assert seen == list(range(count))


@given(st.integers(1, 30), st.integers(1, 30), seeds)
def test_drop_last_leaves_out_only_the_short_batch(count, size, seed):
    loader = DataLoader(numbered(count), size, drop_last=True, generator=random.Random(seed))
    assert [len(targets) for _, targets in loader] == [size] * (count // size) and len(loader) == count // size


def test_each_epoch_shuffles_the_examples_again():
    loader = DataLoader(numbered(100), 10, shuffle=True, generator=random.Random(0))
    first, second = ([frozenset(targets.tolist()) for _, targets in loader] for _ in range(2))
    # Were only whole batches shuffled, the same sets would come back.
    assert not set(first) & set(second)


def test_a_forward_of_ones_own_gets_tensors():
    class Images(Module):
        def forward(self, input):
            return input.view(-1, 1, 2, 2).flatten(1) * self.weight

        def __init__(self):
            super().__init__()
            self.weight = Parameter(ones(4))

    data = LabeledDataset([[1.0, 2.0, 3.0, 4.0]] * 3, [[0.0] * 4] * 3)
    for inputs, targets in DataLoader(data, 2):
        assert Images()(inputs).shape == targets.shape
    for batches in (DataLoader(data, 2), [(data.inputs, data.targets)]):
        model = Images()
        fit(model, MSELoss(), SGD(model.parameters(), lr=0.01), batches, epochs=1, progress=False)
        assert evaluate(model, MSELoss(), batches)[0] < 7.5


def test_the_same_seed_gives_the_same_epochs():
    one, other = (DataLoader(numbered(50), 7, shuffle=True, generator=random.Random(3)) for _ in range(2))
    for _ in range(3):
        assert listed(one) == listed(other)


def test_settings_of_processes_and_memory_change_nothing():
    """All of PyTorch's arguments, in its order."""
    rngs = [random.Random(0), random.Random(0)]
    plain = DataLoader(numbered(9), 2, True, generator=rngs[0])
    full = DataLoader(
        numbered(9), 2, True, None, None, 4, None, True, False, 30, print, "spawn", rngs[1],
        prefetch_factor=2, persistent_workers=True, pin_memory_device="cuda", in_order=False,
    )  # fmt: skip
    assert listed(plain) == listed(full) and get_worker_info() is None


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: DataLoader(5), TypeError, "DataLoader: needs a Dataset, which has a __getitem__, got a int"),
        (lambda: DataLoader(pair for pair in [1]), TypeError, "got a generator"),
        (lambda: DataLoader(numbered(3), 0), ValueError, "batch_size is an int from 1 up, got 0"),
        (lambda: DataLoader(numbered(3), 2.0), ValueError, "batch_size is an int from 1 up, got 2.0"),
        (lambda: DataLoader(numbered(3), shuffle="no"), TypeError, "shuffle is True or False, got 'no'"),
        (lambda: DataLoader(numbered(3), drop_last=1), TypeError, "drop_last is True or False, got 1"),
        (lambda: DataLoader(numbered(3), num_workers=-1), ValueError, "num_workers is an int from 0 up, got -1"),
        (lambda: DataLoader(Stream(), shuffle=True), ValueError, "one of these, got shuffle and an IterableDataset"),
        (lambda: DataLoader([1], shuffle=True, sampler=[0]), ValueError, "got shuffle and sampler"),
        (lambda: DataLoader([1], 2, batch_sampler=[[0]]), ValueError, "leave batch_size and drop_last out"),
        (lambda: DataLoader([1], None, drop_last=True), ValueError, "drop_last needs a batch_size"),
        (lambda: DataLoader([], shuffle=True), ValueError, "num_samples is an int from 1 up, got 0"),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()
