"""Made-up data: the points lie where the equations say, the classes are balanced, and the noise is normal."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.datasets import blobs, circles, moons, spirals, xor
from tests import tables
from tests.strategies import UNIT_ROUNDOFF, seeds
from tests.tables import contents

GENERATORS = {
    "moons": (moons, 2),
    "circles": (circles, 2),
    "spirals": (spirals, 2),
    "blobs": (blobs, 3),
    "xor": (xor, 2),
}
counts = st.integers(2, 60)
# cos and sin are within one unit in the last place of 1, and so is each rounding after them; no more than eight of
# either come together where numbers are at most 2.
NEARLY = 32 * UNIT_ROUNDOFF


def examples(data):
    return list(zip(data.inputs.tolist(), data.targets.tolist()))


def points(data, target):
    return [row for row, t in examples(data) if t == target]


@pytest.mark.parametrize("name", GENERATORS)
@given(count=st.integers(3, 60), noise=st.sampled_from([0.0, 0.1, 2.0]), seed=seeds)
def test_classes_are_balanced_and_one_seed_repeats_them(name, count, noise, seed):
    generate, classes = GENERATORS[name]
    data = generate(count, noise=noise, generator=random.Random(seed))
    assert data.inputs.shape == (count, 2)
    sizes = data.targets.bincount(minlength=classes).tolist()
    assert sum(sizes) == count and max(sizes) - min(sizes) <= 1
    assert contents(generate(count, noise=noise, generator=random.Random(seed))) == contents(data)


@given(counts, seeds)
def test_moons_are_half_circles(count, seed):
    data = moons(count, generator=random.Random(seed))
    for x, y in points(data, 0):
        assert math.isclose(x * x + y * y, 1.0, rel_tol=NEARLY) and y >= 0
    for x, y in points(data, 1):
        assert math.isclose((1 - x) ** 2 + (0.5 - y) ** 2, 1.0, rel_tol=NEARLY) and y <= 0.5
    angles = sorted(math.atan2(y, x) for x, y in points(data, 0))
    for k, angle in enumerate(angles):
        assert math.isclose(angle, k * math.pi / max(len(angles) - 1, 1), rel_tol=NEARLY, abs_tol=NEARLY)


@given(counts, st.floats(0.1, 1.0), seeds)
def test_circles_are_regular_polygons(count, factor, seed):
    data = circles(count, factor=factor, generator=random.Random(seed))
    for target, radius in ((0, 1.0), (1, factor)):
        corners = points(data, target)
        steps = sorted(math.atan2(y, x) % (2 * math.pi) for x, y in corners)
        # An angle of nearly 0 may lie below it, and so come last as one of nearly 2π.
        if 2 * math.pi - steps[-1] < NEARLY:
            steps = [0.0, *steps[:-1]]
        for k, angle in enumerate(steps):
            assert math.isclose(angle, 2 * math.pi * k / len(corners), rel_tol=NEARLY, abs_tol=NEARLY)
        for x, y in corners:
            assert math.isclose(math.hypot(x, y), radius, rel_tol=NEARLY)


@pytest.mark.parametrize(
    ("generate", "figures"),
    [
        # scikit-learn 1.9.1: make_moons(6, shuffle=False) and make_circles(6, shuffle=False).
        (moons, [(1, 0), (0, 1), (-1, 0), (0, 0.5), (1, -0.5), (2, 0.5)]),
        (
            circles,
            [(1, 0), (-0.5, 0.8660254), (-0.5, -0.8660254), (0.8, 0), (-0.4, 0.69282032), (-0.4, -0.69282032)],
        ),
    ],
)
def test_they_are_those_of_scikit_learn(generate, figures):
    data = generate(6)
    for target, corners in ((0, figures[:3]), (1, figures[3:])):
        rounded = Matrix(sorted(points(data, target)))
        assert rounded.allclose(Matrix(sorted(corners)), abs_tol=5e-9)


def test_spirals_are_those_of_wieland():
    """The program of the CMU benchmark: for i from 0 to 96, x = r·sin α and y = r·cos α of class 1, −x and −y of 0."""
    data = spirals()
    for sign, target in ((1, 1), (-1, 0)):
        wanted = []
        for i in range(97):
            alpha, r = i * math.pi / 16, 6.5 * (104 - i) / 104
            wanted.append([sign * r * math.sin(alpha), sign * r * math.cos(alpha)])
        # The angle, up to 19, and its sine are rounded some times on either way.
        assert Matrix(sorted(points(data, target))).allclose(Matrix(sorted(wanted)), abs_tol=6.5 * 19 * NEARLY)


@given(counts, st.floats(0.25, 4.0), seeds)
def test_spirals_turn_as_often_as_one_says(count, turns, seed):
    for x, y in spirals(count, turns=turns, generator=random.Random(seed)).inputs.tolist():
        s = (6.5 - math.hypot(x, y)) / 6
        phi = 2 * math.pi * turns * s
        # Whichever spiral it is on, (x, y) and (sin φ, cos φ) are parallel. s has an error of some roundings of 6.5/6,
        # which φ has 8π times.
        assert abs(x * math.cos(phi) - y * math.sin(phi)) < 6.5 * 8 * math.pi * NEARLY


@given(st.integers(1, 5), st.integers(1, 3), seeds)
def test_blobs_lie_around_their_centers(count, width, seed):
    rng = random.Random(seed)
    centers = tables.uniform(count, width, -5.0, 5.0, rng=rng)
    data = blobs(40, centers=centers, noise=0.0, generator=rng)
    assert all(row == centers.rows[t] for row, t in examples(data))
    # Of a normal distribution not one in 10¹⁴ is eight standard deviations away.
    data = blobs(40, centers=centers, noise=0.25, generator=rng)
    for row, t in examples(data):
        assert all(abs(x - center) < 2.0 for x, center in zip(row, centers.rows[t]))


def test_the_centers_of_blobs_are_drawn_from_a_square():
    data = blobs(500, centers=500, noise=0.0, generator=random.Random(0))
    assert len({tuple(row) for row in data.inputs.tolist()}) == 500
    coordinates = data.inputs.flatten().tolist()
    assert -10 <= min(coordinates) < -9 and 9 < max(coordinates) <= 10


@given(counts, seeds)
def test_xor_is_xor(count, seed):
    data = xor(count, generator=random.Random(seed))
    assert all(t == int(a) ^ int(b) and {a, b} <= {0.0, 1.0} for (a, b), t in examples(data))
    if count >= 4:
        assert len({tuple(row) for row in data.inputs.tolist()}) == 4


def test_the_noise_is_normal():
    clean, noisy = (moons(5000, noise=noise, generator=random.Random(0)) for noise in (0.0, 0.5))
    assert clean.targets.equal(noisy.targets)
    errors = noisy.inputs - clean.inputs
    # 10,000 errors: their mean strays by 0.5/100, their standard deviation by 0.5/√20000; both within four of that.
    assert abs(errors.mean()) < 4 * 0.5 / 100
    assert abs(errors.std() - 0.5) < 4 * 0.5 / math.sqrt(20000)
    assert abs((errors[:, 0] * errors[:, 1]).mean()) < 4 * 0.25 / math.sqrt(5000)


def test_the_order_is_random():
    targets = moons(200, generator=random.Random(0)).targets.tolist()
    # Of 199 neighbours about a half differ, give or take 7; in two blocks one pair would, taken by turns all.
    assert 70 < sum(a != b for a, b in zip(targets, targets[1:])) < 130


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda: moons(1), ValueError, "moons: 1 samples are fewer than the 2 classes"),
        (lambda: moons(0), ValueError, "moons: n_samples is an int from 1 up, got 0"),
        (lambda: circles(2.0), ValueError, "circles: n_samples is an int from 1 up, got 2.0"),
        (lambda: spirals(noise=-0.1), ValueError, "spirals: noise is a finite number from 0 up, got -0.1"),
        (lambda: xor(noise=math.nan), ValueError, "xor: noise is a finite number"),
        (lambda: blobs(noise="1"), ValueError, "blobs: noise is a finite number"),
        (lambda: blobs(3, centers=4), ValueError, "blobs: 3 samples are fewer than the 4 classes"),
        (lambda: blobs(centers=0), ValueError, "blobs: centers is an int from 1 up, got 0"),
        (lambda: blobs(centers=[[0.0]]), ValueError, r"blobs: centers is an int from 1 up, got \[\[0.0\]\]"),
        (lambda: circles(factor=1.5), ValueError, "circles: factor is a finite number from 0 to 1, got 1.5"),
        (lambda: spirals(turns=0), ValueError, "spirals: turns is a finite number above 0, got 0"),
        (lambda: moons(generator=3), TypeError, "a generator is a Generator or a random.Random"),
    ],
)
def test_what_does_not_fit_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make()


@pytest.mark.parametrize("settings", [{"noise": -1.0}, {"n_samples": 2}])
def test_what_is_refused_draws_nothing(settings):
    rng = random.Random(0)
    before = rng.getstate()
    with pytest.raises(ValueError):
        blobs(generator=rng, **settings)
    assert rng.getstate() == before
