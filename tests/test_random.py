"""Seeding: one seed repeats everything random, and nothing else that draws random numbers disturbs it."""

import copy
import importlib
import inspect
import pickle
import pkgutil
import random

import pytest

import backprop
from backprop import (
    Generator,
    Matrix,
    Tensor,
    get_rng_state,
    initial_seed,
    manual_seed,
    nn,
    ones,
    operation,
    sampling,
    seed,
    set_rng_state,
    zeros,
)
from backprop.autograd import gradcheck, gradgradcheck
from backprop.command_line.description import dense
from backprop.datasets.generators import blobs, circles, moons, spirals, xor
from backprop.nn import Linear, functional, init
from backprop.nn.parameters import uniform_parameter
from backprop.random import generator
from backprop.utils.data import DataLoader, LabeledDataset, train_test_split
from tests import tables
from tests.test_sampling import SAMPLES


def draws():
    data = LabeledDataset(Matrix([[n] for n in range(20)]), list(range(20)))
    train, test = train_test_split(data, 0.2)
    order = [targets.tolist() for _, targets in DataLoader(train, batch_size=4, shuffle=True)]
    layer = Linear(3, 2)
    return (
        tables.uniform(2, 2),
        tables.normal(2, 2),
        layer.weight.matrix,
        layer.bias.matrix,
        test.targets.tolist(),
        order,
    )


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others():
    manual_seed(7)
    first = draws()
    random.seed(0)  # Python's own generator is another one
    manual_seed(7)
    assert draws() == first
    manual_seed(8)
    assert all(a != b for a, b in zip(draws(), first))


def test_a_seed_below_zero_is_a_seed_of_its_own():
    numbers = []
    for value in (7, -7, -8):
        manual_seed(value)
        numbers.append(tables.uniform(1, 1).item())
    assert len(set(numbers)) == 3


@pytest.mark.parametrize("value", [None, 1.5, "x"])
def test_a_seed_is_an_int(value):
    for start in (manual_seed, Generator().manual_seed):
        with pytest.raises(TypeError, match="a seed is an int, got"):
            start(value)


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1])
def test_a_seed_has_64_bits(value):
    with pytest.raises(ValueError, match=f"a seed is from .*, got {value}"):
        manual_seed(value)


# ---------------------------------------------------------------- Generator


@pytest.mark.parametrize(
    ("value", "seeded", "first"),
    [
        (0, 0, 0.4963),
        (1, 1, 0.7576),
        (2**32, 2**32, 0.4963),
        (2**32 + 5, 2**32 + 5, 0.8303),
        (-1, 2**64 - 1, 0.9938),
        (2**64 - 1, 2**64 - 1, 0.9938),
        (-(2**63), 2**63, 0.4963),
    ],
)
def test_seeds_are_those_of_pytorch(value, seeded, first):
    """torch.manual_seed(value).initial_seed() and torch.rand(1): the low 32 bits alone make the numbers."""
    rng = manual_seed(value)
    assert rng is generator() and rng.initial_seed() == initial_seed() == seeded
    assert (
        round(sampling.uniform(1)[0], 4)
        == round(sampling.uniform(1, rng=Generator().manual_seed(value))[0], 4)
        == first
    )


def test_a_new_generator_starts_from_pytorchs_seed():
    assert Generator().initial_seed() == Generator("cpu").initial_seed() == 67280421310721
    with pytest.raises(ValueError, match="Generator: the only device is 'cpu', got 'cuda'"):
        Generator("cuda")


def test_seed_starts_from_another_number_each_time():
    rng = Generator()
    first, second = rng.seed(), rng.seed()
    assert first != second == rng.initial_seed() and 0 <= second < 2**64
    before = get_rng_state()
    try:
        assert seed() == initial_seed() and not get_rng_state().equal(before)
    finally:
        set_rng_state(before)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda rng: pickle.loads(pickle.dumps(rng))])
def test_a_copy_has_the_state_and_the_seed(copied):
    rng = Generator().manual_seed(5)
    sampling.normal(1, rng=rng)
    other = copied(rng)
    assert other is not rng and other.getstate() == rng.getstate() and other.initial_seed() == 5
    assert sampling.normal(20, rng=other) == sampling.normal(20, rng=rng)
    assert other.sample(range(99), 5) == rng.sample(range(99), 5)


