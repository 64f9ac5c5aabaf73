"""The pictures on the README are those that its commands draw."""

import re

import pytest

from tests.examples.test_examples import EXAMPLES, load
from tests.examples.test_lessons import ON_THE_README

PICTURES = EXAMPLES / "pictures"
DRAWINGS = {draw.__name__: draw for draw in load("theory_pictures").DRAWINGS}


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_picture_of_the_theory_is_what_the_command_draws(name):
    drawn = DRAWINGS[name]() + "\n"
    assert (PICTURES / f"{name}.svg").read_text("utf-8") == drawn, "draw anew: python3 examples/theory_pictures.py"


def test_each_picture_is_on_the_page_with_words_for_those_who_do_not_see_it():
    page = (EXAMPLES.parent / "README.md").read_text("utf-8")
    shown = re.findall(r"!\[[^\]]{20,}\]\(examples/pictures/(\w+)\.svg\)", page)
    assert sorted(shown) == sorted([*DRAWINGS, *ON_THE_README]) and page.count("](examples/pictures/") == len(shown)
