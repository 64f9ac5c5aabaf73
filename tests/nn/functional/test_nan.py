"""NaN stays visible in every operation, in the value and in the slope."""

import math
import random

import pytest

import backprop
from backprop import Matrix, Tensor, linalg
from backprop.autograd import grad
from backprop.nn import functional as F
from tests import tables
from tests.public import OPERATIONS

NAN = math.nan
X = Matrix([[0.5, -1.5], [2.0, -0.25]])
Y = Matrix([[0.25, 0.75], [1.0, 0.5]])
W = Matrix([[1.0, -2.0], [0.5, 3.0]])
SIGNS = Matrix([[1.0, -1.0], [-1.0, 1.0]])

# Each is a function of a 2×2 Tensor whose slope depends on the number itself, so that NaN has a slope of NaN.
CURVED = {
    "exp": backprop.exp,
    "log": backprop.log,
    "sqrt": backprop.sqrt,
    "tanh": F.tanh,
    "sigmoid": F.sigmoid,
    "logsigmoid": F.logsigmoid,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "prelu": lambda x: F.prelu(x, Tensor([0.25])),
    "elu": F.elu,
    "selu": F.selu,
    "softplus": F.softplus,
    "hardtanh": F.hardtanh,
    "gelu": F.gelu,
    "gelu by tanh": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
    "mish": F.mish,
    "hardswish": F.hardswish,
    "softmax": lambda x: F.softmax(x, 1),
    "softmax of columns": lambda x: F.softmax(x, 0),
    "log_softmax": lambda x: F.log_softmax(x, 1),
    "gumbel_softmax": lambda x: F.gumbel_softmax(x, rng=random.Random(1)),
    "batch_norm": lambda x: F.batch_norm(x, None, None, training=True),
    "group_norm": lambda x: F.group_norm(x, 1),
    "instance_norm": lambda x: F.instance_norm(x.view(1, 2, 2)),
    "layer_norm": lambda x: F.layer_norm(x, 2),
    "local_response_norm": lambda x: F.local_response_norm(x.view(1, 2, 2), 3),
    "lp_pool1d": lambda x: F.lp_pool1d(x.view(1, 4), 3, 4),
    "lp_pool2d": lambda x: F.lp_pool2d(x.view(1, 2, 2), 3, 2),
    "lp_pool3d": lambda x: F.lp_pool3d(x.view(1, 1, 2, 2), 3, (1, 2, 2)),
    "normalize": F.normalize,
    "rms_norm": lambda x: F.rms_norm(x, 2),
    "linear_cross_entropy": lambda x: F.linear_cross_entropy(x, W, [0, 1]),
    "rrelu": lambda x: F.rrelu(x),
    "rnn": lambda x: F.rnn(x, W),
    "rnn, relu": lambda x: F.rnn(x, W, nonlinearity="relu"),
    "lstm": lambda x: F.lstm(backprop.cat([x, x], dim=1), Matrix([[0.5]] * 4))[0],
    "gru": lambda x: F.gru(backprop.cat([x, x, x], dim=1), Matrix([[0.5, -0.5]] * 6)),
    "scaled_dot_product_attention": lambda x: F.scaled_dot_product_attention(x, x, x),
    "multi_head_attention_forward": lambda x: F.multi_head_attention_forward(
        x, x, x, 2, 1, Matrix([[1.0, 0.5]] * 6), None, None, None, False, 0.0, W, None
    )[0],
    "ctc_loss": lambda x: F.ctc_loss(x, [1], 2, 1),
    "cross_entropy": lambda x: F.cross_entropy(x, [0, 1], reduction="none"),
    "cross_entropy with probabilities": lambda x: F.cross_entropy(x, Y, reduction="none"),
    "binary_cross_entropy_with_logits": lambda x: F.binary_cross_entropy_with_logits(x, Y, reduction="none"),
    "mse_loss": lambda x: F.mse_loss(x, Y, reduction="none"),
    "l1_loss": lambda x: F.l1_loss(x, Y, reduction="none"),
    "smooth_l1_loss": lambda x: F.smooth_l1_loss(x, Y, reduction="none"),
    "smooth_l1_loss, beta 0": lambda x: F.smooth_l1_loss(x, Y, reduction="none", beta=0.0),
    "huber_loss": lambda x: F.huber_loss(x, Y, reduction="none"),
    "cosine_embedding_loss": lambda x: F.cosine_embedding_loss(x, W, [1, -1], reduction="none"),
    "triplet_margin_loss": lambda x: F.triplet_margin_loss(x, Y, W, 9.0, reduction="none"),
    "triplet_margin_loss, p 1": lambda x: F.triplet_margin_loss(x, Y, W, 9.0, 1.0, reduction="none"),
    "triplet_margin_loss, swap": lambda x: F.triplet_margin_loss(Y, x, W, 9.0, swap=True, reduction="none"),
    "cosine_similarity": lambda x: F.cosine_similarity(x, W),
    "pairwise_distance": lambda x: F.pairwise_distance(x, Y),
    "pdist": F.pdist,
    "relu6": F.relu6,
    "softmin": lambda x: F.softmin(x, 1),
    "softsign": F.softsign,
    "tanhshrink": F.tanhshrink,
    "hardsigmoid": F.hardsigmoid,
    "gaussian_nll_loss": lambda x: F.gaussian_nll_loss(x, Y, Y, reduction="none"),
    "poisson_nll_loss": lambda x: F.poisson_nll_loss(x, Y, reduction="none"),
    "soft_margin_loss": lambda x: F.soft_margin_loss(x, SIGNS, reduction="none"),
    "multi_margin_loss": lambda x: F.multi_margin_loss(x, [0, 1], reduction="none"),
    "multilabel_margin_loss": lambda x: F.multilabel_margin_loss(x, [[0, -1], [1, -1]], reduction="none"),
    "multilabel_soft_margin_loss": lambda x: F.multilabel_soft_margin_loss(x, Y, reduction="none"),
    "triplet_margin_with_distance_loss": lambda x: F.triplet_margin_with_distance_loss(
        x, Y, W, margin=9.0, reduction="none"
    ),
    "abs": abs,
    "square": lambda x: x**2,
    "reciprocal": lambda x: 1.0 / x,
    "power of": lambda x: 2.0**x,
    "power": lambda x: x ** Matrix([[0.5, 2.0], [3.0, -1.0]]),
}
TWO = Tensor([[[[2.0]]]])
POOLS = {"adaptive_avg_pool": 1, "adaptive_max_pool": 1, "avg_pool": 2, "max_pool": 2}
# And these are straight lines (or choose an entry): the value is NaN, the slope does not depend on it.
STRAIGHT = {
    "celu": F.celu,
    "glu": lambda x: F.glu(x, 0),
    "hardshrink": F.hardshrink,
    "softshrink": F.softshrink,
    "threshold": lambda x: F.threshold(x, 0.125, 20.0),
    "hinge_embedding_loss": lambda x: F.hinge_embedding_loss(x, SIGNS, reduction="none"),
    "margin_ranking_loss": lambda x: F.margin_ranking_loss(x, W, SIGNS, reduction="none"),
    "cat": lambda x: backprop.cat([x, W]),
    "bilinear": lambda x: F.bilinear(x, W, Tensor([[[1.0, 0.5], [0.25, 2.0]]])),
    "linear": lambda x: F.linear(x, W),
    "conv1d": lambda x: F.conv1d(x.view(1, 4), TWO.view(1, 1, 1)),
    "conv2d": lambda x: F.conv2d(x.view(1, 2, 2), TWO),
    "conv3d": lambda x: F.conv3d(x.view(1, 1, 2, 2), TWO.view(1, 1, 1, 1, 1)),
    "conv_transpose1d": lambda x: F.conv_transpose1d(x.view(1, 4), TWO.view(1, 1, 1)),
    "conv_transpose2d": lambda x: F.conv_transpose2d(x.view(1, 2, 2), TWO),
    "conv_transpose3d": lambda x: F.conv_transpose3d(x.view(1, 1, 2, 2), TWO.view(1, 1, 1, 1, 1)),
    "alpha_dropout": lambda x: F.alpha_dropout(x, 0.5, True, rng=random.Random(1)),
    "feature_alpha_dropout": lambda x: F.feature_alpha_dropout(x, 0.5, True, rng=random.Random(1)),
    "dropout": lambda x: F.dropout(x, 0.5, rng=random.Random(1)),
    "dropout1d": lambda x: F.dropout1d(x, 0.5, rng=random.Random(1)),
    "dropout2d": lambda x: F.dropout2d(x.view(1, 1, 2, 2), 0.5, rng=random.Random(1)),
    "dropout3d": lambda x: F.dropout3d(x.view(1, 1, 2, 2), 0.5, rng=random.Random(1)),
    "channel_shuffle": lambda x: F.channel_shuffle(x.view(1, 2, 2), 2),
    "fold": lambda x: F.fold(x, (1, 3), (1, 2)),
    "interpolate": lambda x: F.interpolate(x.view(1, 1, 2, 2), 4),
    "interpolate, bilinear": lambda x: F.interpolate(x.view(1, 1, 2, 2), 3, mode="bilinear"),
    "interpolate, bicubic": lambda x: F.interpolate(x.view(1, 1, 2, 2), 3, mode="bicubic"),
    "pad": lambda x: F.pad(x, (1, 1)),
    "pixel_shuffle": lambda x: F.pixel_shuffle(x.view(4, 1, 1), 2),
    "pixel_unshuffle": lambda x: F.pixel_unshuffle(x.view(1, 2, 2), 2),
    "unfold": lambda x: F.unfold(x.view(1, 2, 2), 2),
    "upsample": lambda x: F.upsample(x.view(1, 1, 2, 2), 3),
    "upsample_bilinear": lambda x: F.upsample_bilinear(x.view(1, 1, 2, 2), 3),
    "upsample_nearest": lambda x: F.upsample_nearest(x.view(1, 1, 2, 2), 3),
    **{
        f"{name}1d": lambda x, f=getattr(F, f"{name}1d"), s=setting: f(x.view(2, 2), s)
        for name, setting in POOLS.items()
    },
    **{
        f"{name}2d": lambda x, f=getattr(F, f"{name}2d"), s=setting: f(x.view(2, 1, 2), (1, s))
        for name, setting in POOLS.items()
    },
    **{
        f"{name}3d": lambda x, f=getattr(F, f"{name}3d"), s=setting: f(x.view(2, 1, 1, 2), (1, 1, s))
        for name, setting in POOLS.items()
    },
    "max_unpool1d": lambda x: F.max_unpool1d(x, Tensor([[0, 3], [1, 2]]), 2),
    "affine_grid": lambda x: F.affine_grid(backprop.cat([x, x[:, :1]], 1)[None], (1, 1, 2, 2)),
    "fractional_max_pool2d": lambda x: F.fractional_max_pool2d(x.view(1, 2, 2), 1, 2),
    "fractional_max_pool3d": lambda x: F.fractional_max_pool3d(x.view(1, 1, 2, 2), 1, (1, 2, 2)),
    "grid_sample": lambda x: F.grid_sample(x.view(1, 1, 2, 2), F.affine_grid([[[1, 0, 0], [0, 1, 0]]], (1, 1, 2, 2))),
    "max_unpool2d": lambda x: F.max_unpool2d(x.view(1, 2, 2), Tensor([[[0, 3], [8, 9]]]), 2),
    "max_unpool3d": lambda x: F.max_unpool3d(x.view(1, 1, 2, 2), Tensor([[[[0, 3], [8, 9]]]]), (1, 2, 2)),
    "embedding": lambda x: F.embedding([0, 1], x),
    "embedding_bag": lambda x: F.embedding_bag([[0], [1]], x),
    "kl_div": lambda x: F.kl_div(x, Matrix([[0.0, 1.0], [1.0, 0.0]])),
    "sum": lambda x: x.sum(),
    "mean": lambda x: x.mean(axis=0),
    "negative": lambda x: -x,
    "arithmetic": lambda x: (x + 1.0) * 3.0 - W / 2.0,
    "matmul": lambda x: x @ W,
    "T": lambda x: x.T,
    "reshape": lambda x: x.reshape(1, 4),
    "getitem": lambda x: x[[1, 0]],
}
FUNCTIONS = {**CURVED, **STRAIGHT}
# And these do not look at every entry, or look at it and refuse.
OTHERWISE = {
    "nll_loss": "sees the targets' entries alone",
    "binary_cross_entropy": "refuses what is not a probability",
}
# What is decomposed is refused as well.
DECOMPOSED = ["cholesky", "det", "eigh", "inv", "qr", "slogdet", "solve", "svd"]


