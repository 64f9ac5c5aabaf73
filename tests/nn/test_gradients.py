"""Every layer and every loss against finite differences, for its input and all its parameters."""

import random
from pathlib import Path

import pytest
from hypothesis import given

from backprop.autograd import gradcheck
from backprop.nn import LeakyReLU, Linear, LogSoftmax, Module, ReLU, Sequential, Sigmoid, Softmax, Tanh
from backprop.nn.losses import BCEWithLogitsLoss, CrossEntropyLoss, MSELoss
from tests import tables
from tests.public import CLASSES
from tests.strategies import random_tensor, seeds, sizes

# For each layer: how to make one for rows of ``width`` numbers.
LAYERS = {
    "LeakyReLU": lambda width, rng: LeakyReLU(0.2),
    "Linear": lambda width, rng: Linear(width, 3, bias=rng.random() < 0.8, rng=rng),
    "LogSoftmax": lambda width, rng: LogSoftmax(rng.choice([0, 1])),
    "ReLU": lambda width, rng: ReLU(),
    "Sequential": lambda width, rng: Sequential(Linear(width, 2, rng=rng), Tanh(), Linear(2, 3, rng=rng)),
    "Sigmoid": lambda width, rng: Sigmoid(),
    "Softmax": lambda width, rng: Softmax(rng.choice([0, 1])),
    "Tanh": lambda width, rng: Tanh(),
}
# For each loss: targets for an input of this shape.
LOSSES = {
    "BCEWithLogitsLoss": (BCEWithLogitsLoss, lambda n, m, rng: tables.uniform(n, m, rng=rng)),
    "CrossEntropyLoss": (CrossEntropyLoss, lambda n, m, rng: [rng.randrange(m) for _ in range(n)]),
    "MSELoss": (MSELoss, lambda n, m, rng: tables.normal(n, m, rng=rng)),
}


# Those that need more than rows of any width, and the file that checks their gradients.
ELSEWHERE = {
    "test_attention.py": "MultiheadAttention",
    "test_convolution.py": "Conv1d Conv2d Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d",
    "test_embedding.py": "Embedding EmbeddingBag",
    "test_normalization.py": "BatchNorm1d BatchNorm2d BatchNorm3d GroupNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d "
    "LayerNorm LocalResponseNorm RMSNorm",
    "test_position.py": "PositionalEncoding",
    "test_recurrent.py": "GRU GRUCell LSTM LSTMCell RNN RNNCell",
    "test_containers.py": "Residual ModuleDict ModuleList ParameterDict ParameterList",
    "test_learned_losses.py": "AdaptiveLogSoftmaxWithLoss",
    "test_linear.py": "Bilinear",
    "test_transformer.py": "Transformer TransformerDecoder TransformerDecoderLayer TransformerEncoder TransformerEncoderLayer",
    "test_standardize.py": "Standardize",
    "test_imputation.py": "Impute",
    "test_losses.py": "BCELoss CTCLoss CosineEmbeddingLoss GaussianNLLLoss HingeEmbeddingLoss HuberLoss KLDivLoss L1Loss "
    "MarginRankingLoss MultiLabelMarginLoss MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss PoissonNLLLoss SmoothL1Loss "
    "SoftMarginLoss TripletMarginLoss TripletMarginWithDistanceLoss",
}
# These call the operation of their name, whose gradient is checked there, or nothing at all.
THIN = (
    "AlphaDropout DataParallel Dropout Dropout1d Dropout2d Dropout3d FeatureAlphaDropout Flatten Identity Unflatten "
    "ChannelShuffle Fold FractionalMaxPool2d FractionalMaxPool3d PixelShuffle PixelUnshuffle Unfold "
    "Upsample UpsamplingBilinear2d UpsamplingNearest2d "
    + " ".join(
        f"{name}{axes}d"
        for name in [
            "AdaptiveAvgPool",
            "AdaptiveMaxPool",
            "AvgPool",
            "CircularPad",
            "ConstantPad",
            "LPPool",
            "MaxPool",
            "MaxUnpool",
            "ReflectionPad",
            "ReplicationPad",
            "ZeroPad",
        ]
        for axes in (1, 2, 3)
    )
    + " "
    "CELU ELU GELU GLU SELU Hardshrink Hardsigmoid Hardswish Hardtanh LogSigmoid Mish PReLU ReLU6 SiLU Softmax2d Softmin "
    "Softplus Softshrink Softsign Tanhshrink Threshold CosineSimilarity PairwiseDistance RReLU LinearCrossEntropyLoss NLLLoss2d"
)


def test_no_layer_is_left_out():
    layers = {name for name, kind in CLASSES.items() if issubclass(kind, Module)}
    elsewhere = {name for names in (*ELSEWHERE.values(), THIN) for name in names.split()}
    lazy = {name for name in layers if name.startswith("Lazy")}  # become the others
    assert layers - lazy - {"Module"} == {*LAYERS, *LOSSES, *elsewhere}
    for file, names in ELSEWHERE.items():
        text = (Path(__file__).parent / file).read_text("utf-8")
        assert all(name in text for name in names.split()), file


@pytest.mark.parametrize("name", LAYERS)
@given(rows=sizes, columns=sizes, seed=seeds)
def test_gradient_of_a_layer(name, rows, columns, seed):
    rng = random.Random(seed)
    x = random_tensor(rows, columns, rng, kink=0.0)
    layer = LAYERS[name](columns, rng)
    assert gradcheck(lambda x, *_: layer(x), [x, *layer.parameters()], rng=rng)


@pytest.mark.parametrize("name", LOSSES)
@given(rows=sizes, columns=sizes, seed=seeds)
def test_gradient_of_a_loss(name, rows, columns, seed):
    rng = random.Random(seed)
    loss, targets = LOSSES[name][0](), LOSSES[name][1](rows, columns, rng)
    assert gradcheck(lambda x: loss(x, targets), [random_tensor(rows, columns, rng)], rng=rng)


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_the_function_of_its_name_on_each_row(name):
    """A batch is one row per example: what is one row alone is the same row in a batch."""
    rng = random.Random(0)
    layer = LAYERS[name](3, random.Random(1))
    if getattr(layer, "dim", 1) == 0:
        layer.dim = 1
    batch = random_tensor(4, 3, rng).matrix
    together = layer(batch).matrix
    for i in range(4):
        assert layer(batch[i]).matrix.allclose(together[i], rel_tol=1e-14)
