"""Distances and cosines: PyTorch's figures, gradients, and what shapes are refused."""

import math
import random

import pytest

import backprop
from backprop import Tensor
from backprop.autograd import gradcheck
from backprop.tensors import cosine_similarity, pairwise_distance, pdist
from tests.strategies import normal

X = [[0.5, -1.0, 2.0], [1.5, 0.25, -0.75], [0.0, 0.0, 0.0]]
Y = [[1.0, 2.0, 0.5], [1.25, 0.25, -1.0], [0.5, 0.0, -2.0]]
UPSTREAM = [1.0, -2.0, 0.5]
# The value and the gradient of x, made with PyTorch 2.13 in float64. A row of zeros has a huge one for 1/ε.
FIGURES = {
    "cosine_similarity": (
        lambda x: cosine_similarity(x, Tensor(Y)),
        [-0.09523809523809526, 0.9782838736655737, 0.0],
        [
            [0.19954648526077098, 0.36281179138322, 0.13151927437641725],
            [0.11078644474271415, -0.011869976222433659, 0.217616230744617],
            [12126781.251816649, 0.0, -48507125.007266596],
        ],
    ),
    "cosine_similarity along columns": (
        lambda x: cosine_similarity(x, Tensor(Y), dim=0),
        [0.8956685895029601, -0.9325680982740896, 0.3575666109671579],
        [
            [0.1979898987322333, -0.16987957767421769, -0.027289819623716557],
            [-0.06599663291074442, -0.6795183106968699, -0.0727728523299108],
            [0.18856180831641267, -0.0, -0.2043237776955188],
        ],
    ),
    "pairwise_distance": (
        lambda x: pairwise_distance(x, Tensor(Y)),
        [3.3911644017952, 0.35355480480825036, 2.0615535404163046],
        [
            [-0.14744168691300036, -0.88465159589782, 0.4423262402748554],
            [-1.4142135623674381, -5.656831622143264e-06, -1.4142135623674381],
            [-0.1212675271822025, 2.4253553943548385e-07, 0.48507132140650716],
        ],
    ),
    "pairwise_distance with p=1": (
        lambda x: pairwise_distance(x, Tensor(Y), 1.0),
        [4.999999, 0.500003, 2.500001],
        [[-1.0, -1.0, 1.0], [-2.0, -2.0, -2.0], [-0.5, 0.5, 0.5]],
    ),
    "pdist": (
        pdist,
        [3.181980515339464, 2.29128784747792, 1.695582495781317],
        [
            [-0.7507054609993392, 0.4800344602847765, -0.8815015004377144],
            [0.7565955489920458, 0.4665580787366417, -1.0854045556825704],
            [-0.005890087992706627, -0.9465925390214182, 1.966906056120285],
        ],
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_figures_of_pytorch(name):
    function, value, gradient = FIGURES[name]
    x = Tensor(X, requires_grad=True)
    y = function(x)
    y.backward(Tensor(UPSTREAM))
    assert y.allclose(Tensor(value), 1e-13) and x.grad.allclose(Tensor(gradient), 1e-9, 1e-12)
    assert y.grad_fn.called == name.split()[0]


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        (cosine_similarity, [(2, 3, 2), (2, 3, 2)]),
        (lambda x, y: cosine_similarity(x, y, dim=-2), [(1, 2, 3), (2, 1, 3)]),
        (lambda x, y: pairwise_distance(x, y, 3.0, keepdim=True), [(2, 3), (3,)]),
        (lambda x: pdist(x, 1.5), [(4, 3)]),
    ],
)
def test_gradients(function, shapes):
    rng = random.Random(0)
    assert gradcheck(function, [normal(shape, rng) for shape in shapes], rng=rng)


@pytest.mark.parametrize("value", [math.nan, "1"])
def test_what_is_no_norm_is_refused(value):
    x = Tensor(X)
    for name, arguments in (("dist", (x, x, value)), ("cdist", (x, x, value)), ("renorm", (x, value, 0, 1.0))):
        with pytest.raises(ValueError, match=f"^{name}: p is a number"):
            getattr(backprop, name)(*arguments)
    with pytest.raises(ValueError, match="^renorm: maxnorm is a finite number from 0 up"):
        backprop.renorm(x, 2, 0, value)
    with pytest.raises(ValueError, match="^norm: p is a number"):
        backprop.norm(x, value)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(RuntimeError, match=r"pdist: input is \(N, M\), got the shape \[3\]"):
        pdist(Tensor([1.0, 2.0, 3.0]))
    with pytest.raises(ValueError, match="pdist: p is a number from 0 up or infinity, got -1"):
        pdist(Tensor(X), -1)
    assert pdist(Tensor([[1.0, 2.0]])).shape == (0,) and math.isnan(pdist(Tensor([[math.nan], [1.0]])).item())
