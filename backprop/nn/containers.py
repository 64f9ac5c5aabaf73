"""Containers, and modules that compute nothing of their own: Sequential, Residual, Flatten, Unflatten, Identity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from reprlib import repr as short
from typing import Any, overload

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.size import format_sizes
from backprop.matrix import Matrix, format_shape
from backprop.nn.module import Module, Part
from backprop.tensors.shapes import as_shape, flattened_shape, unflattened_shape
from backprop.tensors.shaping import view
from backprop.validation import as_int


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


def check_modules(name: str, *, optional: bool = False, **settings: Any) -> None:
    """TypeError unless each is a Module, or None where that is ``optional``."""
    for setting, value in settings.items():
        if not isinstance(value, Module) and not (optional and value is None):
            raise TypeError(f"{name}: {setting} is a Module, got {not_a_module(value)}")


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
    """The axes from ``start_dim`` to ``end_dim`` as one: by default all but that of the batch.

    >>> Flatten()(Tensor([[[1.0, 2.0], [3.0, 4.0]]]))
    tensor([[1., 2., 3., 4.]])
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        self.start_dim = as_int(self._get_name(), "start_dim", start_dim, bools=False)
        self.end_dim = as_int(self._get_name(), "end_dim", end_dim, bools=False)

    def forward(self, input: TensorLike) -> Tensor:
        x = as_tensor(input, self._get_name())
        shape = flattened_shape(self._get_name(), x.shape, self.start_dim, self.end_dim)
        return x if shape == x.shape else view(x, *shape)

    def extra_repr(self) -> str:
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """The axis ``dim`` as several, of the sizes ``unflattened_size``, of which one may be −1.

    >>> Unflatten(1, (2, -1))(Tensor([[1.0, 2.0, 3.0, 4.0]])).shape
    torch.Size([1, 2, 2])
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        if not isinstance(unflattened_size, (tuple, list)):
            raise TypeError(f"{self._get_name()}: unflattened_size is a tuple of ints, got {short(unflattened_size)}")
        self.dim = as_int(self._get_name(), "dim", dim, bools=False)
        self.unflattened_size = as_shape(self._get_name(), (unflattened_size,), low=-1)

    def forward(self, input: TensorLike) -> Tensor:
        x = as_tensor(input, self._get_name())
        return view(x, *unflattened_shape(self._get_name(), x.shape, self.dim, self.unflattened_size))

    def extra_repr(self) -> str:
        return f"dim={self.dim}, unflattened_size={format_sizes(self.unflattened_size)}"


class Identity(Module):
    """y = x: for the place of a layer that is left out. It may be made with any arguments, as that was."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def forward(self, input: TensorLike) -> Tensor:
        return as_tensor(input, self._get_name())


class Residual(Module):
    """y = x + f(x) for a layer f: what it learns is the difference, and the gradient flows around f too.

    ∂L/∂x = ∂L/∂y + the gradient through f. What else it is called with goes to f. PyTorch has no such
    layer. He et al., "Deep Residual Learning for Image Recognition" (2016).

    Raises TypeError for something that is not a Module, and when called if f(x) is not a Tensor, as of a GRU; ValueError
    if it has another shape than x.

    >>> from backprop.nn import ReLU
    >>> Residual(ReLU())(Tensor([-1.0, 2.0]))
    tensor([-1.,  4.])
    """

    def __init__(self, layer: Module) -> None:
        check_modules(self._get_name(), layer=layer)
        self.layer = layer

    def forward(self, input: TensorLike, *others: Any, **options: Any) -> Tensor:
        output = self.layer(input, *others, **options)
        if not isinstance(output, (Tensor, Matrix)):
            raise TypeError(
                f"{self._get_name()}: the layer gave a {type(output).__name__} where one Tensor is needed; write a Module "
                "whose forward gives the one that is meant"
            )
        input = as_tensor(input, self._get_name())
        if output.shape != input.shape:
            raise ValueError(
                f"{self._get_name()}: the layer made {format_shape(output.shape)} of {format_shape(input.shape)}; "
                "both need the same shape to be added"
            )
        return input + output
