"""What torchvision's transforms, grids and made-up data give, and the state in which they leave the generator."""

import math

import pytest

import backprop
from backprop.datasets import Image
from backprop.vision import datasets, transforms, utils
from tests.figures import cases

NAMES = {
    "torch": backprop,
    "T": transforms,
    "F": transforms.functional,
    "datasets": datasets,
    "utils": utils,
    "x": backprop.arange(24.0).view(2, 3, 4) / 24,
    "fake": lambda size, **settings: datasets.FakeData(4, size, **settings),
}


def plain(value):
    if isinstance(value, backprop.Tensor):
        return {"dtype": str(value.dtype), "numbers": value.tolist()}
    if isinstance(value, Image):
        width, height = value.size
        pixels = [[plain(value.getpixel((x, y))) for x in range(width)] for y in range(height)]
        return {"mode": value.mode, "size": [width, height], "pixels": pixels}
    return [type(value).__name__, *map(plain, value)] if isinstance(value, (list, tuple)) else value


def agree(came, expected):
    """In all but the last of float32's digits."""
    if isinstance(expected, list):
        return len(came) == len(expected) and all(map(agree, came, expected))
    if isinstance(expected, dict):
        return came.keys() == expected.keys() and all(agree(came[name], expected[name]) for name in expected)
    if isinstance(expected, float):
        return math.isclose(came, expected, rel_tol=1e-6, abs_tol=1e-7)
    return came == expected


@pytest.mark.parametrize("case", cases("vision"), ids=lambda case: case["expression"])
def test_it_is_torchvisions(case):
    backprop.manual_seed(0)
    value = plain(eval(case["expression"], dict(NAMES)))
    assert agree(value, case["value"]), value
    assert backprop.rand(1, dtype=backprop.float64).item() == pytest.approx(case["next"])
