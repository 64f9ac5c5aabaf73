# Written by tests/stubs.py from the functions of backprop.nn.functional.

import random
from collections.abc import Sequence
from typing import Any, Callable

from backprop.autograd import Dims, Tensor, TensorLike
from backprop.dtypes import DType
from backprop.matrix import Matrix
from backprop.nn.functional.classification_losses import Target
from backprop.nn.functional.fractional_pooling import Ratio
from backprop.nn.functional.normalization import Shape
from backprop.nn.functional.pooling import OutputSize
from backprop.nn.functional.ranking_losses import Signs
from backprop.nn.functional.reduction import Weights
from backprop.nn.functional.resampling import Scale
from backprop.nn.functional.windows import Setting

def adaptive_avg_pool1d(input: TensorLike, output_size: OutputSize) -> Tensor: ...
def adaptive_avg_pool2d(input: TensorLike, output_size: OutputSize) -> Tensor: ...
def adaptive_avg_pool3d(input: TensorLike, output_size: OutputSize) -> Tensor: ...
def adaptive_max_pool1d(input: TensorLike, output_size: OutputSize, return_indices: bool = False) -> Any: ...
def adaptive_max_pool2d(input: TensorLike, output_size: OutputSize, return_indices: bool = False) -> Any: ...
def adaptive_max_pool3d(input: TensorLike, output_size: OutputSize, return_indices: bool = False) -> Any: ...
def affine_grid(theta: TensorLike, size: Sequence[int], align_corners: bool | None = None) -> Tensor: ...
def alpha_dropout(
    input: TensorLike,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor: ...
def avg_pool1d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor: ...
def avg_pool2d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor: ...
def avg_pool3d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor: ...
def batch_norm(
    input: TensorLike,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-05,
) -> Tensor: ...
def bilinear(input1: TensorLike, input2: TensorLike, weight: TensorLike, bias: TensorLike | None = None) -> Tensor: ...
def binary_cross_entropy(
    input: TensorLike,
    target: TensorLike,
    weight: Weights | None = None,
    *,
    reduction: str = "mean",
) -> Tensor: ...
def binary_cross_entropy_with_logits(
    input: TensorLike,
    target: TensorLike,
    weight: Weights | None = None,
    *,
    reduction: str = "mean",
    pos_weight: Weights | None = None,
) -> Tensor: ...
def celu(input: TensorLike, alpha: float = 1.0, inplace: bool = False) -> Tensor: ...
def channel_shuffle(input: TensorLike, groups: int) -> Tensor: ...
def conv1d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting | str = 0,
    dilation: Setting = 1,
    groups: int = 1,
) -> Tensor: ...
def conv2d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting | str = 0,
    dilation: Setting = 1,
    groups: int = 1,
) -> Tensor: ...
def conv3d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting | str = 0,
    dilation: Setting = 1,
    groups: int = 1,
) -> Tensor: ...
def conv_transpose1d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
    groups: int = 1,
    dilation: Setting = 1,
) -> Tensor: ...
def conv_transpose2d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
    groups: int = 1,
    dilation: Setting = 1,
) -> Tensor: ...
def conv_transpose3d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting = 0,
    output_padding: Setting = 0,
    groups: int = 1,
    dilation: Setting = 1,
) -> Tensor: ...
def cosine_embedding_loss(
    input1: TensorLike,
    input2: TensorLike,
    target: Signs,
    margin: float = 0.0,
    *,
    reduction: str = "mean",
) -> Tensor: ...
def cosine_similarity(x1: TensorLike, x2: TensorLike, dim: int = 1, eps: float = 1e-08) -> Tensor: ...
def cross_entropy(
    input: TensorLike,
    target: Target,
    weight: Weights | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor: ...
def ctc_loss(
    log_probs: TensorLike,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: int = 0,
    reduction: str = "mean",
    zero_infinity: bool = False,
) -> Tensor: ...
def dropout(
    input: TensorLike,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor: ...
def dropout1d(
    input: TensorLike,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor: ...
def dropout2d(
    input: TensorLike,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor: ...
def dropout3d(
    input: TensorLike,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor: ...
def elu(input: TensorLike, alpha: float = 1.0, inplace: bool = False) -> Tensor: ...
def embedding(
    input: Any,
    weight: Tensor | Matrix,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
) -> Tensor: ...
def embedding_bag(
    input: Any,
    weight: Tensor | Matrix,
    offsets: Any = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: TensorLike | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor: ...
def feature_alpha_dropout(
    input: TensorLike,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor: ...
def fold(
    input: TensorLike,
    output_size: Setting,
    kernel_size: Setting,
    dilation: Setting = 1,
    padding: Setting = 0,
    stride: Setting = 1,
) -> Tensor: ...
def fractional_max_pool2d(
    input: TensorLike,
    kernel_size: Setting,
    output_size: Setting | None = None,
    output_ratio: Ratio = None,
    return_indices: bool = False,
    _random_samples: TensorLike | None = None,
) -> Any: ...
def fractional_max_pool3d(
    input: TensorLike,
    kernel_size: Setting,
    output_size: Setting | None = None,
    output_ratio: Ratio = None,
    return_indices: bool = False,
    _random_samples: TensorLike | None = None,
) -> Any: ...
def gaussian_nll_loss(
    input: TensorLike,
    target: TensorLike,
    var: TensorLike,
    full: bool = False,
    eps: float = 1e-06,
    *,
    reduction: str = "mean",
) -> Tensor: ...
def gelu(input: TensorLike, *, approximate: str = "none") -> Tensor: ...
def glu(input: TensorLike, dim: int = -1) -> Tensor: ...
def grid_sample(
    input: TensorLike,
    grid: TensorLike,
    mode: str = "bilinear",
    padding_mode: str = "zeros",
    align_corners: bool | None = None,
) -> Tensor: ...
def group_norm(
    input: TensorLike,
    num_groups: int,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    eps: float = 1e-05,
) -> Tensor: ...
def gru(
    a: TensorLike,
    weight_hh: TensorLike,
    bias_hh: TensorLike | None = None,
    h0: TensorLike | None = None,
    *,
    reverse: bool = False,
) -> Tensor: ...
def gumbel_softmax(
    logits: TensorLike,
    tau: float = 1.0,
    hard: bool = False,
    eps: float = 1e-10,
    dim: int = -1,
    *,
    rng: random.Random | None = None,
) -> Tensor: ...
def hardshrink(input: TensorLike, lambd: float = 0.5) -> Tensor: ...
def hardsigmoid(input: TensorLike, inplace: bool = False) -> Tensor: ...
def hardswish(input: TensorLike, inplace: bool = False) -> Tensor: ...
def hardtanh(input: TensorLike, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor: ...
def hinge_embedding_loss(
    input: TensorLike,
    target: TensorLike,
    margin: float = 1.0,
    *,
    reduction: str = "mean",
) -> Tensor: ...
def huber_loss(input: TensorLike, target: TensorLike, *, reduction: str = "mean", delta: float = 1.0) -> Tensor: ...
def instance_norm(
    input: TensorLike,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-05,
) -> Tensor: ...
def interpolate(
    input: TensorLike,
    size: int | Sequence[int] | None = None,
    scale_factor: Scale = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
) -> Tensor: ...
def kl_div(input: TensorLike, target: TensorLike, *, reduction: str = "mean", log_target: bool = False) -> Tensor: ...
def l1_loss(input: TensorLike, target: TensorLike, *, reduction: str = "mean") -> Tensor: ...
def layer_norm(
    input: TensorLike,
    normalized_shape: Shape,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    eps: float = 1e-05,
) -> Tensor: ...
def leaky_relu(input: TensorLike, negative_slope: float = 0.01, inplace: bool = False) -> Tensor: ...
def linear(input: TensorLike, weight: TensorLike, bias: TensorLike | None = None) -> Tensor: ...
def linear_cross_entropy(
    input: TensorLike,
    linear_weight: TensorLike,
    target: Any,
    *,
    linear_bias: TensorLike | None = None,
    weight: Weights | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    options: Any = None,
) -> Tensor: ...
def local_response_norm(
    input: TensorLike,
    size: int,
    alpha: float = 0.0001,
    beta: float = 0.75,
    k: float = 1.0,
) -> Tensor: ...
def log_softmax(input: TensorLike, dim: int | None = None, dtype: DType | None = None) -> Tensor: ...
def logsigmoid(input: TensorLike) -> Tensor: ...
def lp_pool1d(
    input: TensorLike,
    norm_type: float,
    kernel_size: Setting,
    stride: Setting | None = None,
    ceil_mode: bool = False,
) -> Tensor: ...
def lp_pool2d(
    input: TensorLike,
    norm_type: float,
    kernel_size: Setting,
    stride: Setting | None = None,
    ceil_mode: bool = False,
) -> Tensor: ...
def lp_pool3d(
    input: TensorLike,
    norm_type: float,
    kernel_size: Setting,
    stride: Setting | None = None,
    ceil_mode: bool = False,
) -> Tensor: ...
def lstm(
    a: TensorLike,
    weight_hh: TensorLike,
    bias_hh: TensorLike | None = None,
    h0: TensorLike | None = None,
    c0: TensorLike | None = None,
    weight_hr: TensorLike | None = None,
    *,
    reverse: bool = False,
) -> tuple[Tensor, Tensor]: ...
def margin_ranking_loss(
    input1: TensorLike,
    input2: TensorLike,
    target: TensorLike,
    margin: float = 0.0,
    *,
    reduction: str = "mean",
) -> Tensor: ...
def max_pool1d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    dilation: Setting = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any: ...
def max_pool2d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    dilation: Setting = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any: ...
def max_pool3d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    dilation: Setting = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any: ...
def max_unpool1d(
    input: TensorLike,
    indices: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor: ...
def max_unpool2d(
    input: TensorLike,
    indices: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor: ...
def max_unpool3d(
    input: TensorLike,
    indices: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    output_size: Sequence[int] | None = None,
) -> Tensor: ...
def mish(input: TensorLike, inplace: bool = False) -> Tensor: ...
def mse_loss(input: TensorLike, target: TensorLike, *, reduction: str = "mean") -> Tensor: ...
def multi_head_attention_forward(
    query: TensorLike,
    key: TensorLike,
    value: TensorLike,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: TensorLike | None,
    in_proj_bias: TensorLike | None,
    bias_k: TensorLike | None,
    bias_v: TensorLike | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: TensorLike,
    out_proj_bias: TensorLike | None,
    training: bool = True,
    key_padding_mask: TensorLike | None = None,
    need_weights: bool = True,
    attn_mask: TensorLike | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: TensorLike | None = None,
    k_proj_weight: TensorLike | None = None,
    v_proj_weight: TensorLike | None = None,
    *,
    average_attn_weights: bool = True,
    is_causal: bool = False,
    rng: random.Random | None = None,
) -> tuple[Tensor, Tensor | None]: ...
def multi_margin_loss(
    input: TensorLike,
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Weights | None = None,
    *,
    reduction: str = "mean",
) -> Tensor: ...
def multilabel_margin_loss(input: TensorLike, target: Any, *, reduction: str = "mean") -> Tensor: ...
def multilabel_soft_margin_loss(
    input: TensorLike,
    target: TensorLike,
    weight: Weights | None = None,
    *,
    reduction: str = "mean",
) -> Tensor: ...
def nll_loss(
    input: TensorLike,
    target: Target,
    weight: Weights | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor: ...
def normalize(input: TensorLike, p: float = 2.0, dim: Dims = 1, eps: float = 1e-12) -> Tensor: ...
def one_hot(input: Any, num_classes: int = -1) -> Tensor: ...
def pad(input: TensorLike, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor: ...
def pairwise_distance(
    x1: TensorLike,
    x2: TensorLike,
    p: float = 2.0,
    eps: float = 1e-06,
    keepdim: bool = False,
) -> Tensor: ...
def pdist(input: TensorLike, p: float = 2.0) -> Tensor: ...
def pixel_shuffle(input: TensorLike, upscale_factor: int) -> Tensor: ...
def pixel_unshuffle(input: TensorLike, downscale_factor: int) -> Tensor: ...
def poisson_nll_loss(
    input: TensorLike,
    target: TensorLike,
    log_input: bool = True,
    full: bool = False,
    *,
    eps: float = 1e-08,
    reduction: str = "mean",
) -> Tensor: ...
def prelu(input: TensorLike, weight: TensorLike) -> Tensor: ...
def relu(input: TensorLike, inplace: bool = False) -> Tensor: ...
def relu6(input: TensorLike, inplace: bool = False) -> Tensor: ...
def rms_norm(
    input: TensorLike,
    normalized_shape: Shape,
    weight: TensorLike | None = None,
    eps: float | None = None,
) -> Tensor: ...
def rnn(
    a: TensorLike,
    weight_hh: TensorLike,
    bias_hh: TensorLike | None = None,
    h0: TensorLike | None = None,
    *,
    nonlinearity: str = "tanh",
    reverse: bool = False,
) -> Tensor: ...
def rrelu(
    input: TensorLike,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor: ...
def scaled_dot_product_attention(
    query: TensorLike,
    key: TensorLike,
    value: TensorLike,
    attn_mask: TensorLike | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor: ...
def selu(input: TensorLike, inplace: bool = False) -> Tensor: ...
def sigmoid(input: TensorLike) -> Tensor: ...
def silu(input: TensorLike, inplace: bool = False) -> Tensor: ...
def smooth_l1_loss(input: TensorLike, target: TensorLike, *, reduction: str = "mean", beta: float = 1.0) -> Tensor: ...
def soft_margin_loss(input: TensorLike, target: TensorLike, *, reduction: str = "mean") -> Tensor: ...
def softmax(input: TensorLike, dim: int | None = None, dtype: DType | None = None) -> Tensor: ...
def softmin(input: TensorLike, dim: int | None = None, dtype: DType | None = None) -> Tensor: ...
def softplus(input: TensorLike, beta: float = 1.0, threshold: float = 20.0) -> Tensor: ...
def softshrink(input: TensorLike, lambd: float = 0.5) -> Tensor: ...
def softsign(input: TensorLike) -> Tensor: ...
def tanh(input: TensorLike) -> Tensor: ...
def tanhshrink(input: TensorLike) -> Tensor: ...
def threshold(input: TensorLike, threshold: float, value: float, inplace: bool = False) -> Tensor: ...
def triplet_margin_loss(
    anchor: TensorLike,
    positive: TensorLike,
    negative: TensorLike,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-06,
    swap: bool = False,
    *,
    reduction: str = "mean",
) -> Tensor: ...
def triplet_margin_with_distance_loss(
    anchor: TensorLike,
    positive: TensorLike,
    negative: TensorLike,
    *,
    distance_function: Callable[[Tensor, Tensor], Tensor] | None = None,
    margin: float = 1.0,
    swap: bool = False,
    reduction: str = "mean",
) -> Tensor: ...
def unfold(
    input: TensorLike,
    kernel_size: Setting,
    dilation: Setting = 1,
    padding: Setting = 0,
    stride: Setting = 1,
) -> Tensor: ...
def upsample(
    input: TensorLike,
    size: int | Sequence[int] | None = None,
    scale_factor: Scale = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
) -> Tensor: ...
def upsample_bilinear(
    input: TensorLike,
    size: int | Sequence[int] | None = None,
    scale_factor: Scale = None,
) -> Tensor: ...
def upsample_nearest(
    input: TensorLike,
    size: int | Sequence[int] | None = None,
    scale_factor: Scale = None,
) -> Tensor: ...
