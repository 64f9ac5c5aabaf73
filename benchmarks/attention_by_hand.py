"""Causal attention and a block of a GPT as lectures write them, against the layers that do the same: times as long.

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
from backprop.nn import MultiheadAttention, TransformerEncoderLayer
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


def block_by_hand(layer, x, heads, mask):
    x = x + by_hand(layer.self_attn, layer.norm1(x), heads, mask)
    return x + layer.linear2(F.gelu(layer.linear1(layer.norm2(x))))


def ways(batch, length, width, heads, is_block):
    rng = random.Random(0)
    x = Tensor(tables.normal(batch * length, width, rng=rng)).view(batch, length, width).detach()
    x.requires_grad = True
    upstream = Tensor(tables.normal(batch * length, width, rng=rng)).view(batch, length, width)
    mask = Tensor([[float(j <= i) for j in range(length)] for i in range(length)])
    if is_block:
        settings = {"dropout": 0.0, "activation": "gelu", "batch_first": True, "norm_first": True}
        layer = TransformerEncoderLayer(width, heads, 4 * width, **settings, rng=rng)
        hides = mask == 0
        whole, parts = lambda: layer(x, hides, is_causal=True), lambda: block_by_hand(layer, x, heads, mask)
    else:
        layer = MultiheadAttention(width, heads, batch_first=True, rng=rng)
        whole = lambda: layer(x, x, x, is_causal=True, need_weights=False)[0]
        parts = lambda: by_hand(layer, x, heads, mask)

    def step(call):
        def run():
            x.grad = None
            layer.zero_grad()
            output = call()
            output.backward(upstream)
            return output, x.grad

        return run

    return {"by hand": step(parts), "layer": step(whole)}


def measure(quick):
    rows = {}
    rounds, turn = (3, 0.001) if quick else (21, TURN)
    for is_block in (False, True):
        for sizes in [(2, 4, 8, 2)] if quick else [(4, 32, 32, 4), (8, 16, 64, 4)]:
            both = ways(*sizes, is_block)
            for one, other in zip(*[way() for way in both.values()]):
                assert one.matrix.allclose(other.matrix, 1e-11, 1e-11), "the two do not agree"
            batch, length, width, heads = sizes
            name = f"{'block' if is_block else 'attention'}, {batch} sequences of {length}, {width} wide, {heads} heads"
            rows[name] = compared(both, "≤ 1.5", rounds, turn)
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
