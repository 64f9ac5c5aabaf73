"""A worker: it gets a model, a loss and some examples as bytes, answers with the gradients as bytes, and keeps nothing.

The bytes are those of ``pickle``, from one own process to another, never from a file. A thread gets them as well: on
free-threaded Python it counts references to numbers of its own faster than to those of another thread, by more than
it takes to make them.
"""

from __future__ import annotations

import io
import pickle
import random
import time
from typing import Any, NamedTuple

from backprop.autograd import Tensor, constant
from backprop.matrix import Matrix, trusted
from backprop.nn import Module
from backprop.random import Generator, drawing_from, generator
from backprop.training.step import add_gradients
from backprop.training.weighting import Loss


class WorkerResult(NamedTuple):
    """Output, loss and gradients of some examples, whether random numbers were drawn, and the seconds it took."""

    output: Tensor
    loss: float
    gradients: list[Matrix | None]
    drew: bool
    seconds: float


def compute_gradients(model_and_loss: bytes, task: bytes) -> bytes:
    """The WorkerResult of a ``task`` of (inputs, targets, factor, seed): the gradients are factor·∂L/∂θ.

    All that is random draws from one generator with this seed. Raises RuntimeError for classes and functions that
    cannot be found here, ValueError for a model that changes by itself.
    """
    inputs, targets, factor, seed = pickle.loads(task)
    rng = Generator().manual_seed(seed)
    undrawn = rng.getstate()
    with drawing_from(rng):
        try:
            model, loss = pickle.loads(model_and_loss)
        except (AttributeError, ImportError) as error:
            raise RuntimeError(
                f"fit: a worker cannot make the model and the loss: {error}; their classes and functions must be in a "
                "module that it can import"
            ) from error
        parameters = parameters_of(model, loss)
        for parameter in parameters:
            parameter.grad = None
        before = _values(model, loss)
        started = time.perf_counter()
        output, mean = add_gradients(model, loss, inputs, targets, factor)
        seconds = time.perf_counter() - started
    for (name, value), (_, after) in zip(before, _values(model, loss)):
        if after is not value:
            raise ValueError(
                f"fit: {name} changes with each batch, as running means do, and each shard of a batch would change it in "
                "another way; such a model learns without an executor"
            )
    gradients = [None if parameter.grad is None else parameter.grad.matrix for parameter in parameters]
    found = constant(output._matrix, output._shape, output._dtype)
    return packed(WorkerResult(found, mean, gradients, rng.getstate() != undrawn, seconds))


def parameters_of(model: Module, loss: Loss) -> list[Tensor]:
    """The parameters of both, each once, in an order that they have in a copy as well."""
    return list(dict.fromkeys(tensor for part in _modules(model, loss) for tensor in part.parameters()))


def _values(model: Module, loss: Loss) -> list[tuple[str, Matrix]]:
    """Those of all Parameters and buffers with their names."""
    named = [(*part.named_parameters(), *part.named_buffers()) for part in _modules(model, loss)]
    return [(name, tensor._matrix) for tensors in named for name, tensor in tensors]


def _modules(model: Module, loss: Loss) -> list[Module]:
    return [part for part in (model, loss) if isinstance(part, Module)]


# -------------------------------------------------------------------- as bytes


class _Pickler(pickle.Pickler):
    """Any generator becomes the default one, which is that of the task; a Matrix is not validated again."""

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, random.Random):
            return generator, ()
        return (trusted, (value.rows,)) if type(value) is Matrix else NotImplemented


def packed(value: Any) -> bytes:
    """The bytes of which ``pickle.loads`` makes a copy of ``value``; its numbers are the same to the last bit.

    >>> from fractions import Fraction
    >>> pickle.loads(packed([Matrix([[0.1]]), Matrix([[Fraction(1, 10), 1]])]))
    [Matrix([[0.1]]), Matrix([[Fraction(1, 10), 1]])]
    """
    stream = io.BytesIO()
    _Pickler(stream, pickle.HIGHEST_PROTOCOL).dump(value)
    return stream.getvalue()


def packed_model(model: Module, loss: Loss) -> bytes:
    """Both as they are now; TypeError for what pickle does not take."""
    try:
        return packed((model, loss))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(
            f"fit: model and loss cannot be sent to a worker: {error}; classes and functions must be in a module, and "
            "none may be a lambda"
        ) from error
