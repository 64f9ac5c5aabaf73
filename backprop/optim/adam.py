"""Adam: a step of about lr for every weight, whatever the scale of its gradient."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.autograd import Tensor
from backprop.matrix import Matrix
from backprop.numbers import math
from backprop.optim.optimizer import Optimizer, Params, filled, rows_from_zero, scalar, settings_of
from backprop.optim.validation import check_betas, check_eps, check_not_negative


class Adam(Optimizer):
    """θ ← θ − lr·m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g².

    A step of about lr for every weight, whatever the scale of its gradient: m and v are running means of the gradient and of
    its square, and m̂ and v̂ correct for their start at 0. With ``weight_decay`` λ: g ← g + λ·θ, or
    θ ← (1 − lr·λ)·θ with ``decoupled_weight_decay``, as in AdamW. ``amsgrad`` uses the largest v so far in place of v, so
    that no step grows because a large gradient is forgotten.

    Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1; amsgrad: Reddi, Kale and Kumar,
    "On the Convergence of Adam and Beyond" (2018).

    Raises ValueError for settings below 0, NaN or infinite, for betas not below 1 and for ``eps`` 0.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, -0.001]])
    >>> Adam([w], lr=0.5).step(); w.matrix.allclose(Matrix([[0.5, -1.5]]), rel_tol=1e-5)
    True
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        name = type(self).__name__
        check_not_negative(name, group, "lr", "weight_decay")
        check_betas(name, group)
        check_eps(name, group)

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        return {"step": scalar(0.0), "exp_avg": filled(parameter, 0), "exp_avg_sq": filled(parameter, 0)}

    in_place = True

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        (beta1, beta2), eps, amsgrad, sqrt = group["betas"], group["eps"], group["amsgrad"], math.sqrt
        if group["weight_decay"]:
            gradient = decay(value, gradient, group)
        state["step"] += 1
        rest1, rest2 = 1.0 - beta1, 1.0 - beta2
        # m̂/(√v̂ + ε) with both corrections taken out of the loop: (m/c₁) / (√v/√c₂ + ε).
        rate = group["lr"] / (1.0 - beta1 ** state["step"])
        root = sqrt(1.0 - beta2 ** state["step"])
        means, squares = state["exp_avg"].rows, state["exp_avg_sq"].rows
        largest = rows_from_zero(state, "max_exp_avg_sq", value) if amsgrad else squares
        for ws, gs, ms, vs, xs in zip(value.rows, gradient.rows, means, squares, largest):
            for i, g in enumerate(gs):
                ms[i] = m = beta1 * ms[i] + rest1 * g
                vs[i] = v = beta2 * vs[i] + rest2 * g * g
                if amsgrad:
                    # In this order of the comparison a NaN is kept.
                    xs[i] = v = xs[i] if v < xs[i] else v
                ws[i] -= rate * m / (sqrt(v) / root + eps)
        return value


def decay(value: Matrix, gradient: Matrix, group: Mapping[str, Any]) -> Matrix:
    """g + λ·θ with the ``weight_decay`` λ; with ``decoupled_weight_decay`` g, and θ becomes (1 − lr·λ)·θ."""
    if group["decoupled_weight_decay"]:
        kept = 1.0 - group["lr"] * group["weight_decay"]
        for ws in value.rows:
            ws[:] = [kept * w for w in ws]
    else:
        gradient = gradient + group["weight_decay"] * value
    return gradient
