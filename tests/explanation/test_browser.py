"""The page of an explanation in a browser: it steps by keys and buttons, and fits into a telephone.

A Chromium without a window loads the page in several frames, each with a script at its end that presses keys and adds
what came of it to the title of the whole. Where there is no Chromium these tests are skipped.
"""

import json
import re
import subprocess
from html import unescape

import pytest

from tests.browser import CHROMIUM, MISSING
from tests.explanation.worked import worked_example

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

SETTINGS = """
const errors = [];
addEventListener("error", (event) => errors.push(event.message));
matchMedia = () => ({matches: STILL});
"""
HELP = """
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
const place = () => document.querySelector("output").textContent;
const note = (name) => [...document.querySelectorAll("svg [data-node]")]
  .find((node) => node.querySelector("text").textContent === name).querySelectorAll("text")[1].textContent;
const shown = () => [...document.querySelectorAll(".step")].filter((step) => step.offsetParent).length;
const widest = () => {
  let widest = 0;
  for (let i = 0; i < 18; i += 1) {
    widest = Math.max(widest, document.documentElement.scrollWidth);
    press("ArrowRight");
  }
  return [innerWidth, widest, document.querySelector("[data-go=on]").getBoundingClientRect().height];
};
"""
# (width of the frame, end of the address, whether numbers arrive at once, what to try)
TRIALS = {
    "stepping": (
        1280,
        "",
        True,
        """
        const places = [place()];
        for (const key of ["ArrowLeft", "ArrowRight", "ArrowRight", "ArrowLeft", "x", "End", "ArrowRight", "Home"]) {
          press(key);
          places.push(place());
        }
        for (const go of ["on", "back", "last"]) {
          document.querySelector(`[data-go=${go}]`).click();
          places.push(place());
        }
        return [places, shown(), [...document.querySelectorAll("nav button:disabled")].map((b) => b.dataset.go)];
        """,
    ),
    "knowing": (
        1280,
        "",
        True,
        """
        const seen = [];
        for (let i = 0; i < 18; i += 1) {
          seen.push([note("W_h"), note("h = sigmoid"), location.hash]);
          press("ArrowRight");
        }
        return seen;
        """,
    ),
    "moving": (
        1280,
        "",
        False,
        """
        press("ArrowRight");
        const tokens = [...document.querySelectorAll(".token")].map((token) => token.textContent);
        return [tokens, document.querySelectorAll(".way").length, note("linear₁"), note("W_h")];
        """,
    ),
    "addressed": (1280, "#5", True, 'return [place(), document.querySelector(".now h3").textContent];'),
    "narrow": (390, "", True, "return widest();"),
    "wide": (1280, "", True, "return widest();"),
}


@pytest.fixture(scope="module")
def came(tmp_path_factory):
    """What came of each trial; no error may happen on any page."""
    folder = tmp_path_factory.mktemp("browser")
    html = worked_example().html()
    frames = []
    for name, (width, fragment, still, script) in TRIALS.items():
        settings = SETTINGS.replace("STILL", json.dumps(still))
        said = f"[{name!r}, (() => {{ {script} }})(), errors]"
        say = f"parent.document.title = JSON.stringify([...JSON.parse(parent.document.title), {said}]);"
        page = html.replace("<head>", f"<head><script>{settings}</script>")
        page = page.replace("</body>", f"<script>{HELP}{say}</script></body>")
        (folder / f"{name}.html").write_text(page, "utf-8")
        style = f"width: {width}px; height: 800px; border: 0"  # a window is never as narrow as a telephone
        frames.append(f'<iframe style="{style}" src="{name}.html{fragment}"></iframe>')
    (folder / "all.html").write_text("<title>[]</title>" + "".join(frames), "utf-8")
    program = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    result = subprocess.run(
        [*program, f"--user-data-dir={folder / 'profile'}", "--dump-dom", (folder / "all.html").as_uri()],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    said = json.loads(unescape(re.search("<title>(.*?)</title>", result.stdout, re.DOTALL)[1]))
    assert not any(errors for _, _, errors in said)
    return {name: result for name, result, _ in said}


def test_keys_and_buttons_step_through_it(came):
    places, sections, disabled = came["stepping"]
    assert places == [f"{n} of 18" for n in (1, 1, 2, 3, 2, 2, 18, 18, 1, 2, 1, 18)]
    assert sections == 1 and disabled == ["on", "last"]


def test_the_graph_shows_what_is_known_by_then(came):
    weights, hidden, places = zip(*came["knowing"])
    assert hidden == ("",) * 2 + ("0.593, 0.597",) * 12 + ("∂ 0.0364, 0.0414",) * 4
    assert weights == ("0.15, 0.2, 0.25, …",) * 16 + ("∂ 0.000439, 0.000877, 0.000498, …", "0.15, 0.2, 0.25, …")
    assert places == tuple(f"#{n}" for n in range(1, 19))


def test_numbers_are_on_their_way_before_they_arrive(came):
    assert came["moving"] == [["0.05, 0.1", "0.15, 0.2, 0.25, …", "0.35, 0.35"], 3, "", "0.15, 0.2, 0.25, …"]


def test_an_address_leads_to_a_step(came):
    assert came["addressed"] == ["5 of 18", "o = sigmoid(linear₂)"]


@pytest.mark.parametrize(("window", "width"), [("narrow", 390), ("wide", 1280)])
def test_nothing_sticks_out(came, window, width):
    """At no step is the page wider than its window; a finger finds the buttons."""
    inner, widest, height = came[window]
    assert inner == width >= widest and height >= 24
