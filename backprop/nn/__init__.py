"""Modules: containers, layers and losses, which have parameters and call the operations of ``functional``.

PyTorch's device, dtype and inplace are left out: numbers are Python's, and a Matrix never changes.
"""

from typing import TYPE_CHECKING

from backprop.nn import functional, init, utils
from backprop.nn.activations import (
    ELU,
    GELU,
    SELU,
    Hardswish,
    Hardtanh,
    LeakyReLU,
    LogSigmoid,
    LogSoftmax,
    Mish,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from backprop.nn.containers import Flatten, Identity, Residual, Sequential
from backprop.nn.convolution import Conv1d, Conv2d, ConvTranspose2d
from backprop.nn.dropout import Dropout
from backprop.nn.linear import Embedding, Linear
from backprop.nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CosineEmbeddingLoss,
    CrossEntropyLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    NLLLoss,
    SmoothL1Loss,
    TripletMarginLoss,
)
from backprop.nn.module import Module
from backprop.nn.normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, RMSNorm, Standardize
from backprop.nn.parameters import Buffer, Parameter
from backprop.nn.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from backprop.nn.recurrent import GRU, LSTM, RNN
from backprop.nn.transformer import MultiheadAttention, PositionalEncoding, TransformerEncoderLayer
from backprop.validation import unknown_names

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "SELU",
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "Buffer",
    "Conv1d",
    "Conv2d",
    "ConvTranspose2d",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "Dropout",
    "Embedding",
    "Flatten",
    "GroupNorm",
    "Hardswish",
    "Hardtanh",
    "HuberLoss",
    "Identity",
    "KLDivLoss",
    "L1Loss",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MSELoss",
    "MaxPool2d",
    "Mish",
    "Module",
    "MultiheadAttention",
    "NLLLoss",
    "PReLU",
    "Parameter",
    "PositionalEncoding",
    "RMSNorm",
    "ReLU",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "Standardize",
    "Tanh",
    "TransformerEncoderLayer",
    "TripletMarginLoss",
    "functional",
    "init",
    "utils",
]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)
