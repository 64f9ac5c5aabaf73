"""Early stopping: training ends when the validation loss falls no more, with the weights that did best."""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from backprop.nn import Module
from backprop.training.run import Callback, Run
from backprop.validation import check_compatible


class EarlyStopping(Callback):
    """Stops after ``patience`` epochs in a row whose validation loss is not below the least so far.

    However the training ends, ``model`` then has the weights of the epoch with the least. NaN is never the least.

    Goodfellow, Bengio and Courville, "Deep Learning" (2016), algorithm 7.1, evaluated once an epoch.
    """

    def __init__(self, model: Module, patience: int) -> None:
        self._patience = patience
        self._best, self._waited, self._weights = math.inf, 0, deepcopy(model.state_dict())

    def on_fit_begin(self, run: Run) -> None:
        # A checkpoint of a training that was stopped is resumed, perhaps with more patience.
        self._stop_if_due(run)

    def on_epoch_end(self, run: Run) -> None:
        loss = run.history[-1].validation_loss
        if loss is not None and loss < self._best:
            self._best, self._waited, self._weights = loss, 0, deepcopy(run.model.state_dict())
        else:
            self._waited += 1
        self._stop_if_due(run)

    def on_fit_end(self, run: Run) -> None:
        if self._best < math.inf:
            run.model.load_state_dict(self._weights)

    def _stop_if_due(self, run: Run) -> None:
        if self._waited >= self._patience:
            run.stop(f"the validation loss has not fallen for {self._waited} epochs")

    def state_dict(self) -> dict[str, Any]:
        return {"best": self._best, "waited": self._waited, "weights": self._weights}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        check_compatible("EarlyStopping.load_state_dict", "the state", self.state_dict(), state)
        self._best, self._waited, self._weights = state["best"], state["waited"], dict(state["weights"])
