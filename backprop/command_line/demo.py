"""Learn the handwritten digits that come along, in some seconds, and show a few that were held out, with its guesses.

examples:
  python3 -m backprop demo
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from backprop.command_line.learning import Recipe, divided, learn
from backprop.data import load_digits
from backprop.functional import softmax
from backprop.matrix import Number
from backprop.tensor import no_grad

EPOCHS = 8
SHADES = " .:-=+*#%@"
_SIDE, _MOST_INK = 8, 16
_IN_A_ROW = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes nothing."""


def run(arguments: argparse.Namespace) -> int:
    """Learn, then show some digits that were taken for others, and some that were not."""
    recipe = Recipe(epochs=EPOCHS)
    parts = divided(load_digits(), recipe)
    train, _, test = parts
    print(f"{len(train)} digits to learn from, {len(test)} held out\n", flush=True)
    learned = learn(parts, recipe, progress=True)
    print(f"\n{100 * learned.report['accuracy']:.1f} % of those held out are right")
    with no_grad():
        probabilities = softmax(learned.model(test.inputs)).data.rows
    right, wrong = [], []
    for pixels, digit, row in zip(test.inputs, test.targets, probabilities):
        guess = row.index(max(row))
        caption = f"{guess} ({100 * row[guess]:.0f} %)"
        if guess == digit:
            right.append([*drawing(pixels), caption])
        else:
            wrong.append([*drawing(pixels), f"{caption}, it is {digit}"])
    for drawings in (wrong, right):
        print("\n" + _side_by_side(drawings[:_IN_A_ROW]))
    return 130 if learned.history.interrupted else 0


def drawing(pixels: Sequence[Number]) -> list[str]:
    """The image in characters, the darker the more ink; two a pixel, since they are narrow."""
    shades = [SHADES[round(ink / _MOST_INK * (len(SHADES) - 1))] * 2 for ink in pixels]
    return ["".join(shades[start : start + _SIDE]) for start in range(0, _SIDE * _SIDE, _SIDE)]


def _side_by_side(columns: Sequence[Sequence[str]]) -> str:
    return "\n".join("  ".join(cell.ljust(2 * _SIDE + 2) for cell in line).rstrip() for line in zip(*columns))
