"""Modules: containers, layers and losses, which have parameters and call the operations of ``functional``.

PyTorch's inplace is left out: a Matrix never changes.
"""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.nn import functional as functional
    from backprop.nn import init as init
    from backprop.nn import parallel as parallel
    from backprop.nn import utils as utils
    from backprop.nn.activations import CELU as CELU
    from backprop.nn.activations import ELU as ELU
    from backprop.nn.activations import GELU as GELU
    from backprop.nn.activations import GLU as GLU
    from backprop.nn.activations import SELU as SELU
    from backprop.nn.activations import Hardshrink as Hardshrink
    from backprop.nn.activations import Hardsigmoid as Hardsigmoid
    from backprop.nn.activations import Hardswish as Hardswish
    from backprop.nn.activations import Hardtanh as Hardtanh
    from backprop.nn.activations import LeakyReLU as LeakyReLU
    from backprop.nn.activations import LogSigmoid as LogSigmoid
    from backprop.nn.activations import LogSoftmax as LogSoftmax
    from backprop.nn.activations import Mish as Mish
    from backprop.nn.activations import PReLU as PReLU
    from backprop.nn.activations import ReLU as ReLU
    from backprop.nn.activations import ReLU6 as ReLU6
    from backprop.nn.activations import RReLU as RReLU
    from backprop.nn.activations import Sigmoid as Sigmoid
    from backprop.nn.activations import SiLU as SiLU
    from backprop.nn.activations import Softmax as Softmax
    from backprop.nn.activations import Softmax2d as Softmax2d
    from backprop.nn.activations import Softmin as Softmin
    from backprop.nn.activations import Softplus as Softplus
    from backprop.nn.activations import Softshrink as Softshrink
    from backprop.nn.activations import Softsign as Softsign
    from backprop.nn.activations import Tanh as Tanh
    from backprop.nn.activations import Tanhshrink as Tanhshrink
    from backprop.nn.activations import Threshold as Threshold
    from backprop.nn.containers import Flatten as Flatten
    from backprop.nn.containers import Identity as Identity
    from backprop.nn.containers import ModuleDict as ModuleDict
    from backprop.nn.containers import ModuleList as ModuleList
    from backprop.nn.containers import ParameterDict as ParameterDict
    from backprop.nn.containers import ParameterList as ParameterList
    from backprop.nn.containers import Residual as Residual
    from backprop.nn.containers import Sequential as Sequential
    from backprop.nn.containers import Unflatten as Unflatten
    from backprop.nn.convolution import Conv1d as Conv1d
    from backprop.nn.convolution import Conv2d as Conv2d
    from backprop.nn.convolution import Conv3d as Conv3d
    from backprop.nn.convolution import ConvTranspose1d as ConvTranspose1d
    from backprop.nn.convolution import ConvTranspose2d as ConvTranspose2d
    from backprop.nn.convolution import ConvTranspose3d as ConvTranspose3d
    from backprop.nn.distance import CosineSimilarity as CosineSimilarity
    from backprop.nn.distance import PairwiseDistance as PairwiseDistance
    from backprop.nn.dropout import AlphaDropout as AlphaDropout
    from backprop.nn.dropout import Dropout as Dropout
    from backprop.nn.dropout import Dropout1d as Dropout1d
    from backprop.nn.dropout import Dropout2d as Dropout2d
    from backprop.nn.dropout import Dropout3d as Dropout3d
    from backprop.nn.dropout import FeatureAlphaDropout as FeatureAlphaDropout
    from backprop.nn.embedding_bag import EmbeddingBag as EmbeddingBag
    from backprop.nn.imputation import Impute as Impute
    from backprop.nn.lazy import LazyBatchNorm1d as LazyBatchNorm1d
    from backprop.nn.lazy import LazyBatchNorm2d as LazyBatchNorm2d
    from backprop.nn.lazy import LazyBatchNorm3d as LazyBatchNorm3d
    from backprop.nn.lazy import LazyConv1d as LazyConv1d
    from backprop.nn.lazy import LazyConv2d as LazyConv2d
    from backprop.nn.lazy import LazyConv3d as LazyConv3d
    from backprop.nn.lazy import LazyConvTranspose1d as LazyConvTranspose1d
    from backprop.nn.lazy import LazyConvTranspose2d as LazyConvTranspose2d
    from backprop.nn.lazy import LazyConvTranspose3d as LazyConvTranspose3d
    from backprop.nn.lazy import LazyInstanceNorm1d as LazyInstanceNorm1d
    from backprop.nn.lazy import LazyInstanceNorm2d as LazyInstanceNorm2d
    from backprop.nn.lazy import LazyInstanceNorm3d as LazyInstanceNorm3d
    from backprop.nn.lazy import LazyLinear as LazyLinear
    from backprop.nn.lazy import UninitializedParameter as UninitializedParameter
    from backprop.nn.learned_losses import AdaptiveLogSoftmaxWithLoss as AdaptiveLogSoftmaxWithLoss
    from backprop.nn.learned_losses import LinearCrossEntropyLoss as LinearCrossEntropyLoss
    from backprop.nn.learned_losses import LinearCrossEntropyOptions as LinearCrossEntropyOptions
    from backprop.nn.linear import Bilinear as Bilinear
    from backprop.nn.linear import Embedding as Embedding
    from backprop.nn.linear import Linear as Linear
    from backprop.nn.losses import BCELoss as BCELoss
    from backprop.nn.losses import BCEWithLogitsLoss as BCEWithLogitsLoss
    from backprop.nn.losses import CosineEmbeddingLoss as CosineEmbeddingLoss
    from backprop.nn.losses import CrossEntropyLoss as CrossEntropyLoss
    from backprop.nn.losses import CTCLoss as CTCLoss
    from backprop.nn.losses import GaussianNLLLoss as GaussianNLLLoss
    from backprop.nn.losses import HingeEmbeddingLoss as HingeEmbeddingLoss
    from backprop.nn.losses import HuberLoss as HuberLoss
    from backprop.nn.losses import KLDivLoss as KLDivLoss
    from backprop.nn.losses import L1Loss as L1Loss
    from backprop.nn.losses import MarginRankingLoss as MarginRankingLoss
    from backprop.nn.losses import MSELoss as MSELoss
    from backprop.nn.losses import MultiLabelMarginLoss as MultiLabelMarginLoss
    from backprop.nn.losses import MultiLabelSoftMarginLoss as MultiLabelSoftMarginLoss
    from backprop.nn.losses import MultiMarginLoss as MultiMarginLoss
    from backprop.nn.losses import NLLLoss as NLLLoss
    from backprop.nn.losses import NLLLoss2d as NLLLoss2d
    from backprop.nn.losses import PoissonNLLLoss as PoissonNLLLoss
    from backprop.nn.losses import SmoothL1Loss as SmoothL1Loss
    from backprop.nn.losses import SoftMarginLoss as SoftMarginLoss
    from backprop.nn.losses import TripletMarginLoss as TripletMarginLoss
    from backprop.nn.losses import TripletMarginWithDistanceLoss as TripletMarginWithDistanceLoss
    from backprop.nn.module import Module as Module
    from backprop.nn.normalization import BatchNorm1d as BatchNorm1d
    from backprop.nn.normalization import BatchNorm2d as BatchNorm2d
    from backprop.nn.normalization import BatchNorm3d as BatchNorm3d
    from backprop.nn.normalization import GroupNorm as GroupNorm
    from backprop.nn.normalization import InstanceNorm1d as InstanceNorm1d
    from backprop.nn.normalization import InstanceNorm2d as InstanceNorm2d
    from backprop.nn.normalization import InstanceNorm3d as InstanceNorm3d
    from backprop.nn.normalization import LayerNorm as LayerNorm
    from backprop.nn.normalization import LocalResponseNorm as LocalResponseNorm
    from backprop.nn.normalization import RMSNorm as RMSNorm
    from backprop.nn.normalization import Standardize as Standardize
    from backprop.nn.padding import CircularPad1d as CircularPad1d
    from backprop.nn.padding import CircularPad2d as CircularPad2d
    from backprop.nn.padding import CircularPad3d as CircularPad3d
    from backprop.nn.padding import ConstantPad1d as ConstantPad1d
    from backprop.nn.padding import ConstantPad2d as ConstantPad2d
    from backprop.nn.padding import ConstantPad3d as ConstantPad3d
    from backprop.nn.padding import ReflectionPad1d as ReflectionPad1d
    from backprop.nn.padding import ReflectionPad2d as ReflectionPad2d
    from backprop.nn.padding import ReflectionPad3d as ReflectionPad3d
    from backprop.nn.padding import ReplicationPad1d as ReplicationPad1d
    from backprop.nn.padding import ReplicationPad2d as ReplicationPad2d
    from backprop.nn.padding import ReplicationPad3d as ReplicationPad3d
    from backprop.nn.padding import ZeroPad1d as ZeroPad1d
    from backprop.nn.padding import ZeroPad2d as ZeroPad2d
    from backprop.nn.padding import ZeroPad3d as ZeroPad3d
    from backprop.nn.parallel import DataParallel as DataParallel
    from backprop.nn.parameters import Buffer as Buffer
    from backprop.nn.parameters import Parameter as Parameter
    from backprop.nn.pooling import AdaptiveAvgPool1d as AdaptiveAvgPool1d
    from backprop.nn.pooling import AdaptiveAvgPool2d as AdaptiveAvgPool2d
    from backprop.nn.pooling import AdaptiveAvgPool3d as AdaptiveAvgPool3d
    from backprop.nn.pooling import AdaptiveMaxPool1d as AdaptiveMaxPool1d
    from backprop.nn.pooling import AdaptiveMaxPool2d as AdaptiveMaxPool2d
    from backprop.nn.pooling import AdaptiveMaxPool3d as AdaptiveMaxPool3d
    from backprop.nn.pooling import AvgPool1d as AvgPool1d
    from backprop.nn.pooling import AvgPool2d as AvgPool2d
    from backprop.nn.pooling import AvgPool3d as AvgPool3d
    from backprop.nn.pooling import FractionalMaxPool2d as FractionalMaxPool2d
    from backprop.nn.pooling import FractionalMaxPool3d as FractionalMaxPool3d
    from backprop.nn.pooling import LPPool1d as LPPool1d
    from backprop.nn.pooling import LPPool2d as LPPool2d
    from backprop.nn.pooling import LPPool3d as LPPool3d
    from backprop.nn.pooling import MaxPool1d as MaxPool1d
    from backprop.nn.pooling import MaxPool2d as MaxPool2d
    from backprop.nn.pooling import MaxPool3d as MaxPool3d
    from backprop.nn.pooling import MaxUnpool1d as MaxUnpool1d
    from backprop.nn.pooling import MaxUnpool2d as MaxUnpool2d
    from backprop.nn.pooling import MaxUnpool3d as MaxUnpool3d
    from backprop.nn.recurrent import GRU as GRU
    from backprop.nn.recurrent import LSTM as LSTM
    from backprop.nn.recurrent import RNN as RNN
    from backprop.nn.recurrent import GRUCell as GRUCell
    from backprop.nn.recurrent import LSTMCell as LSTMCell
    from backprop.nn.recurrent import RNNCell as RNNCell
    from backprop.nn.resampling import ChannelShuffle as ChannelShuffle
    from backprop.nn.resampling import Fold as Fold
    from backprop.nn.resampling import PixelShuffle as PixelShuffle
    from backprop.nn.resampling import PixelUnshuffle as PixelUnshuffle
    from backprop.nn.resampling import Unfold as Unfold
    from backprop.nn.resampling import Upsample as Upsample
    from backprop.nn.resampling import UpsamplingBilinear2d as UpsamplingBilinear2d
    from backprop.nn.resampling import UpsamplingNearest2d as UpsamplingNearest2d
    from backprop.nn.transformer import MultiheadAttention as MultiheadAttention
    from backprop.nn.transformer import PositionalEncoding as PositionalEncoding
    from backprop.nn.transformer import Transformer as Transformer
    from backprop.nn.transformer import TransformerDecoder as TransformerDecoder
    from backprop.nn.transformer import TransformerDecoderLayer as TransformerDecoderLayer
    from backprop.nn.transformer import TransformerEncoder as TransformerEncoder
    from backprop.nn.transformer import TransformerEncoderLayer as TransformerEncoderLayer
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "": "functional init parallel utils",
            "activations": (
                "CELU ELU GELU GLU Hardshrink Hardsigmoid Hardswish Hardtanh LeakyReLU LogSigmoid LogSoftmax Mish PReLU"
                " RReLU ReLU ReLU6 SELU SiLU Sigmoid Softmax Softmax2d Softmin Softplus Softshrink Softsign Tanh Tanhshrink"
                " Threshold"
            ),
            "containers": (
                "Flatten Identity ModuleDict ModuleList ParameterDict ParameterList Residual Sequential Unflatten"
            ),
            "convolution": "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d",
            "distance": "CosineSimilarity PairwiseDistance",
            "dropout": "AlphaDropout Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout",
            "embedding_bag": "EmbeddingBag",
            "imputation": "Impute",
            "lazy": (
                "LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d LazyConv1d LazyConv2d LazyConv3d"
                " LazyConvTranspose1d LazyConvTranspose2d LazyConvTranspose3d LazyInstanceNorm1d LazyInstanceNorm2d"
                " LazyInstanceNorm3d LazyLinear UninitializedParameter"
            ),
            "learned_losses": "AdaptiveLogSoftmaxWithLoss LinearCrossEntropyLoss LinearCrossEntropyOptions",
            "linear": "Bilinear Embedding Linear",
            "losses": (
                "BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss"
                " HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss MSELoss MarginRankingLoss MultiLabelMarginLoss"
                " MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss SmoothL1Loss SoftMarginLoss"
                " TripletMarginLoss TripletMarginWithDistanceLoss"
            ),
            "module": "Module",
            "normalization": (
                "BatchNorm1d BatchNorm2d BatchNorm3d GroupNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d"
                " LayerNorm LocalResponseNorm RMSNorm Standardize"
            ),
            "padding": (
                "CircularPad1d CircularPad2d CircularPad3d ConstantPad1d ConstantPad2d ConstantPad3d"
                " ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d ReplicationPad2d"
                " ReplicationPad3d ZeroPad1d ZeroPad2d ZeroPad3d"
            ),
            "parallel": "DataParallel",
            "parameters": "Buffer Parameter",
            "pooling": (
                "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d AdaptiveMaxPool1d AdaptiveMaxPool2d"
                " AdaptiveMaxPool3d AvgPool1d AvgPool2d AvgPool3d FractionalMaxPool2d FractionalMaxPool3d LPPool1d LPPool2d LPPool3d MaxPool1d MaxPool2d"
                " MaxPool3d MaxUnpool1d MaxUnpool2d MaxUnpool3d"
            ),
            "recurrent": "GRU GRUCell LSTM LSTMCell RNN RNNCell",
            "resampling": (
                "ChannelShuffle Fold PixelShuffle PixelUnshuffle Unfold Upsample UpsamplingBilinear2d"
                " UpsamplingNearest2d"
            ),
            "transformer": (
                "MultiheadAttention PositionalEncoding Transformer TransformerDecoder TransformerDecoderLayer"
                " TransformerEncoder TransformerEncoderLayer"
            ),
        },
    )
