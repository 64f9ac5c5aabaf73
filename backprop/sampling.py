"""Random numbers, drawn as PyTorch's CPU kernels draw them: the same generator state gives PyTorch's numbers.

Each function returns a flat list of ``count`` numbers and draws from ``rng``, or from the default generator. They are
float32 numbers, as PyTorch's usually are, or float64 with ``double``; a draw of one is not a rounded draw of the other.

Everything is made of the generator's 32-bit words. A uniform float32 is u = (w mod 2²⁴)/2²⁴ of one word w, a uniform
float64 u = (w mod 2⁵³)/2⁵³ of w = 2³²·w₁ + w₂, two words. Some draws take the float64 u in any case, as each says.

float64 numbers agree with PyTorch's to the last digits, float32 ones to 6 digits: it takes logarithms and cosines of
several numbers at a time, which are rounded otherwise. On Intel's processors PyTorch takes ``bernoulli``'s numbers, and
so a dropout's, from a generator of another kind; all else is equal there, too.
"""

from __future__ import annotations

import math
import random
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import truediv
from reprlib import repr as short
from struct import unpack
from typing import Any, Callable

from backprop.random import generator
from backprop.validation import ArgumentError, check_number, check_positive_int


def uniform(
    count: int, low: float = 0.0, high: float = 1.0, *, rng: random.Random | None = None, double: bool = False
) -> list[float]:
    """low + (high − low)·u, evenly spread from ``low`` to below ``high``: ``rand`` and ``uniform_``.

    Raises ValueError unless low ≤ high, both and their difference numbers of the dtype.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> [round(x, 4) for x in uniform(3)]
    [0.4963, 0.7682, 0.0885]
    """
    check_positive_int("uniform", 0, count=count)
    check_number("uniform", "low", low)
    check_number("uniform", "high", high)
    ends = [float(low), float(high)] if double else _float32([low, high])
    width = ends[1] - ends[0]
    if not 0.0 <= width < (math.inf if double else _LARGEST_FLOAT32):
        kind = "float64" if double else "float32"
        raise ArgumentError(
            f"uniform: low and high are {kind} numbers and low is not above high, got {low!r} and {high!r}"
        )
    start, end = ends
    if double:
        numbers = _multiplied_and_added(_words53(count, rng), width * 2.0**-53, start)
    else:
        scale = _float32([width])[0] * 2.0**-24
        numbers = _float32([word * scale + start for word in _words24(count, rng)])
    return [start if x == end else x for x in numbers] if end in numbers else numbers


def normal(
    count: int, mean: float = 0.0, std: float = 1.0, *, rng: random.Random | None = None, double: bool = False
) -> list[float]:
    """mean + std·z for z ~ N(0, 1): ``randn`` and ``normal_``. Two uniform numbers u and v make two independent z:

        √(−2·ln(1 − v))·cos 2πu,  √(−2·ln(1 − v))·sin 2πu

    Box and Muller, "A Note on the Generation of Random Normal Deviates" (1958). Below 16 numbers u and v are two float64
    draws, one after the other, whatever the dtype, and a sine that is left over is the first z of the next such call.
    From 16 on, v and u are numbers j and j + 8 of a block of 16 draws of the dtype, the cosine goes to j and the sine to
    j + 8; if ``count`` is no multiple of 16, the last 16 numbers are drawn anew as a block of their own.

    With a mean or std for each number PyTorch's ``normal`` gives meanᵢ + stdᵢ·zᵢ.

    Raises ValueError for a std below 0.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> [round(z, 4) for z in normal(3)], [round(z, 4) for z in normal(20)][:3]
    ([1.541, -0.2934, -2.1788], [-0.3561, 0.4372, 0.4913])
    """
    check_positive_int("normal", 0, count=count)
    check_number("normal", "mean", mean)
    check_number("normal", "std", std, 0)
    if count < 16:
        numbers = _multiplied_and_added(_normals(count, rng), std, mean)
        return numbers if double else _float32(numbers)
    blocks = _uniforms(count, rng, double)
    whole = count // 16 * 16
    blocks[:whole] = _blocks_of_normals(blocks[:whole], mean, std, double)
    if whole < count:
        blocks[-16:] = _blocks_of_normals(_uniforms(16, rng, double), mean, std, double)
    return blocks


