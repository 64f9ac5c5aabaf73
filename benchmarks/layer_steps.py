"""Steps of a convolution, an LSTM and an attention layer against the same arithmetic by hand: times as long.

Each step goes forward, back from a given gradient to the input and to all parameters, and updates these by SGD. The
versions by hand are for this one layer and these sizes, on plain lists, fused wherever it pays, with the plain kernel;
before CPython 3.12 also with the one by distances, which the library has there.
Nothing needs to be installed: python3 benchmarks/layer_steps.py
"""

from __future__ import annotations

import math
import random
import sys
from itertools import chain
from operator import add, itemgetter, mul
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import Matrix, Tensor
from backprop.nn import LSTM, Conv2d, MultiheadAttention
from backprop.optim import SGD
from kernel import KERNELS, columns
from report import program
from timing import TURN, compared

# So small that thousands of steps along the same gradient leave the weights where they began: further out the weights of
# attention reach 0 and 1, and the rows of its slopes underflow.
LEARNING_RATE = 1e-7


def library_step(layer, x, upstream, shape, call):
    """The step as one writes it with the library, with the rows x and upstream behind the axes ``shape``; it returns the
    output and the gradient of the input."""
    optimizer = SGD(layer.parameters(), lr=LEARNING_RATE)
    inputs, gradient = Tensor(x).view(*shape).detach(), Tensor(upstream).view(*shape[:1], -1, *shape[2:])
    inputs.requires_grad = True

    def step():
        optimizer.zero_grad()
        inputs.grad = None
        output = call(layer, inputs)
        output.backward(gradient)
        optimizer.step()
        return output, inputs.grad

    return step


def updated(weight, gradient):
    return [[w - LEARNING_RATE * g for w, g in zip(ws, gs)] for ws, gs in zip(weight, gradient)]


# ---------------------------------------------------------------- convolution, 3×3 with a border of zeros


def conv_by_hand(kernel, state, x, upstream, channels, side):
    ready, product = kernel
    w, b = [list(chain.from_iterable(chain.from_iterable(ws))) for ws in state["weight"]], state["bias"]
    outputs, places = len(w), side * side

    def neighbours(count):
        """For each place of an image the gather of its 3×3 neighbours in ``count`` channels; −1 is outside."""
        inside = range(side)
        return [
            itemgetter(
                *[
                    (c * side + y) * side + x if y in inside and x in inside else -1
                    for c in range(count)
                    for y in range(i - 1, i + 2)
                    for x in range(j - 1, j + 2)
                ]
            )
            for i in inside
            for j in inside
        ]

    seen, seeing = neighbours(channels), neighbours(outputs)

    def step():
        nonlocal w, b
        patches, output, w_ready = [], [], ready(w)
        for row in x:
            extended = [*row, 0]
            own = [gather(extended) for gather in seen]
            patches += own
            output.append([y + bias for ys, bias in zip(product(w_ready, own), b) for y in ys])
        # A place was seen through the kernel turned by half a turn, of all outputs.
        turned = ready([[v for ws in w for v in reversed(ws[9 * c : 9 * c + 9])] for c in range(channels)])
        to_x = []
        for row in upstream:
            extended = [*row, 0]
            to_x.append(list(chain.from_iterable(product(turned, [gather(extended) for gather in seeing]))))
        slopes = [
            list(chain.from_iterable([row[o * places : (o + 1) * places] for row in upstream])) for o in range(outputs)
        ]
        w = updated(w, product(slopes, columns(patches)))
        b = [bias - LEARNING_RATE * sum(ds) for bias, ds in zip(b, slopes)]
        return output, to_x

    return step


# ---------------------------------------------------------------- LSTM, one layer


