"""What is sent to a worker and comes back: the model as it is, numbers as they are, and random numbers that repeat."""

import random
from fractions import Fraction

import pytest

from backprop import Callback, Generator, Matrix, Tensor, manual_seed
from backprop.datasets import load_iris
from backprop.linalg import lstsq
from backprop.nn import (
    LSTM,
    Buffer,
    CrossEntropyLoss,
    Dropout,
    Embedding,
    Linear,
    Module,
    MSELoss,
    Parameter,
    Sequential,
)
from backprop.optim import LBFGS
from backprop.random import drawing_from, generator
from backprop.training.parallel import DataParallel
from backprop.training.step import add_gradients
from backprop.utils.data import DataLoader
from tests import tables
from tests.training.on_executors import Here, trained
from tests.values import values

# All models here are far too small for it.
pytestmark = pytest.mark.filterwarnings("ignore:fit. the executor does not pay")


def test_the_model_goes_out_as_it_is_at_each_step(threads):
    """What a callback changes in mid-run is changed for the workers, too."""

    class Freezes(Callback):
        def on_step_end(self, run):
            run.model[0].weight.requires_grad = False
            run.model[1].p = 0.0
            states.append(values(run.model.state_dict()))

    states = []
    model = Sequential(Linear(4, 5), Dropout(0.9), Linear(5, 3))
    batches = DataLoader(load_iris(), 50)
    trained(model, CrossEntropyLoss(), batches, threads, epochs=2, callbacks=[Freezes()])
    first, *others = states
    assert all(state["0.weight"] == first["0.weight"] for state in others)
    assert len({repr(state["0.bias"]) for state in states}) == len(states) == 6


class Unused(Module):
    """A line, and beside it a parameter that has no part in it, and numbers that are no floats."""

    def __init__(self):
        super().__init__()
        self.linear, self.aside = Linear(2, 1), Parameter([[1.0, 2.0]])
        self.ints, self.fractions = Buffer([[3, 0]]), Buffer([[Fraction(1, 3)]])

    def forward(self, input):
        (columns,) = self.ints.matrix.tolist()
        assert columns == [3, 0] and isinstance(columns[0], int) and self.fractions.matrix.item() == Fraction(1, 3)
        return self.linear(Matrix([[row[0], row[1]] for row in input.tolist()]))


def test_what_takes_no_part_has_no_gradient_and_numbers_stay_what_they_are(pool):
    model = Unused()
    inputs, targets = Matrix([[1.0, 2.0], [3.0, 5.0]]), Matrix([[1.0], [0.0]])
    DataParallel(pool, 2).add_gradients(model, MSELoss(), inputs, targets, 1)
    assert model.aside.grad is None and model.linear.weight.grad is not None


class Twice(Module):
    """A line after the other, with the same weights."""

    def __init__(self):
        super().__init__()
        self.first = self.second = Linear(2, 2, rng=random.Random(0))

    def forward(self, input):
        return self.second(self.first(input))


def test_weights_that_are_used_twice_get_one_gradient():
    found = []
    for add in (add_gradients, DataParallel(Here(), 2).add_gradients):
        model = Twice()
        add(model, CrossEntropyLoss(), Matrix([[1.0, 2.0], [3.0, 5.0]]), [0, 1], 1)
        found.append(model.first.weight.grad.matrix)
    assert found[0].allclose(found[1], rel_tol=1e-14)


class Centre(Module):
    """A loss with a parameter of its own: the mean squared distance from a point that is learned with the model."""

    def __init__(self):
        super().__init__()
        self.point = Parameter([[0.5]])

    def forward(self, input, target):
        return ((input - self.point) ** 2).mean()


def test_a_loss_may_learn_as_well(pool):
    found = []
    for add in (add_gradients, DataParallel(pool, 2).add_gradients):
        model, loss = Linear(1, 1, rng=random.Random(0)), Centre()
        add(model, loss, Matrix([[1.0], [2.0]]), Matrix([[0.0], [0.0]]), 1)
        found.append((loss.point.grad.matrix.item(), model.weight.grad.matrix.item()))
    assert found[0] == pytest.approx(found[1], rel=1e-14)


