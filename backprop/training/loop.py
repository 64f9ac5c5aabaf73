"""The training loop: forward pass, loss, backward pass, step; over all batches, over all epochs."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from concurrent.futures import Executor
from itertools import islice

from backprop.files import PathLike
from backprop.nn import Module
from backprop.optim import Optimizer
from backprop.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from backprop.training.checkpoint import Checkpoint, resume_from
from backprop.training.early_stopping import EarlyStopping
from backprop.training.evaluation import Batches, check_arguments, check_batches, evaluate
from backprop.training.hints import Hints
from backprop.training.history import Epoch, History
from backprop.training.parallel import DataParallel
from backprop.training.progress import Progress
from backprop.training.rng_state import generators_of
from backprop.training.run import Callback, Run
from backprop.training.step import AddGradients, add_gradients, take_step
from backprop.training.validation import (
    check_callbacks,
    check_checkpoint,
    check_executor,
    check_optimizer,
    check_scheduler,
)
from backprop.training.weighting import Loss
from backprop.validation import check_bool, check_number, check_positive_int


def fit(
    model: Module,
    loss: Loss,
    optimizer: Optimizer,
    batches: Batches,
    *,
    epochs: int,
    validation: Batches | None = None,
    scheduler: LRScheduler | None = None,
    scheduler_interval: str = "epoch",
    accumulate_steps: int = 1,
    clip_grad_norm: float | None = None,
    patience: int | None = None,
    checkpoint: PathLike | None = None,
    checkpoint_every: int | None = None,
    resume: bool = False,
    callbacks: Sequence[Callback] = (),
    executor: Executor | None = None,
    shards: int | None = None,
    progress: bool = True,
) -> History:
    """Train ``model`` for so many ``epochs`` on ``batches``, pairs of (inputs, targets); returns the History.

    Where ``validation`` batches are given, the model is evaluated on them after each epoch. ``progress`` shows a
    line with epoch, loss, accuracy, examples a second and time left on a terminal; in a file it is one plain
    line an epoch. Afterwards, also after an interruption, the model is in evaluation mode, ready to be used.

    A *step* is one step of the optimizer, on one batch, or with ``accumulate_steps`` n on n of them as if they were one: the
    gradient is that of the mean over all their examples, if ``loss`` is a mean over those of a batch. A gradient whose
    norm is above ``clip_grad_norm`` is scaled down to it. ``scheduler`` sets the learning rates after each
    "epoch" or each "step", as ``scheduler_interval`` says; ReduceLROnPlateau gets the validation loss.

    With ``patience`` training stops after so many epochs in a row whose validation loss is not below the least so
    far, and however it ends, the model has the weights of the epoch with the least.

    Ctrl-C ends the training as well: the model is as it was after the last whole step, and the history so far is
    returned, its ``interrupted`` True. ``callbacks`` are called at each step and epoch, see Callback.

    ``checkpoint`` names a file that holds the whole run, written at the beginning, after each epoch, or instead every
    ``checkpoint_every`` steps, and at the end. A process killed at any moment leaves the last whole one. With
    ``resume`` the same call goes on from there, or begins where there is no file yet, and ends with the same bits as if
    it had never been broken off: the states of the random generators are in it, of the default one and of those that
    are attributes of batches and validation, of their samplers and datasets, of layers and loss. In an epoch that was
    begun the batches that are done are iterated over again and skipped, so they must be the same whatever else was drawn
    in between; a DataLoader that shuffles draws once an epoch.

    ``executor``, any of ``concurrent.futures`` or one that a distributed engine offers, puts more than one core to
    work: it gets each batch in ``shards``, by default one for each of its workers. The result is that of one process
    but for roundings, which depend on the number of shards alone. ``loss`` must be the mean over the examples, or say
    by its ``denominator`` what it is; and each example goes through the model by itself, which rules out BatchNorm1d. Model and loss are sent by pickle, so their
    classes are in modules, and other attributes than Buffers that ``forward`` sets are lost; a program that starts
    processes does so below ``if __name__ == "__main__":``. Where a batch takes less than some 10 ms it does not pay,
    which a RuntimeWarning says.

    Raises FloatingPointError as soon as a loss is NaN or infinite, with epoch and batch named, and before the
    weights are touched; ValueError where ``batches`` gives none (an iterator is used up after one epoch), for settings
    that do not fit together and a checkpoint of another training; FileExistsError for a checkpoint that would be
    overwritten, without ``resume``; TypeError for a model that cannot be sent, and BrokenExecutor where a worker dies.

    >>> from backprop.optim import Adam
    >>> from backprop.nn import CrossEntropyLoss, Linear
    >>> from backprop.utils.data import DataLoader
    >>> from backprop.datasets import load_iris
    >>> import random
    >>> model = Linear(4, 3, rng=random.Random(0))
    >>> batches = DataLoader(load_iris(), batch_size=25, shuffle=True, generator=random.Random(0))
    >>> history = fit(model, CrossEntropyLoss(), Adam(model.parameters(), lr=0.1), batches, epochs=20, progress=False)
    >>> len(history), history[-1].accuracy > 0.9
    (20, True)
    """
    check_positive_int("fit", epochs=epochs, accumulate_steps=accumulate_steps)
    counts = {"patience": patience, "checkpoint_every": checkpoint_every}
    check_positive_int("fit", **{setting: count for setting, count in counts.items() if count is not None})
    check_arguments("fit", model, loss, batches)
    if validation is not None:
        check_batches("fit", "validation", validation)
    check_bool("fit", resume=resume, progress=progress)
    check_optimizer(optimizer, model, loss)
    check_scheduler(scheduler, scheduler_interval, optimizer, validation)
    check_checkpoint(checkpoint, checkpoint_every, resume)
    check_callbacks(callbacks)
    check_executor(executor, shards, model, loss)
    if clip_grad_norm is not None:
        check_number("fit", "clip_grad_norm", clip_grad_norm, above=0)
    if patience is not None and validation is None:
        raise ValueError("fit: patience waits for the validation loss to fall; give validation=…")

    all_callbacks: list[Callback] = [Hints(), *callbacks]
    if patience is not None:
        all_callbacks.append(EarlyStopping(model, patience))
    if progress:
        all_callbacks.append(Progress())
    if checkpoint is not None:
        all_callbacks.append(Checkpoint(checkpoint, checkpoint_every))
    # Without a checkpoint nobody needs the states of the generators.
    generators = [] if checkpoint is None else generators_of(batches, validation, model, loss)
    add = add_gradients if executor is None else DataParallel(executor, shards).add_gradients
    run = Run(model, loss, optimizer, batches, epochs, validation, scheduler, all_callbacks, generators)
    if checkpoint is not None and resume and os.path.exists(checkpoint):
        resume_from(checkpoint, run)
    errors: list[BaseException] = []
    try:
        for callback in run.callbacks:
            callback.on_fit_begin(run)
        while run.epoch <= epochs and not run.stopped:
            _learn(run, accumulate_steps, clip_grad_norm, scheduler_interval, add)
    except KeyboardInterrupt:
        run.roll_back()
        run.history.interrupted = True
        run.stop("interrupted")
    except BaseException as error:  # noqa: BLE001
        run.roll_back()
        errors.append(error)
    model.eval()
    for callback in reversed(run.callbacks):
        try:
            callback.on_fit_end(run)
        except BaseException as error:  # noqa: BLE001
            errors.append(error)
    for later in errors[1:]:
        if repr(later) != repr(errors[0]):
            warnings.warn(f"fit: at the end another error followed: {later!r}", RuntimeWarning, stacklevel=2)
    if errors:
        raise errors[0]
    return run.history


def _learn(run: Run, accumulate_steps: int, max_norm: float | None, scheduler_interval: str, add: AddGradients) -> None:
    """One epoch, or what is left of it."""
    run.model.train()
    batches = run.remaining_batches()
    while group := list(islice(batches, accumulate_steps)):
        take_step(run, group, max_norm, add)
        run.batch += len(group)
        run.step += 1
        if run.scheduler and scheduler_interval == "step":
            run.scheduler.step()
        for callback in run.callbacks:
            callback.on_step_end(run)
        run.snapshot()
        if run.stopped:
            return
    if not run.batch:
        raise ValueError(f"fit got no batches in epoch {run.epoch}; an iterator is used up after one epoch")
    score, speed = run.score, run.score.examples_per_second
    score.check("fit")
    validated = (None, None) if run.validation is None else evaluate(run.model, run.loss, run.validation)
    run.history.append(Epoch(run.epoch, score.loss, score.accuracy, validated[0], validated[1], speed))
    run.batch = 0
    if isinstance(run.scheduler, ReduceLROnPlateau):
        run.scheduler.step(validated[0])
    elif run.scheduler and scheduler_interval == "epoch":
        run.scheduler.step()
    for callback in run.callbacks:
        callback.on_epoch_end(run)
    run.snapshot()
