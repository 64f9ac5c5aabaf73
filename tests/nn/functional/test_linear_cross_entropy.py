"""linear_cross_entropy is cross_entropy of linear, in value and gradient, for one row, many rows and many places."""

import random

import pytest

from backprop.autograd import gradcheck
from backprop.nn.functional import cross_entropy, linear, linear_cross_entropy, softmax
from tests.strategies import normal


def test_it_is_the_cross_entropy_of_linear():
    rng = random.Random(0)
    x, w, b = normal((4, 3), rng), normal((5, 3), rng), normal((5,), rng)
    settings = {"weight": [0.5, 1.0, 2.0, 1.0, 1.0], "label_smoothing": 0.1, "reduction": "sum"}
    target = [0, 4, 2, 2]
    expected = cross_entropy(linear(x, w, b), target, ignore_index=2, **settings).item()
    assert linear_cross_entropy(x, w, target, linear_bias=b, ignore_index=2, **settings).item() == expected
    assert gradcheck(
        lambda x, w, b: linear_cross_entropy(x, w, target, linear_bias=b, **settings, options=object()),
        [x, w, b],
        rng=rng,
    )
    assert linear_cross_entropy(x[0], w, 3).item() == cross_entropy(linear(x[0], w), 3).item()
    shares = softmax(normal((4, 5), rng), 1)
    assert linear_cross_entropy(x, w, shares).item() == cross_entropy(linear(x, w), shares).item()


def test_classes_at_many_places():
    rng = random.Random(0)
    x, w, b = normal((4, 3), rng), normal((5, 2, 3), rng), normal((5, 2), rng)
    target = [[0, 1], [2, 3], [4, 0], [1, 1]]
    losses = linear_cross_entropy(x, w, target, linear_bias=b, reduction="none")
    for place in range(2):
        one = cross_entropy(linear(x, w[:, place], b[:, place]), [row[place] for row in target], reduction="none")
        assert losses[:, place].tolist() == pytest.approx(one.tolist(), rel=1e-14)
    assert gradcheck(lambda x, w: linear_cross_entropy(x, w, target), [x, w], rng=rng)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda x, w: linear_cross_entropy(x, w[:, :2], [0, 1]), r"input is \(N, in_features\) and linear_weight"),
        (lambda x, w: linear_cross_entropy(x[None], w, [0, 1]), r"got the shapes \[1, 2, 3\] and \[4, 3\]"),
        (lambda x, w: linear_cross_entropy(x[0], w[None], 0), r"got the shapes \[3\] and \[1, 4, 3\]"),
        (
            lambda x, w: linear_cross_entropy(x, w, [0, 1], linear_bias=[0.0]),
            r"linear_bias has the shape \[4\], got \[1\]",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=f"^linear_cross_entropy: .*{sentence}"):
        call(normal((2, 3), random.Random(0)), normal((4, 3), random.Random(0)))
