"""Fast typing and clicking in any order: no click is lost, nothing fails, and no error stays that has been mended.

The environment variable SEQUENCES says how many sequences are tried.
"""

import json
import os
import random

import pytest

from backprop.playground.engine import Engine
from backprop.playground.experiment import FieldError, read_experiment
from tests.browser import CHROMIUM, MISSING, browser
from tests.playground.served import playing

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

SEQUENCES = int(os.environ.get("SEQUENCES", "8"))

# Values as they are typed, right and wrong ones.
VALUES = {
    "data": ["moons", "xor", "circles"],
    "points": ["20", "30", "5", ""],
    "noise": ["0", "0.2", "7"],
    "batch": ["4", "10", "0", "1.5"],
    "lr": ["0.01", "0.1", "1000", "-1"],
    "rate": ["0", "0.01", "11"],
    "regularization": ["none", "L1", "L2"],
    "activation": ["Tanh", "ReLU"],
    "optimizer": ["Adam", "SGD", "RMSprop"],
    "settings.momentum": ["0.5", "2"],
    "settings.beta1": ["0.5", "1"],
    "seed": ["1", "2", "-1"],
    "test": ["20", "0", "99"],
}
RIGHT = {
    "points": "20",
    "noise": "0",
    "batch": "4",
    "lr": "0.01",
    "rate": "0",
    "seed": "1",
    "test": "20",
    "optimizer": "Adam",
}
RIGHT["settings.beta1"] = "0.9"
BUTTONS = ["#train"] * 4 + ["#step", "#rewind", "#reseed", "#add_layer", "#remove_layer", "#check", "#write"]
BUTTONS += ["[data-key=more1]", "[data-key=less1]", "[data-key='n1.0']", '[data-key="fx1^2"]', "[data-key=fx2]"]
NEURONS = [f'[data-key="n{layer}.{k}"]' for layer in (1, 2, 3) for k in (0, 3)]

# Does one action after the other, some at once and some a moment later, and gives the form as it is at last.
PLAY = """
(async (actions) => {
  for (const [kind, what, value, pause] of actions) {
    const element = document.querySelector(kind === "set" ? `[name="${what}"]` : what);
    if (element && kind === "set") {
      element.value = value;
      for (const event of ["input", "change"]) element.dispatchEvent(new Event(event, {bubbles: true}));
    } else if (element && kind === "point") element.dispatchEvent(new Event("pointerenter"));
    else if (element) element.click();
    if (pause) await new Promise((done) => setTimeout(done, pause));
  }
})(%s)
"""
REST = """
new Promise((done) => {
  let quiet = 0;
  const look = () => {
    quiet = document.body.hasAttribute("data-waiting") ? 0 : quiet + 1;
    if (quiet > 2) done(); else setTimeout(look, 4);
  };
  look();
})
"""
SEEN = """
(async () => ({
  form: (await import("./controls.js")).experiment(),
  button: document.getElementById("train").textContent,
  wrong: [...document.querySelectorAll(".wrong")].map((note) => note.id.slice(6)),
  trouble: document.getElementById("trouble").textContent,
}))()
"""


def sequence(rng):
    actions = []
    for _ in range(rng.randrange(3, 14)):
        pause = rng.choice([0, 0, 0, 1, 8])
        if rng.random() < 0.1:
            actions.append(["point", rng.choice(NEURONS), "", pause])
        elif rng.random() < 0.5:
            field = rng.choice(list(VALUES))
            actions.append(["set", field, rng.choice(VALUES[field]), pause])
        else:
            actions.append(["click", rng.choice(BUTTONS), "", pause])
    return actions


def refused(form):
    try:
        return read_experiment(form) and None
    except FieldError as error:
        return error.field


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A tab and the engine that it asks."""
    engines, begin = [], Engine.__init__
    with pytest.MonkeyPatch.context() as patch, playing() as playground:
        patch.setattr(Engine, "__init__", lambda engine, send: engines.append(engine) or begin(engine, send))
        for grid in ("RESTING", "MOVING"):
            patch.setattr(f"backprop.playground.engine.{grid}", 16)
        with browser(tmp_path_factory.mktemp("profile"), 320, 480) as tab:
            tab.open(f"{playground.url}#points=20&layers=3")
            tab.wait("document.getElementById('epoch').textContent === '0'")
            (engine,) = engines
            yield tab, engine
            tab.open("about:blank")


@pytest.mark.parametrize("first", range(0, SEQUENCES, 8))
def test_eight_sequences(page, first):
    tab, engine = page
    for seed in range(first, first + 8):
        rng = random.Random(seed)
        actions = sequence(rng)
        tab.run(PLAY % json.dumps(actions))
        tab.run(REST)
        seen = tab.run(SEEN)
        field = refused(seen["form"])
        exploded = seen["trouble"].startswith("The loss exploded")
        if field is None:
            assert seen["wrong"] == [] and (exploded or not seen["trouble"]), (seed, actions, seen)
            assert engine.learner.experiment == read_experiment(seen["form"]), (seed, actions)
        elif field in ("layers", "features"):
            assert seen["wrong"] == [] and seen["trouble"], (seed, actions, seen)
        else:
            assert seen["wrong"] == [field], (seed, actions, seen)
        assert engine.running == (seen["button"] == "Stop") or exploded, (seed, actions, seen)

        # What is wrong is mended: the errors go, and each click counts.
        tab.run(PLAY % json.dumps([["set", name, value, 0] for name, value in RIGHT.items()]))
        if field == "features":
            tab.run("document.querySelector('.feature').click()")
        tab.run(REST)
        seen = tab.run(SEEN)
        assert seen["wrong"] == [] and refused(seen["form"]) is None, (seed, actions, seen)
        if seen["button"] == "Stop":
            tab.run(PLAY % json.dumps([["click", "#train", "", 0]]))
            tab.run(REST)
        clicks, steps = rng.randrange(1, 5), engine.learner.steps
        tab.run(PLAY % json.dumps([["click", "#step", "", 0]] * clicks))
        tab.run(REST)
        assert engine.learner.steps == steps + clicks and not engine.running, (seed, actions)
        clicks = rng.randrange(2, 6)
        tab.run(PLAY % json.dumps([["click", "#train", "", rng.choice([0, 1])] for _ in range(clicks)]))
        tab.run(REST)
        assert engine.running == bool(clicks % 2)
        assert tab.run("document.getElementById('train').textContent") == ("Stop" if clicks % 2 else "Train")
        assert tab.run("document.getElementById('trouble').textContent") == ""
        assert not tab.errors, (seed, actions, tab.errors)