def truncated_normal(
    count: int,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    *,
    rng: random.Random | None = None,
    double: bool = False,
) -> list[float]:
    """Normal with ``mean`` and ``std``, but only numbers from ``a`` to ``b``: ``trunc_normal_``.

    Where more than 0.3 of N(mean, std²) is from a to b: ``normal`` numbers, those outside drawn again. Else ``uniform``
    numbers x from a to b, of which one stays if ln u < ln p(x) − ln p(m) for a uniform u, p the density and m where it
    is largest from a to b. Each time all ``count`` are drawn, and those that are still wanted are taken. Robert,
    "Simulation of Truncated Normal Variables" (1995). No x can stay whose density is e⁻³⁷ of the largest, so where a and
    b are much farther apart than that, and PyTorch draws for minutes, the x are from a part of it. If that part has fewer
    than 64 numbers of the dtype, all are m.

    Raises ValueError unless a < b and std is above 0, or if they are so far out that there is no density.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> [round(x, 4) for x in truncated_normal(3, a=1.0, b=3.0)]
    [1.9925, 1.5645, 1.177]
    """
    check_positive_int("trunc_normal_", 0, count=count)
    for setting, value in (("mean", mean), ("a", a), ("b", b)):
        check_number("trunc_normal_", setting, value)
    check_number("trunc_normal_", "std", std, above=0)
    if not a < b:
        raise ArgumentError(f"trunc_normal_: a is below b, got {a!r} and {b!r}")
    draw: dict[str, Any] = {"rng": rng, "double": double}
    *ends, middle = (a, b, mean) if double else _float32((a, b, mean))
    low, high = ((end - mean) / (std * math.sqrt(2.0)) for end in (a, b))
    if (math.erf(high) - math.erf(low)) / 2.0 > 0.3:
        numbers = normal(count, mean, std, **draw)
        while outside := [i for i, x in enumerate(numbers) if not ends[0] <= x <= ends[1]]:
            again = normal(count, mean, std, **draw)
            for i in outside:
                numbers[i] = again[i]
        return numbers

    def logarithm_of_density(x: float) -> float:
        z = (x - mean) / std
        return -0.5 * z * z

    mode = max(ends[0], min(middle, ends[1]))
    highest = logarithm_of_density(mode)
    if highest == -math.inf:
        raise ArgumentError(f"trunc_normal_: N({mean!r}, {std!r}²) has no probability from {a!r} to {b!r}")
    reach = 100.0 * std / max(1.0, abs(mode - mean) / std)
    if reach < 64.0 * math.ulp(mode) * (1.0 if double else 2.0**29):
        return [mode] * count
    a, b = max(ends[0], mode - reach), min(ends[1], mode + reach)
    numbers, pending = [0.0] * count, list(range(count))
    while pending:
        candidates, thresholds = uniform(count, a, b, **draw), uniform(count, **draw)
        for i in pending:
            numbers[i] = candidates[i]
        pending = [i for i in pending if _logarithm(thresholds[i]) > logarithm_of_density(numbers[i]) - highest]
    return numbers


def randint(count: int, low: int, high: int, *, rng: random.Random | None = None) -> list[int]:
    """low + w mod (high − low), from ``low`` to high − 1, for one word w, or from 2²⁸ numbers on w of two words.

    ``random_()`` of an int64 tensor is that from 0 to 2⁶³ − 1. Raises ValueError unless low < high.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> randint(3, 0, 10), randint(1, 0, 2**63)
    ([4, 9, 3], [6350582077163746115])
    """
    check_positive_int("randint", 0, count=count)
    if not isinstance(low, int) or not isinstance(high, int) or not 0 < high - low <= 2**64:
        raise ArgumentError(f"randint: low and high are ints and low is below high, got {low!r} and {high!r}")
    width = high - low
    words = _words(count, rng) if width < 2**28 else _long_words(count, rng)
    return [low + word % width for word in words]


def randperm(count: int, *, rng: random.Random | None = None) -> list[int]:
    """The ints from 0 to count − 1 in random order: for i = 0, 1, … number i is swapped with number i + w mod (count − i).

    Fisher and Yates, "Statistical Tables" (1938), as Durstenfeld has it, "Algorithm 235: Random Permutation" (1964).

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> randperm(10)
    [4, 1, 7, 5, 3, 9, 0, 8, 6, 2]
    """
    check_positive_int("randperm", 0, count=count)
    order = list(range(count))
    for i, word in enumerate(_words(max(count - 1, 0), rng)):
        j = i + word % (count - i)
        order[i], order[j] = order[j], order[i]
    return order


