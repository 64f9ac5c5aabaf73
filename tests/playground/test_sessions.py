"""Sessions: each trains for itself, for as long as its page is open, and leaves nothing behind."""

import http.client
import sys
import threading
import time

import pytest

from backprop.playground.engine import Engine
from backprop.playground.sessions import MOST
from tests.playground.served import Page, ask, playing, threads_since, within
from tests.time_limit import PATIENCE


@pytest.fixture(autouse=True)
def a_coarse_plane(monkeypatch):
    monkeypatch.setattr("backprop.playground.engine.RESTING", 16)


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


@pytest.fixture
def engines(monkeypatch):
    """The engines of all pages, in the order in which these were opened."""
    made, begin = [], Engine.__init__

    def note(engine, send):
        begin(engine, send)
        made.append(engine)

    monkeypatch.setattr(Engine, "__init__", note)
    return made


def test_a_hundred_quick_starts_and_stops_leave_no_thread_behind(playground):
    before = threading.enumerate()
    with Page(playground) as page:
        page.begin(points=10, layers=[])
        for _ in range(100):
            page.ask("train")
            page.ask("stop")
        within(lambda: len(threads_since(before)) == 1)  # the one of the stream
        assert len(playground.sessions) == 1
    within(lambda: not threads_since(before))
    assert len(playground.sessions) == 0


def test_fifty_pages_that_are_closed_while_they_train_leave_no_thread_behind(playground):
    before = threading.enumerate()
    for _ in range(50):
        with Page(playground) as page:
            page.begin(points=10, layers=[])
            page.ask("train")
        within(lambda: len(playground.sessions) < MOST)
    within(lambda: not threads_since(before))
    assert len(playground.sessions) == 0


def test_the_end_of_the_server_is_the_end_of_every_training():
    with playing() as playground:  # which sees at its end that there is no thread more
        page = Page(playground)
        page.begin()
        page.ask("train")
        page.until(lambda state: state["running"])
    page.__exit__()


def test_a_page_that_is_closed_stops_its_training(playground, engines):
    with Page(playground) as page:
        page.begin()
        page.ask("train")
        page.until(lambda state: state["epoch"] >= 1)
    within(lambda: not len(playground.sessions))
    steps = engines[0].learner.steps
    time.sleep(0.2)
    assert engines[0].learner.steps == steps > 0
    assert ask(playground, "POST", f"sessions/{page.name}", b"{}").status == 404


def test_sessions_do_not_disturb_each_other(playground, engines):
    with Page(playground) as one:
        one.begin(data="xor", seed=1)  # by which it has its engine before the other page is opened
        with Page(playground) as other:
            _, still = other.begin(data="moons", seed=2)
            one.ask("train")
            assert one.until(lambda state: state["epoch"] >= 2)["running"]
            other.ask("stop")
            assert other.next("state") == still
            assert [engine.learner.epoch > 1 for engine in engines] == [True, False]


def test_it_trains_and_stops(playground):
    with Page(playground) as page:
        data, before = page.begin(points=100)
        assert len(data["points"]) == 100 and before["epoch"] == 0 and not before["running"]
        page.ask("train")
        moments = list(before["moments"])
        after = page.until(lambda state: moments.extend(state["moments"]) or state["epoch"] >= 20)
        known = {moment[0]: moment[1] for moment in moments}
        assert list(known) == list(range(after["epoch"] + 1))  # not one is left out
        assert known[after["epoch"]] == after["train"] < before["train"] / 2 and after["running"]
        page.ask("stop")
        page.until(lambda state: not state["running"])


def test_there_are_only_so_many(playground):
    pages = [Page(playground) for _ in range(MOST)]
    answer = ask(playground, "GET", "engine")
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
    silent = [http.client.HTTPConnection("127.0.0.1", playground.port, timeout=PATIENCE) for _ in range(32)]
    try:
        for connection in silent:
            connection.connect()
        assert ask(playground, "GET", "").status == 503
    finally:
        for connection in silent:
            connection.close()
    within(lambda: ask(playground, "GET", "").status == 200)
