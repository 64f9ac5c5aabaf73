"""A Module in a safetensors file, under the names and in the shapes that the same network has in PyTorch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from backprop.autograd import Tensor
from backprop.files import PathLike
from backprop.nn.module import Module
from backprop.storage.reading import safe_open
from backprop.storage.writing import save_file


def save_model(
    model: Module, filename: PathLike, metadata: Mapping[str, str] | None = None, dtype: str = "F64"
) -> None:
    """Write the Parameters and Buffers of a Module as ``save_file`` does, a shared one once, by its first name.

    PyTorch's network of the same layers takes them with ``load_state_dict(safetensors.torch.load_file(filename))``.

    Raises ValueError for a number that is too large for the ``dtype``, TypeError for what is not a Module.

    >>> import os, tempfile
    >>> from backprop.nn import Conv2d
    >>> from backprop.storage import safe_open
    >>> path = os.path.join(tempfile.mkdtemp(), "conv.safetensors")
    >>> save_model(Conv2d(3, 8, 5), path)
    >>> with safe_open(path) as file:
    ...     [(name, file.get_shape(name)) for name in file.keys()]
    [('bias', (8,)), ('weight', (8, 3, 5, 5))]
    """
    tensors = {names[0]: tensor for tensor, names in _names("save_model", model).items()}
    save_file(tensors, filename, metadata, dtype=dtype)


def load_model(model: Module, filename: PathLike) -> None:
    """Set the Parameters and Buffers of a Module to the tensors of a safetensors file, one that PyTorch wrote too.

    A shared one may stand under any of its names.

    Raises ValueError, before any is set, where names or shapes are not those of the model, and as ``safe_open`` does;
    TypeError for what is not a Module.

    >>> import os, tempfile
    >>> from backprop.nn import Linear
    >>> from backprop import Matrix
    >>> path = os.path.join(tempfile.mkdtemp(), "linear.safetensors")
    >>> save_model(Linear(3, 2), path)
    >>> load_model(Linear(2, 3), path)
    Traceback (most recent call last):
    ValueError: linear.safetensors: weight is of shape (2, 3), and the model needs (3, 2)
    """
    own, source = _names("load_model", model), Path(filename).name
    with safe_open(filename) as file:
        stored = set(file.keys())
        missing = [names[0] for names in own.values() if stored.isdisjoint(names)]
        _check_keys(source, missing, sorted(stored.difference(*own.values())))
        chosen = {tensor: next(name for name in names if name in stored) for tensor, names in own.items()}
        for tensor, name in chosen.items():
            shape = file.get_shape(name)
            if shape != tensor.shape:
                raise ValueError(f"{source}: {name} is of shape {shape}, and the model needs {tuple(tensor.shape)}")
        values = {tensor: file.get_tensor(name) for tensor, name in chosen.items()}
    model.load_state_dict({name: values[tensor] for tensor, names in own.items() for name in names})


def _names(caller: str, model: Module) -> dict[Tensor, list[str]]:
    """Each Parameter and Buffer with all its names."""
    if not isinstance(model, Module):
        raise TypeError(f"{caller} takes a Module, got a {type(model).__name__}; write {caller}(model, path)")
    names: dict[Tensor, list[str]] = {}
    for name, tensor in model.state_dict(keep_vars=True).items():
        names.setdefault(tensor, []).append(name)
    return names


def _check_keys(source: str, missing: Sequence[str], unexpected: Sequence[str]) -> None:
    """ValueError unless a file has all keys that it needs and no others."""
    found = [
        f"; {what}: " + ", ".join(map(repr, keys[:5])) + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")
        for what, keys in (("missing", missing), ("unexpected", unexpected))
        if keys
    ]
    if found:
        raise ValueError(f"{source}: the keys must be those of the module's state_dict()" + "".join(found))
