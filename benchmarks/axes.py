"""Operations on tensors of 3 and 4 axes against the same loops written by hand on nested lists: times as long.

A view has nothing to compute, so it is timed on 64 times as many entries against the few. Where lists are only put into
another list by hand, no number is touched, and what the library takes is its call: that has no bound. Nothing needs to be
installed: python3 benchmarks/axes.py
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop
from kernel import columns, dot, product, turned
from report import program
from timing import TURN, compared


def with_loops(b, h, t, d, rng):
    """{name: (the operation, the loops)} for b sequences of length t with h heads d wide."""

    def drawn(*shape):
        tensor = backprop.rand(*shape, generator=rng) + 0.0
        return tensor, tensor.tolist()

    (x, xs), (y, ys), (row, rows), (scale, scales) = drawn(b, h, t, d), drawn(b, h, t, d), drawn(d), drawn(b, h, 1, 1)
    (p, ps), (q, qs), (right, rights), (across, acrosses) = (
        drawn(b, t, d),
        drawn(b, t, d),
        drawn(b, h, d, t),
        drawn(b, d, t),
    )
    mask = x > 0.5
    masks = mask.tolist()
    return {
        "a + b": (
            lambda: x + y,
            lambda: [
                [[[u + v for u, v in zip(r, s)] for r, s in zip(m, n)] for m, n in zip(k, l)] for k, l in zip(xs, ys)
            ],
        ),
        "a + row": (
            lambda: x + row,
            lambda: [[[[u + v for u, v in zip(r, rows)] for r in m] for m in k] for k in xs],
        ),
        "a * number of each head": (
            lambda: x * scale,
            lambda: [[[[u * n[0][0] for u in r] for r in m] for m, n in zip(k, l)] for k, l in zip(xs, scales)],
        ),
        "a ** 2": (lambda: x**2, lambda: [[[[u**2 for u in r] for r in m] for m in k] for k in xs]),
        "a + b[:, None]": (
            lambda: x + p[:, None],
            lambda: [[[[u + v for u, v in zip(r, s)] for r, s in zip(m, n)] for m in k] for k, n in zip(xs, ps)],
        ),
        "permute(1, 2, 0)": (
            lambda: p.permute(1, 2, 0),
            lambda: [[[m[i][j] for m in ps] for j in range(d)] for i in range(t)],
        ),
        "permute(0, 2, 3, 1)": (
            lambda: x.permute(0, 2, 3, 1),
            lambda: [[[[m[i][j] for m in k] for j in range(d)] for i in range(t)] for k in xs],
        ),
        "transpose(-2, -1)": (lambda: x.transpose(-2, -1), lambda: [[turned(m) for m in k] for k in xs]),
        "flip(-1)": (lambda: x.flip(-1), lambda: [[[r[::-1] for r in m] for m in k] for k in xs]),
        "view(-1)": (lambda: x.view(-1), lambda: [u for k in xs for m in k for r in m for u in r]),
        "flatten(1)": (lambda: x.flatten(1), lambda: [[u for m in k for r in m for u in r] for k in xs]),
        "a @ b, 3 axes": (lambda: p @ across, lambda: [product(m, columns(n)) for m, n in zip(ps, acrosses)]),
        "a @ b, 4 axes": (
            lambda: x @ right,
            lambda: [[product(m, columns(n)) for m, n in zip(k, l)] for k, l in zip(xs, rights)],
        ),
        "a @ b.transpose(-2, -1)": (
            lambda: x @ y.transpose(-2, -1),
            lambda: [[product(m, n) for m, n in zip(k, l)] for k, l in zip(xs, ys)],
        ),
        "sum(-1)": (lambda: x.sum(-1), lambda: [[[sum(r) for r in m] for m in k] for k in xs]),
        "sum(1)": (lambda: x.sum(1), lambda: [[[sum(c) for c in zip(*rs)] for rs in zip(*k)] for k in xs]),
        "sum((0, 1))": (lambda: p.sum((0, 1)), lambda: [sum(c) for c in zip(*[r for m in ps for r in m])]),
        "mean(-1)": (lambda: x.mean(-1), lambda: [[[sum(r) / d for r in m] for m in k] for k in xs]),
        "amax(-1)": (lambda: x.amax(-1), lambda: [[[max(r) for r in m] for m in k] for k in xs]),
        "argmax(-1)": (lambda: x.argmax(-1), lambda: [[[r.index(max(r)) for r in m] for m in k] for k in xs]),
        "amax(1)": (lambda: x.amax(1), lambda: [[[max(c) for c in zip(*rs)] for rs in zip(*k)] for k in xs]),
        "cat([a, b], -1)": (
            lambda: backprop.cat([x, y], -1),
            lambda: [[[r + s for r, s in zip(m, n)] for m, n in zip(k, l)] for k, l in zip(xs, ys)],
        ),
        "a[..., 0]": (lambda: x[..., 0], lambda: [[[r[0] for r in m] for m in k] for k in xs]),
        "a[..., ::2]": (lambda: x[..., ::2], lambda: [[[r[::2] for r in m] for m in k] for k in xs]),
        "a[mask]": (
            lambda: x[mask],
            lambda: [
                u
                for k, l in zip(xs, masks)
                for m, n in zip(k, l)
                for r, s in zip(m, n)
                for u, chosen in zip(r, s)
                if chosen
            ],
        ),
        "einsum bhtd,bhsd->bhts": (
            lambda: backprop.einsum("bhtd,bhsd->bhts", x, y),
            lambda: [[product(m, n) for m, n in zip(k, l)] for k, l in zip(xs, ys)],
        ),
        "einsum btd,btd->bt": (
            lambda: backprop.einsum("btd,btd->bt", p, q),
            lambda: [[dot(r, s) for r, s in zip(m, n)] for m, n in zip(ps, qs)],
        ),
    }


def with_lists(b, h, t, d, rng):
    """{name: (the operation, the same by hand, where the innermost lists are those that are there)}."""
    x = backprop.rand(b, h, t, d, generator=rng) + 0.0
    xs, parts, steps = x.tolist(), [b - 1, 0, 0], [*range(0, t, 2), 0]
    chosen = backprop.tensor(parts)
    return {
        "a[0]": (lambda: x[0], lambda: xs[0]),
        "a[:, -1]": (lambda: x[:, -1], lambda: [k[-1] for k in xs]),
        "a[list]": (lambda: x[parts], lambda: [xs[i] for i in parts]),
        "a[tensor]": (lambda: x[chosen], lambda: [xs[i] for i in parts]),
        "a[:, :, list]": (lambda: x[:, :, steps], lambda: [[[m[i] for i in steps] for m in k] for k in xs]),
        "transpose(0, 1)": (lambda: x.transpose(0, 1), lambda: turned(xs)),
        "permute(0, 2, 1, 3)": (lambda: x.permute(0, 2, 1, 3), lambda: list(map(turned, xs))),
        "expand": (lambda: x.expand(3, b, h, t, d), lambda: [xs] * 3),
    }


VIEWS = {
    "view": lambda x: x.view(-1, *x.shape[2:]),
    "unflatten": lambda x: x.unflatten(1, (2, -1)),
    "unsqueeze": lambda x: x.unsqueeze(1),
    "a[:, None]": lambda x: x[:, None],
    "squeeze": lambda x: x.squeeze(),
    "detach": lambda x: x.detach(),
}


def measure(quick):
    rng = random.Random(0)
    (b, h, t, d), rounds, turn = ((2, 2, 3, 4), 3, 0.001) if quick else ((4, 4, 32, 16), 15, TURN)
    rows = {}
    for ways, bound in ((with_loops, "≤ 1.3"), (with_lists, "")):
        for name, (operation, loops) in ways(b, h, t, d, rng).items():
            assert operation().allclose(backprop.tensor(loops())), f"{name}: the two do not come to the same"
            rows[name] = compared({"library": operation, "by hand": loops}, bound, rounds, turn)
    few, many = (backprop.rand(*shape, generator=rng) + 0.0 for shape in ((b, h, t, d), (4 * b, 4 * h, 4 * t, d)))
    for name, view in VIEWS.items():
        rows[f"{name} of 64 times as much"] = compared(
            {"many": lambda view=view: view(many), "few": lambda view=view: view(few)}, "≤ 1.3", rounds, turn
        )
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
