"""The operations of networks: each one function, its value beside its pullbacks.

Signatures are PyTorch's. What comes after an argument that is left out here is given by keyword, and so is what PyTorch
has not. PyTorch's inplace, out and dtype are left out, and size_average and reduce, which are deprecated there.
"""

from typing import TYPE_CHECKING

from backprop.nn.functional.attention import scaled_dot_product_attention
from backprop.nn.functional.binary_losses import binary_cross_entropy, binary_cross_entropy_with_logits
from backprop.nn.functional.classification_losses import cross_entropy, kl_div, nll_loss
from backprop.nn.functional.convolution import conv1d, conv2d, conv_transpose2d
from backprop.nn.functional.dropout import dropout
from backprop.nn.functional.embedding import embedding, one_hot
from backprop.nn.functional.gated import gelu, hardswish, mish, silu
from backprop.nn.functional.linear import linear
from backprop.nn.functional.normalization import batch_norm, group_norm, layer_norm, rms_norm
from backprop.nn.functional.pooling import adaptive_avg_pool2d, avg_pool2d, max_pool2d
from backprop.nn.functional.probability import log_softmax, softmax
from backprop.nn.functional.ranking_losses import cosine_embedding_loss, triplet_margin_loss
from backprop.nn.functional.rectifiers import elu, hardtanh, leaky_relu, prelu, relu, selu, softplus
from backprop.nn.functional.recurrence import gru, lstm, rnn
from backprop.nn.functional.regression_losses import huber_loss, l1_loss, mse_loss, smooth_l1_loss
from backprop.nn.functional.sigmoidal import logsigmoid, sigmoid, tanh
from backprop.validation import unknown_names

__all__ = [
    "adaptive_avg_pool2d",
    "avg_pool2d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "conv1d",
    "conv2d",
    "conv_transpose2d",
    "cosine_embedding_loss",
    "cross_entropy",
    "dropout",
    "elu",
    "embedding",
    "gelu",
    "group_norm",
    "gru",
    "hardswish",
    "hardtanh",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsigmoid",
    "lstm",
    "max_pool2d",
    "mish",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "prelu",
    "relu",
    "rms_norm",
    "rnn",
    "scaled_dot_product_attention",
    "selu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "tanh",
    "triplet_margin_loss",
]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)
