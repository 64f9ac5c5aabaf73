"""The page of the playground in a browser, with both engines: it trains, stops and steps, and asks nobody else.

Where there is no Chromium these tests are skipped, and where there is no Pyodide those of the engine in the browser.
"""

import json
import re

import pytest

from backprop.playground.experiment import Experiment
from backprop.playground.pytorch_program import pytorch_program
from tests.browser import CHROMIUM, MISSING, browser
from tests.playground.sites import site

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

# A function that fills a field in, as a person does.
SET = """((name, value) => {
  const field = document.querySelector(`[name="${name}"]`);
  if (field.type === "checkbox") field.checked = value; else field.value = value;
  for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, {bubbles: true}));
})"""
IN_FRAME = "document.getElementById('explanation').contentDocument"
RESTING = "!document.body.hasAttribute('data-waiting')"


@pytest.fixture(scope="module", params=["server", "browser"])
def loaded(request, tmp_path_factory):
    """A tab with the page, whose engine is ready."""
    profile = tmp_path_factory.mktemp("profile")
    with site(request.param, tmp_path_factory.mktemp("site")) as address, browser(profile) as tab:
        tab.address = address
        tab.open(address)
        tab.wait(f"{text('epoch')} === '0'")
        yield tab
        assert not tab.errors
        assert all(request.startswith((address, "data:,")) for request in tab.requests)
        engines = {"server": "engine", "browser": "pyodide/pyodide.asm.wasm"}  # the requests of workers are among them
        assert f"{address}{engines[request.param]}" in tab.requests
        tab.open("about:blank")


@pytest.fixture
def tab(loaded):
    """The page with the experiment that it shows at first."""
    start(loaded, "points=60")
    yield loaded
    assert not loaded.errors


def start(tab, words):
    """Follow a link to the page."""
    follow(tab, f"#{words}&seed={start.seed}")
    start.seed += 1
    tab.wait(f"{text('epoch')} === '0' && {text('train')} === 'Train'")


start.seed = 100


def follow(tab, link):
    """Go to another address of the page and wait until the page has read it, which a busy page does later."""
    heard = "new Promise((done) => addEventListener('hashchange', () => done(), {once: true}))"
    tab.run(f"(() => {{ const heard = {heard}; location.href = {json.dumps(link)}; return heard; }})()")
    at_rest(tab)


def at_rest(tab):
    """Wait until nothing is asked for any more and what came of it is drawn."""
    tab.run("new Promise((done) => setTimeout(done, 20))")
    tab.wait(RESTING)
    # The page draws in the first frame after a timer, which comes before this one.
    tab.run("new Promise((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(done))))")


def text(name):
    return f"document.getElementById('{name}').textContent"


def set_field(tab, name, value):
    tab.run(f"{SET}({json.dumps(name)}, {json.dumps(value)})")


def click(tab, name):
    tab.run(f"document.getElementById('{name}').click()")


def number(tab, name):
    return float(tab.run(text(name)).replace("−", "-").replace(" %", ""))


def test_it_trains_and_stops_and_the_loss_falls(tab):
    before = number(tab, "loss")
    tab.click("train")
    assert tab.run(text("train")) == "Stop"
    tab.wait(f"+{text('epoch')} >= 25")
    tab.click("train")
    at_rest(tab)
    epoch = tab.run(text("epoch"))
    assert number(tab, "loss") < before / 2 and number(tab, "test_loss") > 0 and number(tab, "accuracy") > 80
    assert "epochs a second" in tab.run(text("speed"))
    tab.run("new Promise((done) => setTimeout(done, 150))")
    assert tab.run(text("epoch")) == epoch and tab.run(text("train")) == "Train"


def test_it_steps_once_for_each_click(tab):
    set_field(tab, "batch", "16")  # three steps are an epoch of the 48 that are not held out
    losses = []
    for _ in range(3):
        click(tab, "step")
        at_rest(tab)
        losses.append(tab.run(text("loss")))
    assert len(set(losses)) == 3 and tab.run(text("epoch")) == "1"
    tab.run("for (let i = 0; i < 6; i++) document.getElementById('step').click()")
    at_rest(tab)
    assert tab.run(text("epoch")) == "3"
    click(tab, "rewind")
    at_rest(tab)
    assert tab.run(text("epoch")) == "0"


