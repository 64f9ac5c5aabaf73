"""dtype: what kind of numbers a Tensor holds. A dtype is a label, the numbers themselves are Python's own.

A Tensor of a floating dtype holds Python floats, which have 64 bits, whether its dtype is ``float64`` or ``float32``;
Fractions go through untouched. The others hold ints and bools.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterable
from typing import Any, Callable

from backprop.matrix import Matrix, flatten, trusted


class DType:
    """The kind of numbers in a Tensor, as ``float32`` or ``int64``."""

    __slots__ = ("bits", "is_floating_point", "name", "rank", "signed")

    def __init__(self, name: str, rank: builtins.int, bits: builtins.int = 0, signed: builtins.bool = True) -> None:
        self.name, self.rank, self.bits, self.signed = name, rank, bits, signed
        self.is_floating_point = "float" in name

    is_complex = False

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name  # a copy of a dtype is the dtype itself

    @property
    def itemsize(self) -> builtins.int:
        """The bytes that a number of this dtype has in files."""
        return max(1, self.bits // 8)


bool = DType("bool", 0)
uint8 = DType("uint8", 1, 8, signed=False)
int8 = DType("int8", 1, 8)
int16 = DType("int16", 2, 16)
int32 = DType("int32", 3, 32)
int64 = DType("int64", 4, 64)
float32 = DType("float32", 5, 32)
float64 = DType("float64", 6, 64)
short, int, long, float, double = int16, int32, int64, float32, float64
float16 = half = DType("float16", 5, 16)
bfloat16 = DType("bfloat16", 5, 16)
HALVES = (float16, bfloat16)
"""Names that programs mention; no Tensor has these dtypes."""
dtype = DType


_BUILTIN: dict[Any, DType] = {builtins.float: float64, builtins.int: int64, builtins.bool: bool}


def as_dtype(name: str, dtype: Any) -> DType:
    """The dtype itself; Python's own types stand for the widest of their kind, as in PyTorch.

    >>> as_dtype("zeros", builtins.int)
    torch.int64
    >>> as_dtype("zeros", "int")
    Traceback (most recent call last):
    TypeError: zeros: dtype is one as float32 or int64, got 'int'
    """
    if dtype in HALVES:
        raise NotImplementedError(f"{name}: there are no 16 bit floats here; leave {dtype!r} out, or write float32")
    own = dtype if isinstance(dtype, DType) else _BUILTIN.get(dtype) if isinstance(dtype, type) else None
    if own is None:
        raise TypeError(f"{name}: dtype is one as float32 or int64, got {dtype!r}")
    return own


class _Default:
    dtype = float32


_default = _Default()


def get_default_dtype() -> DType:
    """The floating dtype of what is made without one."""
    return _default.dtype


def set_default_dtype(d: DType) -> None:
    """Let ``d``, ``float32`` or ``float64``, be the dtype of floating Tensors that are made without one.

    Raises TypeError for any other.
    """
    if not (isinstance(d, DType) and d.is_floating_point):
        raise TypeError(f"set_default_dtype: d is float32 or float64, got {d!r}")
    _default.dtype = d


def dtype_of(matrix: Matrix) -> DType:
    """That of the entries: ``bool`` or ``int64`` where all are such numbers, else the default one.

    >>> dtype_of(Matrix([[1, 2]])), dtype_of(Matrix([[1, 2.5]]))
    (torch.int64, torch.float32)
    """
    kinds = set(map(type, flatten(matrix.rows)))
    if kinds == {builtins.bool}:
        return bool
    return int64 if kinds and kinds <= {builtins.int, builtins.bool} else _default.dtype


def common_dtype(dtypes: Iterable[tuple[DType | None, builtins.bool]]) -> DType | None:
    """That of a result computed from several: the highest of those with dimensions; what has none counts only where it
    is of a higher kind, bools below ints below floats. Each comes as (dtype, whether it has dimensions).

    >>> common_dtype([(int64, True), (float32, True)]), common_dtype([(float32, True), (float64, False)])
    (torch.float32, torch.float32)
    """
    dimensioned: DType | None = None
    scalar: DType | None = None
    for dtype, has_dimensions in dtypes:
        if dtype is None:
            continue
        if has_dimensions:
            dimensioned = dtype if dimensioned is None else _higher(dimensioned, dtype)
        else:
            scalar = dtype if scalar is None else _higher(scalar, dtype)
    if dimensioned is None or scalar is None:
        return dimensioned or scalar
    return scalar if _kind(scalar) > _kind(dimensioned) else dimensioned


def promote_types(type1: DType, type2: DType) -> DType:
    """The dtype that holds the numbers of both.

    >>> promote_types(int32, float32), promote_types(uint8, int8)
    (torch.float32, torch.int16)
    """
    return _higher(type1, type2)


def can_cast(from_: DType, to: DType) -> builtins.bool:
    """Whether an operation may give its result this dtype: one of the same kind, or of a higher one.

    >>> can_cast(int64, float32), can_cast(float32, int64)
    (True, False)
    """
    return _kind(from_) <= _kind(to)


def _kind(dtype: DType) -> builtins.int:
    return 2 if dtype.is_floating_point else 1 if dtype is not bool else 0


def _higher(a: DType, b: DType) -> DType:
    if {a, b} == {uint8, int8}:
        return int16
    return a if a.rank >= b.rank else b


def converted(matrix: Matrix, dtype: DType) -> Matrix:
    """The entries as numbers of the dtype: bools, ints (floats are cut off towards 0) or floats; Fractions stay in a
    floating one.

    >>> converted(Matrix([[0.0, -1.5]]), int64), converted(Matrix([[0, 2]]), float32)
    (Matrix([[0, -1]]), Matrix([[0.0, 2.0]]))
    """
    if dtype.is_floating_point:
        kinds: set[type] = {builtins.float}
        change: Callable[[Any], Any] = _as_float
    elif dtype is bool:
        kinds, change = {builtins.bool}, builtins.bool
    else:
        kinds, change = {builtins.int}, _wrapping(dtype)
    entries = flatten(matrix.rows)
    if kinds.issuperset(map(type, entries)) and (kinds != {builtins.int} or _fit(entries, dtype)):
        return matrix
    return trusted([list(map(change, row)) for row in matrix.rows])


def _fit(entries: list[Any], dtype: DType) -> builtins.bool:
    """Whether all ints are within the bounds of the dtype."""
    highest = (1 << (dtype.bits - dtype.signed)) - 1
    lowest = ~highest if dtype.signed else 0
    return not entries or (lowest <= min(entries) and max(entries) <= highest)


def _as_float(x: Any) -> Any:
    return builtins.float(x) if isinstance(x, builtins.int) else x


def _wrapping(dtype: DType) -> Callable[[Any], builtins.int]:
    """The conversion to an int of so many bits, which wraps around as in C. Of a float beyond those that processors convert
    to, of 32 bits or 64, it is that of the lowest of them, as it is of NaN."""
    size, far = 1 << dtype.bits, 1 << max(dtype.bits, 32) - 1
    lowest = -(size >> 1) if dtype.signed else 0

    def change(x: Any) -> builtins.int:
        whole = builtins.int(x) if -far <= x < far or isinstance(x, builtins.int) else -far
        return (whole - lowest) % size + lowest

    return change


class _Limits:
    """What the numbers of a dtype reach from and to."""

    def __repr__(self) -> str:
        shown = (f"{k}={v:g}" if isinstance(v, builtins.float) else f"{k}={v}" for k, v in vars(self).items())
        return f"{type(self).__name__}({', '.join(list(shown)[1:])})"


class finfo(_Limits):
    """The limits of a floating dtype: ``eps`` is what 1.0 and the next larger number differ by, ``tiny`` the smallest
    number above 0 that has all its digits. Programs expect PyTorch's, though the entries of a float32 Tensor have 64 bits.

    >>> finfo(float32).eps, finfo(float32).max
    (1.1920928955078125e-07, 3.4028234663852886e+38)
    >>> finfo(int32)
    Traceback (most recent call last):
    TypeError: finfo: the dtype is floating, got torch.int32; its limits are iinfo(torch.int32)
    """

    def __init__(self, type: DType | None = None) -> None:
        dtype = as_dtype("finfo", type or get_default_dtype())
        if not dtype.is_floating_point:
            raise TypeError(f"finfo: the dtype is floating, got {dtype}; its limits are iinfo({dtype})")
        digits, exponent = (53, 1024) if dtype is float64 else (24, 128)
        self.bits = dtype.bits
        self.resolution = 1e-15 if dtype is float64 else 1e-06
        self.min = -(2.0 - 2.0 ** (1 - digits)) * 2.0 ** (exponent - 1)
        self.max = -self.min
        self.eps = 2.0 ** (1 - digits)
        self.smallest_normal = self.tiny = 2.0 ** (2 - exponent)
        self.dtype = dtype.name


class iinfo(_Limits):
    """The limits of a dtype of ints.

    >>> iinfo(int8), iinfo(uint8).max
    (iinfo(min=-128, max=127, dtype=int8), 255)
    """

    def __init__(self, type: DType) -> None:
        dtype = as_dtype("iinfo", type)
        if dtype.is_floating_point or dtype is bool:
            raise TypeError(f"iinfo: the dtype is one of ints, got {dtype}")
        self.bits = dtype.bits
        self.min = -(1 << (dtype.bits - 1)) if dtype.signed else 0
        self.max = self.min + (1 << dtype.bits) - 1
        self.dtype = dtype.name
