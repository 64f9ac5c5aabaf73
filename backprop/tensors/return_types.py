"""What functions with several results return: named tuples, printed as those of ``torch.return_types``."""

from __future__ import annotations

from typing import Any, NamedTuple

from backprop.autograd.tensor import Tensor


def result_text(result: Any) -> str:
    parts = ",\n".join([f"{name}={value!r}" for name, value in zip(result._fields, result)])
    return f"torch.return_types.{type(result).__name__}(\n{parts})"


class ValuesIndices(NamedTuple):
    """Entries of a tensor, and where they stand along the axis."""

    values: Tensor
    indices: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class cummax(ValuesIndices): ...


class cummin(ValuesIndices): ...


class kthvalue(ValuesIndices): ...


class max(ValuesIndices): ...


class median(ValuesIndices): ...


class min(ValuesIndices): ...


class mode(ValuesIndices): ...


class nanmedian(ValuesIndices): ...


class sort(ValuesIndices): ...


class topk(ValuesIndices): ...


class aminmax(NamedTuple):
    """The smallest and the largest entries."""

    min: Tensor
    max: Tensor

    def __repr__(self) -> str:
        return result_text(self)


class histogram(NamedTuple):
    """How many entries each bin has, and where the bins begin and end."""

    hist: Tensor
    bin_edges: Tensor

    def __repr__(self) -> str:
        return result_text(self)