def test_a_link_shows_the_same_experiment(tab):
    for name, value in (
        ("data", "spirals"),
        ("noise", "0.05"),
        ("optimizer", "SGD"),
        ("settings.momentum", "0.9"),
        ("discrete", True),
    ):
        set_field(tab, name, value)
    tab.run("document.getElementById('add_layer').click()")
    tab.run("document.querySelector('[data-key=less1]').click()")
    tab.run("document.querySelector('[data-key=\"fx1*x2\"]').click()")
    at_rest(tab)
    tab.wait("location.hash.replace('%2A', '*').includes('x1*x2')")  # the last of these
    link, loss = tab.run("location.hash"), tab.run(text("loss"))
    for part in (
        "data=spirals",
        "noise=0.05",
        "optimizer=SGD",
        "settings.momentum=0.9",
        "discrete=1",
        "layers=7,8,8",
        "features=x1,x2,x1*x2",
    ):
        assert part in link.replace("%2A", "*")
    start(tab, "points=60")
    assert tab.run(text("loss")) != loss and tab.run("document.querySelector('[name=data]').value") == "moons"
    follow(tab, link)
    tab.run("new Promise((done) => setTimeout(done, 120))")
    assert (tab.run("location.hash"), tab.run(text("loss"))) == (link, loss)
    assert tab.run("document.querySelector('[name=discrete]').checked")
    set_field(tab, "discrete", False)


def test_a_link_with_nonsense_is_mended_on_the_page(tab):
    follow(tab, "#lr=much&layers=3,x,99,4&features=x2,q&colour=red&settings.beta1=-1&data=moons&without=header")
    wrong = "[...document.querySelectorAll('.wrong')].map((note) => note.id)"
    assert tab.run(wrong) == ["wrong-lr"]
    set_field(tab, "lr", "0.1")
    at_rest(tab)
    assert tab.run(wrong) == ["wrong-settings.beta1"]
    set_field(tab, "settings.beta1", "0.5")
    at_rest(tab)
    assert tab.run(wrong) == []
    tab.wait(
        "location.hash.startsWith('#') && location.hash.includes('layers=3,4') && location.hash.includes('features=x2&')"
    )


def test_a_link_leaves_out_what_a_lesson_does_not_need(tab):
    tab.run("document.querySelector('#parts [value=data]').click()")
    tab.run("document.querySelector('#parts [value=deeper]').click()")
    link = tab.run("document.getElementById('lesson_link').href")
    assert link.endswith("&without=data,deeper")
    follow(tab, link)
    hidden = "[...document.querySelectorAll('[data-part][hidden]')].map((element) => element.dataset.part)"
    assert tab.run(hidden) == ["data", "deeper"]
    set_field(tab, "lr", "0.5")
    tab.wait("location.hash.includes('lr=0.5') && location.hash.includes('without=data,deeper')")
    start(tab, "points=60")
    assert tab.run(hidden) == []


def test_features_are_chosen_in_the_network(tab):
    assert tab.run("document.querySelectorAll('.feature[aria-pressed=true]').length") == 2
    tab.run("document.querySelector('[data-key=\"fx1^2\"]').click()")
    at_rest(tab)
    assert tab.run("document.querySelectorAll('.feature[aria-pressed=true]').length") == 3
    for _ in range(3):  # the last cannot go
        tab.run("document.querySelector('.feature[aria-pressed=true]').click()")
        at_rest(tab)
    assert "one or more" in tab.run(text("trouble"))
    tab.run("document.querySelector('[data-key=\"fx1\"]').click()")
    at_rest(tab)
    assert tab.run(text("trouble")) == ""


def test_layers_and_neurons_come_and_go(tab):
    def neurons():
        return tab.run(
            "[...document.querySelectorAll('.column')].map((c) => c.querySelectorAll('.neuron:not(.feature)').length)"
        )

    assert neurons() == [0, 8, 8, 2]
    tab.run("for (const key of ['more1', 'more1', 'less2']) document.querySelector(`[data-key=${key}]`).click()")
    at_rest(tab)
    assert neurons() == [0, 10, 7, 2]
    for _ in range(4):
        click(tab, "remove_layer")
    at_rest(tab)
    assert neurons() == [0, 2]
    click(tab, "add_layer")
    at_rest(tab)
    assert neurons() == [0, 4, 2]


