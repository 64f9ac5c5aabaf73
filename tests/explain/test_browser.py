"""The page of an explanation in a browser: it steps by keys and buttons, and fits into a telephone.

A Chromium without a window loads the page with a script at its end that presses keys and leaves in the title what came
of it. Where there is no Chromium these tests are skipped.
"""

import json
import re
import shutil
import subprocess
from html import unescape

import pytest

from tests.explain.worked import worked_example

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

LISTEN = '<script>const errors = []; addEventListener("error", (event) => errors.push(event.message));</script>'
HELP = """
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
const place = () => document.querySelector("output").textContent;
const note = (name) => [...document.querySelectorAll("svg [data-node]")]
  .find((node) => node.querySelector("text").textContent === name).querySelectorAll("text")[1].textContent;
const shown = () => [...document.querySelectorAll(".step")].filter((step) => step.offsetParent).length;
"""


def told(script, tmp_path, width=1280, fragment=""):
    """What ``script`` gives in the page of the worked example, on which numbers move at once; no error may happen.

    The page stands in a frame, as a window can not be as narrow as a telephone, and tells the page around it.
    """
    html = worked_example().html().replace("<head>", f"<head>{LISTEN}")
    say = f"parent.postMessage(JSON.stringify({{result: (() => {{ {script} }})(), errors}}), '*')"
    (tmp_path / "page.html").write_text(html.replace("</body>", f"<script>{HELP}{say};</script></body>"), "utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(
        '<script>addEventListener("message", (event) => { document.title = event.data; });</script>'
        f'<iframe style="width: {width}px; height: 800px; border: 0" src="page.html{fragment}"></iframe>',
        "utf-8",
    )
    program = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    came = subprocess.run(
        [*program, "--force-prefers-reduced-motion", "--virtual-time-budget=2000", "--dump-dom", frame.as_uri()],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    said = json.loads(unescape(re.search("<title>(.*?)</title>", came.stdout, re.DOTALL)[1]))
    assert not said["errors"]
    return said["result"]


def test_keys_and_buttons_step_through_it(tmp_path):
    result = told(
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
        tmp_path,
    )
    places, sections, disabled = result
    assert places == [f"{n} of 18" for n in (1, 1, 2, 3, 2, 2, 18, 18, 1, 2, 1, 18)]
    assert sections == 1 and disabled == ["on", "last"]


def test_the_graph_shows_what_is_known_by_then(tmp_path):
    steps = told(
        """
        const seen = [];
        for (let i = 0; i < 18; i += 1) {
          seen.push([note("W_h"), note("h = sigmoid"), location.hash]);
          press("ArrowRight");
        }
        return seen;
        """,
        tmp_path,
    )
    given, first = ["0.15, 0.2, 0.25, …", "", "#1"], ["0.15, 0.2, 0.25, …", "", "#2"]
    assert steps[:2] == [given, first]
    assert [step[1] for step in steps[2:]] == ["0.593, 0.597"] * 12 + ["∂ 0.0364, 0.0414"] * 4
    assert [step[0] for step in steps[-3:]] == [
        "0.15, 0.2, 0.25, …",
        "∂ 0.000439, 0.000877, 0.000498, …",
        "0.15, 0.2, 0.25, …",
    ]


def test_an_address_leads_to_a_step(tmp_path):
    assert told('return [place(), document.querySelector(".now h3").textContent];', tmp_path, fragment="#5") == [
        "5 of 18",
        "o = sigmoid(linear₂)",
    ]


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out(width, tmp_path):
    """At no step is the page wider than the window, and the buttons are in sight of a finger."""
    result = told(
        """
        const wide = [];
        for (let i = 0; i < 18; i += 1) { wide.push(document.documentElement.scrollWidth); press("ArrowRight"); }
        return [innerWidth, Math.max(...wide), document.querySelector("[data-go=on]").getBoundingClientRect().height];
        """,
        tmp_path,
        width,
    )
    assert result[0] == width and result[1] <= width and result[2] >= 24
