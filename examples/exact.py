"""Exact gradients: a network over fractions, where nothing is rounded and finite differences are the gradient itself.

python3 examples/exact.py    all of it, within a second
"""

from __future__ import annotations

import io
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any, Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop.nn.functional as F
from backprop import Matrix, Tensor, no_grad

LEARNING_RATE = Fraction(1, 50)

X = Matrix([[Fraction(1, 2), Fraction(1, 3)], [Fraction(-2, 3), Fraction(1, 5)], [Fraction(1, 7), Fraction(-3, 4)]])
Y = Matrix([[Fraction(1, 3)], [Fraction(-1, 6)], [Fraction(2, 5)]])
W1 = Matrix([[Fraction(1, 2), Fraction(-1, 3)], [Fraction(1, 4), Fraction(2, 3)]])
W2 = Matrix([[Fraction(3, 5), Fraction(-1, 2)]])


def loss_of(w1: Matrix | Tensor, w2: Matrix | Tensor, x: Matrix, y: Matrix) -> Tensor:
    """MSE of a 2-2-1 network whose hidden neurons square: a polynomial in every weight."""
    hidden = F.linear(x, w1) ** 2
    return F.mse_loss(F.linear(hidden, w2), y)


def moved(matrix: Matrix, step: Fraction | float) -> Matrix:
    """The matrix with ``step`` added to its first entry."""
    (first, *row), *rows = matrix.tolist()
    return Matrix([[first + step, *row], *rows])


def difference(loss_after: Callable[[Any], Tensor], h: Fraction | float) -> Fraction | float:
    """(L(w + h) − L(w − h))/2h, where ``loss_after`` gives the loss after a step of one weight."""
    return (loss_after(h) - loss_after(-h)).item() / (2 * h)


def main() -> None:
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ∂
    print(f"In floats 0.1 + 0.2 == 0.3 is {0.1 + 0.2 == 0.3}.", end=" ")
    print(f"In fractions 1/10 + 2/10 == 3/10 is {Fraction(1, 10) + Fraction(2, 10) == Fraction(3, 10)}.")
    print("A Matrix keeps the numbers that it is given, so a whole network can run over fractions.\n")

    w1, w2 = Tensor(W1, requires_grad=True), Tensor(W2, requires_grad=True)
    loss = loss_of(w1, w2, X, Y)
    loss.backward()
    exact = w2.grad.matrix[0, 0]
    print(f"  L        = {loss.item()}")
    print(f"  ∂L/∂w    = {exact}   for one weight of the output layer, from backward()\n")

    print("The loss is quadratic in that weight. Then (L(w + h) − L(w − h))/2h is the gradient for any h, even 1:\n")
    print("  h           over fractions           over floats           off by")
    v1, v2, x, y = (matrix.map(float) for matrix in (W1, W2, X, Y))
    for exponent in (0, 3, 6, 9, 12, 15):
        h = Fraction(1, 10**exponent)
        fraction = difference(lambda step: loss_of(W1, moved(W2, step), X, Y), h)
        number = difference(lambda step: loss_of(v1, moved(v2, step), x, y), float(h))
        word = "equal" if fraction == exact else "different"
        print(f"  1e-{exponent:02}       {word:24} {number:.15f}     {abs(number - float(exact)):.1e}")
    print("\nOver floats a smaller h is worse: nearly equal losses are subtracted, and their rounding is divided by h.")

    print("\nIn a weight of the first layer, before the square, L has the degree 4, and the difference has the error")
    print("∂³L/∂w³·h²/6: halve h, and it is exactly a quarter.\n")
    errors = []
    for denominator in (1, 2, 4, 8):
        h = Fraction(1, denominator)
        errors.append(difference(lambda step: loss_of(moved(W1, step), W2, X, Y), h) - w1.grad.matrix[0, 0])
        ratio = f"   {errors[-1] / errors[-2]} of the one before" if len(errors) > 1 else ""
        print(f"  h = {h!s:4} error = {errors[-1]!s:20}{ratio}".rstrip())

    print("\nWhy is not everything done so? Because exact numbers grow. Four steps downhill:\n")
    print("  step          L     bits of its fraction")
    for step in range(5):
        w1.grad = w2.grad = None
        loss = loss_of(w1, w2, X, Y)
        loss.backward()
        value = Fraction(loss.item())
        print(f"  {step:4}   {float(value):.6f}     {value.numerator.bit_length() + value.denominator.bit_length()}")
        with no_grad():
            for weights in (w1, w2):
                weights -= weights.grad * LEARNING_RATE
    print("\nA float has 64 bits, always, and forgets what is beyond. Fractions forget nothing: they are for proofs.")


if __name__ == "__main__":
    main()
