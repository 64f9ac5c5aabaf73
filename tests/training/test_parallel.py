"""fit on more than one core: the same result as in one process, run after run, and a sentence for what cannot be shared."""

import math
import multiprocessing
import os
import random
import subprocess
import sys
import warnings
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import (
    LBFGS,
    LSTM,
    SGD,
    Adam,
    BatchNorm1d,
    Buffer,
    Callback,
    CrossEntropyLoss,
    DataLoader,
    Dataset,
    Dropout,
    Embedding,
    KLDivLoss,
    Layer,
    Linear,
    LogSoftmax,
    Matrix,
    MSELoss,
    MultiheadAttention,
    Parameter,
    ReLU,
    Sequential,
    Softmax,
    fit,
    load_iris,
    manual_seed,
)
from backprop.linalg import lstsq
from backprop.seeding import drawing_from, generator
from backprop.training import parallel
from backprop.training.parallel import DataParallel, cut
from backprop.training.step import add_gradients
from tests.strategies import UNIT_ROUNDOFF, matrices, seeds
from tests.training.small_run import bits

ROOT = Path(__file__).resolve().parents[2]
# All models here are far too small for it.
pytestmark = pytest.mark.filterwarnings("ignore:fit. the executor does not pay")


@pytest.fixture(scope="module")
def threads():
    with ThreadPoolExecutor(2) as pool:
        yield pool


@pytest.fixture(scope="module")
def processes():
    with ProcessPoolExecutor(2) as pool:
        yield pool
    assert not multiprocessing.active_children()


@pytest.fixture(scope="module", params=["threads", "processes"])
def pool(request):
    return request.getfixturevalue(request.param)


class Here(Executor):
    """Runs each task at once, as soon as it is given."""

    def map(self, function, *arguments, **settings):
        return list(map(function, *arguments))


def trained(model, loss, batches, executor, epochs=1, **settings):
    """The history of some epochs of plain descent."""
    optimizer = SGD(model.parameters())
    return fit(model, loss, optimizer, batches, epochs=epochs, progress=False, executor=executor, **settings)


# ---------------------------------------------------------------- the same as one process

sizes = st.integers(1, 7)


@given(st.data(), sizes, sizes, st.integers(1, 3))
def test_over_fractions_the_parts_are_exactly_the_batch(data, examples, parts, factor):
    """Output, loss and gradient, for batches of any size in any number of parts."""
    inputs, targets = data.draw(matrices(examples, 2)), data.draw(matrices(examples, 1))
    gradients = []
    for add in (add_gradients, DataParallel(Here(), parts).add_gradients):
        model = Linear(2, 1)
        model.load_state_dict({"weight": Matrix([[Fraction(1, 3), 2]]), "bias": Matrix([[Fraction(-1, 7)]])})
        # Something is there already: gradients add up.
        model.bias.grad = Matrix([[Fraction(5)]])
        output, loss = add(model, MSELoss(), inputs, targets, factor)
        gradients.append((output.data, model.weight.grad, model.bias.grad, loss))
    assert gradients[0] == gradients[1]
    assert all(isinstance(x, (Fraction, int)) for row in gradients[1][1].rows for x in row)


@given(seeds, sizes, sizes)
def test_over_floats_they_differ_by_roundings_alone(seed, examples, parts):
    """∂L/∂w = 2/N Σ e·x. In parts of n each term is multiplied by n·2/n, and divided by N at the end: with the
    products, the inner sums and the sum of parts at most N + parts + 5 roundings a term, in one process N + 3."""
    rng = random.Random(seed)
    inputs, targets = Matrix.normal(examples, 3, rng=rng), Matrix.normal(examples, 1, rng=rng)
    model = Linear(3, 1, rng=rng)
    errors = abs(model(inputs).data - targets)
    found = []
    for add in (add_gradients, DataParallel(Here(), parts).add_gradients):
        model.zero_grad()
        add(model, MSELoss(), inputs, targets, 1)
        found.append((model.weight.grad, model.bias.grad))
    terms = (errors.T @ abs(inputs), errors.sum(axis=0))
    for one, other, sums in zip(*found, terms):
        bound = (2 * examples + parts + 8) * UNIT_ROUNDOFF * 2 / examples * sums
        assert (abs(one - other) <= bound).all()


