"""Module: what has parameters and turns an input into an output; modules may hold modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat
from reprlib import repr as short
from types import FunctionType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, Union

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.autograd.backward import same_value
from backprop.dtypes import converted
from backprop.matrix import Matrix
from backprop.nn.parameters import Buffer, Parameter, StateTensor
from backprop.validation import ArgumentError

Part = Union[StateTensor, "Module"]
Kinds = Mapping[str, int]

if TYPE_CHECKING:  # later than Python 3.9
    from typing_extensions import ParamSpec, Self

    P = ParamSpec("P")
    Output_co = TypeVar("Output_co", covariant=True)

    class HasForward(Protocol[P, Output_co]):
        def forward(self, *inputs: P.args, **options: P.kwargs) -> Output_co: ...


class Module:
    """Something with parameters and a ``forward``. Subclass it, assign Parameters and Modules to attributes,
    alone, in lists or in dicts, and write ``forward``; calling the module calls it.

    >>> class Scale(Module):
    ...     def __init__(self, factor):
    ...         self.factor = Parameter(factor)
    ...     def forward(self, input):
    ...         return input * self.factor
    >>> scale = Scale(3.0)
    >>> scale(Tensor([1.0, 2.0])).detach()
    tensor([3., 6.])
    >>> [(name, parameter.item()) for name, parameter in scale.named_parameters()]
    [('factor', 3.0)]

    What has held a Parameter, a Buffer or a Module takes another one or None, and nothing else, so that no parameter
    stops being learned unnoticed: ``layer.weight.data = …`` sets a value, ``del layer.weight`` frees the name.
    The name of a part is its attribute, with the indices and keys in it after dots, and belongs to it alone.

    Raises, when an attribute is assigned or its lists and dicts are looked through, TypeError for anything else in the
    place of a part, for parts in a set, and for parts in a dict whose key is neither str nor int; ValueError for two
    parts of one name, a name with a dot in it and a layer within itself. TypeError for a part in the body of a class.
    """

    training = True
    # The attributes in the order of their assignment, and what kinds of parts were seen in them. It is replaced and
    # never changed, so copies may share it.
    _assigned: Mapping[str, Kinds] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name, value in vars(cls).items():
            if isinstance(value, _PARTS):
                raise TypeError(
                    f"{cls.__name__}: {name} is a {type(value).__name__} of the class, which no module has as its own; "
                    f"write self.{name} = … in __init__"
                )

    def __setattr__(self, name: str, value: Any) -> None:
        before = self._assigned.get(name)
        if before or isinstance(value, _HOLDERS):
            kinds, parts = _parts_of(self._get_name(), name, value, before or {})
            if any(self in part.modules() for part in parts.values() if isinstance(part, Module)):
                raise ValueError(f"{self._get_name()}: {name} holds the layer itself, which would have no end")
            object.__setattr__(self, name, value)
            if name in vars(self):  # not the name of a property, which keeps it elsewhere
                self._remember(name, kinds)
        else:
            if before is None and isinstance(getattr(type(self), name, None), FunctionType) and not callable(value):
                kind = type(self).__name__
                raise TypeError(
                    f"{kind}: {name} is a method, which {short(value)} would hide; call it: layer.{name}(…)"
                )
            object.__setattr__(self, name, value)
            if before is None:
                self._remember(name, {})

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        others = {other: kinds for other, kinds in self._assigned.items() if other != name}
        object.__setattr__(self, "_assigned", others)

    def _remember(self, name: str, kinds: Kinds) -> None:
        if self._assigned.get(name) != kinds:
            object.__setattr__(self, "_assigned", {**self._assigned, name: kinds})

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """The output for these inputs; each Module writes its own."""
        raise NotImplementedError(f"{self._get_name()} needs a forward method")

    if TYPE_CHECKING:
        # A call takes what forward takes, and gives what it gives.
        def __call__(self: HasForward[P, Output_co], *inputs: P.args, **options: P.kwargs) -> Output_co: ...

    else:

        def __call__(self, *inputs, **options):
            if len(inputs) == 1 and not options:
                return self.forward(inputs[0])  # a third off the cost of a call
            return self.forward(*inputs, **options)

    # ---------------------------------------------------------------- parts

    def members(self) -> Iterator[tuple[str, Part]]:
        """The named Parameters, Buffers and Modules held directly, in the order of their assignment."""
        attributes = vars(self)
        # PyPy may reorder the attributes of an object; optimizers and files count on one order of parameters.
        for name in {**self._assigned, **attributes}:
            value = attributes.get(name)
            if isinstance(value, _PARTS):
                yield name, value
            elif isinstance(value, _CONTAINERS) and name != "_assigned":  # it may have changed since then
                kinds, parts = _parts_of(self._get_name(), name, value, self._assigned.get(name, {}))
                self._remember(name, kinds)
                yield from parts.items()

    def modules(self) -> Iterator[Module]:
        """This module and all modules below it."""
        yield self
        for _, value in self.members():
            if isinstance(value, Module):
                yield from value.modules()

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Each Parameter here and below with its name, as in "0.weight"; a shared one once, by its first name."""
        seen = set()
        for name, value in self.named_state():
            if isinstance(value, Parameter) and value not in seen:
                seen.add(value)
                yield name, value

    def parameters(self) -> Iterator[Parameter]:
        """Each Parameter here and below, once: what an optimizer is given."""
        return (parameter for _, parameter in self.named_parameters())

    def named_state(self) -> Iterator[tuple[str, StateTensor]]:
        """Each Parameter and each Buffer here and below, by all their names."""
        for name, value in self.members():
            if isinstance(value, Module):
                yield from ((f"{name}.{inner}", tensor) for inner, tensor in value.named_state())
            else:
                yield name, value

    def zero_grad(self) -> None:
        """Forget the gradients: ``backward()`` adds to what is there."""
        for parameter in self.parameters():
            parameter.grad = None

    # ---------------------------------------------------------------- modes

    def train(self, mode: bool = True) -> Self:
        """Set ``training`` here and below: some modules compute another thing while they learn.

        Raises TypeError for what is neither True nor False.
        """
        if not isinstance(mode, bool):
            raise TypeError(f"{self._get_name()}.train: mode is True or False, got {short(mode)}; what trains is fit")
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """``train(False)``: the modules as they are used after training."""
        return self.train(False)

    # ---------------------------------------------------------------- state

    def state_dict(self) -> dict[str, Tensor]:
        """The value of each Parameter and Buffer by its name. As in PyTorch it is the very value, which later steps change:
        ``copy.deepcopy(model.state_dict())`` is a snapshot.

        >>> from backprop.nn import Linear
        >>> [(name, value.shape) for name, value in Linear(3, 2).state_dict().items()]
        [('weight', torch.Size([2, 3])), ('bias', torch.Size([2]))]
        """
        return {name: tensor.detach() for name, tensor in self.named_state()}

    def load_state_dict(self, state: Mapping[str, Tensor | Matrix]) -> None:
        """Set each Parameter and Buffer to the value of its name.

        All are set or none, even if Ctrl-C is pressed. Raises ValueError unless names and shapes are just those of this
        module, and for two values of one that has two names; TypeError for anything but a dict.
        """
        caller = f"{self._get_name()}.load_state_dict"
        if not isinstance(state, Mapping):
            raise TypeError(f"{caller} needs what state_dict() gives, a dict, got a {type(state).__name__}")
        own = dict(self.named_state())
        check_keys(caller, [name for name in own if name not in state], [name for name in state if name not in own])
        values: dict[StateTensor, Matrix] = {}
        for name, tensor in own.items():
            value = state[name]
            try:
                matrix = same_value(name, tensor, value)
            except ValueError:
                shapes = f"{list(tensor.shape)}, got {list(value.shape)}"
                raise ValueError(f"{caller}: {name} has the shape {shapes}") from None
            except TypeError:
                raise TypeError(f"{caller}: {name} is a Tensor, got {short(value)}") from None
            if not tensor.dtype.is_floating_point:
                matrix = converted(matrix, tensor.dtype)
            before = values.setdefault(tensor, matrix)
            if before is not matrix and before != matrix:  # a NaN does not equal itself
                first = next(other for other in own if own[other] is tensor)
                raise ValueError(f"{caller}: {first} and {name} are one {type(tensor).__name__}, got a value for each")
        # One call into the interpreter's own code: an interruption comes before it or after it.
        list(map(setattr, values, repeat("_matrix"), values.values()))

    # ---------------------------------------------------------------- text

    def _get_name(self) -> str:
        """The name of its class: who is named where input is refused."""
        return type(self).__name__

    def extra_repr(self) -> str:
        """The constructor's arguments as text, shown in its ``repr``."""
        return ""

    def __repr__(self) -> str:
        """The tree of modules, and how many numbers are learned."""
        count = sum(parameter.shape.numel() for parameter in self.parameters())
        return self._tree() + (f"  # {count:,} parameters" if count else "")

    def _repr_html_(self) -> str:
        """What notebooks show: the same, one line a module."""
        from html import escape

        return f"<pre>{escape(repr(self))}</pre>"

    def _tree(self) -> str:
        modules = [(name, value) for name, value in self.members() if isinstance(value, Module)]
        head = f"{self._get_name()}({self.extra_repr()}"
        if not modules:
            return head + ")"
        lines = [f"  ({name}): " + module._tree().replace("\n", "\n  ") for name, module in modules]
        return "\n".join([head, *lines, ")"])


