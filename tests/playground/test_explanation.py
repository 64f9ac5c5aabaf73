"""The step page: it is the page of ``explain`` for the network as it is, to the last number, and stays within its bounds."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from backprop import explain
from backprop.nn import CrossEntropyLoss
from tests.playground.served import Page, ask, playing


def explained(learner, example):
    """What ``explain`` says of one example, with gradients that start from nothing."""
    learner.optimizer.zero_grad()
    one = learner.data.select([example])
    loss = CrossEntropyLoss()(learner.model(one.inputs), one.targets)
    return explain(loss, {"x": one.inputs}, model=learner.model, optimizer=learner.optimizer).html()


@pytest.mark.parametrize("activation", ["Tanh", "ReLU", "GELU", "Identity"])
@pytest.mark.parametrize("optimizer", ["Adam", "SGD"])
def test_every_number_is_that_of_explain(activation, optimizer):
    with playing() as playground, Page(playground) as page:
        page.begin(layers=[3, 2], activation=activation, optimizer=optimizer, points=20)
        learner = playground.sessions.get(page.name).learner
        for trained in (False, True):
            if trained:
                page.train()
                page.until(lambda state: state["epoch"] >= 2)
            answer = ask(playground, "GET", f"sessions/{page.name}/explanation?example=5")  # which stops the training
            if trained:
                state = page.until(lambda state: not state["running"])
                assert all(layer["gradients"] is not None for layer in state["layers"])  # they are still shown
            assert answer.status == 200
            held = [parameter.grad for parameter in learner.model.parameters()]
            assert answer.text == explained(learner, 5)
            assert all(grad is not None for grad in held) == trained


def test_only_its_own_script_may_run_there():
    with playing() as playground, Page(playground) as page:
        page.begin(points=20)
        answer = ask(playground, "GET", f"sessions/{page.name}/explanation?example=0")
        (script,) = re.findall("<script>(.*?)</script>", answer.text, re.DOTALL)
        digest = b64encode(sha256(script.encode()).digest()).decode()
        policy = answer.headers["Content-Security-Policy"]
        assert f"script-src 'sha256-{digest}';" in policy and "default-src 'none'" in policy
        assert ask(playground, "GET", f"sessions/{page.name}/explanation?example=20").status == 400


def test_before_an_experiment_there_is_nothing_to_explain():
    with playing() as playground, Page(playground) as page:
        answer = ask(playground, "GET", f"sessions/{page.name}/explanation?example=0")
        assert (answer.status, answer.text) == (400, "the playground has no experiment to explain yet")
