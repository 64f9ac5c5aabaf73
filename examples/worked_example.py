"""The best-known worked example of backpropagation, with every number: a 2-2-2 sigmoid network, one step.

Matt Mazur, "A Step by Step Backpropagation Example" (2015). Inputs i1 = 0.05, i2 = 0.10; targets 0.01, 0.99;
weights w1 to w8 = .15 .20 .25 .30 .40 .45 .50 .55; biases .35 and .60, shared by both neurons of a layer and
not updated there; loss ½Σ(t − o)²; learning rate 0.5.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop.nn.functional as F
from backprop import Tensor, no_grad, tensor

LEARNING_RATE = 0.5

inputs = tensor([[0.05, 0.10]])
targets = tensor([[0.01, 0.99]])
hidden_weights = tensor([[0.15, 0.20], [0.25, 0.30]], requires_grad=True)  # w1 w2 into h1, w3 w4 into h2
output_weights = tensor([[0.40, 0.45], [0.50, 0.55]], requires_grad=True)  # w5 w6 into o1, w7 w8 into o2
hidden_bias = tensor([0.35, 0.35])
output_bias = tensor([0.60, 0.60])


def forward() -> tuple[Tensor, Tensor, Tensor]:
    """(hidden values, outputs, loss) with the weights as they are now."""
    hidden = F.sigmoid(F.linear(inputs, hidden_weights, hidden_bias))
    output = F.sigmoid(F.linear(hidden, output_weights, output_bias))
    loss = ((targets - output) ** 2 / 2).sum()
    return hidden, output, loss


def show(first: int, what: str, table: Tensor) -> None:
    """Print the four entries of a layer's weights, or of their gradients, under their names from w1 to w8."""
    for number, value in enumerate(table.flatten(), first):
        print(f"  {what.format(number)} = {value:.9f}")


def main() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ∂
    hidden, output, loss = forward()
    print("forward")
    print("  h1 = {:.9f}   h2 = {:.9f}".format(*hidden[0]))
    print("  o1 = {:.9f}   o2 = {:.9f}".format(*output[0]))
    print(f"  E = ½(t1 − o1)² + ½(t2 − o2)² = {loss.item():.9f}\n")

    loss.backward()
    print("backward")
    show(1, "∂E/∂w{}", hidden_weights.grad)
    show(5, "∂E/∂w{}", output_weights.grad)

    with no_grad():
        for weights in (hidden_weights, output_weights):
            weights -= LEARNING_RATE * weights.grad
    print("\nupdate: w⁺ = w − 0.5 · ∂E/∂w")
    show(1, "w{}⁺", hidden_weights)
    show(5, "w{}⁺", output_weights)

    _, _, loss = forward()
    print(f"\nafter one step E = {loss.item():.9f}")


if __name__ == "__main__":
    main()