def test_a_weight_is_set_by_hand(tab):
    before = tab.run(text("loss"))
    tab.run("document.querySelector('[data-key=\"n3.1\"]').click()")
    assert tab.run("document.querySelector('#neuron h3').textContent") == "The output for class 1"
    entry = "document.querySelector('#neuron [data-column=\"8\"]')"
    for value, wrong in (("25", ""), ("1e9", "from -1,000,000 to 1,000,000"), ("-3", "")):
        tab.run(
            f"((field) => {{ field.value = '{value}'; field.dispatchEvent(new Event('change', {{bubbles: true}})); }})({entry}.querySelector('input'))"
        )
        at_rest(tab)
        said = tab.run(f"{entry}.querySelector('.wrong')?.textContent || ''")
        assert wrong in said and bool(wrong) == bool(said)
    assert tab.run(f"{entry}.querySelector('input').value") == "-3" and tab.run(text("loss")) != before
    tab.run("document.querySelector('#neuron > button').click()")
    assert tab.run("document.getElementById('neuron').hidden")


def test_a_line_under_the_pointer_tells_its_weight(tab):
    x, y = tab.run(
        """(() => {
          document.getElementById("network").scrollIntoView({block: "center"});
          const [from, to] = ["n2.0", "n3.0"].map((key) => document.querySelector(`[data-key="${key}"]`).getBoundingClientRect());
          return [(from.right + to.left) / 2, (from.top + from.bottom) / 2];
        })()"""
    )
    tab.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    assert re.search(r"neuron 1 → the output for class 0: weight −?\d", tab.wait(text("tip")))
    for kind in ("mousePressed", "mouseReleased"):
        tab.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
    assert tab.run("document.activeElement.closest('[data-column]').dataset.column") == "0"


def test_these_change_while_it_runs(tab):
    tab.click("train")
    tab.wait(f"+{text('epoch')} >= 3")
    for name, value in (
        ("lr", "0.002"),
        ("noise", "0.3"),
        ("regularization", "L2"),
        ("rate", "0.001"),
        ("batch", "30"),
    ):
        set_field(tab, name, value)
    at_rest(tab)
    epoch = int(tab.run(text("epoch")))
    assert epoch >= 3 and tab.run(text("train")) == "Stop"
    tab.wait(f"+{text('epoch')} > {epoch}")
    set_field(tab, "activation", "ReLU")
    at_rest(tab)
    assert tab.run(text("epoch")) == "0" and tab.run(text("train")) == "Train"


def test_an_error_stands_beside_its_field_and_goes_when_it_is_mended(tab):
    for name, bad, good in (
        ("lr", "1000", "0.1"),
        ("points", "5", "50"),
        ("settings.beta1", "1.5", "0.5"),
        ("noise", "", "0.1"),
    ):
        set_field(tab, name, bad)
        at_rest(tab)
        field = f"document.querySelector('[name=\"{name}\"]')"
        assert re.search(r" from .* got ", tab.run(f"{field}.closest('label').querySelector('.wrong').textContent"))
        assert tab.run(f"{field}.getAttribute('aria-invalid')") == "true"
        click(tab, "train")
        at_rest(tab)
        assert tab.run(text("train")) == "Train" and tab.run(text("epoch")) == "0"
        set_field(tab, name, good)
        at_rest(tab)
        assert tab.run("document.querySelectorAll('.wrong, [aria-invalid]').length") == 0
        assert tab.run(text("trouble")) == ""


def test_what_has_exploded_is_told_with_its_figures(tab):
    start(tab, "points=60&data=spirals&activation=Identity&optimizer=SGD&lr=100")
    click(tab, "train")
    trouble = tab.wait(text("trouble"))
    assert re.match(r"The loss exploded in epoch \d.* It was 0\.\d+ at the start.* rate 100 is too large", trouble)
    tab.wait(f"{text('train')} === 'Train'")
    set_field(tab, "lr", "0.1")
    at_rest(tab)
    click(tab, "rewind")
    at_rest(tab)
    assert tab.run(text("trouble")) == ""


def test_regression_and_three_classes(tab):
    start(tab, "task=regression&data=hills&points=60")
    assert (
        tab.run(text("accuracy_of")) == "R²"
        and tab.run("document.querySelectorAll('.column:last-child .neuron').length") == 1
    )
    start(tab, "data=pinwheel&points=60")
    assert tab.run("document.querySelectorAll('.column:last-child .neuron').length") == 3
    assert tab.run("document.querySelectorAll('#legend canvas').length") == 3
    set_field(tab, "task", "regression")
    at_rest(tab)
    assert tab.run("document.querySelector('[name=data]').value") == "plane" and tab.run(text("trouble")) == ""


