"""Lion: the sign of a running mean of gradients; the rule was found by a search among programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.autograd import Tensor
from backprop.matrix import Matrix, trusted
from backprop.optim.optimizer import Optimizer, Params, filled, settings_of
from backprop.optim.validation import check_betas, check_not_negative


class Lion(Optimizer):
    """θ ← (1 − lr·λ)·θ − lr·sign(β₁·m + (1 − β₁)·g),  m ← β₂·m + (1 − β₂)·g: every weight moves by lr.

    λ is ``weight_decay``; m starts at 0. As every weight moves by lr in each step, lr should be a third to a
    tenth of Adam's, and λ larger by the same factor.

    Chen et al., "Symbolic Discovery of Optimization Algorithms" (2023), program 1. PyTorch has no Lion; names and
    defaults are those of its authors' code.

    Raises ValueError for settings below 0, NaN or infinite and for betas not below 1.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0, 3.0]]); w.grad = Matrix([[10.0, -0.001, 0.0]])
    >>> Lion([w], lr=0.5).step(); w.matrix
    Matrix([[0.5, -1.5, 3.0]])
    """

    def __init__(
        self, params: Params, lr: float = 1e-4, betas: tuple[float, float] = (0.9, 0.99), weight_decay: float = 0
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("Lion", group, "lr", "weight_decay")
        check_betas("Lion", group)

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        return {"exp_avg": filled(parameter, 0)}

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        lr, (beta1, beta2) = group["lr"], group["betas"]
        rest1, rest2 = 1 - beta1, 1 - beta2
        if group["weight_decay"]:
            value = (1 - lr * group["weight_decay"]) * value
        directions = [
            [beta1 * m + rest1 * g for m, g in zip(ms, gs)] for ms, gs in zip(state["exp_avg"].rows, gradient.rows)
        ]
        state["exp_avg"] = trusted(
            [[beta2 * m + rest2 * g for m, g in zip(ms, gs)] for ms, gs in zip(state["exp_avg"].rows, gradient.rows)]
        )
        # 0·c is 0, but NaN if c is NaN, so a NaN is not hidden.
        return trusted(
            [
                [w - lr if c > 0 else w + lr if c < 0 else w + 0 * c for w, c in zip(ws, cs)]
                for ws, cs in zip(value.rows, directions)
            ]
        )
