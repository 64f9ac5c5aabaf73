"""One random generator for the whole library, so that one seed repeats a whole run.

Everything random takes ``rng=``, a ``random.Random`` of the caller's; what gets none draws from the
library's default generator, which ``manual_seed`` sets.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Default(threading.local):
    rng = random.Random()  # all threads share it, until one has another


_default = _Default()


def manual_seed(seed: int) -> None:
    """Seed the default generator: the same seed gives the same numbers, run after run.

    >>> manual_seed(0); first = generator().random()
    >>> manual_seed(0); first == generator().random()
    True
    """
    if not isinstance(seed, int):
        raise TypeError(f"manual_seed(seed): a seed is an int, got {seed!r}")
    # Python drops the sign; two's complement keeps -1 and 1 apart, as in PyTorch.
    _default.rng.seed(seed if seed >= 0 else seed % 2**64)


def generator(rng: random.Random | None = None) -> random.Random:
    """The generator to draw from: ``rng`` itself, or the default one for ``None``.

    >>> own = random.Random(1)
    >>> generator(own) is own
    True
    """
    if rng is None:
        return _default.rng
    if not isinstance(rng, random.Random):
        raise TypeError(f"rng: needs a random.Random, got {rng!r}; for a seed write rng=random.Random(seed)")
    return rng


@contextmanager
def drawing_from(rng: random.Random) -> Iterator[None]:
    """Let ``rng`` be the default generator for a while, in this thread alone.

    >>> with drawing_from(random.Random(1)):
    ...     number = generator().random()
    >>> number == random.Random(1).random()
    True
    """
    before, _default.rng = _default.rng, rng
    try:
        yield
    finally:
        _default.rng = before
