"""SGD: gradient descent, with or without momentum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.matrix import Matrix, trusted
from backprop.optim.optimizer import Optimizer, Params, settings_of
from backprop.optim.validation import check_not_negative


class SGD(Optimizer):
    """θ ← θ − lr·g: a step along the negative gradient, or with momentum μ along Δ ← μ·Δ + g, which is g at first.

    With ``weight_decay`` λ: g ← g + λ·θ. With ``dampening`` τ the velocity is Δ ← μ·Δ + (1 − τ)·g, but for the first step,
    and with ``nesterov`` the step is θ ← θ − lr·(g + μ·Δ), which looks one step ahead.

    Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013), section 2; as
    in PyTorch, lr is not part of the velocity.

    Raises ValueError for settings below 0, NaN or infinite, and for ``nesterov`` without momentum or with dampening.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, 0.0]])
    >>> SGD([w], lr=0.1).step(); w.matrix
    Matrix([[0.0, -2.0]])
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("SGD", group, "lr", "momentum", "dampening", "weight_decay")
        if group["nesterov"] and not group["momentum"]:
            raise ValueError("SGD: nesterov needs a momentum above 0")
        if group["nesterov"] and group["dampening"]:
            raise ValueError(f"SGD: nesterov needs a dampening of 0, got {group['dampening']!r}")

    numbers = frozenset()

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        lr, momentum = group["lr"], group["momentum"]
        if group["weight_decay"]:
            gradient = gradient + group["weight_decay"] * value
        if momentum:
            velocity, last = gradient, state.get("momentum_buffer")
            if last is not None:
                part = (1 - group["dampening"]) * gradient if group["dampening"] else gradient
                velocity = trusted([[momentum * v + g for v, g in zip(vs, gs)] for vs, gs in zip(last.rows, part.rows)])
            state["momentum_buffer"] = velocity
            gradient = gradient + momentum * velocity if group["nesterov"] else velocity
        return trusted([[w - lr * g for w, g in zip(ws, gs)] for ws, gs in zip(value.rows, gradient.rows)])
