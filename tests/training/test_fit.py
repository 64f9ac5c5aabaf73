"""fit and evaluate: they learn, they repeat to the last bit, and they stop at what cannot be learned from."""

import math
import random

import pytest

from backprop import Epoch, Matrix, Tensor, evaluate, fit
from backprop.datasets import load_iris
from backprop.nn import CrossEntropyLoss, Linear, Module, MSELoss, Parameter, ReLU, Sequential
from backprop.optim import SGD, Adam
from backprop.utils.data import DataLoader, LabeledDataset, train_test_split
from tests.values import values


def iris_run(seed=0, epochs=30, **settings):
    rng = random.Random(seed)
    train, test = train_test_split(load_iris(), 0.2, generator=rng)
    model = Sequential(Linear(4, 8, rng=rng), ReLU(), Linear(8, 3, rng=rng))
    batches = DataLoader(train, 16, shuffle=True, generator=rng)
    optimizer = Adam(model.parameters(), lr=0.02)
    validation = DataLoader(test, len(test))
    return model, fit(model, CrossEntropyLoss(), optimizer, batches, epochs=epochs, validation=validation, **settings)


def line(slope, intercept, count=20):
    x = Matrix([[n / count] for n in range(count)])
    return LabeledDataset(x, slope * x + intercept)


def test_it_learns_iris():
    model, history = iris_run(progress=False)
    assert [epoch.number for epoch in history] == list(range(1, 31))
    assert history[-1].loss < history[0].loss / 4
    assert history[-1].accuracy > 0.9 and history[-1].validation_accuracy > 0.9
    assert not model.training


def test_it_learns_a_line_and_reports_no_accuracy_there():
    model = Linear(1, 1, rng=random.Random(0))
    history = fit(
        model, MSELoss(), SGD(model.parameters(), lr=0.5), DataLoader(line(3.0, -1.0), 20), epochs=300, progress=False
    )
    assert model.weight.matrix.allclose(3.0, rel_tol=1e-3) and model.bias.matrix.allclose(-1.0, rel_tol=1e-3)
    assert history[-1].accuracy is None and history[-1].validation_loss is None


def test_the_same_seed_gives_the_same_bits():
    (one, first), (other, second) = iris_run(epochs=3, progress=False), iris_run(epochs=3, progress=False)
    assert values(one.state_dict()) == values(other.state_dict())
    assert list(map(str, first)) == list(map(str, second))
    assert [epoch.loss for epoch in first] == [epoch.loss for epoch in second]


def test_the_loss_of_an_epoch_is_the_mean_over_its_examples():
    """Batches of 3, 3 and 1: each example counts once, not each batch."""
    data = LabeledDataset(Matrix([[float(n)] for n in range(7)]), Matrix([[0.0]] * 7))
    loader = DataLoader(data, 3)
    still = Linear(1, 1, rng=random.Random(0))
    still.load_state_dict({"weight": Matrix([[1.0]]), "bias": Matrix([[0.0]])})
    mean = sum(n * n for n in range(7)) / 7
    history = fit(still, MSELoss(), SGD(still.parameters(), lr=0.0), loader, epochs=1, progress=False)
    assert history[0].loss == pytest.approx(mean, rel=1e-14)
    loss, accuracy = evaluate(still, MSELoss(), loader)
    assert loss == pytest.approx(mean, rel=1e-14) and accuracy is None


@pytest.mark.parametrize("poison", [math.nan, math.inf])
def test_a_loss_that_is_nan_or_infinite_stops_the_training_before_the_weights_are_touched(poison):
    rows = [[1.0], [1.0], [poison], [1.0]]
    model = Linear(1, 1, rng=random.Random(0))
    optimizer = Adam(model.parameters(), lr=0.0)  # steps, and changes nothing until the poison
    before = values(model.state_dict())
    with pytest.raises(FloatingPointError, match=r"fit: the loss is (nan|inf) in epoch 1, batch 3"):
        fit(
            model,
            MSELoss(),
            optimizer,
            DataLoader(LabeledDataset(Matrix(rows), Matrix([[0.0]] * 4))),
            epochs=2,
            progress=False,
        )
    assert values(model.state_dict()) == before
    assert [state["step"].item() for state in optimizer.state.values()] == [2, 2]


