"""A training step whose loss holds derivatives by the input, against the same step without them: times as long.

Both take the gradient by all weights. In a physics-informed network the loss holds u″, the second derivative of the
output; the gradient penalty of a WGAN holds the slope of its critic.
Nothing needs to be installed: python3 benchmarks/higher_derivatives.py
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import tables
from backprop import Tensor, no_grad
from backprop.autograd import grad
from backprop.nn import LeakyReLU, Linear, Sequential, Tanh
from report import program
from timing import TURN, compared


def network(sizes, make_activation, rng):
    layers = [Linear(sizes[0], sizes[1], rng=rng)]
    for inputs, outputs in zip(sizes[1:], sizes[2:]):
        layers += [make_activation(), Linear(inputs, outputs, rng=rng)]
    return Sequential(*layers).double()


def derivative(y, x):
    """∂y/∂x for each row, with a graph of its own."""
    return grad(y.sum(), x, create_graph=True)[0]


def physics_informed(points, hidden, rng):
    """A network, and two losses: the mean of (u″ + u)², and of u²."""
    model = network((1, *hidden, 1), Tanh, rng)
    x = Tensor(tables.uniform(points, 1, rng=rng), requires_grad=True)

    def residual():
        u = model(x)
        return (derivative(derivative(u, x), x) + u).square().mean()

    return model, {"with u″": residual, "plain": lambda: model(x.detach()).square().mean()}


def gradient_penalty(batch, sizes, rng):
    """A network f, and two losses: the mean of f(x) + 10·(|∂f/∂x| − 1)², and of f(x)."""
    model = network(sizes, lambda: LeakyReLU(0.2), rng)
    x = Tensor(tables.normal(batch, sizes[0], rng=rng), requires_grad=True)

    def penalized():
        y = model(x)
        return y.mean() + 10 * (derivative(y, x).norm(dim=1) - 1).square().mean()

    return model, {"with the penalty": penalized, "plain": lambda: model(x.detach()).mean()}


def step(model, loss):
    def run():
        model.zero_grad()
        loss().backward()

    return run


def check_gradient(model, loss):
    """Along its gradient g a loss rises by |g|² for each step of 1, and so it does by differences of two losses."""
    step(model, loss)()
    gradients = [p.grad for p in model.parameters()]
    squared = sum(g.square().sum() for g in gradients).item()
    h = 1e-5 / squared**0.5
    losses = []
    for distance in (h, -2 * h, h):  # and back
        with no_grad():
            for p, g in zip(model.parameters(), gradients):
                p += distance * g
        losses.append(loss().item())
    rise = (losses[0] - losses[1]) / (2 * h)
    assert abs(rise / squared - 1) < 1e-5, f"the gradient says {squared}, differences {rise}"


def measure(quick):
    rng = random.Random(0)
    points, hidden, batch, sizes = (4, (5, 5), 4, (2, 5, 1)) if quick else (30, (32, 32, 32), 32, (2, 64, 64, 1))
    rounds, turn = (3, 0.001) if quick else (15, TURN)
    rows = {}
    for name, (model, losses), bound in (
        (
            "physics-informed network, " + "-".join(map(str, (1, *hidden, 1))),
            physics_informed(points, hidden, rng),
            "≤ 12",
        ),
        ("gradient penalty, " + "-".join(map(str, sizes)), gradient_penalty(batch, sizes, rng), "≤ 5"),
    ):
        for loss in losses.values():
            check_gradient(model, loss)
        rows[name] = compared({way: step(model, loss) for way, loss in losses.items()}, bound, rounds, turn)
    return rows


if __name__ == "__main__":
    program(__doc__, measure)
