"""Handwritten digits squeezed into 8 numbers and back: a network that must find out by itself what matters in them.

python3 examples/autoencoder.py            trains 64-32-8-32-64, about half a minute
python3 examples/autoencoder.py --quick    a few seconds, and worse
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import backprop.nn.functional as F
from backprop import Tensor, manual_seed, nn, no_grad, optim
from backprop.datasets import load_digits
from backprop.pictures import Images
from backprop.utils.data import DataLoader, LabeledDataset, train_test_split


def networks() -> tuple[nn.Sequential, nn.Sequential]:
    """(encoder, decoder): 64 pixels to 8 numbers between −1 and 1, and 8 numbers to the logits of 64 pixels."""
    encoder = nn.Sequential(nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 8), nn.Tanh())
    decoder = nn.Sequential(nn.Linear(8, 32), nn.Tanh(), nn.Linear(32, 64))
    return encoder, decoder


def drawing(pixels: list[float]) -> list[str]:
    """The 8×8 image in characters, for ink between 0 and 1; two a pixel, since they are narrow."""
    return str(Images([pixels], 8, 8, value_range=(0, 1))).splitlines()


def error(images: Tensor, restored: Tensor) -> Tensor:
    """The root of the mean squared difference of the pixels."""
    return ((images - restored) ** 2).mean().sqrt()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few epochs on few digits")
    parser.add_argument("--seed", type=int, default=0, help="of the split, the start and the shuffling (0)")
    arguments = parser.parse_args()
    manual_seed(arguments.seed)

    digits = load_digits()
    train, test = train_test_split(LabeledDataset(digits.inputs / 16, digits.inputs / 16), 0.2)
    if arguments.quick:
        train = train.select(slice(300))
    print(f"{len(train)} digits of 64 pixels; the network may keep 8 numbers of each")
    encoder, decoder = networks()
    model = nn.Sequential(*encoder, *decoder)
    batches = DataLoader(train, batch_size=32, shuffle=True)
    optimizer = optim.Adam(model.parameters(), lr=0.005)
    loss_function = nn.BCEWithLogitsLoss()
    for epoch in range(1, 26 if arguments.quick else 41):
        total = 0.0
        for inputs, _ in batches:
            loss = loss_function(model(inputs), inputs)  # its input is its target
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(inputs)
        print(f"epoch {epoch:2}  loss {total / len(train):.6f}", flush=True)

    images, mean = test.inputs, train.inputs.mean(dim=0)
    with no_grad():
        codes = encoder(images)
        restored = F.sigmoid(decoder(codes))
    print(f"\nerror of a pixel on {len(test)} held-out digits: {error(images, restored):.4f}", end="")
    print(f" (always guessing the mean digit: {error(images, mean):.4f})\n")
    for i in range(3):
        print("  ".join(f"{x:+.2f}" for x in codes[i]))
        pairs = zip(drawing(images[i].tolist()), drawing(restored[i].tolist()))
        print("\n".join(f"{left}  ->  {right}".rstrip() for left, right in pairs) + "\n")


if __name__ == "__main__":
    main()
