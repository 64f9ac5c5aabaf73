"""Why the initial scale matters: what twenty layers make of a signal if the weights start too small or too large.

python3 examples/initial_scale.py                    all of it, a few seconds
python3 examples/initial_scale.py --quick            narrower layers, a second
python3 examples/initial_scale.py --svg scale.svg    saves the histograms of the tanh network that starts right as well

Glorot and Bengio, "Understanding the Difficulty of Training Deep Feedforward Neural Networks" (2010); He et al.,
"Delving Deep into Rectifiers" (2015).
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path
from typing import Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop.nn.functional as F
from backprop import Tensor, empty, manual_seed, nn, no_grad, randn
from backprop.nn.init import kaiming_normal_, normal_, xavier_normal_
from backprop.pictures import Histograms, LineChart

DEPTH = 20
SHOWN = (1, 2, 5, 10, 20)
BATCH = 32

Start = Callable[[Tensor], Tensor]  # fills the weights

STARTS: dict[str, Start] = {
    "too small, std 0.01": lambda weight: normal_(weight, std=0.01),
    "Xavier": xavier_normal_,
    "He": lambda weight: kaiming_normal_(weight, nonlinearity="relu"),
    "too large, std 1": lambda weight: normal_(weight, std=1.0),
}


def signals(start: Start, activation: nn.Module, width: int) -> list[Tensor]:
    """The output of each layer for a batch of inputs with mean 0 and variance 1."""
    manual_seed(2)
    x, weight = randn(BATCH, width), empty(width, width)
    found = []
    with no_grad():
        for _ in range(DEPTH):
            x = activation(F.linear(x, start(weight)))
            found.append(x)
    return found


def power(signal: Tensor) -> float:
    """The mean square: the variance, where the mean is 0."""
    return signal.square().mean().item()


def table(activation: nn.Module, width: int) -> dict[str, list[Tensor]]:
    """The mean square after some of the layers, and the factor of a layer on the average, from the 2nd to the last."""
    print(f"  {'layer':22}" + "".join(f"{layer:>10}" for layer in SHOWN) + "    factor a layer")
    found = {name: signals(start, activation, width) for name, start in STARTS.items()}
    for name, layers in found.items():
        powers = [power(signal) for signal in layers]
        factor = (powers[-1] / powers[0]) ** (1 / (DEPTH - 1))
        print(f"  {name:22}" + "".join(f"{powers[layer - 1]:>10.2e}" for layer in SHOWN) + f"    {factor:.4g}")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="layers of 48 neurons instead of 128")
    parser.add_argument("--svg", metavar="FILE", help="save the histograms of the tanh network that starts right")
    arguments = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no blocks
    width = 48 if arguments.quick else 128

    print(f"{DEPTH} layers of {width} neurons, nothing learned yet. A neuron sums {width} products, so its variance is")
    print(f"{width}·std² times the mean square of what comes in; ReLU then cuts off half of it. Twenty layers are")
    print("twenty such factors, one times the other. The mean square of the signal with ReLU:\n")
    relu = table(nn.ReLU(), width)
    factors = f"{width * 0.01**2 / 2:.4g}, 0.5, 1, {width / 2:g}"
    print(f"\nOn paper the factors are {width}·std²/2: {factors}. With He's start the last layer's signal is about")
    print("as large as the input of the first; with the others it is next to nothing, or enormous.\n")

    curves = {name: [power(signal) for signal in layers] for name, layers in relu.items()}
    print(LineChart(curves, x_label="layer", y_label="mean square, ReLU", y_scale="log"))

    print("\nThe same with tanh, which cannot explode, since it never leaves −1 to 1:\n")
    tanh = table(nn.Tanh(), width)
    edge = {name: (layers[-1].abs() > 0.99).float().mean() for name, layers in tanh.items()}
    print("\nToo large is a different illness here: the signal sticks to the ends, where the slope of tanh is 0 and")
    print("no gradient comes through. The share of the last layer's numbers beyond ±0.99:\n")
    for name, share in edge.items():
        print(f"  {name:22}{100 * share:6.1f} %")

    print("\nHow the values spread from −1 to 1, layer by layer:")
    pictures = {}
    for name in ("Xavier", "too large, std 1"):
        pictures[name] = Histograms({f"layer {layer}": tanh[name][layer - 1] for layer in SHOWN}, title=f"tanh, {name}")
        print(f"\n{name}\n{pictures[name]}")
    if arguments.svg:
        pictures["Xavier"].save(arguments.svg)


if __name__ == "__main__":
    main()
