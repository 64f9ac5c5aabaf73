"""Early stopping: what remains are just the weights of the epoch with the least validation loss."""

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backprop import Callback, Matrix, Tensor, fit
from backprop.nn import Linear, MSELoss
from backprop.optim import SGD
from backprop.training.checkpoint import Checkpoint
from tests.training.small_run import Breaks, SmallRun, bits
from tests.values import values


class Weights(Callback):
    """The weights at the end of each epoch."""

    def __init__(self):
        self.after = []

    def on_epoch_end(self, run):
        self.after.append(values(run.model.state_dict()))


def trained_on(losses, patience, **settings):
    """A line that learns from one point for one epoch for each of the ``losses``, which are its validation losses."""
    model, weights, coming = Linear(1, 1), Weights(), iter(losses)
    batch = [(Matrix([[1.0]]), Matrix([[50.0]]))]

    def loss(output, target):
        return MSELoss()(output, target) if output.requires_grad else Tensor(next(coming))

    optimizer = SGD(model.parameters(), lr=0.01)
    settings = {"validation": batch, "callbacks": [weights], "progress": False, **settings}
    history = fit(model, loss, optimizer, batch, epochs=len(losses), patience=patience, **settings)
    return model, history, weights.after


@example([math.nan, math.nan], 1)
@given(
    st.lists(st.floats(allow_infinity=False) | st.integers(0, 3).map(float), min_size=1, max_size=12), st.integers(1, 4)
)
def test_it_ends_with_the_best_weights_after_worse_epochs_as_long_as_its_patience(losses, patience):
    model, history, after = trained_on(losses, patience)
    best = math.inf
    last = where = waited = 0
    for number, loss in enumerate(losses, 1):
        last = number
        if loss < best:
            best, where, waited = loss, number, 0
        else:
            waited += 1
        if waited == patience:
            break
    assert len(history) == last
    # Losses that are all NaN say nothing: then the last weights are kept.
    assert values(model.state_dict()) == after[where - 1 if where else -1]


def test_the_weights_include_the_running_means():
    run, weights = SmallRun(), Weights()
    history = run.fit(epochs=8, patience=2, callbacks=[weights])
    losses = [epoch.validation_loss for epoch in history]
    assert values(run.model.state_dict()) == weights.after[losses.index(min(losses))]


def test_it_says_why_it_ended(capsys):
    trained_on([3.0, 2.0, 2.0, 4.0, 1.0], 2, progress=True)
    assert capsys.readouterr().out.splitlines()[-1] == (
        "stopped after epoch 4: the validation loss has not fallen for 2 epochs"
    )


def test_a_training_that_was_stopped_ends_at_once_when_resumed_and_goes_on_with_more_patience(tmp_path):
    settings = {"epochs": 12, "scheduler": None}
    stopped = SmallRun(3)
    history = stopped.fit(patience=1, checkpoint=tmp_path / "run", **settings)
    assert len(history) < 12
    again = SmallRun(4)
    assert bits(again.fit(patience=1, checkpoint=tmp_path / "run", resume=True, **settings)) == bits(history)
    assert values(again.model.state_dict()) == values(stopped.model.state_dict())
    patient = SmallRun(3)
    whole = patient.fit(patience=5, **settings)
    more = SmallRun(4)
    assert bits(more.fit(patience=5, checkpoint=tmp_path / "run", resume=True, **settings)) == bits(whole)
    assert values(more.model.state_dict()) == values(patient.model.state_dict())


def test_an_interrupted_training_has_the_best_weights_too():
    run, weights = SmallRun(), Weights()
    history = run.fit(epochs=20, patience=20, callbacks=[weights, Breaks(after=40)])
    losses = [epoch.validation_loss for epoch in history]
    assert history.interrupted and values(run.model.state_dict()) == weights.after[losses.index(min(losses))]


def test_where_the_last_checkpoint_cannot_be_written_the_best_weights_are_there(tmp_path, monkeypatch):
    def full(checkpoint, run):
        raise OSError("No space left on device")

    monkeypatch.setattr(Checkpoint, "on_fit_end", full)
    run, weights, whole = SmallRun(9), Weights(), SmallRun(9)
    losses = [epoch.validation_loss for epoch in whole.fit(epochs=8, patience=8)]
    with pytest.raises(OSError, match="No space left"):
        run.fit(epochs=8, patience=8, callbacks=[weights], checkpoint=tmp_path / "run")
    assert values(run.model.state_dict()) == weights.after[losses.index(min(losses))] != weights.after[-1]


def test_without_validation_there_is_nothing_to_wait_for():
    with pytest.raises(ValueError, match="fit: patience waits for the validation loss to fall; give validation=…"):
        trained_on([1.0], 1, validation=None)
    with pytest.raises(ValueError, match="fit: patience is an int from 1 up, got 0"):
        trained_on([1.0], 0)
