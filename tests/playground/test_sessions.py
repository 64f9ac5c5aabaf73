"""Sessions: each trains for itself, for as long as its page is open, and leaves nothing behind."""

import http.client
import random
import sys
import threading
import time

import pytest

from backprop import evaluate, get_rng_state
from backprop.nn.utils import parameters_to_vector
from backprop.optim import SGD
from backprop.playground.experiment import Experiment
from backprop.playground.learner import GRID, Learner
from backprop.playground.sessions import MOST
from tests.playground.served import Page, ask, playing, within


def weights_of(learner):
    return parameters_to_vector(learner.model.parameters()).tolist()


@pytest.fixture
def playground():
    # Threads take turns fifty times as often as they would: more can go wrong, and a request waits less for its turn.
    before = sys.getswitchinterval()
    sys.setswitchinterval(before / 50)
    try:
        with playing() as playground:
            yield playground
    finally:
        sys.setswitchinterval(before)


def test_two_hundred_quick_starts_and_stops_leave_no_thread_behind(playground):
    before = threading.active_count()
    with Page(playground) as page:
        page.begin(points=10, layers=[])
        for _ in range(200):
            page.train()
            page.stop()
        within(lambda: threading.active_count() == before + 1)  # the one of the stream
        assert len(playground.sessions) == 1
    within(lambda: threading.active_count() == before)
    assert len(playground.sessions) == 0


def test_fifty_pages_that_are_closed_while_they_train_leave_no_thread_behind(playground):
    before = threading.active_count()
    for _ in range(50):
        with Page(playground) as page:
            page.begin(points=10, layers=[])
            page.train()
        within(lambda: len(playground.sessions) < MOST)
    within(lambda: threading.active_count() == before and not len(playground.sessions))


def test_the_end_of_the_server_is_the_end_of_every_training():
    with playing() as playground:  # which sees at its end that there is no thread more
        page = Page(playground)
        page.begin()
        page.train()
        page.until(lambda state: state["running"])
    page.__exit__()


def test_a_page_that_is_closed_stops_its_training(playground):
    with Page(playground) as page:
        page.begin()
        page.train()
        page.until(lambda state: state["epoch"] >= 1)
        learner = playground.sessions.get(page.name).learner
    within(lambda: not len(playground.sessions), 3)
    epoch, weights = learner.epoch, weights_of(learner)
    time.sleep(0.3)
    assert (learner.epoch, weights_of(learner)) == (epoch, weights)
    assert ask(playground, "PUT", f"sessions/{page.name}/training").status == 404


def test_sessions_do_not_disturb_each_other(playground):
    with Page(playground) as one, Page(playground) as other:
        one.begin(data="xor", seed=1)
        _, still = other.begin(data="moons", seed=2)
        one.train()
        assert one.until(lambda state: state["epoch"] >= 2)["running"]
        other.stop()
        assert other.next("state") == {**still, "losses": []}
        one.stop()
        one.until(lambda state: not state["running"])
        assert playground.sessions.get(other.name).learner.epoch == 0


def test_the_seed_decides_everything_and_the_default_generator_nothing(playground):
    state = get_rng_state()
    with Page(playground) as one, Page(playground) as other:
        first, second = one.begin(seed=7, data="spirals"), other.begin(seed=7, data="spirals")
        assert first == second != other.begin(seed=8, data="spirals")
        one.train()
        one.until(lambda state: state["epoch"] >= 1)
        assert ask(playground, "GET", f"sessions/{one.name}/explanation?example=0").status == 200
    assert get_rng_state().equal(state)


def test_the_same_seed_learns_the_same():
    def learned():
        learner = Learner(Experiment(points=60, seed=3))
        learner.learn(lambda: None, lambda: learner.epoch < 5)
        return learner.state()

    random.seed(1)
    first = learned()
    random.seed(2)
    assert learned() == first and first["epoch"] == 5


def test_the_loss_falls_and_training_stops(playground):
    with Page(playground) as page:
        data, before = page.begin(points=100)
        assert len(data["points"]) == 100 and before["epoch"] == 0 and not before["running"]
        assert len(before["plane"]) == GRID**2 and before["layers"][0]["gradients"] is None
        page.train()
        losses = list(before["losses"])
        after = page.until(lambda state: losses.extend(state["losses"]) or state["epoch"] >= 20)
        assert [epoch for epoch, _ in losses] == list(range(after["epoch"] + 1))  # not one is left out
        assert losses[-1][1] == after["loss"]
        assert after["running"] and after["loss"] < before["loss"] / 2 and after["accuracy"] > 0.8
        assert [len(row) for layer in after["layers"] for row in layer["gradients"]] == [3] * 8 + [9] * 10
        page.stop()
        page.until(lambda state: not state["running"])