def test_a_lesson_fills_the_form_and_says_what_to_see(tab):
    set_field(tab, "preset", "1")
    at_rest(tab)
    assert "One product" in tab.run(text("preset"))
    tab.wait("location.hash.replace('%2A', '*').includes('features=x1,x2,x1*x2')")
    set_field(tab, "preset", "")


def test_every_number_of_the_step_is_on_the_page(tab):
    set_field(tab, "activation", "Tanh")
    tab.run("document.activeElement.blur()")
    tab.run("document.querySelector('#choice button').click()")
    tab.wait("document.activeElement.id === 'explanation'")
    tab.wait(f"{IN_FRAME}?.querySelector('.step.now') != null")
    assert tab.run(f"{IN_FRAME}.querySelectorAll('.step').length") > 8
    place = f"{IN_FRAME}.querySelector('output').textContent"
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        tab.press(key)
    assert tab.run(place).startswith("2 of ")
    set_field(tab, "example", "60")
    tab.run("document.querySelector('#choice button').click()")
    at_rest(tab)
    assert "from 0 to 59" in tab.run("document.querySelector('#choice .wrong').textContent")
    set_field(tab, "example", "0")
    assert tab.run("document.querySelectorAll('.wrong').length") == 0


def test_of_two_explanations_the_last_is_shown(tab):
    """Also if it comes before the frame of the first is there."""
    frame = "document.getElementById('explanation')"
    pages = [f"showPage({frame}, '<!DOCTYPE html><p>{page}</p>', false)" for page in ("first", "second")]
    tab.run(f"import('./frames.js').then(({{showPage}}) => {{ {'; '.join(pages)}; }})")
    shown = f"{frame}.contentDocument?.body?.textContent"
    tab.wait(f"['first', 'second'].includes({shown})")
    assert tab.run(shown) == "second"


def test_the_gradients_are_checked(tab):
    click(tab, "check")
    at_rest(tab)
    assert re.search(r"60 of 114 weights.* differ by \d\.\de−\d+ at most", tab.run(text("checked")))


def test_the_landscape_is_drawn(tab):
    click(tab, "survey")
    at_rest(tab)
    label = tab.run("document.getElementById('landscape').getAttribute('aria-label')")
    assert re.search(r"From 0\.\d+ to \d.*after epoch 0; in the middle 0\.", label)


def test_the_program_in_pytorchs_words(tab):
    click(tab, "write")
    at_rest(tab)
    experiment = Experiment(points=60, seed=start.seed - 1)
    assert tab.run(text("text")) == pytorch_program(experiment)
    link = tab.run("document.getElementById('open').href")
    assert link.startswith(f"{tab.address}program.html#program=import%20math")


def test_readers_of_the_screen_get_the_figures(tab):
    click(tab, "step")
    at_rest(tab)
    labels = tab.run(
        "[...document.querySelectorAll('main [role=img], [role=img]:not([hidden])')].map((e) => e.getAttribute('aria-label') || '')"
    )
    assert sum(bool(re.search(r"\d", label)) for label in labels) >= 4, labels
    assert re.fullmatch(r"Epoch 0: loss [\d.]+, in the test [\d.]+\.", tab.run(text("said")))
    assert re.search(r"bias −?\d", tab.run("document.querySelector('[data-key=\"n1.0\"]').getAttribute('aria-label')"))