def validated_input(module: Module, input: TensorLike, length: int, *sizes: int, role: str = "") -> Tensor:
    """The input as a Tensor, or the ArgumentError that says how long its last axis must be.

    ``length`` is the first, ``sizes`` are the other sizes with which the module was made.

    >>> from backprop.nn import Linear
    >>> validated_input(Linear(64, 10), Matrix([[1.0, 2.0, 3.0]]), 64, 10)
    Traceback (most recent call last):
    backprop.ArgumentError: Linear(64, 10) got rows of 3 numbers; it needs 64
    """
    tensor = input if isinstance(input, Tensor) else as_tensor(input, module._get_name())
    if tensor._shape[-1:] != (length,):
        made = ", ".join(map(str, (length, *sizes)))
        came = f"rows of {tensor._shape[-1]} numbers" if tensor._shape else "a single number"
        flat = len(tensor._shape) > 2 and tensor._shape[1:].numel() == length
        advice = "; write input.flatten(1)" if flat else ""
        raise ArgumentError(f"{module._get_name()}({made}) got {came}{role}; it needs {length}{advice}")
    return tensor


def check_keys(caller: str, missing: Sequence[str], unexpected: Sequence[str]) -> None:
    """ValueError unless a state has all keys that it needs and no others.

    >>> check_keys("Linear.load_state_dict", ["bias"], [])
    Traceback (most recent call last):
    ValueError: Linear.load_state_dict: the keys must be those of the module's state_dict(); missing: 'bias'
    """
    found = [
        f"; {what}: " + ", ".join(map(repr, keys[:5])) + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")
        for what, keys in (("missing", missing), ("unexpected", unexpected))
        if keys
    ]
    if found:
        raise ValueError(f"{caller}: the keys must be those of the module's state_dict()" + "".join(found))


