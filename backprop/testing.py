"""What tests of numbers ask, as in PyTorch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Callable

from backprop.autograd import Tensor
from backprop.matrix import flatten
from backprop.tensors.comparison import isclose
from backprop.tensors.from_data import tensor

__all__ = ["assert_close"]

_TOLERANCES = {"torch.float32": (1.3e-6, 1e-5), "torch.float64": (1e-7, 1e-7)}


def assert_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_dtype: bool = True,
    check_device: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    allow_subclasses: bool = True,
    msg: str | Callable[[str], str] | None = None,
) -> None:
    """AssertionError unless |actual − expected| ≤ atol + rtol·|expected| in every entry, with the same shape and dtype.

    Tensors, numbers, and sequences and mappings of them are compared. Without ``rtol`` and ``atol``, of which one needs
    the other, they are 1.3e-6 and 1e-5 in float32, 1e-7 in float64, and whole numbers must be equal.

    >>> assert_close(tensor([1.0, 2.0]), tensor([1.0, 2.1]))
    Traceback (most recent call last):
    AssertionError: assert_close: 1 of 2 entries are not close; the farthest, [1], is 2.0, and expected is 2.1

    Raises TypeError for what cannot be compared, and ValueError for one tolerance without the other.
    """
    if (rtol is None) != (atol is None):
        raise ValueError(f"assert_close: rtol and atol are given together or not at all, got {rtol!r} and {atol!r}")
    if isinstance(expected, Mapping) and isinstance(actual, Mapping) and expected.keys() == actual.keys():
        pairs = {key: (actual[key], expected[key]) for key in expected}
    elif _is_sequence(expected) and _is_sequence(actual) and len(expected) == len(actual):
        pairs = dict(enumerate(zip(actual, expected)))
    else:
        said = _difference(actual, expected, rtol, atol, equal_nan, check_dtype)
        if said:
            raise AssertionError(msg(said) if callable(msg) else msg or f"assert_close: {said}")
        return
    for key, (own, other) in pairs.items():
        assert_close(
            own,
            other,
            rtol=rtol,
            atol=atol,
            equal_nan=equal_nan,
            check_dtype=check_dtype,
            msg=msg or (lambda said, key=key: f"assert_close: item {key!r}: {said}"),  # type: ignore[misc]
        )


def _is_sequence(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _difference(
    actual: Any, expected: Any, rtol: float | None, atol: float | None, equal_nan: bool, check_dtype: bool
) -> str | None:
    if isinstance(actual, Tensor) != isinstance(expected, Tensor) or not isinstance(expected, (Tensor, int, float)):
        raise TypeError(f"assert_close: two Tensors or two numbers are compared, got {actual!r} and {expected!r}")
    if not isinstance(expected, Tensor):
        default = (0, 0) if isinstance(expected, int) and isinstance(actual, int) else (1e-7, 1e-7)
        actual, expected = tensor(float(actual)), tensor(float(expected))
    else:
        default = max(_TOLERANCES.get(str(x.dtype), (0, 0)) for x in (actual, expected))
        for what in ("shape", "dtype") if check_dtype else ("shape",):
            if getattr(actual, what) != getattr(expected, what):
                return f"the {what} is {getattr(actual, what)}, and expected is {getattr(expected, what)}"
    close = isclose(
        actual, expected, default[0] if rtol is None else rtol, default[1] if atol is None else atol, equal_nan
    )
    values = zip(*(flatten(x._matrix.rows) for x in (close, actual, expected)), product(*map(range, close.shape)))
    far = [(abs(own - other), place, own, other) for fits, own, other, place in values if not fits]
    if not far:
        return None
    _, place, own, other = max(far)
    return f"{len(far)} of {close.numel()} entries are not close; the farthest, {list(place)}, is {own}, and expected is {other}"
