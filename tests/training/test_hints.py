"""Mistakes that raise no error: each is said once, and nothing is said where there is none."""

import math
import random
import warnings

import pytest

from backprop import Matrix, fit
from backprop.datasets import load_iris
from backprop.nn import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    Linear,
    LogSoftmax,
    Module,
    MSELoss,
    NLLLoss,
    ReLU,
    Sequential,
    Sigmoid,
    Softmax,
    Standardize,
    Tanh,
)
from backprop.nn.functional import one_hot
from backprop.optim import LBFGS, SGD, Adam, Optimizer
from backprop.tensors import log
from backprop.utils.data import DataLoader, LabeledDataset

CLASSES = load_iris()
ROWS = LabeledDataset(CLASSES.inputs, one_hot(CLASSES.targets))


def said(model, loss, data, make=lambda params: SGD(params, lr=0.01), epochs=3, batch_size=50, **settings):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        batches = DataLoader(data, batch_size)
        fit(model, loss, make(model.parameters()), batches, epochs=epochs, progress=False, **settings)
    assert all(warning.category is RuntimeWarning for warning in caught)
    return [str(warning.message) for warning in caught]


def test_a_standardize_that_was_never_fitted_is_named():
    scale = Standardize(4)
    model = Sequential(scale, Linear(4, 3))
    assert said(model, CrossEntropyLoss(), CLASSES) == [
        "fit: Standardize(4) changes nothing before Standardize.fit(inputs)"
    ]
    scale.fit(CLASSES.inputs)
    assert said(model, CrossEntropyLoss(), CLASSES) == []


RAW = "takes raw scores and computes the"


@pytest.mark.parametrize("make", [SGD, lambda params: LBFGS(params, max_iter=3)])
@pytest.mark.parametrize(
    ("last", "loss", "data", "sentence"),
    [
        (
            Softmax(1),
            CrossEntropyLoss(),
            CLASSES,
            f"{RAW} softmax itself; leave the softmax at the end of the model out",
        ),
        (
            Sigmoid(),
            CrossEntropyLoss(),
            CLASSES,
            f"{RAW} softmax itself; leave the sigmoid at the end of the model out",
        ),
        (Sigmoid(), BCEWithLogitsLoss(), ROWS, f"{RAW} sigmoid itself; leave the sigmoid at the end of the model out"),
        (Softmax(1), BCEWithLogitsLoss(), ROWS, f"{RAW} sigmoid itself; leave the softmax at the end of the model out"),
        (
            Softmax(1),
            NLLLoss(),
            CLASSES,
            "takes logarithms of probabilities; end the model in LogSoftmax, not in softmax",
        ),
    ],
)
def test_probabilities_where_the_loss_takes_scores(make, last, loss, data, sentence):
    model = Sequential(Linear(4, 3, rng=random.Random(0)), last)
    assert said(model, loss, data, make, accumulate_steps=2) == [f"fit: {type(loss).__name__} {sentence}"]


class Own(Module):
    """A model that is no Sequential ends in an operation, too."""

    def __init__(self):
        super().__init__()
        self.linear = Linear(4, 3, rng=random.Random(0))

    def forward(self, input):
        return Softmax(1)(self.linear(input))


class OwnLoss(CrossEntropyLoss):
    """What a loss of one's own takes its input for is its own business."""

    def forward(self, input, target):
        return super().forward(input * 10.0, target)


def test_it_is_the_output_that_counts_not_the_class_of_the_model():
    assert len(said(Own(), CrossEntropyLoss(), CLASSES)) == 1


@pytest.mark.parametrize(
    ("layers", "loss", "data"),
    [
        ([], CrossEntropyLoss(), CLASSES),
        ([LogSoftmax(1)], CrossEntropyLoss(), CLASSES),
        ([LogSoftmax(1)], NLLLoss(), CLASSES),
        ([Softmax(1), Linear(3, 3)], CrossEntropyLoss(), CLASSES),
        ([ReLU()], CrossEntropyLoss(), CLASSES),
        ([Tanh()], BCEWithLogitsLoss(), ROWS),
        ([Softmax(1)], MSELoss(), ROWS),
        ([Sigmoid()], BCELoss(), ROWS),
        ([Softmax(1)], lambda output, target: CrossEntropyLoss()(output * 10.0, target), CLASSES),
        ([Softmax(1)], OwnLoss(), CLASSES),
    ],
)
def test_nothing_is_said_of_what_is_right(layers, loss, data):
    assert said(Sequential(Linear(4, 3, rng=random.Random(0)), *layers), loss, data) == []