def bernoulli(count: int, p: float = 0.5, *, rng: random.Random | None = None) -> list[bool]:
    """u < p for a float64 u: True with probability p. ``bernoulli_(p)``, and with 1 − p what a ``dropout`` keeps.

    Raises ValueError for a p outside of 0 to 1.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> sum(bernoulli(1000, 0.25))
    254
    """
    check_positive_int("bernoulli", 0, count=count)
    check_number("bernoulli", "p", p, 0, 1)
    bound = math.ceil(p * 2**53)
    return [word < bound for word in _words53(count, rng)]


def dropout_mask(count: int, p: float = 0.5, *, rng: random.Random | None = None) -> list[float]:
    """0 with probability p and else 1/(1 − p), which ``dropout`` multiplies by; with p = 1 nothing is drawn.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> dropout_mask(5)
    [0.0, 0.0, 2.0, 0.0, 0.0]
    """
    if p == 1:
        return [0.0] * count
    scale = 1.0 / (1.0 - p)
    return [scale if kept else 0.0 for kept in bernoulli(count, 1.0 - p, rng=rng)]


def bernoulli_each(
    probabilities: Sequence[float], *, rng: random.Random | None = None, double: bool = False
) -> list[bool]:
    """uᵢ < pᵢ for each of the ``probabilities``, u of their dtype: ``bernoulli`` of a tensor.

    Raises ValueError for one outside of 0 to 1.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> bernoulli_each([0.0, 0.5, 0.1, 1.0])
    [False, False, True, True]
    """
    for p in probabilities:
        check_number("bernoulli", "p", p, 0, 1)
    draws = _uniforms(len(probabilities), rng, double)
    return [u < p for u, p in zip(draws, probabilities if double else _float32(probabilities))]


def exponential(
    count: int, lambd: float = 1.0, *, rng: random.Random | None = None, double: bool = False
) -> list[float]:
    """−ln(1 − u)/λ for a float64 u, of mean 1/λ: ``exponential_``.

    Raises ValueError unless λ is above 0.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> [round(x, 4) for x in exponential(3)]
    [3.5083, 1.2304, 0.615]
    """
    check_positive_int("exponential", 0, count=count)
    check_number("exponential", "lambd", lambd, above=0)
    numbers = [-1.0 / lambd * math.log1p(-u) for u in _uniforms(count, rng)]
    return numbers if double else _float32(numbers)


def cauchy(
    count: int,
    median: float = 0.0,
    sigma: float = 1.0,
    *,
    rng: random.Random | None = None,
    double: bool = False,
) -> list[float]:
    """median + σ·tan π(u − ½) for a float64 u: ``cauchy_``.

    Raises ValueError unless σ is above 0.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> [round(x, 4) for x in cauchy(2)]
    [10.5977, 0.7648]
    """
    check_positive_int("cauchy", 0, count=count)
    check_number("cauchy", "median", median)
    check_number("cauchy", "sigma", sigma, above=0)
    numbers = [median + sigma * math.tan(math.pi * (u - 0.5)) for u in _uniforms(count, rng)]
    return numbers if double else _float32(numbers)


def log_normal(
    count: int, mean: float = 1.0, std: float = 2.0, *, rng: random.Random | None = None, double: bool = False
) -> list[float]:
    """exp(mean + std·z), where z is drawn as ``normal`` draws fewer than 16 numbers: ``log_normal_``.

    Raises ValueError unless std is above 0.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> [round(x, 4) for x in log_normal(2)]
    [59.2634, 1.5116]
    """
    check_positive_int("log_normal", 0, count=count)
    check_number("log_normal", "mean", mean)
    check_number("log_normal", "std", std, above=0)
    logarithms = [z * std + mean for z in _normals(count, rng)]
    numbers = [math.exp(x) if x < _LARGEST_LOGARITHM else math.inf for x in logarithms]
    return numbers if double else _float32(numbers)


