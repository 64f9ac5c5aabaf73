"""The page of the playground in a browser: it trains, stops and steps, by the keyboard alone, and asks nobody else.

Where there is no Chromium these tests are skipped.
"""

import re
import time
from html import unescape

import pytest

from backprop.playground.learner import Learner
from backprop.playground.sessions import Session
from tests.browser import CHROMIUM, MISSING, browser
from tests.playground.served import playing, within

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

# A function that fills a field in, as a person does, and keeps what was there.
SET = """((name, value) => {
  const field = document.querySelector(`[name=${name}]`);
  field.dataset.before = field.value;
  field.value = value;
  field.dispatchEvent(new Event("change", {bubbles: true}));
})"""
IN_FRAME = "document.getElementById('explanation').contentDocument"


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as tab:
        yield tab


@pytest.fixture
def playground(tab):
    with playing() as playground:
        del tab.errors[:], tab.requests[:]
        tab.open(playground.url)
        tab.wait(f"{text('epoch')} === '0'")
        yield playground
        assert not tab.errors
        assert all(address.startswith((playground.url, "data:,")) for address in tab.requests)
        tab.open("about:blank")
        within(lambda: not len(playground.sessions))


def text(name):
    return f"document.getElementById('{name}').textContent"


def tab_to(tab, name):
    """Press the key Tab until the element with this id or name has the focus, which is to be seen."""
    for _ in range(20):
        tab.press("Tab")
        if tab.run("document.activeElement.id || document.activeElement.name") == name:
            assert tab.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    raise AssertionError(f"{name} is not reached")


def test_it_trains_and_stops_and_the_loss_falls(tab, playground):
    before = float(tab.run(text("loss")))
    tab.run("document.getElementById('train').click()")
    tab.wait(f"+{text('epoch')} >= 20")
    assert tab.run(text("train")) == "Stop"
    tab.run("document.getElementById('train').click()")
    tab.wait(f"{text('train')} === 'Train'")
    pause = "new Promise((done) => setTimeout(done, 300))"
    tab.run(pause)  # until it is drawn
    epoch, after = tab.run(f"[{text('epoch')}, {text('loss')}]")
    assert float(after) < before / 2
    assert "Gradients" in tab.run(text("layers"))
    tab.run(pause)
    assert tab.run(text("epoch")) == epoch
    (session,) = playground.sessions._open.values()
    assert session.learner.epoch == int(epoch) and not session.running


def test_the_keyboard_alone_suffices(tab, playground):
    """Choose the data, train, stop, choose an example, and go through its step forward and back."""
    tab_to(tab, "data")
    tab.press("x")
    tab.wait("document.activeElement.value === 'xor'")
    (session,) = playground.sessions._open.values()
    within(lambda: session.learner.experiment.data == "xor")
    tab_to(tab, "train")
    tab.press("Enter")
    tab.wait(f"+{text('epoch')} >= 2")
    tab.press("Enter")
    tab.wait(f"{text('train')} === 'Train'")
    tab_to(tab, "example")
    tab.press("1")
    tab.press("Enter")
    tab.wait("document.activeElement.id === 'explanation'")
    place = f"{IN_FRAME}.querySelector('output').textContent"
    places = [tab.wait(place)]
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End"):
        tab.press(key)
        places.append(tab.run(place))
    count = int(places[0].split()[-1])
    assert places == [f"{n} of {count}" for n in (1, 2, 3, 2, count)] and count > 8


def test_every_number_of_the_step_is_on_the_page(tab, playground):
    """What stands in the frame is the page that explain wrote, passage by passage."""
    tab.run("document.querySelector('#choice button').click()")
    tab.wait(f"{IN_FRAME}.querySelector('.step.now') !== null")
    (session,) = playground.sessions._open.values()
    shown = tab.run(f"[...{IN_FRAME}.querySelectorAll('.step')].map((step) => step.textContent)")
    written = re.findall("<section .*?</section>", session.explanation(0), re.DOTALL)
    assert shown == [unescape(re.sub("<[^>]+>", "", section)) for section in written] and len(shown) > 8


