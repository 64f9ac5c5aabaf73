"""Schedules in fit: the learning rates are those of the loop by hand, epoch by epoch or step by step."""

import pytest

from backprop import Callback
from backprop.optim import SGD, Adam
from backprop.optim.lr_scheduler import LinearLR, OneCycleLR, ReduceLROnPlateau, StepLR
from tests.training.small_run import SmallRun
from tests.values import values

HALVES = (lambda optimizer: StepLR(optimizer, 1, 0.5), "epoch", 4)
BY_STEP = (lambda optimizer: LinearLR(optimizer, 0.25, total_iters=7), "step", 12)
ONE_CYCLE = (lambda optimizer: OneCycleLR(optimizer, 0.1, total_steps=12), "step", 12)


class Rates(Callback):
    """The learning rate that each step and each epoch leaves behind."""

    def __init__(self):
        self.after = {"step": [], "epoch": []}

    def on_step_end(self, run):
        self.after["step"].append(run.optimizer.param_groups[0]["lr"])

    def on_epoch_end(self, run):
        self.after["epoch"].append(run.optimizer.param_groups[0]["lr"])


@pytest.mark.parametrize(("make_scheduler", "by", "times"), [HALVES, BY_STEP, ONE_CYCLE])
def test_the_rates_are_those_of_a_scheduler_that_is_stepped_by_hand(make_scheduler, by, times):
    """Four epochs of six batches, two of them a step."""
    rates = Rates()
    SmallRun(make_scheduler=make_scheduler).fit(scheduler_interval=by, accumulate_steps=2, callbacks=[rates])
    by_hand = SmallRun(make_scheduler=make_scheduler)
    expected = []
    for _ in range(times):
        by_hand.optimizer.step()
        by_hand.scheduler.step()
        expected.append(by_hand.optimizer.param_groups[0]["lr"])
    assert rates.after[by] == expected
    assert len(rates.after["step"]) == 12 and len(rates.after["epoch"]) == 4


def test_the_rate_of_an_epoch_is_that_of_all_its_steps():
    rates = Rates()
    SmallRun(make_scheduler=HALVES[0]).fit(epochs=2, callbacks=[rates])
    assert rates.after["step"] == [1e-3] * 6 + [5e-4] * 6


def test_the_plateau_is_told_the_validation_loss():
    def make_scheduler(optimizer):
        return ReduceLROnPlateau(optimizer, factor=0.5, patience=0)

    rates, run = Rates(), SmallRun(0, lambda params: Adam(params, lr=0.3), make_scheduler)
    history = run.fit(epochs=8, callbacks=[rates])
    by_hand = SmallRun(0, lambda params: Adam(params, lr=0.3), make_scheduler)
    expected = []
    for epoch in history:
        by_hand.scheduler.step(epoch.validation_loss)
        expected.append(by_hand.optimizer.param_groups[0]["lr"])
    assert rates.after["epoch"] == expected and expected[-1] < 0.3


def other_optimizer(optimizer):
    return StepLR(SGD(optimizer.param_groups[0]["params"]), 1)


@pytest.mark.parametrize(
    ("make_scheduler", "settings", "error", "sentence"),
    [
        (lambda optimizer: 0.1, {}, TypeError, "the scheduler is an LRScheduler, as StepLR"),
        (other_optimizer, {}, ValueError, "the scheduler is one of another optimizer"),
        (
            HALVES[0],
            {"scheduler_interval": "batch"},
            ValueError,
            "scheduler_interval is 'epoch' or 'step', got 'batch'",
        ),
        (ReduceLROnPlateau, {"validation": None}, ValueError, "ReduceLROnPlateau needs the validation loss"),
        (
            ReduceLROnPlateau,
            {"scheduler_interval": "step"},
            ValueError,
            "ReduceLROnPlateau needs the validation loss",
        ),
    ],
)
def test_a_scheduler_that_does_not_fit_is_refused(make_scheduler, settings, error, sentence):
    run = SmallRun(make_scheduler=make_scheduler)
    before = repr(values(run.model.state_dict()))
    with pytest.raises(error, match="fit: " + sentence):
        run.fit(**settings)
    assert repr(values(run.model.state_dict())) == before
