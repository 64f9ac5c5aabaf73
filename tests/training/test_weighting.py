"""However examples are batched, accumulated or cut in shards, loss, gradient and accuracy are those of all at once."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Matrix, evaluate, fit
from backprop.datasets import load_iris
from backprop.nn import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    Linear,
    LogSoftmax,
    Module,
    MSELoss,
    NLLLoss,
    Sequential,
    Sigmoid,
    SmoothL1Loss,
    Softmax,
)
from backprop.optim import LBFGS, SGD, Adam
from backprop.optim.lr_scheduler import ReduceLROnPlateau
from backprop.training.parallel import DataParallel
from backprop.training.step import add_gradients
from backprop.utils.data import DataLoader, LabeledDataset
from tests import tables
from tests.strategies import UNIT_ROUNDOFF, matrices, seeds
from tests.training.on_executors import Here, trained
from tests.values import values

pytestmark = pytest.mark.filterwarnings("ignore:fit. the executor does not pay")

CLASSES = 3
sizes_of_batches = st.lists(st.integers(1, 4), min_size=1, max_size=5)


def indices(count, rng):
    """Classes, and among them what is ignored."""
    return [rng.choice([0, 1, 2, 2, -100]) for _ in range(count)]


def numbers(count, rng):
    return tables.normal(count, CLASSES, rng=rng)


def probabilities(count, rng):
    return Softmax(1)(numbers(count, rng)).matrix


def logarithms(count, rng):
    return LogSoftmax(1)(numbers(count, rng)).matrix


def shares(count, rng):
    return Sigmoid()(numbers(count, rng)).matrix


# A loss, what its targets are, and the layer that makes inputs for it of any numbers.
KINDS = [
    *[(kind, {}, numbers, None) for kind in (MSELoss, L1Loss, SmoothL1Loss, HuberLoss)],
    (BCELoss, {}, shares, Sigmoid),
    (BCELoss, {"weight": [1.0, 2.0, 0.5]}, shares, Sigmoid),
    (BCEWithLogitsLoss, {}, shares, None),
    (BCEWithLogitsLoss, {"weight": [1.0, 2.0, 0.5], "pos_weight": [3.0, 1.0, 0.25]}, shares, None),
    (KLDivLoss, {}, probabilities, lambda: LogSoftmax(1)),
    (KLDivLoss, {"log_target": True}, logarithms, lambda: LogSoftmax(1)),
    *[
        (CrossEntropyLoss, {**weight, **smoothing}, targets, None)
        for weight in ({}, {"weight": [1.0, 9.0, 0.5]})
        for smoothing in ({}, {"label_smoothing": 0.25})
        for targets in (indices, probabilities)
    ],
    (CrossEntropyLoss, {"weight": [1.0, 9.0, 0.5], "ignore_index": 2}, lambda n, rng: [rng.randrange(3) for _ in range(n)], None),
    (NLLLoss, {}, indices, lambda: LogSoftmax(1)),
    (NLLLoss, {"weight": [1.0, 9.0, 0.5]}, indices, lambda: LogSoftmax(1)),
]  # fmt: skip
CASES = [(kind, {**settings, "reduction": "mean"}, *rest) for kind, settings, *rest in KINDS]
CASES += [(kind, {**settings, "reduction": "sum"}, *rest) for kind, settings, *rest in KINDS]
CASES += [(KLDivLoss, {"reduction": "batchmean"}, probabilities, lambda: LogSoftmax(1))]
every_loss = pytest.mark.parametrize(("kind", "options", "targets", "last"), CASES)


def batched(inputs, targets, sizes):
    edges = [sum(sizes[:k]) for k in range(len(sizes) + 1)]
    return [(inputs[a:b], targets[a:b]) for a, b in zip(edges, edges[1:])]


def within(one, other, roundings, size):
    """Whether both are sums of terms that are ``size`` together, with so many roundings each."""
    return one == other or abs(one - other) <= 2 * roundings * UNIT_ROUNDOFF * size


@every_loss
@settings(max_examples=15)
@given(seeds, sizes_of_batches)
def test_the_loss_is_that_of_all_examples_at_once(kind, options, targets, last, seed, sizes):
    """Each single loss is the same in both. It goes through a sum and a quotient, then a product, a sum and a quotient
    more: at most N + K + 6 roundings of N single losses in K batches, and the same number of the denominators."""
    rng, count = random.Random(seed), sum(sizes)
    model, loss = Sequential(*[last()] if last else []), kind(**options)
    inputs, wanted = numbers(count, rng), targets(count, rng)
    whole = loss(model(inputs), wanted).item()
    batches = batched(inputs, wanted, sizes)
    if math.isnan(whole):
        with pytest.raises(ValueError, match=f"evaluate: none of the {count} targets counts in the loss"):
            evaluate(model, loss, batches)
        return
    single = kind(**{**options, "reduction": "none"})(model(inputs), wanted).matrix
    size = tables.total(single.map(abs)) / (loss.denominator(wanted) or 1)
    assert within(evaluate(model, loss, batches)[0], whole, 2 * (CLASSES * count + len(sizes) + 6), size)


@every_loss
@settings(max_examples=15)
@given(seeds, sizes_of_batches)
def test_batches_accumulated_and_shards_together_have_the_gradient_of_all_at_once(
    kind, options, targets, last, seed, sizes
):
    """∂L/∂W = Σ slope·input, by columns: all that is rounded is a few times N numbers of the size of their sum."""
    rng, count = random.Random(seed), sum(sizes)
    inputs, wanted, loss = numbers(count, rng), targets(count, rng), kind(**options)

    def gradient(learn):
        line = Linear(CLASSES, CLASSES, rng=random.Random(seed))
        learn(Sequential(line, *[last()] if last else []))
        return None if line.weight.grad is None else line.weight.grad.matrix

    def accumulated(model):
        optimizer = SGD(model.parameters(), lr=0.0)
        fit(
            model,
            loss,
            optimizer,
            batched(inputs, wanted, sizes),
            epochs=1,
            accumulate_steps=len(sizes),
            progress=False,
        )

    def in_shards(model):
        DataParallel(Here(), len(sizes)).add_gradients(model, loss, inputs, wanted, 1)

    whole = gradient(lambda model: add_gradients(model, loss, inputs, wanted, 1))
    if whole is None:
        assert loss.denominator(wanted) == 0 and gradient(in_shards) is None
        return
    weights = options.get("weight") or [1.0]
    slopes = 20 * max(weights) * 3.0 * count / (loss.denominator(wanted) or 1)
    bound = 100 * count * UNIT_ROUNDOFF * slopes * tables.largest(inputs)
    for other in (gradient(accumulated), gradient(in_shards)):
        assert tables.largest(other - whole) <= bound


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@settings(max_examples=30)
@given(st.data(), sizes_of_batches)
def test_over_fractions_exactly(reduction, data, sizes):
    """Rows count by their entries."""
    count = sum(sizes)
    inputs, targets = data.draw(matrices(count, 2)), data.draw(matrices(count, 2))
    check_exactly(MSELoss(reduction=reduction), inputs, targets, sizes)


class Weighed(Module):
    """A weighted mean of squares, each row with the weight that is its target."""

    def forward(self, output, target):
        total = tables.total(target)
        return ((output * output) * target).sum() * (1 / total if total else math.nan)

    def denominator(self, target):
        return tables.total(target)


@settings(max_examples=30)
@given(st.data(), sizes_of_batches)
def test_over_fractions_exactly_by_weights_of_any_kind(data, sizes):
    count = sum(sizes)
    weights = data.draw(st.lists(st.fractions(0, 9, max_denominator=5), min_size=count, max_size=count))
    check_exactly(Weighed(), data.draw(matrices(count, 2)), Matrix([[w] for w in weights]), sizes)


def check_exactly(loss, inputs, targets, sizes):
    model = Linear(2, 2)
    start = {"weight": Matrix([[Fraction(1, 3), 2], [-1, 0]]), "bias": Matrix([[Fraction(-1, 7), 1]])}

    def gradients(learn):
        model.load_state_dict(start)
        model.zero_grad()
        learn()
        return [None if p.grad is None else p.grad.matrix for p in model.parameters()]

    def accumulated():
        optimizer = SGD(model.parameters(), lr=0)
        batches = batched(inputs, targets, sizes)
        fit(model, loss, optimizer, batches, epochs=1, accumulate_steps=len(sizes), progress=False)

    def in_shards():
        DataParallel(Here(), len(sizes)).add_gradients(model, loss, inputs, targets, Fraction(1))

    whole = gradients(lambda: add_gradients(model, loss, inputs, targets, Fraction(1)))
    assert gradients(in_shards) == whole
    if loss.denominator(targets) != 0:
        assert gradients(accumulated) == whole
        assert all(type(x) is Fraction or type(x) is int for matrix in whole for row in matrix.rows for x in row)


# ---------------------------------------------------------------- figures


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_ignored_targets_are_neither_right_nor_wrong(size):
    data = LabeledDataset(Matrix([[9.0, 0.0], [9.0, 0.0], [0.0, 9.0], [0.0, 9.0]]), [0, 0, -100, -100])
    loss, accuracy = evaluate(Sequential(), CrossEntropyLoss(), DataLoader(data, size))
    assert accuracy == 1.0
    assert loss == pytest.approx(math.log1p(math.exp(-9)), rel=1e-13)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_weighted_loss_is_the_same_at_every_batch_size(size):
    """(ln(1 + e⁻²) + ln(1 + e⁻²) + 9·(2 + ln(1 + e⁻²))) / 11 = 1.763…"""
    data = LabeledDataset(Matrix([[2.0, 0.0]] * 3), [0, 0, 1])
    loss, accuracy = evaluate(Sequential(), CrossEntropyLoss([1.0, 9.0]), DataLoader(data, size))
    assert loss == pytest.approx(math.log1p(math.exp(-2)) + 18 / 11, rel=1e-14) and round(loss, 3) == 1.763
    assert accuracy == 2 / 3


@pytest.mark.parametrize("size", [1, 2, 3])
def test_history_early_stopping_and_scheduler_are_told_the_same(size):
    data = LabeledDataset(Matrix([[2.0, 0.0]] * 3), [0, 0, 1])
    model, loss = Linear(2, 2), CrossEntropyLoss([1.0, 9.0])
    model.load_state_dict({"weight": Matrix([[1.0, 0.0], [0.0, 1.0]]), "bias": Matrix([[0.0, 0.0]])})
    optimizer = SGD(model.parameters(), lr=0.0)
    scheduler = ReduceLROnPlateau(optimizer)
    history = fit(
        model,
        loss,
        optimizer,
        DataLoader(data, size),
        validation=DataLoader(data, size),
        scheduler=scheduler,
        epochs=1,
        progress=False,
    )
    expected = pytest.approx(math.log1p(math.exp(-2)) + 18 / 11, rel=1e-14)
    assert (history[0].loss, history[0].validation_loss, scheduler.best) == (expected, expected, expected)


def test_a_sum_is_the_sum_over_all():
    data = LabeledDataset(Matrix([[1.0], [2.0], [3.0]]), Matrix([[0.0], [0.0], [0.0]]))
    for size in (1, 2, 3):
        assert evaluate(Sequential(), MSELoss(reduction="sum"), DataLoader(data, size)) == (14.0, None)


# ---------------------------------------------------------------- what counts nothing

GOOD = (Matrix([[1.0, 2.0], [3.0, -1.0]]), [0, 1])
IGNORED = (Matrix([[5.0, 5.0], [1e300, -1e300]]), [-100, -100])


@pytest.mark.parametrize("make", [SGD, Adam, lambda params: LBFGS(params, max_iter=2)])
@pytest.mark.parametrize(
    "settings", [{}, {"accumulate_steps": 2}, {"executor": Here(), "shards": 2}, {"clip_grad_norm": 1.0}]
)
def test_a_batch_that_is_ignored_as_a_whole_changes_nothing(make, settings):
    states = []
    for batches in (
        [GOOD, GOOD],
        [GOOD, IGNORED, GOOD, IGNORED] if "accumulate_steps" not in settings else [GOOD, GOOD, IGNORED],
    ):
        model = Linear(2, 2, rng=random.Random(0))
        history = fit(
            model, CrossEntropyLoss(), make(model.parameters()), batches, epochs=2, progress=False, **settings
        )
        states.append((values(model.state_dict()), [(epoch.loss, epoch.accuracy) for epoch in history]))
    assert states[0] == states[1]


def test_where_no_target_counts_there_is_a_sentence():
    for loss, batch in ((CrossEntropyLoss(), IGNORED), (CrossEntropyLoss([0.0, 0.0]), GOOD)):
        model = Linear(2, 2)
        before = values(model.state_dict())
        with pytest.raises(ValueError, match="evaluate: none of the 2 targets counts in the loss"):
            evaluate(model, loss, [batch])
        with pytest.raises(ValueError, match="fit: none of the 2 targets counts in the loss"):
            fit(model, loss, Adam(model.parameters()), [batch], epochs=1, progress=False)
        assert values(model.state_dict()) == before


def each(output, target):
    """One loss a row."""
    return CrossEntropyLoss(reduction="none")(output, target)


def test_the_loss_of_a_batch_is_a_single_number():
    model, sentence = Linear(4, 3), "the loss of a batch is a single number"
    for size in (1, 2):
        refused = [(CrossEntropyLoss(reduction="none"), ValueError, f"{sentence}; with reduction='none' it is one for")]
        refused += [
            (lambda output, target: 0.5, TypeError, r"the loss of a batch is a Tensor, as MSELoss\(\) gives one")
        ]
        if size > 1:
            refused += [(each, ValueError, rf"{sentence}, got the shape \[2\]; end it in \.mean\(\) or \.sum\(\)")]
        for loss, error, words in refused:
            batches = DataLoader(load_iris(), size)
            with pytest.raises(error, match="fit: " + words):
                fit(model, loss, SGD(model.parameters()), batches, epochs=1, progress=False)
            with pytest.raises(error, match="evaluate: " + words):
                evaluate(model, loss, batches)


# ---------------------------------------------------------------- losses of one's own


def total(output, target):
    """A plain function, and no mean."""
    return ((output - target) ** 2).sum()


def mean(output, target):
    """A plain function, and a mean over the targets."""
    return ((output - target) ** 2).mean()


def test_a_plain_function_is_a_mean_over_the_targets():
    data = LabeledDataset(Matrix([[1.0], [2.0], [4.0]]), Matrix([[0.0], [0.0], [0.0]]))
    assert evaluate(Sequential(), mean, DataLoader(data, 2)) == (7.0, None)


def test_a_plain_function_learns_on_an_executor(pool):
    found = []
    for loss in (mean, MSELoss()):
        model = Linear(1, 1, rng=random.Random(0))
        batches = DataLoader(LabeledDataset(Matrix([[1.0], [2.0], [4.0]]), Matrix([[0.0], [1.0], [0.0]])), 3)
        trained(model, loss, batches, pool, epochs=2)
        found.append(values(model.state_dict()))
    assert found[0] == found[1]


class Total(Module):
    """The same sum, which says what it is."""

    def forward(self, output, target):
        return total(output, target)

    def denominator(self, target):
        return None


def test_a_loss_that_is_no_mean_says_so_or_is_refused_on_an_executor():
    batches = [(Matrix([[1.0], [2.0]]), Matrix([[0.0], [0.0]]))]
    assert evaluate(Sequential(), Total(), batches * 2) == (10.0, None)
    model = Linear(1, 1)
    with pytest.raises(
        ValueError, match="each with the same weight, or says by its denominator what it is; this one is"
    ):
        trained(model, total, batches, Here(), shards=2)
    trained(model, Total(), batches, Here(), shards=2)


def test_accuracy_is_of_a_row_of_scores_for_each_target():
    """A single column has no largest among several, and other rows are those of other examples."""

    def constant(output, target):
        return (output * 0.0).sum()

    assert evaluate(Sequential(), constant, [(Matrix([[1.0], [2.0]]), [0, 0])]) == (0.0, None)
    assert evaluate(Sequential(), constant, [(Matrix([[1.0, 0.0]] * 3), [0])]) == (0.0, None)
    assert evaluate(Sequential(), constant, [(Matrix([[1.0, 0.0]]), [0])]) == (0.0, 1.0)

    class Pair(Module):
        def forward(self, input):
            return input, input

    assert evaluate(Pair(), lambda output, target: output[0].sum(), [(Matrix([[1.0, 0.0]]), [0])]) == (1.0, None)
