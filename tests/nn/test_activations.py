"""The activations as layers: their settings reach the functions of their names."""

from backprop import Matrix
from backprop.nn import LeakyReLU, LogSoftmax, Softmax, functional


def test_softmax_layers_pass_their_dim_on():
    x = Matrix([[1.0, 2.0], [0.0, -3.0]])
    for dim in (0, 1):
        assert Softmax(dim)(x).matrix == functional.softmax(x, dim).matrix
        assert LogSoftmax(dim)(x).matrix == functional.log_softmax(x, dim).matrix
    assert repr(Softmax()) == "Softmax(dim=-1)" and repr(LogSoftmax()) == "LogSoftmax(dim=-1)"


def test_leaky_relu_passes_its_slope_on():
    assert LeakyReLU()(Matrix([[-1.0]])).item() == -0.01
    assert LeakyReLU(0.5)(Matrix([[-1.0]])).item() == -0.5
