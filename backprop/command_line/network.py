"""The network of a model: linear layers with an activation between any two."""

from __future__ import annotations

import random
from collections.abc import Sequence

from backprop.nn import GELU, Linear, Module, ReLU, Sigmoid, Tanh

ACTIVATIONS = {"relu": ReLU, "tanh": Tanh, "gelu": GELU, "sigmoid": Sigmoid}


def dense(sizes: Sequence[int], activation: str, rng: random.Random | None = None) -> list[Module]:
    """The layers from ``sizes[0]`` numbers to ``sizes[1]``, to ``sizes[2]`` and so on.

    >>> dense([4, 8, 3], "relu")
    [Linear(in_features=4, out_features=8, bias=True)  # 40 parameters, ReLU(), Linear(in_features=8, out_features=3, bias=True)  # 27 parameters]
    """
    layers: list[Module] = []
    for entering, leaving in zip(sizes, sizes[1:]):
        layers += [Linear(entering, leaving, rng=rng), ACTIVATIONS[activation]()]
    return layers[:-1]
