"""What ``fit`` refuses before anything is learned, in one sentence with what came and what fits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from reprlib import repr as short
from typing import Any

from backprop.nn import Module
from backprop.optim import Optimizer
from backprop.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from backprop.optim.optimizer import parameters_of
from backprop.training.evaluation import described
from backprop.training.run import Callback
from backprop.training.weighting import Loss
from backprop.training.worker import packed_model
from backprop.validation import check_choice, check_positive_int


def check_optimizer(optimizer: Any, model: Module, loss: Any) -> None:
    """TypeError unless it is an Optimizer, ValueError if it learns what ``model`` and ``loss`` do not have."""
    if not isinstance(optimizer, Optimizer):
        kind = optimizer.__name__ if isinstance(optimizer, type) and issubclass(optimizer, Optimizer) else "SGD"
        raise TypeError(
            f"fit: the optimizer is an Optimizer, as {kind}(model.parameters()) is, got {described(optimizer)}"
        )
    known = {*model.parameters(), *(loss.parameters() if isinstance(loss, Module) else ())}
    if not known.issuperset(parameters_of(optimizer)):
        raise ValueError("fit: the optimizer learns parameters of another model; give it model.parameters()")


def check_scheduler(scheduler: Any, scheduler_interval: str, optimizer: Optimizer, validation: Any) -> None:
    """TypeError or ValueError unless it is a scheduler of this optimizer that gets what it needs."""
    check_choice("fit", "scheduler_interval", scheduler_interval, ("epoch", "step"))
    if scheduler is None:
        return
    if not isinstance(scheduler, LRScheduler):
        raise TypeError(
            f"fit: the scheduler is an LRScheduler, as StepLR(optimizer, 10) is, got {described(scheduler)}"
        )
    if scheduler.optimizer is not optimizer:
        raise ValueError("fit: the scheduler is one of another optimizer")
    if isinstance(scheduler, ReduceLROnPlateau) and (validation is None or scheduler_interval != "epoch"):
        raise ValueError("fit: ReduceLROnPlateau needs the validation loss, after each epoch; give validation=…")


def check_checkpoint(checkpoint: Any, checkpoint_every: Any, resume: bool) -> None:
    """TypeError, ValueError or FileExistsError unless there is a file for what is asked, and none is overwritten."""
    if checkpoint is None:
        if checkpoint_every is not None or resume:
            raise ValueError("fit: checkpoint_every and resume need checkpoint=…, the name of a file")
    elif not isinstance(checkpoint, (str, os.PathLike)):
        raise TypeError(f"fit: checkpoint is the name of a file, got {short(checkpoint)}")
    elif not resume and os.path.exists(checkpoint):
        raise FileExistsError(f"fit: {os.fspath(checkpoint)} is there already; resume=True goes on from it")


def check_callbacks(callbacks: Any) -> None:
    """TypeError unless it is a list of Callbacks."""
    if not isinstance(callbacks, Sequence) or not all(isinstance(callback, Callback) for callback in callbacks):
        raise TypeError(f"fit: callbacks are a list of Callbacks, got {short(callbacks)}")


def check_executor(executor: Any, shards: Any, model: Module, loss: Loss) -> None:
    """TypeError or ValueError unless it is an Executor, to which this model can be sent in a known number of shards."""
    if shards is not None:
        check_positive_int("fit", shards=shards)
    if executor is None:
        if shards is not None:
            raise ValueError("fit: shards are what an executor works on; give executor=…")
        return
    if not isinstance(executor, Executor):
        raise TypeError(f"fit: the executor is one of concurrent.futures, got {short(executor)}")
    if shards is None and not hasattr(executor, "_max_workers"):
        raise ValueError(f"fit: a {type(executor).__name__} does not say how many workers it has; give shards=…")
    packed_model(model, loss)
