"""Callbacks: told in a fixed order of what has happened, and able to end the training."""

import random

import pytest

from backprop import Callback, History, Matrix, fit
from backprop.nn import Linear, MSELoss
from backprop.optim import SGD
from backprop.training import Run
from backprop.utils.data import DataLoader, Dataset


class Tells(Callback):
    """Writes down what it is told, and where the training is then."""

    def __init__(self, name, told):
        self.name, self.told = name, told

    def note(self, event, run):
        assert isinstance(run, Run)
        self.told.append((self.name, event, len(run.history), run.batch, run.step))

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
    data = Dataset(Matrix([[1.0], [2.0], [3.0]]), Matrix([[1.0], [2.0], [3.0]]))
    optimizer = SGD(model.parameters(), lr=0.01)
    return fit(model, MSELoss(), optimizer, DataLoader(data), epochs=epochs, callbacks=callbacks, **settings)


def test_all_are_told_in_their_order_and_of_the_end_in_reverse():
    told = []
    learned(Tells("a", told), Tells("b", told), accumulate_steps=2, progress=False)
    once = [("begin", 0, 0, 0), ("step", 0, 2, 1), ("step", 0, 3, 2), ("epoch", 1, 0, 2)]
    twice = [("step", 1, 2, 3), ("step", 1, 3, 4), ("epoch", 2, 0, 4)]
    both = [(name, *event) for event in once + twice for name in "ab"]
    assert told == [*both, ("b", "end", 2, 0, 4), ("a", "end", 2, 0, 4)]


def test_one_of_them_ends_the_training_after_all_have_been_told(capsys):
    told = []
    history = learned(Stops(5), Tells("a", told), epochs=9)
    assert [event for _, event, *_ in told][-2:] == ["step", "end"] and told[-1][-1] == 5
    assert len(history) == 1 and not history.interrupted
    assert capsys.readouterr().out.splitlines()[-1] == "stopped in epoch 2, batch 2: it is enough"


def test_all_are_told_of_the_end_by_an_error():
    told = []

    class Fails(Callback):
        def on_step_end(self, run):
            raise RuntimeError("a callback failed")

    with pytest.raises(RuntimeError, match="a callback failed"):
        learned(Tells("a", told), Fails(), progress=False)
    assert [event for _, event, *_ in told] == ["begin", "step", "end"]
    # The step that one of them could not end is undone.
    assert told[-1] == ("a", "end", 0, 0, 0)


class FailsAtTheEnd(Callback):
    def __init__(self, error):
        self.error = error

    def on_fit_end(self, run):
        raise self.error


def test_all_are_called_at_the_end_even_where_one_raises():
    called = []
    with pytest.raises(OSError, match="the disk is full"):
        learned(Tells("a", called), FailsAtTheEnd(OSError("the disk is full")), Tells("b", called), progress=False)
    assert [(name, event) for name, event, *_ in called][-2:] == [("b", "end"), ("a", "end")]


def test_the_first_error_is_raised_and_a_warning_names_the_others():
    class Fails(Callback):
        def on_step_end(self, run):
            raise RuntimeError("a callback failed")

    called = []
    with pytest.warns(RuntimeWarning, match=r"another error followed: OSError\('the disk is full'\)"):  # noqa: SIM117
        with pytest.raises(RuntimeError, match="a callback failed"):
            learned(Tells("a", called), FailsAtTheEnd(OSError("the disk is full")), Fails(), progress=False)
    assert called[-1] == ("a", "end", 0, 0, 0)


def test_a_callback_that_writes_nothing_changes_nothing():
    quiet, plain = learned(Callback(), progress=False), learned(progress=False)
    assert [epoch.loss for epoch in quiet] == [epoch.loss for epoch in plain]
    assert isinstance(quiet, History)


@pytest.mark.parametrize("callbacks", [Callback, [Callback], [None], Callback()])
def test_what_is_no_callback_is_refused(callbacks):
    model = Linear(1, 1)
    with pytest.raises(TypeError, match="fit: callbacks are a list of Callbacks, got"):
        fit(model, MSELoss(), SGD(model.parameters()), [], epochs=1, callbacks=callbacks)