def test_lbfgs_evaluates_on_the_executor(threads):
    """On a quadratic bowl its steps end where the normal equations do."""
    rng = random.Random(3)
    inputs, targets = tables.normal(12, 2, rng=rng), tables.normal(12, 1, rng=rng)
    model = Linear(2, 1, rng=rng)
    optimizer = LBFGS(model.parameters(), max_iter=50, line_search_fn="strong_wolfe")
    trained(model, MSELoss(), [(inputs, targets)], threads, optimizer=optimizer)
    solution, *_ = lstsq(tables.hstack([inputs, tables.full(12, 1, 1.0)]), targets)
    found = Matrix([[*model.weight.matrix.tolist()[0], model.bias.matrix.item()]])
    assert found.allclose(solution.T, abs_tol=1e-6)


class LastState(Module):
    """An LSTM over sequences of three steps, and a line through its last state."""

    def __init__(self):
        super().__init__()
        rng = random.Random(0)
        self.lstm, self.head = LSTM(2, 3, batch_first=True, rng=rng), Linear(3, 1, rng=rng)

    def forward(self, input):
        _, (last, _) = self.lstm(input)
        return self.head(last[0])


@pytest.mark.parametrize("shards", [1, 2, 3, 4])
def test_sequences_of_several_rows_stay_whole(shards):
    rng = random.Random(1)
    inputs, targets = Tensor(tables.normal(12, 2, rng=rng)).view(4, 3, 2), tables.normal(4, 1, rng=rng)
    gradients = []
    for add in (add_gradients, DataParallel(Here(), shards).add_gradients):
        model = LastState()
        output, _ = add(model, MSELoss(), inputs, targets, 1)
        gradients.append([output.matrix, *(parameter.grad.matrix for parameter in model.parameters())])
    for one, other in zip(*gradients):
        assert one.allclose(other, rel_tol=1e-12, abs_tol=1e-15)


def test_inputs_may_be_lists_of_indices(pool):
    model = Embedding(5, 2)
    output, _ = DataParallel(pool, 2).add_gradients(model, CrossEntropyLoss(), [4, 0, 1, 3, 3], [0, 1, 1, 0, 1], 1)
    assert output.matrix == model([4, 0, 1, 3, 3]).matrix and model.weight.grad is not None


# ---------------------------------------------------------------- randomness


class Hides(Module):
    """Draws from a generator that is no attribute of a module."""

    def __init__(self, rng):
        super().__init__()
        self.weight, self.held = Parameter([[1.0]]), [rng]

    def forward(self, input):
        return input @ self.weight + Tensor([[self.held[0].random()] for _ in range(len(input))])


def test_a_generator_in_a_list_too_gives_each_shard_its_own_numbers(pool):
    outputs = []
    for workers in (pool, Here()):
        manual_seed(2)
        model = Hides(random.Random(5))
        output, _ = DataParallel(workers, 4).add_gradients(
            model, MSELoss(), Matrix([[0.0]] * 4), Matrix([[0.0]] * 4), 1
        )
        outputs.append(output.matrix.tolist())
    assert outputs[0] == outputs[1] and len({x for (x,) in outputs[0]}) == 4


def test_where_the_system_gives_random_numbers_the_seeds_do(pool):
    outputs = []
    for workers in (pool, Here()):
        manual_seed(2)
        model = dropping(random.SystemRandom())
        inputs, targets = Matrix([[1.0]] * 4), Matrix([[0.0] * 30] * 4)
        outputs.append(dropped(DataParallel(workers, 4).add_gradients(model, MSELoss(), inputs, targets, 1)[0]))
    assert outputs[0] == outputs[1] and len(set(outputs[0])) == 4


def dropped(output):
    return [row.count(0.0) and tuple(x == 0.0 for x in row) for row in output.matrix.tolist()]


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
    mine, expected = Generator().manual_seed(8), Generator().manual_seed(8)
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

    shared, own = generator(), Generator()
    with drawing_from(own):
        assert generator() is own and threads.submit(elsewhere).result() is shared
        manual_seed(3)
        assert own.random() == Generator().manual_seed(3).random()
    assert generator() is shared
