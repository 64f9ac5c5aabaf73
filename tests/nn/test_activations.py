"""The activations as layers: their settings reach the functions of their names."""

from backprop import Matrix
from backprop.nn import LeakyReLU


def test_leaky_relu_passes_its_slope_on():
    assert LeakyReLU()(Matrix([[-1.0]])).item() == -0.01
    assert LeakyReLU(0.5)(Matrix([[-1.0]])).item() == -0.5
