"""The names in a .pt file, and what is made of them here: tensors, and the few kinds of values that stand beside them."""

from __future__ import annotations

import warnings
from collections import Counter, OrderedDict
from collections.abc import Sequence
from math import prod
from pickle import UnpicklingError
from reprlib import repr as short
from typing import IO, Any, Callable, NamedTuple

from backprop import dtypes
from backprop.autograd import Size, Tensor, constant
from backprop.matrix import Matrix, trusted
from backprop.nn.parameters import Parameter
from backprop.storage.dtypes import SIZES, TENSOR_DTYPES, decoded
from backprop.storage.unpickling import Name, Unpickler, shortened
from backprop.tensors.devices import device, strided
from backprop.tensors.shapes import strides

STORAGES = {
    "torch.BoolStorage": "BOOL",
    "torch.ByteStorage": "U8",
    "torch.CharStorage": "I8",
    "torch.ShortStorage": "I16",
    "torch.IntStorage": "I32",
    "torch.LongStorage": "I64",
    "torch.HalfStorage": "F16",
    "torch.BFloat16Storage": "BF16",
    "torch.FloatStorage": "F32",
    "torch.DoubleStorage": "F64",
}
_HALF = {"F16": "float16", "BF16": "bfloat16"}
_DTYPES = {f"torch.{dtype.name}": dtype for dtype in TENSOR_DTYPES.values()}
_DTYPES.update((f"torch.{name}", TENSOR_DTYPES[dtype]) for dtype, name in _HALF.items())
_REFUSED = {
    "torch.ComplexFloatStorage": "a tensor of complex numbers, which are not here",
    "torch.ComplexDoubleStorage": "a tensor of complex numbers, which are not here",
    "torch._utils._rebuild_qtensor": "a quantized tensor, which are not here; save tensor.dequantize()",
    "torch._utils._rebuild_sparse_tensor": "a sparse tensor, which are not here; save tensor.to_dense()",
    "torch._utils._rebuild_tensor_v3": "a tensor of a dtype that is not here; save tensor.to(torch.int64) or .float()",
    "torch._utils._rebuild_parameter_with_state": "a Parameter with attributes of its own; save parameter.detach()",
    "torch._tensor._rebuild_from_type_v2": "a Tensor of a class or with attributes of its own; save tensor.detach()",
}
# So many numbers a file may ask for without having bytes for them: of a tensor that was expanded a few are stored.
_SPARE = 1 << 16
_MOST_AXES = 64


class Storage(NamedTuple):
    """The numbers that one or more tensors are cut from."""

    key: str
    dtype: str
    data: bytes


