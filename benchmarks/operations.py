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

from backprop import Matrix, Tensor
from backprop import functional as F
from kernel import product
from report import program
from timing import interleaved, row


def cases(n, rng):
    """(name, function of the inputs, inputs, its multiply-adds or 0 for the entries of the first input), for n examples
    of n numbers; n is a square and a multiple of 4."""

    def table(rows, columns, low=-1.0, high=1.0):
        return Tensor(Matrix.uniform(rows, columns, low, high, rng=rng), requires_grad=True)

    def regular():
        return Tensor(Matrix.identity(n) * n + Matrix.uniform(n, n, rng=rng), requires_grad=True)

    side = round(n**0.5)
    channels, plane = 4, side * side
    x, y, z, positive, one = (
        table(n, n),
        table(n, n),
        table(n, n),
        table(n, n, 0.5, 1.5),
        table(1, n),
    )
    share, targets = Tensor(Matrix.uniform(n, n, 0.1, 0.9, rng=rng)), [rng.randrange(n) for _ in range(n)]
    images, weight, bias = table(n, channels * plane), table(channels, channels * 9), table(1, channels)
    gates = {count: (table(n, count * n), table(count * n, n)) for count in (1, 3, 4)}
    definite = Tensor(x.data @ x.data.T + Matrix.identity(n), requires_grad=True)

    yield from (
        (name, function, inputs, n**3)
        for name, function, inputs in (
            ("linear", F.linear, [x, y, one]),
            ("a @ b", lambda a, b: a @ b, [x, y]),
        )
    )
    taken, hidden = n * plane * channels * channels * 9, n * n * n
    convolution = {"padding": 1, "kernel_size": 3}
    yield "conv2d", partial(F.conv2d, **convolution), [images, weight, bias], taken
    yield "conv1d", partial(F.conv1d, **convolution), [images, table(channels, channels * 3), bias], taken // 3
    yield "conv_transpose2d", partial(F.conv_transpose2d, **convolution), [images, weight, bias], taken
    steps = {"sequence_length": side}
    yield "rnn", lambda a, w: F.rnn(a, w, **steps)[0], [*gates[1]], hidden
    yield "gru", lambda a, w: F.gru(a, w, **steps)[0], [*gates[3]], 3 * hidden
    yield "lstm", lambda a, w: F.lstm(a, w, **steps)[0], [*gates[4]], 4 * hidden
    attention = partial(F.scaled_dot_product_attention, sequence_length=side)
    yield "scaled_dot_product_attention", attention, [x, y, z], 2 * n * side * n
    yield "det", F.det, [regular()], n**3 // 3
    yield "slogdet", lambda a: F.slogdet(a)[1], [regular()], n**3 // 3
    yield "cholesky", F.cholesky, [definite], n**3 // 6
    yield "inv", F.inv, [regular()], n**3
    yield "solve", F.solve, [regular(), y], n**3 // 3 + n**3

    yield from (
        (name, function, inputs, 0)
        for name, function, inputs in (
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
            ("exp", F.exp, [x]),
            ("log", F.log, [positive]),
            ("sqrt", F.sqrt, [positive]),
            *((f.__name__, f, [x]) for f in (F.tanh, F.sigmoid, F.logsigmoid, F.relu, F.leaky_relu, F.elu, F.selu)),
            *((f.__name__, f, [x]) for f in (F.softplus, F.hardtanh, F.gelu, F.silu, F.mish, F.hardswish)),
            ("prelu", F.prelu, [x, one]),
            ("softmax", F.softmax, [x]),
            ("log_softmax", F.log_softmax, [x]),
            ("dropout", lambda a: F.dropout(a, 0.5, rng=rng), [x]),
            ("layer_norm", F.layer_norm, [x, one, table(1, n)]),
            ("rms_norm", F.rms_norm, [x, one]),
            ("batch_norm", partial(F.batch_norm, num_features=n, training=True), [x, one, table(1, n)]),
            ("group_norm", partial(F.group_norm, num_groups=2, num_channels=4), [x, table(1, 4), table(1, 4)]),
            ("max_pool2d", lambda a: F.max_pool2d(a, 2, in_channels=channels), [images]),
            ("avg_pool2d", lambda a: F.avg_pool2d(a, 2, in_channels=channels), [images]),
            ("adaptive_avg_pool2d", lambda a: F.adaptive_avg_pool2d(a, 1, in_channels=channels), [images]),
            ("cat", lambda a, b: F.cat(a, b), [x, y]),
            ("embedding", lambda w: F.embedding(targets, w), [x]),
            ("trace", F.trace, [x]),
            ("cross_entropy", lambda a: F.cross_entropy(a, targets), [x]),
            ("nll_loss", lambda a: F.nll_loss(a, targets), [x]),
            ("kl_div", lambda a: F.kl_div(a, share), [x]),
            ("binary_cross_entropy", lambda a: F.binary_cross_entropy(a, share), [table(n, n, 0.1, 0.9)]),
            ("binary_cross_entropy_with_logits", lambda a: F.binary_cross_entropy_with_logits(a, share), [x]),
            *((f.__name__, f, [x, y.data]) for f in (F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss)),
            ("cosine_embedding_loss", lambda a, b: F.cosine_embedding_loss(a, b, [1, -1] * (n // 2)), [x, y]),
            ("triplet_margin_loss", F.triplet_margin_loss, [x, y, z]),
        )
    )


def measured(function, inputs, scale, rounds, turn):
    """(nanoseconds forward, nanoseconds back) of each round, a unit."""
    output = function(*inputs)
    upstream = Matrix.uniform(*output.shape, 0.5, 1.5, rng=random.Random(0))
    leaves = [x for x in inputs if isinstance(x, Tensor) and x.requires_grad]

    def there_and_back():
        function(*inputs).backward(upstream)
        for leaf in leaves:
            leaf.grad = None

    times = interleaved({"there": lambda: function(*inputs), "both": there_and_back}, rounds, turn)
    return [(there * scale, (both - there) * scale) for there, both in zip(*times.values())]


def measure(quick):
    rng = random.Random(0)
    n, rounds, turn = (16, 3, 0.001) if quick else (64, 11, 0.03)
    a, b = ([[rng.random() for _ in range(n)] for _ in range(n)] for _ in range(2))
    bare = interleaved(
        {"dots": lambda: product(a, b), "sums": lambda: [[x + y for x, y in zip(*rows)] for rows in zip(a, b)]},
        rounds,
        turn,
    )
    rows = {
        "a bare multiply-add": row([seconds * 1e9 / n**3 for seconds in bare["dots"]]),
        "a bare element": row([seconds * 1e9 / n**2 for seconds in bare["sums"]]),
    }
    for name, function, inputs, multiply_adds in cases(n, rng):
        height, width = inputs[0].shape
        scale = 1e9 / (multiply_adds or height * width)
        there, back = zip(*measured(function, inputs, scale, rounds, turn))
        unit = "multiply-add" if multiply_adds else "element"
        rows[f"{name}, a{'n' * (unit == 'element')} {unit}"], rows[f"{name}, back"] = row(there), row(back)
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
