"""The classic mistakes: what the chapter says is what the program prints, and the right ones are right."""

import re

import pytest

from tests.examples.test_examples import EXAMPLES, run


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    return run("mistakes.py", folder=tmp_path_factory.mktemp("mistakes"))


def numbers(line):
    return re.findall(r"-?\d+(?:\.\d+)?", line)


def test_the_numbers_of_the_chapter_are_printed(text):
    chapter = (EXAMPLES / "mistakes.md").read_text("utf-8")
    rows = [
        row
        for row in re.findall(r"^\|.*\|$", chapter, re.MULTILINE)
        if re.search(r"\d$|\d[] ]", row) and "if the" not in row
    ]
    assert len(rows) == 12
    for row in map(numbers, rows):
        assert any(numbers(line)[-len(row) :] == row for line in text.splitlines()), row
    for figure in ("12.0", "0.5514", "2×3 for an input of the shape [3, 2]", "[[1, 2], [3, 4], [5, 6]]"):
        assert figure in text and figure in " ".join(chapter.split())


def test_a_forgotten_zero_grad_is_momentum_of_1(text):
    """v ← v + 2(w − 3), w ← w − 0.1·v, for the wrong one; 3 − 3·0.8ⁿ for the right one."""
    w, v, step = 0.0, 0.0, 0
    for number, right, wrong in re.findall(r"^ +(\d+) +(\d\.\d{4}) +(\d\.\d{4})$", text, re.MULTILINE):
        while step < int(number):
            v += 2 * (w - 3)
            w, step = w - 0.1 * v, step + 1
        assert float(wrong) == pytest.approx(w, abs=6e-5)
        assert float(right) == pytest.approx(3 - 3 * 0.8**step, abs=6e-5)
    assert step == 40
