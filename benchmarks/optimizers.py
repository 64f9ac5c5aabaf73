"""The step of each optimizer on a weight of 128×784 against the bare comprehensions of its rule: times as long.

Each rule is written out by hand as a generator, whose next value are the next weights; both sides must come to the very
same numbers. The gradient stays the same from step to step, but L-BFGS, which learns from how it changes, has that of
½Σc·θ². Nothing needs to be installed: python3 benchmarks/optimizers.py
"""

from __future__ import annotations

import math
import random
import sys
from functools import partial
from itertools import chain, count
from pathlib import Path
from struct import pack, unpack

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tables
from backprop import Matrix
from backprop.matrix import trusted
from backprop.nn import Parameter
from backprop.optim import (
    ASGD,
    LBFGS,
    SGD,
    Adadelta,
    Adafactor,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Lion,
    Muon,
    NAdam,
    RAdam,
    RMSprop,
    Rprop,
)
from kernel import columns, dot, product
from report import program
from timing import TURN, compared


def zeros(w):
    return [[0.0] * len(w[0]) for _ in w]


def sgd(w, g, lr=1e-3):
    while True:
        w = [[w - lr * g for w, g in zip(ws, gs)] for ws, gs in zip(w, g)]
        yield w


def momentum(w, g, lr=1e-3, mu=0.9):
    v = g
    while True:
        w = [[w - lr * v for w, v in zip(ws, vs)] for ws, vs in zip(w, v)]
        yield w
        v = [[mu * v + g for v, g in zip(vs, gs)] for vs, gs in zip(v, g)]


def adagrad(w, g, lr=1e-2, eps=1e-10):
    s, sqrt = zeros(w), math.sqrt
    while True:
        s = [[s + g * g for s, g in zip(ss, gs)] for ss, gs in zip(s, g)]
        w = [[w - lr * g / (sqrt(s) + eps) for w, g, s in zip(ws, gs, ss)] for ws, gs, ss in zip(w, g, s)]
        yield w


def rmsprop(w, g, lr=1e-2, alpha=0.99, eps=1e-8):
    v, rest, sqrt = zeros(w), 1 - alpha, math.sqrt
    while True:
        v = [[alpha * v + rest * g * g for v, g in zip(vs, gs)] for vs, gs in zip(v, g)]
        w = [[w - lr * (g / (sqrt(v) + eps)) for w, g, v in zip(ws, gs, vs)] for ws, gs, vs in zip(w, g, v)]
        yield w


def adadelta(w, g, lr=1.0, rho=0.9, eps=1e-6):
    u, v, rest, sqrt = zeros(w), zeros(w), 1 - rho, math.sqrt
    while True:
        v = [[rho * v + rest * g * g for v, g in zip(vs, gs)] for vs, gs in zip(v, g)]
        d = [[sqrt(u + eps) / sqrt(v + eps) * g for u, v, g in zip(us, vs, gs)] for us, vs, gs in zip(u, v, g)]
        u = [[rho * u + rest * d * d for u, d in zip(us, ds)] for us, ds in zip(u, d)]
        w = [[w - lr * d for w, d in zip(ws, ds)] for ws, ds in zip(w, d)]
        yield w


