"""AdamW: Adam with a weight decay that is not part of the gradient."""

from __future__ import annotations

from backprop.optim.adam import Adam
from backprop.optim.optimizer import Params


class AdamW(Adam):
    """θ ← (1 − lr·λ)·θ, then the step of Adam: the weight decay is not divided by the root of v̂.

    Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), algorithm 2.

    Raises ValueError as Adam does.

    >>> from backprop.matrix import Matrix
    >>> from backprop.nn.parameters import Parameter
    >>> w = Parameter([[1.0, -2.0]]); w.grad = Matrix([[0.0, 0.0]])
    >>> AdamW([w], lr=0.5, weight_decay=0.5).step(); w.matrix
    Matrix([[0.75, -1.5]])
    """

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            foreach=foreach,
            maximize=maximize,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=True,
        )