def test_where_motion_shall_be_little_it_moves_once_a_second(tab, playground):
    tab.prefer(prefers_reduced_motion="reduce")
    gaps = tab.run(
        """new Promise((done) => {
          const times = [];
          new MutationObserver(() => {
            times.push(performance.now());
            if (times.length === 3) done(times.slice(1).map((time, i) => time - times[i]));
          }).observe(document.getElementById("epoch"), {childList: true});
          document.getElementById("train").click();
        })"""
    )
    tab.prefer()
    assert min(gaps[1:]) > 900  # the first is drawn for the press of the button


def slowed(monkeypatch, seconds=0.3):
    """An experiment that takes its time to be taken up: what is asked meanwhile must wait for it."""
    begin = Session.begin

    def slowly(session, experiment):
        time.sleep(seconds)
        begin(session, experiment)

    monkeypatch.setattr(Session, "begin", slowly)


def test_typing_in_a_field_and_clicking_train_trains_what_was_typed(tab, playground, monkeypatch):
    """Train takes the focus from the field, which is then read; both are asked for, in this order."""
    slowed(monkeypatch)
    tab.run("document.querySelector('[name=seed]').select()")
    tab.press("7")
    tab.click("train")
    tab.wait(f"{text('train')} === 'Stop' && +{text('epoch')} >= 1")
    (session,) = playground.sessions._open.values()
    assert session.learner.experiment.seed == 7 and session.running
    tab.click("train")
    tab.wait(f"{text('train')} === 'Train'")


def test_typing_in_a_field_and_stepping_explains_what_was_typed(tab, playground, monkeypatch):
    slowed(monkeypatch)
    tab.run(f"{SET}('seed', '7')")
    tab.run("document.querySelector('#choice button').click()")
    tab.wait(f"{IN_FRAME}.querySelector('.step.now') !== null")
    (session,) = playground.sessions._open.values()
    shown = tab.run(f"[...{IN_FRAME}.querySelectorAll('.step')].map((step) => step.textContent)")
    written = re.findall("<section .*?</section>", session.explanation(0), re.DOTALL)
    assert session.learner.experiment.seed == 7
    assert shown == [unescape(re.sub("<[^>]+>", "", section)) for section in written]


def test_choosing_a_file_and_clicking_train_trains_what_is_in_it(tab, playground, monkeypatch, tmp_path):
    """Reading the file takes its time, too."""
    slowed(monkeypatch)
    (tmp_path / "t.csv").write_text("a,b,kind\n1,2,x\n4,5,y\n4,4,z\n")
    tab.run(f"{SET}('data', 'csv')")
    field = tab.call("Runtime.evaluate", expression="document.querySelector('[name=file]')")["result"]["objectId"]
    tab.call("DOM.setFileInputFiles", files=[str(tmp_path / "t.csv")], objectId=field)
    tab.click("train")
    tab.wait(f"{text('train')} === 'Stop' && +{text('epoch')} >= 1")
    (session,) = playground.sessions._open.values()
    assert session.learner.data.classes == ["x", "y", "z"] and session.running
    assert tab.run(text("trouble")) == ""


def test_the_last_of_many_changes_is_what_is_learned(tab, playground, monkeypatch):
    slowed(monkeypatch, 0.03)
    for seed in range(1, 9):
        tab.run(f"{SET}('seed', '{seed}')")
    tab.click("train")
    tab.wait(f"{text('train')} === 'Stop'")
    (session,) = playground.sessions._open.values()
    assert session.learner.experiment.seed == 8 and session.running


def test_another_learning_rate_goes_on_and_start_again_does_not(tab, playground):
    tab.click("train")
    tab.wait(f"+{text('epoch')} >= 3")
    tab.run(f"{SET}('lr', '0.002')")
    (session,) = playground.sessions._open.values()
    within(lambda: session.learner.optimizer.param_groups[0]["lr"] == 0.002)
    epoch = int(tab.run(text("epoch")))
    assert epoch >= 3 and tab.run(text("train")) == "Stop"
    tab.wait(f"+{text('epoch')} > {epoch}")
    tab.click("restart")
    tab.wait(f"{text('epoch')} === '0' && {text('train')} === 'Train'")