# ---------------------------------------------------------------- a learning rate that explodes the loss


def test_a_learning_rate_that_explodes_the_loss():
    model = Linear(4, 3, rng=random.Random(0))
    (sentence,) = said(model, CrossEntropyLoss(), CLASSES, lambda params: SGD(params, lr=1e5), epochs=5)
    assert sentence.startswith("fit: the loss has grown from 3.67 to ") and sentence.endswith(
        "; lr=100000 is too large"
    )


def test_it_is_said_of_a_loss_that_becomes_infinite_as_well():
    model = Linear(4, 3, rng=random.Random(0))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(FloatingPointError, match="fit: the loss is (inf|nan)"):
            fit(model, MSELoss(), SGD(model.parameters(), lr=1.0), DataLoader(ROWS, 1), epochs=20, progress=False)
    assert [str(warning.message)[-19:] for warning in caught] == ["; lr=1 is too large"]


def test_an_outlier_explodes_nothing_but_the_loss():
    inputs = Matrix([[1.0]] * 20)
    targets = Matrix([[1.0]] * 19 + [[1e4]])
    model = Linear(1, 1, rng=random.Random(0))
    assert (
        said(model, MSELoss(), LabeledDataset(inputs, targets), lambda params: SGD(params, lr=1e-3), batch_size=1) == []
    )


def test_a_model_that_was_perfect_may_become_a_little_worse():
    """From 10⁻²⁰ to 10⁻⁴ is much, and no explosion."""
    model = Linear(1, 1)
    model.load_state_dict({"weight": Matrix([[1.0]]), "bias": Matrix([[1e-10]])})
    data = LabeledDataset(Matrix([[0.5], [1.0]]), Matrix([[0.5], [1.0]]))
    assert said(model, MSELoss(), data, lambda params: Adam(params, lr=0.01), epochs=2) == []


def test_an_optimizer_without_a_learning_rate_is_none_of_its_business():
    class Away(Optimizer):
        def update(self, value, gradient, state, group):
            return value * 1e4

    model = Linear(4, 3, rng=random.Random(0))
    assert said(model, CrossEntropyLoss(), CLASSES, Away) == []


# ---------------------------------------------------------------- nothing to be learned


def test_a_loss_that_depends_on_no_parameter_is_refused():
    class Cut(Module):
        def __init__(self):
            super().__init__()
            self.linear = Linear(4, 3)

        def forward(self, input):
            return self.linear(input).detach()

    class Beside(Module):
        def __init__(self):
            super().__init__()
            self.linear, self.other = Linear(4, 3), Linear(4, 3)

        def forward(self, input):
            return self.linear(input)

    cut, beside = Cut(), Beside()
    with pytest.raises(
        ValueError, match=r"fit: the loss depends on no parameter; detach\(\), .data and no_grad\(\) in"
    ):
        said(cut, CrossEntropyLoss(), CLASSES)
    with pytest.raises(ValueError, match="fit: the loss depends on no parameter of the optimizer, so nothing would be"):
        said(beside, CrossEntropyLoss(), CLASSES, lambda params: SGD(beside.other.parameters()))


@pytest.mark.parametrize("settings", [{}, {"accumulate_steps": 2}], ids=str)
def test_no_step_is_taken_by_a_gradient_that_is_infinite(settings):
    """ln w at w = 1e-320 is finite, and its slope 1/w is beyond the largest float."""
    model = Linear(1, 1, bias=False)
    model.load_state_dict({"weight": Matrix([[1e-320]])})
    batch, optimizer = (Matrix([[1.0]]), Matrix([[0.0]])), SGD(model.parameters())
    with pytest.raises(FloatingPointError, match="fit: the gradient of weight is inf in epoch 1, batch 1"):
        fit(model, lambda output, target: log(output), optimizer, [batch], epochs=1, progress=False, **settings)
    assert model.weight.matrix == Matrix([[1e-320]])


def test_finite_gradients_whose_sum_is_infinite_are_finite():
    model = Linear(2, 1, bias=False)
    model.load_state_dict({"weight": Matrix([[0.0, 0.0]])})
    batch = (Matrix([[1.5e308, 1.5e308]]), Matrix([[0.0]]))
    fit(model, lambda output, target: output.sum(), SGD(model.parameters(), lr=1.0), [batch], epochs=1, progress=False)
    assert model.weight.matrix == Matrix([[-1.5e308, -1.5e308]])
    assert not math.isfinite(sum(model.weight.matrix.tolist()[0]))