def test_a_file_is_learned(tab, tmp_path):
    (tmp_path / "t.csv").write_text("a,b,kind\n" + "1,2,x\n4,5,y\n4,4,z\n" * 4)
    set_field(tab, "data", "csv")
    at_rest(tab)
    assert tab.run("document.querySelector('.wrong').textContent") == "Choose a file first."
    field = tab.call("Runtime.evaluate", expression="document.querySelector('[name=file]')")["result"]["objectId"]
    tab.call("DOM.setFileInputFiles", files=[str(tmp_path / "t.csv")], objectId=field)
    tab.run("document.getElementById('train').click()")  # which waits for the file
    tab.wait(f"{text('train')} === 'Stop' && +{text('epoch')} >= 1")
    assert tab.run("document.querySelectorAll('.column:last-child .neuron').length") == 3
    assert tab.run("document.querySelectorAll('.wrong').length") == 0
    tab.click("train")
    at_rest(tab)
    for content, said in (
        ("x" * 1_000_001, "larger than a million"),
        ("", "is empty"),
        ("1,2,x\n3,4,x\n", "2 to 5 classes"),
    ):
        path = tmp_path / f"{len(content)}.csv"
        path.write_text(content)
        tab.call("DOM.setFileInputFiles", files=[str(path)], objectId=field)
        tab.wait(f"document.querySelector('.wrong')?.textContent.includes('{said}')")
    set_field(tab, "data", "moons")
    at_rest(tab)
    assert tab.run("document.querySelectorAll('.wrong').length") == 0


def tab_to(tab, wanted):
    """Press the key Tab until the element that this tells of has the focus, which is to be seen."""
    for _ in range(60):
        tab.press("Tab")
        if tab.run(f"Boolean(document.activeElement.matches('{wanted}'))"):
            assert tab.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"
            return
    raise AssertionError(f"{wanted} is not reached")


def test_the_keyboard_alone_suffices(tab):
    """Train, stop, look at a neuron and set its weight, choose the data, choose an example, and step through it."""
    tab.run("document.querySelector('header a').focus()")
    tab_to(tab, "#train")
    tab.press("Enter")
    tab.wait(f"+{text('epoch')} >= 2")
    tab.press("Enter")
    at_rest(tab)
    tab_to(tab, '[data-key="n1.0"]')
    tab.press("Enter")
    tab_to(tab, "#neuron input")
    tab.press("5")
    tab.press("Enter")
    at_rest(tab)
    tab_to(tab, "[name=data]")
    tab.press("x")
    tab.wait("document.activeElement.value === 'xor'")
    at_rest(tab)
    tab.wait("location.hash.includes('data=xor')")
    tab_to(tab, "[name=example]")
    tab.press("1")
    tab.press("Enter")
    tab.wait("document.activeElement.id === 'explanation'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out_and_everything_can_be_read(tab, width, scheme):
    tab.prefer(prefers_color_scheme=scheme)
    tab.resize(width, 800)
    start(tab, "points=20&layers=3,3,3,3,3,3&optimizer=AdamW")
    click(tab, "step")
    click(tab, "check")
    click(tab, "survey")
    click(tab, "write")
    tab.run("document.querySelector('[data-key=\"n1.0\"]').click()")
    set_field(tab, "lr", "-1")
    at_rest(tab)
    assert tab.run("document.documentElement.scrollWidth") <= width
    small = "[...document.querySelectorAll('button:not(.neuron), input, select')].filter((e) => e.offsetHeight && e.offsetHeight < 24)"
    assert tab.run(f"{small}.map((e) => e.id || e.name || e.textContent)") == []
    unlabelled = "[...document.querySelectorAll('input, select')].filter((e) => !e.labels.length)"
    assert tab.run(f"{unlabelled}.length") == 0
    paper = tab.run("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}[scheme]
    tops = tab.run(
        "['.seen', '.inside', '.settings'].map((part) => document.querySelector(part).getBoundingClientRect().top)"
    )
    assert tops[0] == min(tops)  # the plane first
    tab.resize(1280, 800)
    tab.prefer()


def test_where_motion_shall_be_little_it_moves_once_a_second(tab):
    """By the clock that the page looks at, which on a busy machine is not when one sees it."""
    tab.prefer(prefers_reduced_motion="reduce")
    gaps = tab.run(
        """new Promise((done) => {
          const epoch = document.getElementById("epoch"), times = [];
          const look = performance.now.bind(performance);
          let now = 0;
          performance.now = () => now = look();
          Object.defineProperty(epoch, "textContent", {configurable: true, get: () => epoch.innerText, set(text) {
            epoch.replaceChildren(text);
            times.push(now);
            if (times.length < 3) return;
            delete performance.now;
            delete epoch.textContent;
            done(times.slice(1).map((time, i) => time - times[i]));
          }});
          document.getElementById("train").click();
        })"""
    )
    tab.prefer()
    click(tab, "train")
    at_rest(tab)
    assert min(gaps[1:]) > 990  # the first is drawn for the press of the button
