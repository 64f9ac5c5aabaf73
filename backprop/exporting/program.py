"""A trained network as a program: its weights as lists, a function for each kind of layer that it has, and ``forward``."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

from backprop import nn
from backprop.exporting import layers
from backprop.nn.functional.windows import sizes
from backprop.nn.module import Module

_START = '''"""A trained network as a program of plain Python: forward(x) gives its outputs for one example x."""

import math
'''

_CHECK = """    if len(x) != {count}:
        raise ValueError("x must hold {count} numbers, got " + str(len(x)))"""

_PREDICT = '''def predict(x):
    """The class with the largest output."""
    y = forward(x)
    return CLASSES[y.index(max(y))]
'''

_MAIN = """if __name__ == "__main__":
    # The numbers of x may follow the name of this file.
    import sys

    x = [float(word) for word in sys.argv[1:]] or {example}
    print({results})
"""


def as_program(model: Module, features: Sequence[Any] = (), classes: Sequence[str] = ()) -> str:
    """The Sequential ``model`` as the text of a Python program, which needs nothing but ``math`` and runs in MicroPython.

    Its ``forward`` computes what the network does in evaluation mode, for one example: a list of numbers, or for images a
    list of rows of numbers for each channel. ``features`` say what these numbers are; for named ``classes`` there is a
    function ``predict``.

    Raises TypeError for what is not a Sequential; ValueError for a layer that is not among those it can write, which it
    names, and for weights that are not finite.

    >>> from backprop import tensor
    >>> model = nn.Sequential(nn.Linear(2, 1), nn.ReLU())
    >>> model[0].weight.data, model[0].bias.data = tensor([[0.5, -1.0]]), tensor([0.25])
    >>> program = as_program(model)
    >>> print(program[program.index("weight_0 =") : program.index("if __name__")].rstrip())
    weight_0 = [
        [0.5, -1.0],
    ]
    bias_0 = [0.25]
    <BLANKLINE>
    <BLANKLINE>
    def forward(x):
        if len(x) != 2:
            raise ValueError("x must hold 2 numbers, got " + str(len(x)))
        x = linear(x, weight_0, bias_0)
        x = relu(x)
        return x
    """
    if not isinstance(model, nn.Sequential):
        raise TypeError(f"export: needs a Sequential, got a {type(model).__name__}")
    functions: list[Callable[..., Any]] = []
    constants: dict[str, Any] = {}
    if features:
        constants["FEATURES"] = list(features)
    if classes:
        constants["CLASSES"] = list(classes)
    flat = list(_layers(model))
    count = _inputs(flat[0]) if flat else 0
    steps = ["def forward(x):", *([_CHECK.format(count=count)] if count else [])]
    for k, layer in enumerate(flat):
        if isinstance(layer, _IDLE):
            continue
        function, *values = _call_of(k, layer)
        functions.append(function)
        words = ["x"]
        for name, value in zip(list(inspect.signature(function).parameters)[1:], values):
            if isinstance(value, list):
                constants[f"{name}_{k}"] = value
            words.append(f"{name}_{k}" if isinstance(value, list) else repr(value))
        steps.append(f"    x = {function.__name__}({', '.join(words)})")
    steps.append("    return x\n")
    parts = [_START, *_sources(functions), "\n".join(_assigned(*pair) for pair in constants.items()) + "\n"]
    parts += ["\n".join(steps), *([_PREDICT] if classes else [])]
    if count:
        learned = {nn.Standardize: "mean_0", nn.Impute: "median_0"}
        example = learned.get(type(flat[0]), f"[0.0] * {count}")
        parts.append(_MAIN.format(example=example, results="predict(x), forward(x)" if classes else "forward(x)"))
    return "\n\n".join(parts)


_IDLE = (nn.Identity, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout)

# For each kind of layer the function that computes it, and the values that follow x; None where its settings do not allow it.
_CALLS: dict[type, Callable[[Any], Any]] = {
    nn.Linear: lambda own: (layers.linear, own.weight.tolist(), _bias(own, own.out_features)),
    nn.Impute: lambda own: (layers.impute, own.median.tolist()),
    nn.Standardize: lambda own: (layers.standardize, own.mean.tolist(), own.std.tolist()),
    nn.BatchNorm1d: lambda own: _batch_norm(own),
    nn.BatchNorm2d: lambda own: _batch_norm(own),
    nn.Embedding: lambda own: own.max_norm is None and (layers.embedding, own.weight.tolist()),
    nn.Flatten: lambda own: (own.start_dim, own.end_dim) == (1, -1) and (layers.flatten,),
    nn.Unflatten: lambda own: (
        own.dim == 1 and -1 not in own.unflattened_size and (layers.unflatten, tuple(own.unflattened_size))
    ),
    nn.ReLU: lambda own: (layers.relu,),
    nn.LeakyReLU: lambda own: (layers.leaky_relu, own.negative_slope),
    nn.ELU: lambda own: (layers.elu, own.alpha),
    nn.Hardtanh: lambda own: (layers.hardtanh, own.min_val, own.max_val),
    nn.ReLU6: lambda own: (layers.hardtanh, 0.0, 6.0),
    nn.Tanh: lambda own: (layers.tanh,),
    nn.Sigmoid: lambda own: (layers.sigmoid,),
    nn.SiLU: lambda own: (layers.silu,),
    nn.GELU: lambda own: (layers.gelu if own.approximate == "none" else layers.gelu_by_tanh,),
    nn.Softmax: lambda own: own.dim in (1, -1) and (layers.softmax,),
    nn.LogSoftmax: lambda own: own.dim in (1, -1) and (layers.log_softmax,),
    nn.Conv2d: lambda own: _conv2d(own),
    nn.MaxPool2d: lambda own: (own.dilation, own.return_indices) == (1, False) and _pool(layers.max_pool2d, own),
    nn.AvgPool2d: lambda own: own.count_include_pad and own.divisor_override is None and _pool(layers.avg_pool2d, own),
}


def _call_of(k: int, layer: Module) -> tuple[Any, ...]:
    """The function that computes the layer, and what it takes beside x."""
    if type(layer) not in _CALLS or layer._hooks:
        names = ", ".join(kind.__name__ for kind in (*_CALLS, *_IDLE))
        raise ValueError(f"export: layer {k} is {layer!r}, which is not among those that can be exported: {names}")
    call: tuple[Any, ...] | None = _CALLS[type(layer)](layer)
    if not call:
        raise ValueError(f"export: layer {k} is {layer!r}, which can be exported, but not with these settings")
    return call


def _bias(own: Any, count: int) -> list[float]:
    return [0.0] * count if own.bias is None else own.bias.tolist()


def _batch_norm(own: Any) -> Any:
    if own.running_mean is None:
        return None
    std = [math.sqrt(v + own.eps) for v in own.running_var.tolist()]
    weight = [1.0] * len(std) if own.weight is None else own.weight.tolist()
    return layers.batch_norm, own.running_mean.tolist(), std, weight, _bias(own, len(std))


def _conv2d(own: Any) -> Any:
    if own.groups != 1 or own.dilation != (1, 1) or own.padding_mode != "zeros" or isinstance(own.padding, str):
        return None
    weight = own.weight.flatten(1).tolist()
    return layers.conv2d, weight, _bias(own, own.out_channels), own.kernel_size, own.stride, own.padding


def _pool(function: Any, own: Any) -> Any:
    if own.ceil_mode:
        return None
    return (function, *(sizes("", "", value, 0) for value in (own.kernel_size, own.stride, own.padding)))


def _layers(model: Module) -> Iterator[Module]:
    """The layers in their order, those of a Sequential within it too."""
    for layer in model.children():
        if type(layer) is nn.Sequential and not layer._hooks:
            yield from _layers(layer)
        else:
            yield layer


def _inputs(first: Any) -> int:
    """How many numbers the network takes, 0 where that is not a plain list of them."""
    if isinstance(first, nn.Unflatten):
        return prod(first.unflattened_size)
    if isinstance(first, nn.Linear):
        return first.in_features
    return first.num_features if isinstance(first, (nn.Impute, nn.Standardize, nn.BatchNorm1d)) else 0


def _sources(functions: Sequence[Callable[..., Any]]) -> list[str]:
    """The sources of these functions, and of those that they call, in the order in which they are written."""
    own = {name: value for name, value in vars(layers).items() if inspect.isfunction(value)}
    needed = {function.__name__ for function in functions}
    waiting = list(needed)
    for name in waiting:
        called = set(re.findall(r"(?<![.\w])\w+(?=\()", inspect.getsource(own[name]))) & own.keys() - needed
        needed |= called
        waiting += called
    return [inspect.getsource(own[name]) for name in own if name in needed]


def _assigned(name: str, value: Any) -> str:
    """The line that gives a list its name; a table has a line for each row."""
    if not isinstance(value[0], list):
        _check_finite(name, value)
        return f"{name} = {value!r}"
    for row in value:
        _check_finite(name, row)
    return "\n".join([f"{name} = [", *[f"    {row!r}," for row in value], "]"])


def _check_finite(name: str, row: Sequence[Any]) -> None:
    for x in row:
        if isinstance(x, float) and not math.isfinite(x):
            raise ValueError(f"export: the numbers of {name} must be finite, got {x}")
