"""Optimizers in Rosenbrock's valley: steep walls, a floor that is nearly flat, and how each finds its way along.

python3 examples/rosenbrock.py                     1200 steps of each, some seconds
python3 examples/rosenbrock.py --svg paths.svg     draws the paths as well

f(x, y) = (1 − x)² + 100(y − x²)² is 0 at (1, 1), and nowhere less: Rosenbrock, "An Automatic Method for Finding the
Greatest or Least Value of a Function" (1960). All start where he did, at (−1.2, 1).
"""

from __future__ import annotations

import argparse
import io
import math
import sys
from pathlib import Path
from typing import Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import Tensor, optim, tensor
from backprop.pictures import Contours

START, GOAL = (-1.2, 1.0), (1.0, 1.0)
STEPS = 1200
NEAR = 0.01  # of the goal
LEVELS = (4.0, 24.2, 100.0)  # of the picture

Point = tuple[float, float]

OPTIMIZERS: dict[str, Callable[[list[Tensor]], optim.Optimizer]] = {
    "SGD": lambda params: optim.SGD(params, lr=0.002),
    "momentum": lambda params: optim.SGD(params, lr=0.001, momentum=0.9),
    "Adagrad": lambda params: optim.Adagrad(params, lr=0.5),
    "RMSprop": lambda params: optim.RMSprop(params, lr=0.005),
    "Adam": lambda params: optim.Adam(params, lr=0.1),
    "Rprop": lambda params: optim.Rprop(params),
    "L-BFGS": lambda params: optim.LBFGS(params, max_iter=1, max_eval=25, line_search_fn="strong_wolfe"),
}
DRAWN = ("SGD", "momentum", "L-BFGS")


def rosenbrock(point: Tensor) -> Tensor:
    x, y = point
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def descent(make: Callable[[list[Tensor]], optim.Optimizer]) -> tuple[list[Point], int]:
    """(the points after each step, how often the gradient was asked for), until the goal is reached to six digits."""
    point = tensor(START, requires_grad=True)
    optimizer = make([point])
    path, gradients = [START], 0

    def closure() -> Tensor:
        nonlocal gradients
        gradients += 1
        optimizer.zero_grad()
        value = rosenbrock(point)
        value.backward()
        return value

    while len(path) <= STEPS and math.dist(path[-1], GOAL) > 1e-6:
        if isinstance(optimizer, optim.LBFGS):
            optimizer.step(closure)  # it looks at several points before it settles for one
        else:
            closure()
            optimizer.step()
        x, y = point.tolist()
        path.append((x, y))
    return path, gradients


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--svg", metavar="FILE", help="save the paths as a picture")
    arguments = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ²

    print("f(x, y) = (1 − x)² + 100(y − x²)². From (−1.2, 1) it is down into the valley at once, and then a long way")
    print("round the bend to (1, 1). There f curves 2500 times as much across the valley as along it.\n")
    print(f"  {'':10}{'steps until':>13}{'distance':>12}{'f':>11}{'gradients':>12}")
    print(f"  {'':10}{f'within {NEAR}':>13}{'at the end':>12}{'at the end':>11}{'asked for':>12}")
    paths = {}
    for name, make in OPTIMIZERS.items():
        paths[name], gradients = descent(make)
        distances = [math.dist(point, GOAL) for point in paths[name]]
        near = next((step for step, distance in enumerate(distances) if distance < NEAR), "not yet")
        value = rosenbrock(tensor(paths[name][-1])).item()
        print(f"  {name:10}{near:>13}{distances[-1]:>12.1e}{value:>11.1e}{gradients:>12}")

    picture = Contours(
        lambda x, y: rosenbrock(tensor([x, y])),
        *((-1.6, 1.6), (-0.5, 2.0)),
        levels=LEVELS,
        paths={name: paths[name] for name in DRAWN},
        x_label="x",
        y_label="y",
        title="Paths through Rosenbrock's valley",
    )
    print(f"\nThe valley by its contours, that of 24.2 through the start, and three ways along:\n\n{picture}\n")
    print("SGD has one rate for both directions: any larger, and it is thrown from wall to wall; so small, it creeps.")
    print("Momentum adds up what the gradients agree on, which is the way along. Adam and RMSprop measure each")
    print("coordinate by its own gradients, but this valley runs aslant. L-BFGS learns from its steps how the")
    print("gradient changes, which is the curvature, and goes round the bend in a few dozen.")

    if arguments.svg:
        picture.save(arguments.svg)


if __name__ == "__main__":
    main()
