"""More than one core: a batch is cut into shards, and the workers of an executor compute their gradients at once.

The loss L and its gradient are those of the shards put together, with the ``factors`` fₖ of what L is a mean of:

    L = Σ fₖ·Lₖ,  ∂L/∂θ = Σ fₖ·∂Lₖ/∂θ

The sums are taken in the order of the shards, so it does not matter which worker takes which, or which is done first.
"""

from __future__ import annotations

import math
import operator
import pickle
import time
import warnings
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor
from functools import reduce
from typing import Any

from backprop.autograd import Tensor, no_grad
from backprop.matrix import Matrix, flatten
from backprop.nn import Module
from backprop.tensors.concatenation import cat
from backprop.training.evaluation import Batch
from backprop.training.rng_state import generators_of
from backprop.training.weighting import Factor, Loss, denominator, factors, number
from backprop.training.worker import WorkerResult, compute_gradients, packed, packed_model, parameters_of

# Another order of summation makes a difference far below it, another meaning of the loss one far above.
_TOLERANCE = 1e-6
_BATCHES_BEFORE_A_WARNING = 5


class DataParallel:
    """What ``step.add_gradients`` does in one process, done in ``shards``, or in one for each worker, on ``executor``.

    The first batch is computed here as well: to see whether its shards come to the same, and how long it takes.
    """

    def __init__(self, executor: Any, shards: int | None) -> None:
        # There is no public name for what the executors of the standard library count their workers in.
        self._executor, self._shards = executor, shards or executor._max_workers
        self._batches, self._alone, self._together = 0, 0.0, math.inf

    def add_gradients(
        self, model: Module, loss: Loss, inputs: Any, targets: Any, factor: Factor
    ) -> tuple[Tensor, float]:
        """The output and the loss L of one batch; adds factor·∂L/∂θ to the ``grad`` of each parameter θ.

        Where L is NaN or infinite, no ``grad`` is touched. Raises ValueError where it shows that the examples do not go
        through the model each by itself, or that L is not that of its shards.
        """
        started = time.perf_counter()
        count, shards = len(targets), cut(inputs, targets, self._shards)
        shares = factors([denominator(loss, own) for _, own in shards])
        answers = self._answers(model, loss, shards, [factor * share for share in shares])
        output = cat([answer.output for answer in answers])
        # A shard in which no target counts has the share 0, and the mean NaN.
        losses = [(share, answer.loss) for share, answer in zip(shares, answers) if share]
        together = sum([share * value for share, value in losses]) if losses else math.nan
        if not math.isfinite(together):
            return output, together
        if not self._batches:
            here: WorkerResult = pickle.loads(
                compute_gradients(packed_model(model, loss), packed((inputs, targets, factor, 0)))
            )
            self._alone = here.seconds / count
            # What draws gives another output each time.
            if not here.drew:
                _check_rows(here.output, output)
        with no_grad():
            whole = number("fit", loss(output, targets))
        _check_together(whole, together, max(abs(value) for _, value in losses))
        for parameter, gradients in zip(parameters_of(model, loss), zip(*[answer.gradients for answer in answers])):
            present = [gradient for gradient in gradients if gradient is not None]
            if present:
                total = reduce(operator.add, present)
                parameter.grad = total if parameter.grad is None else parameter.grad.matrix + total
        self._warn_where_it_does_not_pay((time.perf_counter() - started) / count)
        return output, whole

    def _answers(
        self, model: Module, loss: Loss, shards: Sequence[Batch], factors: Sequence[Factor]
    ) -> list[WorkerResult]:
        """What the workers say to each shard, its gradients times its factor.

        The seeds come from a generator of the model, if it has any, else from the default one; where no layer draws, it
        stays as it is.
        """
        *_, source = generators_of(model, loss)
        undrawn = source.getstate()
        tasks = [packed((*shard, factor, source.getrandbits(64))) for shard, factor in zip(shards, factors)]
        try:
            bytes_of_answers = self._executor.map(compute_gradients, [packed_model(model, loss)] * len(tasks), tasks)
            answers = [pickle.loads(answer) for answer in bytes_of_answers]
        except BrokenExecutor as error:
            raise BrokenExecutor("fit: a worker has died; the model is as it was after the last whole step") from error
        if not any(answer.drew for answer in answers):
            source.setstate(undrawn)
        return answers

    def _warn_where_it_does_not_pay(self, seconds: float) -> None:
        """``seconds`` are those of an example. The first batch is slow: the workers are started."""
        self._together = min(self._together, seconds)
        self._batches += 1
        if self._batches == _BATCHES_BEFORE_A_WARNING and self._together > self._alone:
            warnings.warn(
                f"fit: the executor does not pay: an example takes {1000 * self._together:.3f} ms with it, "
                f"{1000 * self._alone:.3f} ms without",
                RuntimeWarning,
                stacklevel=1,
            )


def cut(inputs: Any, targets: Any, shards: int) -> list[Batch]:
    """The batch in ``shards`` as even as can be, or one for each example where it has fewer; an example may have several rows.

    >>> cut(Matrix([[1], [2], [3], [4], [5], [6]]), [0, 1, 0], 2)
    [(Matrix([[1], [2]]), [0]), (Matrix([[3], [4], [5], [6]]), [1, 0])]
    """
    if not isinstance(inputs, (Tensor, Matrix, Sequence)):
        raise TypeError(f"fit: an executor gets shards of a Tensor, a Matrix or a list, got a {type(inputs).__name__}")
    count = len(targets)
    rows, rest = divmod(len(inputs), max(count, 1))
    if rest or not rows:
        raise ValueError(f"fit: an executor gets shards of equal examples, got {len(inputs)} rows for {count} targets")
    shards = min(shards, count)
    edges = [count * k // shards for k in range(shards + 1)]
    return [(inputs[rows * a : rows * b], targets[a:b]) for a, b in zip(edges, edges[1:])]


def _check_rows(whole: Tensor, in_shards: Tensor) -> None:
    ours, theirs = flatten(whole.matrix.rows), flatten(in_shards.matrix.rows)
    bound = _TOLERANCE * max(map(abs, ours))
    if whole.shape != in_shards.shape or not all(x == y or abs(x - y) <= bound for x, y in zip(ours, theirs)):
        raise ValueError(
            "fit: with an executor each example goes through the model by itself, and a sequence is in one shard; in "
            "shards this batch has another output"
        )


def _check_together(whole: float, together: float, largest: float) -> None:
    if abs(whole - together) > _TOLERANCE * largest:
        raise ValueError(
            "fit: with an executor the loss is a mean over the examples, each with the same weight, or says by its "
            f"denominator what it is; this one is {whole} for a batch and {together} for its shards together"
        )
