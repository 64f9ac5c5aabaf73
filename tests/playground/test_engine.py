"""The engine: what comes of each message, with no server and no browser."""

import json
import re
from base64 import b64decode
from math import inf, log

import pytest

from backprop import explain
from backprop.nn import CrossEntropyLoss
from backprop.nn.utils import parameters_to_vector
from backprop.optim import SGD
from backprop.playground import engine
from backprop.playground.engine import Engine

SIDE = 16  # cells of the plane


@pytest.fixture(autouse=True)
def a_coarse_plane(monkeypatch):
    monkeypatch.setattr(engine, "RESTING", SIDE)
    monkeypatch.setattr(engine, "MOVING", SIDE)


class Told:
    """An engine and what it has told."""

    def __init__(self, **experiment):
        self.answers = []
        self.engine = Engine(lambda answer: self.answers.append(json.loads(json.dumps(answer, allow_nan=False))))
        assert self.ask("begin", experiment=experiment)["tell"] == "done"

    def ask(self, do, **rest):
        """The last answer to a message."""
        del self.answers[:]
        self.engine.handle(json.dumps({"do": do, "number": 7, **rest}))
        assert self.answers[-1]["number"] == 7
        return self.answers[-1]

    def answer(self, kind):
        """The last of this kind since the last message."""
        return [answer for answer in self.answers if answer["tell"] == kind][-1]

    def train(self, epochs):
        self.ask("train")
        while self.engine.running and self.learner.epoch < epochs:
            self.engine.work()
        self.ask("stop")
        return self.answer("state")

    @property
    def learner(self):
        return self.engine.learner


def weights_of(learner):
    return parameters_to_vector(learner.model.parameters()).tolist()


def test_the_seed_decides_everything():
    one, other = Told(seed=7, data="spirals"), Told(seed=7, data="spirals")
    for told in (one, other):
        for _ in range(5):
            told.ask("step")
    assert weights_of(one.learner) == weights_of(other.learner) != weights_of(Told(seed=8, data="spirals").learner)
    assert one.answer("state") == other.answer("state") and one.answer("state")["steps"] == 5


def test_rewinding_gives_the_same_weights():
    told = Told(points=60)
    before = weights_of(told.learner)
    assert weights_of(told.learner) == before and told.train(2)["epoch"] >= 2 and weights_of(told.learner) != before
    told.ask("begin", experiment={"points": 60})
    assert weights_of(told.learner) == before and told.learner.epoch == 0


def test_a_step_is_one_batch():
    told = Told(points=50, test=0, batch=20)
    assert [told.ask("step") and told.answer("state")["epoch"] for _ in range(4)] == [0, 0, 1, 1]
    assert told.learner.steps == 4


@pytest.mark.parametrize(
    "change",
    [
        {"lr": 0.5},
        {"batch": 7},
        {"noise": 0.3},
        {"optimizer": "SGD", "settings": {"momentum": 0.5}},
        {"regularization": "L2", "rate": 0.01},
    ],
)
def test_these_change_while_it_runs(change):
    told = Told(points=60)
    told.train(2)
    learner, weights, points = told.learner, weights_of(told.learner), told.learner.data.columns
    told.ask("train")
    assert told.ask("change", experiment={"points": 60, **change})["running"]
    assert told.learner is learner and weights_of(learner) == weights and learner.epoch >= 2
    assert (learner.data.columns != points) == ("noise" in change)
    assert learner.optimizer.param_groups[0]["lr"] == change.get("lr", 0.01)
    if "settings" in change:
        assert type(learner.optimizer) is SGD and learner.optimizer.param_groups[0]["momentum"] == 0.5


