"""A Transformer against itself on a scalar autograd engine, one Python object a number: how many times as long that takes.

The engine below is the smallest that does the job, as many learn backpropagation with: a number remembers what it
was computed from and a function that passes its gradient on. Both sides start from the same weights and are asked for
the loss of some names and for all its gradients, which must agree; the times are those of a token. The Transformer is that
of examples/names_gpt.py.
Nothing needs to be installed: python3 benchmarks/scalar_engine.py
"""

from __future__ import annotations

import math
import random
import runpy
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import Matrix, manual_seed
from backprop.nn import CrossEntropyLoss
from report import program
from timing import clock, row

example = runpy.run_path(str(Path(__file__).resolve().parents[1] / "examples" / "names_gpt.py"))


class Scalar:
    """A number of a graph of numbers."""

    def __init__(self, data, inputs=()):
        self.data, self.grad, self.inputs = data, 0.0, inputs
        self.pass_on = None

    def __add__(self, other):
        out = Scalar(self.data + other.data, (self, other))

        def pass_on():
            self.grad += out.grad
            other.grad += out.grad

        out.pass_on = pass_on
        return out

    def __mul__(self, other):
        out = Scalar(self.data * other.data, (self, other))

        def pass_on():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.pass_on = pass_on
        return out

    def with_slope(self, value, slope):
        """f(self) = ``value`` for a function whose derivative here is ``slope``."""
        out = Scalar(value, (self,))

        def pass_on():
            self.grad += slope * out.grad

        out.pass_on = pass_on
        return out

    def scaled(self, factor):
        return self.with_slope(self.data * factor, factor)

    def power(self, exponent):
        return self.with_slope(self.data**exponent, exponent * self.data ** (exponent - 1))

    def exp(self):
        value = math.exp(self.data)
        return self.with_slope(value, value)

    def log(self):
        return self.with_slope(math.log(self.data), 1.0 / self.data)

    def relu(self):
        return self if self.data > 0.0 else self.with_slope(0.0, 0.0)

    def backward(self):
        order, seen, stack = [], set(), [(self, iter(self.inputs))]
        while stack:
            node, rest = stack[-1]
            for source in rest:
                if source not in seen:
                    seen.add(source)
                    stack.append((source, iter(source.inputs)))
                    break
            else:
                order.append(node)
                stack.pop()
        self.grad = 1.0
        for node in reversed(order):
            if node.pass_on:
                node.pass_on()


def dot(p, q):
    total = p[0] * q[0]
    for a, b in zip(p[1:], q[1:]):
        total = total + a * b
    return total


def total_of(numbers):
    total = numbers[0]
    for number in numbers[1:]:
        total = total + number
    return total


def linear(x, weight, bias):
    return [dot(x, w) + b for w, b in zip(weight, bias[0])]


def layer_norm(x, weight, bias, eps=1e-5):
    mean = total_of(x).scaled(-1.0 / len(x))
    deviations = [a + mean for a in x]
    root = (total_of([d * d for d in deviations]).scaled(1.0 / len(x)) + Scalar(eps)).power(-0.5)
    return [d * root * w + b for d, w, b in zip(deviations, weight[0], bias[0])]


def softmax(scores):
    largest = Scalar(-max(s.data for s in scores))
    powers = [(s + largest).exp() for s in scores]
    share = total_of(powers).power(-1)
    return [p * share for p in powers]


def block(xs, p, heads):
    """One Transformer layer, normalized first, each row looking at itself and those before it."""
    width = len(xs[0])
    size = width // heads
    normed = [layer_norm(x, p["norm1.weight"], p["norm1.bias"]) for x in xs]
    projected = [linear(x, p["self_attn.in_proj_weight"], p["self_attn.in_proj_bias"]) for x in normed]
    between = []
    for t, x in enumerate(xs):
        seen = []
        for start in range(0, width, size):
            query = projected[t][start : start + size]
            keys = [row[width + start : width + start + size] for row in projected[: t + 1]]
            values = [row[2 * width + start : 2 * width + start + size] for row in projected[: t + 1]]
            shares = softmax([dot(query, key).scaled(size**-0.5) for key in keys])
            seen += [dot(shares, column) for column in zip(*values)]
        output = linear(seen, p["self_attn.out_proj.weight"], p["self_attn.out_proj.bias"])
        between.append([a + b for a, b in zip(x, output)])
    outputs = []
    for x in between:
        normed = layer_norm(x, p["norm2.weight"], p["norm2.bias"])
        hidden = [h.relu() for h in linear(normed, p["linear1.weight"], p["linear1.bias"])]
        outputs.append([a + b for a, b in zip(x, linear(hidden, p["linear2.weight"], p["linear2.bias"]))])
    return outputs


def scalar_loss(p, name, number, heads=4):
    """The summed cross-entropy of the characters of one name and of its end."""
    tokens = [0, *(number[c] for c in name)]
    xs = [
        [a + b for a, b in zip(p["character.weight"][token], p["position.weight"][t])] for t, token in enumerate(tokens)
    ]
    for k in range(2):
        prefix = f"blocks.{k}."
        xs = block(xs, {key[len(prefix) :]: rows for key, rows in p.items() if key.startswith(prefix)}, heads)
    losses = []
    for x, target in zip(xs, [*tokens[1:], 0]):
        losses.append(softmax(linear(x, p["head.weight"], p["head.bias"]))[target].log().scaled(-1.0))
    return total_of(losses)


def measure(quick):
    manual_seed(0)
    rng = random.Random(0)
    names = example["library_names"]()
    alphabet = "".join(sorted(set("".join(names))))
    number = {c: k for k, c in enumerate(alphabet, 1)}
    model = example["NamesGPT"](len(alphabet) + 1, 24)
    loss_function = CrossEntropyLoss(reduction="sum")

    def library_loss(several):
        tokens, following = example["batch"](several, number)
        loss = loss_function(model(tokens).flatten(0, 1), following.flatten())
        model.zero_grad()
        loss.backward()
        return loss.item()

    def scalar_loss_and_parameters(name):
        p = {name: [[Scalar(x) for x in row] for row in value.matrix.rows] for name, value in model.named_parameters()}
        loss = scalar_loss(p, name, number)
        loss.backward()
        return loss.data, p

    times = {"library": [], "scalar engine": []}
    for _ in range(2 if quick else 5):
        batch, one = rng.sample(names, 12), rng.choice(alphabet if quick else names)
        started = clock()
        library_loss(batch)
        times["library"].append((clock() - started) / sum(len(name) + 1 for name in batch))
        started = clock()
        loss, p = scalar_loss_and_parameters(one)
        times["scalar engine"].append((clock() - started) / (len(one) + 1))
        assert math.isclose(library_loss([one]), loss, rel_tol=1e-9), "the two do not compute the same loss"
        for name, parameter in model.named_parameters():
            theirs = Matrix([[x.grad for x in row] for row in p[name]])
            assert parameter.grad.matrix.allclose(theirs, 1e-7, 1e-10), f"the two have other gradients of {name}"
    ratios = [engine / library for library, engine in zip(*times.values())]
    return {"forward and back, a token": row(ratios, times=times)}


if __name__ == "__main__":
    program(__doc__, measure)
