"""Iris flowers and every optimizer: the same small network learns from each, side by side in a table.

python3 examples/iris.py            60 epochs with each, some seconds
python3 examples/iris.py --quick    10 epochs, a second
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Callable

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from backprop import Tensor, evaluate, manual_seed, nn, optim
from backprop.datasets import load_iris
from backprop.utils.data import DataLoader, LabeledDataset, train_test_split

# (name, optimizer, batch size): Rprop and LBFGS compare one gradient with the next, so they see all flowers each time.
OPTIMIZERS: list[tuple[str, Callable[[Iterable[nn.Parameter]], optim.Optimizer], int]] = [
    ("SGD", lambda params: optim.SGD(params, lr=0.1), 16),
    ("SGD, momentum", lambda params: optim.SGD(params, lr=0.02, momentum=0.9), 16),
    ("SGD, Nesterov", lambda params: optim.SGD(params, lr=0.02, momentum=0.9, nesterov=True), 16),
    ("Adagrad", lambda params: optim.Adagrad(params, lr=0.1), 16),
    ("Adadelta", lambda params: optim.Adadelta(params, lr=1.0), 16),
    ("RMSprop", lambda params: optim.RMSprop(params, lr=0.005), 16),
    ("Adam", lambda params: optim.Adam(params, lr=0.01), 16),
    ("AdamW", lambda params: optim.AdamW(params, lr=0.01), 16),
    ("Adamax", lambda params: optim.Adamax(params, lr=0.02), 16),
    ("NAdam", lambda params: optim.NAdam(params, lr=0.01), 16),
    ("RAdam", lambda params: optim.RAdam(params, lr=0.01), 16),
    ("Adafactor", lambda params: optim.Adafactor(params, lr=0.05), 16),
    ("ASGD", lambda params: optim.ASGD(params, lr=0.1), 16),
    ("Lion", lambda params: optim.Lion(params, lr=0.002), 16),
    ("Muon, matrices", lambda params: optim.Muon([p for p in params if p.ndim == 2], lr=0.02), 16),
    ("Rprop", lambda params: optim.Rprop(params), 120),
    ("LBFGS", lambda params: optim.LBFGS(params, max_iter=4, line_search_fn="strong_wolfe"), 120),
]


def prepared(seed: int) -> tuple[LabeledDataset, LabeledDataset]:
    """Training and test flowers with features of mean 0 and standard deviation 1 over the training flowers."""
    manual_seed(seed)
    train, test = train_test_split(load_iris(), 0.2)
    mean, std = train.inputs.mean(dim=0), train.inputs.std(dim=0)
    parts = [LabeledDataset((part.inputs - mean) / std, part.targets, part.classes) for part in (train, test)]
    return parts[0], parts[1]


def losses(model: nn.Sequential, optimizer: optim.Optimizer, batches: DataLoader[Any], epochs: int) -> list[float]:
    """The mean loss over the training flowers before training and after each epoch."""
    loss_function = nn.CrossEntropyLoss()
    curve = [evaluate(model, loss_function, batches)[0]]
    for _ in range(epochs):
        for inputs, targets in batches:

            def closure(inputs: Tensor = inputs, targets: Any = targets) -> Tensor:
                optimizer.zero_grad()
                loss = loss_function(model(inputs), targets)
                loss.backward()
                return loss

            optimizer.step(closure)  # once, or at several points, as LBFGS does before it chooses one
        curve.append(evaluate(model, loss_function, batches)[0])
    return curve


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer epochs")
    parser.add_argument("--seed", type=int, default=0, help="of the split, the start and the shuffling (0)")
    arguments = parser.parse_args()
    epochs = 10 if arguments.quick else 60

    train, test = prepared(arguments.seed)
    print(
        f"{len(train)} flowers to learn from, {len(test)} held out; a 4-16-3 network, {epochs} epochs, loss after …\n"
    )
    marks = sorted({0, 1, epochs // 10, epochs // 3, epochs})
    print(f"{'':14}" + "".join(f"{mark:>9}" for mark in marks) + "   held out")
    for name, make, batch_size in OPTIMIZERS:
        manual_seed(arguments.seed)
        model = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 3))
        batches = DataLoader(train, batch_size=batch_size, shuffle=True)
        curve = losses(model, make(model.parameters()), batches, epochs)
        _, accuracy = evaluate(model, nn.CrossEntropyLoss(), DataLoader(test, batch_size=len(test)))
        cells = "".join(f"{curve[mark]:>9.4f}" for mark in marks)
        print(f"{name:14}{cells}   {100 * accuracy:6.2f} %", flush=True)


if __name__ == "__main__":
    main()
