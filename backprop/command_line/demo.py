"""Learn the handwritten digits that are included, in some seconds, and show a few that were held out, with its guesses.

examples:
  python3 -m backprop demo
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from backprop.command_line.learning import TrainConfig, evaluate, learn, split
from backprop.datasets import load_digits
from backprop.matrix import Matrix, Number
from backprop.nn.functional import softmax
from backprop.utils.data import LabeledDataset

SHADES = " .:-=+*#%@"
_SIDE, _MOST_INK = 8, 16
_IN_A_ROW = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes nothing."""


def run(arguments: argparse.Namespace) -> int:
    """Learn, then show."""
    config = TrainConfig(epochs=5)
    splits, *_ = split(load_digits(), config)
    print(f"{len(splits.train)} digits to learn from, {len(splits.test)} held out\n", flush=True)
    trained = learn(splits, config, progress=True)
    print(f"\n{100 * evaluate([(splits, trained)])['accuracy']:.1f} % of those held out are correct\n")
    print(gallery(splits.test, softmax(trained.outputs, 1).matrix))
    return 130 if trained.history.interrupted else 0


def gallery(digits: LabeledDataset, probabilities: Matrix) -> str:
    """The first few that were taken for others, and below them the first few that were not."""
    correct, wrong = [], []
    for pixels, digit, row in zip(digits.inputs.tolist(), digits.targets.tolist(), probabilities):
        guess = row.index(max(row))
        caption = f"{guess} ({100 * row[guess]:.0f} %)"
        if guess == digit:
            correct.append([*drawing(pixels), caption])
        else:
            wrong.append([*drawing(pixels), f"{caption}, it is {digit}"])
    return "\n\n".join(_side_by_side(drawings[:_IN_A_ROW]) for drawings in (wrong, correct))


def drawing(pixels: Sequence[Number]) -> list[str]:
    """The image in characters, the darker the more ink; two a pixel, since they are narrow."""
    shades = [SHADES[round(ink / _MOST_INK * (len(SHADES) - 1))] * 2 for ink in pixels]
    return ["".join(shades[start : start + _SIDE]) for start in range(0, _SIDE * _SIDE, _SIDE)]


def _side_by_side(columns: Sequence[Sequence[str]]) -> str:
    return "\n".join("  ".join(cell.ljust(2 * _SIDE + 2) for cell in line).rstrip() for line in zip(*columns))
