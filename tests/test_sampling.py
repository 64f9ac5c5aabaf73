"""Draws: PyTorch's figures, number by number, and the laws that hold for every seed."""

import math
import random
from struct import pack, unpack

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import (
    Generator,
    get_default_dtype,
    get_rng_state,
    manual_seed,
    nn,
    rand,
    sampling,
    set_default_dtype,
    set_rng_state,
    zeros,
)
from backprop.utils.data import DataLoader, LabeledDataset
from tests.figures import cases

DRAWS = [(case, dtype) for case in cases("random", "draws") for dtype in ("float32", "float64") if dtype in case]
WITH_DTYPE = [
    "uniform",
    "normal",
    "bernoulli_each",
    "exponential",
    "gamma",
    "cauchy",
    "log_normal",
    "multinomial",
    "truncated_normal",
]
seeds = st.integers(-(2**63), 2**64 - 1)
counts = st.integers(0, 40)


def agree(came, expected, dtype):
    """To 6 digits, where a cosine near 0 has lost some, and for float64 to a rounding or two."""
    error = {"rel_tol": 2e-6, "abs_tol": 1e-7} if dtype == "float32" else {"rel_tol": 2e-15, "abs_tol": 1e-15}
    assert len(came) == len(expected)
    assert all(type(x) is type(y) and math.isclose(x, y, **error) for x, y in zip(came, expected)), (came, expected)


def drawn(case, dtype="float64"):
    settings = {"double": dtype == "float64"} if case["function"] in WITH_DTYPE else {}
    return getattr(sampling, case["function"])(*case["args"], **settings)


@pytest.mark.parametrize(
    ("case", "dtype"), DRAWS, ids=[f"{case['function']}{case['args']}-{dtype}" for case, dtype in DRAWS]
)
def test_pytorch_draws_these_numbers(case, dtype):
    manual_seed(case["seed"])
    agree(drawn(case, dtype), case[dtype], dtype)
    agree(sampling.uniform(1), [case["after"][dtype]], "float32")


def test_a_draw_is_scaled_and_shifted_with_one_rounding():
    """PyTorch 2.13, float64, manual_seed(0): torch.empty(4).uniform_(-2, 3), which is the same to the last bit."""
    manual_seed(0)
    expected = [2.8502650090327655, 1.5390993219989397, 0.29691471563725436, 2.6037384206098015]
    assert sampling.uniform(4, -2.0, 3.0, double=True) == expected


def test_a_normal_number_is_left_over_for_the_next_draw_below_16():
    """torch.manual_seed(3); randn(1), randn(2), rand(1), randn(1), randn(17)[:2], randn(2)."""
    manual_seed(3)
    assert [round(x, 4) for count in (1, 2) for x in sampling.normal(count)] == [0.8033, 0.1748, 0.0890]
    assert [round(x, 4) for x in (*sampling.uniform(1), *sampling.normal(1))] == [0.5944, -0.6137]
    assert [round(x, 4) for x in (*sampling.normal(17)[:2], *sampling.normal(2))] == [1.9861, 0.7604, -0.3043, -0.0914]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("case", cases("random", "layers"), ids=lambda case: f"{case['layer']}{case['args']}")
def test_layers_start_with_pytorchs_weights(case, dtype):
    """The first six numbers and the last two of each parameter, and what is drawn next."""
    manual_seed(case["seed"])
    before = get_default_dtype()
    set_default_dtype(getattr(backprop, dtype))
    try:
        state = getattr(nn, case["layer"])(*case["args"], **case["settings"]).state_dict()
    finally:
        set_default_dtype(before)
    assert list(state) == list(case[dtype])
    for name, value in state.items():
        entries = value.flatten().tolist()
        agree(entries if len(entries) <= 8 else entries[:6] + entries[-2:], case[dtype][name], dtype)


def test_a_layer_draws_as_much_as_pytorchs():
    for case in cases("random", "layers"):
        manual_seed(case["seed"])
        getattr(nn, case["layer"])(*case["args"], **case["settings"])
        agree(sampling.uniform(1), [case["after"]], "float32")


@pytest.mark.parametrize("case", cases("random", "fills"), ids=lambda case: f"{case['function']}{case['shape']}")
def test_init_fills_as_pytorchs(case):
    manual_seed(case["seed"])
    tensor = getattr(nn.init, case["function"])(zeros(*case["shape"]), *case["args"])
    agree(tensor.flatten().tolist(), case["float32"], "float32")


@pytest.mark.parametrize(
    "case", cases("random", "loaders"), ids=lambda case: f"{case['count']} by {case['batch_size']}"
)
def test_a_loader_shuffles_as_pytorchs(case):
    rng = manual_seed(case["seed"])
    rng = Generator().manual_seed(case["seed"]) if case["own"] else rng
    data = LabeledDataset([[0.0]] * case["count"], list(range(case["count"])))
    shuffle = case.get("shuffle", True)
    settings = {"shuffle": shuffle, "drop_last": case["drop_last"], "generator": rng if case["own"] else None}
    loader = DataLoader(data, case["batch_size"], **settings)
    assert [[targets.tolist() for _, targets in loader] for _ in case["epochs"]] == case["epochs"]
    agree(sampling.uniform(1, rng=rng), [case["next"]], "float32")