class TensorUnpickler(Unpickler):
    """Reads what ``torch.load(weights_only=True)`` reads.

    ``record`` gives the bytes of a storage by its key, which is to have so many numbers of such a dtype; ``size`` is that
    of the file.
    """

    unknown = (
        "which is no tensor or plain value; whole Modules of classes that are here are read with weights_only=False"
    )
    simple = (*Unpickler.simple, dtypes.DType, device)

    def __init__(self, record: Callable[[str, int, str], bytes], size: int) -> None:
        super().__init__()
        self._record = record
        self._left = {"numbers": size + _SPARE, "values": size}
        self._matrices: dict[Any, Matrix] = {}  # those of the same entries share them
        # What is called by a name, and of what types its arguments are; the last ones may be left out.
        self._calls: dict[str, tuple[Callable[..., Any], tuple[type, ...]]] = {
            "torch._utils._rebuild_tensor": (self._tensor, (Storage, int, tuple, tuple)),
            "torch._utils._rebuild_tensor_v2": (self._tensor, (Storage, int, tuple, tuple, bool, object)),
            "torch._utils._rebuild_parameter": (_parameter, (Tensor, bool, object)),
            "torch.Size": (_size, (tuple,)),
            "torch.device": (_device, (str, int)),
            "torch.serialization._get_layout": ({"torch.strided": strided}.__getitem__, (str,)),
            "collections.OrderedDict": (self._ordered_dict, (list,)),
            "collections.Counter": (self._counter, (dict,)),
            "builtins.set": (self._set, (list,)),
            "builtins.complex": (complex, (float, float)),
            "builtins.bytes": (bytes, ()),
            "builtins.bytearray": (self._bytearray, (bytes,)),
            "_codecs.encode": (self._bytes, (str, str)),
        }
        self._half: set[str] = set()

    def load(self, stream: IO[bytes]) -> Any:
        value = super().load(stream)
        if self._half:
            warnings.warn(f"load: reads {' and '.join(sorted(self._half))} as float32", stacklevel=5)
        return value

    def named(self, name: str) -> Any:
        if name in _DTYPES:
            self._half.update({name[len("torch.") :]}.intersection(_HALF.values()))
            return _DTYPES[name]
        if name in self._calls or name in STORAGES:
            return Name(name)
        what = _REFUSED.get(name, self.unknown)
        if name.startswith("torch.nn.modules."):
            what = "a whole module of PyTorch, which is made of other parts than ours; save its state_dict() there"
        raise UnpicklingError(f"it asks for {shortened(name)}, {what}")

    def called(self, name: Name, arguments: tuple[Any, ...]) -> Any:
        function, types = self._calls.get(name, (None, ()))
        try:
            if function and len(arguments) <= len(types) and all(map(isinstance, arguments, types)):
                return function(*arguments)
        except (TypeError, ValueError, LookupError, RuntimeError):
            pass  # too few, or others than their types say
        came = ", ".join(type(argument).__name__ for argument in arguments[:8])
        raise UnpicklingError(f"it calls {name} with what it does not take: {came}")

    def stored(self, identity: Any) -> Storage:
        if type(identity) is not tuple or len(identity) < 5 or (len(identity) > 5 and identity[5] is not None):
            raise UnpicklingError("it asks for what is kept elsewhere and is no storage of numbers")
        what, kind, key, _, count = identity[:5]  # the one between is the device
        if [*map(type, (what, kind, key, count))] != [str, Name, str, int] or what != "storage" or count < 0:
            raise UnpicklingError("it asks for what is kept elsewhere and is no storage of numbers")
        if kind not in STORAGES:
            raise UnpicklingError(f"it has numbers of {kind}, which is no storage")
        dtype = STORAGES[kind]
        data = self._record(key, count, dtype)
        if len(data) < count * SIZES[dtype]:
            raise UnpicklingError(f"the storage {shortened(key)} has {len(data):,} bytes, and not {count:,} of {dtype}")
        return Storage(key, dtype, data)

    def set_state(self, value: Any, state: Any) -> None:
        if type(value) is not OrderedDict or type(state) is not dict or state.keys() != {"_metadata"}:
            super().set_state(value, state)
        value._metadata = state["_metadata"]  # the versions of modules, as PyTorch keeps them

    def _spend(self, what: str, count: int) -> None:
        """Count what a few bytes of the file can ask for again and again."""
        self._left[what] -= count
        if self._left[what] < 0:
            raise UnpicklingError(f"it asks for many times as many {what} as it has bytes")

    def _tensor(
        self,
        storage: Storage,
        offset: int,
        size: tuple[int, ...],
        stride: tuple[int, ...],
        requires_grad: bool = False,
        hooks: object = None,
    ) -> Tensor:
        numbers = (offset, *size, *stride)
        if len(size) != len(stride) or len(size) > _MOST_AXES or not _are_sizes(numbers):
            raise ValueError
        dtype = TENSOR_DTYPES[storage.dtype]
        where = (storage.key, storage.dtype, *numbers)
        if where not in self._matrices:
            self._matrices[where] = self._entries(storage, offset, size, stride)
        if storage.dtype in _HALF:
            self._half.add(_HALF[storage.dtype])
        tensor = constant(self._matrices[where], size, dtype)
        tensor.requires_grad = requires_grad
        return tensor

    def _entries(self, storage: Storage, offset: int, size: tuple[int, ...], stride: tuple[int, ...]) -> Matrix:
        width, count = SIZES[storage.dtype], prod(size)
        self._spend("numbers", count)
        last = offset + sum((n - 1) * step for n, step in zip(size, stride))
        if count and (last + 1) * width > len(storage.data):
            raise UnpicklingError(f"a tensor of shape {short(tuple(size))} ends behind the end of its storage")
        if all(n == 1 or step == whole for n, step, whole in zip(size, stride, strides(size))):
            data = storage.data[offset * width : (offset + count) * width]
        else:
            places = [offset] if count else []
            for n, step in zip(size, stride):
                places = [place + i * step for place in places for i in range(n)]
            data = b"".join([storage.data[place * width : (place + 1) * width] for place in places])
        return trusted([decoded(data, storage.dtype)])

    def _ordered_dict(self, items: Sequence[list[Any]] = ()) -> OrderedDict[Any, Any]:
        """An empty one, or as Python 2 wrote it."""
        self._spend("values", len(items))
        if any(type(pair) is not list for pair in items):
            raise TypeError
        return OrderedDict((self.key(key), value) for key, value in items)

    def _counter(self, counts: dict[Any, int]) -> Counter[Any]:
        self._spend("values", len(counts))
        return Counter(counts)

    def _set(self, items: list[Any]) -> set[Any]:
        self._spend("values", len(items))
        return set(map(self.key, items))

    def _bytes(self, text: str, encoding: str) -> bytes:
        self._spend("values", len(text))
        if encoding not in ("latin1", "latin-1"):
            raise ValueError
        return text.encode("latin-1")

    def _bytearray(self, data: bytes = b"") -> bytearray:
        self._spend("values", len(data))
        return bytearray(data)


def _are_sizes(numbers: tuple[Any, ...]) -> bool:
    return all(type(n) is int and 0 <= n < 2**63 for n in numbers)


def _size(sizes: tuple[int, ...]) -> Size:
    if len(sizes) > _MOST_AXES or not _are_sizes(sizes):
        raise ValueError
    return Size(sizes)


def _device(kind: str, index: int | None = None) -> device:
    return device(kind if kind in ("cpu", "cpu:0") else "cpu", index if index == 0 else None)  # all is computed there


def _parameter(data: Tensor, requires_grad: bool, hooks: object) -> Parameter:
    return Parameter(data, requires_grad)
