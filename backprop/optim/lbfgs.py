"""L-BFGS: Newton's method with the curvature estimated from the last steps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from reprlib import repr as short
from typing import Any

from backprop.autograd import Tensor, constant
from backprop.kernel import dot
from backprop.matrix import Matrix, flatten, trusted
from backprop.optim.optimizer import (
    Closure,
    Optimizer,
    Params,
    as_numbers,
    evaluated,
    parameters_of,
    scalar,
    settings_of,
)
from backprop.optim.state import snapshot
from backprop.optim.strong_wolfe import Point, strong_wolfe
from backprop.optim.validation import check_not_negative
from backprop.validation import check_choice, check_positive_int, is_number

Vector = list[float]


class LBFGS(Optimizer):
    """θ ← θ + t·d with d = −H·g, where H approximates the inverse of the second derivatives.

    H is never stored: d is computed by two loops over the last ``history_size`` steps s and changes of the gradient y,
    with ρ = 1/(y·s) (``_direction``). t is ``lr``, in the very first step min(1, 1/Σ|g|)·lr; with ``line_search_fn``
    "strong_wolfe" it is the start of the line search.

    Use it for smooth losses over all examples at once. One ``step(closure)`` takes up to ``max_iter`` such steps and up
    to ``max_eval`` evaluations (by default 5/4 of ``max_iter``; a line search may go one beyond), fewer when no entry
    of the gradient is above ``tolerance_grad`` or when steps or losses change by less than ``tolerance_change``. There
    is one group of parameters. The state belongs to all parameters and is stored with the first.

    Liu and Nocedal, "On the limited memory BFGS method for large scale optimization" (1989); Nocedal and Wright,
    "Numerical Optimization" (2nd ed., 2006), algorithm 7.4.

    Raises ValueError for numbers below 0, counts below 1, another ``line_search_fn`` and a second group.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[-1.0, 2.0]])
    >>> optimizer = LBFGS([w], max_iter=50, line_search_fn="strong_wolfe")
    >>> def closure():
    ...     optimizer.zero_grad()
    ...     x, y = w[0, 0], w[0, 1]
    ...     loss = (1.0 - x) ** 2 + 100.0 * (y - x * x) ** 2
    ...     loss.backward()
    ...     return loss
    >>> optimizer.step(closure).item()
    104.0
    >>> w.matrix.allclose(Matrix([[1.0, 1.0]]), rel_tol=1e-5)
    True
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1,
        max_iter: int = 20,
        max_eval: int | None = None,
        tolerance_grad: float = 1e-7,
        tolerance_change: float = 1e-9,
        history_size: int = 100,
        line_search_fn: str | None = None,
    ) -> None:
        if max_eval is None and isinstance(max_iter, int):
            max_eval = max_iter * 5 // 4
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("LBFGS", group, "lr", "tolerance_grad", "tolerance_change")
        check_positive_int("LBFGS", **{setting: group[setting] for setting in ("max_iter", "max_eval", "history_size")})
        check_choice("LBFGS", "line_search_fn", group["line_search_fn"], (None, "strong_wolfe"))
        if group["line_search_fn"] and not group["lr"]:
            raise ValueError("LBFGS: a line search begins at lr, which is above 0, got 0")

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        if self.param_groups:
            raise ValueError("LBFGS has one group of parameters: its steps are steps of all of them together")
        super().add_param_group(param_group)

    def step(self, closure: Closure | None = None) -> Any:
        """Take several steps, and return the first loss.

        ``closure`` is called repeatedly. It resets the gradients, computes the loss, calls ``backward()`` and returns
        the loss."""
        if closure is None:
            raise TypeError("LBFGS.step needs a closure that computes the loss again, calls backward() and returns it")
        self.check(self.param_groups[0])
        group, state = as_numbers(self.param_groups[0]), self.state[self.param_groups[0]["params"][0]]
        if not state:
            state.update(func_evals=0, n_iter=0)
        tolerance_change, rate = group["tolerance_change"], group["lr"]
        given = evaluated(closure)
        loss, g, evaluations = _number(given), self._gradient(), 1
        state["func_evals"] += 1
        if _is_small(g, group["tolerance_grad"]):
            return given

        for iteration in range(1, group["max_iter"] + 1):
            state["n_iter"] += 1
            d = self._direction(state, g, group["history_size"])
            t = min(1.0, 1.0 / sum(map(abs, g))) * rate if state["n_iter"] == 1 else rate
            before, slope = loss, dot(g, d)
            state.update(d=_tensor(d), t=t, prev_flat_grad=_tensor(g), prev_loss=loss)
            if slope > -tolerance_change:
                break

            values = [parameter._matrix for parameter in parameters_of(self)]
            used = 0
            if group["line_search_fn"]:

                def along(t: float, values: list[Matrix] = values, d: Vector = d) -> tuple[float, Vector]:
                    self._move(values, t, d)
                    return _number(evaluated(closure)), self._gradient()

                allowed = group["max_eval"] - evaluations
                first = Point(0.0, loss, g, slope)
                (t, loss, g, _), used = strong_wolfe(along, first, t, d, allowed)
                state["t"] = t
            self._move(values, t, d)
            if not group["line_search_fn"] and iteration < group["max_iter"]:
                loss, g, used = _number(evaluated(closure)), self._gradient(), 1

            evaluations += used
            state["func_evals"] += used
            if (
                evaluations >= group["max_eval"]
                or _is_small(g, group["tolerance_grad"])
                or t * max(map(abs, d)) <= tolerance_change
                or abs(loss - before) < tolerance_change
            ):
                break
        return given

    def _direction(self, state: dict[str, Any], g: Vector, history_size: int) -> Vector:
        """d = −H·g, after adding the last step s = t·d and the change of the gradient y to the history.

        q ← −g;  from the newest pair to the oldest: α ← ρ·s·q, q ← q − α·y;  q ← γ·q with γ = y·s/(y·y) of the
        newest;  from the oldest to the newest: β ← ρ·y·q, q ← q + (α − β)·s. A pair with y·s ≤ 10⁻¹⁰, along which
        the loss does not curve upwards, is left out.
        """
        if state["n_iter"] == 1:
            state.update(old_dirs=[], old_stps=[], ro=[], H_diag=1)
            return [-x for x in g]
        t = _number(state["t"])
        s = [t * x for x in _vector(state["d"])]
        y = [x - last for x, last in zip(g, _vector(state["prev_flat_grad"]))]
        curvature = dot(y, s)
        if curvature > 1e-10:
            for name, new in (("old_dirs", _tensor(y)), ("old_stps", _tensor(s)), ("ro", scalar(1.0 / curvature))):
                state[name] = [*state[name], new][-history_size:]
            square = dot(y, y)
            state["H_diag"] = scalar(curvature / square if square else math.inf)
        q, alphas = [-x for x in g], []
        pairs = [
            (_vector(s), _vector(y), _number(rho))
            for s, y, rho in zip(state["old_stps"], state["old_dirs"], state["ro"])
        ]
        for s, y, rho in reversed(pairs):
            alpha = rho * dot(s, q)
            q = [x - alpha * c for x, c in zip(q, y)]
            alphas.append(alpha)
        gamma = _number(state["H_diag"])
        q = [gamma * x for x in q]
        for (s, y, rho), alpha in zip(pairs, reversed(alphas)):
            beta = rho * dot(y, q)
            q = [x + (alpha - beta) * c for x, c in zip(q, s)]
        return q

    def _gradient(self) -> Vector:
        """The gradients of all parameters as one vector, 0 for a parameter without a gradient."""
        entries: Vector = []
        for parameter in parameters_of(self):
            grad = parameter._grad
            entries.extend([0.0] * parameter._shape.numel() if grad is None else flatten(grad._matrix.rows))
        return entries

    def _move(self, values: list[Matrix], t: float, d: Vector) -> None:
        """θ ← values + t·d."""
        entries = iter(d)
        for parameter, value in zip(parameters_of(self), values):
            # The row comes first in zip: when it ends, zip has not yet taken an entry of d that belongs to the next
            # row.
            parameter._matrix = trusted([[w + t * x for w, x in zip(row, entries)] for row in value.rows])

    def loaded_state(
        self, name: str, parameter: Tensor, saved: Mapping[str, Any], group: Mapping[str, Any]
    ) -> dict[str, Any]:
        size = sum(parameter._shape.numel() for parameter in parameters_of(self))
        lists = ("old_dirs", "old_stps", "ro")
        began = saved.get("n_iter") != 0
        for key in ("n_iter", "func_evals", *(("t", "H_diag", "prev_loss") if began else ())):
            value = saved.get(key)
            if not (isinstance(value, Tensor) and value.numel() == 1 or is_number(value)):
                raise ValueError(f"{name}: {key} is a number, got {short(value)}")
        if began and (
            not all(isinstance(saved.get(key), list) for key in lists) or len({len(saved[k]) for k in lists}) > 1
        ):
            raise ValueError(f"{name}: {', '.join(lists)} must be lists as long as each other, one entry for each pair")
        vectors = [("d", saved.get("d")), ("prev_flat_grad", saved.get("prev_flat_grad"))] if began else []
        vectors += [(key, vector) for key in lists[:2] for vector in saved.get(key, ())]
        for key, vector in vectors:
            if not isinstance(vector, Tensor) or vector.shape != (size,):
                raise ValueError(f"{name}: {key} has {size} numbers, one for each that is learned, got {short(vector)}")
        copy: dict[str, Any] = snapshot({key: value for key, value in saved.items() if key != "al"})  # scratch paper
        for key, value in copy.items():
            copy[key] = list(map(_own, value)) if key in lists else _own(value)
        return copy


def _is_small(vector: Vector, tolerance: float) -> bool:
    """Whether all |x| ≤ ``tolerance``. With a NaN this is False: max() may skip it, a sum cannot."""
    return max(map(abs, vector), default=0.0) <= tolerance and not math.isnan(sum(vector))


def _number(given: Any) -> float:
    return float(given.item() if isinstance(given, Tensor) else given)


def _own(value: Any) -> Any:
    """A vector or a number that was loaded, as a step makes it."""
    return constant(value._matrix, value._shape) if isinstance(value, Tensor) else value


def _tensor(vector: Vector) -> Tensor:
    return constant(trusted([vector]), (len(vector),))


def _vector(tensor: Tensor) -> Vector:
    return tensor._matrix.rows[0]
