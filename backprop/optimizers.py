"""The optimizers, from simple to less simple: each one rule for the step from a gradient to a new weight.

Each says its update twice, as an equation and as the same expression over the entries, in which θ is a
parameter, g its gradient, t the number of the step.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Real
from typing import Any

from backprop.matrix import Matrix, trusted
from backprop.tensor import Parameter


class Optimizer:
    """The parameters to be learned, and for each what its rule remembers; subclasses write ``update``."""

    def __init__(self, params: Iterable[Parameter]) -> None:
        name = type(self).__name__
        if not isinstance(params, Iterable):
            raise TypeError(f"{name} needs parameters, got a {type(params).__name__}; give it model.parameters()")
        self.params = list(params)
        if not self.params:
            raise ValueError(f"{name} got no parameters; give it model.parameters()")
        for i, parameter in enumerate(self.params):
            if not isinstance(parameter, Parameter):
                raise TypeError(f"{name} learns Parameters, number {i} is {parameter!r}")
        if len(set(self.params)) != len(self.params):
            raise ValueError(f"{name} got a parameter twice; it would take each step twice")
        self.state: list[dict[str, Any]] = [{} for _ in self.params]

    def zero_grad(self) -> None:
        """Forget the gradients of the last step: ``backward()`` adds to what is there."""
        for parameter in self.params:
            parameter.grad = None

    def step(self) -> None:
        """Change every parameter that has a gradient by the rule."""
        for parameter, state in zip(self.params, self.state):
            if parameter.grad is not None:
                parameter.data = self.update(parameter.data, parameter.grad, state)

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any]) -> Matrix:
        """The new value of one parameter; ``state`` is what the rule keeps of it from step to step."""
        raise NotImplementedError(f"{type(self).__name__} needs an update method")


class SGD(Optimizer):
    """θ ← θ − lr·g: a step downhill.

    With ``weight_decay`` λ: g ← g + λ·θ. With ``momentum`` μ the step follows a velocity: v ← μ·v + g (v = g in
    the first step) and θ ← θ − lr·v, or with ``nesterov`` θ ← θ − lr·(g + μ·v), which looks one step ahead.

    Sutskever et al., "On the importance of initialization and momentum in deep learning" (2013), section 2; as
    in PyTorch, lr stands outside of the velocity.

    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, 0.0]])
    >>> SGD([w], lr=0.1).step(); w.data
    Matrix([[0.0, -2.0]])
    """

    def __init__(
        self,
        params: Iterable[Parameter],
        lr: float = 1e-3,
        momentum: float = 0.0,
        *,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        super().__init__(params)
        _check_not_negative("SGD", lr=lr, momentum=momentum, weight_decay=weight_decay)
        if nesterov and not momentum:
            raise ValueError("SGD: nesterov needs a momentum above 0")
        self.lr, self.momentum, self.weight_decay, self.nesterov = lr, momentum, weight_decay, nesterov

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any]) -> Matrix:
        lr, momentum = self.lr, self.momentum
        if self.weight_decay:
            gradient = gradient + self.weight_decay * value
        if momentum:
            velocity = momentum * state["velocity"] + gradient if "velocity" in state else gradient
            state["velocity"] = velocity
            gradient = gradient + momentum * velocity if self.nesterov else velocity
        return trusted([[w - lr * g for w, g in zip(ws, gs)] for ws, gs in zip(value.rows, gradient.rows)])


class Adam(Optimizer):
    """θ ← θ − lr·m̂/(√v̂ + ε): a step of about lr for every weight, whatever the scale of its gradient.

    m ← β₁·m + (1 − β₁)·g and v ← β₂·v + (1 − β₂)·g² are running means of the gradient and of its square;
    m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ) make up for their start at 0. With ``weight_decay`` λ: g ← g + λ·θ.

    Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1.

    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[10.0, -0.001]])
    >>> Adam([w], lr=0.5).step(); w.data.allclose(Matrix([[0.5, -1.5]]), rel_tol=1e-5)
    True
    """

    def __init__(
        self,
        params: Iterable[Parameter],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params)
        _check_not_negative("Adam", lr=lr, eps=eps, weight_decay=weight_decay)
        if not eps:
            raise ValueError("Adam: eps is a number above 0: where a gradient is 0, all divide by it")
        if not isinstance(betas, (tuple, list)) or len(betas) != 2 or not all(0.0 <= beta < 1.0 for beta in betas):
            raise ValueError(f"Adam: betas are two numbers from 0 up to below 1, got {betas!r}")
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay

    def update(self, value: Matrix, gradient: Matrix, state: dict[str, Any]) -> Matrix:
        if not state:
            zeros = Matrix.full(*value.shape, 0.0)
            state.update(t=0, m=zeros, v=zeros)
        state["t"] += 1
        if self.weight_decay:
            gradient = gradient + self.weight_decay * value
        (beta1, beta2), eps, sqrt = self.betas, self.eps, math.sqrt
        rest1, rest2 = 1.0 - beta1, 1.0 - beta2
        m = [[beta1 * m + rest1 * g for m, g in zip(ms, gs)] for ms, gs in zip(state["m"].rows, gradient.rows)]
        v = [[beta2 * v + rest2 * g * g for v, g in zip(vs, gs)] for vs, gs in zip(state["v"].rows, gradient.rows)]
        state["m"], state["v"] = trusted(m), trusted(v)
        # m̂/(√v̂ + ε) with both corrections taken out of the loop: (m/c₁) / (√v/√c₂ + ε).
        rate = self.lr / (1.0 - beta1 ** state["t"])
        root = sqrt(1.0 - beta2 ** state["t"])
        return trusted(
            [
                [w - rate * m / (sqrt(v) / root + eps) for w, m, v in zip(ws, ms, vs)]
                for ws, ms, vs in zip(value.rows, m, v)
            ]
        )


def _check_not_negative(name: str, **settings: float) -> None:
    for setting, value in settings.items():
        if not isinstance(value, Real) or not 0 <= value < math.inf:
            raise ValueError(f"{name}: {setting} is a number from 0 up, got {value!r}")