@pytest.mark.parametrize(
    "state", [None, (), random.Random(0).getstate(), (*random.Random(0).getstate(), -1), (3, (1, 2), None, 0)]
)
def test_what_is_no_state_is_refused_and_changes_nothing(state):
    rng = Generator().manual_seed(5)
    before = rng.getstate()
    with pytest.raises(ValueError, match="state"):
        rng.setstate(state)
    assert rng.getstate() == before


# ---------------------------------------------------------------- everything that takes rng


X = Tensor([[0.5, -1.0, 2.0, 0.25]] * 4)
IMAGES = ones(4, 4, 4, 4)
DATA = LabeledDataset(Matrix([[float(n)] for n in range(20)]), [n % 2 for n in range(20)])


def tried(layer, *inputs, **options):
    """All that a layer drew when it was made, and what it draws when it is called, twice, while it learns."""
    results = [layer(*inputs, **options) for _ in range(2)]
    return list(layer.state_dict().items()), results


def gradient_is_wrong(rng):
    """The upstream gradient that gradcheck drew, as an operation sees it that keeps it."""
    seen = []

    @operation
    def keeps(x: Matrix):
        return x * 1.0, lambda d: seen.append(d) or d

    gradcheck(keeps, X.clone().requires_grad_(), rng=rng)
    return seen[0]


def upstream_of_the_second_gradients(rng):
    """What gradgradcheck drew for the output, as seen in the gradient of x², 2x·u."""
    seen = []

    def square(x):
        y = x * x
        y.register_hook(lambda d: seen.append(d.detach()))
        return y

    gradgradcheck(square, X.clone().requires_grad_(), rng=rng)
    return seen[0]


class Numbers(backprop.utils.data.IterableDataset):
    def __iter__(self):
        return iter(range(9))


def numbers(drawn):
    """What was drawn, as text: a LabeledDataset shows its size alone."""
    if isinstance(drawn, LabeledDataset):
        return repr((drawn.inputs, drawn.targets))
    return "".join(map(numbers, drawn)) if isinstance(drawn, (list, tuple)) else repr(drawn)


