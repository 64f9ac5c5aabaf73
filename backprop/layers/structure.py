"""Layers that compute nothing of their own and hold a network together: Flatten, Identity, Residual."""

from __future__ import annotations

from typing import Any

from backprop.layers.layer import Layer
from backprop.layers.sequential import came
from backprop.matrix import by
from backprop.tensor import Tensor, TensorLike, as_tensor


class Flatten(Layer):
    """y = x: an example is a flat row already, images included. It is here so that a network reads as in PyTorch.

    PyTorch's start_dim and end_dim have nothing to choose from here.
    """

    def forward(self, input: TensorLike) -> Tensor:
        return as_tensor(input, type(self).__name__)


class Identity(Layer):
    """y = x: for the place of a layer that is left out. PyTorch's takes any arguments, this one none."""

    def forward(self, input: TensorLike) -> Tensor:
        return as_tensor(input, type(self).__name__)


class Residual(Layer):
    """y = x + f(x) for a layer f: what it learns is the difference, and the gradient has a way around it.

    ∂L/∂x = ∂L/∂y + the gradient through f. What else it is given when called, f is given. PyTorch has no such
    layer. He et al., "Deep Residual Learning for Image Recognition" (2016).

    Raises TypeError for something that is not a Layer, and when called ValueError if f(x) has another shape than x.

    >>> from backprop import Matrix, ReLU
    >>> Residual(ReLU())(Matrix([[-1.0, 2.0]])).data
    Matrix([[-1.0, 4.0]])
    """

    def __init__(self, layer: Layer) -> None:
        if not isinstance(layer, Layer):
            raise TypeError(f"Residual is made of a Layer, got {came(layer)}")
        self.layer = layer

    def forward(self, input: TensorLike, *others: Any, **options: Any) -> Tensor:  # type: ignore[override]
        output = self.layer(input, *others, **options)
        input = as_tensor(input, "Residual")
        if output.shape != input.shape:
            raise ValueError(
                f"Residual: the layer made {by(output.shape)} of {by(input.shape)}; "
                "both need the same shape to be added"
            )
        return input + output