def test_another_experiment_ends_the_training_of_the_first(playground):
    with Page(playground) as page:
        page.begin()
        page.train()
        page.until(lambda state: state["running"])
        data, state = page.begin(data="csv", csv="a,b,c,kind\n1,2,3,x\n4,5,7,y\n4,4,4,z\n")
        assert (data["classes"], data["features"]) == (["x", "y", "z"], ["a", "b", "c"])
        assert not state["running"] and state["epoch"] == 0


def test_another_way_of_learning_goes_on_with_the_network(playground):
    """Another learning rate, with what Adam remembers, then another optimizer; it trains or rests as before."""
    with Page(playground) as page:
        page.begin(points=60)
        page.train()
        page.until(lambda state: state["epoch"] >= 2)
        learner = playground.sessions.get(page.name).learner
        optimizer = learner.optimizer
        page.change(points=60, lr=0.001)
        within(lambda: optimizer.param_groups[0]["lr"] == 0.001)
        epoch = learner.epoch
        assert epoch >= 2 and page.until(lambda state: state["epoch"] > epoch + 1)["running"]
        assert learner.optimizer is optimizer and len(optimizer.state) > 1
        page.stop()
        page.until(lambda state: not state["running"])
        epoch, weights = learner.epoch, weights_of(learner)
        page.change(points=60, lr=0.5, optimizer="SGD")
        state = page.next("state")
        assert (state["epoch"], state["running"], state["losses"]) == (epoch, False, [])
        assert weights_of(learner) == weights
        page.train()
        page.until(lambda state: state["epoch"] > epoch)
        assert type(learner.optimizer) is SGD and learner.optimizer.param_groups[0]["lr"] == 0.5
        assert playground.sessions.get(page.name).learner is learner


@pytest.mark.parametrize(
    "other", [{"points": 61}, {"layers": [3]}, {"activation": "ReLU"}, {"seed": 1}, {"data": "xor"}]
)
def test_another_network_or_other_examples_begin_untrained(playground, other):
    with Page(playground) as page:
        page.begin(points=60)
        page.train()
        page.until(lambda state: state["epoch"] >= 1)
        page.change(**{"points": 60, "lr": 0.1, **other})
        assert page.next("data")
        state = page.next("state")
        assert (state["epoch"], state["running"]) == (0, False)


def test_the_same_once_more_begins_untrained(playground):
    with Page(playground) as page:
        first = page.begin(points=60)
        page.train()
        page.until(lambda state: state["epoch"] >= 1)
        assert page.begin(points=60) == first


def test_a_change_that_is_refused_leaves_the_training_alone(playground):
    with Page(playground) as page:
        page.begin(points=60)
        page.train()
        refused = ask(playground, "PATCH", f"sessions/{page.name}/experiment", '{"points": 60, "lr": 11}')
        assert refused.status == 400
        learner = playground.sessions.get(page.name).learner
        assert page.until(lambda state: state["epoch"] >= 2)["running"] and learner.experiment.lr == 0.01


def test_the_explanation_is_of_the_rate_that_was_asked_for_last():
    learner = Learner(Experiment(points=10, layers=(), optimizer="SGD"))
    learner.experiment = Experiment(points=10, layers=(), optimizer="SGD", lr=0.375)
    assert "0.375" in learner.explanation(0)


def test_steps_that_are_too_large_end_in_a_sentence(playground):
    """Plain SGD with the largest rate and no bend: the weights run away until no float holds the loss."""
    with Page(playground) as page:
        page.begin(optimizer="SGD", lr=10, activation="Identity", data="spirals")
        page.train()
        with pytest.warns(RuntimeWarning, match="the loss has grown from .*; lr=10 is too large"):
            state = page.until(lambda state: state["trouble"])
        assert state["trouble"].startswith("Training has ended: fit: the loss is ")
        assert not state["running"]
        # What is seen is what has come of it, not what was before.
        learner = playground.sessions.get(page.name).learner
        assert state["loss"] is None and state["losses"][-1] == [state["epoch"], None]
        assert evaluate(learner.model, learner.loss, learner.batches)[1] == state["accuracy"]
        page.begin()
        page.train()
        page.until(lambda state: state["epoch"] >= 1)


def test_there_are_only_so_many(playground):
    pages = [Page(playground) for _ in range(MOST)]
    answer = ask(playground, "GET", "events")
    assert (answer.status, answer.text) == (503, "5 pages of the playground are open, which is the most; close one.")
    with pages.pop():
        pass
    within(lambda: len(playground.sessions) < MOST)
    with Page(playground):
        pass
    for page in pages:
        page.__exit__()


def test_so_many_connections_and_no_more(playground):
    """Those that say nothing take up room; what comes beyond is refused at once."""
    silent = [http.client.HTTPConnection("127.0.0.1", playground.port, timeout=20) for _ in range(32)]
    try:
        for connection in silent:
            connection.connect()
        assert ask(playground, "GET", "").status == 503
    finally:
        for connection in silent:
            connection.close()
    within(lambda: ask(playground, "GET", "").status == 200)
