"""Every operation of ``functional``, and some of tensors, against finite differences, on generated shapes, with a random
upstream gradient."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Tensor, linalg
from backprop.autograd import gradcheck
from backprop.nn import functional as F
from tests import tables
from tests.public import OPERATIONS
from tests.strategies import random_tensor, seeds, sizes


def _classes(rows, columns, rng):
    return [rng.randrange(columns) for _ in range(rows)]


def _positive(x):
    return Tensor(x.matrix.map(abs) + 0.1, requires_grad=True)


def _probabilities(x):
    return Tensor(F.sigmoid(x).matrix, requires_grad=True)


def _regular(m, x, y):
    """A square matrix that is safely regular: all its eigenvalues have a real part of at least 1."""
    a = x.matrix.T @ x.matrix + tables.identity(m)
    skew = y.matrix.T @ x.matrix
    return Tensor(a + skew - skew.T, requires_grad=True)


# For each operation: (function, inputs) for a shape, a random generator and two random Tensors of that shape.
CASES = {
    "exp": lambda n, m, rng, x, y: (backprop.exp, [x]),
    "log": lambda n, m, rng, x, y: (backprop.log, [_positive(x)]),
    "sqrt": lambda n, m, rng, x, y: (backprop.sqrt, [_positive(x)]),
    "tanh": lambda n, m, rng, x, y: (F.tanh, [x]),
    "sigmoid": lambda n, m, rng, x, y: (F.sigmoid, [x]),
    "relu": lambda n, m, rng, x, y: (F.relu, [x]),
    "leaky_relu": lambda n, m, rng, x, y: (lambda x: F.leaky_relu(x, negative_slope=0.3), [x]),
    "softmax": lambda n, m, rng, x, y: (lambda x, dim=rng.choice([0, 1]): F.softmax(x, dim), [x]),
    "log_softmax": lambda n, m, rng, x, y: (lambda x, dim=rng.choice([0, 1]): F.log_softmax(x, dim), [x]),
    "linear": lambda n, m, rng, x, y: (
        F.linear,
        [x, *(random_tensor(*shape, rng) for shape in ((3, m), (1, 3))[: rng.choice([1, 2])])],
    ),
    "cross_entropy": lambda n, m, rng, x, y: (lambda x, t=_classes(n, m, rng): F.cross_entropy(x, t), [x]),
    "cholesky": lambda n, m, rng, x, y: (lambda x: linalg.cholesky(x @ x.T + tables.identity(n)), [x]),
    "det": lambda n, m, rng, x, y: (linalg.det, [_regular(m, x, y)]),
    "inv": lambda n, m, rng, x, y: (linalg.inv, [_regular(m, x, y)]),
    "slogdet": lambda n, m, rng, x, y: (lambda a: linalg.slogdet(a)[1], [_regular(m, x, y)]),
    "solve": lambda n, m, rng, x, y: (linalg.solve, [_regular(m, x, y), random_tensor(m, 2, rng)]),
    "trace": lambda n, m, rng, x, y: (backprop.trace, [_regular(m, x, y)]),
    "mse_loss": lambda n, m, rng, x, y: (F.mse_loss, [x, y]),
    "binary_cross_entropy_with_logits": lambda n, m, rng, x, y: (
        F.binary_cross_entropy_with_logits,
        [x, _probabilities(y)],
    ),
}


ALGEBRA = {"cholesky", "det", "inv", "slogdet", "solve", "trace"}  # of size as their laws have it


# Those whose shapes and settings need more than two tables of one shape, and the file that checks their gradients.
ELSEWHERE = {
    "test_activations.py": "elu gelu glu hardswish hardtanh logsigmoid mish prelu rrelu selu silu softplus",
    "test_attention.py": "multi_head_attention_forward scaled_dot_product_attention",
    "../../tensors/test_distances.py": "cosine_similarity pairwise_distance pdist",
    "test_convolution.py": "conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d",
    "test_ctc.py": "ctc_loss",
    "test_dropout.py": "alpha_dropout dropout feature_alpha_dropout",
    "test_folding.py": "fold unfold",
    "test_fractional_pooling.py": "fractional_max_pool2d fractional_max_pool3d",
    "test_grid_sampling.py": "affine_grid grid_sample",
    "test_padding.py": "pad",
    "test_resampling.py": "channel_shuffle interpolate pixel_shuffle pixel_unshuffle upsample upsample_bilinear "
    "upsample_nearest",
    "test_embedding.py": "embedding",
    "test_embedding_bag.py": "embedding_bag",
    "test_gumbel.py": "gumbel_softmax",
    "test_linear.py": "bilinear",
    "test_linear_cross_entropy.py": "linear_cross_entropy",
    "test_losses.py": "binary_cross_entropy cosine_embedding_loss gaussian_nll_loss hinge_embedding_loss huber_loss kl_div "
    "l1_loss margin_ranking_loss multi_margin_loss multilabel_margin_loss multilabel_soft_margin_loss nll_loss "
    "poisson_nll_loss smooth_l1_loss soft_margin_loss triplet_margin_loss triplet_margin_with_distance_loss",
    "test_normalization.py": "batch_norm group_norm instance_norm layer_norm local_response_norm normalize rms_norm",
    "test_pooling.py": "adaptive_avg_pool adaptive_max_pool avg_pool lp_pool max_pool max_unpool",
    "test_probability.py": "softmin",
    "test_recurrence.py": "gru lstm rnn",
    "test_shrinking.py": "celu hardshrink hardsigmoid relu6 softshrink softsign tanhshrink threshold",
}


# Of these there is one for one, for two and for three axes.
DIMENSIONED = {"adaptive_avg_pool", "adaptive_max_pool", "avg_pool", "lp_pool", "max_pool", "max_unpool"}


def test_no_operation_is_left_out():
    elsewhere = {name for names in ELSEWHERE.values() for name in names.split()}
    elsewhere |= {f"dropout{axes}d" for axes in (1, 2, 3)} | {
        f"{name}{axes}d" for name in DIMENSIONED for axes in (1, 2, 3)
    }
    assert OPERATIONS.keys() <= {*CASES, *elsewhere}
    for file, names in ELSEWHERE.items():
        text = (Path(__file__).parent / file).read_text("utf-8")
        assert "gradcheck(" in text and all(name in text for name in names.split()), file


@pytest.mark.parametrize("name", CASES)
@given(rows=sizes, columns=sizes, seed=seeds)
def test_gradient(name, rows, columns, seed):
    rng = random.Random(seed)
    x, y = (random_tensor(rows, columns, rng, kink=0.0) for _ in range(2))
    function, inputs = CASES[name](rows, columns, rng, x, y)
    before = [tensor.matrix for tensor in inputs]
    assert gradcheck(function, inputs, rng=rng)
    assert [tensor.matrix for tensor in inputs] == before, "an operation changed its input"


@pytest.mark.parametrize("name", sorted(set(CASES) - {"log", "sqrt", "exp"} - ALGEBRA))
@given(seed=seeds, scale=st.sampled_from([30.0, 1000.0]))
def test_values_and_gradients_are_finite_for_large_inputs(name, seed, scale):
    rng = random.Random(seed)
    x, y = (random_tensor(3, 3, rng) for _ in range(2))
    x = Tensor(x.matrix * scale, requires_grad=True)
    function, inputs = CASES[name](3, 3, rng, x, y)
    output = function(*inputs)
    output.backward(output.matrix * 0 + 1)
    for matrix in (output.matrix, *(tensor.grad.matrix for tensor in inputs)):
        assert all(abs(entry) < 1e7 for row in matrix for entry in row)
