"""The pictures on the README are those that its commands draw."""

import re

import pytest

from tests.examples.test_examples import EXAMPLES, load, run

PICTURES = EXAMPLES / "pictures"
DRAWINGS = {draw.__name__: draw for draw in load("theory_pictures").DRAWINGS}
LESSONS = ("xor", "rosenbrock")


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_picture_of_the_theory_is_what_the_command_draws(name):
    drawn = DRAWINGS[name]() + "\n"
    assert (PICTURES / f"{name}.svg").read_text("utf-8") == drawn, "draw anew: python3 examples/theory_pictures.py"


@pytest.mark.parametrize("name", LESSONS)
def test_the_picture_of_a_lesson_is_what_it_draws(name, tmp_path):
    run(f"{name}.py", "--svg", "drawn.svg", folder=tmp_path)
    drawn = (tmp_path / "drawn.svg").read_text("utf-8")
    message = f"draw anew: python3 examples/{name}.py --svg examples/pictures/{name}.svg"
    assert (PICTURES / f"{name}.svg").read_text("utf-8") == drawn, message


def test_each_picture_is_on_the_page_with_words_for_those_who_do_not_see_it():
    page = (EXAMPLES.parent / "README.md").read_text("utf-8")
    shown = re.findall(r"!\[[^\]]{20,}\]\(examples/pictures/(\w+)\.svg\)", page)
    assert sorted(shown) == sorted([*DRAWINGS, *LESSONS]) and page.count("](examples/pictures/") == len(shown)