def iris_run(executor, dropout=0.0, seed=0, **settings):
    """Model, history and generator of a training in which batches and parts do not come out even: 150 = 4·37 + 2."""
    rng = random.Random(seed)
    model = Sequential(Linear(4, 6, rng=rng), ReLU(), Dropout(dropout, rng=rng), Linear(6, 3, rng=rng))
    batches = DataLoader(load_iris(), 37, shuffle=True, rng=rng)
    optimizer = Adam(model.parameters(), lr=0.02)
    settings = {"epochs": 3, "progress": False, "executor": executor, **settings}
    return model, fit(model, CrossEntropyLoss(), optimizer, batches, **settings), rng


def bits_of(run):
    model, history, rng = run
    return repr(model.state_dict()), bits(history), rng.getstate()


def test_one_part_has_the_very_bits_of_one_process(pool):
    assert bits_of(iris_run(pool, parts=1)) == bits_of(iris_run(None))


@pytest.mark.parametrize("settings", [{}, {"accumulate": 3}, {"clip_grad_norm": 0.1}], ids=str)
def test_it_learns_what_one_process_learns(threads, settings):
    """In 15 steps of Adam the differences of a rounding stay below 1e-9; the batches come in the same order."""
    (one, history, rng), (other, same, as_far) = iris_run(None, **settings), iris_run(threads, **settings)
    for name, value in one.state_dict().items():
        assert value.allclose(other.state_dict()[name], rel_tol=1e-9, abs_tol=1e-9), name
    assert [epoch.loss for epoch in history] == [pytest.approx(epoch.loss, rel=1e-9) for epoch in same]
    assert [epoch.accuracy for epoch in history] == [epoch.accuracy for epoch in same]
    assert rng.getstate() == as_far.getstate()


@pytest.mark.parametrize("parts", [2, 3, 20])
def test_whoever_computes_the_parts_the_bits_are_the_same(threads, processes, parts):
    """With dropout, too: its random numbers belong to the parts, not to the workers."""
    pools = (threads, processes, Here(), processes)
    runs = [bits_of(iris_run(pool, 0.3, parts=parts)) for pool in pools]
    assert runs.count(runs[0]) == len(runs)
    assert bits_of(iris_run(threads, 0.3, parts=4)) != runs[0]


def test_there_are_as_many_parts_as_workers_unless_it_is_said():
    with ThreadPoolExecutor(3) as three:
        assert bits_of(iris_run(three, 0.3)) == bits_of(iris_run(Here(), 0.3, parts=3))


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 3))
def test_parts_are_even_and_in_order(examples, parts, rows):
    inputs, targets = list(range(rows * examples)), list(range(examples))
    pieces = cut(inputs, targets, parts)
    assert [x for xs, _ in pieces for x in xs] == inputs and [t for _, ts in pieces for t in ts] == targets
    counts = [len(ts) for _, ts in pieces]
    assert len(counts) == min(parts, examples) and max(counts) - min(counts) <= 1
    assert all(len(xs) == rows * len(ts) for xs, ts in pieces)


def test_a_process_that_starts_from_nothing_serves_as_well():
    """spawn: the only way on Windows."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        assert bits_of(iris_run(pool, parts=2)) == bits_of(iris_run(Here(), parts=2))


def test_an_executor_is_left_as_it_was(processes):
    iris_run(processes, parts=2)
    before = {child.pid for child in multiprocessing.active_children()}
    iris_run(processes, parts=2)
    assert {child.pid for child in multiprocessing.active_children()} == before
    assert processes.submit(abs, -1).result() == 1


def test_no_process_is_left_when_the_program_ends():
    program = """
import multiprocessing, sys
from concurrent.futures import ProcessPoolExecutor
from backprop import *
if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        pids = {pool.submit(__import__("os").getpid).result()}
        model = Linear(4, 3)
        fit(model, CrossEntropyLoss(), SGD(model.parameters()), DataLoader(load_iris(), 75), epochs=1, executor=pool)
    print(multiprocessing.active_children())
