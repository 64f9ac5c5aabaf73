"""The speed: pictures take a fifth of the time at most, and what is slow is said. The clock is one of the tests' own."""

import json

import pytest

from backprop.playground import engine
from backprop.playground.engine import Engine
from backprop.playground.experiment import read_experiment
from backprop.playground.learner import Learner
from backprop.playground.speed import Speed


@pytest.mark.parametrize("look", [0.001, 0.02, 0.3, 2.0])
def test_pictures_never_hold_up_training(monkeypatch, look):
    """A step takes 5 ms, a look so many seconds."""
    now, told = [0.0], []

    def pass_time(seconds):
        now[0] += seconds

    monkeypatch.setattr(engine, "monotonic", lambda: now[0])
    monkeypatch.setattr(engine, "network_view", lambda *_: pass_time(look) or {})
    monkeypatch.setattr(Learner, "step", lambda _: pass_time(0.005))
    made = Engine(told.append)
    made.handle(json.dumps({"do": "train", "experiment": {"points": 10, "layers": []}}))
    while now[0] < 60:
        made.work()
    states = [answer for answer in told if answer["tell"] == "state"]
    assert states[-1]["looking"] <= 0.21
    assert len(states) >= min(600, 60 / (5 * look)) * 0.7  # up to ten a second


def test_the_speed_is_that_of_training_and_pictures_together():
    learner, speed = Learner(read_experiment({"points": 100, "test": 0, "batch": 10})), Speed()
    assert speed.view(learner) == {"speed": None, "looking": None, "slow": ""}
    speed.trained(3.0, 1000)
    speed.looked(1.0)
    assert speed.view(learner) == {"speed": 25.0, "looking": 0.25, "slow": ""}


def test_what_is_slow_is_said():
    def said(seconds, steps, **experiment):
        speed = Speed()
        speed.trained(seconds, steps)
        return speed.view(Learner(read_experiment({"points": 100, "test": 0, **experiment})))["slow"]

    assert said(1.0, 1000, batch=10) == ""  # 100 epochs
    assert said(1.0, 100, batch=10) == (
        "An epoch is 10 steps of 10 ms. Most of a step is the same for any number of examples: larger batches make fewer "
        "steps."
    )
    assert said(10.0, 100, layers=[32, 32], batch=100) == (
        "An epoch is one step of 100 ms. 89% of the arithmetic is the weights from 32 to 32 neurons: fewer neurons or "
        "examples make it quicker."
    )
