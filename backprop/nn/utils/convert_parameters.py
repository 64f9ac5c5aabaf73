"""All parameters as one vector, and back."""

from __future__ import annotations

from collections.abc import Iterable

from backprop.autograd import Tensor, constant
from backprop.matrix import flatten, trusted
from backprop.tensors.concatenation import cat
from backprop.tensors.shaping import view


def parameters_to_vector(parameters: Iterable[Tensor]) -> Tensor:
    """The entries of all parameters, one after the other, with one axis; gradients flow back through it.

    >>> parameters_to_vector([Tensor([[1.0, 2.0]]), Tensor(3.0)])
    tensor([1., 2., 3.])
    """
    return cat([view(tensor, -1) for tensor in parameters])


def vector_to_parameters(vec: Tensor, parameters: Iterable[Tensor]) -> None:
    """Set the parameters to the entries of ``vec``, as ``parameters_to_vector`` puts them.

    Raises ValueError, before any is set, where there are fewer or more entries.

    >>> w, b = Tensor([[1.0, 2.0]]), Tensor(3.0)
    >>> vector_to_parameters(Tensor([4.0, 5.0, 6.0]), [w, b]); w, b
    (tensor([[4., 5.]]), tensor(6.))
    """
    if not isinstance(vec, Tensor):
        raise TypeError(f"vector_to_parameters: vec is a Tensor, got a {type(vec).__name__}")
    tensors, entries, start = list(parameters), flatten(vec._matrix.rows), 0
    counts = [tensor._shape.numel() for tensor in tensors]
    if sum(counts) != len(entries):
        raise ValueError(f"vector_to_parameters: the parameters have {sum(counts)} entries, got {len(entries)}")
    for tensor, count in zip(tensors, counts):
        tensor.data = constant(trusted([entries[start : start + count]]), tensor._shape)
        start += count