"""
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]" and not result.stderr


# ---------------------------------------------------------------- resuming, interruption, errors


class Breaks(Callback):
    """Ctrl-C at the end of a step, which then is not counted."""

    def __init__(self, after):
        self.after = after

    def on_step_end(self, run):
        if run.step > self.after:
            raise KeyboardInterrupt


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("after", [2, 5, 7])
def test_a_resumed_run_ends_with_the_same_bits(threads, own, after, tmp_path):
    """With dropout from a generator of its own, or from the default one, from which the shuffling draws as well."""

    def run(seed, **settings):
        manual_seed(seed)
        rng = random.Random(seed) if own else None
        model = Sequential(Linear(4, 5, rng=rng), Dropout(0.3, rng=rng), Linear(5, 3, rng=rng))
        loader = DataLoader(load_iris(), 50, shuffle=True, rng=rng)
        settings = {"epochs": 3, "progress": False, "executor": threads, **settings}
        history = fit(model, CrossEntropyLoss(), Adam(model.parameters()), loader, **settings)
        return repr(model.state_dict()), bits(history), (rng or generator()).getstate()

    never_interrupted = run(0)
    run(0, callbacks=[Breaks(after)], checkpoint=tmp_path / "run", checkpoint_every=1)
    assert run(1, checkpoint=tmp_path / "run", resume=True) == never_interrupted


class Falls(Layer):
    """Does what it is told to when an input is above 100, in the worker that meets it."""

    def __init__(self, how):
        self.weight, self.how = Parameter(1.0), how

    def forward(self, input):
        if input.max() > 100:
            self.how()
        return input * self.weight


def interrupt():
    raise KeyboardInterrupt


def die():
    os._exit(1)


def batches_with_a_fall(place):
    fine, fall = Matrix([[1.0], [2.0]]), Matrix([[1.0], [101.0]])
    return [(fall if n == place else fine, Matrix([[0.0], [1.0]])) for n in range(1, 8)]


def trained_until(place):
    model = Falls(print)
    trained(model, MSELoss(), batches_with_a_fall(0)[: place - 1], None)
    return model.state_dict()["weight"]


def test_ctrl_c_in_a_worker_ends_the_training_as_everywhere(pool):
    """On a terminal it reaches all processes."""
    model = Falls(interrupt)
    history = trained(model, MSELoss(), batches_with_a_fall(4), pool)
    assert history.interrupted and model.weight.data.allclose(trained_until(4), rel_tol=1e-14)


def test_a_worker_that_dies_ends_the_training_after_the_last_whole_step():
    model = Falls(die)
    sentence = "fit: a worker has died; the model is as it was after the last whole step"
    with ProcessPoolExecutor(1) as pool, pytest.raises(BrokenExecutor, match=sentence):
        trained(model, MSELoss(), batches_with_a_fall(4), pool, parts=2)
    assert not model.training
    assert model.weight.data.allclose(trained_until(4), rel_tol=1e-14)


def test_a_loss_that_is_no_number_is_named_with_its_batch(pool):
    good, bad = Matrix([[1.0], [2.0]]), Matrix([[1.0], [math.nan]])
    batches = [(bad if n == 6 else good, Matrix([[0.0], [1.0]])) for n in range(1, 8)]
    model = Linear(1, 1)
    with pytest.raises(FloatingPointError, match="fit: the loss is nan in epoch 1, batch 6"):
        trained(model, MSELoss(), batches, pool, accumulate=4)


# ---------------------------------------------------------------- what is sent, and what comes back


def test_the_model_goes_out_as_it_is_at_each_step(threads):
    """What a callback changes in mid-run is changed for the workers, too."""

    class Freezes(Callback):
        def on_step_end(self, run):
            run.model[0].weight.requires_grad = False
            run.model[1].p = 0.0
            states.append(run.model.state_dict())

    states = []
    model = Sequential(Linear(4, 5), Dropout(0.9), Linear(5, 3))
    batches = DataLoader(load_iris(), 50)
    trained(model, CrossEntropyLoss(), batches, threads, epochs=2, callbacks=[Freezes()])
    first, *others = states
    assert all(state["0.weight"] == first["0.weight"] for state in others)
    assert len({repr(state["0.bias"]) for state in states}) == len(states) == 6


class Unused(Layer):
    """A line, and beside it a parameter that has no part in it, and numbers that are no floats."""

    def __init__(self):
        self.linear, self.aside = Linear(2, 1), Parameter([[1.0, 2.0]])
        self.ints, self.fractions = Buffer([[3, 0]]), Buffer([[Fraction(1, 3)]])

    def forward(self, input):
        (columns,) = self.ints.data.tolist()
        assert columns == [3, 0] and isinstance(columns[0], int) and self.fractions.data.item() == Fraction(1, 3)
        return self.linear(Matrix([[row[0], row[1]] for row in input.tolist()]))


def test_what_takes_no_part_has_no_gradient_and_numbers_stay_what_they_are(pool):
    model = Unused()
    inputs, targets = Matrix([[1.0, 2.0], [3.0, 5.0]]), Matrix([[1.0], [0.0]])
    DataParallel(pool, 2).add_gradients(model, MSELoss(), inputs, targets, 1)
    assert model.aside.grad is None and model.linear.weight.grad is not None


class Centre(Layer):
    """A loss with a parameter of its own: the mean squared distance from a point that is learned with the model."""

    def __init__(self):
        self.point = Parameter([[0.5]])

    def forward(self, input, target):
        return ((input - self.point) ** 2).mean()


def test_a_loss_may_learn_as_well(pool):
    found = []
    for add in (add_gradients, DataParallel(pool, 2).add_gradients):
        model, loss = Linear(1, 1, rng=random.Random(0)), Centre()
        add(model, loss, Matrix([[1.0], [2.0]]), Matrix([[0.0], [0.0]]), 1)
        found.append((loss.point.grad.item(), model.weight.grad.item()))
    assert found[0] == pytest.approx(found[1], rel=1e-14)


def test_lbfgs_evaluates_on_the_executor(threads):
    """On a quadratic bowl its steps end where the normal equations do."""
    rng = random.Random(3)
    inputs, targets = Matrix.normal(12, 2, rng=rng), Matrix.normal(12, 1, rng=rng)
    model = Linear(2, 1, rng=rng)
    optimizer = LBFGS(model.parameters(), max_iter=50, line_search_fn="strong_wolfe")
    fit(model, MSELoss(), optimizer, [(inputs, targets)], epochs=1, progress=False, executor=threads)
    solution, *_ = lstsq(Matrix.hstack([inputs, Matrix.full(12, 1, 1.0)]), targets)
    found = Matrix([[*model.weight.data.tolist()[0], model.bias.data.item()]])
    assert found.allclose(solution.T, abs_tol=1e-6)


class LastState(Layer):
    """An LSTM over sequences of three rows, and a line through its last state."""

    def __init__(self):
        rng = random.Random(0)
        self.lstm, self.head = LSTM(2, 3, rng=rng), Linear(3, 1, rng=rng)

    def forward(self, input):
        _, (last, _) = self.lstm(input, sequence_length=3)
        return self.head(last)


@pytest.mark.parametrize("parts", [1, 2, 3, 4])
def test_sequences_of_several_rows_stay_whole(parts):
    rng = random.Random(1)
    inputs, targets = Matrix.normal(12, 2, rng=rng), Matrix.normal(4, 1, rng=rng)
    gradients = []
    for add in (add_gradients, DataParallel(Here(), parts).add_gradients):
        model = LastState()
        output, _ = add(model, MSELoss(), inputs, targets, 1)
        gradients.append([output.data, *(parameter.grad for parameter in model.parameters())])
    for one, other in zip(*gradients):
        assert one.allclose(other, rel_tol=1e-12, abs_tol=1e-15)


def test_inputs_may_be_lists_of_indices(pool):
    model = Embedding(5, 2)
    output, _ = DataParallel(pool, 2).add_gradients(model, CrossEntropyLoss(), [4, 0, 1, 3, 3], [0, 1, 1, 0, 1], 1)
    assert output.data == model([4, 0, 1, 3, 3]).data and model.weight.grad is not None


# ---------------------------------------------------------------- randomness


def dropped(output):
    return [row.count(0.0) and tuple(x == 0.0 for x in row) for row in output.data.tolist()]


def dropping(rng):
    model = Sequential(Linear(1, 30), Dropout(0.5, rng=rng))
    model.load_state_dict({"0.weight": Matrix([[1.0]] * 30), "0.bias": Matrix([[1.0] * 30])})
    return model


@pytest.mark.parametrize("own", [True, False])
def test_every_part_of_every_batch_draws_other_numbers_and_the_same_in_the_next_run(pool, own):
    inputs, targets = Matrix([[1.0]] * 4), Matrix([[0.0] * 30] * 4)
    runs = []
    for _ in range(2):
        manual_seed(5)
        model = dropping(random.Random(5) if own else None)
        spread = DataParallel(pool, 4)
        outputs = [spread.add_gradients(model, MSELoss(), inputs, targets, 1)[0] for _ in range(3)]
        runs.append([mask for output in outputs for mask in dropped(output)])
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 12


@pytest.mark.parametrize("own", [True, False])
def test_a_seed_a_part_is_drawn_where_the_model_draws(pool, own):
    """From its own generator, where it has one; workers that are threads do not touch the default one."""
    mine, expected = random.Random(8), random.Random(8)
    model = dropping(mine if own else None)
    manual_seed(8)
    default = generator().getstate()
    DataParallel(pool, 3).add_gradients(model, MSELoss(), Matrix([[1.0]] * 4), Matrix([[0.0] * 30] * 4), 1)
    for _ in range(3):
        expected.getrandbits(64)
    assert (mine if own else generator()).getstate() == expected.getstate()
    assert not own or generator().getstate() == default


def test_where_nothing_is_random_no_generator_moves(pool):
    """Or a shuffling loader would give other batches than in one process."""
    mine = random.Random(8)
    model = Sequential(Linear(1, 2), Dropout(0.0, rng=mine))
    states = mine.getstate(), generator().getstate()
    DataParallel(pool, 2).add_gradients(model, MSELoss(), Matrix([[1.0]] * 4), Matrix([[0.0] * 2] * 4), 1)
    assert (mine.getstate(), generator().getstate()) == states


def test_the_default_generator_is_another_in_one_thread_alone(threads):
    def elsewhere():
        return generator()

    shared, own = generator(), random.Random(0)
    with drawing_from(own):
        assert generator() is own and threads.submit(elsewhere).result() is shared
        manual_seed(3)
        assert own.random() == random.Random(3).random()
    assert generator() is shared


# ---------------------------------------------------------------- what is refused


def refused(model, batches, loss, error, match, **settings):
    """No step is taken, and the model is as it was."""
    before, settings = model.state_dict(), {"executor": Here(), "parts": 2, **settings}
    with pytest.raises(error, match=match):
        trained(model, loss, batches, **settings)
    assert model.state_dict() == before


IRIS = DataLoader(load_iris(), 75)


def test_settings_that_do_not_fit():
    refused(Linear(4, 3), IRIS, CrossEntropyLoss(), TypeError, "the executor is one of concurrent.futures", executor=4)
    refused(Linear(4, 3), IRIS, CrossEntropyLoss(), ValueError, "parts are what an executor works on", executor=None)
    refused(Linear(4, 3), IRIS, CrossEntropyLoss(), ValueError, "parts is an int from 1 up, got 0", parts=0)
    refused(Linear(4, 3), IRIS, CrossEntropyLoss(), ValueError, "a Here does not say how many workers", parts=None)


def test_models_and_losses_that_cannot_be_sent():
    class Local(Layer):
        def forward(self, input):
            return input

    sentence = "fit: model and loss cannot be sent to a worker: .*; classes and functions must be in a module"
    refused(Sequential(Linear(4, 3), Local()), IRIS, CrossEntropyLoss(), TypeError, sentence)
    refused(Linear(4, 3), IRIS, lambda output, target: CrossEntropyLoss()(output, target), TypeError, sentence)


def test_a_class_that_a_worker_cannot_find():
    """Of a program that is no file a process that starts from nothing knows nothing."""
    program = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from backprop import *
class Net(Sequential):
    pass
model = Net(Linear(4, 3))
with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
    try:
        fit(model, CrossEntropyLoss(), SGD(model.parameters()), DataLoader(load_iris(), 75), epochs=1, executor=pool)
    except RuntimeError as error:
        print(error)
"""
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.startswith("fit: a worker cannot make the model and the loss: ") and "'Net'" in result.stdout
    assert "must be in a module that it can import" in result.stdout


