"""Handwritten digits squeezed into 8 numbers and back: a network that must find out by itself what matters in them.

python3 examples/autoencoder.py            trains 64-32-8-32-64, about half a minute
python3 examples/autoencoder.py --quick    a few seconds, and worse
"""

from __future__ import annotations

import argparse
import math
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop.nn.functional as F
from backprop import Matrix, Tensor, fit, nn, optim
from backprop.datasets import load_digits
from backprop.pictures import Images
from backprop.utils.data import DataLoader, Dataset, train_test_split


def networks(rng: random.Random) -> tuple[nn.Sequential, nn.Sequential]:
    """(encoder, decoder): 64 pixels to 8 numbers between −1 and 1, and 8 numbers to the logits of 64 pixels."""
    encoder = nn.Sequential(nn.Linear(64, 32, rng=rng), nn.Tanh(), nn.Linear(32, 8, rng=rng), nn.Tanh())
    decoder = nn.Sequential(nn.Linear(8, 32, rng=rng), nn.Tanh(), nn.Linear(32, 64, rng=rng))
    return encoder, decoder


def drawing(pixels: list[float]) -> list[str]:
    """The 8×8 image in characters, for ink between 0 and 1; two a pixel, since they are narrow."""
    return str(Images([pixels], 8, 8, value_range=(0, 1))).splitlines()


def error(images: Matrix, restored: Matrix) -> float:
    """The root of the mean squared difference of the pixels."""
    return math.sqrt(F.mse_loss(images, restored))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few epochs on few digits")
    parser.add_argument("--seed", type=int, default=0, help="of the split, the start and the shuffling (0)")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)

    digits = load_digits()
    train, test = train_test_split(Dataset(digits.inputs / 16, digits.inputs / 16), 0.2, rng=rng)
    if arguments.quick:
        train = train.select(slice(300))
    print(f"{len(train)} digits of 64 pixels; the network may keep 8 numbers of each")
    encoder, decoder = networks(rng)
    model = nn.Sequential(*encoder, *decoder)
    batches = DataLoader(train, batch_size=32, shuffle=True, rng=rng)
    optimizer = optim.Adam(model.parameters(), lr=0.005)
    fit(model, nn.BCEWithLogitsLoss(), optimizer, batches, epochs=25 if arguments.quick else 40)

    codes = encoder(test.inputs)
    restored = F.sigmoid(decoder(codes)).matrix
    mean = Tensor(train.inputs).mean(0)
    print(f"\nerror of a pixel on {len(test)} held-out digits: {error(test.inputs, restored):.4f}", end="")
    print(f" (always guessing the mean digit: {error(test.inputs, mean.expand(*test.inputs.shape).matrix):.4f})\n")
    for i in range(3):
        print("  ".join(f"{x:+.2f}" for x in codes.matrix[i].tolist()[0]))
        pairs = zip(drawing(test.inputs[i].tolist()[0]), drawing(restored[i].tolist()[0]))
        print("\n".join(f"{left}  ->  {right}".rstrip() for left, right in pairs) + "\n")


if __name__ == "__main__":
    main()
