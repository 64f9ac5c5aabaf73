"""Module: what has parameters and turns an input into an output; modules may hold modules."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from textwrap import indent
from typing import TYPE_CHECKING, Any, Callable, Protocol, TypeVar
from warnings import warn

from backprop.autograd import Tensor, TensorLike, as_tensor
from backprop.dtypes import DType, as_dtype, float32, float64
from backprop.matrix import Matrix
from backprop.nn.calls import graph_of_call
from backprop.nn.hooks import BACKWARD, BACKWARD_PRE, FORWARD, FORWARD_PRE, LOAD_POST, LOAD_PRE, Hook, call_with_hooks
from backprop.nn.members import BUFFER, MODULE, PARAMETER, UNSAVED, Members
from backprop.nn.parameters import Buffer, Parameter
from backprop.nn.state_dict import _IncompatibleKeys, load
from backprop.shape_errors import shape_error
from backprop.tensors.casts import bfloat16, cast, cuda, half, wanted_dtype
from backprop.tensors.hooks import Handle
from backprop.validation import check_bool

if TYPE_CHECKING:  # later than Python 3.9
    from typing_extensions import ParamSpec, Self

    from backprop.pictures import Graph

    P = ParamSpec("P")
    Output_co = TypeVar("Output_co", covariant=True)

    class HasForward(Protocol[P, Output_co]):
        def forward(self, *inputs: P.args, **options: P.kwargs) -> Output_co: ...


class _Uninitialized:
    """What a Module has in the place of its members before ``Module.__init__``."""

    def __get__(self, module: Any, kind: Any) -> Any:
        if module is None:
            return self
        raise AttributeError(f"{kind.__name__}: write super().__init__() in its __init__ first")


class Module:
    """Something with parameters and a ``forward``. Subclass it, call ``super().__init__()``, assign Parameters and Modules
    to attributes and write ``forward``; calling the module calls it.

    >>> class Scale(Module):
    ...     def __init__(self, factor):
    ...         super().__init__()
    ...         self.factor = Parameter(Tensor(factor))
    ...     def forward(self, input):
    ...         return input * self.factor
    >>> scale = Scale(3.0)
    >>> scale(Tensor([1.0, 2.0])).detach()
    tensor([3., 6.])
    >>> [(name, parameter.item()) for name, parameter in scale.named_parameters()]
    [('factor', 3.0)]

    Those in a plain list, tuple, dict or set are not found, and a UserWarning says so: ``ModuleList``, ``ModuleDict``,
    ``ParameterList`` and ``ParameterDict`` hold several. The name of a Parameter or a Module takes another one or None, that
    of a Buffer any Tensor: ``layer.weight.data = …`` sets a value, ``del layer.weight`` frees the name.

    Raises AttributeError where ``super().__init__()`` was not called before, TypeError for anything else under such a name,
    KeyError for a name with a dot in it or that of a method, ValueError for a module within itself.
    """

    training = True
    # What is a member, and of which kind, in the order of assignment. Their values are in the attributes, where Python
    # finds them at once. It is replaced and never changed, so that copies may share it.
    _kinds: Mapping[str, str] = _Uninitialized()  # type: ignore[assignment]
    _hooks: list[Hook] | tuple[()] = ()
    _warned: frozenset[str] = frozenset()

    def __init__(self) -> None:
        object.__setattr__(self, "_kinds", {})

    def __setattr__(self, name: str, value: Any) -> None:
        kind = self.__dict__.get("_kinds", _NONE).get(name)
        if kind is None and not isinstance(value, _MEMBERS):
            if isinstance(value, _CONTAINERS):
                self._warn_of_members(name, value)
            elif name in ("train", "eval") and not callable(value):
                raise TypeError(f"{self._get_name()}: {name} is a method; call it: layer.{name}(…), got {value!r}")
            object.__setattr__(self, name, value)
        elif isinstance(getattr(type(self), name, None), property):
            object.__setattr__(self, name, value)
        elif isinstance(value, Parameter) or kind == PARAMETER:
            self._hold(PARAMETER, name, value)
        elif isinstance(value, Module) or kind == MODULE:
            self._hold(MODULE, name, value)
        else:
            persistent = value.persistent if isinstance(value, Buffer) else kind == BUFFER
            self._hold(BUFFER if persistent else UNSAVED, name, value)

    def __delattr__(self, name: str) -> None:
        object.__delattr__(self, name)
        if name in self.__dict__.get("_kinds", _NONE):
            object.__setattr__(self, "_kinds", {other: kind for other, kind in self._kinds.items() if other != name})

    def _hold(self, kind: str, name: str, value: Any, new: bool = False) -> None:
        """Have the value as a member; with ``new`` the name must not be that of another attribute."""
        title, own = self._get_name(), self.__dict__.get("_kinds")
        what = kind.rpartition(" ")[2]
        if own is None:
            raise AttributeError(
                f"cannot assign {what} before Module.__init__() call; write super().__init__() first in the __init__ of {title}"
            )
        if not isinstance(name, str):
            raise TypeError(f"{title}: the name of a {what} is a str, got a {type(name).__name__}")
        if not name or "." in name:
            raise KeyError(f"{title}: the name of a {what} is not empty and has no dot in it, got {name!r}")
        if (
            name not in own
            and name != "graph"
            and hasattr(self if new else Module, name)
            or new
            and not own.get(name, kind).endswith(what)
        ):
            raise KeyError(f"attribute {name!r} already exists")
        if value is not None and not isinstance(value, _ACCEPTED[kind]):
            advice = "del layer.{0} frees the name" if kind == MODULE else "layer.{0}.data = … sets another value"
            raise TypeError(
                f"{title}: cannot assign {type(value).__name__!r} as {what} {name!r} "
                f"(backprop.nn.{what.title()} or None expected); {advice.format(name)}"
            )
        if kind == MODULE and value is not None and self in value.modules():
            raise ValueError(f"{title}: {name} holds the module itself, which would have no end")
        object.__setattr__(self, name, value)
        if own.get(name) != kind:
            rest = {other: of_other for other, of_other in own.items() if other != name}
            object.__setattr__(self, "_kinds", {**rest, name: kind})

    def forward(self, *inputs: Any, **options: Any) -> Any:
        """The output for these inputs; each Module writes its own."""
        raise NotImplementedError(f"{self._get_name()} needs a forward method")

    if TYPE_CHECKING:
        # A call takes what forward takes, and gives what it gives.
        def __call__(self: HasForward[P, Output_co], *inputs: P.args, **options: P.kwargs) -> Output_co: ...

    else:

        def __call__(self, *inputs, **options):
            if self._hooks:
                return call_with_hooks(self, inputs, options)
            if len(inputs) == 1 and not options:
                return self.forward(inputs[0])  # a third off the cost of a call
            return self.forward(*inputs, **options)

    def graph(self, *inputs: Any, **options: Any) -> Graph:
        """The computation of ``model(x)`` as a picture: every value below those it was computed from, in the frames of the
        modules that computed them. The model is called once and left as it was.

        A module that is called ``graph`` takes the place of this method.

        >>> from backprop.nn import Linear, ReLU, Sequential
        >>> print(Sequential(Linear(3, 4), ReLU()).graph(Tensor([[1.0, 2.0, 3.0]])))
        0  input, 1×3
        1  weight, 4×3 (parameter)
        2  bias, 4 (parameter)
        3  linear, 1×4, of 0 and 1 and 2
        4  relu, 1×4, of 3
        0: 1, 2, 3
        """
        return graph_of_call(self, inputs, options)

    # ---------------------------------------------------------------- members

    def register_parameter(self, name: str, param: Parameter | None) -> None:
        """Have a Parameter under this name, or None, which keeps the name for one.

        Raises KeyError for the name of another attribute.
        """
        self._hold(PARAMETER, name, param, new=True)

    def register_buffer(self, name: str, tensor: Tensor | None, persistent: bool = True) -> None:
        """Have a Tensor that is not learned under this name; it belongs to ``state_dict()`` unless ``persistent=False``.

        Raises KeyError for the name of another attribute.

        >>> module = Module()
        >>> module.register_buffer("mean", Tensor([0.0, 1.0]))
        >>> module.mean, list(module.state_dict())
        (tensor([0., 1.]), ['mean'])
        """
        check_bool(f"{self._get_name()}.register_buffer", persistent=persistent)
        self._hold(BUFFER if persistent else UNSAVED, name, tensor, new=True)

    def add_module(self, name: str, module: Module | None) -> None:
        """Have a Module under this name, as an assignment has.

        Raises KeyError for the name of another attribute.
        """
        self._hold(MODULE, name, module, new=True)

    register_module = add_module

    def _held(self, *kinds: str) -> list[tuple[str, Any]]:
        """The members of these kinds that are there, by name."""
        own = self.__dict__
        return [(name, own[name]) for name, kind in self._kinds.items() if kind in kinds and own[name] is not None]

    def _saved_names(self) -> list[str]:
        """The names of what ``state_dict()`` has of the module itself: the parameters, then the buffers."""
        return [name for name, _ in (*self._held(PARAMETER), *self._held(BUFFER))]

    @property
    def _parameters(self) -> Members:
        return Members(self, PARAMETER)

    @property
    def _buffers(self) -> Members:
        return Members(self, BUFFER, UNSAVED)

    @property
    def _modules(self) -> Members:
        return Members(self, MODULE)

    def children(self) -> Iterator[Module]:
        """The modules held directly, each once."""
        return (module for _, module in self.named_children())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules held directly with their names, each once, by its first name."""
        first: dict[Module, str] = {}
        for name, module in self._held(MODULE):
            first.setdefault(module, name)
        return ((name, module) for module, name in first.items())

    def modules(self) -> Iterator[Module]:
        """This module and all modules below it, each once."""
        return (module for _, module in self.named_modules())

    def named_modules(
        self, memo: set[Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Module]]:
        """This module and all modules below it with their names, as in "encoder.0"; this module's is the ``prefix``.

        Those in ``memo`` are left out, and a shared one is named once unless ``remove_duplicate=False``.
        """
        memo = set() if memo is None else memo
        if self not in memo:
            if remove_duplicate:
                memo.add(self)
            yield prefix, self
            for name, module in self._held(MODULE):
                yield from module.named_modules(memo, f"{prefix}.{name}" if prefix else name, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter]:
        """Each Parameter here and, unless ``recurse=False``, below, once: what an optimizer is given."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter]]:
        """Each Parameter with its name, as in "0.weight"; a shared one once, by its first name."""
        return self._named(prefix, recurse, remove_duplicate, PARAMETER)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """Each buffer here and, unless ``recurse=False``, below, once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Tensor]]:
        """Each buffer with its name, as in "1.running_mean"; a shared one once, by its first name."""
        return self._named(prefix, recurse, remove_duplicate, BUFFER, UNSAVED)

    def _named(self, prefix: str, recurse: bool, remove_duplicate: bool, *kinds: str) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        owners = self.named_modules(None, prefix, remove_duplicate) if recurse else [(prefix, self)]
        for place, module in owners:
            for name, value in list(module.__dict__.items()):
                if isinstance(value, _CONTAINERS):  # it may have been filled since it was assigned
                    module._warn_of_members(name, value)
            for name, value in module._held(*kinds):
                if id(value) not in seen:
                    if remove_duplicate:
                        seen.add(id(value))
                    yield f"{place}.{name}" if place else name, value

    def _warn_of_members(self, name: str, value: Any) -> None:
        """UserWarning for Parameters and Modules in a container, which nothing finds there."""
        found = list(_members_in(value))
        if found and name not in self._warned and "_kinds" in self.__dict__:
            object.__setattr__(self, "_warned", self._warned | {name})
            known = {*self.parameters(), *self.modules()}
            if any(member not in known for member in found):
                kind = "Parameter" if isinstance(found[0], Parameter) else "Module"
                advice = f"{kind}Dict" if isinstance(value, dict) else f"{kind}List"
                warn(
                    f"{self._get_name()}: {name} is a {type(value).__name__} with {kind}s in it, where parameters are not "
                    f"found and so not learned; write {advice}(…)",
                    stacklevel=3,
                )

    def get_submodule(self, target: str) -> Module:
        """The module of this name, as ``named_modules`` has it; AttributeError where there is none.

        >>> from backprop.nn import Linear, Sequential
        >>> Sequential(Sequential(Linear(2, 1))).get_submodule("0.0")
        Linear(in_features=2, out_features=1, bias=True)
        """
        module = self
        for name in target.split(".") if target else ():
            module = module._member(name, Module)
        return module

    def get_parameter(self, target: str) -> Parameter:
        """The Parameter of this name, as ``named_parameters`` has it; AttributeError where there is none."""
        module, _, name = target.rpartition(".")
        return self.get_submodule(module)._member(name, Parameter)  # type: ignore[no-any-return]

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of this name, as ``named_buffers`` has it; AttributeError where there is none."""
        place, _, name = target.rpartition(".")
        module = self.get_submodule(place)
        value = module._member(name, Tensor)
        if name not in module._buffers:
            raise AttributeError(f"{module._get_name()}: {name} is not a buffer")
        return value  # type: ignore[no-any-return]

    def _member(self, name: str, kind: Any) -> Any:
        value = getattr(self, name, None)
        if isinstance(value, kind):
            return value
        found = f"{name} is not an nn.{kind.__name__}" if hasattr(self, name) else f"it has no attribute {name}"
        raise AttributeError(f"{self._get_name()}: {found}")

    # ---------------------------------------------------------------- all at once

    def apply(self, fn: Callable[[Module], Any]) -> Self:
        """Call ``fn`` with each module below and then with this one, as to initialize the parameters.

        >>> from backprop.nn import Linear, init
        >>> Linear(2, 1, bias=False).apply(lambda module: init.ones_(module.weight)).weight.data
        tensor([[1., 1.]])
        """
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Set ``training`` here and below: some modules compute another thing while they learn.

        Raises TypeError for what is neither True nor False.
        """
        if not isinstance(mode, bool):
            raise TypeError(f"{self._get_name()}.train: mode is True or False, got {mode!r}; what trains is fit")
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Self:
        """``train(False)``: the modules as they are used after training."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Let ``backward()`` compute gradients for all parameters, or with False for none: that freezes them."""
        for parameter in self.parameters():
            parameter.requires_grad = requires_grad
        return self

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients, or with ``set_to_none=False`` make them 0: ``backward()`` adds to what is there."""
        for parameter in self.parameters():
            if set_to_none:
                parameter._grad = None
            elif parameter._grad is not None:
                parameter._grad.zero_()

    def to(self, *target: Any, dtype: DType | None = None, device: Any = None, non_blocking: bool = False) -> Self:
        """``to(dtype)``, ``to(device)``, ``to(other)``: all floating parameters and buffers with this dtype, in place.

        Raises TypeError for another than a floating dtype, RuntimeError for another device than the CPU.

        >>> from backprop import float64
        >>> from backprop.nn import Linear
        >>> Linear(2, 1).to("cpu", float64).weight.dtype
        torch.float64
        """
        wanted = wanted_dtype(f"{self._get_name()}.to", dtype, device, *target)
        if wanted is not None:
            if not wanted.is_floating_point:
                raise TypeError(f"{self._get_name()}.to: dtype is float32 or float64, got {wanted}")
            for tensor in self._all_tensors():
                if tensor.dtype.is_floating_point:
                    tensor._dtype = wanted
        return self

    def _all_tensors(self) -> Iterator[Tensor]:
        """All parameters, their gradients, and all buffers."""
        for tensor in chain(self.parameters(), self.buffers()):
            yield tensor
            if tensor._grad is not None:
                yield tensor._grad

    def type(self, dst_type: DType) -> Self:
        """All parameters and buffers with this dtype, in place."""
        wanted = as_dtype(f"{self._get_name()}.type", dst_type)
        for tensor in self._all_tensors():
            tensor._matrix, tensor._dtype = cast(tensor, wanted)._matrix, wanted
        return self

    def float(self) -> Self:
        """All floating parameters and buffers as float32, in place."""
        return self.to(float32)

    def double(self) -> Self:
        """All floating parameters and buffers as float64, in place."""
        return self.to(float64)

    def cpu(self) -> Self:
        """The module itself."""
        return self

    def share_memory(self) -> Self:
        """The module itself: there is no memory that processes share."""
        return self

    def compile(self, *_: Any, **__: Any) -> None:
        """Nothing: there is nothing to compile."""

    cuda, half, bfloat16 = cuda, half, bfloat16  # which are refused for a Module as for a Tensor

    # ---------------------------------------------------------------- state

    def state_dict(
        self, *, destination: dict[str, Tensor] | None = None, prefix: str = "", keep_vars: bool = False
    ) -> dict[str, Tensor]:
        """The value of each Parameter and persistent buffer by its name, as an OrderedDict, or added to ``destination``. As
        in PyTorch it is the very value, which later steps change: ``copy.deepcopy(model.state_dict())`` is a snapshot. With
        ``keep_vars`` it is the Parameter or the buffer itself.

        >>> from backprop.nn import Linear
        >>> [(name, value.shape) for name, value in Linear(3, 2).state_dict().items()]
        [('weight', torch.Size([2, 3])), ('bias', torch.Size([2]))]
        """
        state: dict[str, Tensor] = OrderedDict() if destination is None else destination
        for name in self._saved_names():
            tensor = self.__dict__[name]
            state[prefix + name] = tensor if keep_vars else tensor.detach()
        for name, module in self._held(MODULE):
            module.state_dict(destination=state, prefix=f"{prefix}{name}.", keep_vars=keep_vars)
        return state

    def load_state_dict(
        self, state_dict: Mapping[str, Tensor | Matrix], strict: bool = True, assign: bool = False
    ) -> _IncompatibleKeys:
        """Set each Parameter and buffer to the value of its name; gives the keys that were missing or unexpected.

        All are set or none, even if Ctrl-C is pressed. Raises RuntimeError, which lists all that does not fit, unless the
        shapes and, with ``strict``, the keys are just those of this module, and for two values of one Parameter that has two
        names; TypeError for anything but a dict. With ``assign`` the Tensors themselves become the parameters and buffers.

        >>> from backprop.nn import Linear
        >>> layer = Linear(3, 2)
        >>> layer.load_state_dict(Linear(3, 2).state_dict())
        <All keys matched successfully>
        """
        return load(self, state_dict, strict, assign)

    # ---------------------------------------------------------------- hooks

    def _register(self, hook: Hook, prepend: bool = False) -> Handle:
        hooks = [] if isinstance(self._hooks, tuple) else self._hooks
        hooks.insert(0 if prepend else len(hooks), hook)
        object.__setattr__(self, "_hooks", hooks)
        return Handle(hooks, hook)

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> Handle:
        """Call ``hook(module, inputs)`` before each ``forward``; what it gives, unless None, takes the place of the inputs.

        With ``with_kwargs`` it gets the keyword arguments as a third argument, and gives both. The handle that comes back
        has ``remove()``.
        """
        return self._register(Hook(FORWARD_PRE, hook, with_kwargs), prepend)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> Handle:
        """Call ``hook(module, inputs, output)`` after each ``forward``; what it gives, unless None, is the output instead.

        With ``with_kwargs`` it gets the keyword arguments before the output.

        >>> from backprop.nn import Identity
        >>> layer = Identity()
        >>> handle = layer.register_forward_hook(lambda module, inputs, output: print(type(module).__name__, output))
        >>> _ = layer(Tensor([1.0])); handle.remove(); _ = layer(Tensor([2.0]))
        Identity tensor([1.])
        """
        return self._register(Hook(FORWARD, hook, with_kwargs), prepend)

    def register_full_backward_pre_hook(self, hook: Callable[..., Any], prepend: bool = False) -> Handle:
        """Call ``hook(module, grad_output)`` when the gradients of its outputs are known, as a tuple; what it gives, unless
        None, takes their place."""
        return self._register(Hook(BACKWARD_PRE, hook), prepend)

    def register_full_backward_hook(self, hook: Callable[..., Any], prepend: bool = False) -> Handle:
        """Call ``hook(module, grad_input, grad_output)`` when the gradients of its inputs are known, as tuples; what it gives,
        unless None, takes the place of those of the inputs."""
        return self._register(Hook(BACKWARD, hook), prepend)

    register_backward_hook = register_full_backward_hook  # the older name

    def register_load_state_dict_pre_hook(self, hook: Callable[..., Any]) -> Handle:
        """Call ``hook(module, state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs)`` before
        a state is loaded: it may change the ``state_dict``, and add to the lists."""
        return self._register(Hook(LOAD_PRE, hook))

    def register_load_state_dict_post_hook(self, hook: Callable[..., Any]) -> Handle:
        """Call ``hook(module, incompatible_keys)`` after a state was loaded."""
        return self._register(Hook(LOAD_POST, hook))

    # ---------------------------------------------------------------- text

    def _get_name(self) -> str:
        """The name of its class: who is named where input is refused."""
        return type(self).__name__

    def extra_repr(self) -> str:
        """The constructor's arguments as text, shown in its ``repr``."""
        return ""

    def __repr__(self) -> str:
        """The tree of modules, and below it how many numbers are learned.

        >>> from backprop.nn import Linear, Sequential
        >>> Sequential(Linear(64, 10))
        Sequential(
          (0): Linear(in_features=64, out_features=10, bias=True)
        )
        # 650 parameters
        """
        count = sum(parameter._shape.numel() for parameter in self.parameters()) if self._held(MODULE) else 0
        return self._tree() + (f"\n# {count:,} parameters" if count else "")

    def _repr_html_(self) -> str:
        """What notebooks show: the tree, whose branches fold, and at each module how many numbers are learned."""
        return f'<div style="font-family:monospace">{self._branch("")}</div>'

    def _branch(self, name: str) -> str:
        from html import escape

        held = self._held(MODULE)
        count = sum(parameter._shape.numel() for parameter in self.parameters())
        line = escape(name + (self._get_name() if held else tree_of(self)))
        line += f" <i>{count:,} parameters</i>" if count else ""
        if not held:
            return f"<div>{line}</div>"
        inside = "".join(module._branch(f"({own}): ") for own, module in held)
        return f'<details open><summary>{line}</summary><div style="margin-left:2em">{inside}</div></details>'

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if not name[:1].isdigit()]

    def _tree(self) -> str:
        extra, lines = self.extra_repr(), self._lines()
        if lines or "\n" in extra:
            extra = indent("\n".join([*filter(None, [extra]), *lines]), "  ")
            return f"{self._get_name()}(\n{extra}\n)"
        return f"{self._get_name()}({extra})"

    def _lines(self) -> list[str]:
        """What stands in the tree for each module that is held."""
        return [f"({name}): {tree_of(module)}" for name, module in self._held(MODULE)]


