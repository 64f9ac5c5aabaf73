"""Pickling as PyTorch does it: tensors by the names of its functions, and their numbers beside the pickle."""

from __future__ import annotations

import codecs
import io
import pickle
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple

from backprop.autograd import Size, Tensor, as_tensor
from backprop.autograd.tensor import owner
from backprop.dtypes import DType
from backprop.matrix import Matrix
from backprop.nn.parameters import Parameter
from backprop.storage.dtypes import dtype_name, encoded_rows
from backprop.storage.names import STORAGES
from backprop.tensors.devices import device, strided
from backprop.tensors.shapes import strides


class _Global(NamedTuple):
    """A function or class of PyTorch, by its name."""

    module: str
    name: str

    def __call__(self) -> None:
        """Nothing: a pickler asks whether what it writes could be called."""


class _Storage(NamedTuple):
    tensor: Tensor


_TENSOR = _Global("torch._utils", "_rebuild_tensor_v2")
_PARAMETER = _Global("torch._utils", "_rebuild_parameter")
_SIZE, _DEVICE, _LAYOUT = (
    _Global("torch", "Size"),
    _Global("torch", "device"),
    _Global("torch.serialization", "_get_layout"),
)
_KINDS = {dtype: _Global(*name.split(".")) for name, dtype in STORAGES.items()}


class TensorPickler(pickle._Pickler):
    """Pickles a value for ``torch.load``, and keeps the tensors whose numbers belong beside the pickle.

    It is the one of ``pickle`` in Python, as that in C takes no names of what is not there.
    """

    def __init__(self) -> None:
        self._stream = io.BytesIO()
        super().__init__(self._stream, 2)
        self._tensors: dict[int, tuple[str, Tensor]] = {}

    def pickled(self, value: Any) -> bytes:
        self.dump(value)
        return self._stream.getvalue()

    def storages(self) -> Iterator[tuple[str, bytes]]:
        """Each storage by its key."""
        for key, tensor in self._tensors.values():
            name = f"save: a tensor of shape {list(tensor.shape)}"
            yield key, b"".join(encoded_rows(name, tensor._matrix.rows, tensor.shape, dtype_name(tensor.dtype)))

    def persistent_id(self, obj: Any) -> Any:
        if type(obj) is not _Storage:
            return None
        tensor = owner(obj.tensor)  # what changes the one changes the other, and so they have one storage
        key, _ = self._tensors.setdefault(id(tensor), (str(len(self._tensors)), tensor))
        return "storage", _KINDS[dtype_name(tensor.dtype)], key, "cpu", tensor.shape.numel()

    def reducer_override(self, obj: Any) -> Any:
        if isinstance(obj, Matrix):
            obj = as_tensor(obj)
        if isinstance(obj, Parameter):
            return _PARAMETER, (obj.detach(), obj.requires_grad, OrderedDict())
        if isinstance(obj, Tensor):
            shape = tuple(obj.shape)
            return _TENSOR, (_Storage(obj), 0, shape, strides(shape), obj.requires_grad, OrderedDict())
        if isinstance(obj, Size):
            return _SIZE, (tuple(obj),)
        if isinstance(obj, device):
            return _DEVICE, (str(obj),)
        if obj is strided:
            return _LAYOUT, ("torch.strided",)
        if type(obj) is bytes and not obj:
            return codecs.encode, ("", "latin1")  # and not bytes(), which PyTorch does not read
        return NotImplemented

    def _save_name(self: Any, obj: _Global | DType) -> None:
        module = "torch" if isinstance(obj, DType) else obj.module
        self.write(pickle.GLOBAL + f"{module}\n{obj.name}\n".encode())
        self.memoize(obj)

    dispatch: ClassVar[dict[type, Any]] = {**pickle._Pickler.dispatch, _Global: _save_name, DType: _save_name}
