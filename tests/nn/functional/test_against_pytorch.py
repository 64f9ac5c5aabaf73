"""Figures of PyTorch 2.13.0 (float64, CPU): the same names must give the same numbers.

Made by F.linear(x, weight, bias) into each function below and loss.backward(), entries printed with repr.
"""

import pytest

from backprop import Matrix, Tensor
from backprop.nn import functional as F

X = Matrix([[0.5, -1.0, 2.0], [1.5, 0.25, -0.75]])
W = Matrix([[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]])
B = Matrix([[0.05, -0.1]])
UPSTREAM = Matrix([[1.0, 2.0], [3.0, -4.0]])

FIGURES = {
    "cross_entropy": (
        lambda z: F.cross_entropy(z, [1, 0]),
        2.001985158739474,
        [
            [-0.13862127299681348, -0.3234496369925648, 0.4158638189904404],
            [0.11392663754236665, 0.26582882093218885, -0.34177991262709995],
        ],
        [
            [-0.3385977327171442, -0.5570097746080171, 1.2089584138346732],
            [0.3385977327171441, 0.5570097746080171, -1.2089584138346732],
        ],
        [[0.08231545151482272, -0.08231545151482272]],
    ),
    "mse_loss of sigmoid": (
        lambda z: F.mse_loss(F.sigmoid(z), Matrix([[1, 0], [0, 1]])),
        0.10203113896058891,
        [
            [0.0017255511913445618, 0.011809433471980022, -0.0159533191478159],
            [-0.0036470274858631793, -0.024082454429204873, 0.03250331517446908],
        ],
        [
            [0.07525925497358213, 0.04471819077159476, -0.10445458929078635],
            [-0.030334227826201748, -0.01777281784992458, 0.041579579815412854],
        ],
        [[0.030372847966389473, -0.01239690272789391]],
    ),
    "binary_cross_entropy_with_logits": (
        lambda z: F.binary_cross_entropy_with_logits(z, Matrix([[1, 0], [0.25, 1]])),
        0.3734480939616964,
        [
            [0.009571899052232649, 0.035450226727009246, -0.04687602953303603],
            [-0.019663868984323117, -0.0433696124402729, 0.05551241669014946],
        ],
        [
            [0.05059073187367477, 0.08671629835134058, -0.1878862707102727],
            [-0.07442231784433956, -0.05789874033361871, 0.13170081728433725],
        ],
        [[-0.014447928313382832, -0.021617942751880455]],
    ),
    "log_softmax of tanh": (
        lambda z: (F.log_softmax(F.tanh(z), 1) * UPSTREAM).sum(),
        -6.056350942834877,
        [
            [0.01741426846474449, 0.2610032810509871, -0.3573704810402718],
            [-0.165047363153921, -1.2715211560061594, 1.7224799014345464],
        ],
        [
            [4.548308324186489, 1.555502872264603, -3.93039955380902],
            [-1.7342368572928955, -0.5355659911992126, 1.3791350366895794],
        ],
        [[2.5414661741344666, -1.0044492802565579]],
    ),
    "softmax over dim 0 of leaky_relu": (
        lambda z: (F.softmax(F.leaky_relu(z, negative_slope=0.1), 0) * UPSTREAM).sum(),
        -1.0731315837537099,
        [
            [0.0009208248842262554, 0.1343026970137695, -0.1857450824303979],
            [-0.41480870807119136, -0.5318260516798379, 0.6406494466171928],
        ],
        [
            [-0.14339410174760103, 0.4199398694036888, -0.850122174646492],
            [-1.5185330987247845, -0.36654247210598245, 0.994900995716238],
        ],
        [[-0.36872769020811696, -0.9425377854153835]],
    ),
}


@pytest.mark.parametrize("name", FIGURES)
def test_loss_and_gradients(name):
    function, loss, *expected = FIGURES[name]
    leaves = [Tensor(m, requires_grad=True) for m in (X, W, B)]
    computed = function(F.linear(*leaves))
    computed.backward()
    # Some twenty roundings on either side, of numbers that cancel to a tenth of their size at most.
    assert computed.matrix.allclose(loss, rel_tol=1e-13)
    for leaf, gradient in zip(leaves, expected):
        assert leaf.grad.matrix.allclose(Matrix(gradient), rel_tol=1e-11)