def adam(w, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, rest1, rest2, sqrt = zeros(w), zeros(w), 1.0 - beta1, 1.0 - beta2, math.sqrt
    for t in count(1):
        m = [[beta1 * m + rest1 * g for m, g in zip(ms, gs)] for ms, gs in zip(m, g)]
        v = [[beta2 * v + rest2 * g * g for v, g in zip(vs, gs)] for vs, gs in zip(v, g)]
        root = sqrt(1.0 - beta2**t)
        rate, small = lr * root / (1.0 - beta1**t), eps * root
        w = [[w - rate * m / (sqrt(v) + small) for w, m, v in zip(ws, ms, vs)] for ws, ms, vs in zip(w, m, v)]
        yield w


def adamw(w, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, decay=1e-2):
    m, v, rest1, rest2, sqrt = zeros(w), zeros(w), 1.0 - beta1, 1.0 - beta2, math.sqrt
    kept = 1.0 - lr * decay
    for t in count(1):
        m = [[beta1 * m + rest1 * g for m, g in zip(ms, gs)] for ms, gs in zip(m, g)]
        v = [[beta2 * v + rest2 * g * g for v, g in zip(vs, gs)] for vs, gs in zip(v, g)]
        root = sqrt(1.0 - beta2**t)
        rate, small = lr * root / (1.0 - beta1**t), eps * root
        w = [[kept * w - rate * m / (sqrt(v) + small) for w, m, v in zip(ws, ms, vs)] for ws, ms, vs in zip(w, m, v)]
        yield w


def adamax(w, g, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, u, rest = zeros(w), zeros(w), 1 - beta1
    for t in count(1):
        m = [[beta1 * m + rest * g for m, g in zip(ms, gs)] for ms, gs in zip(m, g)]
        u = [[max(abs(g) + eps, beta2 * u) for u, g in zip(us, gs)] for us, gs in zip(u, g)]
        rate = lr / (1 - beta1**t)
        w = [[w - rate * m / u for w, m, u in zip(ws, ms, us)] for ws, ms, us in zip(w, m, u)]
        yield w


def nadam(w, g, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, decay=4e-3):
    m, v, rest1, rest2, sqrt = zeros(w), zeros(w), 1.0 - beta1, 1.0 - beta2, math.sqrt
    so_far = 1.0
    for t in count(1):
        m = [[beta1 * m + rest1 * g for m, g in zip(ms, gs)] for ms, gs in zip(m, g)]
        v = [[beta2 * v + rest2 * g * g for v, g in zip(vs, gs)] for vs, gs in zip(v, g)]
        mu, following = beta1 * (1 - 0.5 * 0.96 ** (t * decay)), beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * decay))
        so_far *= mu
        root = sqrt(1 - beta2**t)
        small, a, b = eps * root, lr * root * (1 - mu) / (1 - so_far), lr * root * following / (1 - so_far * following)
        w = [
            [w - (a * g + b * m) / (sqrt(v) + small) for w, g, m, v in zip(ws, gs, ms, vs)]
            for ws, gs, ms, vs in zip(w, g, m, v)
        ]
        yield w


def radam(w, g, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, rest1, rest2, sqrt = zeros(w), zeros(w), 1.0 - beta1, 1.0 - beta2, math.sqrt
    limit = 2 / (1 - beta2) - 1
    for t in count(1):
        m = [[beta1 * m + rest1 * g for m, g in zip(ms, gs)] for ms, gs in zip(m, g)]
        v = [[beta2 * v + rest2 * g * g for v, g in zip(vs, gs)] for vs, gs in zip(v, g)]
        rate, kept = lr / (1 - beta1**t), 1 - beta2**t
        length = limit - 2 * t * beta2**t / kept
        if length <= 5:
            w = [[w - rate * m for w, m in zip(ws, ms)] for ws, ms in zip(w, m)]
        else:
            rate *= sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length) * kept)
            w = [[w - rate * m / (sqrt(v) + eps) for w, m, v in zip(ws, ms, vs)] for ws, ms, vs in zip(w, m, v)]
        yield w


def lion(w, g, lr=1e-4, beta1=0.9, beta2=0.99):
    m, rest1, rest2 = zeros(w), 1 - beta1, 1 - beta2
    while True:
        c = [[beta1 * m + rest1 * g for m, g in zip(ms, gs)] for ms, gs in zip(m, g)]
        m = [[beta2 * m + rest2 * g for m, g in zip(ms, gs)] for ms, gs in zip(m, g)]
        w = [[w - lr if c > 0 else w + lr if c < 0 else w for w, c in zip(ws, cs)] for ws, cs in zip(w, c)]
        yield w


