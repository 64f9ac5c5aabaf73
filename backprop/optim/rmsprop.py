"""RMSprop: the gradient divided by the root of a running mean of its squares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop.autograd import Tensor
from backprop.matrix import Matrix, trusted
from backprop.numbers import math
from backprop.optim.optimizer import Optimizer, Params, filled, scalar, settings_of
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

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any], group: Mapping[str, Any]) -> Matrix:
        lr, alpha, eps, momentum, sqrt = group["lr"], group["alpha"], group["eps"], group["momentum"], math.sqrt
        rest = 1 - alpha
        state["step"] += 1
        if group["weight_decay"]:
            gradient = gradient + group["weight_decay"] * value
        v = [
            [alpha * v + rest * g * g for v, g in zip(vs, gs)]
            for vs, gs in zip(state["square_avg"].rows, gradient.rows)
        ]
        state["square_avg"] = trusted(v)
        if group["centered"]:
            last = state.get("grad_avg")
            mean = rest * gradient if last is None else alpha * last + rest * gradient
            state["grad_avg"] = mean
            v = [[0.0 if v < m * m else v - m * m for v, m in zip(vs, ms)] for vs, ms in zip(v, mean.rows)]
        if not momentum:
            return trusted(
                [
                    [w - lr * (g / (sqrt(v) + eps)) for w, g, v in zip(ws, gs, vs)]
                    for ws, gs, vs in zip(value.rows, gradient.rows, v)
                ]
            )
        quotients = [[g / (sqrt(v) + eps) for g, v in zip(gs, vs)] for gs, vs in zip(gradient.rows, v)]
        last = state.get("momentum_buffer")
        if last is not None:
            quotients = [[momentum * b + q for b, q in zip(bs, qs)] for bs, qs in zip(last.rows, quotients)]
        state["momentum_buffer"] = trusted(quotients)
        return trusted([[w - lr * q for w, q in zip(ws, qs)] for ws, qs in zip(value.rows, quotients)])
