"""The operations of networks: each one function, its value beside its pullbacks.

Signatures are PyTorch's. What comes after an argument that is left out here is given by keyword, and so is what PyTorch
has not. PyTorch's inplace, out and dtype are left out, and size_average and reduce, which are deprecated there.
"""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.nn.functional.attention import scaled_dot_product_attention as scaled_dot_product_attention
    from backprop.nn.functional.binary_losses import binary_cross_entropy as binary_cross_entropy
    from backprop.nn.functional.binary_losses import (
        binary_cross_entropy_with_logits as binary_cross_entropy_with_logits,
    )
    from backprop.nn.functional.classification_losses import cross_entropy as cross_entropy
    from backprop.nn.functional.classification_losses import kl_div as kl_div
    from backprop.nn.functional.classification_losses import nll_loss as nll_loss
    from backprop.nn.functional.convolution import conv1d as conv1d
    from backprop.nn.functional.convolution import conv2d as conv2d
    from backprop.nn.functional.convolution import conv_transpose2d as conv_transpose2d
    from backprop.nn.functional.dropout import dropout as dropout
    from backprop.nn.functional.embedding import embedding as embedding
    from backprop.nn.functional.embedding import one_hot as one_hot
    from backprop.nn.functional.gated import gelu as gelu
    from backprop.nn.functional.gated import hardswish as hardswish
    from backprop.nn.functional.gated import mish as mish
    from backprop.nn.functional.gated import silu as silu
    from backprop.nn.functional.linear import linear as linear
    from backprop.nn.functional.normalization import batch_norm as batch_norm
    from backprop.nn.functional.normalization import group_norm as group_norm
    from backprop.nn.functional.normalization import layer_norm as layer_norm
    from backprop.nn.functional.normalization import rms_norm as rms_norm
    from backprop.nn.functional.pooling import adaptive_avg_pool2d as adaptive_avg_pool2d
    from backprop.nn.functional.pooling import avg_pool2d as avg_pool2d
    from backprop.nn.functional.pooling import max_pool2d as max_pool2d
    from backprop.nn.functional.probability import log_softmax as log_softmax
    from backprop.nn.functional.probability import softmax as softmax
    from backprop.nn.functional.ranking_losses import cosine_embedding_loss as cosine_embedding_loss
    from backprop.nn.functional.ranking_losses import triplet_margin_loss as triplet_margin_loss
    from backprop.nn.functional.rectifiers import elu as elu
    from backprop.nn.functional.rectifiers import hardtanh as hardtanh
    from backprop.nn.functional.rectifiers import leaky_relu as leaky_relu
    from backprop.nn.functional.rectifiers import prelu as prelu
    from backprop.nn.functional.rectifiers import relu as relu
    from backprop.nn.functional.rectifiers import selu as selu
    from backprop.nn.functional.rectifiers import softplus as softplus
    from backprop.nn.functional.recurrence import gru as gru
    from backprop.nn.functional.recurrence import lstm as lstm
    from backprop.nn.functional.recurrence import rnn as rnn
    from backprop.nn.functional.regression_losses import huber_loss as huber_loss
    from backprop.nn.functional.regression_losses import l1_loss as l1_loss
    from backprop.nn.functional.regression_losses import mse_loss as mse_loss
    from backprop.nn.functional.regression_losses import smooth_l1_loss as smooth_l1_loss
    from backprop.nn.functional.sigmoidal import logsigmoid as logsigmoid
    from backprop.nn.functional.sigmoidal import sigmoid as sigmoid
    from backprop.nn.functional.sigmoidal import tanh as tanh
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "attention": "scaled_dot_product_attention",
            "binary_losses": "binary_cross_entropy binary_cross_entropy_with_logits",
            "classification_losses": "cross_entropy kl_div nll_loss",
            "convolution": "conv1d conv2d conv_transpose2d",
            "dropout": "dropout",
            "embedding": "embedding one_hot",
            "gated": "gelu hardswish mish silu",
            "linear": "linear",
            "normalization": "batch_norm group_norm layer_norm rms_norm",
            "pooling": "adaptive_avg_pool2d avg_pool2d max_pool2d",
            "probability": "log_softmax softmax",
            "ranking_losses": "cosine_embedding_loss triplet_margin_loss",
            "rectifiers": "elu hardtanh leaky_relu prelu relu selu softplus",
            "recurrence": "gru lstm rnn",
            "regression_losses": "huber_loss l1_loss mse_loss smooth_l1_loss",
            "sigmoidal": "logsigmoid sigmoid tanh",
        },
    )