# What each draws, for a generator or None. Everything random in the library stands here.
DRAWS = {
    "command_line.description.dense": lambda rng: [layer.state_dict() for layer in dense([3, 2], "relu", rng)],
    "datasets.generators.blobs": lambda rng: blobs(6, generator=rng),
    "datasets.generators.circles": lambda rng: circles(6, noise=0.1, generator=rng),
    "datasets.generators.moons": lambda rng: moons(6, noise=0.1, generator=rng),
    "datasets.generators.spirals": lambda rng: spirals(6, noise=0.1, generator=rng),
    "datasets.generators.xor": lambda rng: xor(6, noise=0.1, generator=rng),
    "utils.data.dataloader.DataLoader": lambda rng: list(
        backprop.utils.data.DataLoader(DATA, 3, shuffle=True, generator=rng)
    ),
    "utils.data.split.k_folds": lambda rng: list(backprop.utils.data.k_folds(DATA, 3, generator=rng)),
    "utils.data.split.train_test_split": lambda rng: train_test_split(DATA, stratify=True, generator=rng),
    "datasets.streams.BufferedShuffleDataset": lambda rng: list(
        backprop.datasets.BufferedShuffleDataset(Numbers(), 4, generator=rng)
    ),
    "utils.data.dataset.random_split": lambda rng: [
        part.indices for part in backprop.utils.data.random_split(DATA, [8, 12], rng)
    ],
    "utils.data.sampler.RandomSampler": lambda rng: list(backprop.utils.data.RandomSampler(DATA, generator=rng)),
    "utils.data.sampler.SubsetRandomSampler": lambda rng: list(
        backprop.utils.data.SubsetRandomSampler(range(9), generator=rng)
    ),
    "utils.data.sampler.WeightedRandomSampler": lambda rng: list(
        backprop.utils.data.WeightedRandomSampler([1.0] * 9, 5, generator=rng)
    ),
    "nn.functional.attention.scaled_dot_product_attention": lambda rng: functional.scaled_dot_product_attention(
        X, X, X, dropout_p=0.5, rng=rng
    ),
    "nn.functional.attention.multi_head_attention_forward": lambda rng: functional.multi_head_attention_forward(
        *[X] * 3, 4, 2, ones(12, 4), None, None, None, False, 0.5, X, None, rng=rng
    ),
    "nn.functional.rectifiers.rrelu": lambda rng: functional.rrelu(-X, training=True, rng=rng),
    "nn.functional.dropout.alpha_dropout": lambda rng: functional.alpha_dropout(X, training=True, rng=rng),
    "nn.functional.dropout.feature_alpha_dropout": lambda rng: functional.feature_alpha_dropout(
        IMAGES, training=True, rng=rng
    ),
    "nn.functional.gumbel.gumbel_softmax": lambda rng: functional.gumbel_softmax(X, rng=rng),
    "nn.functional.dropout.dropout": lambda rng: functional.dropout(X, rng=rng),
    "nn.functional.dropout.dropout1d": lambda rng: functional.dropout1d(IMAGES[0], rng=rng),
    "nn.functional.dropout.dropout2d": lambda rng: functional.dropout2d(IMAGES, rng=rng),
    "nn.functional.dropout.dropout3d": lambda rng: functional.dropout3d(IMAGES, rng=rng),
    "derivatives.gradcheck.gradcheck": gradient_is_wrong,
    "derivatives.gradcheck.gradgradcheck": upstream_of_the_second_gradients,
    "nn.parameters.uniform_parameter": lambda rng: uniform_parameter((3,), 1.0, rng, None, None),
    "nn.init.kaiming_normal_": lambda rng: init.kaiming_normal_(zeros(3, 4), generator=rng),
    "nn.init.kaiming_uniform_": lambda rng: init.kaiming_uniform_(zeros(3, 4), generator=rng),
    "nn.init.orthogonal_": lambda rng: init.orthogonal_(zeros(3, 4), generator=rng),
    "nn.init.sparse_": lambda rng: init.sparse_(zeros(3, 4), 0.5, generator=rng),
    "nn.init.trunc_normal_": lambda rng: init.trunc_normal_(zeros(3, 4), generator=rng),
    "nn.init.uniform_": lambda rng: init.uniform_(zeros(3, 4), generator=rng),
    "nn.init.normal_": lambda rng: init.normal_(zeros(3, 4), generator=rng),
    "nn.init.xavier_normal_": lambda rng: init.xavier_normal_(zeros(3, 4), generator=rng),
    "nn.init.xavier_uniform_": lambda rng: init.xavier_uniform_(zeros(3, 4), generator=rng),
    "nn.convolution.Conv1d": lambda rng: tried(nn.Conv1d(4, 3, 2, rng=rng), X),
    "nn.convolution.Conv2d": lambda rng: tried(nn.Conv2d(4, 3, 2, rng=rng), IMAGES),
    "nn.convolution.Conv3d": lambda rng: tried(nn.Conv3d(4, 3, 2, rng=rng), IMAGES),
    "nn.convolution.ConvTranspose1d": lambda rng: tried(nn.ConvTranspose1d(4, 3, 2, rng=rng), X),
    "nn.convolution.ConvTranspose2d": lambda rng: tried(nn.ConvTranspose2d(4, 3, 2, rng=rng), IMAGES),
    "nn.convolution.ConvTranspose3d": lambda rng: tried(nn.ConvTranspose3d(4, 3, 2, rng=rng), IMAGES),
    "nn.activations.RReLU": lambda rng: tried(nn.RReLU(rng=rng), -X),
    "nn.lazy.LazyLinear": lambda rng: tried(nn.LazyLinear(3, rng=rng), X),
    "nn.lazy.LazyConv1d": lambda rng: tried(nn.LazyConv1d(3, 2, rng=rng), X),
    "nn.lazy.LazyConv2d": lambda rng: tried(nn.LazyConv2d(3, 2, rng=rng), IMAGES),
    "nn.lazy.LazyConv3d": lambda rng: tried(nn.LazyConv3d(3, 2, rng=rng), IMAGES[None]),
    "nn.lazy.LazyConvTranspose1d": lambda rng: tried(nn.LazyConvTranspose1d(3, 2, rng=rng), X),
    "nn.lazy.LazyConvTranspose2d": lambda rng: tried(nn.LazyConvTranspose2d(3, 2, rng=rng), IMAGES),
    "nn.lazy.LazyConvTranspose3d": lambda rng: tried(nn.LazyConvTranspose3d(3, 2, rng=rng), IMAGES[None]),
    "nn.dropout.AlphaDropout": lambda rng: tried(nn.AlphaDropout(rng=rng), X),
    "nn.dropout.FeatureAlphaDropout": lambda rng: tried(nn.FeatureAlphaDropout(rng=rng), IMAGES),
    "nn.embedding_bag.EmbeddingBag": lambda rng: tried(nn.EmbeddingBag(5, 3, rng=rng), [[0, 4]]),
    "nn.dropout.Dropout": lambda rng: tried(nn.Dropout(rng=rng), X),
    "nn.dropout.Dropout1d": lambda rng: tried(nn.Dropout1d(rng=rng), IMAGES[0]),
    "nn.dropout.Dropout2d": lambda rng: tried(nn.Dropout2d(rng=rng), IMAGES),
    "nn.dropout.Dropout3d": lambda rng: tried(nn.Dropout3d(rng=rng), IMAGES),
    "nn.linear.Bilinear": lambda rng: tried(nn.Bilinear(4, 4, 3, rng=rng), X, X),
    "nn.linear.Embedding": lambda rng: tried(nn.Embedding(5, 3, rng=rng), [0, 4]),
    "nn.linear.Linear": lambda rng: tried(Linear(4, 3, rng=rng), X),
    "nn.recurrent.GRU": lambda rng: tried(nn.GRU(4, 3, 2, dropout=0.5, rng=rng), X),
    "nn.recurrent.GRUCell": lambda rng: tried(nn.GRUCell(4, 3, rng=rng), X),
    "nn.recurrent.LSTM": lambda rng: tried(nn.LSTM(4, 3, 2, dropout=0.5, rng=rng), X),
    "nn.recurrent.LSTMCell": lambda rng: tried(nn.LSTMCell(4, 3, rng=rng), X),
    "nn.recurrent.RNN": lambda rng: tried(nn.RNN(4, 3, 2, dropout=0.5, rng=rng), X),
    "nn.recurrent.RNNCell": lambda rng: tried(nn.RNNCell(4, 3, rng=rng), X),
    "nn.transformer.MultiheadAttention": lambda rng: tried(nn.MultiheadAttention(4, 2, dropout=0.5, rng=rng), X, X, X),
    "nn.transformer.Transformer": lambda rng: tried(nn.Transformer(4, 2, 2, 2, 8, dropout=0.5, rng=rng), X, X),
    "nn.transformer.TransformerDecoderLayer": lambda rng: tried(
        nn.TransformerDecoderLayer(4, 2, 8, dropout=0.5, rng=rng), X, X
    ),
    "nn.transformer.TransformerEncoderLayer": lambda rng: tried(
        nn.TransformerEncoderLayer(4, 2, 8, dropout=0.5, rng=rng), X
    ),
    "tensors.random_in_place.bernoulli_": lambda rng: ones(20).bernoulli_(generator=rng),
    "tensors.random_in_place.cauchy_": lambda rng: ones(3).cauchy_(generator=rng),
    "tensors.random_in_place.exponential_": lambda rng: ones(3).exponential_(generator=rng),
    "tensors.random_in_place.geometric_": lambda rng: ones(9).geometric_(0.1, generator=rng),
    "tensors.random_in_place.log_normal_": lambda rng: ones(3).log_normal_(generator=rng),
    "tensors.random_in_place.normal_": lambda rng: ones(3).normal_(generator=rng),
    "tensors.random_in_place.random_": lambda rng: ones(3).random_(generator=rng),
    "tensors.random_in_place.uniform_": lambda rng: ones(3).uniform_(generator=rng),
    "tensors.random_tensors.bernoulli": lambda rng: backprop.bernoulli(ones(20) / 2, generator=rng),
    "tensors.random_tensors.binomial": lambda rng: backprop.binomial(ones(9) * 9, ones(9) / 2, generator=rng),
    "tensors.random_tensors.poisson": lambda rng: backprop.poisson(ones(9) * 9, generator=rng),
    "tensors.random_tensors.multinomial": lambda rng: backprop.multinomial(ones(9), 9, generator=rng),
    "tensors.random_tensors.normal": lambda rng: backprop.normal(0.0, 1.0, (3,), generator=rng),
    "tensors.random_tensors.rand": lambda rng: backprop.rand(3, generator=rng),
    "tensors.random_tensors.rand_like": lambda rng: backprop.rand_like(ones(3), generator=rng),
    "tensors.random_tensors.randint": lambda rng: backprop.randint(99, (3,), generator=rng),
    "tensors.random_tensors.randint_like": lambda rng: backprop.randint_like(ones(3), 99, generator=rng),
    "tensors.random_tensors.randn": lambda rng: backprop.randn(3, generator=rng),
    "tensors.random_tensors.randn_like": lambda rng: backprop.randn_like(ones(3), generator=rng),
    "tensors.random_tensors.randperm": lambda rng: backprop.randperm(9, generator=rng),
}
DRAWS.update(
    {
        f"sampling.{name}": lambda rng, draw=getattr(sampling, name), args=args: draw(*args, rng=rng)
        for name, args in SAMPLES.items()
    }
)
# Without rng it draws the seed of another generator, as PyTorch's does.
SEEDS_ANOTHER = {"utils.data.dataloader.DataLoader", "utils.data.sampler.RandomSampler"}
# They draw nothing themselves.
OTHERS = {
    "random.generator",
    "random.drawing_from",
    *[
        f"playground.points.{name}"  # which are always given one
        for name in ["moons", "circles", "xor", "spirals", "gauss", "clouds", "pinwheel", "plane", "hills"]
    ],
    "nn.recurrent.Recurrent",
    "nn.recurrent.RecurrentCell",
    "nn.transformer.NonDynamicallyQuantizableLinear",
    *[
        f"nn.init.{name}"  # the older names
        for name in [
            "uniform",
            "normal",
            "sparse",
            "orthogonal",
            "xavier_uniform",
            "xavier_normal",
            "kaiming_uniform",
            "kaiming_normal",
        ]
    ],
}


