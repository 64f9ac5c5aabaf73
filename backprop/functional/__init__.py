"""The operations: each one function, its value beside its pullbacks.

What has a gradient comes first, constants after it: those of an ``@operation`` by keyword, and those after something
that PyTorch has and is left out here. ``name`` is who is named where input is refused; a layer gives its own. PyTorch's
inplace, out and dtype are left out, and size_average and reduce, which are deprecated there.
"""

from typing import TYPE_CHECKING

from backprop.functional.affine import linear
from backprop.functional.algebra import cholesky, det, inv, slogdet, solve, trace
from backprop.functional.attention import scaled_dot_product_attention
from backprop.functional.binary_losses import binary_cross_entropy, binary_cross_entropy_with_logits
from backprop.functional.classification_losses import cross_entropy, kl_div, nll_loss
from backprop.functional.convolution import conv1d, conv2d, conv_transpose2d
from backprop.functional.dropout import dropout
from backprop.functional.elementary import exp, log, sqrt
from backprop.functional.embedding import embedding
from backprop.functional.gated import gelu, hardswish, mish, silu
from backprop.functional.joining import cat
from backprop.functional.normalization import batch_norm, group_norm, layer_norm, rms_norm
from backprop.functional.pooling import adaptive_avg_pool2d, avg_pool2d, max_pool2d
from backprop.functional.probability import log_softmax, softmax
from backprop.functional.ranking_losses import cosine_embedding_loss, triplet_margin_loss
from backprop.functional.rectifiers import elu, hardtanh, leaky_relu, prelu, relu, selu, softplus
from backprop.functional.recurrence import gru, lstm, rnn
from backprop.functional.regression_losses import huber_loss, l1_loss, mse_loss, smooth_l1_loss
from backprop.functional.sigmoidal import logsigmoid, sigmoid, tanh
from backprop.settings import unknown_names

__all__ = [
    "adaptive_avg_pool2d",
    "avg_pool2d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cat",
    "cholesky",
    "conv1d",
    "conv2d",
    "conv_transpose2d",
    "cosine_embedding_loss",
    "cross_entropy",
    "det",
    "dropout",
    "elu",
    "embedding",
    "exp",
    "gelu",
    "group_norm",
    "gru",
    "hardswish",
    "hardtanh",
    "huber_loss",
    "inv",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log",
    "log_softmax",
    "logsigmoid",
    "lstm",
    "max_pool2d",
    "mish",
    "mse_loss",
    "nll_loss",
    "prelu",
    "relu",
    "rms_norm",
    "rnn",
    "scaled_dot_product_attention",
    "selu",
    "sigmoid",
    "silu",
    "slogdet",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "solve",
    "sqrt",
    "tanh",
    "trace",
    "triplet_margin_loss",
]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)