def test_dropout_in_attention_is_pytorchs():
    """manual_seed(2); m = MultiheadAttention(8, 2, dropout=0.3); x = rand(5, 8); m(x, x, x)[0][:, 0], also causal."""
    for causal, expected in ATTENTION.items():
        manual_seed(2)
        layer, x = nn.MultiheadAttention(8, 2, dropout=0.3), rand(5, 8)
        output, _ = layer(x, x, x, need_weights=False, is_causal=causal)
        assert [round(row[0], 5) for row in output.tolist()] == expected


ATTENTION = {
    False: [-0.14992, -0.06025, -0.10176, -0.11157, -0.13692],
    True: [-0.06215, -0.03475, -0.07559, -0.05727, -0.13692],
}


# ---------------------------------------------------------------- laws


def is_float32(x):
    return unpack("f", pack("f", x))[0] == x


@given(seeds, counts, st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.booleans())
def test_uniform_numbers_are_from_low_to_below_high(seed, count, low, width, double):
    numbers = sampling.uniform(count, low, low + width, rng=Generator().manual_seed(seed), double=double)
    assert len(numbers) == count
    if double:
        assert all(low <= x < low + width for x in numbers)
    else:
        low, high = unpack("2f", pack("2f", low, low + width))
        assert all(low <= x <= high and is_float32(x) for x in numbers)


@given(seeds)
def test_what_is_rounded_up_to_high_is_low(seed):
    """Of the five float32 numbers from 1 to 1 + 2⁻²¹ the last is left out."""
    step = 2.0**-23
    numbers = sampling.uniform(60, 1.0, 1.0 + 4 * step, rng=Generator().manual_seed(seed))
    assert {(x - 1.0) / step for x in numbers} == {0.0, 1.0, 2.0, 3.0}


@given(seeds, counts, st.booleans())
def test_normal_numbers_are_scaled_and_shifted(seed, count, double):
    plain, other = (
        sampling.normal(count, *settings, rng=Generator().manual_seed(seed), double=double)
        for settings in ((), (3.0, 0.5))
    )
    tolerance = 1e-15 if double else 1e-6
    assert all(math.isclose(3.0 + z / 2, x, rel_tol=tolerance) for z, x in zip(plain, other))
    assert double or all(map(is_float32, plain))


@given(seeds, st.integers(-(2**63), 2**63), st.integers(1, 2**63), counts)
def test_ints_are_from_low_to_below_high(seed, low, width, count):
    numbers = sampling.randint(count, low, low + width, rng=Generator().manual_seed(seed))
    assert len(numbers) == count and all(low <= n < low + width for n in numbers)


@given(seeds, counts)
def test_a_permutation_has_each_once(seed, count):
    assert sorted(sampling.randperm(count, rng=Generator().manual_seed(seed))) == list(range(count))


@given(seeds, st.lists(st.floats(0.0, 10.0), min_size=1, max_size=20).filter(any), st.data())
def test_a_sample_without_replacement_has_each_once_and_none_of_weight_0_before_others(seed, weights, data):
    count = data.draw(st.integers(1, len(weights)))
    rng = Generator().manual_seed(seed)
    chosen = sampling.multinomial(weights, count, rng=rng, double=True)
    assert len(set(chosen)) == count
    positive = sum(w > 0 for w in weights)
    assert all(weights[i] > 0 for i in chosen[:positive])
    assert all(weights[i] > 0 for i in sampling.multinomial(weights, 30, replacement=True, rng=rng, double=True))


magnitudes = st.floats(1e-6, 1e9)


@given(seeds, st.floats(-1e9, 1e9), magnitudes, st.floats(-1e9, 1e9), magnitudes, counts, st.booleans())
def test_truncated_numbers_are_within_the_ends(seed, mean, std, a, width, count, double):
    """However far out the ends are, and however far apart."""
    b = a + width
    if a < b:
        rng = Generator().manual_seed(seed)
        numbers = sampling.truncated_normal(count, mean, std, a, b, rng=rng, double=double)
        low, high = (a, b) if double else unpack("2f", pack("2f", a, b))
        assert len(numbers) == count and all(low <= x <= high for x in numbers)


@pytest.mark.parametrize("double", [True, False])
@pytest.mark.parametrize("std", [1e-6, 1e-3, 1.0])
def test_where_the_density_falls_within_a_few_roundings_all_are_at_the_end(std, double):
    """The number next to the end has a density of e⁻⁵ of the end's, or less."""
    assert sampling.truncated_normal(40, 4e8, std, 21.0, 2e8, double=double) == [2e8] * 40


