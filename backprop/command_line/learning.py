"""Training on a data set in three splits: one to learn from, one that says when to stop, one to evaluate on.

A fifth of a few hundred examples is too few to evaluate on: the accuracy then depends on which they are, give or take
two or three percent. So where examples are few, each fifth is held out in turn, from a training of its own, and all are
evaluated together (Stone, "Cross-Validatory Choice and Assessment of Statistical Predictions", 1974).
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from backprop.autograd import Tensor, no_grad
from backprop.command_line.description import dense
from backprop.files import PathLike
from backprop.metrics import Report, report
from backprop.nn import Impute, Module, Sequential, Standardize
from backprop.nn.losses import CrossEntropyLoss, MSELoss
from backprop.optim import AdamW
from backprop.tensors import cat
from backprop.training import Callback, History, Run, fit
from backprop.utils.data import DataLoader, LabeledDataset, TensorDataset, k_folds, train_test_split
from backprop.utils.data.split import whole_share


@dataclass(frozen=True)
class TrainConfig:
    """How to train. The defaults are those that did best, in cross-validation, on sixteen public tables taken together."""

    layers: tuple[int, ...] = (32,)
    activation: str = "relu"
    epochs: int = 200
    batch_size: int = 32
    lr: float = 0.003
    weight_decay: float = 1.0
    patience: int = 20
    validation: float = 0.1
    test: float = 0.2
    seed: int = 0


class Splits(NamedTuple):
    """A data set in three: what learns from ``train`` and stops by ``validation`` has never seen ``test``."""

    train: LabeledDataset
    validation: LabeledDataset
    test: LabeledDataset


class TrainedModel(NamedTuple):
    """A model that takes inputs as they are in the table, its history, and its outputs for ``Splits.test``.

    ``failure`` says why the training ended before its time, "" if it did not.
    """

    model: Sequential
    history: History
    outputs: Tensor
    failure: str


# At an accuracy of 97 % the standard error of a fifth of so many is one percent.
FEW = 1_000


def split(data: LabeledDataset, config: TrainConfig) -> list[Splits]:
    """The data in three splits, with the same share of each class as nearly as can be; fewer than ``FEW`` examples in
    several ways, so that each is held out once, where a half to a tenth is to be held out.

    Raises ValueError where nothing can be learned: too few examples for three splits, the same target or the same inputs
    everywhere, or numbers beyond ±1e100.
    """
    count = len(data)
    folds = 1
    if count < FEW and 0.1 <= config.test <= 0.5:
        folds = min(range(2, min(10, count) + 1), key=lambda n: abs(1 / n - config.test), default=1)
    test_size = whole_share(config.test if folds == 1 else 1 / folds, count)
    validation_size = whole_share(config.validation, count)
    if test_size + validation_size >= count:
        raise ValueError(
            f"of {count} examples {validation_size} validate and {test_size} test; that leaves none to learn from"
        )
    for what, values in (("target", data.targets), ("inputs", data.inputs)):
        if len(set(map(tuple, values.reshape(count, -1).tolist()))) == 1:
            raise ValueError(f"all {count} examples have the same {what}; there is nothing to learn")
        if any(abs(x) > 1e100 for row in values.matrix.rows for x in row):
            raise ValueError(f"the {what} have numbers beyond ±1e100, too large to learn from")
    rng, stratify = random.Random(config.seed), bool(data.classes)
    pairs: Iterable[tuple[LabeledDataset, LabeledDataset]]
    if folds > 1:
        pairs = k_folds(data, folds, stratify=stratify, generator=rng)
    else:
        pairs = [train_test_split(data, test_size, stratify=stratify, generator=rng)]
    return [
        Splits(*train_test_split(rest, validation_size, stratify=stratify, generator=rng), test) for rest, test in pairs
    ]


def evaluate(trainings: Sequence[tuple[Splits, TrainedModel]]) -> Report:
    """How good the outputs of all are, each on what was held out from it."""
    held_out = [splits.test for splits, _ in trainings]
    targets, outputs = cat([test.targets for test in held_out]), cat([trained.outputs for _, trained in trainings])
    return report(targets, outputs, classes=list(held_out[0].classes))


def learn(
    splits: Splits,
    config: TrainConfig,
    *,
    progress: bool,
    fills: bool = False,
    checkpoint: PathLike | None = None,
    callbacks: Sequence[Callback] = (),
) -> TrainedModel:
    """Train a network on the standardized numbers and put it together with the standardization.

    With ``fills`` the medians of what is learned from stand for missing numbers, and the model begins with these.
    Ctrl-C ends the training early, as History says, and so does a loss that is not finite: the model has the best weights
    so far. A ``checkpoint`` that is there is resumed; ``callbacks`` are those of ``fit``.

    Raises FloatingPointError for a loss that is not finite before anything was learned.
    """
    train, _, test = splits
    rng = random.Random(config.seed)
    count = train.inputs.shape[1]
    inputs = Sequential(*([Impute(count).fit(train.inputs)] if fills else []))
    inputs.append(Standardize(count).fit(inputs(train.inputs)))
    targets = None if train.classes else Standardize(1).fit(train.targets)

    def standardized(data: LabeledDataset) -> DataLoader[Any]:
        own = TensorDataset(inputs(data.inputs), targets(data.targets) if targets else data.targets)
        return DataLoader(own, config.batch_size, shuffle=data is train, generator=rng)

    sizes = [count, *config.layers, len(train.classes) or 1]
    network = Sequential(*dense(sizes, config.activation, rng))
    _silence(network[0], inputs(train.inputs))
    # A training that is longer or more patient is the same training.
    settings = {name: value for name, value in asdict(config).items() if name not in ("epochs", "patience")}
    so_far, failure = _SoFar(), ""
    try:
        fit(
            network,
            CrossEntropyLoss() if targets is None else MSELoss(),
            AdamW(network.parameters(), lr=config.lr, weight_decay=config.weight_decay),
            standardized(train),
            epochs=config.epochs,
            validation=standardized(splits.validation),
            patience=config.patience,
            checkpoint=checkpoint,
            resume=checkpoint is not None,
            callbacks=[*([] if checkpoint is None else [CheckpointGuard(train, settings)]), so_far, *callbacks],
            progress=progress,
        )
    except FloatingPointError as error:
        if not any(epoch.validation_loss is not None and epoch.validation_loss < math.inf for epoch in so_far.history):
            raise
        failure = str(error).removeprefix("fit: ")
    if targets is not None:
        _undo(targets, network[-1])
    model = Sequential(*inputs, *network)
    with no_grad():
        outputs = model(test.inputs)
    return TrainedModel(model, so_far.history, outputs, failure)


def _silence(first: Module, inputs: Tensor) -> None:
    """Let an input that is everywhere the same, as a category that is not there, have no weight: none is learned for it."""
    weight, _ = first.parameters()
    used = [float(any(column)) for column in zip(*inputs.matrix.rows)]
    weight.data = weight.data * Tensor(used)


def _undo(targets: Standardize, last: Module) -> None:
    """Let the last layer undo the standardization of the targets: (x·Wᵀ + b)·std + mean = x·(std·W)ᵀ + std·b + mean."""
    weight, bias = last.parameters()
    weight.data, bias.data = weight.matrix * targets.std.matrix, targets.inverse(bias.matrix).matrix


class _SoFar(Callback):
    """Keeps the history of a training, also of one that ends in an error."""

    def on_fit_begin(self, run: Run) -> None:
        self.history = run.history


class CheckpointGuard(Callback):
    """Puts ``settings`` and a fingerprint of ``data`` into the checkpoint, and refuses one that has others."""

    def __init__(self, data: LabeledDataset, settings: Mapping[str, Any]) -> None:
        fingerprint = hashlib.sha256()
        for row, target in zip(data.inputs.tolist(), data.targets.tolist()):
            fingerprint.update(repr((row, target)).encode())
        self._own = {**settings, "table": fingerprint.hexdigest()}

    def state_dict(self) -> dict[str, Any]:
        return self._own

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        other = [name for name, value in self._own.items() if state.get(name) != value]
        if other:
            raise ValueError(f"it is of a training with another {' and another '.join(other)}")
