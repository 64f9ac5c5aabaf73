"""The activations as layers: their settings reach the functions of their names, nonsense is refused when they are made."""

import math

import pytest

from backprop import Tensor, nn
from backprop.nn import functional as F

X = Tensor([[-4.0, -0.75, 0.25], [0.75, 2.0, 7.0]])


@pytest.mark.parametrize(
    ("layer", "expected", "text"),
    [
        (nn.LeakyReLU(), lambda: F.leaky_relu(X, 0.01), "LeakyReLU(negative_slope=0.01)"),
        (nn.LeakyReLU(0.5), lambda: F.leaky_relu(X, 0.5), "LeakyReLU(negative_slope=0.5)"),
        (nn.ReLU6(), lambda: F.relu6(X), "ReLU6()"),
        (nn.CELU(0.5), lambda: F.celu(X, 0.5), "CELU(alpha=0.5)"),
        (nn.Threshold(0.5, -7.0), lambda: F.threshold(X, 0.5, -7.0), "Threshold(threshold=0.5, value=-7.0)"),
        (nn.Hardsigmoid(), lambda: F.hardsigmoid(X), "Hardsigmoid()"),
        (nn.Softsign(), lambda: F.softsign(X), "Softsign()"),
        (nn.Tanhshrink(), lambda: F.tanhshrink(X), "Tanhshrink()"),
        (nn.Hardshrink(0.75), lambda: F.hardshrink(X, 0.75), "Hardshrink(0.75)"),
        (nn.Softshrink(0.75), lambda: F.softshrink(X, 0.75), "Softshrink(0.75)"),
        (nn.GLU(0), lambda: F.glu(X, 0), "GLU(dim=0)"),
        (nn.Softmax2d(), lambda: F.softmax(X.view(3, 2, 1), 0).view(2, 3), "Softmax2d()"),
    ],
)
def test_a_layer_is_the_function_of_its_name_with_its_settings(layer, expected, text):
    x = X.view(3, 2, 1) if isinstance(layer, nn.Softmax2d) else X
    assert layer(x).flatten().tolist() == expected().flatten().tolist()
    assert repr(layer) == text


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: nn.CELU(0.0), "CELU: alpha is another number than 0"),
        (lambda: nn.CELU(math.inf), "CELU: alpha is a finite number, got inf"),
        (lambda: nn.Threshold("a", 1.0), "Threshold: threshold is a finite number, got 'a'"),
        (lambda: nn.Threshold(1.0, None), "Threshold: value is a finite number, got None"),
        (lambda: nn.Hardshrink("a"), "Hardshrink: lambd is a finite number, got 'a'"),
        (lambda: nn.Softshrink(-0.5), "Softshrink: lambd is a finite number from 0 up, got -0.5"),
        (lambda: nn.Softmax2d()(X), r"Softmax2d: input is \(N, C, H, W\) or \(C, H, W\), got the shape \[2, 3\]"),
    ],
)
def test_settings_that_make_no_sense_are_refused(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
