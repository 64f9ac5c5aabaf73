"""Containers, in which modules and parameters are found: Sequential, ModuleList, ModuleDict, ParameterList, ParameterDict;
and modules that compute nothing of their own: Residual, Flatten, Unflatten, Identity."""

from __future__ import annotations

import operator
from collections.abc import ItemsView, Iterable, Iterator, KeysView, Mapping, MutableMapping, Sequence, ValuesView
from itertools import groupby
from reprlib import repr as short
from typing import TYPE_CHECKING, Any, overload

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.size import format_sizes
from backprop.matrix import Matrix, format_shape
from backprop.nn.members import MODULE
from backprop.nn.module import Module, tree_of
from backprop.nn.parameters import Parameter
from backprop.tensors.shapes import as_shape, flattened_shape, unflattened_shape
from backprop.tensors.shaping import view
from backprop.validation import as_int

if TYPE_CHECKING:  # later than Python 3.9
    from typing_extensions import Self


class _Layers(Module):
    """What Sequential and ModuleList have in common: modules in their order, named by their numbers."""

    def __len__(self) -> int:
        return len(self._held(MODULE))

    def __iter__(self) -> Iterator[Module]:
        return iter([module for _, module in self._held(MODULE)])

    @overload
    def __getitem__(self, idx: int) -> Module: ...

    @overload
    def __getitem__(self, idx: slice) -> Self: ...

    def __getitem__(self, idx: Any) -> Any:
        """One by its number, or for a slice a container of several, under their names."""
        held = self._held(MODULE)
        if isinstance(idx, slice):
            return self._made(held[idx])
        return held[self._place(idx)][1]

    _made: Any  # the class method that makes one of several named modules

    def _place(self, idx: Any) -> int:
        place, count = operator.index(idx), len(self)
        if not -count <= place < count:
            raise IndexError(f"{self._get_name()}: index {place} is out of range, there are {count} modules")
        return place % count

    def __setitem__(self, idx: int, module: Module) -> None:
        setattr(self, self._held(MODULE)[self._place(idx)][0], self._checked(module))

    def __delitem__(self, idx: int | slice) -> None:
        layers = list(self)
        del layers[idx if isinstance(idx, slice) else self._place(idx)]
        self._become(layers)

    def _become(self, layers: Iterable[Module]) -> None:
        """Hold these, by their numbers."""
        self._modules.clear()
        for i, layer in enumerate(layers):
            self.add_module(str(i), layer)

    def append(self, module: Module) -> Self:
        """Add a module at the end."""
        self.add_module(str(len(self)), self._checked(module))
        return self

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add modules at the end."""
        if not isinstance(modules, Iterable):
            raise TypeError(f"{self._get_name()}.extend: modules is an iterable of Modules, got {short(modules)}")
        for module in list(modules):
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Add a module before the one with this number."""
        layers, count = list(self), len(self)
        if not -count <= index <= count:
            raise IndexError(f"{self._get_name()}: index {index} is out of range, there are {count} modules")
        layers.insert(index, self._checked(module))
        self._become(layers)
        return self

    def pop(self, key: int) -> Module:
        """Take one out, and give it."""
        module = self[key]
        del self[key]
        return module

    def __add__(self, other: Iterable[Module]) -> Self:
        return type(self)._made(self._held(MODULE)).extend(other)  # type: ignore[no-any-return]

    def __iadd__(self, other: Iterable[Module]) -> Self:
        return self.extend(other)

    def _checked(self, module: Any) -> Module:
        check_modules(self._get_name(), module=module)
        return module  # type: ignore[no-any-return]


