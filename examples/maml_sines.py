"""MAML: weights from which a few examples and a step or two are enough to learn a sine that was never seen.

python3 examples/maml_sines.py            some ten seconds
python3 examples/maml_sines.py --quick    a second or two, and a smaller lead

A task is a sine of some amplitude and phase, known by ten points. The outer loop changes the weights so that the loss
*after* a step of the inner loop is small: its gradient goes through the inner gradient. Beside it stands a network that
learns the same tasks without that, and so ends at their mean.
Finn, Abbeel and Levine, "Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks" (2017).
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop as torch
import backprop.nn.functional as F
from backprop import nn, optim
from backprop.func import functional_call

POINTS, TASKS = 10, 4
INNER_RATE = 0.05

Weights = dict[str, torch.Tensor]


def task() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Points of a random sine: those to learn from, and others to be judged by."""
    amplitude, phase = 1 + 2 * torch.rand(1), math.pi * torch.rand(1)
    x = 6 * torch.rand(2 * POINTS, 1) - 3
    y = amplitude * torch.sin(x + phase)
    return x[:POINTS], y[:POINTS], x[POINTS:], y[POINTS:]


def loss_of(network: nn.Module, weights: Weights, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return F.mse_loss(functional_call(network, weights, (x,)), y)


def adapted(network: nn.Module, weights: Weights, x: torch.Tensor, y: torch.Tensor) -> Weights:
    """The weights after an inner step, as a function of those before it."""
    loss = loss_of(network, weights, x, y)
    gradients = torch.autograd.grad(loss, list(weights.values()), create_graph=True)
    return {name: w - INNER_RATE * g for (name, w), g in zip(weights.items(), gradients)}


def trained(inner_steps: int, steps: int) -> nn.Module:
    """A network that learned so that its loss after so many inner steps is small."""
    torch.manual_seed(0)
    network = nn.Sequential(nn.Linear(1, 20), nn.Tanh(), nn.Linear(20, 20), nn.Tanh(), nn.Linear(20, 1))
    optimizer = optim.Adam(network.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        for _ in range(TASKS):
            x, y, other_x, other_y = task()
            weights: Weights = dict(network.named_parameters())
            for _ in range(inner_steps):
                weights = adapted(network, weights, x, y)
            (loss_of(network, weights, other_x, other_y) / TASKS).backward()
        optimizer.step()
    return network


def losses_on_new_tasks(network: nn.Module, inner_steps: int, count: int) -> list[float]:
    """The mean loss on the other points of new tasks, after 0, 1, 2, … steps on their ten."""
    torch.manual_seed(1)
    sums = [0.0] * (inner_steps + 1)
    for _ in range(count):
        x, y, other_x, other_y = task()
        weights: Weights = dict(network.named_parameters())
        for step in range(inner_steps + 1):
            sums[step] += loss_of(network, weights, other_x, other_y).item() / count
            weights = {name: w.detach().requires_grad_() for name, w in adapted(network, weights, x, y).items()}
    return sums


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few outer steps")
    arguments = parser.parse_args()
    steps, count = (40, 10) if arguments.quick else (400, 40)

    print(f"Mean loss on {count} new sines, after so many steps on {POINTS} points of each:\n")
    print("                 " + "".join(f"{step:9}" for step in range(5)))
    for name, inner_steps in (("learned jointly", 0), ("MAML", 1)):
        losses = losses_on_new_tasks(trained(inner_steps, steps), 4, count)
        print(f"  {name:15}" + "".join(f"{loss:9.4f}" for loss in losses), flush=True)


if __name__ == "__main__":
    main()
