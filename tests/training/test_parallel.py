"""fit on more than one core: the same result as in one process, run after run, and a sentence for what cannot be cut."""

import random
import warnings
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import as_tensor
from backprop.datasets import load_iris
from backprop.nn import (
    BatchNorm1d,
    CrossEntropyLoss,
    Embedding,
    KLDivLoss,
    Linear,
    LogSoftmax,
    Module,
    MSELoss,
    MultiheadAttention,
    Sequential,
    Softmax,
)
from backprop.training import parallel
from backprop.training.parallel import DataParallel, cut
from backprop.training.step import add_gradients
from backprop.utils.data import DataLoader, LabeledDataset
from tests import tables
from tests.strategies import UNIT_ROUNDOFF, matrices, seeds
from tests.training.on_executors import Here, bits_of, iris_run, trained
from tests.values import values

# All models here are far too small for it.
pytestmark = pytest.mark.filterwarnings("ignore:fit. the executor does not pay")


sizes = st.integers(1, 7)


@given(st.data(), sizes, sizes, st.integers(1, 3))
def test_over_fractions_the_shards_are_exactly_the_batch(data, examples, shards, factor):
    """Output, loss and gradient, for batches of any size in any number of shards."""
    inputs, targets = data.draw(matrices(examples, 2)), data.draw(matrices(examples, 1))
    gradients = []
    for add in (add_gradients, DataParallel(Here(), shards).add_gradients):
        model = Linear(2, 1)
        model.load_state_dict({"weight": Matrix([[Fraction(1, 3), 2]]), "bias": Matrix([[Fraction(-1, 7)]])})
        # Something is there already: gradients add up.
        model.bias.grad = Matrix([[Fraction(5)]])
        output, loss = add(model, MSELoss(), inputs, targets, factor)
        gradients.append((output.matrix, model.weight.grad.matrix, model.bias.grad.matrix, loss))
    assert gradients[0] == gradients[1]
    assert all(isinstance(x, (Fraction, int)) for row in gradients[1][1].rows for x in row)


@given(seeds, sizes, sizes)
def test_over_floats_they_differ_by_roundings_alone(seed, examples, shards):
    """∂L/∂w = 2/N Σ e·x. In shards of n each term is multiplied by n/N and by 2/n: with the products, the inner sums and
    the sum of shards at most N + shards + 5 roundings a term, in one process N + 3."""
    rng = random.Random(seed)
    inputs, targets = tables.normal(examples, 3, rng=rng), tables.normal(examples, 1, rng=rng)
    model = Linear(3, 1, rng=rng)
    errors = (model(inputs).matrix - targets).map(abs)
    found = []
    for add in (add_gradients, DataParallel(Here(), shards).add_gradients):
        model.zero_grad()
        add(model, MSELoss(), inputs, targets, 1)
        found.append((model.weight.grad.matrix, model.bias.grad.matrix))
    terms = (errors.T @ inputs.map(abs), tables.sums(errors, 0))
    for one, other, sums in zip(*found, terms):
        bound = (2 * examples + shards + 8) * UNIT_ROUNDOFF * 2 / examples * sums
        assert (Tensor(one - other).abs() <= bound).all()


def test_one_part_has_the_very_bits_of_one_process(pool):
    assert bits_of(iris_run(pool, shards=1)) == bits_of(iris_run(None))


@pytest.mark.parametrize("settings", [{}, {"accumulate_steps": 3}, {"clip_grad_norm": 0.1}], ids=str)
def test_it_learns_what_one_process_learns(threads, settings):
    """In 15 steps of Adam the differences of a rounding stay below 1e-9; the batches come in the same order."""
    (one, history, rng), (other, same, as_far) = iris_run(None, **settings), iris_run(threads, **settings)
    for name, value in one.state_dict().items():
        assert value.matrix.allclose(other.state_dict()[name].matrix, rel_tol=1e-9, abs_tol=1e-9), name
    assert [epoch.loss for epoch in history] == [pytest.approx(epoch.loss, rel=1e-9) for epoch in same]
    assert [epoch.accuracy for epoch in history] == [epoch.accuracy for epoch in same]
    assert rng.getstate() == as_far.getstate()


