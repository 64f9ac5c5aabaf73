"""Layer: what has parameters and turns an input into an output; layers may hold layers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from backprop.matrix import Matrix, by, fits
from backprop.tensor import Parameter, StateTensor, Tensor, TensorLike, as_tensor


class Layer:
    """Something with parameters and a ``forward``. Subclass it, assign Parameters and Layers to attributes,
    alone, in lists or in dicts, and write ``forward``; calling the layer calls it.

    >>> class Scale(Layer):
    ...     def __init__(self, factor):
    ...         self.factor = Parameter(factor)
    ...     def forward(self, input):
    ...         return input * self.factor
    >>> scale = Scale(3.0)
    >>> scale(Matrix([[1.0, 2.0]])).data
    Matrix([[3.0, 6.0]])
    >>> dict(scale.named_parameters())
    {'factor': Parameter([[3.0]], requires_grad=True)}
    """

    training = True
    _assigned: dict[str, None]

    def __new__(cls, *_: Any, **__: Any) -> Any:
        layer = super().__new__(cls)
        object.__setattr__(layer, "_assigned", {})
        return layer

    def __setattr__(self, name: str, value: Any) -> None:
        # PyPy may reorder the attributes of an object; optimizers and files count on one order of parameters.
        self._assigned[name] = None
        object.__setattr__(self, name, value)

    def forward(self, *inputs: Any) -> Tensor:
        """The output for these inputs; each Layer writes its own."""
        raise NotImplementedError(f"{type(self).__name__} needs a forward method")

    def __call__(self, *inputs: Any, **options: Any) -> Tensor:
        if len(inputs) == 1 and not options:
            return self.forward(inputs[0])  # a third off the cost of a call
        return self.forward(*inputs, **options)

    # ---------------------------------------------------------------- parts

    def members(self) -> Iterator[tuple[str, Any]]:
        """The named Parameters, Buffers and Layers held directly, in the order of their assignment."""
        attributes = vars(self)
        for name in self._assigned:
            if name in attributes:
                yield from _parts(name, attributes[name])

    def modules(self) -> Iterator[Layer]:
        """This layer and all layers below it."""
        yield self
        for _, value in self.members():
            if isinstance(value, Layer):
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
            if isinstance(value, Layer):
                yield from ((f"{name}.{inner}", tensor) for inner, tensor in value.named_state())
            else:
                yield name, value

    def zero_grad(self) -> None:
        """Forget the gradients: ``backward()`` adds to what is there."""
        for parameter in self.parameters():
            parameter.grad = None

    # ---------------------------------------------------------------- modes

    def train(self, mode: bool = True) -> Layer:
        """Set ``training`` here and below: some layers compute another thing while they learn."""
        for layer in self.modules():
            layer.training = mode
        return self

    def eval(self) -> Layer:
        """``train(False)``: the layers as they are used after training."""
        return self.train(False)

    # ---------------------------------------------------------------- state

    def state_dict(self) -> dict[str, Matrix]:
        """The value of each Parameter and Buffer by its name. A Matrix never changes, so this is a snapshot.

        >>> from backprop import Linear
        >>> [(name, value.shape) for name, value in Linear(3, 2).state_dict().items()]
        [('weight', (2, 3)), ('bias', (1, 2))]
        """
        return {name: tensor.data for name, tensor in self.named_state()}

    def load_state_dict(self, state: Mapping[str, Matrix]) -> None:
        """Set each Parameter and Buffer to the value of its name.

        Raises ValueError, before any is set, unless names and shapes are just those of this layer.
        """
        if not isinstance(state, Mapping):
            raise TypeError(f"load_state_dict needs what state_dict() gives, a dict, got a {type(state).__name__}")
        own = dict(self.named_state())
        missing, unknown = sorted(own.keys() - state.keys()), sorted(state.keys() - own.keys())
        if missing or unknown:
            raise ValueError(f"load_state_dict: missing are {missing or 'none'}, unknown are {unknown or 'none'}")
        for name, tensor in own.items():
            value = state[name]
            if not fits(value, tensor.data):
                came = by(value.shape) if isinstance(value, Matrix) else repr(type(value).__name__)
                raise ValueError(f"load_state_dict: {name} is a Matrix of {by(tensor.shape)}, got {came}")
        for name, tensor in own.items():
            tensor.data = state[name]

    # ---------------------------------------------------------------- text

    def extra_repr(self) -> str:
        """The constructor's arguments as text, shown in the layer's ``repr``."""
        return ""

    def __repr__(self) -> str:
        """The tree of layers, and how many numbers are learned."""
        count = sum(len(p.data.rows) * len(p.data.rows[0]) for p in self.parameters())
        return self._tree() + (f"  # {count:,} parameters" if count else "")

    def _repr_html_(self) -> str:
        """What notebooks show: the same, one line a layer."""
        return f"<pre>{escape(repr(self))}</pre>"

    def _tree(self) -> str:
        layers = [(name, value) for name, value in self.members() if isinstance(value, Layer)]
        head = f"{type(self).__name__}({self.extra_repr()}"
        if not layers:
            return head + ")"
        lines = [f"  ({name}): " + layer._tree().replace("\n", "\n  ") for name, layer in layers]
        return "\n".join([head, *lines, ")"])


def of_length(name: str, input: TensorLike, length: int, *sizes: int, role: str = "") -> Tensor:
    """The input as a Tensor, or the ValueError that says how long its rows need to be.

    ``length`` is the first, ``sizes`` are the other sizes with which the layer ``name`` was made.

    >>> of_length("Linear", Matrix([[1.0, 2.0, 3.0]]), 64, 10)
    Traceback (most recent call last):
    ValueError: Linear(64, 10) got rows of 3 numbers; it needs 64
    """
    tensor = as_tensor(input, name)
    if len(tensor.data.rows[0]) != length:
        made = ", ".join(map(str, (length, *sizes)))
        raise ValueError(f"{name}({made}) got rows of {tensor.shape[1]} numbers{role}; it needs {length}")
    return tensor


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The value itself where it is a Parameter, a Buffer or a Layer, or those in it where it is a list or a dict."""
    if isinstance(value, (StateTensor, Layer)):
        yield name, value
    elif isinstance(value, (list, tuple, dict)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _parts(f"{name}.{key}", item)
