"""Seeding: one seed repeats everything random, and nothing else that draws random numbers disturbs it."""

import random

import pytest

from backprop import DataLoader, Dataset, Linear, Matrix, manual_seed, train_test_split


def draws():
    data = Dataset(Matrix([[n] for n in range(20)]), list(range(20)))
    train, test = train_test_split(data, 0.2)
    order = [targets for _, targets in DataLoader(train, batch_size=4, shuffle=True)]
    layer = Linear(3, 2)
    return Matrix.uniform(2, 2), Matrix.normal(2, 2), layer.weight.data, layer.bias.data, test.targets, order


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
    for seed in (7, -7, -8):
        manual_seed(seed)
        numbers.append(Matrix.uniform(1, 1).item())
    assert len(set(numbers)) == 3


def test_a_generator_of_ones_own_leaves_the_default_one_alone():
    manual_seed(7)
    first = Matrix.uniform(1, 1)
    manual_seed(7)
    Matrix.normal(3, 3, rng=random.Random(1))
    Linear(2, 2, rng=random.Random(1))
    assert Matrix.uniform(1, 1) == first


@pytest.mark.parametrize("rng", [0, random, "seed"])
def test_what_is_no_generator_is_refused(rng):
    with pytest.raises(TypeError, match=r"rng: needs a random.Random, got .*rng=random.Random\(seed\)"):
        Matrix.uniform(1, 1, rng=rng)


@pytest.mark.parametrize("seed", [None, 1.5, "x"])
def test_a_seed_is_an_int(seed):
    with pytest.raises(TypeError, match="a seed is an int"):
        manual_seed(seed)
