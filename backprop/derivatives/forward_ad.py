"""Forward mode as PyTorch writes it: dual Tensors, each with a direction in which it moves, while a level lasts.

>>> with dual_level():
...     y = make_dual(Tensor([1.0, 2.0]), Tensor([1.0, 10.0])) ** 2
...     unpack_dual(y)
UnpackedDualTensor(primal=tensor([1., 4.]), tangent=tensor([ 2., 40.]))
"""

from __future__ import annotations

from threading import local
from typing import Any, NamedTuple

from backprop.autograd.grad_mode import enable_grad
from backprop.autograd.tensor import Tensor
from backprop.derivatives.calls import leads_elsewhere, variable
from backprop.derivatives.forward import push_forward

__all__ = ["UnpackedDualTensor", "dual_level", "enter_dual_level", "exit_dual_level", "make_dual", "unpack_dual"]


class UnpackedDualTensor(NamedTuple):
    """A value, and its derivative along the directions of what it was computed from, None where it depends on none."""

    primal: Tensor
    tangent: Tensor | None


class _Level(local):
    tangents: dict[Any, Tensor] | None = None  # of the dual Tensors of this thread; None outside of a level


_level = _Level()


def enter_dual_level() -> int:
    """Begin a level; RuntimeError within one, as in PyTorch."""
    if _level.tangents is not None:
        raise RuntimeError("dual_level: a level is within no other; func.jvp of func.jvp gives second derivatives")
    _level.tangents = {}
    return 0


def exit_dual_level(*, level: int | None = None) -> None:
    """End the level: no Tensor has a tangent any more."""
    _level.tangents = None


class dual_level:
    """A level for the length of a block: ``with dual_level(): …``."""

    def __enter__(self) -> int:
        return enter_dual_level()

    def __exit__(self, *_: object) -> None:
        exit_dual_level()


def make_dual(tensor: Tensor, tangent: Tensor, *, level: int | None = None) -> Tensor:
    """The Tensor with a direction, the ``tangent``, that goes on into what operations compute from it, but for those
    under ``no_grad()``.

    Raises RuntimeError outside of a level, and for a tangent of another shape.
    """
    if _level.tangents is None:
        raise RuntimeError("make_dual: there are dual Tensors within a level alone; write with dual_level(): …")
    if tensor.shape != tangent.shape:
        raise RuntimeError(
            f"make_dual: the tangent has the shape of the Tensor, {list(tensor.shape)}, got {list(tangent.shape)}"
        )
    with enable_grad():
        dual = variable(tensor)
    _level.tangents[dual._grad_fn or dual] = tangent
    return dual


def unpack_dual(tensor: Tensor, *, level: int | None = None) -> UnpackedDualTensor:
    """The value and the tangent of a Tensor."""
    tangents = _level.tangents
    if tangents is None:
        return UnpackedDualTensor(tensor, None)
    (found,) = push_forward([tensor], tangents)
    own = {id(x) for x in tangents if isinstance(x, Tensor)}
    primal, tangent = [y if y is None or leads_elsewhere(y, own) else y.detach() for y in (tensor, found)]
    return UnpackedDualTensor(primal, tangents.get(tensor._grad_fn or tensor, tangent))  # type: ignore[arg-type]  # the Tensor is one
