"""The layers: parameters, and calls to the operations of ``functional``.

PyTorch's device, dtype and inplace are left out: numbers are Python's, and a Matrix never changes.
"""

from backprop.layers.activations import (
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
from backprop.layers.attention import MultiheadAttention
from backprop.layers.convolution import Conv1d, Conv2d, ConvTranspose2d
from backprop.layers.dropout import Dropout
from backprop.layers.embedding import Embedding
from backprop.layers.layer import Layer
from backprop.layers.linear import Linear
from backprop.layers.normalization import BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, RMSNorm
from backprop.layers.pooling import AdaptiveAvgPool2d, AvgPool2d, MaxPool2d
from backprop.layers.position import PositionalEncoding
from backprop.layers.recurrent import GRU, LSTM, RNN
from backprop.layers.sequential import Sequential
from backprop.layers.structure import Flatten, Identity, Residual
from backprop.layers.transformer import TransformerEncoderLayer

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "SELU",
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv1d",
    "Conv2d",
    "ConvTranspose2d",
    "Dropout",
    "Embedding",
    "Flatten",
    "GroupNorm",
    "Hardswish",
    "Hardtanh",
    "Identity",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LogSigmoid",
    "LogSoftmax",
    "MaxPool2d",
    "Mish",
    "MultiheadAttention",
    "PReLU",
    "PositionalEncoding",
    "RMSNorm",
    "ReLU",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "TransformerEncoderLayer",
]
