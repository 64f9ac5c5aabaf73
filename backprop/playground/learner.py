"""The learner: the network of one experiment while it is trained, step by step."""

from __future__ import annotations

from math import hypot, isfinite, sqrt
from typing import Callable, NamedTuple

from backprop.autograd import Tensor, no_grad
from backprop.matrix import Matrix
from backprop.nn import CrossEntropyLoss, Linear, Module, MSELoss, Sequential
from backprop.optim import Optimizer
from backprop.playground.examples import examples
from backprop.playground.experiment import ACTIVATIONS, OPTIMIZERS, Experiment, FieldError
from backprop.random import Generator
from backprop.sampling import randperm

_GROWN = 3  # times its first value: a loss that has grown so far is worth a word


class Score(NamedTuple):
    """How well the examples are learned: the mean loss, and the share of the right classes or for regression R²."""

    loss: float
    accuracy: float


class Exploded(ArithmeticError):
    """The loss is not a number any longer."""


class Learner:
    """A network that learns an ``experiment``; everything random in it comes from the seed of the experiment.

    The initial weights and the order of the examples are those that PyTorch draws after ``manual_seed``, so that the
    program which the playground writes computes the same numbers.

    Raises FieldError for a table that cannot be learned.
    """

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        self.data = examples(experiment)
        self._rng = Generator().manual_seed(experiment.seed)
        outputs = len(self.data.classes) or 1
        sizes = [self.data.inputs.shape[1], *experiment.layers, outputs]
        layers: list[Module] = []
        for before, size in zip(sizes, sizes[1:]):
            layers += [Linear(before, size, rng=self._rng), ACTIVATIONS[experiment.activation]()]
        self.model = Sequential(*layers[:-1])
        self.linear = [layer for layer in self.model if isinstance(layer, Linear)]
        self.loss: Module = CrossEntropyLoss() if self.data.classes else MSELoss()
        self.optimizer = _optimizer(experiment, self.model)
        self.epoch = self.steps = 0
        self._rest: list[int] = []  # of this epoch, still to be learned
        self.history: list[Moment] = []
        self.note()
        self.start = self.train.loss

    # ---------------------------------------------------------------- learning

    def become(self, experiment: Experiment) -> None:
        """Go on with another rate, batch size, optimizer, regularization or noise; the weights stay."""
        before, self.experiment = self.experiment, experiment
        if experiment.noise != before.noise:
            self.data = examples(experiment)
        if experiment.optimizer != before.optimizer:
            self.optimizer = _optimizer(experiment, self.model)
        for group in self.optimizer.param_groups:
            group.update(lr=experiment.lr, **_keywords(experiment))

    def step(self) -> None:
        """Learn one batch. The last of an epoch is followed by a look at the loss of all examples.

        Raises Exploded, before the weights are touched, where the loss is not finite.
        """
        if not self._rest:
            self._rest = randperm(self.data.train, rng=self._rng)
        batch, self._rest = self._rest[: self.experiment.batch], self._rest[self.experiment.batch :]
        self.optimizer.zero_grad()
        try:
            loss = self.objective(self.data.inputs[batch], self.data.targets[batch])
            if not isfinite(loss.item()):
                raise Exploded
            loss.backward()
            self.optimizer.step()
        except ArithmeticError:  # of floats, too: a power of a large one overflows
            self._rest = []
            self.note()
            raise Exploded(self._explosion()) from None
        self.steps += 1
        if not self._rest:
            self.epoch += 1
            self.note()

    def objective(self, inputs: Tensor, targets: Tensor) -> Tensor:
        """What is made small: the loss, and the regularization with its rate."""
        loss: Tensor = self.loss(self.model(inputs), targets)
        if self.experiment.rate:
            for layer in self.linear:
                if self.experiment.regularization == "L1":
                    loss = loss + self.experiment.rate * layer.weight.abs().sum()
                elif self.experiment.regularization == "L2":
                    loss = loss + self.experiment.rate / 2 * layer.weight.square().sum()
        return loss

    def set_weight(self, layer: int, row: int, column: int, value: float) -> None:
        """Make one weight another number; the column after the last is that of the bias.

        Raises FieldError for a weight that is not there, and for anything but a number.
        """
        if not (isinstance(value, (int, float)) and isfinite(value) and abs(value) <= 1e6):
            raise FieldError("weight", f"A weight is a number from -1,000,000 to 1,000,000, got {str(value)[:40]}.")
        if not all(isinstance(place, int) and place >= 0 for place in (layer, row, column)):
            raise FieldError("weight", "Layer, row and column of a weight are counted from 0.")
        try:
            linear = self.linear[layer]
            with no_grad():
                if column == linear.in_features:
                    linear.bias[row] = float(value)
                else:
                    linear.weight[row, column] = float(value)
        except IndexError:
            raise FieldError("weight", f"There is no weight {layer}, {row}, {column}.") from None
        self.note()

    # ---------------------------------------------------------------- what has come of it

    def responses(self, inputs: Tensor | Matrix) -> list[Tensor]:
        """What comes out of each layer of neurons, the last of them the outputs of the network."""
        given = []
        with no_grad():
            value: Tensor = self.model[0](inputs)
            for layer in list(self.model)[1:]:
                if isinstance(layer, Linear):
                    given.append(value)
                value = layer(value)
        return [*given, value]

    def score(self, outputs: Tensor, targets: Tensor) -> Score:
        """How well these outputs fit."""
        with no_grad():
            loss = self.loss(outputs, targets).item()
        if self.data.classes:
            best = outputs.argmax(1)
            return Score(loss, (best == targets).sum().item() / len(targets))
        spread = (targets - targets.mean()).square().mean().item()
        return Score(loss, 1 - loss / spread if spread else 0.0)

    def note(self) -> None:
        """Take down the loss of the examples that are learned and of those held out, and the sizes layer by layer."""
        train = self.data.train
        given = self.responses(self.data.inputs)
        outputs, targets = given[-1], self.data.targets
        self.train = self.score(outputs[:train], targets[:train])
        self.test = self.score(outputs[train:], targets[train:]) if train < len(targets) else None
        self.silent = [_silent(values.matrix) for values in given[:-1]]
        moment = Moment(
            self.epoch + (1 - len(self._rest) / train if self._rest else 0),
            self.train.loss,
            self.test.loss if self.test else None,
            [_root_mean_square(values.matrix) for values in given[:-1]],
            [_root_mean_square(x.weight.grad.matrix) if x.weight.grad is not None else 0.0 for x in self.linear],
        )
        if self.history and self.history[-1].epoch == moment.epoch:  # a weight was set by hand
            self.history.pop()
        self.history.append(moment)

    def notice(self) -> str:
        """A sentence on a loss that has grown, or nothing."""
        first, now = self.start, self.train.loss
        if not isfinite(now) or now <= _GROWN * first:
            return ""
        return (
            f"The loss has grown from {first:.3g} to {now:.3g} in {self.epoch} epochs: "
            f"the learning rate {self.experiment.lr:g} may be too large."
        )

    def _explosion(self) -> str:
        known = [moment for moment in self.history if isfinite(moment.train)]
        last = f" and {known[-1].train:.3g} in epoch {known[-1].epoch:g}" if known else ""
        largest = max((abs(x) for p in self.model.parameters() for row in p.matrix.rows for x in row), default=0.0)
        return (
            f"The loss exploded in epoch {self.epoch + 1}, after {self.steps:,} steps: no float can hold it. "
            f"It was {self.start:.3g} at the start{last}; the largest weight is now {largest:.3g}. "
            f"The learning rate {self.experiment.lr:g} is too large: take a smaller one and start again."
        )


class Moment(NamedTuple):
    """The end of an epoch, or a moment within one: the losses, the root mean square of the activations of each hidden layer and that of the
    gradients of each layer's weights, which are those of the last batch."""

    epoch: float
    train: float
    test: float | None
    activations: list[float]
    gradients: list[float]


def _optimizer(experiment: Experiment, model: Module) -> Optimizer:
    kind: Callable[..., Optimizer] = OPTIMIZERS[experiment.optimizer][0]
    return kind(model.parameters(), lr=experiment.lr, **_keywords(experiment))


def _keywords(experiment: Experiment) -> dict[str, object]:
    """The settings as the optimizer takes them: the betas are a pair."""
    given: dict[str, object] = dict(experiment.settings)
    if "beta1" in given:
        given["betas"] = given.pop("beta1"), given.pop("beta2")
    return given


def _root_mean_square(table: Matrix) -> float:
    rows, columns = table.shape
    return sqrt(sum(size * size for size in (hypot(*row) for row in table.rows)) / (rows * columns))


def _silent(table: Matrix) -> list[int]:
    """The neurons that give the same number for all examples."""
    return [k for k, column in enumerate(zip(*table.rows)) if min(column) == max(column)]