def geometric(count: int, p: float, *, rng: random.Random | None = None) -> list[int]:
    """⌈ln u/ln(1 − p)⌉ for a float64 u: after how many tries of probability p the first succeeds. ``geometric_``.

    Raises ValueError for a p that is not between 0 and 1.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> geometric(5, 0.25)
    [1, 2, 3, 1, 2]
    """
    check_positive_int("geometric", 0, count=count)
    check_number("geometric", "p", p, above=0, below=1)
    # u = 0, which has no logarithm, comes once in 2⁵³ draws.
    return [math.ceil(math.log(u or 2.0**-54) / math.log1p(-p)) for u in _uniforms(count, rng)]


def multinomial(
    weights: Sequence[float],
    num_samples: int,
    replacement: bool = False,
    *,
    rng: random.Random | None = None,
    double: bool = False,
) -> list[int]:
    """``num_samples`` indices, i with a probability in proportion to weight pᵢ; each once, or with ``replacement``.

    Each once: those with the largest pᵢ/qᵢ in descending order, for qᵢ drawn by ``exponential``, as in Efraimidis and
    Spirakis, "Weighted Random Sampling with a Reservoir" (2006); a single one is drawn so in any case. With replacement:
    the first i with p₀ + … + pᵢ ≥ u·Σp, for a float64 u each.

    Raises ValueError for weights that are below 0 or not finite or all 0, and for more samples than weights.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> multinomial([0.1, 0.2, 0.3, 0.4], 2), multinomial([0.1, 0.2, 0.3, 0.4], 5, replacement=True)
    ([2, 1], [3, 3, 1, 2, 2])
    """
    check_positive_int("multinomial", num_samples=num_samples)
    for p in weights:
        check_number("multinomial", "a weight", p, 0)
    if not any(weights):
        raise ArgumentError(f"multinomial: a weight above 0 is needed, got {short(weights)}")
    if num_samples > len(weights) and not replacement:
        raise ArgumentError(
            f"multinomial: {num_samples} of {len(weights)} indices can only be drawn with replacement=True"
        )
    rounded: Callable[[Iterable[float]], list[float]] = list if double else _float32
    if num_samples == 1 or not replacement:
        keys = rounded(map(truediv, rounded(weights), exponential(len(weights), rng=rng, double=double)))
        return sorted(range(len(weights)), key=keys.__getitem__, reverse=True)[:num_samples]
    sums = list(accumulate(rounded(weights), lambda total, p: rounded([total + p])[0]))
    shares = rounded([total / sums[-1] for total in sums])
    return [bisect_left(shares, u) for u in _uniforms(num_samples, rng)]


def gamma(concentrations: Sequence[float], *, rng: random.Random | None = None, double: bool = False) -> list[float]:
    """A number of the gamma distribution of rate 1 for each concentration α: PyTorch's ``_standard_gamma``.

    With d = α − 1/3, c = 1/√9d and z ~ N(0, 1), d·v for v = (1 + c·z)³ > 0 is accepted if for a uniform u

        u < 1 − 0.0331·z⁴  or  ln u < ½z² + d·(1 − v + ln v)

    and α < 1 takes u^(1/α) times a number of α + 1. Marsaglia and Tsang, "A Simple Method for Generating Gamma Variables"
    (2000). Where d is large the third of α − 1/3 and 0.0331 are rounded to float32, as in PyTorch.

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> [round(x, 4) for x in gamma([0.5, 2.0, 20.0])]
    [0.0008, 0.6315, 20.3865]
    """
    for alpha in concentrations:
        check_number("gamma", "a concentration", alpha, 0)
    third, constant = _float32((1.0 / 3.0, 0.0331))

    def one(alpha: float) -> float:
        if alpha == 0.0:
            return 0.0
        scale = 1.0
        if alpha < 1.0:
            scale = (1.0 - _uniforms(1, rng)[0]) ** (1.0 / alpha)
            alpha += 1.0
        d = alpha - third
        c = 1.0 / math.sqrt(9.0 * d)
        while True:
            z = _normals(1, rng)[0]
            v = (1.0 + c * z) ** 3
            if v > 0.0:
                u, square = 1.0 - _uniforms(1, rng)[0], z * z
                if u < 1.0 - constant * square * square or (math.log(u) < 0.5 * square + d * (1.0 - v + math.log(v))):
                    return scale * d * v

    smallest = sys.float_info.min if double else 2.0**-126
    numbers = [max(one(alpha), smallest) for alpha in concentrations]
    return numbers if double else _float32(numbers)


