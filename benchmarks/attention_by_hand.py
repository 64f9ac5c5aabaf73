"""Causal attention as lectures write it with operations on tensors, against the layer that does the same: times as long.

Both go forward and back to the input and all parameters. The lecture takes q @ k.transpose(-2, -1), masked_fill, softmax
and @ v, with heads by view and transpose.
Nothing needs to be installed: python3 benchmarks/attention_by_hand.py
"""

from __future__ import annotations

import math
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop.nn.functional as F
import tables
from backprop import Tensor
from backprop.nn import MultiheadAttention
from report import program
from timing import TURN, compared


def by_hand(layer, x, heads, mask):
    n, t, c = x.shape
    w, b = layer.in_proj_weight, layer.in_proj_bias
    q, k, v = (
        F.linear(x, w[i * c : (i + 1) * c], b[i * c : (i + 1) * c]).view(n, t, heads, c // heads).transpose(1, 2)
        for i in range(3)
    )
    scores = q @ k.transpose(-2, -1) * (c // heads) ** -0.5
    scores = scores.masked_fill(mask[:t, :t] == 0, -math.inf)
    y = F.softmax(scores, dim=-1) @ v
    return layer.out_proj(y.transpose(1, 2).reshape(n, t, c))


def ways(batch, length, width, heads):
    rng = random.Random(0)
    layer = MultiheadAttention(width, heads, batch_first=True, rng=rng)
    x = Tensor(tables.normal(batch * length, width, rng=rng)).view(batch, length, width).detach()
    x.requires_grad = True
    upstream = Tensor(tables.normal(batch * length, width, rng=rng)).view(batch, length, width)
    mask = Tensor([[float(j <= i) for j in range(length)] for i in range(length)])

    def step(call):
        def run():
            x.grad = None
            layer.zero_grad()
            output = call()
            output.backward(upstream)
            return output, x.grad

        return run

    return {
        "by hand": step(lambda: by_hand(layer, x, heads, mask)),
        "layer": step(lambda: layer(x, x, x, is_causal=True, need_weights=False)[0]),
    }


def measure(quick):
    rows = {}
    rounds, turn = (3, 0.001) if quick else (21, TURN)
    for sizes in [(2, 4, 8, 2)] if quick else [(4, 32, 32, 4), (8, 16, 64, 4)]:
        both = ways(*sizes)
        for one, other in zip(*[way() for way in both.values()]):
            assert one.matrix.allclose(other.matrix, 1e-12, 1e-12), "the two do not agree"
        batch, length, width, heads = sizes
        name = f"{batch} sequences of {length}, {width} wide, {heads} heads"
        rows[name] = compared(both, "≤ 1.8", rounds, turn)
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
