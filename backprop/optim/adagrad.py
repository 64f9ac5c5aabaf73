"""Adagrad: every weight has its own learning rate, which shrinks with the sum of its squared gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.autograd import Tensor
from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.optim.optimizer import Optimizer, Params, filled, scalar, settings_of
from backprop.optim.validation import check_eps, check_not_negative


class Adagrad(Optimizer):
    """s ← s + g²,  θ ← θ − lr/(1 + (t − 1)·lr_decay) · g/(√s + ε).

    s starts at ``initial_accumulator_value``. With ``weight_decay`` λ: g ← g + λ·θ.

    Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and Stochastic Optimization" (2011).

    Raises ValueError for settings below 0, NaN or infinite, and for ``eps`` 0.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, -0.001]])
    >>> Adagrad([w], lr=0.5).step(); w.matrix.allclose(Matrix([[0.5, -1.5]]), rel_tol=1e-6)
    True
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        super().add_param_group(param_group)
        group = self.param_groups[-1]
        for parameter in group["params"]:
            self.state[parameter] = self.start(parameter, group)

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("Adagrad", group, "lr", "lr_decay", "weight_decay", "initial_accumulator_value")
        check_eps("Adagrad", group)

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        return {"step": scalar(0.0), "sum": filled(parameter, group["initial_accumulator_value"])}

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        rate, eps, sqrt = group["lr"] / (1 + state["step"] * group["lr_decay"]), group["eps"], math.sqrt
        state["step"] += 1
        if group["weight_decay"]:
            gradient = gradient + group["weight_decay"] * value
        s = [[s + g * g for s, g in zip(ss, gs)] for ss, gs in zip(state["sum"].rows, gradient.rows)]
        state["sum"] = trusted(s)
        return trusted(
            [
                [w - rate * g / (sqrt(s) + eps) for w, g, s in zip(ws, gs, ss)]
                for ws, gs, ss in zip(value.rows, gradient.rows, s)
            ]
        )
