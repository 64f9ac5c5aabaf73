"""The learner: the network of one experiment while it is trained, and what can be seen of it."""

from __future__ import annotations

import random
from math import isfinite
from time import monotonic
from typing import Any, Callable

from backprop.autograd import Tensor, no_grad
from backprop.explanation import explain
from backprop.matrix import Matrix
from backprop.nn import Linear, Module, Sequential
from backprop.nn.functional import softmax
from backprop.nn.losses import CrossEntropyLoss
from backprop.optim.optimizer import parameters_of
from backprop.playground.examples import examples
from backprop.playground.experiment import ACTIVATIONS, OPTIMIZERS, Experiment
from backprop.training import Callback, evaluate, fit
from backprop.training.run import Run
from backprop.utils.data import DataLoader
from backprop.validation import check_positive_int

GRID = 32  # cells of the plane, in each direction
LEVELS = 8  # of certainty
_BATCH = 20
_FRAME = 0.1  # seconds from one look to the next, at least
_SHARE = 1  # so many times as long as a look takes is learned before the next
_EPOCHS = 1000  # in one go: the history of each is kept for so long


class Learner(Callback):
    """A network that learns an ``experiment``; everything random in it comes from the seed of the experiment.

    Raises ValueError for a table that can not be learned.
    """

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment
        rng = random.Random(experiment.seed)
        self.data = examples(experiment, rng)
        sizes = [self.data.inputs.shape[1], *experiment.layers, len(self.data.classes)]
        layers: list[Module] = []
        for before, size in zip(sizes, sizes[1:]):
            layers += [Linear(before, size, rng=rng), ACTIVATIONS[experiment.activation]()]
        self.model = Sequential(*layers[:-1])
        self.loss = CrossEntropyLoss()
        self.optimizer = OPTIMIZERS[experiment.optimizer](self.model.parameters(), lr=experiment.lr)
        self.batches = DataLoader(self.data, _BATCH, shuffle=True, generator=rng)
        self.epoch = 0
        self.trouble = ""
        self._losses: list[tuple[int, float | None]] = []
        self._evaluate()
        self._half = 1.1 * self.data.inputs[:, :2].abs().max().item()
        self._next_look = 0.0

    # ---------------------------------------------------------------- learning

    def can_go_on(self, experiment: Experiment) -> bool:
        """Whether the network and the examples are those of that ``experiment``, and it is only learned otherwise."""
        return experiment == self.experiment._replace(optimizer=experiment.optimizer, lr=experiment.lr)

    def learn(self, send_state: Callable[[], None], continues: Callable[[], bool]) -> None:
        """Train while ``continues()``, and ``send_state()`` about ten times a second. A loss that is not finite ends it
        too: ``trouble`` then says so, and the state is that of the network as it has become."""
        self._send_state, self._continues = send_state, continues
        self._take_optimizer()
        try:
            fit(
                self.model,
                self.loss,
                self.optimizer,
                self.batches,
                epochs=_EPOCHS,
                callbacks=[self],
                progress=False,
            )
        except ArithmeticError as error:
            self.trouble = f"Training has ended: {error}. A smaller learning rate may help."
            self._evaluate()

    def on_step_end(self, run: Run) -> None:
        if not self._continues():
            run.stop("the page has asked for something else")
            return
        begin = monotonic()
        if begin >= self._next_look:
            self._send_state()
            end = monotonic()
            self._next_look = end + max(_FRAME, _SHARE * (end - begin))

    def on_epoch_end(self, run: Run) -> None:
        self.epoch += 1
        self.mean_loss, self.accuracy = run.history[-1].loss, run.history[-1].accuracy
        self._losses.append((self.epoch, _short(self.mean_loss)))

    def _take_optimizer(self) -> None:
        """The one of the experiment, which may have changed since; it remembers its steps as long as it is of one kind."""
        kind = OPTIMIZERS[self.experiment.optimizer]
        if type(self.optimizer) is not kind:
            self.optimizer = kind(self.model.parameters(), lr=self.experiment.lr)
        for group in self.optimizer.param_groups:
            group["lr"] = self.experiment.lr

    def _evaluate(self) -> None:
        """The loss and the accuracy of the network as it is."""
        self.mean_loss, self.accuracy = evaluate(self.model, self.loss, [(self.data.inputs, self.data.targets)])
        self._losses.append((self.epoch, _short(self.mean_loss)))

    # ---------------------------------------------------------------- what can be seen

    def examples(self) -> dict[str, Any]:
        """The first two coordinates and the class of each example; the plane goes from −``half`` to ``half``."""
        return {
            "points": [[_short(x), _short(y), k] for (x, y, *_), k in zip(*map(Tensor.tolist, self.data.tensors))],
            "classes": list(self.data.classes),
            "features": list(self.data.features),
            "half": self._half,
        }

    def state(self) -> dict[str, Any]:
        """The loss, (epoch, loss) of all epochs since the last look, the plane as the network sees it, the weights (the
        bias last in each row) and their gradients."""
        losses, self._losses = self._losses, []
        return {
            "epoch": self.epoch,
            "loss": _short(self.mean_loss),
            "losses": losses,
            "accuracy": self.accuracy,
            "trouble": self.trouble,
            "plane": self._plane(),
            "layers": [_numbers(layer) for layer in self.model if isinstance(layer, Linear)],
        }

    def explanation(self, example: int) -> str:
        """A page on which one goes forward and backward through one step of learning from one example.

        Raises ValueError for an example that is not there.
        """
        check_positive_int("the playground", low=0, example=example)
        if example >= len(self.data):
            raise ValueError(f"the playground: example {example} of {len(self.data)}: they are numbered from 0")
        self._take_optimizer()
        one = self.data.select([example])
        held = [parameter.grad for parameter in parameters_of(self.optimizer)]
        self.optimizer.zero_grad()  # the gradients of the last batch are no part of this step
        try:
            loss = self.loss(self.model(one.inputs), one.targets)
            return explain(loss, {"x": one.inputs}, model=self.model, optimizer=self.optimizer).html()
        finally:
            for parameter, gradient in zip(parameters_of(self.optimizer), held):
                parameter.grad = gradient

    def _plane(self) -> list[int]:
        """For each cell, row by row from above, LEVELS times its class and how certain it is; features beyond the second
        are at their mean."""
        middles = [self._half * ((2 * i + 1) / GRID - 1) for i in range(GRID)]
        rest = [0.0] * (self.data.inputs.shape[1] - 2)
        with no_grad():
            shares = softmax(self.model(Matrix([[x, y, *rest] for y in reversed(middles) for x in middles])), 1).matrix
        least = 1 / len(self.data.classes)
        cells = []
        for row in shares.rows:
            most = max(row)
            certain = (most - least) / (1 - least) if most <= 1 else 0  # scores beyond all floats give NaN
            cells.append(LEVELS * row.index(most) + min(LEVELS - 1, int(LEVELS * certain)))
        return cells


def _numbers(layer: Linear) -> dict[str, Any]:
    (weights, weight_gradients), (bias, bias_gradient) = (
        (p.matrix, None if p.grad is None else p.grad.matrix) for p in layer.parameters()
    )
    return {"weights": _joined(weights, bias), "gradients": _joined(weight_gradients, bias_gradient)}


def _joined(weight: Matrix | None, bias: Matrix | None) -> list[list[float | None]] | None:
    if weight is None or bias is None:
        return None
    return [[*map(_short, row), _short(b)] for row, b in zip(weight.rows, bias.rows[0])]


def _short(x: float) -> float | None:
    """Four digits; None for what is not finite, which JSON cannot write."""
    return float(f"{x:.4g}") if isfinite(x) else None