class Sequential(_Layers):
    """y = fₙ(… f₂(f₁(x))): the layers in their order, their parameters named "0.weight", "0.bias", "2.weight", …

    ``Sequential(OrderedDict([("hidden", Linear(64, 32)), …]))`` gives them names.

    >>> from backprop.nn import Linear, ReLU
    >>> Sequential(Linear(64, 32), ReLU(), Linear(32, 10))
    Sequential(
      (0): Linear(in_features=64, out_features=32, bias=True)
      (1): ReLU()
      (2): Linear(in_features=32, out_features=10, bias=True)
    )
    # 2,410 parameters
    """

    def __init__(self, *args: Module | Mapping[str, Module]) -> None:
        super().__init__()
        named: Any = args[0].items() if len(args) == 1 and isinstance(args[0], Mapping) else enumerate(args)
        for key, layer in named:
            if not isinstance(layer, Module):
                raise TypeError(f"{self._get_name()} is made of Modules, argument {key} is {not_a_module(layer)}")
            self.add_module(str(key), layer)

    @classmethod
    def _made(cls, named: Iterable[tuple[str, Module]]) -> Any:
        return cls(dict(named))

    def forward(self, input: TensorLike) -> Tensor:
        own: dict[str, Any] = self.__dict__
        for name, kind in own["_kinds"].items():
            if kind == MODULE:
                input = own[name](input)
        return input  # type: ignore[return-value]

    def __add__(self, other: Iterable[Module]) -> Sequential:
        return Sequential(*self, *other)

    def __mul__(self, other: int) -> Sequential:
        if not isinstance(other, int):
            return NotImplemented
        if other < 1:
            raise ValueError(f"{self._get_name()}: it is repeated once or more, got {other} times")
        return Sequential(*list(self) * other)

    __rmul__ = __mul__