@pytest.mark.parametrize(
    "change",
    [{"points": 61}, {"layers": [3]}, {"activation": "ReLU"}, {"seed": 1}, {"data": "xor"}, {"features": ["x1"]}]
    + [{"test": 30}, {"task": "regression", "data": "plane"}],
)
def test_other_changes_begin_untrained(change):
    told = Told(points=60)
    told.train(1)
    told.ask("train")
    assert not told.ask("change", experiment={"points": 60, **change})["running"]
    assert told.answer("data") and told.answer("state")["epoch"] == 0


def test_a_change_that_is_refused_leaves_everything_alone():
    told = Told(points=60)
    told.ask("train")
    refused = told.ask("train", experiment={"points": 60, "lr": 101})
    assert (refused["tell"], refused["field"]) == ("refused", "lr")
    assert told.engine.running and told.learner.experiment.lr == 0.01


def test_nothing_is_done_with_settings_that_are_refused():
    told = Told()
    for do in ("train", "step", "explain", "check", "landscape", "program"):
        assert (
            told.ask(do, experiment={"layers": [99]}, **({"example": 0} if do == "explain" else {}))["field"]
            == "layers"
        )
        assert not told.engine.running and len(told.answers) == 1 and told.learner.steps == 0


def test_the_same_experiment_again_changes_nothing():
    told = Told()
    told.ask("step")
    told.ask("change", experiment={})
    assert len(told.answers) == 1 and told.learner.steps == 1


def test_l2_and_l1_add_to_the_loss_what_they_should():
    for kind, penalty in (("L1", lambda w: w.abs().sum()), ("L2", lambda w: w.square().sum() / 2)):
        learner = Told(regularization=kind, rate=0.25).learner
        inputs, targets = learner.data.inputs, learner.data.targets
        bare = CrossEntropyLoss()(learner.model(inputs), targets).item()
        added = 0.25 * sum(penalty(layer.weight).item() for layer in learner.linear)
        assert learner.objective(inputs, targets).item() == pytest.approx(bare + added, rel=1e-12)


def test_a_weight_is_set_by_hand():
    told = Told(layers=[], seed=3)
    told.ask("weight", layer=0, row=1, column=0, value=-2.5)
    told.ask("weight", layer=0, row=0, column=2, value=4)
    assert told.answer("state")["weights"][0][0][2] == 4 and told.answer("state")["weights"][0][1][0] == -2.5
    assert told.learner.linear[0].weight[1, 0].item() == -2.5 and told.learner.linear[0].bias[0].item() == 4
    assert len(told.answer("state")["moments"]) == 1
    assert told.learner.linear[0].weight.requires_grad and told.ask("step")["tell"] == "done"


@pytest.mark.parametrize(
    "weight",
    [
        (0, 0, 3, 1),
        (3, 0, 0, 1),
        (-1, 0, 0, 1),
        (0, 8, 0, 1),
        (0, 0, 0, "x"),
        (0, 0, 0, None),
        (0, 0, 0, 1e7),
        ("0", 0, 0, 1),
    ],
)
def test_a_weight_that_is_not_there_is_refused(weight):
    told = Told()
    assert told.ask("weight", **dict(zip(("layer", "row", "column", "value"), weight)))["field"] == "weight"


def test_the_plane_is_what_the_network_says_of_each_cell():
    """A network that asks only whether the second coordinate is above 0: below class 0, above class 1."""
    told = Told(data="gauss", layers=[])
    for row, value in enumerate((-5000, 5000)):
        for column in range(3):
            told.ask("weight", layer=0, row=row, column=column, value=value if column == 1 else 0)
    state = told.answer("state")
    low, high = map(b64decode, state["plane"]["maps"])
    half = SIDE**2 // 2
    assert set(high[:half]) == set(low[half:]) == {255} and set(high[half:]) == set(low[:half]) == {0}
    neuron = b64decode(state["maps"][1][1])  # of the size 16
    assert (
        neuron[0] > 250
        and neuron[-1] < 10
        and state["sizes"][0][0] == pytest.approx(told.answer("state")["sizes"][0][1])
    )


