"""Linear: PyTorch's figures, its start values, and what it refuses."""

import random

import pytest

from backprop import Matrix
from backprop.nn import Linear
from tests.figures import assert_agrees, cases, made, named


@pytest.mark.parametrize("case", cases("linear"), ids=named)
def test_figures_of_pytorch(case):
    layer = made({"Linear": Linear}, case)
    assert_agrees(layer, case)
    assert repr(layer).startswith(case["repr"])


def test_starts_uniform_within_one_over_the_root_of_its_inputs():
    layer = Linear(100, 50, rng=random.Random(0))
    for parameter in layer.parameters():
        assert -0.1 <= parameter.matrix.min() and parameter.matrix.max() <= 0.1
    # 5000 draws from ±0.1: variance 0.1²/3, and the standard deviation of their mean is 0.1/√15000 < 0.00082.
    weights = layer.weight.matrix
    assert abs(weights.mean()) < 4 * 0.00082
    assert abs((weights * weights).mean() - 0.01 / 3) < 0.0002


def test_without_bias():
    layer = Linear(2, 3, bias=False)
    assert layer.bias is None and [name for name, _ in layer.named_parameters()] == ["weight"]
    assert layer(Matrix([[1, 0]])).matrix == layer.weight.matrix[:, 0].T


@pytest.mark.parametrize("size", [0, -1, 2.0, "3", None])
def test_sizes_are_ints_from_one_up(size):
    with pytest.raises(ValueError, match="Linear: in_features is an int from 1 up"):
        Linear(size, 2)
    with pytest.raises(ValueError, match="Linear: out_features is an int from 1 up"):
        Linear(2, size)


def test_rows_of_another_length_are_refused_in_the_words_of_the_caller():
    with pytest.raises(ValueError, match=r"^Linear\(64, 10\) got rows of 63 numbers; it needs 64$"):
        Linear(64, 10)(Matrix.zeros(5, 63))


def test_a_list_of_rows_is_as_good_as_a_matrix():
    layer = Linear(2, 1)
    assert layer([[1, 2]]).matrix == layer(Matrix([[1, 2]])).matrix
    with pytest.raises(ValueError, match="got rows of 3 numbers"):
        layer([[1, 2, 3]])
    with pytest.raises(TypeError, match="Linear needs a list of rows, got None"):
        layer(None)