def poisson(rates: Sequence[float], *, rng: random.Random | None = None) -> list[int]:
    """A number of the Poisson distribution for each rate λ: how many uniforms multiply to more than e^−λ, and from λ = 10
    on by rejection. Hörmann, "The Transformed Rejection Method for Generating Poisson Random Variables" (1993).

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> poisson([1.0, 5.0, 20.0])
    [2, 6, 19]
    """
    for rate in rates:
        check_number("poisson", "a rate", rate, 0)

    def one(rate: float) -> int:
        if rate < 10.0:
            k, product, least = 0, 1.0, math.exp(-rate)
            while rate and (product := product * _uniforms(1, rng)[0]) > least:
                k += 1
            return k
        b = 0.931 + 2.53 * math.sqrt(rate)
        a = -0.059 + 0.02483 * b
        scale, largest = math.log(1.1239 + 1.1328 / (b - 3.4)), 0.9277 - 3.6224 / (b - 2.0)
        logarithm = math.log(rate)
        return _accepted(
            a,
            b,
            rate + 0.43,
            largest,
            rng,
            lambda k: k * logarithm - rate - math.lgamma(k + 1.0) - scale,
            squeeze=0.013,
        )

    return [one(rate) for rate in rates]


def binomial(
    counts: Sequence[float], probabilities: Sequence[float], *, rng: random.Random | None = None
) -> list[float]:
    """How many of n tries of probability p succeed, for each n and p: by the numbers of tries between two successes, and from
    n·p = 10 on by rejection. p above ½ counts the failures.

    Hörmann, "The Generation of Binomial Random Variates" (1993).

    >>> from backprop import manual_seed
    >>> rng = manual_seed(0)
    >>> binomial([10.0, 100.0], [0.3, 0.8])
    [6.0, 82.0]
    """
    for n, p in zip(counts, probabilities):
        check_number("binomial", "a count", n, 0)
        check_number("binomial", "a probability", p, 0, 1)

    def one(n: float, p: float) -> float:
        if p > 0.5:
            return n - successes(n, 1.0 - p)
        return successes(n, p)

    def successes(n: float, p: float) -> float:
        if n * p < 10.0:
            tries, k = 0.0, 0.0
            while n and p:
                tries += math.ceil(_logarithm(_uniforms(1, rng)[0]) / math.log1p(-p))
                if tries > n:
                    break
                k += 1.0
            return k
        deviation = math.sqrt(n * p * (1.0 - p))
        b = 1.15 + 2.53 * deviation
        a = -0.0873 + 0.0248 * b + 0.01 * p
        odds, mode = p / (1.0 - p), math.floor((n + 1.0) * p)
        highest = math.lgamma(mode + 1.0) + math.lgamma(n - mode + 1.0) - math.log((2.83 + 5.1 / b) * deviation)

        def logarithm(k: int) -> float:  # of the probability of k, over that of the mode
            if k > n:
                return -math.inf
            return highest - math.lgamma(k + 1.0) - math.lgamma(n - k + 1.0) + (k - mode) * math.log(odds)

        return float(_accepted(a, b, n * p + 0.5, 0.92 - 4.2 / b, rng, logarithm))

    return [one(n, p) for n, p in zip(counts, probabilities)]


def _accepted(
    a: float,
    b: float,
    center: float,
    largest: float,
    rng: random.Random | None,
    logarithm: Callable[[int], float],
    squeeze: float = 0.0,
) -> int:
    """⌊(2a/s + b)·u + center⌋ for uniform u from −½ to ½ and v, s = ½ − |u|, once it is accepted: at once where s and v
    are in the box, else if ln v − ln (a/s² + b) is at most the ``logarithm`` of its density."""
    while True:
        u, v = _uniforms(2, rng)
        u -= 0.5
        s = 0.5 - abs(u)
        k = math.floor((2.0 * a / s + b) * u + center) if s else -1
        if s >= 0.07 and v <= largest:
            return k
        if k >= 0 and not (s < squeeze and v > s) and _logarithm(v) - math.log(a / (s * s) + b) <= logarithm(k):
            return k


# -------------------------------------------------------------------- from words to numbers

