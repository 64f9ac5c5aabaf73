"""Overfitting: a network learns forty noisy points by heart, and what dropout, weight decay and early stopping save.

``fit`` is the loop of xor.py that measures the loss on other points after each epoch, and can stop when it rises.

python3 examples/overfitting.py                     200 epochs, some ten seconds
python3 examples/overfitting.py --quick             75 epochs, some seconds
python3 examples/overfitting.py --svg plane.svg     draws what the network has learned by heart as well

Srivastava et al., "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (2014); Loshchilov and Hutter,
"Decoupled Weight Decay Regularization" (2019).
"""

from __future__ import annotations

import argparse
import io
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import History, evaluate, fit, manual_seed, nn, optim
from backprop.datasets import moons
from backprop.pictures import DecisionBoundary, LineChart
from backprop.utils.data import DataLoader

WIDTH = 32
# (name, the share that is dropped, weight decay, patience)
WAYS = [
    ("plain", 0.0, 0.0, None),
    ("dropout", 0.5, 0.0, None),
    ("weight decay", 0.0, 2.0, None),
    ("early stopping", 0.0, 0.0, 20),
]


def network(dropped: float) -> nn.Sequential:
    """1218 weights for 40 points: enough to learn each of them by heart."""
    return nn.Sequential(
        nn.Linear(2, WIDTH),
        nn.ReLU(),
        nn.Dropout(dropped),
        nn.Linear(WIDTH, WIDTH),
        nn.ReLU(),
        nn.Dropout(dropped),
        nn.Linear(WIDTH, 2),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer epochs")
    parser.add_argument("--svg", metavar="FILE", help="save the plane as the plain network sees it")
    arguments = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # where the terminal has no blocks
    epochs = 75 if arguments.quick else 200

    points, others = (
        moons(40, noise=0.35, generator=random.Random(1)),
        moons(100, noise=0.35, generator=random.Random(2)),
    )
    train, validation = DataLoader(points, batch_size=len(points)), DataLoader(others, batch_size=len(others))
    loss = nn.CrossEntropyLoss()
    print(f"Two noisy moons: {len(points)} points to learn from, {len(others)} to validate. They overlap, so that")
    print(
        f"nobody tells all of them apart. A 2-{WIDTH}-{WIDTH}-2 network learns for {epochs} epochs, four times from one start:\n"
    )
    print(f"  {'':16}{'train loss':>12}{'validation':>12}{'accuracy':>10}    validation loss over the epochs")
    histories: dict[str, History] = {}
    models = {}
    for name, dropped, decay, patience in WAYS:
        manual_seed(0)
        models[name] = model = network(dropped)
        optimizer = optim.AdamW(model.parameters(), lr=0.01, weight_decay=decay)
        histories[name] = history = fit(
            model, loss, optimizer, train, epochs=epochs, validation=validation, patience=patience, progress=False
        )
        (train_loss, _), (validation_loss, accuracy) = evaluate(model, loss, train), evaluate(model, loss, validation)
        curve = History(history[:: epochs // 25]).sparkline("validation_loss")
        print(f"  {name:16}{train_loss:>12.4f}{validation_loss:>12.4f}{100 * accuracy:>8.1f} %    {curve}")

    plain = histories["plain"]
    least = min(plain, key=lambda epoch: epoch.validation_loss)
    stopped = len(histories["early stopping"])
    print("\nThe plain network knows its points better from epoch to epoch; the others it knew best after")
    print(
        f"{least.number} epochs, and worse ever since. It is sure where it should doubt, and a sure error costs much."
    )
    print("Dropout lets no neuron rely on another. Weight decay keeps the function smooth. Early stopping goes")
    print(
        f"back to the weights of epoch {least.number}, and saves the time of the rest: it ended after {stopped} epochs."
    )
    print("(Its loss is flattered a little: it was chosen by the very points it is measured on.)\n")
    curves: dict[str, list[float | None]] = {
        "train": [epoch.loss for epoch in plain],
        **{name: [epoch.validation_loss for epoch in histories[name]] for name in ("plain", "dropout")},
    }
    print(LineChart(curves, x_label="epoch", y_label="loss; plain and dropout on the validation points"))

    if arguments.svg:
        picture = DecisionBoundary(
            models["plain"],
            points.inputs,
            points.targets,
            title="Forty points learned by heart",
        )
        picture.save(arguments.svg)


if __name__ == "__main__":
    main()
