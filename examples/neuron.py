"""One neuron by hand: its gradient on paper, the same from ``backward()``, and a step downhill, again and again.

python3 examples/neuron.py                      prints it all, at once
python3 examples/neuron.py --svg neuron.svg     draws the way down as well
"""

from __future__ import annotations

import argparse
import io
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop.nn.functional as F
from backprop import Tensor, no_grad, tensor
from backprop.pictures import LineChart

LEARNING_RATE = 2.0
X, TARGET = 1.5, 0.2  # at x = 1.5 the output should be 0.2


def loss_at(w: float, b: float) -> float:
    """L = ½(y − t)² for y = σ(w·x + b), without the library."""
    return (1 / (1 + math.exp(-(w * X + b))) - TARGET) ** 2 / 2


def by_hand(w: float, b: float) -> tuple[float, float]:
    """(∂L/∂w, ∂L/∂b) by the chain rule, with every factor on a line of its own."""
    z = w * X + b
    y = 1 / (1 + math.exp(-z))
    loss_by_y = y - TARGET
    y_by_z = y * (1 - y)
    loss_by_z = loss_by_y * y_by_z
    print(f"  z = w·x + b      = {z:+.6f}")
    print(f"  y = σ(z)         = {y:+.6f}   it should be {TARGET}")
    print(f"  ∂L/∂y = y − t    = {loss_by_y:+.6f}   y is too high: down with it")
    print(f"  ∂y/∂z = y(1 − y) = {y_by_z:+.6f}   the slope of σ at z")
    print(f"  ∂L/∂z            = {loss_by_z:+.6f}   the product of the two")
    return loss_by_z * X, loss_by_z


def backward(w: Tensor, b: Tensor) -> float:
    """The loss; its gradients are in ``w.grad`` and ``b.grad`` afterwards."""
    w.grad = b.grad = None
    loss = (F.sigmoid(w * X + b) - TARGET) ** 2 / 2
    loss.backward()
    return loss.item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--svg", metavar="FILE", help="save the loss over the steps as a picture")
    arguments = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ∂

    w, b = tensor(0.8, requires_grad=True), tensor(0.1, requires_grad=True)
    print("A neuron: y = σ(w·x + b), here with w = 0.8, b = 0.1, and the loss L = ½(y − t)².")
    print("The gradient says how L changes when w or b does. Forward, then back, factor by factor:\n")
    hand = by_hand(w.item(), b.item())
    backward(w, b)
    h = 1e-5
    nudged = [
        (loss_at(0.8 + h, 0.1) - loss_at(0.8 - h, 0.1)) / (2 * h),
        (loss_at(0.8, 0.1 + h) - loss_at(0.8, 0.1 - h)) / (2 * h),
    ]
    print("\nThree ways to the same two numbers; the last one only moves w or b a little and looks at L:\n")
    print(f"{'':24}{'∂L/∂w':>13}{'∂L/∂b':>13}")
    for way, (by_w, by_b) in {
        "by hand": hand,
        "by backward()": (w.grad.item(), b.grad.item()),
        "by nudging": nudged,
    }.items():
        print(f"  {way:22}{by_w:>13.9f}{by_b:>13.9f}")

    print(f"\nDownhill is against the gradient: w ← w − {LEARNING_RATE}·∂L/∂w, and b alike. Watch y go to {TARGET}:\n")
    print("  step         w         b         y          L")
    losses = []
    for step in range(41):
        losses.append(backward(w, b))
        if step in (0, 1, 2, 3, 5, 10, 20, 40):
            y = F.sigmoid(w * X + b).item()
            print(f"  {step:4}  {w:8.5f}  {b:8.5f}  {y:8.5f}  {losses[-1]:.3e}")
        with no_grad():
            w -= LEARNING_RATE * w.grad
            b -= LEARNING_RATE * b.grad
    print("\nThat was all: a network only has more of these, and backward() does the products in the right order.")

    if arguments.svg:
        chart = LineChart({"loss": losses}, range(41), x_label="step", title="One neuron", y_scale="log")
        chart.save(arguments.svg)


if __name__ == "__main__":
    main()
