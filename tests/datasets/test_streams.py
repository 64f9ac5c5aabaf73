"""Streams: the batches of a table without its memory; each epoch has each example once, shuffled or in order."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import evaluate, fit
from backprop.datasets import BufferedShuffleDataset, CSVStream, read_table
from backprop.nn import CrossEntropyLoss, Linear, MSELoss
from backprop.optim import SGD
from backprop.utils.data import DataLoader, IterableDataset
from tests.memory import peak_memory
from tests.strategies import seeds
from tests.tables import listed


class Numbers(IterableDataset):
    def __init__(self, count):
        self.count = count

    def __iter__(self):
        return iter(range(self.count))

    def __len__(self):
        return self.count


def shuffled(count, buffer, seed):
    return BufferedShuffleDataset(Numbers(count), buffer, generator=random.Random(seed))


@given(st.integers(1, 40), st.integers(1, 50), seeds)
def test_each_example_comes_once_and_none_before_it_can_be_in_the_buffer(count, buffer, seed):
    numbers = shuffled(count, buffer, seed)
    assert len(numbers) == count
    for epoch in (list(numbers), list(numbers)):
        assert sorted(epoch) == list(range(count))
        assert all(n < position + buffer for position, n in enumerate(epoch))
    assert list(shuffled(count, buffer, seed)) == list(shuffled(count, buffer, seed))


def test_each_epoch_is_shuffled_again():
    loader = DataLoader(shuffled(100, 20, 0), 10)
    first, second = ([n for batch in loader for n in batch.tolist()] for _ in range(2))
    assert first != second and first != list(range(100))


@pytest.mark.parametrize(("buffer", "possible"), [(3, 6), (2, 4)])
def test_every_order_that_the_buffer_allows_is_equally_likely(buffer, possible):
    """Room for all three allows each order; room for two those in which the last does not come first."""
    numbers = shuffled(3, buffer, 0)
    orders = Counter(tuple(numbers) for _ in range(6000))
    share = 1 / possible
    assert len(orders) == possible
    # A binomial count, within five of its standard deviations √(n·p·(1 − p)).
    assert all(abs(count - 6000 * share) < 5 * (6000 * share * (1 - share)) ** 0.5 for count in orders.values())


def examples(stream):
    return [(row.tolist(), target) for row, target in stream]


def test_a_file_is_read_again_for_each_epoch(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,y\n1,a\n2,b\n")
    stream = CSVStream(path, "y")
    assert examples(stream) == examples(stream) == [([1.0], 0), ([2.0], 1)]
    path.write_text("x,y\n3,b\n")
    assert examples(stream) == [([3.0], 1)]
    path.write_text("x,y\n3,c\n")
    with pytest.raises(ValueError, match=r"CSVStream: t.csv, line 2, column 'y': 'c' is not one of the classes"):
        list(stream)


def test_training_on_a_stream_is_training_on_its_table(tmp_path):
    rng = random.Random(0)
    rows = [[rng.gauss(0, 1), rng.gauss(0, 1)] for _ in range(100)]
    path = tmp_path / "t.csv"
    for targets, outputs, loss in (
        ([int(x > y) for x, y in rows], 2, CrossEntropyLoss()),
        ([x - y for x, y in rows], 1, MSELoss()),
    ):
        path.write_text("".join(f"{x!r},{y!r},{target!r}\n" for (x, y), target in zip(rows, targets)))
        assert listed(DataLoader(read_table(path, -1), 16)) == listed(DataLoader(CSVStream(path, -1), 16))
        histories, results = [], []
        for batches in (DataLoader(read_table(path, -1), 16), DataLoader(CSVStream(path, -1), 16)):
            model = Linear(2, outputs, rng=random.Random(1))
            optimizer = SGD(model.parameters(), lr=0.1)
            histories.append([epoch.loss for epoch in fit(model, loss, optimizer, batches, epochs=3, progress=False)])
            results.append(evaluate(model, loss, batches))
        assert histories[0] == histories[1] and results[0] == results[1]


def test_the_memory_does_not_grow_with_the_file(tmp_path):
    path = tmp_path / "t.csv"

    def read():
        for _ in DataLoader(BufferedShuffleDataset(CSVStream(path, "y"), 100), 50):
            pass

    def peak(count):
        path.write_text("a,b,y\n" + "0.123,4.567,x\n1.234,5.678,z\n" * (count // 2))
        return peak_memory(read)

    small, large = peak(2000), peak(6000)
    # Three times the rows; a half more is left to the allocator. All rows together would be more than 6,000 · 200 bytes.
    assert large < 1.5 * small < 1_000_000


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (
            lambda: BufferedShuffleDataset([1, 2], 2),
            TypeError,
            r"got a list; write DataLoader\(dataset, shuffle=True\)",
        ),
        (lambda: BufferedShuffleDataset(Numbers(2), 0), ValueError, "buffer_size is an int from 1 up, got 0"),
        (
            lambda: BufferedShuffleDataset(Numbers(2), 2, generator=0),
            TypeError,
            "a generator is a Generator or a random.Random",
        ),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()


def test_an_open_file_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("1,2\n")
    with open(tmp_path / "t.csv") as file, pytest.raises(TypeError, match="an open file can be read only once"):
        CSVStream(file, 1)


@pytest.mark.parametrize("content", ["x,y\n", ""])
def test_a_file_without_examples_is_refused(tmp_path, content):
    (tmp_path / "t.csv").write_text(content)
    with pytest.raises(ValueError, match="t.csv"):
        list(CSVStream(tmp_path / "t.csv", "y", classes=False))
