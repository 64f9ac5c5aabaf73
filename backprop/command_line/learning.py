"""Learning from a data set in three parts: one to learn from, one that says when to stop, one to be judged by.

A fifth of a few hundred examples is too few to judge by: the share of right answers is then a matter of which they are,
give or take two or three percent. So where examples are few, each fifth is held out in turn, from a training of its own,
and all are judged together (Stone, "Cross-Validatory Choice and Assessment of Statistical Predictions", 1974).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from operator import eq
from typing import NamedTuple

from backprop.autograd import Tensor, no_grad
from backprop.command_line.checkpoint_guard import SameTraining
from backprop.command_line.network import dense
from backprop.files import PathLike
from backprop.matrix import Matrix
from backprop.metrics import Report, report
from backprop.nn import Module, Sequential, Standardize
from backprop.nn.losses import CrossEntropyLoss, MSELoss
from backprop.optim import Adam
from backprop.training import Callback, History, fit
from backprop.utils.data import DataLoader, Dataset, k_folds, train_test_split
from backprop.utils.data.split import whole_share


@dataclass(frozen=True)
class TrainConfig:
    """How to learn."""

    layers: tuple[int, ...] = (32,)
    activation: str = "relu"
    epochs: int = 200
    batch_size: int = 32
    lr: float = 0.01
    weight_decay: float = 0.01
    patience: int = 10
    validation: float = 0.1
    test: float = 0.2
    seed: int = 0


class Splits(NamedTuple):
    """A data set, divided: what learns from ``train`` and stops by ``validation`` has never seen ``test``."""

    train: Dataset
    validation: Dataset
    test: Dataset


class TrainedModel(NamedTuple):
    """A model that takes inputs as they stand in the table, how it learned, and what it answers to ``Splits.test``."""

    model: Sequential
    history: History
    answers: Tensor


# At a share of 97 % the standard error of a fifth of so many is one percent.
FEW = 1_000


def split(data: Dataset, recipe: TrainConfig) -> list[Splits]:
    """The data in three parts, with the same share of each class as nearly as can be; fewer than ``FEW`` examples in
    several ways, so that each is held out once, where a half to a tenth is to be held out.

    Raises ValueError where nothing can be learned: too few examples for three parts, the same target or the same inputs
    everywhere, or numbers beyond ±1e100.
    """
    count = len(data)
    ways = 1
    if count < FEW and 0.1 <= recipe.test <= 0.5:
        ways = min(range(2, min(10, count) + 1), key=lambda n: abs(1 / n - recipe.test), default=1)
    held_out = whole_share(recipe.test if ways == 1 else 1 / ways, count)
    to_stop = whole_share(recipe.validation, count)
    if held_out + to_stop >= count:
        raise ValueError(f"of {count} examples {to_stop} validate and {held_out} test; that leaves none to learn from")
    for what, values in (("target", data.targets), ("inputs", data.inputs)):
        if all(map(eq, values, islice(values, 1, None))):
            raise ValueError(f"all {count} examples have the same {what}; there is nothing to learn")
        if isinstance(values, Matrix) and not -1e100 <= values.min() <= values.max() <= 1e100:
            raise ValueError(f"the {what} have numbers beyond ±1e100, too large to learn from")
    rng, stratify = random.Random(recipe.seed), bool(data.classes)
    divisions: Iterable[tuple[Dataset, Dataset]]
    if ways > 1:
        divisions = k_folds(data, ways, stratify=stratify, rng=rng)
    else:
        divisions = [train_test_split(data, held_out, stratify=stratify, rng=rng)]
    return [Splits(*train_test_split(rest, to_stop, stratify=stratify, rng=rng), test) for rest, test in divisions]


def evaluate(trainings: Sequence[tuple[Splits, TrainedModel]]) -> Report:
    """How good the answers of all are, each on what was held out from it."""
    held_out = [parts.test for parts, _ in trainings]
    answers = Matrix.vstack([learned.answers.data for _, learned in trainings])
    quantities = [test.targets for test in held_out if isinstance(test.targets, Matrix)]
    if quantities:
        return report(Matrix.vstack(quantities), answers)
    classes = [k for test in held_out if not isinstance(test.targets, Matrix) for k in test.targets]
    return report(classes, answers, classes=list(held_out[0].classes))


def learn(
    parts: Splits,
    recipe: TrainConfig,
    *,
    progress: bool,
    checkpoint: PathLike | None = None,
    callbacks: Sequence[Callback] = (),
) -> TrainedModel:
    """Train a network on the standardized numbers and put it together with the standardization.

    Ctrl-C ends the training early, as History says. A ``checkpoint`` that is there is gone on from; ``callbacks`` are
    those of ``fit``.
    """
    train, _, test = parts
    rng = random.Random(recipe.seed)
    inputs = Standardize(train.inputs.shape[1]).fit(train.inputs)
    targets = Standardize(1).fit(train.targets) if isinstance(train.targets, Matrix) else None

    def standardized(part: Dataset) -> DataLoader:
        answers = targets(part.targets).data if targets and isinstance(part.targets, Matrix) else part.targets
        return DataLoader(Dataset(inputs(part.inputs).data, answers), recipe.batch_size, shuffle=part is train, rng=rng)

    sizes = [inputs.num_features, *recipe.layers, len(train.classes) or 1]
    network = Sequential(*dense(sizes, recipe.activation, rng))
    # Longer and more patient is the same training.
    settings = {name: value for name, value in asdict(recipe).items() if name not in ("epochs", "patience")}
    history = fit(
        network,
        CrossEntropyLoss() if targets is None else MSELoss(),
        Adam(network.parameters(), lr=recipe.lr, weight_decay=recipe.weight_decay),
        standardized(train),
        epochs=recipe.epochs,
        validation=standardized(parts.validation),
        patience=recipe.patience,
        checkpoint=checkpoint,
        resume=checkpoint is not None,
        callbacks=[*([] if checkpoint is None else [SameTraining(train, settings)]), *callbacks],
        progress=progress,
    )
    if targets is not None:
        _undo(targets, network[-1])
    model = Sequential(inputs, *network)
    with no_grad():
        answers = model(test.inputs)
    return TrainedModel(model, history, answers)


def _undo(targets: Standardize, last: Module) -> None:
    """Let the last layer undo the standardization of the targets: (x·Wᵀ + b)·std + mean = x·(std·W)ᵀ + std·b + mean."""
    weight, bias = last.parameters()
    weight.data, bias.data = weight.data * targets.std.data, targets.inverse(bias.data).data
