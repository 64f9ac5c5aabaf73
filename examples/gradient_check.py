"""Gradient checking: a planted bug that training does not notice and finite differences do.

python3 examples/gradient_check.py                  all of it, in about a second
python3 examples/gradient_check.py --svg check.svg  draws the error of the difference over its step as well
"""

from __future__ import annotations

import argparse
import io
import math
import random
import sys
from pathlib import Path
from typing import Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop.nn.functional as F
from backprop import Matrix, Tensor, linspace, manual_seed, nn, operation, optim, randn, sin
from backprop.autograd import GradcheckError, Result, gradcheck
from backprop.pictures import LineChart


def squash(x: float) -> float:
    """x/√(1 + x²), a curve like tanh."""
    return x / math.sqrt(1 + x * x)


@operation
def right(a: Matrix) -> Result:
    """y = a/√(1 + a²),  ∂L/∂a = ∂L/∂y/√(1 + a²)³."""
    return a.map(squash), (lambda d: d * a.map(lambda x: (1 + x * x) ** -1.5),)


@operation
def wrong(a: Matrix) -> Result:
    """The same value, but in the pullback the exponent is −½ for −³⁄₂, as if only 1/√(1 + a²) were there."""
    return a.map(squash), (lambda d: d * a.map(lambda x: (1 + x * x) ** -0.5),)


@operation
def dead_softmax(a: Matrix) -> Result:
    """Softmax with a pullback that gives nothing back."""
    return F.softmax(a, 1).matrix, (lambda d: 0.0 * d,)


def verdict(function: Callable[..., Tensor], x: Tensor) -> str:
    """What the checker says."""
    try:
        gradcheck(function, [x], rng=random.Random(0))
    except GradcheckError as error:
        return "wrong:\n    " + str(error).replace(": backward", ":\n    backward")
    return "right"


def losses(curve: Callable[[Tensor], Tensor]) -> list[float]:
    """Loss by loss, a 1-8-1 network with this curve inside learns sin."""
    manual_seed(0)
    xs = linspace(-3, 3, 31).unsqueeze(1)
    ys = sin(xs)
    first, second = nn.Linear(1, 8), nn.Linear(8, 1)
    optimizer = optim.SGD([*first.parameters(), *second.parameters()], lr=0.1, momentum=0.9)
    found = []
    for _ in range(301):
        loss = nn.MSELoss()(second(curve(first(xs))), ys)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--svg", metavar="FILE", help="save the error of the difference over its step as a picture")
    arguments = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no √

    print("Two operations y = x/√(1 + x²). They give the same values; in one the gradient has a wrong exponent.")
    print("A network with either of them learns the sine, 300 steps. Guess which one is wrong:\n")
    curves = {name: losses(curve) for name, curve in (("A", wrong), ("B", right))}
    print("  step         A         B")
    for step in (0, 10, 30, 100, 300):
        print(f"  {step:4}  " + "  ".join(f"{curve[step]:.6f}" for curve in curves.values()))
    print("\nBoth losses fall: a gradient that is roughly downhill will do. So a falling loss proves nothing.")

    manual_seed(1)
    x = randn(2, 3, requires_grad=True)
    print("\nThe checker moves each entry by ±h and looks at the output, which knows nothing of any pullback:\n")
    for name, function in (("A", wrong), ("B", right)):
        print(f"  {name} is {verdict(function, x)}")

    print("\nIt has to weigh the outputs at random. Summed up, the rows of a softmax are 1 whatever goes in, so that a")
    print("softmax whose gradient is 0 everywhere would pass. Take the plain sum, then the random weights:\n")
    print(f"  plain sum:       {verdict(lambda x: dead_softmax(x).sum(), x)}")
    print(f"  random weights:  {verdict(dead_softmax, x)}")

    print(
        "\nHow small is h? Too large, and the curve bends; too small, and rounding is all that is left. For B at 1:\n"
    )
    truth = 2**-1.5
    exponents = range(-14, 0)
    errors = {k: abs((squash(1 + 10.0**k) - squash(1 - 10.0**k)) / (2 * 10.0**k) - truth) for k in exponents}
    for k, error in errors.items():
        print(f"  h = 1e{k:+03}   error {error:.1e}  {'#' * max(0, round(2 * (14 + math.log10(error))))}")
    best = min(errors, key=lambda k: errors[k])
    print(f"\nThe least is at h = 1e{best:+03}; gradcheck takes 6e-06, the cube root of the spacing of floats at 1.")

    if arguments.svg:
        chart = LineChart(
            {"error": list(errors.values())},
            [10.0**k for k in exponents],
            x_label="h",
            title="Error of a central difference",
            x_scale="log",
            y_scale="log",
        )
        chart.save(arguments.svg)


if __name__ == "__main__":
    main()
