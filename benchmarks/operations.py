"""Each operation, forward and back, in nanoseconds a multiply-add or an element.

The unit is that of the forward pass: for what multiplies matrices its multiply-adds, for all else the entries of the
first input. "back" is from a given gradient to all inputs that can have one. As a measure: one multiply-add of the dot
product, and one element of a bare comprehension. Nothing needs to be installed: python3 benchmarks/operations.py
"""

from __future__ import annotations

import random
import sys
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop
import tables
from backprop import Tensor
from backprop.nn import functional as F
from kernel import product
from report import program
from timing import interleaved, row


def table(rows, columns, rng, low=-1.0, high=1.0):
    return (low + (high - low) * backprop.rand(rows, columns, generator=rng)).requires_grad_()


def shaped(*shape, rng):
    return (2 * backprop.rand(*shape, generator=rng) - 1).requires_grad_()


def spaces(n, rng):
    """{number of axes: images of 4 channels}: n sequences of n, n images of √n×√n, √n bodies of √n×√n×√n."""
    side = round(n**0.5)
    return {d: shaped(side if d == 3 else n, 4, *[n if d == 1 else side] * d, rng=rng) for d in (1, 2, 3)}


def convolutions(n, rng):
    bias, images = shaped(4, rng=rng), spaces(n, rng)
    for d, x in images.items():
        inputs, units = [x, shaped(4, 4, *[3] * d, rng=rng), bias], 4 * 3**d * x.numel()
        for name in (f"conv{d}d", f"conv_transpose{d}d"):
            yield name, partial(getattr(F, name), padding=1), inputs, units


