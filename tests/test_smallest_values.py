"""Every setting of every layer and operation at its smallest legal value, at its largest, and just outside of both."""

import inspect
import math
import re

import pytest

import backprop
from backprop import Tensor, ones
from backprop.nn import functional
from tests.nn.functional.test_every_operation import CALLS
from tests.public import OPERATIONS
from tests.test_refusals import LAYERS, made, settings_of

COUNTS = {"int", "int | None", "Setting", "Setting | None", "Setting | str", "OutputSize"}
NUMBERS = {"float", "float | None"}
ABOVE_0 = 5e-324
# The smallest and the largest value of a setting, by its name, and where they are others, after that of its class or
# function. Counts begin at 1 without a largest one, where nothing else is said.
LIMITS = {
    "padding": (0, None),
    "output_padding": (0, None),
    "AvgPool2d.padding": (0, 1),
    "MaxPool2d.padding": (0, 1),
    "avg_pool2d.padding": (0, 1),
    "max_pool2d.padding": (0, 1),
    "ConvTranspose2d.output_padding": (0, 0),
    "conv_transpose2d.output_padding": (0, 0),
    "ignore_index": (None, None),
    "Embedding.padding_idx": (-4, 3),
    "embedding.padding_idx": (-2, 1),
    "dim": (-2, 1),
    "eps": (0.0, None),
    "layer_norm_eps": (0.0, None),
    "momentum": (0.0, 1.0),
    "max_norm": (0.0, None),
    **{f"{name}.norm_type": (ABOVE_0, None) for name in ("Embedding", "EmbeddingBag", "embedding", "embedding_bag")},
    "gumbel_softmax.tau": (ABOVE_0, None),
    "pdist.p": (0.0, None),
    "p": (0.0, 1.0),
    "TripletMarginLoss.p": (1.0, None),
    "triplet_margin_loss.p": (1.0, None),
    "dropout": (0.0, 1.0),
    "dropout_p": (0.0, 1.0),
    "label_smoothing": (0.0, 1.0),
    "margin": (-1.0, 1.0),
    "TripletMarginLoss.margin": (ABOVE_0, None),
    "triplet_margin_loss.margin": (ABOVE_0, None),
    "beta": (ABOVE_0, None),
    "SmoothL1Loss.beta": (0.0, None),
    "smooth_l1_loss.beta": (0.0, None),
    "delta": (ABOVE_0, None),
    "min_val": (None, math.nextafter(1.0, 0.0)),
    "max_val": (math.nextafter(-1.0, 0.0), None),
    "batch_norm.momentum": (None, None),
    **{f"{name}.eps": (None, None) for name in ("group_norm", "layer_norm", "rms_norm")},
    **{f"{name}.lower": (None, 1 / 3) for name in ("RReLU", "rrelu")},
    **{f"{name}.upper": (1 / 8, None) for name in ("RReLU", "rrelu")},
    "AdaptiveLogSoftmaxWithLoss.n_classes": (5, None),
    "AdaptiveLogSoftmaxWithLoss.div_value": (None, None),
    "DataParallel.dim": (None, None),
    "hardtanh.min_val": (None, 1.0),
    "hardtanh.max_val": (-1.0, None),
    "EmbeddingBag.padding_idx": (-4, 3),
    "embedding_bag.padding_idx": (-2, 1),
    "CTCLoss.blank": (0, None),
    "ctc_loss.blank": (0, 2),
    "LSTM.proj_size": (0, 1),
    "GaussianNLLLoss.eps": (ABOVE_0, None),
    "gaussian_nll_loss.eps": (ABOVE_0, None),
    "MultiMarginLoss.p": (1, 2),
    "multi_margin_loss.p": (1, 2),
    "TripletMarginWithDistanceLoss.margin": (ABOVE_0, None),
    "triplet_margin_with_distance_loss.margin": (ABOVE_0, None),
    **{f"Adaptive{kind}Pool{axes}d.output_size": (0, None) for kind in ("Avg", "Max") for axes in (1, 2, 3)},
    **{f"adaptive_{kind}_pool{axes}d.output_size": (0, None) for kind in ("avg", "max") for axes in (1, 2, 3)},
    # An axis of the input, which a layer does not know before it is called.
    **{
        f"{name}.dim": (None, None)
        for name in ("CosineSimilarity", "GLU", "LogSoftmax", "Softmax", "Softmin", "Unflatten")
    },
    # Any number, as in PyTorch.
    **{
        f"{name}.margin": (None, None)
        for loss in ("HingeEmbeddingLoss", "MarginRankingLoss", "MultiMarginLoss")
        for name in (loss, re.sub("(?<!^)([A-Z])", r"_\1", loss).lower())
    },
    **dict.fromkeys(
        (
            *("alpha", "init", "k", "lambd", "negative_slope", "norm_type", "scale", "threshold", "value"),
            *("start_dim", "end_dim", "LocalResponseNorm.beta", "local_response_norm.beta", "instance_norm.momentum"),
            *("CosineSimilarity.eps", "PairwiseDistance.eps", "PairwiseDistance.p", "gumbel_softmax.eps"),
            *("cosine_similarity.eps", "pairwise_distance.eps", "pairwise_distance.p", "normalize.p"),
        ),
        (None, None),
    ),
}
# What else than finite numbers a setting takes: infinity is a norm, and any number fills up.
TAKEN = {
    **{f"{name}.norm_type": [math.inf] for name in ("embedding", "embedding_bag")},
    **{f"{name}.p": [math.inf] for name in ("normalize", "pairwise_distance", "pdist")},
    "pad.value": [math.inf, math.nan],
}
# What has to be changed besides, where a setting is at its smallest.
BESIDES = {
    "MultiheadAttention.embed_dim": {"num_heads": 1},
    **{f"Transformer{part}.d_model": {"nhead": 1} for part in ("", "DecoderLayer", "EncoderLayer")},
    "AdaptiveLogSoftmaxWithLoss.in_features": {"div_value": 1.0},
    "GroupNorm.num_channels": {"num_groups": 1},
    **{f"{name}.dropout": {"num_layers": 2} for name in ("GRU", "LSTM", "RNN")},
}


