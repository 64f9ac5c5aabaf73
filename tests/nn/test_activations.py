"""The activations as layers: their settings reach the functions of their names, nonsense is refused when they are made."""

import math
import random

import pytest

from backprop import Tensor, nn, ones
from backprop.autograd import grad
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


# Each with what it needs; repr() of it in PyTorch 2.13, made with inplace=True.
IN_PLACE = {
    "CELU": ((), "CELU(alpha=1.0, inplace=True)"),
    "ELU": ((), "ELU(alpha=1.0, inplace=True)"),
    "Hardsigmoid": ((), "Hardsigmoid()"),
    "Hardswish": ((), "Hardswish()"),
    "Hardtanh": ((), "Hardtanh(min_val=-1.0, max_val=1.0, inplace=True)"),
    "LeakyReLU": ((), "LeakyReLU(negative_slope=0.01, inplace=True)"),
    "Mish": ((), "Mish(inplace=True)"),
    "RReLU": ((), "RReLU(lower=0.125, upper=0.3333333333333333, inplace=True)"),
    "ReLU": ((), "ReLU(inplace=True)"),
    "ReLU6": ((), "ReLU6(inplace=True)"),
    "SELU": ((), "SELU(inplace=True)"),
    "SiLU": ((), "SiLU(inplace=True)"),
    "Threshold": ((0.5, 20.0), "Threshold(threshold=0.5, value=20.0, inplace=True)"),
}


@pytest.mark.parametrize("name", IN_PLACE)
def test_in_place_the_input_itself_gets_the_result(name):
    arguments, shown = IN_PLACE[name]
    layer = getattr(nn, name)(*arguments, inplace=True).eval()
    called = {"LeakyReLU": "leaky_relu"}.get(name, name.lower())
    function = getattr(F, called)
    plain = {"training": False} if name == "RReLU" else {}
    assert repr(layer) == shown
    w = Tensor([-1.0, 0.25, 3.0], requires_grad=True)
    expected = function(w * 2.0, *arguments, **plain)
    (slopes,) = grad(expected.sum(), w)
    for call in (layer, lambda x: function(x, *arguments, **plain, inplace=True)):
        x = w * 2.0
        assert call(x) is x and x.tolist() == expected.tolist()
        assert grad(x.sum(), w)[0].tolist() == slopes.tolist()
        with pytest.raises(
            RuntimeError, match="a leaf Variable that requires grad is being used in an in-place operation"
        ):
            call(Tensor([1.0], requires_grad=True))
    with pytest.raises(TypeError, match=f"^{called}: inplace is True or False, got 1"):
        function(w, *arguments, **plain, inplace=1)


@pytest.mark.parametrize("name", ["dropout", "dropout1d", "alpha_dropout", "feature_alpha_dropout"])
def test_dropout_in_place(name):
    function, x = getattr(F, name), ones(2, 3, 4)
    expected = function(x, 0.5, True, rng=random.Random(0)).tolist()
    assert function(x, 0.5, True, True, rng=random.Random(0)) is x and x.tolist() == expected
    assert function(x, 1.0, True, True) is x and function(x, 0.5, False, True) is x
