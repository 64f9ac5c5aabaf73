"""XOR by hand: the training loop in five lines, no ``fit``, and what the network has learned.

A single layer cannot compute XOR (Minsky and Papert, 1969); one hidden layer can.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import SGD, BCEWithLogitsLoss, Linear, Matrix, Sequential, Tanh
from backprop.functional import sigmoid

X = Matrix([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = Matrix([[0], [1], [1], [0]])


def main() -> None:
    rng = random.Random(0)
    model = Sequential(Linear(2, 4, rng=rng), Tanh(), Linear(4, 1, rng=rng))
    loss_function = BCEWithLogitsLoss()
    optimizer = SGD(model.parameters(), lr=0.5, momentum=0.9)

    for step in range(201):
        loss = loss_function(model(X), Y)  # predict and compare
        optimizer.zero_grad()  # forget the last step's gradients
        loss.backward()  # the chain rule, from the loss back to every weight
        optimizer.step()  # a step downhill
        if step % 50 == 0:
            print(f"step {step:3}  loss {loss.item():.6f}")

    print()
    for (a, b), (answer,) in zip(X, sigmoid(model(X)).data):
        print(f"{a} xor {b} = {answer:.4f}")


if __name__ == "__main__":
    main()
