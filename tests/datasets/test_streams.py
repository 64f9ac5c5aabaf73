"""Streams: the batches of a DataLoader without its memory; each epoch has each example once, shuffled or in order."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, evaluate, fit
from backprop.datasets import CSVStream, StreamLoader, read_csv
from backprop.nn import CrossEntropyLoss, Linear, MSELoss
from backprop.optim import SGD
from backprop.utils.data import DataLoader, Dataset
from tests.strategies import seeds
from tests.tables import listed


def numbered(count):
    """Example n has the input [n, −n] and the target n."""
    return [([n, -n], n) for n in range(count)]


def order(loader):
    """The numbers of the examples as they come, each with its own target."""
    pairs = [pair for inputs, targets in loader for pair in zip(inputs.tolist(), targets)]
    assert all(row == [n, -n] for row, n in pairs)
    return [n for _, n in pairs]


@given(st.integers(1, 30), st.integers(1, 30), st.booleans(), st.booleans())
def test_in_order_it_yields_what_a_data_loader_yields(count, size, drop_last, as_rows):
    examples = [(row, [n / 2, 0.0]) for row, n in numbered(count)] if as_rows else numbered(count)
    rows, targets = zip(*examples)
    data = Dataset(Matrix(rows), Matrix(targets) if as_rows else list(targets))
    if not drop_last or size <= count:
        expected = listed(DataLoader(data, size, drop_last=drop_last))
        assert listed(StreamLoader(examples, size, drop_last=drop_last)) == expected


@given(st.integers(1, 40), st.integers(1, 10), st.integers(1, 50), seeds)
def test_shuffled_each_example_comes_once_and_none_before_it_can_be_in_the_buffer(count, size, buffer, seed):
    loader = StreamLoader(numbered(count), size, buffer, rng=random.Random(seed))
    for epoch in (order(loader), order(loader)):
        assert sorted(epoch) == list(range(count))
        assert all(n < position + buffer for position, n in enumerate(epoch))
    again = StreamLoader(numbered(count), size, buffer, rng=random.Random(seed))
    assert order(again) == order(StreamLoader(numbered(count), size, buffer, rng=random.Random(seed)))


def test_each_epoch_is_shuffled_again():
    loader = StreamLoader(numbered(100), 10, 20, rng=random.Random(0))
    first, second = order(loader), order(loader)
    assert first != second and first != list(range(100))


@pytest.mark.parametrize(("buffer", "possible"), [(3, 6), (2, 4)])
def test_every_order_that_the_buffer_allows_is_equally_likely(buffer, possible):
    """Room for all three allows each order; room for two those in which the last does not come first."""
    loader = StreamLoader(numbered(3), 3, buffer, rng=random.Random(0))
    orders = Counter(tuple(order(loader)) for _ in range(6000))
    share = 1 / possible
    assert len(orders) == possible
    # A binomial count, within five of its standard deviations √(n·p·(1 − p)).
    assert all(abs(count - 6000 * share) < 5 * (6000 * share * (1 - share)) ** 0.5 for count in orders.values())


def test_a_file_is_read_again_for_each_epoch(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("x,y\n1,a\n2,b\n")
    stream = CSVStream(path, "y")
    assert list(stream) == list(stream) == [([1.0], 0), ([2.0], 1)]
    path.write_text("x,y\n3,b\n")
    assert list(stream) == [([3.0], 1)]
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
        histories, results = [], []
        for batches in (DataLoader(read_csv(path, -1), 16), StreamLoader(CSVStream(path, -1), 16)):
            model = Linear(2, outputs, rng=random.Random(1))
            optimizer = SGD(model.parameters(), lr=0.1)
            histories.append([epoch.loss for epoch in fit(model, loss, optimizer, batches, epochs=3, progress=False)])
            results.append(evaluate(model, loss, batches))
        assert histories[0] == histories[1] and results[0] == results[1]


def test_the_memory_does_not_grow_with_the_file(tmp_path):
    tracemalloc = pytest.importorskip("tracemalloc")
    path = tmp_path / "t.csv"

    def peak(count):
        path.write_text("a,b,y\n" + "0.123,4.567,x\n1.234,5.678,z\n" * (count // 2))
        tracemalloc.start()
        for _ in StreamLoader(CSVStream(path, "y"), 50, 100, rng=random.Random(0)):
            pass
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return size

    peak(100)  # what is allocated once and for all
    small, large = peak(2000), peak(20_000)
    # Ten times the rows; a tenth more is left to the allocator. All rows together would be more than 20,000 · 200 bytes.
    assert large < 1.1 * small < 400_000


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: StreamLoader(iter(numbered(3))), TypeError, "is used up after one epoch"),
        (lambda: StreamLoader(pair for pair in numbered(3)), TypeError, "a generator is used up after one epoch"),
        (lambda: StreamLoader(Dataset(Matrix([[1]]), [0])), TypeError, r"DataLoader\(dataset, batch_size=…\)"),
        (lambda: StreamLoader(5), TypeError, r"examples are pairs of \(row, target\), got a int"),
        (lambda: StreamLoader(numbered(3), 0), ValueError, "batch_size is an int from 1 up, got 0"),
        (lambda: StreamLoader(numbered(3), 2, 0), ValueError, "shuffle_buffer is an int from 1 up, got 0"),
        (lambda: list(StreamLoader([[1, 2, 3]])), TypeError, r"an example is a pair \(row, target\), got \[1, 2, 3\]"),
        (lambda: list(StreamLoader([5])), TypeError, r"an example is a pair \(row, target\), got 5"),
        (lambda: list(StreamLoader([([1], 0.5)])), TypeError, r"all rows, as \[0.5\] is, got 0.5"),
        (lambda: list(StreamLoader([([1], 0), ([1], [0.5])], 2)), TypeError, "all class indices or all rows"),
        (
            lambda: list(StreamLoader([([1], 0), ([1, 2], 0)], 2)),
            ValueError,
            r"part 1 has the shape \[2\] and part 0 \[1\]",
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
