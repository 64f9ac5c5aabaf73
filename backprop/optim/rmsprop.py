"""RMSprop: the gradient divided by the root of a running mean of its squares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.autograd import Tensor
from backprop.matrix import Matrix
from backprop.numbers import math
from backprop.optim.optimizer import Optimizer, Params, filled, rows_from_zero, scalar, settings_of
from backprop.optim.validation import check_eps, check_not_negative
from backprop.validation import check_number


class RMSprop(Optimizer):
    """v ← α·v + (1 − α)·g²,  θ ← θ − lr·g/(√v + ε).

    ``centered``: √(v − ḡ²) instead of √v, with ḡ ← α·ḡ + (1 − α)·g, an estimate of the standard deviation; where
    rounding makes v − ḡ² negative, 0 is used (PyTorch gets NaN). With ``momentum`` μ the quotients are
    accumulated: b ← μ·b + g/(√v + ε), θ ← θ − lr·b. With ``weight_decay`` λ: g ← g + λ·θ.

    Tieleman and Hinton, "Neural Networks for Machine Learning", lecture 6.5 (2012); centered: Graves,
    "Generating Sequences With Recurrent Neural Networks" (2013), equations 38 to 45.

    Raises ValueError for settings below 0, NaN or infinite, for ``alpha`` above 1 and for ``eps`` 0.

    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, -10.0]])
    >>> RMSprop([w], lr=0.5).step(); w.matrix.allclose(Matrix([[-4.0, 3.0]]), rel_tol=1e-4)
    True
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        super().__init__(params, settings_of(locals()))

    def check(self, group: Mapping[str, Any]) -> None:
        check_not_negative("RMSprop", group, "lr", "weight_decay", "momentum")
        check_number("RMSprop", "alpha", group["alpha"], 0, 1)
        check_eps("RMSprop", group)

    def start(self, parameter: Tensor, group: Mapping[str, Any]) -> dict[str, Any]:
        return {"step": scalar(0.0), "square_avg": filled(parameter, 0)}

    in_place = True

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        lr, alpha, eps, sqrt = group["lr"], group["alpha"], group["eps"], math.sqrt
        rest, centered, momentum = 1 - alpha, group["centered"], group["momentum"]
        state["step"] += 1
        if group["weight_decay"]:
            gradient = gradient + group["weight_decay"] * value
        squares = state["square_avg"].rows
        means = rows_from_zero(state, "grad_avg", value) if centered else squares
        buffer = rows_from_zero(state, "momentum_buffer", value) if momentum else squares
        for ws, gs, vs, ms, bs in zip(value.rows, gradient.rows, squares, means, buffer):
            for i, g in enumerate(gs):
                vs[i] = v = alpha * vs[i] + rest * g * g
                if centered:
                    ms[i] = m = alpha * ms[i] + rest * g
                    v = 0.0 if v < m * m else v - m * m
                b = g / (sqrt(v) + eps)
                if momentum:
                    bs[i] = b = momentum * bs[i] + b
                ws[i] -= lr * b
        return value