# -------------------------------------------------------------------- the parts in an attribute

_PARTS = (StateTensor, Module)
_CONTAINERS = (list, tuple, dict)
_SETS = (set, frozenset)
_HOLDERS = (*_PARTS, *_CONTAINERS, *_SETS)
# What held one of these takes the same or a later one, as in PyTorch. Within a list or a dict, where parts change
# places, any takes the place of any.
_KINDS: tuple[Any, ...] = (object, _CONTAINERS, Buffer, Module, Parameter)
_NOTHING, _ANY = 0, 1
_FROM_THE_LAST = range(len(_KINDS) - 1, 0, -1)


def _parts_of(owner: str, attribute: str, value: Any, before: Kinds) -> tuple[Kinds, dict[str, Part]]:
    """The parts in the value of an attribute by their names, and the kind under each name that has or had some."""
    kinds: dict[str, int] = {}
    parts: dict[str, Part] = {}
    _look(owner, attribute, value, before, kinds, parts)
    if attribute in kinds:
        _check_key(owner, attribute, attribute)
        kinds[attribute] = _kind(value, before[attribute] if value is None else _NOTHING)
    return kinds, parts


def _look(owner: str, name: str, value: Any, before: Kinds, kinds: dict[str, int], parts: dict[str, Part]) -> None:
    """Add what is found in ``value``, which stands under ``name``, to ``kinds`` and ``parts``."""
    least = before.get(name, _NOTHING)
    kind = _kind(value, least)
    if kind < least:
        raise TypeError(f"{owner}: cannot assign {type(value).__name__!r} as " + _expected(name, least))
    if isinstance(value, _CONTAINERS):
        known = len(kinds)
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(item, _HOLDERS) or (before and f"{name}.{key}" in before):
                inner = f"{name}.{key}"
                _look(owner, inner, item, before, kinds, parts)
                if inner in kinds:
                    _check_key(owner, name, key)
        if len(kinds) == known:
            return
    elif isinstance(value, _PARTS):
        if name in parts:
            raise ValueError(f"{owner}: two parts have the name {name!r}; give one of them another key")
        parts[name] = value
    elif isinstance(value, _SETS) and any(isinstance(item, _PARTS) for item in value):
        raise TypeError(f"{owner}: parts in a set have no order and no names; make {name} a list or a dict")
    if kind:
        kinds[name] = _ANY


def _kind(value: Any, of_none: int) -> int:
    if value is None:
        return of_none
    for kind in _FROM_THE_LAST:
        if isinstance(value, _KINDS[kind]):
            return kind
    return _NOTHING


def _check_key(owner: str, name: str, key: Any) -> None:
    if type(key) not in (str, int):  # how others are written depends on the interpreter
        raise TypeError(f"{owner}: the key of a part is a str or an int, {name} has {short(key)}")
    if "." in str(key):
        raise ValueError(f"{owner}: a name has no dot in it, dots stand between names; got {short(key)}")


def _expected(name: str, kind: int) -> str:
    if kind == _ANY:
        return f"{name!r} (a part of the module or None expected); del layer.{name.partition('.')[0]} frees the name"
    title = _KINDS[kind].__name__
    advice = f"del layer.{name} frees the name" if title == "Module" else f"layer.{name}.data = … sets another value"
    return f"{title.lower()} {name!r} (backprop.nn.{title} or None expected); {advice}"
