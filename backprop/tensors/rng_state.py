"""The state of a Generator as PyTorch's generator of the CPU gives it, so that a checkpoint holds it here and there.

It is a uint8 Tensor of the bytes of the struct that PyTorch keeps: the seed, how many words are left, whether it is seeded,
the place of the next word, the 624 words, and the second normal number of a pair, if one is in reserve.
"""

from __future__ import annotations

from struct import Struct
from typing import Any

from backprop.autograd import Tensor, constant
from backprop.dtypes import uint8
from backprop.matrix import flatten, trusted
from backprop.random import Generator

_LAYOUT = Struct("<Qii625Q3di4xf?3x")


def state_of(source: Generator) -> Tensor:
    """The state as a Tensor.

    >>> state_of(Generator().manual_seed(3))[:8]
    tensor([3, 0, 0, 0, 0, 0, 0, 0], dtype=torch.uint8)
    """
    _, (*words, place), normal, seed = source.getstate()
    pair = 0.0, normal or 0.0, 0.0, normal is not None
    data = _LAYOUT.pack(seed, 625 - place, 1, place % 624, *words, *pair, 0.0, False)
    return constant(trusted([list(data)]), (len(data),), uint8)


def set_state_of(source: Generator, new_state: Any) -> None:
    """Set the state to such a Tensor.

    Raises TypeError for what is none of bytes, RuntimeError for other ones, as PyTorch does.
    """
    if not isinstance(new_state, Tensor) or new_state.dtype is not uint8:
        raise TypeError(
            f"set_state: a state is the uint8 Tensor that get_state() gave, got a {type(new_state).__name__}"
        )
    if new_state.shape != (_LAYOUT.size,):
        raise RuntimeError(f"set_state: a state has {_LAYOUT.size} bytes, got a Tensor of shape {[*new_state.shape]}")
    data = bytes(flatten(new_state._matrix.rows))
    seed, left, seeded, _, *words, _, normal, _, has_normal, _, _ = _LAYOUT.unpack(data)
    if not seeded or not 0 < left <= 625 or max(words) >= 2**32:
        raise RuntimeError("set_state: these bytes are not the state of a generator")
    source.setstate((source.VERSION, (*words, 625 - left), normal if has_normal else None, seed))
