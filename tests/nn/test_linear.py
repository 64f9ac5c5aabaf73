"""Linear: PyTorch's figures, its start values, and what it refuses."""

import random

import pytest

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn import Bilinear, Linear
from tests import tables
from tests.figures import assert_agrees, cases, made, named
from tests.strategies import random_tensor


@pytest.mark.parametrize("case", cases("linear"), ids=named)
def test_figures_of_pytorch(case):
    layer = made({"Linear": Linear}, case)
    assert_agrees(layer, case)
    assert repr(layer).startswith(case["repr"])


def test_starts_uniform_within_one_over_the_root_of_its_inputs():
    layer = Linear(100, 50, rng=random.Random(0))
    for parameter in layer.parameters():
        assert -0.1 <= parameter.min() and parameter.max() <= 0.1
    # 5000 draws from ±0.1: variance 0.1²/3, and the standard deviation of their mean is 0.1/√15000 < 0.00082.
    weights = layer.weight.detach()
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
    with pytest.raises(ValueError, match=r"^Linear\(64, 10\) got rows of 63 numbers; it needs 64, as mat1 and mat2"):
        Linear(64, 10)(tables.zeros(5, 63))


def test_a_list_of_rows_is_as_good_as_a_matrix():
    layer = Linear(2, 1)
    assert layer([[1, 2]]).matrix == layer(Matrix([[1, 2]])).matrix
    with pytest.raises(ValueError, match="got rows of 3 numbers"):
        layer([[1, 2, 3]])
    with pytest.raises(TypeError, match="Linear needs a number, nested lists of numbers or a Matrix, got None"):
        layer(None)
    with pytest.raises(ValueError, match="got a single number; it needs 2"):
        layer(1.0)


@pytest.mark.parametrize("leading", [(), (4,), (2, 3), (2, 0)])
def test_axes_in_front_stay(leading):
    layer = Linear(3, 2)
    x = Tensor(tables.normal(4, 3)) if leading == (4,) else Tensor([0.5, 1.0, -1.0]).expand(*leading, 3)
    assert layer(x).shape == (*leading, 2)
    assert leading != (2, 3) or layer(x).tolist() == [[layer(x.matrix.rows[0]).tolist()] * 3] * 2


def test_bilinear_is_the_double_sum_and_has_its_gradient():
    rng = random.Random(0)
    layer, a, b = Bilinear(2, 3, 4, rng=rng), random_tensor(5, 2, rng), random_tensor(5, 3, rng)
    w, (bias,) = layer.weight.tolist(), layer.bias.matrix.rows
    sums = [
        [sum(p * v * q for p, vs in zip(ps, ws) for v, q in zip(vs, qs)) + t for ws, t in zip(w, bias)]
        for ps, qs in zip(a.matrix.rows, b.matrix.rows)
    ]
    assert layer(a, b).matrix.allclose(Matrix(sums), rel_tol=1e-12, abs_tol=1e-15)
    assert gradcheck(lambda a, b, *_: layer(a, b), [a, b, *layer.parameters()], rng=rng)
    assert repr(layer).startswith("Bilinear(in1_features=2, in2_features=3, out_features=4, bias=True)")
    bound = 2**-0.5
    assert all(-bound <= p.min() and p.max() <= bound for p in layer.parameters())
    with pytest.raises(ValueError, match=r"bilinear got inputs of the shapes \[5, 3\] and \[5, 3\]"):
        layer(b, b)