def takes_rng(thing):
    try:
        return {"rng", "generator"} & set(inspect.signature(thing).parameters)
    except (TypeError, ValueError):  # no callable, or one that has no signature, as str has none
        return False


def takers():
    """Every function, class and method of the library that has an argument ``rng``, or as in PyTorch ``generator``."""
    for found in pkgutil.walk_packages(backprop.__path__, "backprop."):
        if found.name.endswith("__main__"):
            continue
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            inner = vars(value) if isinstance(value, type) and value.__module__ == found.name else ()
            for path, thing in {name: value, **{f"{name}.{key}": getattr(value, key) for key in inner}}.items():
                private = path.startswith("_") or "._" in path
                # A wrapper that is handed on counts where the function is written.
                written = getattr(inspect.unwrap(thing) if callable(thing) else thing, "__module__", None)
                if not private and written == found.name and takes_rng(thing):
                    yield f"{found.name}.{path}".replace("backprop.", "", 1)


def test_nothing_that_takes_a_generator_is_left_out():
    assert set(takers()) == {*DRAWS, *OTHERS}


@pytest.mark.parametrize("name", DRAWS)
def test_equal_generators_give_the_same_and_leave_the_default_one_alone(name):
    manual_seed(7)
    before, pythons = generator().getstate(), random.getstate()
    one = DRAWS[name](random.Random(1))
    assert numbers(DRAWS[name](random.Random(1))) == numbers(one)
    assert numbers(DRAWS[name](random.Random(2))) != numbers(one)
    assert generator().getstate() == before and random.getstate() == pythons


@pytest.mark.parametrize("name", sorted(DRAWS.keys() - SEEDS_ANOTHER))
def test_without_one_all_is_drawn_from_the_default_generator(name):
    own = Generator().manual_seed(7)
    expected = DRAWS[name](own)
    manual_seed(7)
    pythons = random.getstate()
    assert numbers(DRAWS[name](None)) == numbers(expected)
    assert generator().getstate() == own.getstate() and random.getstate() == pythons


@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("rng", [0, random, "seed", random.random])
def test_what_is_no_generator_is_refused_by_all(name, rng):
    with pytest.raises(TypeError, match=r"a generator is a Generator or a random.Random, got .*\.manual_seed\(seed\)"):
        DRAWS[name](rng)
