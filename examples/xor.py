"""XOR by hand: why one layer cannot learn it and two can, with the training loop in five lines, no ``fit``.

python3 examples/xor.py                 both networks, within a second
python3 examples/xor.py --svg xor.svg   draws what the second one has learned as well

Minsky and Papert, "Perceptrons" (1969), on what one layer cannot do; Rumelhart, Hinton and Williams, "Learning
Representations by Back-Propagating Errors" (1986), on how a hidden layer learns.
"""

from __future__ import annotations

import argparse
import io
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop.nn.functional as F
from backprop import linspace, manual_seed, meshgrid, nn, no_grad, optim, stack, tensor
from backprop.pictures import DecisionBoundary, Images

X = tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = tensor([[0.0], [1.0], [1.0], [0.0]])


def train(model: nn.Module) -> None:
    """200 steps downhill; a line every 50."""
    loss_function = nn.BCEWithLogitsLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.5, momentum=0.9)

    for step in range(201):
        loss = loss_function(model(X), Y)  # predict and compare
        optimizer.zero_grad()  # forget the last step's gradients
        loss.backward()  # the chain rule, from the loss back to every weight
        optimizer.step()  # a step downhill
        if step % 50 == 0:
            print(f"  step {step:3}  loss {loss.item():.6f}")


def show(model: nn.Module) -> None:
    """The four predictions."""
    predictions = F.sigmoid(model(X))
    print()
    for (a, b), (prediction,) in zip(X, predictions):
        print(f"  {a:.0f} xor {b:.0f} = {prediction:.4f}")


def best_line(tries: int, rng: random.Random) -> int:
    """How many of the four corners the best of so many random straight lines gets right."""
    found = 0
    corners = [(a, b, y > 0) for (a, b), (y,) in zip(X.tolist(), Y.tolist())]
    for _ in range(tries):
        u, v, c = (rng.uniform(-1, 1) for _ in range(3))
        found = max(found, sum((u * a + v * b + c > 0) == y for a, b, y in corners))
    return found


def plane(model: nn.Module) -> str:
    """The unit square in characters, b upwards: dark where the model says 1."""
    size = 12
    steps = linspace(0.5 / size, 1 - 0.5 / size, size)
    b, a = meshgrid(steps.flip(0), steps, indexing="ij")
    with no_grad():
        image = F.sigmoid(model(stack([a.flatten(), b.flatten()], dim=1)))
    return str(Images(image.view(1, -1), size, size, value_range=(0, 1)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--svg", metavar="FILE", help="save what the second network has learned as a picture")
    arguments = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ≤
    manual_seed(0)

    print("One layer, z = u·a + v·b + c; it says 1 where z > 0, which is one side of a straight line:\n")
    single = nn.Sequential(nn.Linear(2, 1))
    train(single)
    show(single)
    z = single(X).flatten().tolist()
    print("\nIt gives up: every prediction is a half, and the loss is ln 2 = 0.693147, that of tossing a coin.")
    print("No weights do better, for z(0,0) + z(1,1) and z(0,1) + z(1,0) are both u + v + 2c:")
    print(f"  {z[0] + z[3]:+.9f} and {z[1] + z[2]:+.9f}, but the first should be negative, the second positive.")
    print(f"The best of 10000 random lines has {best_line(10_000, random.Random(0))} of 4 right.\n")

    print("Two layers; the hidden one draws four lines, the other one combines them:\n")
    model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    train(model)
    show(model)
    print("\nWhat it says in the square between the corners, a to the right, b upwards; dark is 1:\n")
    print("\n".join(f"  {line}".rstrip() for line in plane(model).splitlines()))

    if arguments.svg:
        picture = DecisionBoundary(
            model,
            X,
            Y,
            classes=("xor = 0", "xor = 1"),
            x_label="a",
            y_label="b",
            title="XOR, learned by two layers",
        )
        picture.save(arguments.svg)


if __name__ == "__main__":
    main()