def test_batches_that_cannot_be_cut():
    targets = Matrix([[0.0], [0.0]])
    uneven = [(Matrix([[1.0]] * 5), targets)]
    refused(Linear(1, 1), uneven, MSELoss(), ValueError, "got 5 rows for 2 targets")
    refused(Linear(1, 1), [(Matrix([[1.0]]), targets)], MSELoss(), ValueError, "got 1 rows for 2 targets")
    refused(Linear(1, 1), [({"x": 1, "y": 2}, targets)], MSELoss(), TypeError, "parts of a Matrix or of a list, got a")


def test_models_in_which_examples_meet():
    with_means = Sequential(Linear(4, 3), BatchNorm1d(3))
    refused(with_means, IRIS, CrossEntropyLoss(), ValueError, "fit: 1.running_mean changes with each batch")
    without = Sequential(Linear(4, 3), BatchNorm1d(3, track_running_stats=False))
    refused(without, IRIS, CrossEntropyLoss(), ValueError, "in parts this batch has another output")
    refused(Attends(), IRIS, CrossEntropyLoss(), ValueError, "in parts this batch has another output")
    pairs = [(Matrix([[float(n * n)] for n in range(8)]), Matrix([[1.0]] * 4))]
    refused(Difference(), pairs, MSELoss(), ValueError, "in parts this batch has another output")