SAMPLES = {
    "bernoulli": (20, 0.5),
    "bernoulli_each": ([0.5] * 20,),
    "binomial": ([9.0, 99.0], [0.3, 0.6]),
    "cauchy": (3,),
    "dropout_mask": (20, 0.5),
    "exponential": (3,),
    "gamma": ([0.5, 2.0, 30.0],),
    "geometric": (9, 0.1),
    "log_normal": (3,),
    "multinomial": ([1.0] * 9, 9),
    "normal": (3,),
    "poisson": ([3.0, 30.0],),
    "randint": (3, 0, 99),
    "randperm": (9,),
    "truncated_normal": (3,),
    "uniform": (3,),
}


@given(st.sampled_from(sorted(SAMPLES)), seeds)
def test_a_state_that_is_set_again_gives_the_same_numbers_and_other_generators_move_nothing(name, seed):
    draw, rng = getattr(sampling, name), Generator().manual_seed(seed)
    sampling.normal(1, rng=rng)  # the other of the pair is part of the state
    state = rng.getstate()
    first = draw(*SAMPLES[name], rng=rng)
    after = rng.getstate()
    sampling.uniform(5)
    draw(*SAMPLES[name], rng=Generator().manual_seed(seed + 1 if seed < 0 else seed - 1))
    assert rng.getstate() == after
    rng.setstate(state)
    assert draw(*SAMPLES[name], rng=rng) == first and rng.getstate() == after


@given(seeds)
def test_any_random_random_is_drawn_from(seed):
    """Its own words give the numbers, and gauss() shares the normal number in reserve."""
    one, other = random.Random(seed), random.Random(seed)
    assert sampling.uniform(3, rng=one) == [(other.getrandbits(32) & 0xFFFFFF) / 2**24 for _ in range(3)]
    sampling.normal(1, rng=one)
    reserve = one.gauss_next
    assert one.gauss(0.0, 1.0) == reserve and one.gauss_next is None


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: sampling.uniform(-1), "uniform: count is an int from 0 up, got -1"),
        (lambda: sampling.uniform(2, 1.0, 0.0), "uniform: low and high are float32 numbers and low is not above high"),
        (lambda: sampling.uniform(2, 0.0, math.nan), "uniform: high is a finite number, got nan"),
        (lambda: sampling.uniform(2, 10**400), "uniform: low is a finite number"),
        (lambda: sampling.uniform(2, 0.0, 1e39), "uniform: low and high are float32 numbers"),
        (lambda: sampling.uniform(2, -1e308, 1e308, double=True), "uniform: low and high are float64 numbers"),
        (lambda: sampling.normal(2, 0.0, -1.0), "normal: std is a finite number from 0 up, got -1.0"),
        (lambda: sampling.normal(2, math.inf), "normal: mean is a finite number, got inf"),
        (lambda: sampling.randint(2, 5, 5), "randint: low and high are ints and low is below high, got 5 and 5"),
        (lambda: sampling.randint(2, 0, 2.5), "randint: low and high are ints"),
        (lambda: sampling.randperm(2.0), "randperm: count is an int from 0 up, got 2.0"),
        (lambda: sampling.bernoulli(2, 1.5), "bernoulli: p is a finite number from 0 to 1, got 1.5"),
        (lambda: sampling.bernoulli_each([0.5, -0.1]), "bernoulli: p is a finite number from 0 to 1, got -0.1"),
        (lambda: sampling.exponential(2, 0.0), "exponential: lambd is a finite number above 0, got 0.0"),
        (lambda: sampling.cauchy(2, sigma=0.0), "cauchy: sigma is a finite number above 0, got 0.0"),
        (lambda: sampling.log_normal(2, std=0.0), "log_normal: std is a finite number above 0, got 0.0"),
        (lambda: sampling.geometric(2, 1.0), "geometric: p is a finite number above 0 up to below 1.*, got 1.0"),
        (lambda: sampling.multinomial([0.0, 0.0], 1), "multinomial: a weight above 0 is needed"),
        (lambda: sampling.multinomial([0.5, -0.5], 1), "multinomial: a weight is a finite number from 0 up, got -0.5"),
        (lambda: sampling.multinomial([1.0], 2), "multinomial: 2 of 1 indices can only be drawn with replacement=True"),
        (lambda: sampling.multinomial([1.0], 0), "multinomial: num_samples is an int from 1 up, got 0"),
        (lambda: sampling.gamma([1.0, -1.0]), "gamma: a concentration is a finite number from 0 up, got -1.0"),
        (lambda: sampling.poisson([1.0, math.inf]), "poisson: a rate is a finite number from 0 up, got inf"),
        (lambda: sampling.binomial([1.0, 2.0], [0.5, 1.5]), "binomial: a probability is .* from 0 to 1, got 1.5"),
        (
            lambda: sampling.binomial([1.0, -2.0], [0.5, 0.5]),
            "binomial: a count is a finite number from 0 up, got -2.0",
        ),
        (lambda: sampling.truncated_normal(2, 0.0, 1.0, 1.0, 1.0), "trunc_normal_: a is below b, got 1.0 and 1.0"),
        (lambda: sampling.truncated_normal(2, a=1e200, b=1e201), "trunc_normal_: .* has no probability"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is(call, sentence):
    state = get_rng_state()
    with pytest.raises(ValueError, match=sentence):
        call()
    assert get_rng_state().equal(state)
    set_rng_state(state)