def tree_of(module: Module) -> str:
    """The ``repr`` of a module within that of another: without the number of its parameters."""
    return module._tree() if type(module).__repr__ is Module.__repr__ else repr(module)


# -------------------------------------------------------------------- members

_ACCEPTED: Mapping[str, Any] = {PARAMETER: Parameter, BUFFER: Tensor, UNSAVED: Tensor, MODULE: Module}
_MEMBERS = (Parameter, Buffer, Module)
_CONTAINERS = (list, tuple, dict, set, frozenset)
_NONE: Mapping[str, str] = {}


def _members_in(value: Any) -> Iterator[Parameter | Module]:
    """The Parameters and Modules in a container, and in the containers in it."""
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, (Parameter, Module)):
            yield item
        elif isinstance(item, _CONTAINERS) and item is not value:
            yield from _members_in(item)


# -------------------------------------------------------------------- validation


def validated_input(module: Module, input: TensorLike, length: int, *sizes: int, role: str = "") -> Tensor:
    """The input as a Tensor, or the ArgumentError that says how long its last axis must be.

    ``length`` is the first, ``sizes`` are the other sizes with which the module was made.

    >>> from backprop.nn import Linear
    >>> validated_input(Linear(64, 10), Matrix([[1.0, 2.0, 3.0]]), 64, 10)
    Traceback (most recent call last):
    backprop.ArgumentError: Linear(64, 10) got rows of 3 numbers; it needs 64, as mat1 and mat2 shapes cannot be multiplied (1x3 and 64x10): input [1, 3], weight [10, 64]
    """
    tensor = input if isinstance(input, Tensor) else as_tensor(input, module._get_name())
    if tensor._shape[-1:] != (length,):
        made = ", ".join(map(str, (length, *sizes)))
        came = f"rows of {tensor._shape[-1]} numbers" if tensor._shape else "a single number"
        flat = len(tensor._shape) > 2 and tensor._shape[1:].numel() == length
        advice = "; write input.flatten(1)" if flat else ""
        message = f"{module._get_name()}({made}) got {came}{role}; it needs {length}"
        first = dict(islice(module.named_parameters(), 1))
        if "weight" in first and tensor._shape and first["weight"]._shape == (*sizes, length):  # X·Wᵀ
            factors = f"{tensor._shape[:-1].numel()}x{tensor._shape[-1]} and {length}x{sizes[0]}"
            message = f"{message}, as mat1 and mat2 shapes cannot be multiplied ({factors})"
        raise shape_error(message, advice, input=tensor, **first)
    return tensor
