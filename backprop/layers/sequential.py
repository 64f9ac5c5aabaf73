"""Sequential: layers one after the other, each fed with what the one before gives."""

from __future__ import annotations

from collections.abc import Iterator
from reprlib import repr as short
from typing import Any, overload

from backprop.layers.layer import Layer, Part
from backprop.tensor import Tensor, TensorLike, as_tensor


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
                raise TypeError(f"Sequential is made of Layers, argument {i} is {came(layer)}")
        self.layers = layers

    def __setattr__(self, name: str, value: Any) -> None:
        if name.isdecimal():
            raise ValueError(f"Sequential: numbers are the names of its layers, got an attribute {name!r}")
        super().__setattr__(name, value)

    def forward(self, input: TensorLike) -> Tensor:
        output = as_tensor(input, "Sequential")
        for layer in self.layers:
            output = layer(output)
        return output

    def members(self) -> Iterator[tuple[str, Part]]:
        """The layers by their numbers, and what a subclass has besides."""
        return ((name.removeprefix("layers."), part) for name, part in super().members())

    def __len__(self) -> int:
        return len(self.layers)

    @overload
    def __getitem__(self, index: int) -> Layer: ...

    @overload
    def __getitem__(self, index: slice) -> Sequential: ...

    def __getitem__(self, index: Any) -> Any:
        """One layer by its number, or for a slice a Sequential of several."""
        if isinstance(index, slice):
            return Sequential(*self.layers[index])
        if not -len(self) <= index < len(self):
            raise IndexError(f"layer {index} of {len(self)}: they are numbered 0 to {len(self) - 1}")
        return self.layers[index]

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)


def came(given: Any) -> str:
    """What is no Layer, and what to write for what is often given."""
    if isinstance(given, (list, tuple)):
        return f"a {type(given).__name__}; write Sequential(*layers)"
    if isinstance(given, type):
        return f"the class {given.__name__}; write {given.__name__}(…)"
    if callable(given):
        return (
            f"a function, {getattr(given, '__name__', short(given))}; write the layer of that name, as ReLU() for relu"
        )
    return f"{short(given)}; write a layer, as ReLU()"
