"""Callbacks: called in a fixed order, and able to end the training."""

import random

import pytest

from backprop import Callback, History, Matrix, fit
from backprop.nn import Linear, MSELoss
from backprop.optim import SGD
from backprop.training import Run
from backprop.utils.data import DataLoader, LabeledDataset


class Notes(Callback):
    """Writes down what it is called for, and where the training is then."""

    def __init__(self, name, calls):
        self.name, self.calls = name, calls

    def note(self, event, run):
        assert isinstance(run, Run)
        self.calls.append((self.name, event, len(run.history), run.batch, run.step))

    def on_fit_begin(self, run):
        self.note("begin", run)

    def on_step_end(self, run):
        self.note("step", run)

    def on_epoch_end(self, run):
        self.note("epoch", run)

    def on_fit_end(self, run):
        self.note("end", run)


class Stops(Callback):
    """Ends the training after a step."""

    def __init__(self, step):
        self.step = step

    def on_step_end(self, run):
        if run.step == self.step:
            run.stop("it is enough")


def learned(*callbacks, epochs=2, **settings):
    model = Linear(1, 1, rng=random.Random(0))
    data = LabeledDataset(Matrix([[1.0], [2.0], [3.0]]), Matrix([[1.0], [2.0], [3.0]]))
    optimizer = SGD(model.parameters(), lr=0.01)
    return fit(model, MSELoss(), optimizer, DataLoader(data), epochs=epochs, callbacks=callbacks, **settings)


def test_all_are_called_in_their_order_and_at_the_end_in_reverse():
    calls = []
    learned(Notes("a", calls), Notes("b", calls), accumulate_steps=2, progress=False)
    once = [("begin", 0, 0, 0), ("step", 0, 2, 1), ("step", 0, 3, 2), ("epoch", 1, 0, 2)]
    twice = [("step", 1, 2, 3), ("step", 1, 3, 4), ("epoch", 2, 0, 4)]
    both = [(name, *event) for event in once + twice for name in "ab"]
    assert calls == [*both, ("b", "end", 2, 0, 4), ("a", "end", 2, 0, 4)]


def test_one_of_them_ends_the_training_after_all_have_been_called(capsys):
    calls = []
    history = learned(Stops(5), Notes("a", calls), epochs=9)
    assert [event for _, event, *_ in calls][-2:] == ["step", "end"] and calls[-1][-1] == 5
    assert len(history) == 1 and not history.interrupted
    assert capsys.readouterr().out.splitlines()[-1] == "stopped in epoch 2, batch 2: it is enough"


def test_all_are_called_at_the_end_by_an_error():
    calls = []

    class Fails(Callback):
        def on_step_end(self, run):
            raise RuntimeError("a callback failed")

    with pytest.raises(RuntimeError, match="a callback failed"):
        learned(Notes("a", calls), Fails(), progress=False)
    assert [event for _, event, *_ in calls] == ["begin", "step", "end"]
    # The step that one of them could not end is undone.
    assert calls[-1] == ("a", "end", 0, 0, 0)


class FailsAtTheEnd(Callback):
    def __init__(self, error):
        self.error = error

    def on_fit_end(self, run):
        raise self.error


def test_all_are_called_at_the_end_even_where_one_raises():
    calls = []
    with pytest.raises(OSError, match="the disk is full"):
        learned(Notes("a", calls), FailsAtTheEnd(OSError("the disk is full")), Notes("b", calls), progress=False)
    assert [(name, event) for name, event, *_ in calls][-2:] == [("b", "end"), ("a", "end")]


def test_the_first_error_is_raised_and_a_warning_names_the_others():
    class Fails(Callback):
        def on_step_end(self, run):
            raise RuntimeError("a callback failed")

    calls = []
    with pytest.warns(RuntimeWarning, match=r"another error followed: OSError\('the disk is full'\)"):  # noqa: SIM117
        with pytest.raises(RuntimeError, match="a callback failed"):
            learned(Notes("a", calls), FailsAtTheEnd(OSError("the disk is full")), Fails(), progress=False)
    assert calls[-1] == ("a", "end", 0, 0, 0)


def test_a_callback_that_writes_nothing_changes_nothing():
    quiet, plain = learned(Callback(), progress=False), learned(progress=False)
    assert [epoch.loss for epoch in quiet] == [epoch.loss for epoch in plain]
    assert isinstance(quiet, History)


@pytest.mark.parametrize("callbacks", [Callback, [Callback], [None], Callback()])
def test_what_is_no_callback_is_refused(callbacks):
    model = Linear(1, 1)
    with pytest.raises(TypeError, match="fit: callbacks are a list of Callbacks, got"):
        fit(model, MSELoss(), SGD(model.parameters()), [], epochs=1, callbacks=callbacks)
