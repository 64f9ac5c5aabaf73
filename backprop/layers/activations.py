"""The activations as layers: each calls the function of its name, where the equation is."""

from __future__ import annotations

from backprop import functional
from backprop.layers.layer import Layer
from backprop.tensor import Tensor, TensorLike


class Tanh(Layer):
    """y = tanh x: from −1 to 1, slope 1 at 0."""

    def forward(self, input: TensorLike) -> Tensor:
        return functional.tanh(input)


class Sigmoid(Layer):
    """y = 1/(1 + e⁻ˣ): from 0 to 1, slope ¼ at 0."""

    def forward(self, input: TensorLike) -> Tensor:
        return functional.sigmoid(input)


class ReLU(Layer):
    """y = max(x, 0)."""

    def forward(self, input: TensorLike) -> Tensor:
        return functional.relu(input)


class LeakyReLU(Layer):
    """y = x where x > 0, else negative_slope·x."""

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = negative_slope

    def forward(self, input: TensorLike) -> Tensor:
        return functional.leaky_relu(input, negative_slope=self.negative_slope)

    def extra_repr(self) -> str:
        return f"negative_slope={self.negative_slope}"


class Softmax(Layer):
    """yⱼ = eˣʲ / Σₖ eˣᵏ along each row (``dim`` 1 or -1) or column (0).

    For training end in scores and CrossEntropyLoss, which has the softmax in it; this is for reading the result.
    """

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: TensorLike) -> Tensor:
        return functional.softmax(input, dim=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class LogSoftmax(Layer):
    """yⱼ = xⱼ − ln Σₖ eˣᵏ along each row (``dim`` 1 or -1) or column (0)."""

    def __init__(self, dim: int = -1) -> None:
        self.dim = dim

    def forward(self, input: TensorLike) -> Tensor:
        return functional.log_softmax(input, dim=self.dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"
