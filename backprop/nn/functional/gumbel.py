"""The Gumbel-softmax: a class drawn by its probability, with a gradient."""

from __future__ import annotations

import random

from backprop.autograd import Tensor, TensorLike, as_tensor, composed
from backprop.nn.functional.embedding import one_hot
from backprop.tensors.elementary import log
from backprop.tensors.extremes import argmax
from backprop.tensors.filled import empty_like
from backprop.tensors.probability import softmax
from backprop.tensors.random_in_place import exponential_
from backprop.tensors.shapes import resolve_dim
from backprop.tensors.shaping import movedim
from backprop.validation import check_bool, check_number


@composed
def gumbel_softmax(
    logits: TensorLike,
    tau: float = 1.0,
    hard: bool = False,
    eps: float = 1e-10,
    dim: int = -1,
    *,
    rng: random.Random | None = None,
) -> Tensor:
    """y = softmax((x + g)/τ) along the axis ``dim`` for g = −ln e, e drawn of the exponential distribution, and τ = ``tau``.

    The largest entry is at each class as often as softmax(x) says; the smaller τ, the nearer y is to a 1 there and 0
    elsewhere. With ``hard`` it is that, with the gradient of what it was. ``eps`` changes nothing, as in PyTorch.

    Jang, Gu and Poole, "Categorical Reparameterization with Gumbel-Softmax" (2017).

    >>> from backprop import Generator
    >>> gumbel_softmax(Tensor([1.0, 2.0, 3.0]), hard=True, rng=Generator().manual_seed(0))
    tensor([0., 0., 1.])
    """
    name = "gumbel_softmax"
    check_number(name, "tau", tau, above=0)
    check_number(name, "eps", eps)
    check_bool(name, hard=hard)
    x = as_tensor(logits, name)
    dim = resolve_dim(name, dim, len(x.shape))
    noise = -log(exponential_(empty_like(x), generator=rng))
    soft = softmax((x + noise) / tau, dim)
    if not hard:
        return soft
    chosen = movedim(one_hot(argmax(soft, dim), soft.shape[dim] if soft.shape else 1), -1, dim)
    return chosen - soft.detach() + soft
