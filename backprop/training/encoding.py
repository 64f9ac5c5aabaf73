"""A state as text and tensors: read back it is the same to the last bit, and nothing in it can run.

The text is JSON. What JSON has no word for is an object with one key: {"$tensor": name} and {"$matrix": name}, or
where the entries are not of one kind {"$tensor": [shape, rows]} and {"$matrix": rows}, {"$tuple": list}, {"$numbered": pairs} for a dict whose keys are ints, {"$epoch": object}.
"""

from __future__ import annotations

from collections import OrderedDict
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd import Tensor, constant
from backprop.matrix import Matrix
from backprop.tensors.shapes import infer_size
from backprop.training.history import Epoch

_PLAIN = frozenset((type(None), bool, int, float, str))


def encoded(value: Any, name: str, tensors: dict[str, Matrix | Tensor]) -> Any:
    """``value`` for ``json.dumps``; a Matrix or Tensor of floats is put into ``tensors``, under its place in ``value``.

    Raises TypeError for anything but numbers, texts, None, lists, tuples, dicts, Matrices and Tensors, and for a Fraction.

    >>> tensors = {}
    >>> encoded({"t": 1, "betas": (0.9, 0.99), "m": Matrix([[0.5]])}, "adam", tensors)
    {'t': 1, 'betas': {'$tuple': [0.9, 0.99]}, 'm': {'$matrix': 'adam.m'}}
    >>> tensors
    {'adam.m': Matrix([[0.5]])}
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, (Matrix, Tensor)):
        matrix = value if isinstance(value, Matrix) else value.matrix
        kinds = {type(x) for row in matrix.rows for x in row}
        of_floats = not isinstance(value, Tensor) or value.dtype.is_floating_point
        word = "$matrix" if value is matrix else "$tensor"
        # Two places have one name where a key has a point in it: the second stays in the text.
        if name not in tensors and (kinds <= {float} if of_floats else float not in kinds):
            tensors[name] = value
            return {word: name}
        rows = encoded(matrix.rows, name, tensors)
        return {word: rows if value is matrix else [list(value.shape), rows]}
    if kind in (list, tuple):
        # The state of a generator is 625 ints, which need not be asked one by one.
        plain = _PLAIN.issuperset(map(type, value))
        items = list(value) if plain else [encoded(item, f"{name}.{i}", tensors) for i, item in enumerate(value)]
        return items if kind is list else {"$tuple": items}
    if kind is Epoch:
        return {"$epoch": vars(value)}
    if kind in (dict, OrderedDict):
        parts = {key: encoded(item, f"{name}.{key}", tensors) for key, item in value.items()}
        if {*map(type, value)} == {int}:
            return {"$numbered": list(map(list, parts.items()))}
        if all(type(key) is str and key[:1] != "$" for key in value):
            return parts
    raise TypeError(
        f"a checkpoint holds numbers, texts, lists, dicts, Matrices and Tensors, but {name} is {short(value)}"
    )


def decoded(text: Any, tensor: Callable[[str], Tensor]) -> Any:
    """The value of which ``encoded`` made ``text``; ``tensor`` gives the tensor of a name.

    Raises TypeError, ValueError or what ``tensor`` raises for anything that ``encoded`` does not make.

    >>> decoded({"betas": {"$tuple": [0.9, 0.99]}, "m": {"$tensor": "adam.m"}}, {"adam.m": Tensor([0.5])}.get)
    {'betas': (0.9, 0.99), 'm': tensor([0.5000])}
    """
    if isinstance(text, list):
        return text if _PLAIN.issuperset(map(type, text)) else [decoded(item, tensor) for item in text]
    if not isinstance(text, dict):
        return text
    if len(text) == 1:
        ((word, content),) = text.items()
        if word == "$tensor":
            if isinstance(content, str):
                return tensor(content)
            shape, rows = content
            matrix = Matrix(rows)
            return constant(matrix, infer_size("a tensor", shape, len(matrix.rows) * len(matrix.rows[0])))
        if word == "$matrix":
            return tensor(content).matrix if isinstance(content, str) else Matrix(content)
        if word == "$tuple":
            return tuple(decoded(content, tensor))
        if word == "$numbered":
            return {int(key): decoded(item, tensor) for key, item in content}
        if word == "$epoch":
            return Epoch(**content)
    return {key: decoded(item, tensor) for key, item in text.items()}