def lstm_by_hand(kernel, state, x, upstream, steps):
    ready, product = kernel
    w, u = state["weight_ih_l0"], state["weight_hh_l0"]
    b, v = state["bias_ih_l0"], state["bias_hh_l0"]
    size, batch = len(u[0]), len(x) // steps
    exp, tanh = math.exp, math.tanh

    def step():
        nonlocal w, u, b, v
        both, u_ready = list(map(add, b, v)), ready(u)
        inputs = product(x, w)
        h, c = [[0.0] * size] * batch, [[0.0] * size] * batch
        before, kept, hidden = [], [], []
        for t in range(steps):
            before.append(h)
            gates, hs = [], []
            for own, recurrent, cs in zip(inputs[t::steps], product(h, u_ready), c):
                sums = [p + q + r for p, q, r in zip(own, recurrent, both)]
                i = [1.0 / (1.0 + exp(-z)) for z in sums[:size]]
                f = [1.0 / (1.0 + exp(-z)) for z in sums[size : 2 * size]]
                g = list(map(tanh, sums[2 * size : 3 * size]))
                o = [1.0 / (1.0 + exp(-z)) for z in sums[3 * size :]]
                new = [p * q + r * s for p, q, r, s in zip(f, cs, i, g)]
                bent = list(map(tanh, new))
                gates.append((i, f, g, o, cs, new, bent))
                hs.append(list(map(mul, o, bent)))
            kept.append(gates)
            h, c = hs, [gate[5] for gate in gates]
            hidden.append(h)
        output = list(chain.from_iterable(zip(*hidden)))
        turned = ready(columns(u))
        back_h, back_c = [[0.0] * size] * batch, [[0.0] * size] * batch
        slopes = []
        for t in reversed(range(steps)):
            slope, handed = [], []
            for ds, bhs, bcs, (i, f, g, o, cs, _, bent) in zip(upstream[t::steps], back_h, back_c, kept[t]):
                dh = list(map(add, ds, bhs))
                dc = [b + d * o * (1.0 - t * t) for b, d, o, t in zip(bcs, dh, o, bent)]
                slope.append(
                    [
                        *[d * g * i * (1.0 - i) for d, g, i in zip(dc, g, i)],
                        *[d * c * f * (1.0 - f) for d, c, f in zip(dc, cs, f)],
                        *[d * i * (1.0 - g * g) for d, i, g in zip(dc, i, g)],
                        *[d * t * o * (1.0 - o) for d, t, o in zip(dh, bent, o)],
                    ]
                )
                handed.append([d * f for d, f in zip(dc, f)])
            slopes.append(slope)
            back_h, back_c = product(slope, turned), handed
        slopes.reverse()
        stacked = list(chain.from_iterable(zip(*slopes)))
        to_x = product(stacked, columns(w))
        turned = columns(stacked)
        to_b = list(map(sum, turned))
        w = updated(w, product(turned, columns(x)))
        u = updated(u, product(columns(list(chain(*slopes))), columns(list(chain(*before)))))
        (b,), (v,) = updated([b], [to_b]), updated([v], [to_b])
        return output, to_x

    return step


# ---------------------------------------------------------------- attention of each sequence on itself


