"""Containers, and modules that compute nothing of their own: Sequential, Residual, Flatten, Identity."""

from __future__ import annotations

from collections.abc import Iterator
from reprlib import repr as short
from typing import Any, overload

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.matrix import format_shape
from backprop.nn.module import Module, Part


class Sequential(Module):
    """y = fₙ(… f₂(f₁(x))): the layers in their order, their parameters named "0.weight", "0.bias", "2.weight", …

    >>> from backprop.nn import Linear, ReLU
    >>> Sequential(Linear(64, 32), ReLU(), Linear(32, 10))
    Sequential(
      (0): Linear(in_features=64, out_features=32, bias=True)
      (1): ReLU()
      (2): Linear(in_features=32, out_features=10, bias=True)
    )  # 2,410 parameters
    """

    def __init__(self, *layers: Module) -> None:
        for i, layer in enumerate(layers):
            if not isinstance(layer, Module):
                raise TypeError(f"{self._get_name()} is made of Modules, argument {i} is {not_a_module(layer)}")
        self.layers = layers

    def __setattr__(self, name: str, value: Any) -> None:
        if name.isdecimal():
            raise ValueError(f"{self._get_name()}: numbers are the names of its layers, got an attribute {name!r}")
        super().__setattr__(name, value)

    def forward(self, input: TensorLike) -> Tensor:
        output = as_tensor(input, self._get_name())
        for layer in self.layers:
            output = layer(output)
        return output

    def members(self) -> Iterator[tuple[str, Part]]:
        """The layers by their numbers, and what a subclass has besides."""
        return ((name.removeprefix("layers."), part) for name, part in super().members())

    def __len__(self) -> int:
        return len(self.layers)

    @overload
    def __getitem__(self, index: int) -> Module: ...

    @overload
    def __getitem__(self, index: slice) -> Sequential: ...

    def __getitem__(self, index: Any) -> Any:
        """One layer by its number, or for a slice a Sequential of several."""
        if isinstance(index, slice):
            return Sequential(*self.layers[index])
        if not -len(self) <= index < len(self):
            raise IndexError(f"layer {index} of {len(self)}: they are numbered 0 to {len(self) - 1}")
        return self.layers[index]

    def __iter__(self) -> Iterator[Module]:
        return iter(self.layers)


def not_a_module(given: Any) -> str:
    """What was given in the place of a Module, and what to write instead."""
    if isinstance(given, (list, tuple)):
        return f"a {type(given).__name__}; write Sequential(*layers)"
    if isinstance(given, type):
        return f"the class {given.__name__}; write {given.__name__}(…)"
    if callable(given):
        return (
            f"a function, {getattr(given, '__name__', short(given))}; write the layer of that name, as ReLU() for relu"
        )
    return f"{short(given)}; write a layer, as ReLU()"


class Flatten(Module):
    """y = x: an example is a flat row already, images included. It is here so that a network reads as in PyTorch.

    PyTorch's start_dim and end_dim have nothing to choose from here.
    """

    def forward(self, input: TensorLike) -> Tensor:
        return as_tensor(input, self._get_name())


class Identity(Module):
    """y = x: for the place of a layer that is left out. PyTorch's takes any arguments, this one none."""

    def forward(self, input: TensorLike) -> Tensor:
        return as_tensor(input, self._get_name())


class Residual(Module):
    """y = x + f(x) for a layer f: what it learns is the difference, and the gradient flows around f too.

    ∂L/∂x = ∂L/∂y + the gradient through f. What else it is called with goes to f. PyTorch has no such
    layer. He et al., "Deep Residual Learning for Image Recognition" (2016).

    Raises TypeError for something that is not a Module, and when called ValueError if f(x) has another shape than x.

    >>> from backprop import Matrix
    >>> from backprop.nn import ReLU
    >>> Residual(ReLU())(Matrix([[-1.0, 2.0]])).matrix
    Matrix([[-1.0, 4.0]])
    """

    def __init__(self, layer: Module) -> None:
        if not isinstance(layer, Module):
            raise TypeError(f"{self._get_name()} is made of a Module, got {not_a_module(layer)}")
        self.layer = layer

    def forward(self, input: TensorLike, *others: Any, **options: Any) -> Tensor:
        output: Tensor = self.layer(input, *others, **options)
        input = as_tensor(input, self._get_name())
        if output.shape != input.shape:
            raise ValueError(
                f"{self._get_name()}: the layer made {format_shape(output.shape)} of {format_shape(input.shape)}; "
                "both need the same shape to be added"
            )
        return input + output
