"""Probabilities: how much of it a prediction gave to what is so."""

from __future__ import annotations

import math

from backprop.metrics.validation import Classes, Numbers, class_probabilities


def log_loss(y_true: Classes, y_proba: Numbers) -> float:
    """−1/n Σ ln pᵢₜ for t = y_trueᵢ: the cross-entropy of probabilities, in nats.

    ``y_proba`` is (examples, classes), the rows sum to 1 (to 10⁻⁶); a list of numbers or a single column holds the
    probabilities of class 1. Where a target was held to be impossible the loss is infinite: scikit-learn cuts
    probabilities off at 2.2e-16 instead. Raises ValueError for what are not probabilities.

    >>> from backprop import Matrix
    >>> log_loss([0, 1], Matrix([[0.5, 0.5], [0.75, 0.25]]))
    1.0397207708399179
    """
    return _mean_surprise("log_loss", y_true, y_proba)


def perplexity(y_true: Classes, y_proba: Numbers) -> float:
    """e to the power of ``log_loss``, which takes the same: as unsure as a choice among so many, all equally likely.

    Of a CrossEntropyLoss, which takes scores, it is ``math.exp(loss.item())``. Jelinek et al., "Perplexity: a measure of
    the difficulty of speech recognition tasks" (1977).

    >>> from backprop import Matrix
    >>> perplexity([0, 3], Matrix([[0.25, 0.25, 0.25, 0.25]] * 2))
    4.0
    """
    try:
        return math.exp(_mean_surprise("perplexity", y_true, y_proba))
    except OverflowError:
        return math.inf


def _mean_surprise(name: str, y_true: Classes, y_proba: Numbers) -> float:
    true, rows = class_probabilities(name, "y_proba", y_true, y_proba)
    chosen = [float(row[t]) for row, t in zip(rows, true)]
    if 0.0 in chosen:
        return math.inf
    return abs(math.fsum(map(math.log, chosen))) / len(chosen)