def rprop(w, g, lr=1e-2, shorter=0.5, longer=1.2, smallest=1e-6, largest=50):
    last, steps = zeros(w), [[lr] * len(w[0]) for _ in w]
    while True:
        turns = [[g * l for g, l in zip(gs, ls)] for gs, ls in zip(g, last)]
        last = [[0 if t < 0 else g for t, g in zip(ts, gs)] for ts, gs in zip(turns, g)]
        steps = [
            [s * longer if t > 0 else s * shorter if t < 0 else s for t, s in zip(ts, ss)]
            for ts, ss in zip(turns, steps)
        ]
        steps = [[smallest if s < smallest else largest if s > largest else s for s in ss] for ss in steps]
        w = [
            [w - s if g > 0 else w + s if g < 0 else w for w, s, g in zip(ws, ss, gs)]
            for ws, ss, gs in zip(w, steps, last)
        ]
        yield w


def asgd(w, g, lr=1e-2, lambd=1e-4, alpha=0.75):
    for t in count():
        # PyTorch keeps η as a float of 32 bits.
        (eta,) = unpack("f", pack("f", lr / (1 + lambd * lr * t) ** alpha))
        kept = 1 - lambd * eta
        w = [[kept * w - eta * g for w, g in zip(ws, gs)] for ws, gs in zip(w, g)]
        yield w


def adafactor(w, g, lr=1e-2, beta2_decay=-0.8, eps1=2.0**-23, eps2=1e-3):
    rows, columns, sqrt = len(w), len(w[0]), math.sqrt
    r, c, size = [0.0] * rows, [0.0] * columns, rows * columns
    for t in count(1):
        rho = t**beta2_decay
        squares = [[g * g for g in gs] for gs in g]
        r = [r + rho * (sum(row) / columns - r) for r, row in zip(r, squares)]
        c = [c + rho * (sum(column) / rows - c) for c, column in zip(c, zip(*squares))]
        mean, least = max(sum(r) / rows, eps1), eps1 * eps1
        u = [[g / sqrt(max(r * c / mean, least)) for g, c in zip(gs, c)] for gs, r in zip(g, r)]
        alpha = max(eps2, sqrt(sum([w * w for ws in w for w in ws]) / size)) * min(lr, 1 / sqrt(t))
        alpha /= max(1.0, sqrt(sum([u * u for us in u for u in us]) / size))
        w = [[w - alpha * u for w, u in zip(ws, us)] for ws, us in zip(w, u)]
        yield w


def muon(w, g, lr=1e-3, decay=0.1, mu=0.95, numbers=(3.4445, -4.7750, 2.0315), eps=1e-7):
    """For a weight that is not higher than wide; each result has 8 digits in base two."""
    shift = 2.0**45 + 1

    def rounded(rows):
        return [[(y := shift * x) - (y - x) for x in row] for row in rows]

    mean, rest, (a, b, c), kept = zeros(w), 1 - mu, numbers, 1 - lr * decay
    while True:
        mean = [[mu * m + rest * g for m, g in zip(ms, gs)] for ms, gs in zip(mean, g)]
        x = [[mu * m + rest * g for m, g in zip(ms, gs)] for ms, gs in zip(mean, g)]
        x = rounded(x)
        ((length,),) = rounded([[max(math.hypot(*chain.from_iterable(x)), eps)]])
        x = rounded([[x / length for x in xs] for xs in x])
        for _ in range(5):
            gram = rounded(product(x, x))
            scaled = [[c * y for y in ys] for ys in gram]
            inner = [[b * y + z for y, z in zip(ys, zs)] for ys, zs in zip(gram, product(scaled, columns(gram)))]
            x = [[a * x + y for x, y in zip(xs, ys)] for xs, ys in zip(x, product(rounded(inner), columns(x)))]
            x = rounded(x)
        w = [[kept * w - lr * o for w, o in zip(ws, os)] for ws, os in zip(w, x)]
        yield w


