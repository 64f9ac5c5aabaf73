"""Resampling: straight lines stay straight, every image is itself at its own size, and the gradients."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Tensor
from backprop.autograd import gradcheck
from backprop.nn import functional as F
from backprop.nn.functional import channel_shuffle, interpolate, pixel_shuffle, pixel_unshuffle
from tests.strategies import nested, normal, seeds

MODES = {"nearest": 2, "nearest-exact": 3, "area": 1, "linear": 1, "bilinear": 2, "trilinear": 3, "bicubic": 2}
SMOOTH = ["linear", "bilinear", "trilinear", "bicubic"]


@pytest.mark.parametrize("mode", MODES)
@given(seed=seeds, aligned=st.booleans())
def test_gradients(mode, seed, aligned):
    rng, axes = random.Random(seed), MODES[mode]
    x = normal((1, 2, *[rng.randint(1, 3) for _ in range(axes)]), rng)
    options = {"align_corners": aligned} if mode in SMOOTH else {}
    size = [rng.randint(1, 4) for _ in range(axes)]
    assert gradcheck(lambda x: interpolate(x, size, mode=mode, **options), [x], rng=rng)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("aligned", [False, True])
def test_an_image_is_itself_at_its_own_size(mode, aligned):
    x = normal((2, 2, *[3] * MODES[mode]), random.Random(0))
    options = {"align_corners": aligned} if mode in SMOOTH else {}
    assert interpolate(x, 3, mode=mode, **options).tolist() == x.tolist()


@given(a=st.floats(-9, 9), b=st.floats(-9, 9), n=st.integers(2, 5), m=st.integers(2, 9))
def test_a_straight_line_stays_one(a, b, n, m):
    line = [a + b * i for i in range(n)]
    y = interpolate(Tensor([[line]]), m, mode="linear", align_corners=True).tolist()[0][0]
    assert all(abs(v - (a + b * (n - 1) * i / (m - 1))) < 1e-13 * (abs(a) + 5 * abs(b) + 1) for i, v in enumerate(y))


def test_a_nan_stays_with_its_neighbours():
    y = interpolate(Tensor([[[1.0, 2.0, float("nan"), 4.0, 5.0, 6.0]]]), 12, mode="linear")
    assert [v != v for v in y.tolist()[0][0]] == [False] * 3 + [True] * 4 + [False] * 5


@given(data=st.data(), r=st.integers(1, 3))
def test_pixels_go_back_to_their_channels(data, r):
    x = data.draw(nested((1, 2 * r * r, 1, 2)))
    y = pixel_shuffle(x, r)
    assert y.shape == (1, 2, r, 2 * r) and pixel_unshuffle(y, r).tolist() == x.tolist()
    for c in range(2):
        for i in range(r):
            for j in range(2 * r):
                assert y.tolist()[0][c][i][j] == x.tolist()[0][(c * r + i) * r + j % r][0][j // r]


def test_shuffled_channels_come_back_after_as_many_groups_as_each_had():
    rng = random.Random(0)
    x = normal((2, 6, 2), rng)
    assert channel_shuffle(channel_shuffle(x, 2), 3).tolist() == x.tolist()
    assert gradcheck(lambda x: channel_shuffle(x, 2), [x], rng=rng)
    assert gradcheck(lambda x: pixel_shuffle(x, 2), [normal((4, 1, 2), rng)], rng=rng)
    assert gradcheck(lambda x: pixel_unshuffle(x, 2), [normal((1, 2, 4), rng)], rng=rng)


def test_the_old_names():
    x = normal((1, 1, 2, 3), random.Random(0))
    assert F.upsample(x, 4).tolist() == F.upsample_nearest(x, 4).tolist() == interpolate(x, 4).tolist()
    aligned = interpolate(x, 4, mode="bilinear", align_corners=True)
    assert F.upsample_bilinear(x, 4).tolist() == aligned.tolist()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda x: interpolate(x), "interpolate: either size or scale_factor is given, got None and None"),
        (lambda x: interpolate(x, 2, 2.0), "either size or scale_factor is given, got 2 and 2.0"),
        (lambda x: interpolate(x, 0), "interpolate: size is an int from 1 up, or one for each of 2 axes, got 0"),
        (lambda x: interpolate(x, scale_factor=0), "interpolate: scale_factor is a number above 0"),
        (
            lambda x: interpolate(x, scale_factor=0.1),
            r"scale_factor=0.1 leaves nothing of an image of the shape \[4, 3\]",
        ),
        (lambda x: interpolate(x, 2, mode="cubic"), "interpolate: mode is 'nearest'"),
        (
            lambda x: interpolate(x, 2, mode="linear"),
            r"with 1 more axes for mode 'linear', got the shape \[1, 2, 4, 3\]",
        ),
        (lambda x: interpolate(x, 2, align_corners=True), "align_corners is for the linear modes and bicubic"),
        (lambda x: interpolate(x, 2, recompute_scale_factor=True), "recompute_scale_factor is for scale_factor"),
        (lambda x: pixel_shuffle(x, 2), r"pixel_shuffle: input is \(…, C·r², H, W\) for r = upscale_factor, got 2"),
        (
            lambda x: pixel_unshuffle(x, 2),
            r"pixel_unshuffle: input is \(…, C, H·r, W·r\) for r = downscale_factor, got 2",
        ),
        (lambda x: channel_shuffle(x, 3), r"channel_shuffle: groups divides the channels of \(N, C, …\), got 3"),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call(normal((1, 2, 4, 3), random.Random(0)))