_LARGEST_FLOAT32 = 2.0**128 - 2.0**104
_LOW_5_BITS = bytes(byte & 0x1F for byte in range(256))
_LARGEST_LOGARITHM = math.log(sys.float_info.max)


def _bytes(count: int, rng: random.Random | None) -> bytearray:
    """``count`` words of 4 bytes each, little-endian: one call gives all, of which the first is the lowest."""
    return bytearray(generator(rng).getrandbits(32 * count).to_bytes(4 * count, "little"))


def _long_bytes(count: int, rng: random.Random | None) -> bytearray:
    """``count`` words of 8 bytes each, little-endian; the upper half of each is drawn before the lower one."""
    drawn, words = _bytes(2 * count, rng), bytearray(8 * count)
    for k in range(8):
        words[k::8] = drawn[k ^ 4 :: 8]
    return words


def _words(count: int, rng: random.Random | None) -> tuple[int, ...]:
    return unpack(f"<{count}I", _bytes(count, rng))


def _long_words(count: int, rng: random.Random | None) -> tuple[int, ...]:
    return unpack(f"<{count}Q", _long_bytes(count, rng))


def _words24(count: int, rng: random.Random | None) -> tuple[int, ...]:
    """w mod 2²⁴ for a word w each."""
    words = _bytes(count, rng)
    words[3::4] = bytes(count)
    return unpack(f"<{count}I", words)


def _words53(count: int, rng: random.Random | None) -> tuple[int, ...]:
    """w mod 2⁵³ for w of two words each."""
    words = _long_bytes(count, rng)
    words[6::8] = words[6::8].translate(_LOW_5_BITS)
    words[7::8] = bytes(count)
    return unpack(f"<{count}Q", words)


def _uniforms(count: int, rng: random.Random | None, double: bool = True) -> list[float]:
    if double:
        return [word * 2.0**-53 for word in _words53(count, rng)]
    return [word * 2.0**-24 for word in _words24(count, rng)]


def _logarithm(u: float) -> float:
    return math.log(u) if u else -math.inf


def _float32(numbers: Iterable[float]) -> list[float]:
    """Each rounded to the nearest float32."""
    return array("f", numbers).tolist()


def _normals(count: int, rng: random.Random | None) -> list[float]:
    rng = generator(rng)
    # Where random.Random keeps the second number of a pair, which is part of its state.
    left_over: float | None = rng.gauss_next  # type: ignore[attr-defined]
    numbers = [] if left_over is None or not count else [left_over]
    draws = iter(_uniforms((count - len(numbers) + 1) // 2 * 2, rng))
    for u, v in zip(draws, draws):
        radius, angle = math.sqrt(-2.0 * math.log1p(-v)), 2.0 * math.pi * u
        numbers += radius * math.cos(angle), radius * math.sin(angle)
    if count:
        rng.gauss_next = numbers[count] if len(numbers) > count else None  # type: ignore[attr-defined]
    return numbers[:count]


def _multiplied_and_added(numbers: Iterable[float], factor: float, summand: float) -> list[float]:
    """x·factor + summand, rounded once: in PyTorch's kernels both are one instruction of the processor."""
    if not summand:
        return [x * factor for x in numbers]
    (a, b), (c, d) = factor.as_integer_ratio(), float(summand).as_integer_ratio()
    ratios = [x.as_integer_ratio() for x in numbers]
    return [(n * a * d + m * b * c) / (m * b * d) for n, m in ratios]


def _blocks_of_normals(uniforms: list[float], mean: float, std: float, double: bool) -> list[float]:
    starts = range(0, len(uniforms), 16)
    radii = [math.sqrt(-2.0 * math.log(1.0 - v)) for i in starts for v in uniforms[i : i + 8]]
    turn = 2.0 * math.pi if double else _float32([2.0 * math.pi])[0]
    angles = [turn * u for i in starts for u in uniforms[i + 8 : i + 16]]
    if not double:
        angles = _float32(angles)  # the one rounding that is large, beside a cosine near 0
    numbers = uniforms[:]
    for offset, function in ((0, math.cos), (8, math.sin)):
        side = _multiplied_and_added([r * z for r, z in zip(radii, map(function, angles))], std, mean)
        for i in starts:
            numbers[i + offset : i + offset + 8] = side[i // 2 : i // 2 + 8]
    return numbers if double else _float32(numbers)
