"""Adadelta: the gradient scaled by the size of recent steps over the size of recent gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.autograd import Tensor
from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.optim.optimizer import Optimizer, Params, filled, scalar, settings_of
from backprop.optim.validation import check_eps, check_not_negative
from backprop.validation import check_number


class Adadelta(Optimizer):
    """v ← ρ·v + (1 − ρ)·g²,  Δ = √(u + ε)/√(v + ε) · g,  u ← ρ·u + (1 − ρ)·Δ²,  θ ← θ − lr·Δ.

    v and u are running means of the squares of gradients and of steps; both start at 0. With ``weight_decay`` λ:
    g ← g + λ·θ.

    Zeiler, "ADADELTA: An Adaptive Learning Rate Method" (2012), algorithm 1, in which lr is 1.

    Raises ValueError for settings below 0, NaN or infinite, for ``rho`` above 1 and for ``eps`` 0.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, -10.0]])
    >>> Adadelta([w]).step(); w.matrix.allclose(Matrix([[0.99683773, -1.99683773]]), rel_tol=1e-4)
    True
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("Adadelta", group, "lr", "weight_decay")
        check_number("Adadelta", "rho", group["rho"], 0, 1)
        check_eps("Adadelta", group)

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        return {"step": scalar(0.0), "square_avg": filled(parameter, 0), "acc_delta": filled(parameter, 0)}

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        lr, rho, eps, sqrt = group["lr"], group["rho"], group["eps"], math.sqrt
        rest = 1 - rho
        state["step"] += 1
        if group["weight_decay"]:
            gradient = gradient + group["weight_decay"] * value
        v = [
            [rho * v + rest * g * g for v, g in zip(vs, gs)] for vs, gs in zip(state["square_avg"].rows, gradient.rows)
        ]
        steps = [
            [sqrt(u + eps) / sqrt(v + eps) * g for u, v, g in zip(us, vs, gs)]
            for us, vs, gs in zip(state["acc_delta"].rows, v, gradient.rows)
        ]
        u = [[rho * u + rest * d * d for u, d in zip(us, ds)] for us, ds in zip(state["acc_delta"].rows, steps)]
        state["square_avg"], state["acc_delta"] = trusted(v), trusted(u)
        return trusted([[w - lr * d for w, d in zip(ws, ds)] for ws, ds in zip(value.rows, steps)])
