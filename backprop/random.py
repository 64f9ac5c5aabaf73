"""Random generators that draw PyTorch's bits, and the default one, for everything that is given none of its own.

Everything random takes ``rng=``, a ``Generator`` or another ``random.Random`` of the caller's; what gets none draws
from the library's default generator, which ``manual_seed`` sets, so that one seed repeats a whole run.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from operator import index
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self

_DEFAULT_SEED = 67280421310721  # PyTorch's, a prime


class Generator(random.Random):
    """A Mersenne Twister that is seeded as PyTorch's CPU generator is, and so gives the same bits.

    mt[0] is the seed's low 32 bits, mt[i] = 1812433253·(mt[i−1] ⊕ ⌊mt[i−1]/2³⁰⌋) + i modulo 2³² for i up to 623.
    Matsumoto and Nishimura, "Mersenne Twister: A 623-Dimensionally Equidistributed Uniform Pseudo-Random Number
    Generator" (1998), in the version of 2002. It starts with PyTorch's own seed, always the same.

    All that a ``random.Random`` can do it can do, too; the draws of ``backprop.sampling`` are PyTorch's.

    >>> rng = Generator().manual_seed(0)
    >>> rng.getrandbits(32), rng.initial_seed()
    (2357136044, 0)
    >>> state = rng.get_state()
    >>> number = rng.getrandbits(32)
    >>> rng.set_state(state)
    >>> rng.getrandbits(32) == number
    True
    """

    _seed: int

    def __init__(self, device: str = "cpu") -> None:
        if str(device) != "cpu":
            raise ValueError(f"Generator: the only device is 'cpu', got {device!r}")
        super().__init__(_DEFAULT_SEED)

    def manual_seed(self, seed: int) -> Self:
        """Start again from a seed, an int from −2⁶³ to 2⁶⁴ − 1; a negative one is taken modulo 2⁶⁴."""
        try:
            seed = index(seed)  # also of an int of NumPy
        except TypeError:
            raise TypeError(f"manual_seed(seed): a seed is an int, got {seed!r}") from None
        if not -(2**63) <= seed < 2**64:
            raise ValueError(f"manual_seed(seed): a seed is from -2**63 to 2**64 - 1, got {seed!r}")
        self._seed = seed % 2**64
        word = self._seed & 0xFFFFFFFF
        words = [word]
        for i in range(1, 624):
            word = (1812433253 * (word ^ word >> 30) + i) & 0xFFFFFFFF
            words.append(word)
        super().setstate((self.VERSION, (*words, 624), None))
        return self

    def seed(self, a: Any = None, version: int = 2) -> int:  # type: ignore[override]
        """Start again from a seed of the operating system's, which is returned; with an argument as ``manual_seed``."""
        self.manual_seed(random.SystemRandom().getrandbits(64) if a is None else a)
        return self._seed

    def initial_seed(self) -> int:
        """The seed that it last started from, from 0 to 2⁶⁴ − 1."""
        return self._seed

    def getstate(self) -> tuple[Any, ...]:
        """All that the next draws depend on, and the seed: what ``setstate`` takes."""
        return (*super().getstate(), self._seed)

    def setstate(self, state: tuple[Any, ...]) -> None:
        """Draw next what came next after ``getstate`` gave ``state``."""
        if not isinstance(state, tuple) or len(state) != 4 or type(state[3]) is not int or not 0 <= state[3] < 2**64:
            raise ValueError("Generator: a state is what getstate() gave")
        super().setstate(state[:3])
        self._seed = state[3]

    def get_state(self) -> Any:
        """The same as PyTorch has it, a Tensor of 5,056 bytes, which files keep."""
        return import_module("backprop.tensors.rng_state").state_of(self)

    def set_state(self, new_state: Any) -> None:
        """Draw next what came next after ``get_state`` gave ``new_state``, here or in PyTorch.

        Raises TypeError or RuntimeError for anything else.
        """
        import_module("backprop.tensors.rng_state").set_state_of(self, new_state)

    def __repr__(self) -> str:
        return f"Generator(initial_seed={self._seed})"


class _Default(threading.local):
    rng = Generator()  # all threads share it, until one has another


_default = _Default()
_default.rng.seed()


def manual_seed(seed: int) -> Generator:
    """Seed the default generator, and return it: the same seed gives the same numbers, run after run, and PyTorch's.

    >>> from backprop.sampling import uniform
    >>> rng = manual_seed(0)
    >>> [round(x, 4) for x in uniform(3)]
    [0.4963, 0.7682, 0.0885]
    """
    return _default.rng.manual_seed(seed)


def seed() -> int:
    """Seed the default generator with a number of the operating system's, and return it.

    >>> seed() == initial_seed()
    True
    """
    return _default.rng.seed()


def initial_seed() -> int:
    """The seed of the default generator.

    >>> manual_seed(-1).initial_seed() == initial_seed() == 2**64 - 1
    True
    """
    return _default.rng.initial_seed()


def get_rng_state() -> Any:
    """The state of the default generator, a Tensor.

    >>> state = get_rng_state()
    >>> number = generator().random()
    >>> set_rng_state(state)
    >>> generator().random() == number
    True
    """
    return _default.rng.get_state()


def set_rng_state(new_state: Any) -> None:
    """Let the default generator draw what it drew after ``get_rng_state`` gave this."""
    _default.rng.set_state(new_state)


def generator(rng: random.Random | None = None) -> random.Random:
    """The generator to draw from: ``rng`` itself, or the default one for ``None``.

    >>> own = Generator()
    >>> generator(own) is own
    True
    """
    if rng is None:
        return _default.rng
    if not isinstance(rng, random.Random):
        raise TypeError(
            f"a generator is a Generator or a random.Random, got {rng!r}; for a seed write Generator().manual_seed(seed)"
        )
    return rng


@contextmanager
def drawing_from(rng: Generator) -> Iterator[None]:
    """Let ``rng`` be the default generator for a while, in this thread alone.

    >>> with drawing_from(Generator().manual_seed(1)):
    ...     number = generator().random()
    >>> number == Generator().manual_seed(1).random()
    True
    """
    before, _default.rng = _default.rng, rng
    try:
        yield
    finally:
        _default.rng = before


@contextmanager
def fork_rng(devices: object = None, enabled: bool = True) -> Iterator[None]:
    """Leave the default generator as it was, whatever is drawn within the block.

    >>> state = generator().getstate()
    >>> with fork_rng():
    ...     _ = manual_seed(0)
    >>> generator().getstate() == state
    True
    """
    state = _default.rng.getstate()
    try:
        yield
    finally:
        if enabled:
            _default.rng.setstate(state)
