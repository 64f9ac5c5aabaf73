"""Modules: containers, layers and losses, which have parameters and call the operations of ``functional``.

PyTorch's device, dtype and inplace are left out: numbers are Python's, and a Matrix never changes.
"""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.nn import functional as functional
    from backprop.nn import init as init
    from backprop.nn import utils as utils
    from backprop.nn.activations import ELU as ELU
    from backprop.nn.activations import GELU as GELU
    from backprop.nn.activations import SELU as SELU
    from backprop.nn.activations import Hardswish as Hardswish
    from backprop.nn.activations import Hardtanh as Hardtanh
    from backprop.nn.activations import LeakyReLU as LeakyReLU
    from backprop.nn.activations import LogSigmoid as LogSigmoid
    from backprop.nn.activations import LogSoftmax as LogSoftmax
    from backprop.nn.activations import Mish as Mish
    from backprop.nn.activations import PReLU as PReLU
    from backprop.nn.activations import ReLU as ReLU
    from backprop.nn.activations import Sigmoid as Sigmoid
    from backprop.nn.activations import SiLU as SiLU
    from backprop.nn.activations import Softmax as Softmax
    from backprop.nn.activations import Softplus as Softplus
    from backprop.nn.activations import Tanh as Tanh
    from backprop.nn.containers import Flatten as Flatten
    from backprop.nn.containers import Identity as Identity
    from backprop.nn.containers import Residual as Residual
    from backprop.nn.containers import Sequential as Sequential
    from backprop.nn.convolution import Conv1d as Conv1d
    from backprop.nn.convolution import Conv2d as Conv2d
    from backprop.nn.convolution import ConvTranspose2d as ConvTranspose2d
    from backprop.nn.dropout import Dropout as Dropout
    from backprop.nn.linear import Embedding as Embedding
    from backprop.nn.linear import Linear as Linear
    from backprop.nn.losses import BCELoss as BCELoss
    from backprop.nn.losses import BCEWithLogitsLoss as BCEWithLogitsLoss
    from backprop.nn.losses import CosineEmbeddingLoss as CosineEmbeddingLoss
    from backprop.nn.losses import CrossEntropyLoss as CrossEntropyLoss
    from backprop.nn.losses import GaussianNLLLoss as GaussianNLLLoss
    from backprop.nn.losses import HingeEmbeddingLoss as HingeEmbeddingLoss
    from backprop.nn.losses import HuberLoss as HuberLoss
    from backprop.nn.losses import KLDivLoss as KLDivLoss
    from backprop.nn.losses import L1Loss as L1Loss
    from backprop.nn.losses import MSELoss as MSELoss
    from backprop.nn.losses import MarginRankingLoss as MarginRankingLoss
    from backprop.nn.losses import MultiLabelMarginLoss as MultiLabelMarginLoss
    from backprop.nn.losses import MultiLabelSoftMarginLoss as MultiLabelSoftMarginLoss
    from backprop.nn.losses import MultiMarginLoss as MultiMarginLoss
    from backprop.nn.losses import NLLLoss as NLLLoss
    from backprop.nn.losses import PoissonNLLLoss as PoissonNLLLoss
    from backprop.nn.losses import SmoothL1Loss as SmoothL1Loss
    from backprop.nn.losses import SoftMarginLoss as SoftMarginLoss
    from backprop.nn.losses import TripletMarginLoss as TripletMarginLoss
    from backprop.nn.losses import TripletMarginWithDistanceLoss as TripletMarginWithDistanceLoss
    from backprop.nn.module import Module as Module
    from backprop.nn.normalization import BatchNorm1d as BatchNorm1d
    from backprop.nn.normalization import BatchNorm2d as BatchNorm2d
    from backprop.nn.normalization import GroupNorm as GroupNorm
    from backprop.nn.normalization import LayerNorm as LayerNorm
    from backprop.nn.normalization import RMSNorm as RMSNorm
    from backprop.nn.normalization import Standardize as Standardize
    from backprop.nn.parameters import Buffer as Buffer
    from backprop.nn.parameters import Parameter as Parameter
    from backprop.nn.pooling import AdaptiveAvgPool2d as AdaptiveAvgPool2d
    from backprop.nn.pooling import AvgPool2d as AvgPool2d
    from backprop.nn.pooling import MaxPool2d as MaxPool2d
    from backprop.nn.recurrent import GRU as GRU
    from backprop.nn.recurrent import LSTM as LSTM
    from backprop.nn.recurrent import RNN as RNN
    from backprop.nn.transformer import MultiheadAttention as MultiheadAttention
    from backprop.nn.transformer import PositionalEncoding as PositionalEncoding
    from backprop.nn.transformer import TransformerEncoderLayer as TransformerEncoderLayer
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "": "functional init utils",
            "activations": "ELU GELU SELU Hardswish Hardtanh LeakyReLU LogSigmoid LogSoftmax Mish PReLU ReLU Sigmoid "
            "SiLU Softmax Softplus Tanh",
            "containers": "Flatten Identity Residual Sequential",
            "convolution": "Conv1d Conv2d ConvTranspose2d",
            "dropout": "Dropout",
            "linear": "Embedding Linear",
            "losses": "BCELoss BCEWithLogitsLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss HingeEmbeddingLoss "
            "HuberLoss KLDivLoss L1Loss MSELoss MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss "
            "MultiMarginLoss NLLLoss PoissonNLLLoss SmoothL1Loss SoftMarginLoss TripletMarginLoss "
            "TripletMarginWithDistanceLoss",
            "module": "Module",
            "normalization": "BatchNorm1d BatchNorm2d GroupNorm LayerNorm RMSNorm Standardize",
            "parameters": "Buffer Parameter",
            "pooling": "AdaptiveAvgPool2d AvgPool2d MaxPool2d",
            "recurrent": "GRU LSTM RNN",
            "transformer": "MultiheadAttention PositionalEncoding TransformerEncoderLayer",
        },
    )
