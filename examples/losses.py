"""What each loss punishes: its value and its pull at growing errors, and how far one outlier drags a fitted line.

python3 examples/losses.py                    the tables, in about a second
python3 examples/losses.py --svg losses.svg   draws the losses over the error as well
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop.nn.functional as F
from backprop import Tensor, arange, manual_seed, nn, optim, tensor
from backprop.pictures import LineChart

Loss = Callable[[Tensor, Tensor], Tensor]

ERRORS = [0.0, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0]
REGRESSION: dict[str, Loss] = {"MSE": nn.MSELoss(), "Huber": nn.HuberLoss(), "L1": nn.L1Loss()}
LOGITS = [5.0, 2.0, 1.0, 0.5, 0.0, -0.5, -1.0, -2.0, -5.0, -10.0]  # the true class is 1: from right to badly wrong


def hinge_loss(logit: Tensor, target: Tensor) -> Tensor:
    """max(0, 1 − z) for the class 1 and max(0, 1 + z) for the class 0: what support vector machines use."""
    return F.relu(1 - (2 * target - 1) * logit).mean()


CLASSIFICATION: dict[str, Loss] = {"cross-entropy": nn.BCEWithLogitsLoss(), "hinge": hinge_loss, "MSE": nn.MSELoss()}


def value_and_slope(loss: Loss, output: float, target: float) -> tuple[float, float]:
    """(L, ∂L/∂output) for a single output."""
    y = tensor([output], requires_grad=True)
    value = loss(y, tensor([target]))
    value.backward()
    return value.item(), y.grad.item() + 0.0  # no −0


def table(what: str, losses: dict[str, Loss], outputs: list[float], target: float) -> None:
    """For each output a line with value and slope of each loss."""
    print(f"  {what:>6}" + "".join(f"{name:>17}{'slope':>8}" for name in losses))
    for output in outputs:
        pairs = [value_and_slope(loss, output, target) for loss in losses.values()]
        print(f"  {output:6.1f}" + "".join(f"{value:>17.4f}{slope:>8.3f}" for value, slope in pairs))


def fitted(loss: Loss, xs: Tensor, ys: Tensor) -> nn.Linear:
    """The line y = w·x + b of the least loss."""
    manual_seed(0)
    line = nn.Linear(1, 1)
    optimizer = optim.LBFGS(line.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        value = loss(line(xs), ys)
        value.backward()
        return value

    optimizer.step(closure)
    return line


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--svg", metavar="FILE", help="save the losses over the error as a picture")
    arguments = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no −

    print("A number is wrong by some error. The slope is how hard the loss pulls it back:\n")
    table("error", REGRESSION, ERRORS, 0.0)
    print("\nMSE pulls ten times as hard at ten times the error: it cares for the worst. L1 pulls the same always.")
    print("Huber is like MSE below 1 and like L1 above: gentle near the goal, not to be bullied far from it.\n")

    line = [i / 10 for i in range(-30, 31)]
    curves = {name: [value_and_slope(loss, x, 0.0)[0] for x in line] for name, loss in REGRESSION.items()}
    print(LineChart(curves, line, x_label="error", y_label="loss"))

    print("\nA logit should be high, since the class is 1. From sure and right down to sure and wrong:\n")
    table("logit", CLASSIFICATION, LOGITS, 1.0)
    print("\nCross-entropy never quite rests, and pulls with up to 1 where the answer is wrong. Hinge rests beyond 1.")
    print("MSE on a logit punishes 5.0 for being too right: 16. That is why one does not classify with it.\n")

    xs = arange(11.0).unsqueeze(1)
    clean = 2 * xs + 1
    spoilt = clean.clone()
    spoilt[-1] += 20
    print("Eleven points on the line y = 2x + 1; then the last one is off by 20. The fitted lines:\n")
    print("                 all right             one outlier      at x = 10 off by")
    for name, loss in REGRESSION.items():
        before, after = fitted(loss, xs, clean), fitted(loss, xs, spoilt)
        (w0, b0), (w1, b1) = ((m.weight.item(), m.bias.item()) for m in (before, after))
        print(f"  {name:6}  y = {w0:.3f}x {b0:+.3f}   y = {w1:.3f}x {b1:+.3f}   {abs(10 * (w1 - w0) + b1 - b0):.3f}")
    print("\nOne point of eleven turns the line of MSE by nearly half its slope. L1 does not move: there only the")
    print("side counts on which a point lies, as with a median. Huber gives in a little.")

    if arguments.svg:
        LineChart(curves, line, x_label="error", y_label="loss", title="What each loss punishes").save(arguments.svg)


if __name__ == "__main__":
    main()
