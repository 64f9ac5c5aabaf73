"""Each operation, forward and back, in nanoseconds a multiply-add or an element.

The unit is that of the forward pass: for what multiplies matrices its multiply-adds, for all else the entries of the
first input. "back" is from a given gradient to all inputs that can have one. As a measure: one multiply-add of the dot
product, and one element of a bare comprehension. Nothing needs to be installed: python3 benchmarks/operations.py
"""

from __future__ import annotations

import random
import sys
from functools import partial
from math import prod
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
    return Tensor(tables.uniform(rows, columns, low, high, rng=rng), requires_grad=True)


def shaped(*shape, rng):
    leaf = Tensor(tables.uniform(1, prod(shape), -1.0, 1.0, rng=rng)).view(*shape).detach()
    leaf.requires_grad = True
    return leaf


def with_multiply_adds(n, rng):
    """(name, function of the inputs, inputs, multiply-adds) for n rows of n numbers; n is a square."""
    x, y, one = table(n, n, rng), table(n, n, rng), table(1, n, rng)
    regular = Tensor(tables.identity(n) * n + x.matrix, requires_grad=True)
    definite = Tensor(tables.identity(n) + x.matrix @ x.matrix.T, requires_grad=True)
    side, channels = round(n**0.5), 4
    images, sequences = shaped(n, channels, side, side, rng=rng), shaped(n, channels, n, rng=rng)
    bias, kernels = shaped(channels, rng=rng), {d: shaped(channels, channels, *[3] * d, rng=rng) for d in (1, 2)}
    gates = {count: [shaped(side, side, count * n, rng=rng), table(count * n, n, rng)] for count in (1, 3, 4)}
    heads = [shaped(side, side, n, rng=rng) for _ in range(3)]
    return [
        ("linear", F.linear, [x, y, one], n**3),
        ("a @ b", lambda a, b: a @ b, [x, y], n**3),
        ("conv1d", partial(F.conv1d, padding=1), [sequences, kernels[1], bias], 3 * (n * channels) ** 2),
        ("conv2d", partial(F.conv2d, padding=1), [images, kernels[2], bias], 9 * (n * channels) ** 2),
        (
            "conv_transpose2d",
            partial(F.conv_transpose2d, padding=1),
            [images, kernels[2], bias],
            9 * (n * channels) ** 2,
        ),
        ("rnn", F.rnn, gates[1], n**3),
        ("gru", F.gru, gates[3], 3 * n**3),
        ("lstm", lambda a, w: F.lstm(a, w)[0], gates[4], 4 * n**3),
        ("scaled_dot_product_attention", F.scaled_dot_product_attention, heads, 2 * side * n**2),
        ("det", backprop.det, [regular], n**3 // 3),
        ("slogdet", lambda a: backprop.slogdet(a)[1], [regular], n**3 // 3),
        ("cholesky", backprop.cholesky, [definite], n**3 // 6),
        ("inv", backprop.inv, [regular], n**3),
        ("solve", backprop.solve, [regular, y], n**3 // 3 + n**3),
    ]


def with_elements(n, rng):
    """(name, function of the inputs, inputs) for n rows of n numbers, or of 4·n that are images of 4 channels."""
    x, y, z, one = *(table(n, n, rng) for _ in range(3)), table(1, n, rng)
    positive, images = table(n, n, rng, 0.1, 0.9), shaped(n, 4, round(n**0.5), round(n**0.5), rng=rng)
    row, other_row, four, other_four = (shaped(size, rng=rng) for size in (n, n, 4, 4))
    shares, targets = positive.matrix, [rng.randrange(n) for _ in range(n)]
    sigmoidal = F.tanh, F.sigmoid, F.logsigmoid
    rectifiers = F.relu, F.leaky_relu, F.elu, F.selu, F.softplus, F.hardtanh
    gated = F.gelu, F.silu, F.mish, F.hardswish
    errors = F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss
    return [
        ("a + b", lambda a, b: a + b, [x, y]),
        ("a + row", lambda a, b: a + b, [x, one]),
        ("a - b", lambda a, b: a - b, [x, y]),
        ("a * b", lambda a, b: a * b, [x, y]),
        ("a / b", lambda a, b: a / b, [x, positive]),
        ("a ** 2", lambda a: a**2, [x]),
        ("abs", abs, [x]),
        ("sum", lambda a: a.sum(axis=1), [x]),
        ("a.T", lambda a: a.T, [x]),
        ("reshape", lambda a: a.reshape(2 * n, -1), [x]),
        ("a[rows, columns]", lambda a: a[: n // 2, : n // 2], [x]),
        ("exp", backprop.exp, [x]),
        ("log", backprop.log, [positive]),
        ("sqrt", backprop.sqrt, [positive]),
        *((f.__name__, f, [x]) for f in (*sigmoidal, *rectifiers, *gated)),
        ("prelu", F.prelu, [x, one]),
        ("softmax", F.softmax, [x]),
        ("log_softmax", F.log_softmax, [x]),
        ("dropout", lambda a: F.dropout(a, rng=rng), [x]),
        ("layer_norm", lambda a, w, b: F.layer_norm(a, n, w, b), [x, row, other_row]),
        ("rms_norm", lambda a, w: F.rms_norm(a, n, w), [x, row]),
        ("batch_norm", lambda a, w, b: F.batch_norm(a, None, None, w, b, True), [x, row, other_row]),
        ("group_norm", lambda a, w, b: F.group_norm(a, 2, w, b), [images, four, other_four]),
        ("max_pool2d", lambda a: F.max_pool2d(a, 2), [images]),
        ("avg_pool2d", lambda a: F.avg_pool2d(a, 2), [images]),
        ("adaptive_avg_pool2d", lambda a: F.adaptive_avg_pool2d(a, 1), [images]),
        ("pad", lambda a: F.pad(a, (1, 1, 1, 1)), [images]),
        ("interpolate, bilinear", lambda a: F.interpolate(a, scale_factor=2, mode="bilinear"), [images]),
        ("cat", backprop.cat, [x, y]),
        ("embedding", lambda a: F.embedding(targets, a), [x]),
        ("trace", backprop.trace, [x]),
        ("cross_entropy", lambda a: F.cross_entropy(a, targets), [x]),
        ("nll_loss", lambda a: F.nll_loss(a, targets), [x]),
        ("kl_div", F.kl_div, [x, shares]),
        ("binary_cross_entropy", F.binary_cross_entropy, [positive, shares]),
        ("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, [x, shares]),
        *((f.__name__, f, [x, shares]) for f in errors),
        ("cosine_embedding_loss", lambda a, b: F.cosine_embedding_loss(a, b, [1, -1] * (n // 2)), [x, y]),
        ("triplet_margin_loss", F.triplet_margin_loss, [x, y, z]),
    ]


def there_and_back(function, inputs, units, rounds, turn):
    """The rows of both ways."""
    shape = function(*inputs).shape
    upstream = Tensor(tables.uniform(1, shape.numel(), 0.5, 1.5, rng=random.Random(0))).view(*shape)
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
