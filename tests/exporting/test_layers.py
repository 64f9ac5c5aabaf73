"""The functions that exported programs consist of, against the library: over fractions to the last digit."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.exporting import layers
from backprop.nn import functional as F

FRACTIONS = st.fractions(-9, 9, max_denominator=9)


def rows(count, length):
    return st.lists(st.lists(FRACTIONS, min_size=length, max_size=length), min_size=count, max_size=count)


@given(st.data(), st.integers(1, 4), st.integers(1, 4))
def test_linear_is_exact(data, inputs, outputs):
    (x,), weight, (bias,) = data.draw(rows(1, inputs)), data.draw(rows(outputs, inputs)), data.draw(rows(1, outputs))
    assert [layers.linear(x, weight, bias)] == F.linear(Matrix([x]), Matrix(weight), Matrix([bias])).tolist()


@settings(max_examples=20)
@given(
    st.data(),
    st.tuples(st.integers(1, 2), st.integers(1, 2)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(0, 1), st.integers(0, 1)),
)
def test_convolution_and_pooling_are_exact(data, channels, size, stride, padding):
    padding = tuple(min(p, k // 2) for p, k in zip(padding, size))
    image = [data.draw(rows(4, 5)) for _ in range(channels[0])]
    weight = data.draw(rows(channels[1], channels[0] * size[0] * size[1]))
    (bias,) = data.draw(rows(1, channels[1]))
    x = Tensor([image])
    kernel = Tensor(weight).reshape(channels[1], channels[0], *size)
    moves = {"stride": stride, "padding": padding}
    expected = F.conv2d(x, kernel, Tensor(bias), **moves).tolist()
    assert [layers.conv2d(image, weight, bias, size, stride, padding)] == expected
    assert [layers.max_pool2d(image, size, stride, padding)] == F.max_pool2d(x, size, **moves).tolist()
    assert [layers.avg_pool2d(image, size, stride, padding)] == F.avg_pool2d(x, size, **moves).tolist()


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (layers.relu, F.relu),
        (lambda x: layers.leaky_relu(x, 0.2), lambda x: F.leaky_relu(x, 0.2)),
        (lambda x: layers.elu(x, 0.5), lambda x: F.elu(x, 0.5)),
        (lambda x: layers.hardtanh(x, -1.0, 2.0), lambda x: F.hardtanh(x, -1.0, 2.0)),
        (layers.tanh, F.tanh),
        (layers.sigmoid, F.sigmoid),
        (layers.silu, F.silu),
        (layers.gelu, F.gelu),
        (layers.gelu_by_tanh, lambda x: F.gelu(x, approximate="tanh")),
    ],
)
@given(x=st.lists(st.floats(-1000.0, 1000.0), min_size=1))
def test_activations_are_those_of_the_library_to_a_rounding(function, expected, x):
    assert [function(x)] == [pytest.approx(y, rel=1e-15, abs=0.0) for y in expected(Tensor([x])).tolist()]


@given(st.lists(st.floats(-1000.0, 1000.0), min_size=1))
def test_softmax_is_that_of_the_library(x):
    bound = 1e-15 * (len(x) + 2)  # a sum of so many positive numbers, and three roundings
    assert layers.softmax(x) == pytest.approx(F.softmax(Tensor(x), dim=0).tolist(), rel=bound, abs=0.0)
    assert layers.log_softmax(x) == pytest.approx(F.log_softmax(Tensor(x), dim=0).tolist(), rel=1e-14, abs=bound)


def test_lists_of_lists_are_flattened_and_back():
    x = [[[1, 2], [3, 4], [5, 6]]]
    assert layers.flatten(x) == [1, 2, 3, 4, 5, 6]
    assert layers.unflatten(layers.flatten(x), (1, 3, 2)) == x
    assert layers.scaled([[3], 5], 1, Fraction(1, 2), 4) == [[5], 6]
