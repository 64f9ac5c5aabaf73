"""The pictures in the README's theory are what the command draws, and each is on the page."""

import re

import pytest

from tests.examples.test_examples import EXAMPLES, load

theory_pictures = load("theory_pictures")


@pytest.mark.parametrize("draw", theory_pictures.DRAWINGS, ids=lambda draw: draw.__name__)
def test_the_picture_that_is_there_is_the_one_that_is_drawn(draw):
    assert (EXAMPLES / "pictures" / f"{draw.__name__}.svg").read_text("utf-8") == draw() + "\n"


def test_each_picture_is_on_the_page_and_none_else():
    shown = re.findall(
        r"!\[[^\]]{20,}\]\(examples/pictures/(\w+)\.svg\)", (EXAMPLES.parent / "README.md").read_text("utf-8")
    )
    drawn = [draw.__name__ for draw in theory_pictures.DRAWINGS]
    assert sorted(shown) == sorted([*drawn, "xor", "rosenbrock"])
    assert {path.stem for path in (EXAMPLES / "pictures").iterdir()} >= set(shown)
