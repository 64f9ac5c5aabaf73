"""``vmap``: a function of single examples as one of batches. It is a loop over them, as plain Python computes it anyway."""

from __future__ import annotations

from functools import wraps
from operator import itemgetter
from typing import Any, Callable

from backprop.autograd import Tensor
from backprop.autograd.grad_mode import recording
from backprop.derivatives.nests import leaves, mapped, rebuilt
from backprop.tensors.concatenation import stack
from backprop.tensors.from_data import tensor
from backprop.validation import ArgumentError, check_choice


def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The function that calls ``func`` for each example of a batch, and stacks what it gives.

    The examples lie along the axis ``in_dims`` of the Tensors in each argument, one for all or one for each argument, None
    for one that is the same for all; the results along ``out_dims``. Each example is computed after the other: PyTorch's
    vmap is a way to be faster, this is a way to write. ``randomness`` "same" is not there; ``chunk_size`` changes nothing.

    Raises ValueError where the batch has no size, or several.

    >>> dot = lambda a, b: (a * b).sum()
    >>> vmap(dot, in_dims=(0, None))(Tensor([[1.0, 2.0], [3.0, 4.0]]), Tensor([1.0, 10.0]))
    tensor([21., 43.])
    """
    check_choice("vmap", "randomness", randomness, ("error", "different"))

    @wraps(func)
    def call(*args: Any, **kwargs: Any) -> Any:
        dims = [
            _spread(arg, dim)
            for arg, dim in zip(args, in_dims if isinstance(in_dims, tuple) else [in_dims] * len(args))
        ]
        tensors = [x for arg in args for x in leaves(arg)]
        flat = [dim for of_arg in dims for dim in of_arg]
        sizes = {x.shape[dim] for x, dim in zip(tensors, flat) if dim is not None} | {
            x.shape[0] for x in leaves(kwargs)
        }
        if len(sizes) != 1:
            raise ArgumentError(f"vmap: the batch has one size along in_dims of all arguments, got {sorted(sizes)}")
        found, before, last = [], recording.keeps_graphs, max(sizes) - 1
        try:
            for k in range(*sizes):
                recording.keeps_graphs = before or k < last  # those that func did not make are for all examples
                chosen = [
                    rebuilt(arg, (x if d is None else x.select(d, k) for x, d in zip(leaves(arg), of_arg)))
                    for arg, of_arg in zip(args, dims)
                ]
                found.append(func(*chosen, **mapped(itemgetter(k), kwargs)))
        finally:
            recording.keeps_graphs = before
        return _stacked(found, out_dims)

    return call


def _spread(arg: Any, dims: Any) -> list[int | None]:
    """The axis of each Tensor in an argument."""
    count = sum(1 for _ in leaves(arg))
    if isinstance(dims, (tuple, list)):
        return [d for item, dim in zip(arg, dims) for d in _spread(item, dim)]
    if isinstance(dims, dict):
        return [d for key, item in arg.items() for d in _spread(item, dims[key])]
    return [dims] * count


def _stacked(found: list[Any], out_dims: Any) -> Any:
    """The results of all examples as one, along the axis for each of several results."""
    first = found[0]
    if first is None:
        return None
    if isinstance(first, tuple):
        dims = out_dims if isinstance(out_dims, tuple) else [out_dims] * len(first)
        return tuple([_stacked([result[k] for result in found], dim) for k, dim in enumerate(dims)])
    if isinstance(first, dict):
        return {key: _stacked([result[key] for result in found], out_dims) for key in first}
    parts = [x if isinstance(x, Tensor) else tensor(x) for x in found]
    return parts[0] if out_dims is None else stack(parts, out_dims)