def limits(name, setting, annotation):
    return LIMITS.get(f"{name}.{setting}", LIMITS.get(setting, (1, None) if annotation in COUNTS else None))


def outside(least, most, annotation):
    """The values next to the legal ones."""
    if annotation in COUNTS:
        wrong = [least - 1] if least is not None else []
        wrong += [most + 1] if most is not None else []
        # A window has two sides, and each of them alone may be too small.
        pairs = [pair for n in wrong for pair in ((n, 1), (1, n))] if annotation.startswith(("Setting", "Out")) else []
        return wrong, pairs
    ends = [math.nextafter(least, -math.inf)] if least is not None else []
    return ends + ([math.nextafter(most, math.inf)] if most is not None else []), []


@pytest.mark.parametrize("name", sorted(LAYERS.keys() - {"Sequential"}))
def test_every_setting_of_a_layer_has_its_limits(name):
    for setting, annotation in settings_of(name).items():
        if annotation not in COUNTS | NUMBERS:
            continue
        least, most = limits(name, setting, annotation)
        for value in {least, most} - {None}:
            made(name, **{setting: value}, **BESIDES.get(f"{name}.{setting}", {}))
        wrong, pairs = outside(least, most, annotation)
        for value in wrong + (pairs if "2d" in name else []):
            with pytest.raises((TypeError, ValueError)) as refused:
                made(name, **{setting: value})
            assert str(refused.value).startswith(name), f"{setting}={value!r}: {refused.value}"


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_setting_of_an_operation_has_its_limits(name):
    operation, (inputs, named) = OPERATIONS[name], CALLS[name]
    for setting, parameter in inspect.signature(operation).parameters.items():
        annotation = parameter.annotation
        if annotation not in COUNTS | NUMBERS:
            continue
        least, most = limits(name, setting, annotation)
        if annotation in NUMBERS:
            for value in {least, most} - {None}:
                operation(*inputs, **{**named, setting: value})
        taken = TAKEN.get(f"{name}.{setting}", [])
        for value in taken:
            operation(*inputs, **{**named, setting: value})
        wrong, pairs = outside(least, most, annotation)
        nonsense = [True, 1.5, math.nan, "1"] if annotation in COUNTS else [math.nan, math.inf, "1"]
        nonsense = [value for value in nonsense if value not in taken]
        for value in wrong + (pairs if "2d" in name else []) + nonsense:
            with pytest.raises((IndexError, TypeError, ValueError)) as refused:
                operation(*inputs, **{**named, setting: value})
            assert str(refused.value).startswith(name), f"{setting}={value!r}: {refused.value}"


