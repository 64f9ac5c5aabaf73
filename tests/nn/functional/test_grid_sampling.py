"""Grid sampling: PyTorch's figures, the gradients, the identity, what is outside."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Tensor
from backprop.autograd import gradcheck
from backprop.nn.functional import affine_grid, grid_sample
from tests.figures import cases, tensor
from tests.strategies import normal, seeds

SETTINGS = ("mode", "padding_mode", "align_corners")
CASES = {
    ", ".join(str(case[name]) for name in SETTINGS) + f" {k}": case for k, case in enumerate(cases("grid_sampling"))
}
IDENTITY = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]


def close(x, figures):
    return x.shape == tensor(figures).shape and x.sub(tensor(figures)).abs().max().item() < 1e-13


@pytest.mark.parametrize("name", CASES)
def test_values_and_gradients_are_pytorchs(name):
    case = CASES[name]
    x, grid = tensor(case["input"], requires_grad=True), tensor(case["grid"], requires_grad=True)
    y = grid_sample(x, grid, *[case[setting] for setting in SETTINGS])
    assert close(y, case["output"])
    y.backward(tensor(case["upstream"]))
    assert close(x.grad, case["input_grad"]) and close(grid.grad, case["grid_grad"])


@pytest.mark.parametrize("case", cases("grid_sampling", "grids"), ids=lambda case: f"{case['size']}")
def test_grids_are_pytorchs(case):
    assert close(affine_grid(tensor(case["theta"]), case["size"], case["align_corners"]), case["output"])


@pytest.mark.parametrize("mode", ["bilinear", "bicubic"])
@pytest.mark.parametrize("padding_mode", ["zeros", "border", "reflection"])
@settings(max_examples=10)
@given(seed=seeds, aligned=st.booleans())
def test_gradients(mode, padding_mode, seed, aligned):
    rng = random.Random(seed)
    # At least a tenth of a pixel from all places where a pixel, or the image, ends.
    n = 3
    places = [rng.randint(-n, 2 * n - 1) + rng.uniform(0.1, 0.4) for _ in range(4)]
    scaled = [2 * p / (n - 1) - 1 if aligned else (2 * p + 1) / n - 1 for p in places]
    grid = Tensor([[[scaled[:2], scaled[2:]]]], requires_grad=True)

    def run(x, grid):
        return grid_sample(x, grid, mode, padding_mode, aligned)

    assert gradcheck(run, [normal((1, 1, n, n), rng), grid], rng=rng)


@settings(max_examples=8)
@given(seed=seeds, aligned=st.booleans())
def test_gradients_of_maps_and_volumes(seed, aligned):
    rng = random.Random(seed)
    assert gradcheck(lambda theta: affine_grid(theta, (2, 1, 2, 3), aligned), [normal((2, 2, 3), rng)], rng=rng)
    grid = Tensor([[[[[0.3, -0.2, 0.4]]]]], requires_grad=True)
    assert gradcheck(
        lambda x, g: grid_sample(x, g, align_corners=aligned), [normal((1, 1, 2, 2, 2), rng), grid], rng=rng
    )


@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
@pytest.mark.parametrize("aligned", [False, True])
def test_an_image_is_itself_under_the_identity(mode, aligned):
    x = normal((1, 2, 3, 4), random.Random(0)).detach()
    y = grid_sample(x, affine_grid(Tensor([IDENTITY]), (1, 2, 3, 4), aligned), mode, align_corners=aligned)
    assert y.sub(x).abs().max().item() < 1e-14


def test_outside_of_the_image():
    x = Tensor([[[[1.0, 2.0, 3.0]]]])
    far = Tensor([[[[1.0 + 2 / 3 * k, 0.0] for k in (0.5, 1.5, 2.5)]]])  # the three pixels after the last
    for padding_mode, row in (("zeros", [0.0, 0.0, 0.0]), ("border", [3.0, 3.0, 3.0]), ("reflection", [3.0, 2.0, 1.0])):
        for y in grid_sample(x, far, "bilinear", padding_mode).flatten().tolist(), row:
            assert y == pytest.approx(row, abs=1e-14)
    assert grid_sample(x, Tensor([[[[math.nan, 0.0]]]])).item() == 0.0  # as in PyTorch: it is nowhere in the image


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda x, g: grid_sample(x[0], g), r"input is \(N, C, H, W\) or \(N, C, D, H, W\) for mode 'bilinear', got"),
        (lambda x, g: grid_sample(x[None], g, "bicubic"), r"input is \(N, C, H, W\) for mode 'bicubic'"),
        (lambda x, g: grid_sample(x, g[0]), r"grid has 2 coordinates for each place of each of the 1 images"),
        (lambda x, g: grid_sample(x, g[..., :1]), r"got the shape \[1, 1, 1, 1\] for an input of \[1, 1, 2, 2\]"),
        (lambda x, g: grid_sample(x, g, "linear"), "mode is 'bilinear', 'nearest' or 'bicubic', got 'linear'"),
        (lambda x, g: grid_sample(x, g, padding_mode="wrap"), "padding_mode is 'zeros', 'border' or 'reflection'"),
        (lambda x, g: affine_grid(Tensor(IDENTITY), (1, 1, 2, 2)), r"theta is \(N, 2, 3\) for the size \(N, C, H, W\)"),
        (lambda x, g: affine_grid(Tensor([IDENTITY]), (1, 1, 0, 2)), r"got the shape \[1, 2, 3\] and \(1, 1, 0, 2\)"),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=f"(grid_sample|affine_grid): .*{sentence}|{sentence}"):
        call(Tensor([[[[1.0, 2.0], [3.0, 4.0]]]]), Tensor([[[[0.0, 0.0]]]]))
