"""The operations of networks: each one function, its value beside its pullbacks.

Signatures are PyTorch's. What comes after an argument that is left out here is given by keyword, and so is what PyTorch
has not. PyTorch's inplace, out and dtype are left out, and size_average and reduce, which are deprecated there.
"""

from backprop.lazy_names import lazy_names

# What type checkers see is beside this, in __init__.pyi.
__all__, __getattr__, __dir__ = lazy_names(
    __name__,
    {
        "attention": "multi_head_attention_forward scaled_dot_product_attention",
        "backprop.tensors.distances": "cosine_similarity pairwise_distance pdist",
        "backprop.tensors.probability": "log_softmax softmax softmin",
        "binary_losses": "binary_cross_entropy binary_cross_entropy_with_logits",
        "classification_losses": "cross_entropy nll_loss",
        "ctc": "ctc_loss",
        "convolution": "conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d",
        "dropout": "alpha_dropout dropout dropout1d dropout2d dropout3d feature_alpha_dropout",
        "embedding": "embedding one_hot",
        "embedding_bag": "embedding_bag",
        "folding": "fold unfold",
        "fractional_pooling": "fractional_max_pool2d fractional_max_pool3d",
        "gated": "gelu glu hardswish mish silu",
        "grid_sampling": "affine_grid grid_sample",
        "gumbel": "gumbel_softmax",
        "likelihood_losses": "gaussian_nll_loss kl_div poisson_nll_loss",
        "linear": "bilinear linear",
        "linear_cross_entropy": "linear_cross_entropy",
        "margin_losses": (
            "hinge_embedding_loss margin_ranking_loss multi_margin_loss multilabel_margin_loss"
            " multilabel_soft_margin_loss soft_margin_loss"
        ),
        "normalization": "batch_norm group_norm instance_norm layer_norm local_response_norm normalize rms_norm",
        "padding": "pad",
        "pooling": (
            "adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d"
            " adaptive_max_pool3d avg_pool1d avg_pool2d avg_pool3d lp_pool1d lp_pool2d lp_pool3d max_pool1d"
            " max_pool2d max_pool3d max_unpool1d max_unpool2d max_unpool3d"
        ),
        "ranking_losses": "cosine_embedding_loss triplet_margin_loss triplet_margin_with_distance_loss",
        "rectifiers": "elu hardtanh leaky_relu prelu relu rrelu selu softplus",
        "recurrence": "gru lstm rnn",
        "regression_losses": "huber_loss l1_loss mse_loss smooth_l1_loss",
        "resampling": (
            "channel_shuffle interpolate pixel_shuffle pixel_unshuffle upsample upsample_bilinear upsample_nearest"
        ),
        "shrinking": "celu hardshrink hardsigmoid relu6 softshrink softsign tanhshrink threshold",
        "sigmoidal": "logsigmoid sigmoid tanh",
    },
)
