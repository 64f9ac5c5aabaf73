# Written by tests/stubs.py from the functions of backprop.nn.functional.

import random
from collections.abc import Sequence

from backprop.autograd import Tensor, TensorLike
from backprop.matrix import Matrix
from backprop.nn.functional.attention import Mask, Padding
from backprop.nn.functional.pooling import OutputSize
from backprop.nn.functional.reduction import Weights
from backprop.nn.functional.windows import Setting

def adaptive_avg_pool2d(
    input: TensorLike,
    output_size: OutputSize,
    *,
    in_channels: int,
    input_size: Setting | None = None,
) -> Tensor: ...
def avg_pool2d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    *,
    count_include_pad: bool = True,
    in_channels: int,
    input_size: Setting | None = None,
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
    *,
    num_features: int,
) -> Tensor: ...
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
def conv1d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting | str = 0,
    dilation: Setting = 1,
    groups: int = 1,
    *,
    kernel_size: Setting,
) -> Tensor: ...
def conv2d(
    input: TensorLike,
    weight: TensorLike,
    bias: TensorLike | None = None,
    stride: Setting = 1,
    padding: Setting | str = 0,
    dilation: Setting = 1,
    groups: int = 1,
    *,
    kernel_size: Setting,
    input_size: Setting | None = None,
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
    *,
    kernel_size: Setting,
    input_size: Setting | None = None,
) -> Tensor: ...
def cosine_embedding_loss(
    input1: TensorLike,
    input2: TensorLike,
    target: Sequence[int],
    margin: float = 0.0,
    *,
    reduction: str = "mean",
) -> Tensor: ...
def cross_entropy(
    input: TensorLike,
    target: TensorLike | Sequence[int],
    weight: Weights | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor: ...
def dropout(
    input: TensorLike,
    p: float = 0.5,
    training: bool = True,
    *,
    rng: random.Random | None = None,
) -> Tensor: ...
def elu(input: TensorLike, alpha: float = 1.0) -> Tensor: ...
def embedding(input: Sequence[int], weight: TensorLike, padding_idx: int | None = None) -> Tensor: ...
def gelu(input: TensorLike, *, approximate: str = "none") -> Tensor: ...
def group_norm(
    input: TensorLike,
    num_groups: int,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    eps: float = 1e-05,
    *,
    num_channels: int,
) -> Tensor: ...
def gru(
    a: TensorLike,
    weight_hh: TensorLike,
    bias_hh: TensorLike | None = None,
    h0: TensorLike | None = None,
    *,
    sequence_length: int,
    reverse: bool = False,
) -> Tensor: ...
def hardswish(input: TensorLike) -> Tensor: ...
def hardtanh(input: TensorLike, min_val: float = -1.0, max_val: float = 1.0) -> Tensor: ...
def huber_loss(input: TensorLike, target: TensorLike, *, reduction: str = "mean", delta: float = 1.0) -> Tensor: ...
def kl_div(input: TensorLike, target: TensorLike, *, reduction: str = "mean", log_target: bool = False) -> Tensor: ...
def l1_loss(input: TensorLike, target: TensorLike, *, reduction: str = "mean") -> Tensor: ...
def layer_norm(
    input: TensorLike,
    weight: TensorLike | None = None,
    bias: TensorLike | None = None,
    eps: float = 1e-05,
) -> Tensor: ...
def leaky_relu(input: TensorLike, negative_slope: float = 0.01) -> Tensor: ...
def linear(input: TensorLike, weight: TensorLike, bias: TensorLike | None = None) -> Tensor: ...
def log_softmax(input: TensorLike, dim: int = -1) -> Tensor: ...
def logsigmoid(input: TensorLike) -> Tensor: ...
def lstm(
    a: TensorLike,
    weight_hh: TensorLike,
    bias_hh: TensorLike | None = None,
    h0: TensorLike | None = None,
    c0: TensorLike | None = None,
    *,
    sequence_length: int,
    reverse: bool = False,
) -> Tensor: ...
def max_pool2d(
    input: TensorLike,
    kernel_size: Setting,
    stride: Setting | None = None,
    padding: Setting = 0,
    dilation: Setting = 1,
    *,
    in_channels: int,
    input_size: Setting | None = None,
) -> Tensor: ...
def mish(input: TensorLike) -> Tensor: ...
def mse_loss(input: TensorLike, target: TensorLike, *, reduction: str = "mean") -> Tensor: ...
def nll_loss(
    input: TensorLike,
    target: Sequence[int],
    weight: Weights | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> Tensor: ...
def one_hot(targets: Sequence[int], num_classes: int = -1) -> Matrix: ...
def prelu(input: TensorLike, weight: TensorLike) -> Tensor: ...
def relu(input: TensorLike) -> Tensor: ...
def rms_norm(input: TensorLike, weight: TensorLike | None = None, eps: float | None = None) -> Tensor: ...
def rnn(
    a: TensorLike,
    weight_hh: TensorLike,
    bias_hh: TensorLike | None = None,
    h0: TensorLike | None = None,
    *,
    sequence_length: int,
    nonlinearity: str = "tanh",
    reverse: bool = False,
) -> Tensor: ...
def scaled_dot_product_attention(
    query: TensorLike,
    key: TensorLike,
    value: TensorLike,
    attn_mask: Mask | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    *,
    sequence_length: int,
    key_length: int | None = None,
    heads: int = 1,
    key_padding_mask: Padding | None = None,
    rng: random.Random | None = None,
) -> Tensor: ...
def selu(input: TensorLike) -> Tensor: ...
def sigmoid(input: TensorLike) -> Tensor: ...
def silu(input: TensorLike) -> Tensor: ...
def smooth_l1_loss(input: TensorLike, target: TensorLike, *, reduction: str = "mean", beta: float = 1.0) -> Tensor: ...
def softmax(input: TensorLike, dim: int = -1) -> Tensor: ...
def softplus(input: TensorLike, beta: float = 1.0, threshold: float = 20.0) -> Tensor: ...
def tanh(input: TensorLike) -> Tensor: ...
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
