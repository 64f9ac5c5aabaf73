"""The random generators that a training draws from, and their states."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from backprop.nn import Module
from backprop.random import generator


def generators_of(*owners: Any) -> list[random.Random]:
    """The default generator and those that ``owners`` and the layers in them have as attributes, each once; of a
    DataLoader those of its samplers and its dataset too.

    A ``random.SystemRandom`` has no state and is left out.

    >>> from backprop.nn import Dropout, Sequential
    >>> own = random.Random(0)
    >>> generators_of(Sequential(Dropout(rng=own), Dropout(rng=own)), None) == [generator(), own]
    True
    """
    parts = [part for owner in owners for part in (owner.modules() if isinstance(owner, Module) else _parts(owner))]
    values = [value for part in parts for value in getattr(part, "__dict__", {}).values()]
    found = [value for value in values if isinstance(value, random.Random)]
    return [rng for rng in dict.fromkeys([generator(), *found]) if not isinstance(rng, random.SystemRandom)]


def _parts(batches: Any) -> Iterator[Any]:
    """What decides on the batches of a loader: itself, its samplers, its dataset, and what that is made of."""
    yield batches
    for name in ("batch_sampler", "sampler", "dataset"):
        if hasattr(batches, name):
            yield from _parts(getattr(batches, name))


def states_of(generators: Sequence[random.Random]) -> list[Any]:
    """The state of each."""
    return [rng.getstate() for rng in generators]


def set_states(generators: Sequence[random.Random], states: Sequence[Any]) -> None:
    """Set each to its state.

    Raises TypeError, ValueError or OverflowError for another number of states, and for what is not a state.
    """
    if len(states) != len(generators):
        raise ValueError(f"there are {len(generators)} random generators and {len(states)} states")
    for rng, state in zip(generators, states):
        # setstate takes anything for the normal number in reserve.
        if not isinstance(state, tuple) or len(state) < 3 or type(state[2]) not in (float, type(None)):
            raise ValueError("the third part of a random generator's state is a number or None")
        rng.setstate(state)