def lbfgs(w, c, lr=0.01, history_size=5):
    """One vector throughout, with the gradient c·θ."""
    w, c, size = list(chain.from_iterable(w)), list(chain.from_iterable(c)), len(w[0])
    pairs, t, d, last = [], 0.0, [], []
    for step in count(1):
        g = [c * w for c, w in zip(c, w)]
        if step == 1:
            d, t = [-x for x in g], min(1.0, 1.0 / sum(map(abs, g))) * lr
        else:
            s, y = [t * x for x in d], [x - before for x, before in zip(g, last)]
            pairs = [*pairs, (s, y, 1.0 / dot(y, s))][-history_size:]
            gamma = dot(y, s) / dot(y, y)
            d, alphas, t = [-x for x in g], [], lr
            for s, y, rho in reversed(pairs):
                alpha = rho * dot(s, d)
                d = [x - alpha * c for x, c in zip(d, y)]
                alphas.append(alpha)
            d = [gamma * x for x in d]
            for (s, y, rho), alpha in zip(pairs, reversed(alphas)):
                beta = alpha - rho * dot(y, d)
                d = [x + beta * c for x, c in zip(d, s)]
        last = g
        w = [w + t * x for w, x in zip(w, d)]
        yield [w[start : start + size] for start in range(0, len(w), size)]


def library_step(optimizer, parameter, gradient):
    """One step, after which the weights are returned."""
    parameter.grad = gradient

    def step():
        optimizer.step()
        return parameter.matrix.rows

    def closure():
        parameter.grad = trusted([[c * w for c, w in zip(*rows)] for rows in zip(gradient.rows, parameter.matrix.rows)])
        return 0.0

    def step_with_closure():
        optimizer.step(closure)
        return parameter.matrix.rows

    return step_with_closure if isinstance(optimizer, LBFGS) else step


def measure(quick):
    rng = random.Random(0)
    shape = (8, 12) if quick else (128, 784)
    weight, gradient = tables.normal(*shape, rng=rng), tables.uniform(*shape, 0.1, 1.0, rng=rng)
    exact = {"max_iter": 1, "tolerance_grad": 0, "tolerance_change": 0}
    rules = {
        "SGD": (SGD, sgd),
        "SGD, momentum=0.9": (partial(SGD, momentum=0.9), momentum),
        "Adagrad": (Adagrad, adagrad),
        "RMSprop": (RMSprop, rmsprop),
        "Adadelta": (Adadelta, adadelta),
        "Adam": (Adam, adam),
        "AdamW": (AdamW, adamw),
        "Adamax": (Adamax, adamax),
        "NAdam": (NAdam, nadam),
        "RAdam": (RAdam, radam),
        "ASGD": (ASGD, asgd),
        "Adafactor": (Adafactor, adafactor),
        "Lion": (Lion, lion),
        "Rprop": (Rprop, rprop),
        "Muon": (Muon, muon),
        "LBFGS, history_size=5": (partial(LBFGS, lr=0.01, history_size=5, **exact), lbfgs),
    }
    rows, rounds, turn = {}, *((3, 0.001) if quick else (15, TURN))
    for name, (make, rule) in rules.items():
        parameter = Parameter(weight)
        library = library_step(make([parameter]), parameter, gradient)
        by_hand = partial(next, rule(weight.rows, gradient.rows))
        for _ in range(8 if quick else 3):
            one, other = library(), by_hand()
            # Before CPython 3.12 the products of Muon are distances, whose last bits are others, and so may be one of the
            # 8 digits that it keeps.
            same = Matrix(one).allclose(Matrix(other), abs_tol=1e-4) if name == "Muon" else one == other
            assert same, f"{name}: the two do not come to the same"
        # With weight_decay, which is in the formula of the library alone and here is 0, a tenth of Adafactor's work.
        bound = "≤ 1.2" if name == "Adafactor" else "≤ 1.1"
        rows[name] = compared({"library": library, "by hand": by_hand}, bound, 3 if name == "Muon" else rounds, turn)
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