class Attends(Layer):
    """All rows are taken as one sequence."""

    def __init__(self):
        self.attention = MultiheadAttention(4, 1)

    def forward(self, input):
        return self.attention(input, input, input, sequence_length=len(input))


class Difference(Layer):
    """Between a row of the first half and the one of the second half: the rows of a pair do not stand together."""

    def __init__(self):
        self.linear = Linear(1, 1)

    def forward(self, input):
        output, half = self.linear(input), len(input) // 2
        return output[:half] - output[half:]


def halves(targets):
    return [(Matrix([[float(n), 1.0, -1.0, 0.5] for n in range(len(targets))]), targets)]


def test_losses_that_are_no_mean_over_the_examples():
    sentence = "the loss is the mean over the examples, each with the same weight; this one is"
    refused(Linear(4, 3), IRIS, CrossEntropyLoss(reduction="sum"), ValueError, sentence)
    weighted = CrossEntropyLoss([1.0, 5.0, 1.0])
    refused(Linear(4, 3), halves([0, 0, 1, 1]), weighted, ValueError, sentence)
    refused(Linear(4, 3), halves([0, 2, 1, -100]), CrossEntropyLoss(), ValueError, sentence)


def test_it_is_seen_in_any_batch():
    model = Linear(4, 3)
    batches = halves([0, 1, 2, 1]) + halves([0, 2, 1, -100])
    with pytest.raises(ValueError, match="the loss is the mean over the examples"):
        trained(model, CrossEntropyLoss(), batches, Here(), parts=2)


def test_a_mean_by_another_name_is_one():
    """KLDivLoss's "batchmean", and class weights that make no difference."""
    model = Sequential(Linear(4, 3), LogSoftmax())
    targets = Softmax()(Matrix.normal(6, 3)).data
    inputs = Matrix.normal(6, 4)
    for loss, wanted in (
        (KLDivLoss(reduction="batchmean"), targets),
        (CrossEntropyLoss([2.0] * 3), [0, 1, 2, 0, 1, 2]),
    ):
        gradients = []
        for add in (add_gradients, DataParallel(Here(), 2).add_gradients):
            model.zero_grad()
            add(model, loss, inputs, wanted, 1)
            gradients.append(model[0].weight.grad)
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
    data = Dataset(Matrix([[1.0]] * 16), Matrix([[0.0]] * 16))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        trained(model, MSELoss(), DataLoader(data, 2), Here(), parts=2)
    sentence = "fit: the executor does not pay: an example takes 1000.000 ms with it, 750.000 ms without"
    assert [str(warning.message) for warning in caught] == ([] if pays else [sentence])
