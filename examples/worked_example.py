"""The best-known worked example of backpropagation, each formula beside its numbers: a 2-2-2 sigmoid network, one step.

Matt Mazur, "A Step by Step Backpropagation Example" (2015). Inputs i1 = 0.05, i2 = 0.10; targets 0.01, 0.99;
weights w1 to w8 = .15 .20 .25 .30 .40 .45 .50 .55; biases .35 and .60, shared by both neurons of a layer and
not updated there; loss ½Σ(t − o)²; learning rate 0.5.

Each line is a name, its formula, the formula with its numbers, and the value, which is that of the library: a gradient
comes from backward().
"""

from __future__ import annotations

import io
import re
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


numbers: dict[str, float] = {}  # by the article's names; δ and z belong to a neuron, z is what comes into it


def show(name: str, formula: str, value: float) -> None:
    """A line: the formula, the same with the numbers in place of their names, and the value."""
    filled = re.sub(r"∂E/∂w\d|[a-zδ][a-z_]*\d", lambda name: f"{numbers[name[0]]:.9g}", formula)
    filled = re.sub(r"-[\d.]+", r"(\g<0>)", filled)
    print(f"  {name} = {formula} = {filled} = {value:.9f}")
    numbers[name] = value


def main() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ∂
    hidden, output, loss = forward()
    loss.backward()
    weights = [*hidden_weights.flatten().tolist(), *output_weights.flatten().tolist()]
    gradients = [*hidden_weights.grad.flatten().tolist(), *output_weights.grad.flatten().tolist()]
    for letter, values in (("i", inputs[0].tolist()), ("t", targets[0].tolist()), ("w", weights)):
        numbers.update({f"{letter}{k}": value for k, value in enumerate(values, 1)})

    print("forward, with σ(z) = 1 / (1 + e⁻ᶻ)")
    for neurons, source, first, bias, values in (("h", "i", 1, 0.35, hidden[0]), ("o", "h", 5, 0.60, output[0])):
        for k, value in enumerate(values.tolist(), 1):
            a, b = first + 2 * k - 2, first + 2 * k - 1
            z = numbers[f"w{a}"] * numbers[f"{source}1"] + numbers[f"w{b}"] * numbers[f"{source}2"] + bias
            show(f"z_{neurons}{k}", f"w{a} · {source}1 + w{b} · {source}2 + {bias:.2f}", z)
            show(f"{neurons}{k}", f"σ(z_{neurons}{k})", value)
    show("E", "½(t1 − o1)² + ½(t2 − o2)²", loss.item())

    print("\nbackward, with δ = ∂E/∂z of each neuron")
    for k in (1, 2):
        o, t = numbers[f"o{k}"], numbers[f"t{k}"]
        show(f"δ_o{k}", f"(o{k} − t{k}) · o{k} · (1 − o{k})", (o - t) * o * (1 - o))
    for k in (1, 2):
        h, onward = numbers[f"h{k}"], sum(numbers[f"δ_o{n}"] * numbers[f"w{2 * n + 2 + k}"] for n in (1, 2))
        show(f"δ_h{k}", f"(δ_o1 · w{4 + k} + δ_o2 · w{6 + k}) · h{k} · (1 − h{k})", onward * h * (1 - h))
    for k, gradient in enumerate(gradients):
        neurons, source = ("h", "i") if k < 4 else ("o", "h")
        show(f"∂E/∂w{k + 1}", f"δ_{neurons}{k % 4 // 2 + 1} · {source}{k % 2 + 1}", gradient)

    with no_grad():
        for layer in (hidden_weights, output_weights):
            layer -= LEARNING_RATE * layer.grad
    print("\nupdate, with the learning rate 0.5")
    for k, weight in enumerate([*hidden_weights.flatten().tolist(), *output_weights.flatten().tolist()], 1):
        show(f"w{k}⁺", f"w{k} − 0.5 · ∂E/∂w{k}", weight)

    _, _, loss = forward()
    print(f"\nafter one step E = {loss.item():.9f}")


if __name__ == "__main__":
    main()
