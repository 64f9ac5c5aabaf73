"""The page of an explanation in a browser: it steps by keys, buttons and boxes, and fits into a telephone.

One Chromium without a window shows all pages. Where there is none these tests are skipped.
"""

import pytest

from backprop import explain
from backprop.pictures.colours import DARK, LIGHT
from tests.browser import CHROMIUM, MISSING, browser
from tests.explanation.networks import NETWORKS, network
from tests.explanation.worked import worked_example

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

# What a page is asked, as functions in it.
HELP = """
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
const place = () => document.querySelector("output").textContent;
const box = (name) => [...document.querySelectorAll("figure.now [data-node]")]
  .find((node) => node.querySelector("text").textContent === name);
const notes = (name) => [...box(name).querySelectorAll("text")].slice(1).map((text) => text.textContent);
const shown = () => [...document.querySelectorAll(".step")].filter((step) => step.offsetParent).length;

// What is wrong at the step that is shown: text that is cut, texts on each other, what sticks out.
function faults() {
  const found = [], wide = document.documentElement;
  if (wide.scrollWidth > innerWidth) found.push(`the page is ${wide.scrollWidth} wide`);
  for (const part of document.querySelectorAll("header *, .now > *, .now p *, .now td, nav *, figcaption")) {
    if (part.closest("svg") || !part.offsetParent || part.matches("figure")) continue;
    if (part.scrollWidth > part.clientWidth + 1 && part.clientWidth) found.push(`cut: ${part.textContent.trim()}`);
    const {left, right} = part.getBoundingClientRect();
    if (left < 0 || right > innerWidth + 1) found.push(`sticks out: ${part.textContent.trim()}`);
  }
  const figure = document.querySelector("figure.now");
  if (figure.scrollWidth > figure.clientWidth) found.push(`the graph is ${figure.scrollWidth} wide`);
  const texts = [...figure.querySelectorAll("svg text:not(.token)")].filter((text) => text.textContent);
  const boxes = texts.map((text) => text.getBoundingClientRect());
  texts.forEach((text, i) => {
    if (text.hasAttribute("textLength")) found.push(`squeezed: ${text.textContent}`);
    const frame = text.parentNode.querySelector(":scope > rect");
    const room = text.parentNode.dataset.node && frame.getBoundingClientRect();
    if (room && (boxes[i].left < room.left || boxes[i].right > room.right)) found.push(`out of its box: ${text.textContent}`);
    for (let j = 0; j < i; j += 1) {
      const across = Math.min(boxes[i].right, boxes[j].right) - Math.max(boxes[i].left, boxes[j].left);
      const down = Math.min(boxes[i].bottom, boxes[j].bottom) - Math.max(boxes[i].top, boxes[j].top);
      if (across > 1 && down > 3) found.push(`on each other: ${texts[j].textContent} and ${text.textContent}`);
    }
  });
  return found;
}

function faultsOfAllSteps() {
  const found = new Set();
  press("Home");
  do {
    faults().forEach((fault) => found.add(`${place()}: ${fault}`));
    press("ArrowRight");
  } while (!document.querySelector("[data-go=on]").disabled);
  faults().forEach((fault) => found.add(`${place()}: ${fault}`));
  return [...found];
}
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A function that opens the page of a network, and gives the Tab that shows it."""
    folder = tmp_path_factory.mktemp("browser")
    for name in NETWORKS:
        loss, model, optimizer = network(name)
        explain(loss, model=model, optimizer=optimizer).save(folder / f"{name}.html")
    worked_example().save(folder / "worked.html")
    with browser(folder / "profile") as tab:

        def opened(name, width=1280, height=800, fragment="", still=True, scheme="light"):
            tab.resize(width, height)
            tab.prefer(prefers_reduced_motion="reduce" if still else "no-preference", prefers_color_scheme=scheme)
            tab.open("about:blank")
            tab.open((folder / f"{name}.html").as_uri() + fragment)
            tab.run(HELP)
            return tab

        yield opened
        assert not tab.errors
        assert all(request.startswith(("file:", "about:")) for request in tab.requests)


def test_keys_and_buttons_step_through_it(pages):
    tab = pages("worked")
    places = [tab.run("place()")]
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight", "ArrowLeft", "x", "End", "ArrowRight", "Home"):
        tab.press(key)
        places.append(tab.run("place()"))
    for go in ("on", "back", "last"):
        tab.run(f"document.querySelector('[data-go={go}]').click()")
        places.append(tab.run("place()"))
    assert places == [f"{n} of 19" for n in (1, 1, 2, 3, 2, 2, 19, 19, 1, 2, 1, 19)]
    assert tab.run("shown()") == 1
    assert tab.run("[...document.querySelectorAll('nav button:disabled')].map((b) => b.dataset.go)") == ["on", "last"]
    assert tab.run("location.hash") == "#19"


