"""``out=``: the Tensor that is given the result, as PyTorch's functions take it; its methods do not."""

from __future__ import annotations

import inspect
from functools import lru_cache, wraps
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd.grad_mode import recording
from backprop.autograd.size import trusted_size
from backprop.autograd.tensor import Tensor, View
from backprop.tensors.filled import zeros
from backprop.tensors.in_place import assign
from backprop.validation import warn

_MODULES = "casts covariances distinct from_data grids in_place moves parts printing shaping"
_NAMES = (
    "allclose argwhere bincount binomial block_diag cdist clone conj cosine_similarity count_nonzero cumulative_trapezoid"
    " detach diag_embed diagflat diagonal_scatter dist einsum empty_like equal fill full_like gradient index_fill index_put"
    " is_complex is_floating_point is_nonzero is_same_size is_signed is_tensor isclose isfinite isinf isnan isreal"
    " masked_fill masked_scatter numel ones_like pairwise_distance pdist poisson positive put rand_like randint_like"
    " randn_like real relu rsub select_scatter softmin trace trapezoid trapz tril_indices triu_indices unravel_index"
    " zeros_like"
)
WITHOUT = frozenset(_NAMES.split()), frozenset(f"backprop.tensors.{module}" for module in _MODULES.split())
"""The functions that have no ``out`` in PyTorch, and the modules of such functions."""


@lru_cache(None)  # of which functions of several names are still one
def takes_out(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with ``out``, where PyTorch's has it.

    ``out`` keeps its dtype, which a function with a ``dtype`` computes in. Another shape it gives up for that of the result, with a UserWarning unless it was empty.

    >>> from backprop import add, empty
    >>> y = empty(0)
    >>> add(Tensor([1.0, 2.0]), 1, out=y) is y, y
    (True, tensor([2., 3.]))

    Raises RuntimeError while a graph would be recorded, and for a dtype of a lower kind.
    """
    if function.__name__ in WITHOUT[0] or function.__module__ in WITHOUT[1]:
        return function

    @wraps(function)
    def call(*arguments: Any, out: Any = None, **settings: Any) -> Any:
        if out is None:
            return function(*arguments, **settings)
        if "dtype" in names and isinstance(out, Tensor):
            settings.setdefault("dtype", out.dtype)
        result = function(*arguments, **settings)
        if not isinstance(result, tuple):
            return _given(function.__name__, out, result)
        if not isinstance(out, (tuple, list)) or len(out) != len(result):
            raise TypeError(f"{function.__name__}: out is a tuple of {len(result)} Tensors, got {short(out)}")
        outs = [_given(function.__name__, *pair) for pair in zip(out, result)]
        return tuple(outs) if type(result) is tuple else type(result)(*outs)

    names = inspect.signature(function).parameters
    *parameters, last = names.values()
    own = inspect.Parameter("out", inspect.Parameter.KEYWORD_ONLY, default=None, annotation="Any")
    rest = [own, last] if last.kind is last.VAR_KEYWORD else [last, own]
    call.__signature__ = inspect.Signature([*parameters, *rest])  # type: ignore[attr-defined]
    function.with_out, call.__qualname__ = call, f"{function.__qualname__}.with_out"  # type: ignore[attr-defined]  # where pickle finds it
    return call


def _given(name: str, out: Any, result: Tensor) -> Tensor:
    if not isinstance(out, Tensor):
        raise TypeError(f"{name}: out is a Tensor, got {short(out)}")
    if recording.on and (out._requires_grad or result._requires_grad):
        raise RuntimeError(f"{name}: there is no gradient through out=; write it under no_grad(), or without out")
    if out._shape == result._shape or type(out) is View:
        return assign(out, result, name)
    if out.numel():
        warn(
            f"{name}: out has the shape {list(out._shape)}, and gets that of the result, {list(result._shape)}; PyTorch is to "
            "refuse that, give an out of that shape or an empty one"
        )
    resized = assign(zeros(result._shape, dtype=out.dtype), result, name)
    out._matrix, out._shape, out._dtype = resized._matrix, trusted_size(resized._shape), resized._dtype
    return out