def with_multiply_adds(n, rng):
    """(name, function of the inputs, inputs, multiply-adds) for n rows of n numbers; n is a square."""
    x, y, bias = table(n, n, rng), table(n, n, rng), shaped(n, rng=rng)
    with backprop.no_grad():
        regular, definite = n * backprop.eye(n) + x, backprop.eye(n) + x @ x.T
    regular.requires_grad = definite.requires_grad = True
    side = round(n**0.5)
    gates = {count: [shaped(side, side, count * n, rng=rng), table(count * n, n, rng)] for count in (1, 3, 4)}
    heads = [shaped(side, side, n, rng=rng) for _ in range(3)]
    projections = [table(3 * n, n, rng), shaped(3 * n, rng=rng), table(n, n, rng), bias]
    return [
        ("linear", F.linear, [x, y, bias], n**3),
        ("bilinear", F.bilinear, [x, y, shaped(side, n, n, rng=rng)], side * n**3),
        ("a @ b", lambda a, b: a @ b, [x, y], n**3),
        *convolutions(n, rng),
        ("rnn", F.rnn, gates[1], n**3),
        ("gru", F.gru, gates[3], 3 * n**3),
        ("lstm", lambda a, w: F.lstm(a, w)[0], gates[4], 4 * n**3),
        ("scaled_dot_product_attention", F.scaled_dot_product_attention, heads, 2 * side * n**2),
        (
            "multi_head_attention_forward",
            lambda q, k, v, w, b, out, out_b: F.multi_head_attention_forward(
                q, k, v, n, side, w, b, None, None, False, 0.0, out, out_b, need_weights=False
            )[0],
            [*heads, *projections],
            2 * side * n**2 + 4 * n**3,
        ),
        ("linear_cross_entropy", partial(F.linear_cross_entropy, target=list(range(n))), [x, y], n**3),
        ("det", backprop.det, [regular], n**3 // 3),
        ("slogdet", lambda a: backprop.slogdet(a)[1], [regular], n**3 // 3),
        ("cholesky", backprop.linalg.cholesky, [definite], n**3 // 6),
        ("inv", backprop.linalg.inv, [regular], n**3),
        ("solve", backprop.linalg.solve, [regular, y], n**3 // 3 + n**3),
    ]


def of_images(n, rng):
    """Operations on images, whose names end with their number of axes, and the others."""
    images = spaces(n, rng)
    settings = {
        "adaptive_avg_pool": {"output_size": 1},
        "adaptive_max_pool": {"output_size": 1},
        "avg_pool": {"kernel_size": 2},
        "dropout": {},
        "lp_pool": {"norm_type": 2, "kernel_size": 2},
        "max_pool": {"kernel_size": 2},
    }
    for d, x in images.items():
        for name, values in settings.items():
            yield f"{name}{d}d", partial(getattr(F, f"{name}{d}d"), **values), [x]
        pooled, indices = getattr(F, f"max_pool{d}d")(x, 2, return_indices=True)
        unpool = getattr(F, f"max_unpool{d}d")
        yield unpool.__name__, partial(unpool, indices=indices, kernel_size=2), [shaped(*pooled.shape, rng=rng)]
        if d > 1:
            pool = getattr(F, f"fractional_max_pool{d}d")
            yield pool.__name__, partial(pool, kernel_size=2, output_ratio=0.5), [x]
    x, side = images[2], round(n**0.5)
    yield "affine_grid", partial(F.affine_grid, size=x.shape, align_corners=False), [shaped(n, 2, 3, rng=rng)]
    places = shaped(n, side, side, 2, rng=rng)
    yield "grid_sample", partial(F.grid_sample, align_corners=False), [x, places]
    four, other_four = (shaped(4, rng=rng) for _ in range(2))
    yield "batch_norm", lambda a, w, b: F.batch_norm(a, None, None, w, b, True), [x, four, other_four]
    yield "group_norm", lambda a, w, b: F.group_norm(a, 2, w, b), [x, four, other_four]
    yield "instance_norm", lambda a, w, b: F.instance_norm(a, weight=w, bias=b), [x, four, other_four]
    yield "feature_alpha_dropout", partial(F.feature_alpha_dropout, training=True), [x]
    yield "local_response_norm", partial(F.local_response_norm, size=2), [x]
    yield "pad", partial(F.pad, pad=(1, 1, 1, 1)), [x]
    yield "interpolate, bilinear", partial(F.interpolate, scale_factor=2, mode="bilinear"), [x]
    for name in ("upsample", "upsample_nearest", "upsample_bilinear"):
        yield name, partial(getattr(F, name), scale_factor=2), [x]
    yield "channel_shuffle", partial(F.channel_shuffle, groups=2), [x]
    yield "pixel_shuffle", partial(F.pixel_shuffle, upscale_factor=2), [x]
    yield "pixel_unshuffle", partial(F.pixel_unshuffle, downscale_factor=2), [x]
    yield "unfold", partial(F.unfold, kernel_size=2), [x]
    patches = shaped(n, 16, n // 4, rng=rng)
    yield "fold", partial(F.fold, output_size=side, kernel_size=2, stride=2), [patches]


def with_elements(n, rng):
    """(name, function of the inputs, inputs) for n rows of n numbers, or for images."""
    x, y, z, one = *(table(n, n, rng) for _ in range(3)), table(1, n, rng)
    positive, row, other_row = table(n, n, rng, 0.1, 0.9), shaped(n, rng=rng), shaped(n, rng=rng)
    shares, targets = positive.detach(), [rng.randrange(n) for _ in range(n)]
    signs = Tensor([[rng.choice((-1.0, 1.0)) for _ in range(n)] for _ in range(n)])
    classes = backprop.tensor([[t, *[-1] * (n - 1)] for t in targets])
    elementwise = """celu elu gelu hardshrink hardsigmoid hardswish hardtanh leaky_relu logsigmoid mish relu relu6 selu
        sigmoid silu softplus softshrink softsign tanh tanhshrink"""
    errors = """binary_cross_entropy_with_logits cosine_similarity huber_loss l1_loss kl_div mse_loss
        multilabel_soft_margin_loss pairwise_distance poisson_nll_loss smooth_l1_loss"""
    return [
        ("a + b", lambda a, b: a + b, [x, y]),
        ("a + row", lambda a, b: a + b, [x, one]),
        ("a - b", lambda a, b: a - b, [x, y]),
        ("a * b", lambda a, b: a * b, [x, y]),
        ("a / b", lambda a, b: a / b, [x, positive]),
        ("a ** 2", lambda a: a**2, [x]),
        ("abs", abs, [x]),
        ("sum", partial(backprop.sum, dim=-1), [x]),
        ("a.T", lambda a: a.T, [x]),
        ("reshape", lambda a: a.reshape(2 * n, -1), [x]),
        ("a[rows, columns]", lambda a: a[: n // 2, : n // 2], [x]),
        ("exp", backprop.exp, [x]),
        ("log", backprop.log, [positive]),
        ("sqrt", backprop.sqrt, [positive]),
        *((name, getattr(F, name), [x]) for name in elementwise.split()),
        ("threshold", partial(F.threshold, threshold=0.5, value=0.0), [x]),
        ("prelu", F.prelu, [x, row]),
        *((name, partial(getattr(F, name), dim=-1), [x]) for name in ("glu", "log_softmax", "softmax", "softmin")),
        *((name, partial(getattr(F, name), training=True), [x]) for name in ("alpha_dropout", "dropout", "rrelu")),
        ("gumbel_softmax", F.gumbel_softmax, [x]),
        ("layer_norm", lambda a, w, b: F.layer_norm(a, n, w, b), [x, row, other_row]),
        ("rms_norm", lambda a, w: F.rms_norm(a, n, w), [x, row]),
        ("normalize", F.normalize, [x]),
        *of_images(n, rng),
        ("cat", lambda a, b: backprop.cat([a, b]), [x, y]),
        ("embedding", lambda a: F.embedding(targets, a), [x]),
        ("embedding_bag", lambda a: F.embedding_bag(backprop.tensor([targets, targets]), a), [x]),
        ("trace", backprop.trace, [x]),
        ("pdist", F.pdist, [x]),
        ("cross_entropy", lambda a: F.cross_entropy(a, targets), [x]),
        ("nll_loss", lambda a: F.nll_loss(a, targets), [x]),
        ("ctc_loss", lambda a: F.ctc_loss(a.log_softmax(1), list(range(1, n // 4)), n, n // 4 - 1), [x]),
        ("multi_margin_loss", lambda a: F.multi_margin_loss(a, targets), [x]),
        ("multilabel_margin_loss", lambda a: F.multilabel_margin_loss(a, classes), [x]),
        ("binary_cross_entropy", F.binary_cross_entropy, [positive, shares]),
        *((name, getattr(F, name), [x, shares]) for name in errors.split()),
        *((name, getattr(F, name), [x, signs]) for name in ("hinge_embedding_loss", "soft_margin_loss")),
        ("gaussian_nll_loss", F.gaussian_nll_loss, [x, shares, positive]),
        ("margin_ranking_loss", F.margin_ranking_loss, [x, y, signs]),
        ("cosine_embedding_loss", lambda a, b: F.cosine_embedding_loss(a, b, [1, -1] * (n // 2)), [x, y]),
        ("triplet_margin_loss", F.triplet_margin_loss, [x, y, z]),
        ("triplet_margin_with_distance_loss", F.triplet_margin_with_distance_loss, [x, y, z]),
    ]


def there_and_back(function, inputs, units, rounds, turn):
    """The rows of both ways."""
    upstream = 0.5 + backprop.rand(function(*inputs).shape, generator=random.Random(0))
    leaves = [x for x in inputs if isinstance(x, Tensor)]

    def both():
        function(*inputs).backward(upstream)
        for leaf in leaves:
            leaf.grad = None

    times = interleaved({"there": lambda: function(*inputs), "both": both}, rounds, turn)
    back = [all_the_way - there for there, all_the_way in zip(*times.values())]
    return [row([seconds * 1e9 / units for seconds in way]) for way in (times["there"], back)]


def measure(quick):
    n, rounds, turn = (16, 3, 0.001) if quick else (64, 11, 0.03)
    rng = random.Random(0)
    a, b = (tables.uniform(n, n, rng=rng).rows for _ in range(2))
    ways = {"dots": lambda: product(a, b), "sums": lambda: [[x + y for x, y in zip(p, q)] for p, q in zip(a, b)]}
    bare = interleaved(ways, rounds, turn)
    rows = {
        "a bare multiply-add": row([seconds * 1e9 / n**3 for seconds in bare["dots"]]),
        "a bare element": row([seconds * 1e9 / n**2 for seconds in bare["sums"]]),
    }
    for name, function, inputs, units in with_multiply_adds(n, rng):
        there, back = there_and_back(function, inputs, units, rounds, turn)
        rows.update({f"{name}, a multiply-add": there, f"{name}, back": back})
    for name, function, inputs in with_elements(n, rng):
        there, back = there_and_back(function, inputs, inputs[0].shape.numel(), rounds, turn)
        rows.update({f"{name}, an element": there, f"{name}, back": back})
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