@pytest.mark.parametrize("dims", [(0, -2), (1, -1)])
def test_a_dim_may_be_counted_from_the_end(dims):
    one, other = Tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True), Tensor([[5.0, 6.0], [7.0, 8.0]])
    results = [backprop.cat([one, other], dim=dim) for dim in dims]
    assert backprop.equal(*results) and results[0].shape[dims[0]] == 4
    for result in results:
        one.grad = None
        (result * Tensor([[1.0], [2.0]]).repeat(result.shape[0] // 2, 1)).sum().backward()
        assert one.grad.tolist() == [[1.0, 1.0], [2.0, 2.0]]


# ---------------------------------------------------------------- one number, one window

ONE, TWO = ones(1, 1, 1, 1) * 3, ones(1, 1, 1, 1) / 2
ROW, HALF = ones(1, 1) * 3, ones(1, 1) / 2


@pytest.mark.parametrize(
    ("call", "value"),
    [
        (lambda: functional.max_pool2d(ONE, 1, 1, 0, 1), 3.0),
        (lambda: functional.avg_pool2d(ONE, 1, 1, 0), 3.0),
        (lambda: functional.adaptive_avg_pool2d(ONE, 1), 3.0),
        (lambda: functional.conv1d(ONE[0], TWO[0], None, 1, 0, 1, 1), 1.5),
        (lambda: functional.conv2d(ONE, TWO, None, 1, 0, 1, 1), 1.5),
        (lambda: functional.conv_transpose2d(ONE, TWO, None, 1, 0, 0, 1, 1), 1.5),
        (lambda: made("MaxPool2d", kernel_size=1)(ONE), 3.0),
        (lambda: made("AvgPool2d", kernel_size=1)(ONE), 3.0),
        (lambda: made("AdaptiveAvgPool2d", output_size=1)(ONE), 3.0),
        (lambda: functional.linear(ROW, HALF), 1.5),
        (lambda: functional.embedding([0], ROW), 3.0),
        (lambda: functional.group_norm(ROW, num_groups=1), 0.0),
        (lambda: functional.layer_norm(ROW, 1), 0.0),
        (lambda: functional.rnn(ONE[0], HALF, None, HALF, nonlinearity="relu"), 3.25),
        (lambda: functional.scaled_dot_product_attention(ONE, ONE, TWO), 0.5),
        (lambda: functional.cross_entropy(ROW, [0]), 0.0),
        (lambda: functional.nll_loss(ROW, [0]), -3.0),
    ],
)
def test_one_number_is_enough(call, value):
    result = call()
    assert (result[0] if isinstance(result, tuple) else result).item() == value


IMAGE = ones(1, 1, 2, 3)
WINDOWS = {
    "max_pool2d": lambda kernel, **s: functional.max_pool2d(IMAGE, kernel, 1, **s),
    "avg_pool2d": lambda kernel, **s: functional.avg_pool2d(IMAGE, kernel, 1, **s),
    "conv2d": lambda kernel, **s: functional.conv2d(IMAGE, ones(1, 1, *kernel), **s),
    "MaxPool2d": lambda kernel, **s: made("MaxPool2d", kernel_size=kernel, stride=1, **s)(IMAGE),
    "AvgPool2d": lambda kernel, **s: made("AvgPool2d", kernel_size=kernel, stride=1, **s)(IMAGE),
    "Conv2d": lambda kernel, **s: made("Conv2d", in_channels=1, out_channels=1, kernel_size=kernel, **s)(IMAGE),
}


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize(
    ("fits", "places", "settings", "outside"),
    [
        ((2, 3), (1, 1), {}, [(3, 3), (2, 4), (3, 1), (1, 4)]),
        ((2, 2), (1, 1), {"dilation": (1, 2)}, [(3, 2), (2, 3), (1, 3), (3, 1)]),
        ((1, 3), (2, 1), {"dilation": (2, 1)}, [(2, 3), (2, 1), (1, 4)]),
        ((4, 3), (1, 1), {"padding": (1, 0)}, [(5, 3), (4, 4), (5, 1), (2, 4)]),
        ((2, 5), (1, 1), {"padding": (0, 1)}, [(3, 5), (2, 6), (3, 2), (1, 6)]),
    ],
)
def test_a_window_fits_into_the_image_vertically_and_horizontally(name, fits, places, settings, outside):
    """The image is of 2×3, and the largest window that fits has one place in it, or two below each other."""
    if "avg" in name.lower() and "dilation" in settings:
        return  # it has none
    assert WINDOWS[name](fits, **settings).shape == (1, 1, *places)
    function = {"MaxPool2d": "max_pool2d", "AvgPool2d": "avg_pool2d", "Conv2d": "conv2d"}.get(name, name)
    for kernel in outside:
        with pytest.raises((ValueError, RuntimeError), match=f"^{function}: .*(does not fit|half)"):
            WINDOWS[name](kernel, **settings)


@pytest.mark.parametrize("padding", [(1, 0), (0, 1)])
def test_a_transposed_convolution_leaves_something_vertically_and_horizontally(padding):
    """H' = (H − 1)·stride − 2·padding + kernel is 1 at the least: a kernel of 3 becomes 1, one of 2 nothing."""
    kernel = tuple(3 if p else 1 for p in padding)
    layer = made("ConvTranspose2d", in_channels=1, out_channels=1, kernel_size=kernel, padding=padding)
    assert layer(ONE).shape == (1, 1, 1, 1)
    kernel = tuple(2 if p else 1 for p in padding)
    layer = made("ConvTranspose2d", in_channels=1, out_channels=1, kernel_size=kernel, padding=padding)
    with pytest.raises(ValueError, match="^conv_transpose2d"):
        layer(ONE)
    with pytest.raises(ValueError, match="^conv_transpose2d"):
        functional.conv_transpose2d(ONE, ones(1, 1, *kernel), padding=padding)
