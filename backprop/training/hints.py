"""Hints: mistakes that raise no error, said once, in one sentence, and only where there is no doubt."""

from __future__ import annotations

import math
import warnings
from typing import Any

from backprop.autograd import Tensor
from backprop.matrix import flatten
from backprop.nn import Standardize
from backprop.nn.losses import BCEWithLogitsLoss, CrossEntropyLoss, NLLLoss
from backprop.optim.optimizer import parameters_of
from backprop.training.run import Callback, Run

# What a loss takes the output for, and how it is mended, where the output is a softmax or a sigmoid.
_SCORES = "takes raw scores and computes the {layer} itself; leave the {name} at the end of the model out"
_MEANT = {
    CrossEntropyLoss: _SCORES.format(layer="softmax", name="{}"),
    BCEWithLogitsLoss: _SCORES.format(layer="sigmoid", name="{}"),
    NLLLoss: "takes logarithms of probabilities; end the model in LogSoftmax, not in {}",
}
_SQUASHED = ("softmax", "sigmoid")
# No training that goes well comes to so many times the loss it began with, by weights that have grown so many times.
_LOSS_EXPLODED, _WEIGHTS_EXPLODED = 1000.0, 100.0


def hint_at_output(loss: Any, output: Any) -> None:
    """RuntimeWarning where ``output`` is one of probabilities, and ``loss`` takes it for something else.

    The training would go on and learn little: two squashings leave no score far from the others. LogSoftmax before
    CrossEntropyLoss is left alone, since it makes no difference there.
    """
    name = output._grad_fn.called if isinstance(output, Tensor) and output._grad_fn else None
    if name in _SQUASHED and type(loss) in _MEANT:
        _warn(f"{type(loss).__name__} {_MEANT[type(loss)].format(name)}")


class Hints(Callback):
    """Says once that a Standardize was not fitted, and that the loss has exploded, by which learning rate.

    The weights have exploded with it: an outlier among the examples makes a loss large, but not them. And the loss is
    above 1, since a model that was nearly perfect may well be a thousand times as wrong and still nearly perfect.
    """

    _first, _largest = math.nan, math.inf

    def on_fit_begin(self, run: Run) -> None:
        self._largest = max(1.0, _largest(run))
        for layer in run.model.modules():
            if isinstance(layer, Standardize) and _is_identity(layer):
                _warn(f"Standardize({layer.num_features}) changes nothing before Standardize.fit(inputs)")

    def on_step_end(self, run: Run) -> None:
        if math.isnan(self._first):
            self._first = run.score.loss

    def on_epoch_end(self, run: Run) -> None:
        self._look(run, run.history[-1].loss)

    def on_fit_end(self, run: Run) -> None:
        """Where the training ends within an epoch, as it does by a loss that is infinite."""
        if run.batch:
            self._look(run, run.score.loss)

    def _look(self, run: Run, loss: float) -> None:
        rates = [group["lr"] for group in run.optimizer.param_groups if "lr" in group]
        if (
            rates
            and loss > max(_LOSS_EXPLODED * self._first, 1.0)
            and _largest(run) > _WEIGHTS_EXPLODED * self._largest
        ):
            _warn(f"the loss has grown from {self._first:.3g} to {loss:.3g}; lr={float(max(rates)):g} is too large")
            self._first = math.inf


def _is_identity(layer: Standardize) -> bool:
    return {*flatten(layer.mean.matrix.rows)} == {0.0} and {*flatten(layer.std.matrix.rows)} == {1.0}


def _largest(run: Run) -> float:
    return max([float(max(map(abs, flatten(parameter.matrix.rows)))) for parameter in parameters_of(run.optimizer)])


def _warn(sentence: str) -> None:
    warnings.warn(f"fit: {sentence}", RuntimeWarning, stacklevel=1)
