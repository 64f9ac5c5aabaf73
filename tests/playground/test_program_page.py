"""The page of programs, with both engines: it runs what is typed, shows what it prints and draws, and stops it."""

import json
import re

import pytest

from tests.browser import CHROMIUM, MISSING, browser
from tests.playground.sites import site

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)

PROGRAM = """import torch
from backprop.pictures import LineChart
w = torch.tensor([2.0], requires_grad=True)
loss = (w * w).sum()
loss.backward()
print("gradient", w.grad)
LineChart({"a": [1, 2, 3]}, title="A chart").save("chart.svg")
"""


@pytest.fixture(scope="module", params=["server", "browser"])
def tab(request, tmp_path_factory):
    profile = tmp_path_factory.mktemp("profile")
    with site(request.param, tmp_path_factory.mktemp("site")) as address, browser(profile) as tab:
        tab.open(f"{address}program.html")
        yield tab
        assert not tab.errors
        assert all(request.startswith((address, "data:")) for request in tab.requests)
        tab.open("about:blank")


def text(name):
    return f"document.getElementById('{name}').textContent"


def fill(tab, program):
    tab.run(
        f"""(() => {{
          const field = document.querySelector("[name=text]");
          field.value = {json.dumps(program)};
          field.dispatchEvent(new Event("input", {{bubbles: true}}));
        }})()"""
    )


def test_a_program_is_run(tab):
    fill(tab, PROGRAM)
    tab.click("run")
    assert tab.run(text("run")) == "Stop"
    tab.wait(f"{text('state')} === 'It has ended.'")
    assert tab.run(text("output")).startswith("gradient tensor([4.])\n")
    assert tab.run("document.querySelector('#pictures img').alt").startswith("chart.svg: A chart")
    assert tab.run("document.querySelector('#pictures img').decode().then(() => 'drawn')") == "drawn"
    frame = "document.getElementById('explanation').contentDocument"
    assert re.search("loss.*step by step", tab.wait(f"{frame}?.querySelector('h1')?.textContent"))
    assert tab.run(text("run")) == "Run"


def test_a_program_is_stopped_and_the_next_one_runs(tab):
    fill(tab, "print('begun')\nwhile True:\n    pass\n")
    tab.click("run")
    tab.wait(f"{text('output')} === 'begun\\n'")
    tab.click("run")
    assert tab.run(text("run")) == "Run" and tab.run(text("state")) == "Stopped."
    fill(tab, "raise ValueError('no')")
    tab.click("run")
    tab.wait(f"{text('state')} === 'It has ended with the exit code 1.'")
    assert tab.run(text("output")).endswith("ValueError: no\nbackprop: no page: the program did not call backward()\n")


def test_lessons_are_in_its_list_and_a_link_holds_a_program(tab):
    names = tab.run("[...document.querySelector('[name=lesson]').options].map((option) => option.textContent)")
    assert len(names) > 20 and {"Two moons", "xor.py: XOR by hand", "overfitting.py: Overfitting"} <= set(names)
    fill(tab, "print(1 + 1, '&#%')")
    link = tab.run("document.getElementById('link').href")
    tab.run("location.hash = 'lesson=xor'")
    tab.wait("document.querySelector('[name=text]').value.startsWith('\"\"\"XOR by hand')")
    assert tab.run("document.querySelector('[name=arguments]').value") == "--svg picture.svg"
    tab.run(f"location.href = {json.dumps(link)}")
    tab.wait("document.querySelector('[name=text]').value === \"print(1 + 1, '&#%')\"")


def test_the_editor_by_the_keyboard(tab):
    """Enter keeps the indentation, Tab indents, Escape and Tab leave, Ctrl-Enter runs."""
    fill(tab, "")
    tab.run("document.querySelector('[name=text]').focus()")
    tab.call("Input.insertText", text="if 1:")
    tab.press("Enter")
    tab.call("Input.insertText", text="if 2:")
    tab.press("Enter")
    tab.call("Input.insertText", text="print(5)")
    tab.press("Enter")
    tab.press("Tab")
    assert tab.run("document.querySelector('[name=text]').value") == "if 1:\n    if 2:\n        print(5)\n            "
    about = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "modifiers": 2}
    tab.call("Input.dispatchKeyEvent", type="keyDown", **about)
    tab.call("Input.dispatchKeyEvent", type="keyUp", **about)
    tab.wait(f"{text('output')}.startsWith('5\\n')")
    tab.wait(f"{text('run')} === 'Run'")
    tab.press("Escape")
    tab.press("Tab")
    assert tab.run("document.activeElement.id") == "run"


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_sticks_out(tab, width):
    tab.resize(width, 800)
    assert tab.run("document.documentElement.scrollWidth") <= width
    assert (
        tab.run("[...document.querySelectorAll('input, select, textarea')].filter((e) => !e.labels.length).length") == 0
    )
    tab.resize(1280, 800)
