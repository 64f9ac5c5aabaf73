"""The losses of yes or no: the cross-entropy of one probability an entry with its target from 0 to 1."""

from __future__ import annotations

import math
from typing import Any

from backprop.autograd import Result, operation
from backprop.matrix import Matrix, flatten
from backprop.nn.functional.reduction import (
    Weights,
    check_reduction,
    check_same_shape,
    entry_gradients,
    reduced,
    reduced_to,
    weight_matrix,
)
from backprop.tensors.activations import logistic


@operation
def binary_cross_entropy(
    input: Matrix, target: Matrix, weight: Weights | None = None, *, reduction: str = "mean"
) -> Result:
    """ℓ = −w·[t·ln x + (1 − t)·ln(1 − x)],  ∂ℓ/∂x = w·(x − t)/(x·(1 − x)),  ∂ℓ/∂t = w·(ln(1 − x) − ln x).

    The cross-entropy of probabilities with targets, both from 0 to 1. ``weight`` multiplies the losses; it has the
    input's shape or a single row or column that repeats. Where probabilities come from a sigmoid
    ``binary_cross_entropy_with_logits`` is exact and never saturates.

    As in PyTorch no logarithm is taken below −100 and the divisor x·(1 − x) not below 10⁻¹², so that loss and
    gradient stay finite at 0 and 1; unlike there, ∂ℓ/∂t uses the same logarithms and stays finite too.

    Raises ValueError unless both have the same shape and are probabilities, for a weight that does not fit or requires
    a gradient, or for another ``reduction``.

    >>> from backprop import Tensor
    >>> binary_cross_entropy(Tensor([[0.0, 0.5]]), Tensor([[1.0, 1.0]]), reduction="none")
    Tensor([[100.0, 0.6931471805599453]])
    """
    name = "binary_cross_entropy"
    check_reduction(name, reduction)
    check_same_shape(name, input, target)
    xs, ts, columns = flatten(input.rows), flatten(target.rows), len(input.rows[0])
    _check_probabilities(name, "input", xs, columns)
    _check_probabilities(name, "target", ts, columns)
    ws = _entry_weights(name, "weight", weight, input)
    log, log1p = math.log, math.log1p
    logs = [max(log(x), -100.0) if x > 0.0 else -100.0 for x in xs]
    rests = [max(log1p(-x), -100.0) if x < 1.0 else -100.0 for x in xs]
    losses = [-w * (t * a + (1 - t) * b) for t, w, a, b in zip(ts, ws, logs, rests)]

    def to_input(d: Matrix) -> Matrix:
        slopes = [w * (x - t) / max(x * (1.0 - x), 1e-12) for x, t, w in zip(xs, ts, ws)]
        return entry_gradients(d, slopes, columns, reduction)

    def to_target(d: Matrix) -> Matrix:
        slopes = [w * (b - a) for w, a, b in zip(ws, logs, rests)]
        return entry_gradients(d, slopes, columns, reduction)

    return reduced(losses, columns, reduction), (to_input, to_target), reduced_to(reduction)


@operation
def binary_cross_entropy_with_logits(
    input: Matrix,
    target: Matrix,
    weight: Weights | None = None,
    *,
    reduction: str = "mean",
    pos_weight: Weights | None = None,
) -> Result:
    """ℓ = −w·[p·t·ln σ(x) + (1 − t)·ln(1 − σ(x))] for σ the sigmoid, w = ``weight``, p = ``pos_weight``,
    ∂ℓ/∂x = w·(σ(x)·(1 − t + p·t) − p·t),  ∂ℓ/∂t = w·(−p·ln σ(x) + ln(1 − σ(x))); for w = p = 1 w·(σ(x) − t) and −x.

    The cross-entropy of sigmoid(input) with targets from 0 to 1. ``weight`` multiplies the losses, ``pos_weight`` the
    part of the target 1, which evens out a rare yes. Both have the input's shape or a single row or column that repeats.

    Computed with the weights of yes, y = w·p·t, and of no, n = w·(1 − t): n·x where x > 0, −y·x elsewhere, plus
    (n + y)·ln(1 + e⁻ˡˣˡ), which is the same, and nothing overflows or cancels.

    Raises ValueError unless input and target have the same shape and each target is a probability (PyTorch takes any
    number), for a weight that does not fit or requires a gradient, or for another ``reduction``.

    >>> from backprop import Tensor
    >>> binary_cross_entropy_with_logits(Tensor([[-1000.0, 1000.0]]), Tensor([[0.0, 0.0]]))
    Tensor([[500.0]])
    """
    name = "binary_cross_entropy_with_logits"
    check_reduction(name, reduction)
    check_same_shape(name, input, target)
    xs, ts, columns = flatten(input.rows), flatten(target.rows), len(input.rows[0])
    _check_probabilities(name, "target", ts, columns)
    ws = ps = [1] * len(xs)
    yes, no = ts, [1 - t for t in ts]
    if weight is not None or pos_weight is not None:
        ws, ps = _entry_weights(name, "weight", weight, input), _entry_weights(name, "pos_weight", pos_weight, input)
        yes = [w * p * t for w, p, t in zip(ws, ps, ts)]
        no = [w * n for w, n in zip(ws, no)]
    exp, log1p = math.exp, math.log1p
    losses = [(n * x if x > 0.0 else -y * x) + (n + y) * log1p(exp(-abs(x))) for x, y, n in zip(xs, yes, no)]

    def to_input(d: Matrix) -> Matrix:
        (sigmoids,) = logistic([xs])
        slopes = [s * (n + y) - y for s, y, n in zip(sigmoids, yes, no)]
        return entry_gradients(d, slopes, columns, reduction)

    def to_target(d: Matrix) -> Matrix:
        slopes = [w * ((-x if x > 0.0 else -p * x) + (p - 1) * log1p(exp(-abs(x)))) for x, w, p in zip(xs, ws, ps)]
        return entry_gradients(d, slopes, columns, reduction)

    return reduced(losses, columns, reduction), (to_input, to_target), reduced_to(reduction)


def _check_probabilities(name: str, what: str, entries: list[Any], columns: int) -> None:
    for k, p in enumerate(entries):
        if not 0 <= p <= 1:
            i, j = divmod(k, columns)
            article = "an" if what == "input" else "a"
            raise ValueError(f"{name}: {what} [{i}, {j}] is {p!r}; {article} {what} is a probability, from 0 to 1")


def _entry_weights(name: str, setting: str, value: Weights | None, input: Matrix) -> list[Any]:
    """The weight of each entry, row after row; 1 where none is given."""
    rows, columns = input.shape
    weight = weight_matrix(name, setting, value)
    if weight is None:
        return [1] * (rows * columns)
    height, width = weight.shape
    if height not in (1, rows) or width not in (1, columns):
        raise ValueError(f"{name}: a {setting} of {height}×{width} does not repeat to the input's {rows}×{columns}")
    return flatten(weight.broadcast_to(rows, columns).rows)