class ModuleList(_Layers):
    """Modules in a list, which may be indexed, sliced and iterated over; their parameters are named "0.weight", …

    >>> from backprop.nn import Linear, ReLU
    >>> ModuleList([Linear(4, 4), Linear(4, 4), ReLU()])
    ModuleList(
      (0-1): 2 x Linear(in_features=4, out_features=4, bias=True)
      (2): ReLU()
    )
    # 40 parameters
    """

    def __init__(self, modules: Iterable[Module] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.extend(modules)

    @classmethod
    def _made(cls, named: Iterable[tuple[str, Module]]) -> Any:
        return cls([module for _, module in named])

    def _lines(self) -> list[str]:
        lines, start = [], 0
        for text, same in groupby(map(tree_of, self)):
            count = len(list(same))
            lines.append(f"({start}): {text}" if count == 1 else f"({start}-{start + count - 1}): {count} x {text}")
            start += count
        return lines


class _Dict(Module, MutableMapping[str, Any]):
    """What ModuleDict and ParameterDict have in common: all that a dict can do. Unlike one they are the same only if they are
    one."""

    __eq__, __hash__ = object.__eq__, object.__hash__

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __reversed__(self) -> Iterator[str]:
        return reversed(list(self))

    # The views of a plain dict, which print what they hold.

    def keys(self) -> KeysView[str]:
        return {key: self[key] for key in self}.keys()

    def values(self) -> ValuesView[Any]:
        return {key: self[key] for key in self}.values()

    def items(self) -> ItemsView[str, Any]:
        return {key: self[key] for key in self}.items()


class ModuleDict(_Dict):
    """Modules in a dict, in the order in which they were added; their parameters are named "key.weight", …

    >>> from backprop.nn import ReLU, Tanh
    >>> choices = ModuleDict({"relu": ReLU(), "tanh": Tanh()})
    >>> choices["relu"](Tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] | None = None) -> None:
        super().__init__()
        if modules is not None:
            self.update(modules)

    def __getitem__(self, key: str) -> Module:
        return self._modules[key]  # type: ignore[no-any-return]

    def __setitem__(self, key: str, module: Module) -> None:
        self.add_module(key, module)

    def __delitem__(self, key: str) -> None:
        del self._modules[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)


class ParameterList(Module):
    """Parameters in a list, named "0", "1", …; a Tensor becomes a Parameter, what is neither is kept as it is.

    >>> weights = ParameterList([Tensor([1.0]), Tensor([2.0, 3.0])])
    >>> weights
    ParameterList(
        (0): Parameter containing: [torch.float32 of size 1]
        (1): Parameter containing: [torch.float32 of size 2]
    )
    >>> [name for name, _ in weights.named_parameters()]
    ['0', '1']
    """

    def __init__(self, values: Iterable[Any] | None = None) -> None:
        super().__init__()
        self._size = 0
        if values is not None:
            self.extend(values)

    def __len__(self) -> int:
        return self._size

    def _name(self, idx: Any) -> str:
        place = operator.index(idx)
        if not -self._size <= place < self._size:
            raise IndexError(f"{self._get_name()}: index {place} is out of range, there are {self._size} parameters")
        return str(place % self._size)

    def __getitem__(self, idx: Any) -> Any:
        """One by its number, or for a slice a list of several."""
        if isinstance(idx, slice):
            return type(self)([self[i] for i in range(self._size)[idx]])
        return getattr(self, self._name(idx))

    def __setitem__(self, idx: int, param: Any) -> None:
        setattr(self, self._name(idx), _as_parameter(param))

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(self._size))

    def append(self, value: Any) -> Self:
        """Add one at the end."""
        self._size += 1
        self[-1] = value
        return self

    def extend(self, values: Iterable[Any]) -> Self:
        """Add several at the end."""
        if not isinstance(values, Iterable) or isinstance(values, Tensor):
            raise TypeError(f"{self._get_name()}.extend: values is an iterable of Parameters, got {short(values)}")
        for value in list(values):
            self.append(value)
        return self

    __iadd__ = extend

    def extra_repr(self) -> str:
        return "\n".join(
            [f"  ({i}): {_described(p, p.dtype if isinstance(p, Tensor) else '')}" for i, p in enumerate(self)]
        )


class ParameterDict(_Dict):
    """Parameters in a dict, named by their keys; a Tensor becomes a Parameter, what is neither is kept as it is.

    The keys stand in the order in which they were added, those of a plain dict sorted, as in PyTorch.

    >>> weights = ParameterDict({"left": Tensor([1.0])})
    >>> weights["right"] = Tensor([2.0])
    >>> [name for name, _ in weights.named_parameters()]
    ['left', 'right']
    """

    def __init__(self, parameters: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        super().__init__()
        self._keys: dict[str, None] = {}
        if parameters is not None:
            self.update(sorted(parameters.items()) if type(parameters) is dict else parameters)

    def __getitem__(self, key: str) -> Any:
        if key not in self._keys:
            raise KeyError(key)
        return getattr(self, key)

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"{self._get_name()}: a key is a str, got {short(key)}")
        setattr(self, key, _as_parameter(value))
        self._keys[key] = None

    def __delitem__(self, key: str) -> None:
        del self._keys[key]
        delattr(self, key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def copy(self) -> ParameterDict:
        """Another dict of the same Parameters."""
        return ParameterDict(self)

    def fromkeys(self, keys: Iterable[str], default: Any = None) -> ParameterDict:
        """A new dict with these keys, all with the value ``default``."""
        return ParameterDict([(key, default) for key in keys])

    def __or__(self, other: Mapping[str, Any]) -> ParameterDict:
        joined = self.copy()
        joined.update(other)
        return joined

    def __ior__(self, other: Mapping[str, Any]) -> Self:
        self.update(other)
        return self

    def extra_repr(self) -> str:
        return "\n".join(
            [f"  ({key}): {_described(p, p.type() if isinstance(p, Tensor) else '')}" for key, p in self.items()]
        )


def _as_parameter(value: Any) -> Any:
    return Parameter(value) if isinstance(value, Tensor) and not isinstance(value, Parameter) else value


def _described(value: Any, kind: Any) -> str:
    if isinstance(value, Tensor):
        return f"Parameter containing: [{kind} of size {'x'.join(map(str, value.shape))}]"
    return f"Object of type: {type(value).__name__}"


# -------------------------------------------------------------------- validation


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
        super().__init__()
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
        super().__init__()
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
        super().__init__()

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
        super().__init__()
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