def test_what_no_float_holds_can_still_be_told():
    """JSON has no infinity: such a number is null."""
    told = Told(data="xor", layers=[])
    (layer,) = told.learner.linear
    layer.weight.data = layer.weight.matrix * 1e308 * 1e308
    told.ask("stop")
    assert {x for row in told.answer("state")["weights"][0] for x in row[:2]} == {None}


def test_a_loss_that_explodes_is_told_with_its_figures():
    told = Told(optimizer="SGD", lr=100, activation="Identity", data="spirals")
    told.train(100)
    told.ask("train")
    while told.engine.running:
        told.engine.work()
    trouble = told.answer("state")["trouble"]
    assert (
        trouble.startswith("The loss exploded in epoch 1, after ")
        and f"It was {told.learner.start:.3g} at the start" in trouble
    )
    assert "The learning rate 100 is too large" in trouble
    assert told.ask("train", experiment={"lr": 0.01, "data": "xor"})["running"]


def test_a_loss_that_grows_is_noticed():
    learner = Told(data="gauss", optimizer="SGD", lr=30, activation="SiLU", layers=[4], noise=0.8).learner
    notices = set()
    while learner.epoch < 6:
        learner.step()
        notices.add(re.sub(r"\d[\d.e+]*", "#", learner.notice()))
    assert notices == {"", "The loss has grown from # to # in # epochs: the learning rate # may be too large."}


def test_neurons_that_say_the_same_for_all_examples_are_named():
    told = Told(layers=[3], activation="ReLU")
    for column in range(3):
        told.ask("weight", layer=0, row=1, column=column, value=-9 if column == 2 else 0)
    assert 1 in told.answer("state")["silent"][0]


def test_the_first_loss_of_two_classes_is_near_the_logarithm_of_two():
    assert Told().learner.start == pytest.approx(log(2), abs=0.1)


@pytest.mark.parametrize("activation", ["Tanh", "ReLU", "GELU", "Identity"])
@pytest.mark.parametrize("optimizer", ["Adam", "SGD"])
def test_the_explanation_is_that_of_explain(activation, optimizer):
    told = Told(layers=[3, 2], activation=activation, optimizer=optimizer, points=20)
    for trained in (False, True):
        if trained:
            told.train(2)
        told.ask("train")
        assert not told.ask("explain", example=5)["running"]  # the training stops
        learner, page = told.learner, told.answer("explanation")["page"]
        held = [parameter.grad for parameter in learner.model.parameters()]
        assert all(grad is not None for grad in held) == trained  # they are still shown
        learner.optimizer.zero_grad()
        one = learner.data.inputs[[5]]
        loss = CrossEntropyLoss()(learner.model(one), learner.data.targets[[5]])
        assert page == explain(loss, {"x": one}, model=learner.model, optimizer=learner.optimizer).html()


@pytest.mark.parametrize("example", [-1, 20, "3", 1.5, None, [0]])
def test_an_example_is_a_number_of_one(example):
    assert Told(points=20).ask("explain", example=example)["field"] == "example"


def test_the_gradient_check_agrees_and_finds_a_wrong_gradient(monkeypatch):
    told = Told(regularization="L2", rate=0.1, points=60)
    told.train(1)
    weights = weights_of(told.learner)
    told.ask("check")
    check = told.answer("check")
    assert check["weights"] == 8 * 3 + 8 * 9 + 2 * 9 and len(check["rows"]) == 60 and check["difference"] < 1e-8
    assert weights_of(told.learner) == weights
    objective, calls = type(told.learner).objective, []

    def wrong(learner, inputs, targets):  # the slopes are of another function than the gradient
        calls.append(1)
        return objective(learner, inputs, targets) * (1 if len(calls) == 1 else 1.001)

    monkeypatch.setattr(type(told.learner), "objective", wrong)
    told.ask("check")
    assert told.answer("check")["difference"] == pytest.approx(told.answer("check")["largest"] * 1e-3, rel=0.1)