def test_an_iterator_that_is_used_up_after_one_epoch_is_refused():
    model = Linear(1, 1)
    batches = iter(DataLoader(line(1.0, 0.0), 5))
    with pytest.raises(ValueError, match="fit got no batches in epoch 2; an iterator is used up after one epoch"):
        fit(model, MSELoss(), SGD(model.parameters()), batches, epochs=2, progress=False)
    with pytest.raises(ValueError, match="evaluate got no batches"):
        evaluate(model, MSELoss(), batches)


def test_a_generator_is_enough_for_one_epoch():
    model = Linear(1, 1)
    history = fit(
        model,
        MSELoss(),
        SGD(model.parameters()),
        ((x, y) for x, y in DataLoader(line(1.0, 0.0))),
        epochs=1,
        progress=False,
    )
    assert len(history) == 1


@pytest.mark.parametrize("epochs", [0, -1, 1.5, None])
def test_epochs_are_an_int_from_one_up(epochs):
    model = Linear(1, 1)
    with pytest.raises(ValueError, match="fit: epochs is an int from 1 up"):
        fit(model, MSELoss(), SGD(model.parameters()), DataLoader(line(1.0, 0.0)), epochs=epochs)


class Watched(Module):
    """Passes its input on and notes in which mode it was called."""

    def __init__(self):
        super().__init__()
        self.inner = Linear(1, 1)
        self.modes = []

    def forward(self, input):
        self.modes.append(self.training)
        return self.inner(input)


def test_modes_learning_in_one_judging_in_the_other():
    model = Watched()
    batches = DataLoader(line(1.0, 0.0), 10)
    fit(model, MSELoss(), SGD(model.parameters()), batches, epochs=2, validation=batches, progress=False)
    assert model.modes == [True, True, False, False] * 2
    for mode in (True, False):
        model.train(mode)
        evaluate(model, MSELoss(), batches)
        assert model.training is mode and model.inner.training is mode


def test_evaluate_restores_the_mode_after_an_error_and_records_no_graph():
    model = Watched()
    with pytest.raises(ValueError, match="rows of 2 numbers"):
        evaluate(model, MSELoss(), [(Matrix([[1.0, 2.0]]), Matrix([[0.0]]))])
    assert model.training

    class NoGraph(Module):
        def forward(self, input, target):
            assert input.grad_fn is None and not input.requires_grad
            return Tensor(0.0)

    assert evaluate(model, NoGraph(), DataLoader(line(1.0, 0.0))) == (0.0, None)


def test_an_epoch_is_written_as_one_line():
    assert (
        str(Epoch(2, 0.5, 0.25, 0.75, 1.0, 10.0))
        == "epoch 2  loss 0.500000  accuracy 25.00 %  validation loss 0.750000  validation accuracy 100.00 %"
    )


def test_evaluate_restores_the_mode_of_each_layer():
    model = Sequential(Linear(1, 1), Linear(1, 1))
    model[1].eval()
    evaluate(model, MSELoss(), DataLoader(line(1.0, 0.0)))
    assert [layer.training for layer in model.modules()] == [True, True, False]


def test_no_accuracy_where_targets_are_no_classes():
    batches = [(Matrix([[1.0], [2.0]]), [[0.5], [1.5]])]
    model = Linear(1, 1)
    history = fit(model, MSELoss(), SGD(model.parameters()), batches, epochs=1, progress=False)
    assert history[0].accuracy is None and evaluate(model, MSELoss(), batches)[1] is None


