"""demo: digits drawn as they are, the guesses below them, mistakes first. The examples of the help run it."""

import re

from backprop import Matrix
from backprop.command_line.demo import SHADES, drawing, gallery
from backprop.datasets import load_digits


def test_mistakes_come_first_and_each_digit_has_its_guess_below_it():
    """Every third of thirty is taken for the next digit."""
    digits = load_digits().select(list(range(30)))
    guesses = [(digit + (i % 3 == 0)) % 10 for i, digit in enumerate(digits.targets.tolist())]
    probabilities = Matrix([[0.75 if k == guess else 0.25 / 9 for k in range(10)] for guess in guesses])
    wrong, correct = gallery(digits, probabilities).split("\n\n")
    for rows, chosen in ((wrong, [0, 3, 6, 9]), (correct, [1, 2, 4, 5])):
        *image, captions = rows.splitlines()
        for place, i in enumerate(chosen):
            start = 20 * place
            assert [line[start : start + 16].ljust(16) for line in image] == drawing(digits.inputs[i].tolist())
            assert captions[start:].startswith(f"{guesses[i]} (75 %)")
        assert all(len(line) <= 79 and line == line.rstrip() for line in rows.splitlines())
    assert re.findall(r"it is (\d)", wrong) == ["0", "3", "6", "9"] and "it is" not in correct


def test_a_drawing_is_darker_where_there_is_more_ink():
    pixels = load_digits().inputs[0].tolist()
    lines = drawing(pixels)
    assert [len(line) for line in lines] == [16] * 8
    shades = [SHADES.index(line[2 * x]) for line in lines for x in range(8)]
    assert [shade for _, shade in sorted(zip(pixels, shades))] == sorted(shades)
    assert drawing([0] * 56 + [16] * 8) == [" " * 16] * 7 + [SHADES[-1] * 16]
