"""Connectionist temporal classification: how likely a sequence of classes is, wherever in time they stand."""

from __future__ import annotations

from math import inf, nan
from typing import Any

from backprop.autograd import Result, Tensor, TensorLike, as_tensor, composed, operation
from backprop.kernel import Rows
from backprop.matrix import Matrix, trusted
from backprop.nn.functional.embedding import check_range, index_entries
from backprop.nn.functional.reduction import check_reduction, reduced_tensor
from backprop.numbers import math
from backprop.tensors.from_data import tensor
from backprop.tensors.shaping import view
from backprop.validation import ArgumentError, check_bool


@composed
def ctc_loss(
    log_probs: TensorLike,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor:
    """ℓ = −ln Σ p(path) over all paths, a class for each step, that are the target once repeated classes are one and the
    blanks are gone;  ∂L/∂xₜₖ = ∂L/∂ℓ·(eˣᵗᵏ − γₜₖ), γₜₖ the share of the paths that are at class k at step t.

    ``log_probs`` is (T, N, C), of ``log_softmax``, or (T, C) for one sequence. ``targets`` is (N, S), or the classes of all
    sequences one after the other; the lengths are ints for each. The gradient is, as PyTorch's, that of the scores before
    the ``log_softmax``, which passes it on as it is. A loss is infinite where the target does not fit into the steps,
    and its gradient NaN; ``zero_infinity`` makes both 0. "mean" first divides each loss by the length of its target.

    Graves et al., "Connectionist Temporal Classification" (2006). Raises ValueError for lengths that do not fit.

    >>> even = Tensor([[0.0, 0.0]]).log_softmax(-1)  # one step, a blank or a 1
    >>> ctc_loss(even, [1], 1, 1)
    tensor(0.6931)
    """
    name = "ctc_loss"
    check_reduction(name, reduction)
    check_bool(name, zero_infinity=zero_infinity)
    x = as_tensor(log_probs, name)
    if len(x.shape) not in (2, 3) or 0 in x.shape:
        raise ArgumentError(
            f"{name}: log_probs is (T, N, C), or (T, C) for one sequence, got the shape {list(x.shape)}"
        )
    steps, classes = x.shape[0], x.shape[-1]
    batch = view(x, steps, -1, classes)
    count = batch.shape[1]
    inputs = _lengths(name, "input_lengths", input_lengths, count, steps)
    labels, shape = index_entries(name, targets)
    check_range(name, labels, shape, classes, ValueError)
    if type(blank) is not int or not 0 <= blank < classes:
        raise ArgumentError(f"{name}: blank is a class, an int from 0 to {classes - 1}, got {blank!r}")
    width = shape[-1] if len(shape) == 2 or len(x.shape) == 2 else None
    wanted = _lengths(name, "target_lengths", target_lengths, count, len(labels) if width is None else width)
    starts = [sum(wanted[:n]) if width is None else n * width for n in range(count)]
    if len(labels) < starts[-1] + wanted[-1]:
        raise ArgumentError(f"{name}: target_lengths are {wanted}, got targets of the shape {list(shape)}")
    sequences = [labels[start : start + length] for start, length in zip(starts, wanted)]
    losses = _ctc_loss(batch, sequences=sequences, lengths=inputs, blank=blank, zero_infinity=zero_infinity)
    if reduction == "mean":
        losses = losses / tensor([float(max(length, 1)) for length in wanted], dtype=losses.dtype)
    return reduced_tensor(view(losses, *x.shape[1:-1]), reduction)


@operation(cut=-1)
def _ctc_loss(
    log_probs: Matrix, *, sequences: list[list[int]], lengths: list[int], blank: int, zero_infinity: bool
) -> Result:
    """ℓ for each sequence, by the sums over all beginnings and all endings of paths."""
    count, classes = len(sequences), len(log_probs.rows[0])
    losses: list[float] = []
    shares: list[Rows] = []
    for n, (labels, length) in enumerate(zip(sequences, lengths)):
        rows = log_probs.rows[n::count][:length]
        path = [blank, *[k for label in labels for k in (label, blank)]]
        begun = _prefixes(rows, path)
        ended = [sums[::-1] for sums in _prefixes(rows[::-1], path[::-1])[::-1]]
        total = _log_sum(begun[-1][-2:]) if rows else (0.0 if not labels else -inf)
        if total == -inf:
            losses.append(0.0 if zero_infinity else inf)
            shares.append([[0.0 if zero_infinity else nan] * classes for _ in rows])
            continue
        losses.append(-total)
        own = []
        for row, alphas, betas in zip(rows, begun, ended):
            share = [0.0] * classes
            for k, a, b in zip(path, alphas, betas):
                if a + b != -inf:
                    share[k] += math.exp(a + b - row[k] - total)
            own.append([math.exp(x) - s for x, s in zip(row, share)])
        shares.append(own)

    def pullback(d: Matrix) -> Matrix:
        zeros = [0.0] * classes
        slopes = d.rows[0]
        return trusted(
            [
                [slope * s for s in own[t]] if t < len(own) else zeros
                for t in range(len(log_probs.rows) // count)
                for slope, own in zip(slopes, shares)
            ]
        )

    return trusted([losses]), pullback, (count,)


def _prefixes(rows: Rows, path: list[int]) -> Rows:
    """For each step and each place of the path: ln Σ of all ways to be there, the step itself included."""
    sums = [0.0, *[-inf] * (len(path) - 1)]
    found = []
    for t, row in enumerate(rows):
        now = []
        for s, k in enumerate(path):
            # From where it is, from the place before and, between different classes, over the blank between them.
            before = sums[max(s - (2 if s > 1 and k != path[s - 2] else 1), 0) : s + 1]
            if t == 0:
                before = [0.0] if s < 2 else [-inf]
            now.append(_log_sum(before) + row[k])
        found.append(now)
        sums = now
    return found


def _log_sum(xs: list[float]) -> float:
    """ln Σ eˣ."""
    largest = max(xs)
    if largest == -inf:
        return sum(xs)  # NaN if there is one
    return largest + math.log(sum([math.exp(x - largest) for x in xs]))


def _lengths(name: str, setting: str, lengths: Any, count: int, most: int) -> list[int]:
    found = index_entries(name, lengths)[0]
    if len(found) != count or not all(0 <= length <= most for length in found):
        raise ArgumentError(f"{name}: {setting} are {count} ints from 0 to {most}, got {found}")
    return found
