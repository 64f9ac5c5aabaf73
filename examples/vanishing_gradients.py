"""Vanishing gradients: how little reaches the first of twenty layers, and what ReLU, normalization and residuals do.

python3 examples/vanishing_gradients.py                    all of it, some ten seconds
python3 examples/vanishing_gradients.py --quick            fewer steps of training, two seconds
python3 examples/vanishing_gradients.py --svg norms.svg    draws the norms over the layers as well

Hochreiter, "Untersuchungen zu dynamischen neuronalen Netzen" (1991), found it; Ioffe and Szegedy, "Batch
Normalization" (2015); He et al., "Deep Residual Learning for Image Recognition" (2016).
"""

from __future__ import annotations

import argparse
import io
import random
import sys
from pathlib import Path
from typing import Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import Tensor, manual_seed, nn, optim
from backprop.datasets import moons
from backprop.nn.init import kaiming_normal_, xavier_normal_
from backprop.pictures import LineChart
from backprop.utils.data import LabeledDataset

DEPTH, WIDTH = 20, 16
SHOWN = (1, 5, 10, 15, 20)

Block = Callable[[], list[nn.Module]]


def weighted(start: Callable[[Tensor], Tensor] = xavier_normal_) -> nn.Linear:
    """A Linear of the network's width, by default with Xavier's weights."""
    layer = nn.Linear(WIDTH, WIDTH)
    start(layer.weight)
    return layer


BLOCKS: dict[str, Block] = {
    "sigmoid": lambda: [weighted(), nn.Sigmoid()],
    "ReLU": lambda: [weighted(kaiming_normal_), nn.ReLU()],
    "sigmoid + norm": lambda: [weighted(), nn.BatchNorm1d(WIDTH), nn.Sigmoid()],
    "sigmoid + residual": lambda: [nn.Residual(nn.Sequential(weighted(), nn.Sigmoid()))],
    "ReLU + both": lambda: [nn.Residual(nn.Sequential(nn.BatchNorm1d(WIDTH), nn.ReLU(), weighted()))],
}


def network(block: Block) -> nn.Sequential:
    """2 inputs, twenty blocks, 2 outputs."""
    manual_seed(0)
    blocks = [layer for _ in range(DEPTH) for layer in block()]
    return nn.Sequential(nn.Linear(2, WIDTH), *blocks, nn.Linear(WIDTH, 2))


def norms(model: nn.Sequential) -> list[float]:
    """‖∂L/∂W‖ of the weights of each block, from the first to the last."""
    weights = [p for _, p in model.named_parameters() if p.shape == (WIDTH, WIDTH)]
    return [p.grad.norm().item() for p in weights]


def train(model: nn.Sequential, data: LabeledDataset, steps: int) -> tuple[list[float], list[float]]:
    """(the norms at the start, the loss of each step)."""
    loss_function = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    at_start: list[float] = []
    losses = []
    for _ in range(steps + 1):
        loss = loss_function(model(data.inputs), data.targets)
        optimizer.zero_grad()
        loss.backward()
        at_start = at_start or norms(model)
        losses.append(loss.item())
        optimizer.step()
    return at_start, losses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer steps of training")
    parser.add_argument("--svg", metavar="FILE", help="save the norms over the layers as a picture")
    arguments = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no ∂
    steps = 10 if arguments.quick else 40

    data = moons(40, noise=0.1, generator=random.Random(0))
    started, curves = {}, {}
    for name, block in BLOCKS.items():
        started[name], curves[name] = train(network(block), data, steps)

    print(f"{DEPTH} layers of {WIDTH} neurons learn to tell two moons apart. The gradient comes from the end, and each")
    print("layer before it multiplies it by its weights and by its slope. That of a sigmoid is ¼ at")
    print("most. The norm ‖∂L/∂W‖ before the first step:\n")
    print(f"  {'layer':22}" + "".join(f"{layer:>10}" for layer in SHOWN) + "    first : last")
    for name, sizes in started.items():
        print(f"  {name:22}" + "".join(f"{sizes[k - 1]:>10.1e}" for k in SHOWN) + f"    {sizes[0] / sizes[-1]:.1e}")
    chart = LineChart(
        started, x_label="layer", y_label="‖∂L/∂W‖", title="Gradients of twenty layers at the start", y_scale="log"
    )
    print(f"\n{chart}\n")

    print(
        "ReLU has the slope 1 where it is not 0. Normalization divides by the spread: what a sigmoid has made small is"
    )
    print("made large again, and so is its gradient. A residual, x + f(x), has a way around f, with the slope 1.")
    print(f"\nDo they learn? The loss, which is ln 2 = 0.693 for a coin, after {steps} steps with the same rate:\n")
    print(f"  {'':22}{'start':>10}{'end':>10}")
    for name, losses in curves.items():
        print(f"  {name:22}{losses[0]:>10.4f}{losses[-1]:>10.4f}")
    print(
        "\nThe first layers of the plain sigmoid network get no gradient, so they stay as they are, and give the last ones"
    )
    print("nothing to work with. It is not that the network is too small: the others are of the same size.")

    if arguments.svg:
        chart.save(arguments.svg)


if __name__ == "__main__":
    main()
