"""One step of fit: several batches count as the one they would make together, gradients are clipped, LBFGS is led."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, fit, operation
from backprop.datasets import load_iris
from backprop.linalg import lstsq
from backprop.nn import BatchNorm1d, CrossEntropyLoss, L1Loss, Linear, MSELoss, ReLU, Sequential
from backprop.nn.utils import clip_grad_norm_
from backprop.optim import LBFGS, SGD, Adam
from backprop.utils.data import DataLoader
from tests import tables
from tests.strategies import UNIT_ROUNDOFF, matrices, seeds
from tests.values import values

sizes_of_batches = st.lists(st.integers(1, 3), min_size=1, max_size=5)


def stacked(batches):
    inputs, targets = zip(*batches)
    return tables.vstack(inputs), tables.vstack(targets)


def grouped(batches, count):
    return [stacked(batches[start : start + count]) for start in range(0, len(batches), count)]


def learned(batches, weight, bias, lr, **settings):
    """Weight and bias of a line after an epoch of SGD with momentum."""
    model = Linear(2, 1)
    model.load_state_dict({"weight": weight, "bias": bias})
    optimizer = SGD(model.parameters(), lr=lr, momentum=lr)
    fit(model, MSELoss(), optimizer, batches, epochs=1, progress=False, **settings)
    return values(model.state_dict())


@pytest.mark.filterwarnings("ignore:fit. the loss has grown")  # where the numbers drawn are large
@given(st.data(), sizes_of_batches, st.integers(1, 6))
def test_batches_that_are_accumulated_step_exactly_as_the_batch_they_make_together(data, sizes, count):
    """Over Fractions, for batches of any sizes and a last group of any length."""
    batches = [(data.draw(matrices(size, 2)), data.draw(matrices(size, 1))) for size in sizes]
    start = data.draw(matrices(1, 2)), data.draw(matrices(1, 1)), Fraction(1, 7)
    assert learned(batches, *start, accumulate_steps=count) == learned(grouped(batches, count), *start)


@given(seeds, sizes_of_batches)
def test_over_floats_they_differ_by_roundings_alone(seed, sizes):
    """∂L/∂w = 2/N Σ e·x is summed up in another order and divided elsewhere, of N examples in k batches: at most N + k + 3
    roundings a term accumulated, N + 1 in one; then lr times it is taken from w, with one rounding more for each."""
    rng = random.Random(seed)
    batches = [(tables.normal(n, 2, rng=rng), tables.normal(n, 1, rng=rng)) for n in sizes]
    weight, bias, lr = tables.normal(1, 2, rng=rng), tables.normal(1, 1, rng=rng), 0.125
    one = learned(batches, weight, bias, lr, accumulate_steps=len(sizes))
    other = learned([stacked(batches)], weight, bias, lr)
    inputs, targets = stacked(batches)
    errors = (inputs @ weight.T + bias - targets).map(abs)
    terms = {"weight": tables.sums(errors * inputs.map(abs), 0), "bias": tables.sums(errors, 0)}
    count = len(inputs)
    for name, first in (("weight", weight), ("bias", bias)):
        roundings = (count + len(sizes) + 5) * UNIT_ROUNDOFF
        bound = 2 * roundings * (2 * lr / count * terms[name] + first.map(abs))
        assert all(d <= b for d, b in zip((one[name][1] - other[name][1]).map(abs).tolist()[0], bound.tolist()[0]))


def parts(seed=0, make_optimizer=lambda params: Adam(params, lr=0.02)):
    rng = random.Random(seed)
    model = Sequential(Linear(4, 6, rng=rng), ReLU(), Linear(6, 3, rng=rng))
    return (
        model,
        CrossEntropyLoss(),
        make_optimizer(model.parameters()),
        DataLoader(load_iris(), 50, True, generator=rng),
    )


def test_a_group_of_one_batch_has_the_very_bits_of_that_batch():
    """Its gradient is not multiplied by the number of examples and divided by it again."""
    (model, loss, optimizer, _), (same, _, other, _) = parts(), parts()
    whole = DataLoader(load_iris(), 150)
    fit(model, loss, optimizer, whole, epochs=3, progress=False)
    fit(same, loss, other, whole, epochs=3, accumulate_steps=5, progress=False)
    assert values(same.state_dict()) == values(model.state_dict())


@pytest.mark.parametrize("max_norm", [0.01, 0.5, 1e9])
def test_clipping_is_that_of_the_loop_by_hand(max_norm):
    model, loss, optimizer, batches = parts()
    norms = []
    for _ in range(3):
        for inputs, targets in batches:
            optimizer.zero_grad()
            loss(model(inputs), targets).backward()
            norms.append(clip_grad_norm_(model.parameters(), max_norm).item())
            optimizer.step()
    same, *others = parts()
    fit(same, *others, epochs=3, clip_grad_norm=max_norm, progress=False)
    assert values(same.state_dict()) == values(model.state_dict())
    assert (max(norms) > max_norm) is (max_norm < 1)


def test_no_step_of_plain_descent_is_longer_than_the_clipped_norm():
    model, loss, optimizer, _ = parts(make_optimizer=lambda params: SGD(params, lr=1.0))
    before = values(model.state_dict())
    batch = next(iter(DataLoader(load_iris(), 150)))
    fit(model, loss, optimizer, [batch], epochs=1, clip_grad_norm=0.25, progress=False)
    squares = [((value - before[name][1]) ** 2).sum().item() for name, value in model.state_dict().items()]
    # clip_grad_norm_ divides by the norm and 10⁻⁶ more: the step is a little shorter, never longer but for roundings.
    assert 0.25 * (1 - 1e-5) < math.sqrt(sum(squares)) <= 0.25 * (1 + 100 * UNIT_ROUNDOFF)


def lbfgs(params):
    return LBFGS(params, max_iter=4, line_search_fn="strong_wolfe")


def test_lbfgs_gets_its_closure():
    """As in the loop by hand, and what is scored is the loss that each step began with."""
    model, loss, optimizer, _ = parts(make_optimizer=lbfgs)
    inputs, targets = whole = next(iter(DataLoader(load_iris(), 150)))
    losses = []
    for _ in range(3):

        def closure():
            optimizer.zero_grad()
            value = loss(model(inputs), targets)
            value.backward()
            return value

        losses.append(optimizer.step(closure).item())
    same, _, other, _ = parts(make_optimizer=lbfgs)
    history = fit(same, loss, other, [whole], epochs=3, progress=False)
    assert values(same.state_dict()) == values(model.state_dict())
    assert [epoch.loss for epoch in history] == [loss * 150 / 150 for loss in losses]


def test_lbfgs_sees_the_whole_group_at_each_evaluation():
    """Quarters accumulated are the whole: on a quadratic bowl its steps end where the normal equations do."""
    rng = random.Random(3)
    batches = [(tables.normal(3, 2, rng=rng), tables.normal(3, 1, rng=rng)) for _ in range(4)]
    model = Linear(2, 1, rng=rng)
    optimizer = LBFGS(model.parameters(), max_iter=50, tolerance_change=1e-16, line_search_fn="strong_wolfe")
    fit(model, MSELoss(), optimizer, batches, epochs=1, accumulate_steps=4, progress=False)
    inputs, targets = stacked(batches)
    with_ones = tables.hstack([inputs, tables.full(12, 1, 1.0)])
    solution, *_ = lstsq(with_ones, targets)
    found = Matrix([[*model.weight.matrix.tolist()[0], model.bias.matrix.item()]])
    assert found.allclose(solution.T, abs_tol=1e-6)


def test_a_gradient_that_is_infinite_stops_before_the_weights_are_touched():
    """|w·x − 1| is 1 at w = 0, and its slope x so long that no float is its norm."""
    model = Linear(2, 1, bias=False)
    model.load_state_dict({"weight": Matrix([[0.0, 0.0]])})
    batches = [(Matrix([[1.0, 1.0]]), Matrix([[0.0]])), (Matrix([[1.7e308, 1.7e308]]), Matrix([[1.0]]))]
    with pytest.raises(FloatingPointError, match="fit: the norm of the gradient is inf in epoch 1, batch 2"):
        fit(model, L1Loss(), SGD(model.parameters()), batches, epochs=1, clip_grad_norm=1.0, progress=False)
    assert model.weight.matrix == Matrix([[0.0, 0.0]])


def test_from_a_loss_that_is_infinite_no_backward_pass_is_tried():
    @operation
    def endless(x: Matrix):
        """∞, whose backward pass is an error."""

        def pullback(d):
            raise ZeroDivisionError

        return Matrix([[math.inf]]), pullback

    model = Linear(1, 1)
    with pytest.raises(FloatingPointError, match="fit: the loss is inf in epoch 1, batch 1"):
        fit(model, lambda output, target: endless(output), SGD(model.parameters()), [(Matrix([[1.0]]), [0])], epochs=1)


def test_after_a_loss_that_is_nan_or_infinite_the_running_means_are_those_of_the_last_whole_step():
    model = Sequential(BatchNorm1d(1), Linear(1, 1))
    good, bad = Matrix([[1.0], [2.0]]), Matrix([[math.nan], [1.0]])
    targets = Matrix([[0.0], [1.0]])
    clean = Sequential(BatchNorm1d(1), Linear(1, 1))
    clean.load_state_dict(model.state_dict())
    with pytest.raises(FloatingPointError, match="fit: the loss is nan in epoch 1, batch 2"):
        fit(model, MSELoss(), SGD(model.parameters()), [(good, targets), (bad, targets)], epochs=1, progress=False)
    fit(clean, MSELoss(), SGD(clean.parameters()), [(good, targets)], epochs=1, progress=False)
    assert values(model.state_dict()) == values(clean.state_dict())


def test_the_batch_of_a_group_in_which_the_loss_is_nan_or_infinite_is_named():
    good, bad, target = Matrix([[1.0]]), Matrix([[math.inf]]), Matrix([[0.0]])
    model = Linear(1, 1)
    batches = [(good, target)] * 5 + [(bad, target)]
    with pytest.raises(FloatingPointError, match="in epoch 1, batch 6"):
        fit(model, MSELoss(), SGD(model.parameters()), batches, epochs=1, accumulate_steps=4, progress=False)
