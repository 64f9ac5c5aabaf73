"""Sequential: layers one after the other, each fed with what the one before gives."""

from __future__ import annotations

from collections.abc import Iterator

from backprop.layers.layer import Layer
from backprop.tensor import Tensor, TensorLike


class Sequential(Layer):
    """y = fₙ(… f₂(f₁(x))): the layers in their order, their parameters named "0.weight", "0.bias", "2.weight", …

    >>> from backprop import Linear, ReLU
    >>> Sequential(Linear(64, 32), ReLU(), Linear(32, 10))
    Sequential(
      (0): Linear(in_features=64, out_features=32, bias=True)
      (1): ReLU()
      (2): Linear(in_features=32, out_features=10, bias=True)
    )  # 2,410 parameters
    """

    def __init__(self, *layers: Layer) -> None:
        for i, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise TypeError(f"Sequential is made of Layers, argument {i} is {layer!r}")
        self.layers = layers

    def forward(self, input: TensorLike) -> Tensor:
        output = input if isinstance(input, Tensor) else Tensor(input)
        for layer in self.layers:
            output = layer(output)
        return output

    def members(self) -> Iterator[tuple[str, Layer]]:
        return ((str(i), layer) for i, layer in enumerate(self.layers))

    def __len__(self) -> int:
        return len(self.layers)

    def __getitem__(self, index: int) -> Layer:
        return self.layers[index]

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)
