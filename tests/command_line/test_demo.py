"""demo: digits drawn as they are, the guesses below them."""

import re

from backprop import load_digits
from backprop.command_line import demo


def test_it_learns_and_shows(call, monkeypatch):
    monkeypatch.setattr(demo, "EPOCHS", 2)
    came = call("demo")
    assert (came.code, came.err) == (0, "")
    assert float(re.search(r"(\d+\.\d) % of those held out are right", came.out).group(1)) > 85.0
    wrong, right = came.out.split("are right\n\n")[1].split("\n\n")
    assert len(wrong.splitlines()) == len(right.splitlines()) == 9
    pairs = re.findall(r"(\d) \(\d+ %\), it is (\d)", wrong.splitlines()[-1])
    assert len(pairs) == 4 and all(guess != digit for guess, digit in pairs)
    assert len(re.findall(r"\d \(\d+ %\)", right.splitlines()[-1])) == 4 and "it is" not in right
    assert all(len(line) <= 79 for line in came.out.split("are right")[1].splitlines())


def test_a_drawing_is_darker_where_there_is_more_ink():
    pixels = load_digits().inputs.rows[0]
    lines = demo.drawing(pixels)
    assert [len(line) for line in lines] == [16] * 8
    shades = [line[2 * x] for line in lines for x in range(8)]
    inks = sorted(zip(pixels, map(demo.SHADES.index, shades)))
    assert [shade for _, shade in inks] == sorted(shade for _, shade in inks)
    assert demo.drawing([0] * 56 + [16] * 8)[-1] == demo.SHADES[-1] * 16