def with_nan(i, j):
    """X (positive, so that each of these functions is defined) with a NaN at [i, j]."""
    rows = X.map(abs).tolist()
    rows[i][j] = NAN
    return Tensor(rows, requires_grad=True)


def test_no_operation_is_left_out():
    assert OPERATIONS.keys() <= {*CURVED, *STRAIGHT, *OTHERWISE}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("position", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_nan_is_seen_in_the_value_and_in_the_slope(name, position):
    x = with_nan(*position)
    y = FUNCTIONS[name](x)
    assert math.isnan(y.sum()), "the value has lost it"
    (gradient,) = grad(y, x, Tensor([1.0] * y.shape.numel()).view(*y.shape))
    assert name in STRAIGHT or math.isnan(gradient[position]), "the slope has lost it"


WITH_NAN = [[[NAN, 0.25], [0.25, 1.0]], [[1.0, 0.25], [0.25, NAN]]]


@pytest.mark.parametrize("rows", WITH_NAN)
def test_a_probability_is_not_nan(rows):
    with pytest.raises(ValueError, match=r"binary_cross_entropy: input \[\d, \d\] is nan"):
        F.binary_cross_entropy(Matrix(rows), Y)


@pytest.mark.parametrize("rows", WITH_NAN)
@pytest.mark.parametrize("name", DECOMPOSED)
def test_linear_algebra_refuses_it(name, rows):
    second = [Y] if name == "solve" else []
    for input in (Matrix(rows), Tensor([[[1.0, 0.0], [0.0, 1.0]], rows])):
        with pytest.raises(linalg.LinAlgError, match=rf"^{name}: .*nan"):
            getattr(linalg, name)(input, *second)


def test_log_and_sqrt_are_not_defined_below_0_and_reach_infinity_at_0():
    """PyTorch 2.13: log(0) is −∞ with the slope ∞, √0 is 0 with the slope ∞, and both are NaN below."""
    x = Tensor([0.0, -1.0], requires_grad=True)
    for function, at_0 in ((backprop.log, -math.inf), (backprop.sqrt, 0.0)):
        y = function(x)
        assert y.tolist() == [at_0, pytest.approx(NAN, nan_ok=True)]
        assert grad(y, x, Tensor([1.0, 0.0]))[0][0].item() == math.inf


def test_the_slope_for_the_other_input_of_a_loss_has_it_too():
    for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"):
        target = with_nan(1, 0)
        y = OPERATIONS[name](Tensor(Y), target, reduction="none")
        assert math.isnan(grad(y, target, tables.ones(2, 2))[0][1, 0]), name
    weight = Tensor([0.25], requires_grad=True)
    y = F.prelu(with_nan(1, 1), weight)
    assert math.isnan(grad(y, weight, tables.ones(2, 2))[0].item())


def test_a_distance_of_zeros_and_nan_is_nan():
    """max(0, NaN) is 0 and max(NaN, 0) is NaN: neither order may lose it."""
    for row in ([0.0, NAN], [NAN, 0.0]):
        loss = F.triplet_margin_loss(Tensor([row]), Tensor([[0.0, 0.0]]), Tensor([[1.0, 1.0]]), eps=0.0)
        assert math.isnan(loss.item())


def test_a_negative_base_has_no_derivative_in_the_exponent():
    exponent = Tensor([[2.0, 2.0]], requires_grad=True)
    (Tensor([[3.0, -2.0]]) ** exponent).sum().backward()
    assert exponent.grad.tolist()[0] == [9.0 * math.log(3.0), pytest.approx(NAN, nan_ok=True)]


def test_nan_is_seen_in_the_slope_of_an_exponent():
    """∂(aᵇ)/∂b = aᵇ·ln a: NaN for a = NaN, though NaN⁰ is 1."""
    exponent = Tensor([[0.0, 1.0]], requires_grad=True)
    (gradient,) = grad(Tensor([[NAN, NAN]]) ** exponent, exponent, tables.ones(1, 2))
    assert all(map(math.isnan, gradient.tolist()[0]))


@pytest.mark.parametrize("name", ["gelu", "silu", "mish", "hardswish"])
def test_a_gated_unit_is_nan_at_minus_infinity(name):
    """−∞·0, as PyTorch 2.13 has it for all four."""
    assert math.isnan(OPERATIONS[name](Matrix([[-math.inf]])).item())
