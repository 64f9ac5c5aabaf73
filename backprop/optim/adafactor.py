"""Adafactor: the mean squares of a matrix of gradients from those of its rows and of its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backprop.autograd import Tensor
from backprop.dtypes import finfo
from backprop.matrix import Matrix, flatten, trusted, unflatten
from backprop.numbers import math
from backprop.optim.optimizer import Optimizer, Params, filled, scalar, settings_of
from backprop.optim.validation import check_not_negative, is_pair
from backprop.validation import check_number


class Adafactor(Optimizer):
    """θ ← (1 − lr·λ)·θ − α·u/max(1, RMS(u)/d) with u = g/max(√v, ε₁) and α = max(ε₂, RMS(θ))·min(lr, 1/√t).

    RMS(x) is the root of the mean of x². v = r·c/max(mean(r), ε₁) is put together from running means of g² along the
    rows, r, and along the columns, c: r ← r + ρ·(new − r) with ρ = t^β for ``beta2_decay`` β. So m·n weights need m + n
    numbers of state. Of more than two axes the last two are rows and columns; of fewer, v is the running mean of g² itself.
    λ is ``weight_decay``, ``eps`` are ε₁ (None: that of the dtype of the parameters) and ε₂.

    Shazeer and Stern, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost" (2018), algorithm 4.

    Raises ValueError for settings below 0, NaN or infinite, for ``beta2_decay`` above 0 and for ``d`` below 1.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -7.0]]); w.grad = Matrix([[10.0, -10.0]])
    >>> Adafactor([w], lr=0.1).step(); w.data
    tensor([[ 0.5000, -6.5000]])
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        beta2_decay: float = -0.8,
        eps: tuple[float | None, float] = (None, 1e-3),
        d: float = 1.0,
        weight_decay: float = 0.0,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("Adafactor", group, "lr", "weight_decay")
        check_number("Adafactor", "beta2_decay", group["beta2_decay"], high=0)
        check_number("Adafactor", "d", group["d"], 1)
        eps = group["eps"]
        given = [e or 0 for e in eps[:1]] + list(eps[1:]) if isinstance(eps, (tuple, list)) else []
        if not is_pair(given) or not all(0 <= number < math.inf for number in given):
            raise ValueError(f"Adafactor: eps are two numbers from 0 up, of which the first may be None, got {eps!r}")

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        step = {"step": scalar(0.0)}
        if parameter.ndim < 2:
            return {**step, "variance": filled(parameter, 0)}
        return {
            **step,
            "row_var": filled(parameter[..., :1].detach(), 0),
            "col_var": filled(parameter[..., :1, :].detach(), 0),
        }

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        lr, (eps1, eps2), sqrt = group["lr"], group["eps"], math.sqrt
        if eps1 is None:
            eps1 = finfo(group["params"][0].dtype).eps
        state["step"] += 1
        rho, g = state["step"] ** group["beta2_decay"], flatten(gradient.rows)
        least = eps1 * eps1
        # max() returns its first argument if that is NaN, so a NaN is not hidden.
        if "variance" in state:
            u = [g / sqrt(max(v, least)) for g, v in zip(g, _mean(state, "variance", [g * g for g in g], rho))]
        else:
            columns = len(g) // _count(state["row_var"])
            rows = len(g) // _count(state["col_var"])
            table = unflatten(g, columns)
            squares = [[g * g for g in gs] for gs in table]
            tables = [squares[i : i + rows] for i in range(0, len(squares), rows)]
            r = _mean(state, "row_var", [sum(row) / columns for row in squares], rho)
            c = _mean(state, "col_var", [sum(column) / rows for table in tables for column in zip(*table)], rho)
            u, next_row = [], iter(table).__next__
            for rs, cs in zip(unflatten(r, rows), unflatten(c, columns)):
                mean = max(sum(rs) / rows, eps1)
                for r in rs:
                    u += [g / sqrt(max(r * c / mean, least)) for g, c in zip(next_row(), cs)]
        alpha = max(eps2, _rms(flatten(value.rows))) * min(lr, 1 / sqrt(state["step"]))
        alpha /= max(1.0, _rms(u) / group["d"])
        kept, entries = 1 - lr * group["weight_decay"], iter(u)
        return trusted([[kept * w - alpha * u for w, u in zip(ws, entries)] for ws in value.rows])


def _mean(state: dict[str, Any], name: str, new: Sequence[Any], rho: float) -> list[Any]:
    """The running mean after ``new``, which ``state`` keeps."""
    last = state[name]
    mean = [x + rho * (y - x) for x, y in zip(flatten(last.rows), new)]
    state[name] = trusted(unflatten(mean, len(last.rows[0])))
    return mean


def _count(matrix: Matrix) -> int:
    return len(matrix.rows) * len(matrix.rows[0])


def _rms(numbers: Sequence[Any]) -> float:
    return math.sqrt(sum([x * x for x in numbers]) / len(numbers))
