"""Handwritten digits: a 64-32-10 network learns the 1,797 images of 8×8 pixels and is tested on a fifth held out.

python3 examples/digits.py              one run, with seed 0
python3 examples/digits.py --seeds 10   ten runs, each with its own split and start; mean and spread
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import Tensor, evaluate, manual_seed, metrics, nn, optim
from backprop.datasets import load_digits
from backprop.pictures import ConfusionMatrix, Images
from backprop.utils.data import DataLoader, LabeledDataset, train_test_split


def prepare(seed: int) -> tuple[LabeledDataset, LabeledDataset, Tensor]:
    """Training and test data with pixels of mean 0 and spread of at most 1, and the test images as they are."""
    manual_seed(seed)
    train, test = train_test_split(load_digits(), 0.2)
    pixels, held_out = train.inputs, test.inputs
    # Mean and spread come from the training data alone. Border pixels are nearly always 0: their tiny spread
    # would blow up the few that are not, so nothing is divided by less than 1.
    mean, spread = pixels.mean(dim=0), pixels.std(dim=0).clamp(min=1.0)
    train = LabeledDataset((pixels - mean) / spread, train.targets, train.classes)
    test = LabeledDataset((held_out - mean) / spread, test.targets, test.classes)
    return train, test, held_out


def learn(train: LabeledDataset, epochs: int, progress: bool) -> nn.Sequential:
    """A 64-32-10 network trained on ``train``."""
    model = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
    loss_function = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=0.003, weight_decay=1e-3)
    batches = DataLoader(train, batch_size=32, shuffle=True)
    if progress:
        print(model)
    for epoch in range(1, epochs + 1):  # fit(model, loss_function, optimizer, batches, epochs=epochs) does the same
        total = 0.0
        for inputs, targets in batches:
            loss = loss_function(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(targets)
        if progress:
            print(f"epoch {epoch:2}  loss {total / len(train):.6f}", flush=True)
    return model


def accuracy(model: nn.Sequential, data: LabeledDataset) -> float:
    """The accuracy on ``data``."""
    return evaluate(model, nn.CrossEntropyLoss(), DataLoader(data, batch_size=len(data)))[1]


def drawing(pixels: list[float]) -> list[str]:
    """The 8×8 image in characters, the darker the more ink; two a pixel, since they are narrow."""
    return str(Images([pixels], 8, 8, value_range=(0, 16))).splitlines()


def one_run(seed: int, epochs: int) -> None:
    train, test, images = prepare(seed)
    print(f"{len(train)} digits to learn from, {len(test)} held out, seed {seed}\n")
    started = time.perf_counter()
    model = learn(train, epochs, progress=True)
    # On standard error, so that two runs with one seed write the same to standard output.
    print(f"trained in {time.perf_counter() - started:.1f} s", file=sys.stderr)
    print(f"\naccuracy on the held-out fifth: {100 * accuracy(model, test):.2f} %\n")

    predictions = model(test.inputs).argmax(dim=1).tolist()
    print("predicted (across) for each digit (down):\n")
    print(ConfusionMatrix(metrics.confusion_matrix(test.targets, predictions, num_classes=10)))

    wrong = [i for i, target in enumerate(test.targets.tolist()) if predictions[i] != target]
    chosen = (wrong[:1] + [i for i in range(len(test)) if i not in wrong])[:3]
    print("\nthree of them, mistakes first:\n")
    for i in sorted(chosen, key=lambda i: i not in wrong):
        lines = drawing(images[i].tolist())
        verdict = "correct" if i not in wrong else f"wrong: it is a {test.targets[i]}"
        lines[3] += f"   predicted {predictions[i]}, {verdict}"
        print("\n".join(line.rstrip() for line in lines) + "\n")


def many_runs(count: int, epochs: int) -> None:
    shares = []
    for seed in range(count):
        train, test, _ = prepare(seed)
        model = learn(train, epochs, progress=False)
        shares.append(100 * accuracy(model, test))
        print(f"seed {seed}: {shares[-1]:.2f} %", flush=True)
    spread = statistics.stdev(shares) if count > 1 else 0.0
    print(
        f"held-out accuracy over {count} seeds: mean {statistics.mean(shares):.2f} %, "
        f"standard deviation {spread:.2f}, from {min(shares):.2f} to {max(shares):.2f} %"
    )


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0, help="of the split, the start and the shuffling (0)")
    parser.add_argument("--seeds", type=positive, metavar="N", help="repeat with the seeds 0 to N-1")
    parser.add_argument("--epochs", type=positive, default=30, help="how often it sees all training data (30)")
    arguments = parser.parse_args()
    if arguments.seeds is not None:
        many_runs(arguments.seeds, arguments.epochs)
    else:
        one_run(arguments.seed, arguments.epochs)


if __name__ == "__main__":
    main()
