"""Adamax: Adam with the largest recent gradient in place of the root of the mean square."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.autograd import Tensor
from backprop.matrix import Matrix, trusted
from backprop.optim.optimizer import Optimizer, Params, filled, scalar, settings_of
from backprop.optim.validation import check_betas, check_eps, check_not_negative


class Adamax(Optimizer):
    """θ ← θ − lr/(1 − β₁ᵗ)·m/u with m ← β₁·m + (1 − β₁)·g and u ← max(β₂·u, |g| + ε).

    With ``weight_decay`` λ: g ← g + λ·θ.

    Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 2; ε is from PyTorch and prevents 0/0.

    Raises ValueError for settings below 0, NaN or infinite, for betas not below 1 and for ``eps`` 0.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, -0.001]])
    >>> Adamax([w], lr=0.5).step(); w.matrix.allclose(Matrix([[0.5, -1.5]]), rel_tol=1e-4)
    True
    """

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("Adamax", group, "lr", "weight_decay")
        check_betas("Adamax", group)
        check_eps("Adamax", group)

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        return {"step": scalar(0.0), "exp_avg": filled(parameter, 0), "exp_inf": filled(parameter, 0)}

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        (beta1, beta2), eps = group["betas"], group["eps"]
        rest = 1 - beta1
        state["step"] += 1
        if group["weight_decay"]:
            gradient = gradient + group["weight_decay"] * value
        m = [[beta1 * m + rest * g for m, g in zip(ms, gs)] for ms, gs in zip(state["exp_avg"].rows, gradient.rows)]
        # max() returns its first argument if that is NaN, so a NaN is not hidden.
        u = [
            [max(abs(g) + eps, beta2 * u) for u, g in zip(us, gs)]
            for us, gs in zip(state["exp_inf"].rows, gradient.rows)
        ]
        state["exp_avg"], state["exp_inf"] = trusted(m), trusted(u)
        rate = group["lr"] / (1 - beta1 ** state["step"])
        return trusted([[w - rate * m / u for w, m, u in zip(ws, ms, us)] for ws, ms, us in zip(value.rows, m, u)])