@pytest.mark.parametrize("shards", [2, 3, 20])
def test_whoever_computes_the_shards_the_bits_are_the_same(threads, processes, shards):
    """With dropout, too: its random numbers belong to the shards, not to the workers."""
    pools = (threads, processes, Here(), processes)
    runs = [bits_of(iris_run(pool, 0.3, shards=shards)) for pool in pools]
    assert runs.count(runs[0]) == len(runs)
    assert bits_of(iris_run(threads, 0.3, shards=4)) != runs[0]


def test_there_is_one_shard_for_each_worker_by_default():
    with ThreadPoolExecutor(3) as three:
        assert bits_of(iris_run(three, 0.3)) == bits_of(iris_run(Here(), 0.3, shards=3))


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 3))
def test_shards_are_even_and_in_order(examples, shards, rows):
    inputs, targets = list(range(rows * examples)), list(range(examples))
    pieces = cut(inputs, targets, shards)
    assert [x for xs, _ in pieces for x in xs] == inputs and [t for _, ts in pieces for t in ts] == targets
    counts = [len(ts) for _, ts in pieces]
    assert len(counts) == min(shards, examples) and max(counts) - min(counts) <= 1
    assert all(len(xs) == rows * len(ts) for xs, ts in pieces)


# ---------------------------------------------------------------- what is refused


def refused(model, batches, loss, error, match, **settings):
    """No step is taken, and the model is as it was."""
    before, settings = values(model.state_dict()), {"executor": Here(), "shards": 2, **settings}
    with pytest.raises(error, match=match):
        trained(model, loss, batches, **settings)
    assert values(model.state_dict()) == before


IRIS = DataLoader(load_iris(), 75)


def test_settings_that_do_not_fit():
    refused(Linear(4, 3), IRIS, CrossEntropyLoss(), TypeError, "the executor is one of concurrent.futures", executor=4)
    refused(Linear(4, 3), IRIS, CrossEntropyLoss(), ValueError, "shards are what an executor works on", executor=None)
    refused(Linear(4, 3), IRIS, CrossEntropyLoss(), ValueError, "shards is an int from 1 up, got 0", shards=0)
    refused(Linear(4, 3), IRIS, CrossEntropyLoss(), ValueError, "a Here does not say how many workers", shards=None)


def test_models_and_losses_that_cannot_be_sent(tmp_path):
    """Before anything is learned: no file is written either."""

    class Local(Module):
        def forward(self, input):
            return input

    sentence = "fit: model and loss cannot be sent to a worker: .*; classes and functions must be in a module"
    model, file = Sequential(Linear(4, 3), Local()), tmp_path / "run"
    refused(model, IRIS, CrossEntropyLoss(), TypeError, sentence, checkpoint=file)
    assert not file.exists()
    refused(Linear(4, 3), IRIS, lambda output, target: CrossEntropyLoss()(output, target), TypeError, sentence)


def test_batches_that_cannot_be_cut():
    targets = Matrix([[0.0], [0.0]])
    uneven = [(Matrix([[1.0]] * 5), targets)]
    refused(Linear(1, 1), uneven, MSELoss(), ValueError, "got 5 rows for 2 targets")
    refused(Linear(1, 1), [(Matrix([[1.0]]), targets)], MSELoss(), ValueError, "got 1 rows for 2 targets")
    refused(Embedding(2, 2), [([], [])], CrossEntropyLoss(), ValueError, "got 0 rows for 0 targets")
    refused(
        Linear(1, 1),
        [({"x": 1, "y": 2}, targets)],
        MSELoss(),
        TypeError,
        "shards of a Tensor, a Matrix or a list, got a",
    )


def test_models_in_which_examples_meet():
    with_means = Sequential(Linear(4, 3), BatchNorm1d(3))
    refused(with_means, IRIS, CrossEntropyLoss(), ValueError, "fit: 1.running_mean changes with each batch")
    without = Sequential(Linear(4, 3), BatchNorm1d(3, track_running_stats=False))
    refused(without, IRIS, CrossEntropyLoss(), ValueError, "in shards this batch has another output")
    refused(Attends(), IRIS, CrossEntropyLoss(), ValueError, "in shards this batch has another output")
    pairs = [(Matrix([[float(n * n)] for n in range(8)]), Matrix([[1.0]] * 4))]
    refused(Difference(), pairs, MSELoss(), ValueError, "in shards this batch has another output")