def test_what_the_form_does_not_hold_is_not_trained(tab, playground):
    """A field out of its range, a setting that is refused, and a file that was not chosen."""
    (session,) = playground.sessions._open.values()
    for name, value, sentence in (
        ("lr", "11", ""),
        ("layers", "8, 99", "from 1 to 32"),
        ("data", "csv", "Choose a file"),
    ):
        tab.run(f"{SET}('{name}', '{value}')")
        tab.run("document.getElementById('train').click()")
        tab.wait(f"{text('trouble')}.includes('{sentence}')")
        tab.run("new Promise((done) => setTimeout(done, 100))")
        assert not session.running and tab.run(text("train")) == "Train"
        tab.run(f"{SET}('{name}', document.querySelector('[name={name}]').dataset.before)")
    tab.errors.clear()  # the browser notes the 400


def test_between_the_new_examples_and_their_network_nothing_is_drawn(tab, playground, monkeypatch):
    """The pointer and the keyboard do not wait for the first state of another experiment."""
    examples = Learner.examples

    def twice(learner):
        seen.append(learner)
        return examples(learner)

    state = Session._send_state

    def late(session, learner, send):
        time.sleep(0.3)
        state(session, learner, send)

    seen = []
    monkeypatch.setattr(Learner, "examples", twice)
    monkeypatch.setattr(Session, "_send_state", late)
    tab.run(f"{SET}('points', '50')")
    within(lambda: seen)
    tab.run("new Promise((done) => setTimeout(done, 100))")
    assert tab.run("document.querySelector('[name=example]').max") == "49"
    tab.run("document.querySelector('[name=example]').dispatchEvent(new Event('input', {bubbles: true}))")
    tab.click("plane")
    tab.resize(1000, 800)
    tab.wait(f"{text('epoch')} === '0'")
    tab.run("new Promise((done) => setTimeout(done, 400))")
    tab.resize(1280, 800)


def test_a_page_that_is_loaded_again_while_it_trains_begins_again(tab, playground):
    tab.click("train")
    tab.wait(f"+{text('epoch')} >= 1")
    (before,) = playground.sessions._open
    tab.call("Page.reload")
    within(lambda: len(playground.sessions) == 1 and before not in playground.sessions._open)
    tab.wait(f"{text('epoch')} === '0' && !document.getElementById('train').disabled")
    tab.click("train")
    tab.wait(f"+{text('epoch')} >= 1")


def test_what_has_exploded_is_seen(tab, playground):
    for name, value in (("data", "spirals"), ("activation", "Identity"), ("optimizer", "SGD"), ("lr", "10")):
        tab.run(f"{SET}('{name}', '{value}')")
    tab.click("train")
    with pytest.warns(RuntimeWarning, match="the loss has grown from .*; lr=10 is too large"):
        trouble = tab.wait(text("trouble"))
    assert "Training has ended: fit: the loss is" in trouble
    tab.wait(f"{text('loss')} === 'too large'")


def test_what_is_refused_is_said(tab, playground):
    tab.run(
        """(() => {
          const field = document.querySelector("[name=layers]");
          field.value = "8, 99";
          field.dispatchEvent(new Event("change", {bubbles: true}));
        })()"""
    )
    assert "from 1 to 32" in tab.wait(text("trouble"))
    tab.errors.clear()  # the browser notes the 400


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_and_everything_can_be_read(tab, playground, width, scheme):
    tab.prefer(prefers_color_scheme=scheme)
    tab.resize(width, 800)
    tab.run("document.querySelector('#choice button').click()")
    tab.wait(f"{IN_FRAME}.querySelector('.step.now') !== null")
    assert tab.run("document.documentElement.scrollWidth") <= width
    small = (
        "[...document.querySelectorAll('button, input, select')].filter((e) => e.offsetHeight && e.offsetHeight < 24)"
    )
    assert tab.run(f"{small}.length") == 0
    unlabelled = "[...document.querySelectorAll('input, select')].filter((e) => !e.labels.length)"
    assert tab.run(f"{unlabelled}.length") == 0
    paper = tab.run("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}[scheme]