def test_the_middle_of_the_landscape_is_the_loss_of_the_weights():
    told = Told(points=60, test=0, layers=[3])
    told.train(3)
    weights = weights_of(told.learner)
    told.ask("landscape")
    landscape = told.answer("landscape")
    rows, middle = landscape["rows"], len(landscape["rows"]) // 2
    assert rows[middle][middle] == pytest.approx(told.learner.train.loss, rel=1e-3)
    assert weights_of(told.learner) == weights and len({x for row in rows for x in row}) > 100


def test_regression_learns_numbers():
    told = Told(task="regression", data="plane", layers=[], noise=0, lr=0.05)
    state = told.train(30)
    assert state["train"] < 1e-4 and state["test"] < 1e-4 and state["accuracy"] > 0.99  # R²
    assert len(state["plane"]["maps"]) == 1 and told.learner.data.classes == ()


def test_a_feature_does_what_a_layer_would():
    assert Told(data="xor", layers=[], noise=0).train(20)["accuracy"] < 0.75
    assert Told(data="xor", layers=[], noise=0, features=["x1*x2"], lr=0.1).train(20)["accuracy"] > 0.95


def test_a_table_is_learned():
    told = Told()
    experiment = {"data": "csv", "test": 0}
    assert told.ask("begin", experiment=experiment)["sentence"] == "Choose a file first."
    assert told.ask("table", text="a,b,c,kind\n1,2,3,x\n4,5,7,y\n4,4,4,z\n")["tell"] == "done"
    told.ask("begin", experiment={**experiment, "features": ["x1", "x1^2"]})
    data = told.answer("data")
    assert (data["classes"], data["names"], data["features"]) == (["x", "y", "z"], ["a", "b"], ["x1", "x1^2", "c"])
    assert told.ask("table", text="x" * 1_000_001)["field"] == told.ask("table", text=5)["field"] == "file"
    told.ask("table", text="1,2,0.5\n2,1,0.25\n")
    assert told.ask("begin", experiment={**experiment, "task": "regression"})["tell"] == "done"


@pytest.mark.parametrize(
    "message",
    [
        '{"do": "fly"}',
        "{}",
        '{"do": "weight"}',
        '{"do": "train", "speed": 3}',
        '{"do": ["train"]}',
        '{"do": "stop", "row": 1}',
    ],
)
def test_what_makes_no_sense_is_told_in_a_sentence(message):
    told = Told()
    told.engine.handle(message)
    refused = told.answers[-1]
    assert refused["tell"] == "refused" and refused["sentence"].endswith(".") and len(refused["sentence"]) < 400


@pytest.mark.parametrize("do", ["begin", "change", "train", "stop", "step", "check", "landscape", "program", "explain"])
def test_before_an_experiment_there_is_nothing_to_do(do):
    answers = []
    Engine(answers.append).handle(json.dumps({"do": do, **({"example": 0} if do == "explain" else {})}))
    sentence = "There is no experiment yet."
    assert answers == [{"tell": "refused", "field": "", "sentence": sentence, "number": None, "running": False}]


@pytest.mark.parametrize("do", ["stop", "step", "train", "check", "landscape", "program", "explain"])
@pytest.mark.parametrize("task", [{}, {"task": "regression", "data": "plane"}])
@pytest.mark.parametrize("size", [1e160, inf])
def test_an_exploded_network_can_still_be_looked_at(do, task, size):
    told = Told(points=20, layers=[3], activation="Identity", optimizer="SGD", **task)
    for layer in told.learner.linear:
        layer.weight.data = layer.weight.matrix * size
    for _ in range(2):
        answer = told.ask(do, **({"example": 0} if do == "explain" else {}))
        if told.engine.running:
            told.engine.work()
        assert answer["tell"] == "done" or answer["sentence"].endswith(".")
    assert told.ask("begin", experiment={})["tell"] == "done" and told.ask("step")["tell"] == "done"