def test_after_an_error_the_model_is_ready_to_be_used():
    model = Linear(1, 1)

    def batches():
        yield Matrix([[1.0]]), Matrix([[1.0]])
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        fit(model, MSELoss(), SGD(model.parameters()), batches(), epochs=1, progress=False)
    assert not model.training


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"batches": line(1.0, 0.0)},
            r"batches are pairs of .*, got a LabeledDataset, which is not in batches; write DataLoader\(dataset, batch_size=…\)",
        ),
        ({"batches": None}, "batches are pairs of .inputs, targets., got None"),
        (
            {"loss": MSELoss},
            r"the loss is a function of output and target, as CrossEntropyLoss\(\) is, got the class MSELoss",
        ),
        ({"loss": None}, "the loss is a function"),
        ({"model": abs}, "the model is a Module, as .* is, got a builtin_function"),
        ({"optimizer": None}, r"the optimizer is an Optimizer, as SGD\(model.parameters\(\)\) is, got None"),
    ],
)
def test_parts_that_do_not_fit_are_refused_before_anything_is_learned(change, sentence):
    model = Linear(1, 1)
    parts = {"model": model, "loss": MSELoss(), "optimizer": SGD(model.parameters()), "batches": DataLoader(line(1, 0))}
    with pytest.raises(TypeError, match="fit: " + sentence):
        fit(*{**parts, **change}.values(), epochs=1)
    if "optimizer" not in change:
        chosen = {**parts, **change}
        with pytest.raises(TypeError, match="evaluate: " + sentence):
            evaluate(chosen["model"], chosen["loss"], chosen["batches"])


def test_a_plain_function_is_a_loss():
    model = Linear(1, 1)
    history = fit(
        model,
        lambda output, target: ((output - target) ** 2).sum(),
        SGD(model.parameters()),
        DataLoader(line(1.0, 0.0)),
        epochs=1,
        progress=False,
    )
    assert math.isfinite(history[0].loss)


def test_an_optimizer_of_another_model_is_refused():
    """Nothing would be learned, and nobody would know."""
    model, other = Linear(1, 1), Linear(1, 1)
    with pytest.raises(ValueError, match=r"the optimizer learns parameters of another model; give it model.parameters"):
        fit(model, MSELoss(), SGD(other.parameters()), DataLoader(line(1.0, 0.0)), epochs=1)


def test_a_loss_may_have_parameters_of_its_own():
    class Scaled(Module):
        def __init__(self):
            super().__init__()
            self.scale = Parameter(1.0)

        def forward(self, input, target):
            return MSELoss()(input * self.scale, target)

    model, loss = Linear(1, 1), Scaled()
    optimizer = SGD([*model.parameters(), *loss.parameters()], lr=0.1)
    fit(model, loss, optimizer, DataLoader(line(1.0, 0.0)), epochs=1, progress=False)
    assert loss.scale.matrix.item() != 1.0


@pytest.mark.parametrize(
    ("settings", "error", "sentence"),
    [
        ({"accumulate_steps": 0}, ValueError, "accumulate_steps is an int from 1 up, got 0"),
        ({"clip_grad_norm": 0}, ValueError, "clip_grad_norm is a finite number above 0, got 0"),
        ({"clip_grad_norm": math.nan}, ValueError, "clip_grad_norm is a finite number above 0, got nan"),
        ({"resume": True}, ValueError, "checkpoint_every and resume need checkpoint=…, the name of a file"),
        ({"checkpoint_every": 5}, ValueError, "checkpoint_every and resume need checkpoint=…, the name of a file"),
        ({"checkpoint": "run", "checkpoint_every": 0}, ValueError, "checkpoint_every is an int from 1 up, got 0"),
        ({"checkpoint": 5}, TypeError, "checkpoint is the name of a file, got 5"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, error, sentence):
    model = Linear(1, 1)
    before = values(model.state_dict())
    with pytest.raises(error, match="fit: " + sentence):
        fit(model, MSELoss(), SGD(model.parameters()), DataLoader(line(1.0, 0.0)), epochs=1, **settings)
    assert values(model.state_dict()) == before