def test_value_and_gradient_of_a_value_are_both_seen_while_going_back(pages):
    tab = pages("worked")
    seen = []
    for _ in range(18):
        seen.append((tab.run("notes('W_h')"), tab.run("notes('h = sigmoid')")))
        tab.run("press('ArrowRight')")
    weights, hidden = zip(*seen)
    assert hidden == (["", ""],) * 2 + (["0.593, 0.597", ""],) * 12 + (["0.593, 0.597", "∂ 0.0364, 0.0414"],) * 4
    known = ["0.15, 0.2, …", "∂ 0.000439, 0.000877, …"]
    assert weights == (["0.15, 0.2, …", ""],) * 16 + (known, known)


def test_numbers_are_on_their_way_before_they_arrive(pages):
    tab = pages("worked", still=False)
    tab.run("press('ArrowRight')")
    assert tab.run("[...document.querySelectorAll('.token')].map((token) => token.textContent)") == [
        "0.05, 0.1", "0.15, 0.2, …", "0.35, 0.35",
    ]  # fmt: skip
    assert tab.run("document.querySelectorAll('.way').length") == 3
    assert tab.run("notes('linear₁')") == ["", ""]


def test_an_address_leads_to_a_step_and_a_box_to_the_step_of_its_value(pages):
    tab = pages("worked", fragment="#5")
    assert tab.run("place()") == "5 of 19"
    assert tab.run("document.querySelector('.now h3').textContent") == "o = sigmoid(linear₂)"
    tab.run("box('h = sigmoid').dispatchEvent(new Event('click'))")
    assert tab.run("document.querySelector('.now h3').textContent") == "h = sigmoid(linear₁)"


def test_a_layer_opens_by_the_mouse_and_by_the_keyboard_and_closes_again(pages):
    tab = pages("transformer")
    title = "document.querySelector('figure.now figcaption b').textContent"
    layers = "[...document.querySelectorAll('figure.now [data-node]')].filter((node) => node.opens !== null)"
    assert tab.run(title) == "L"
    tab.run(f"{layers}[0].dispatchEvent(new Event('click'))")
    first = tab.run(title)
    assert ": Transformer" in first
    tab.run(f"{layers}[0].focus()")
    tab.press("Enter")
    assert tab.run(title) != first
    tab.run("[...document.querySelectorAll('figure.now figcaption button')].pop().click()")
    assert tab.run(title) == first


def test_who_goes_by_the_keyboard_sees_where_the_focus_is(pages):
    """An outline in the colour of what is looked at; at a box of the graph it is its own."""
    tab = pages("worked")
    seen = []
    for _ in range(24):
        tab.press("Tab")
        seen.append(
            tab.run("""(() => {
              const own = document.activeElement, rect = own.tagName === "g" && own.querySelector("rect");
              const {outlineStyle, outlineColor} = getComputedStyle(own), {stroke, strokeWidth} = getComputedStyle(rect || own);
              return rect ? ["g", strokeWidth, stroke] : [own.tagName, outlineStyle, outlineColor];
            })()""")
        )
    colour = rgb(LIGHT["c1"])
    wanted = {("FIGURE", "solid", colour), ("g", "3px", colour), ("BUTTON", "solid", colour)}
    assert {tuple(look) for look in seen if look[0] != "BODY"} == wanted


def rgb(colour):
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


@pytest.mark.parametrize("name", [*NETWORKS, "worked"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_cut_and_no_text_is_on_another(pages, name, width):
    """At every step, in the pages of five networks; a finger finds the buttons."""
    tab = pages(name, width, 844)
    assert tab.run("innerWidth") == width
    assert tab.run("faultsOfAllSteps()") == []
    assert tab.run("document.querySelector('[data-go=on]').getBoundingClientRect().height") >= 24


@pytest.mark.parametrize(("scheme", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_it_is_light_or_dark_as_the_system_is(pages, scheme, colours):
    tab = pages("mlp", scheme=scheme)
    style = "getComputedStyle(document.querySelector('{}')).{}"
    assert tab.run(style.format("body", "backgroundColor")) == rgb(colours["paper"])
    assert tab.run(style.format(".now b", "color")) == rgb(colours["ink"])
    assert tab.run(style.format("figure.now .paper", "fill")) == rgb(colours["paper"])