class Attends(Module):
    """All rows are taken as one sequence."""

    def __init__(self):
        super().__init__()
        self.attention = MultiheadAttention(4, 1)

    def forward(self, input):
        return self.attention(as_tensor(input), as_tensor(input), as_tensor(input))[0]


class Difference(Module):
    """Between a row of the first half and the one of the second half: the rows of a pair do not stand together."""

    def __init__(self):
        super().__init__()
        self.linear = Linear(1, 1)

    def forward(self, input):
        output, half = self.linear(input), len(input) // 2
        return output[:half] - output[half:]


def halves(targets):
    return [(Matrix([[float(n), 1.0, -1.0, 0.5] for n in range(len(targets))]), targets)]


def squares(output, target):
    """A sum over the examples, though it does not say so."""
    return (output * output).sum()


def squares_of_large_ones(output, target):
    """A sum where the numbers are large, else a mean."""
    return (output * output).sum() if output.max() > 100 else (output * output).mean()


NOT_ITS_PARTS = "the loss is a mean over the examples, each with the same weight, or says by its denominator what it is"


def test_losses_that_are_not_those_of_their_shards():
    refused(Linear(4, 3), IRIS, squares, ValueError, NOT_ITS_PARTS)


def test_it_is_seen_in_any_batch():
    model = Linear(4, 1)
    model.weight.data = Matrix([[0.1, 0.2, 0.3, 0.4]])
    small = (Matrix([[1.0, 0.0, 0.0, 0.0]] * 2), Matrix([[0.0]] * 2))
    large = (Matrix([[1e4, 1e4, 1e4, 1e4]] * 2), Matrix([[0.0]] * 2))
    with pytest.raises(ValueError, match=NOT_ITS_PARTS):
        trained(model, squares_of_large_ones, [small, large], Here(), shards=2)


def test_a_mean_by_another_name_is_one():
    """KLDivLoss's "batchmean", and class weights that make no difference."""
    model = Sequential(Linear(4, 3), LogSoftmax(1))
    targets = Softmax(1)(tables.normal(6, 3)).matrix
    inputs = tables.normal(6, 4)
    for loss, wanted in (
        (KLDivLoss(reduction="batchmean"), targets),
        (CrossEntropyLoss([2.0] * 3), [0, 1, 2, 0, 1, 2]),
    ):
        gradients = []
        for add in (add_gradients, DataParallel(Here(), 2).add_gradients):
            model.zero_grad()
            add(model, loss, inputs, wanted, 1)
            gradients.append(model[0].weight.grad.matrix)
        assert gradients[0].allclose(gradients[1], rel_tol=1e-12, abs_tol=1e-15)


# ---------------------------------------------------------------- whether it pays


class Clock:
    """Shows one reading after the other."""

    def __init__(self, readings):
        self.readings = iter(readings)

    def perf_counter(self):
        return next(self.readings)


@pytest.mark.parametrize(("alone", "pays"), [(1.5, False), (2.5, True)])
def test_it_says_where_it_does_not_pay(monkeypatch, alone, pays):
    """The first batch takes 9 seconds, since workers are started, and each other one 2; one process takes ``alone``."""
    monkeypatch.setattr(parallel, "time", Clock(t for n in range(9) for t in (100.0 * n, 100.0 * n + (2 if n else 9))))
    monkeypatch.setattr("backprop.training.worker.time", Clock(t for n in range(99) for t in (0.0, alone)))
    model = Linear(1, 1)
    data = LabeledDataset(Matrix([[1.0]] * 16), Matrix([[0.0]] * 16))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        trained(model, MSELoss(), DataLoader(data, 2), Here(), shards=2)
    sentence = "fit: the executor does not pay: an example takes 1000.000 ms with it, 750.000 ms without"
    assert [str(warning.message) for warning in caught] == ([] if pays else [sentence])