def attention_by_hand(kernel, state, x, upstream, steps, heads):
    _, product = kernel
    w, w_out = state["in_proj_weight"], state["out_proj.weight"]
    b, b_out = state["in_proj_bias"], state["out_proj.bias"]
    width, exp = len(x[0]), math.exp
    size = width // heads
    scale = size**-0.5
    blocks = [
        (slice(start, start + steps), h, slice(h * size, (h + 1) * size))
        for start in range(0, len(x), steps)
        for h in range(heads)
    ]

    def step():
        nonlocal w, b, w_out, b_out
        projected = [[y + bias for y, bias in zip(ys, b)] for ys in product(x, w)]
        kept, averages = [], [[] for _ in x]
        for rows, h, _ in blocks:
            parts = []
            for start in range(h * size, 3 * width, width):
                parts.append([row[start : start + size] for row in projected[rows]])
            queries, keys, values = parts
            queries = [[q * scale for q in query] for query in queries]
            weights = []
            for scores in product(queries, keys):
                largest = max(scores)
                powers = [exp(s - largest) for s in scores]
                total = sum(powers)
                weights.append([power / total for power in powers])
            kept.append((queries, keys, values, weights))
            for average, own in zip(averages[rows], product(weights, columns(values))):
                average += own
        output = [[y + bias for y, bias in zip(ys, b_out)] for ys in product(averages, w_out)]
        inner = product(upstream, columns(w_out))
        to_projected = [[0.0] * (3 * width) for _ in x]
        for (rows, h, part), (queries, keys, values, weights) in zip(blocks, kept):
            ds = [row[part] for row in inner[rows]]
            slopes = []
            for ps, gs in zip(weights, product(ds, values)):
                total = sum(map(mul, ps, gs))
                slopes.append([p * (g - total) for p, g in zip(ps, gs)])
            of_queries = [[q * scale for q in row] for row in product(slopes, columns(keys))]
            of_keys = product(columns(slopes), columns(queries))
            of_values = product(columns(weights), columns(ds))
            for start, gradients in zip(range(h * size, 3 * width, width), (of_queries, of_keys, of_values)):
                for row, gradient in zip(to_projected[rows], gradients):
                    row[start : start + size] = gradient
        to_x = product(to_projected, columns(w))
        turned, turned_out = columns(to_projected), columns(upstream)
        (b,), (b_out,) = updated([b], [map(sum, turned)]), updated([b_out], [map(sum, turned_out)])
        w = updated(w, product(turned, columns(x)))
        w_out = updated(w_out, product(turned_out, columns(averages)))
        return output, to_x

    return step


def cases(kernel, rng, side, steps):
    """For each layer its name, the bound before CPython 3.12 and the two ways to do its step, for images of ``side`` and
    sequences of ``steps``."""

    def table(rows, columns):
        return [[rng.gauss(0.0, 1.0) for _ in range(columns)] for _ in range(rows)]

    def state_of(layer):
        return {name: value.tolist() for name, value in layer.state_dict().items()}

    layer, x, upstream = Conv2d(8, 16, 3, padding=1, rng=rng), table(8, 8 * side**2), table(8, 16 * side**2)
    yield (
        f"Conv2d(8, 16, 3, padding=1), 8 images of {side}×{side}",
        0.6,
        library_step(layer, x, upstream, (8, 8, side, side), lambda layer, x: layer(x)),
        conv_by_hand(kernel, state_of(layer), x, upstream, 8, side),
    )
    layer, x, upstream = LSTM(32, 32, batch_first=True, rng=rng), table(8 * steps, 32), table(8 * steps, 32)
    yield (
        f"LSTM(32, 32), 8 sequences of {steps}",
        0.65,
        library_step(layer, x, upstream, (8, steps, 32), lambda layer, x: layer(x)[0]),
        lstm_by_hand(kernel, state_of(layer), x, upstream, steps),
    )
    layer, x, upstream = (
        MultiheadAttention(32, 4, batch_first=True, rng=rng),
        table(8 * steps, 32),
        table(8 * steps, 32),
    )
    yield (
        f"MultiheadAttention(32, 4), 4 sequences of {2 * steps}",
        0.75,
        library_step(layer, x, upstream, (4, 2 * steps, 32), lambda layer, x: layer(x, x, x, need_weights=False)[0]),
        attention_by_hand(kernel, state_of(layer), x, upstream, 2 * steps, 4),
    )


def measure(quick):
    rows = {}
    side, steps, rounds, turn = (2, 1, 3, 0.001) if quick else (8, 16, 21, TURN)
    for way, kernel in KERNELS.items():
        for name, of_distances, library, hand in cases(kernel, random.Random(0), side, steps):
            for _ in range(3):
                for ours, theirs in zip(library(), hand()):
                    expected = Matrix([list(chain.from_iterable(theirs))])
                    assert ours.view(1, -1).matrix.allclose(expected, 1e-9, 1e-12), f"{name}: the two do not agree"
            bound = "≤ 1.3" if len(KERNELS) == 1 else "" if way else f"≤ {of_distances}"
            rows[name + way] = compared({"library": library, "by hand": hand}, bound, rounds, turn)
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
