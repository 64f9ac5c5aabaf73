"""Every layer, loss, optimizer and schedule refuses bad settings when it is made and bad input when it is called.

The settings are found in the signatures, so a class that comes later is asked too. Each refusal is one sentence that
begins with the name of the class that the user wrote.
"""

import inspect
import math
import random
import re

import pytest

from backprop import Matrix, Tensor, full, ones, tensor
from backprop.nn import Linear, Module, Parameter, TransformerDecoderLayer, TransformerEncoderLayer
from backprop.optim import SGD, Adam, AdamW, Optimizer, RMSprop
from backprop.optim.lr_scheduler import LRScheduler
from tests.public import CLASSES
from tests.values import values

LAYERS = {name: kind for name, kind in CLASSES.items() if issubclass(kind, Module) and kind is not Module}
CONTAINERS = {"DataParallel", "Sequential", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList"}
RULES = {name: kind for name, kind in CLASSES.items() if issubclass(kind, Optimizer) and kind is not Optimizer}
SCHEDULES = {name: kind for name, kind in CLASSES.items() if issubclass(kind, LRScheduler) and kind is not LRScheduler}

# What each needs to be made at all; those of images are much the same for 1, 2 and 3 axes.
CONVOLUTION = {"in_channels": 2, "out_channels": 4, "kernel_size": 2}
BY_AXES = {
    "AdaptiveAvgPool": {"output_size": 2},
    "AdaptiveMaxPool": {"output_size": 2},
    "AvgPool": {"kernel_size": 2},
    "BatchNorm": {"num_features": 4},
    "CircularPad": {"padding": 1},
    "ConstantPad": {"padding": 1, "value": 0.5},
    "Conv": CONVOLUTION,
    "ConvTranspose": CONVOLUTION,
    "FractionalMaxPool": {"kernel_size": 2, "output_size": 1},
    "InstanceNorm": {"num_features": 4},
    "LPPool": {"norm_type": 2, "kernel_size": 2},
    "MaxPool": {"kernel_size": 2},
    "LazyBatchNorm": {},
    "LazyConv": {"out_channels": 4, "kernel_size": 2},
    "LazyConvTranspose": {"out_channels": 4, "kernel_size": 2},
    "LazyInstanceNorm": {},
    "MaxUnpool": {"kernel_size": 2},
    "ReflectionPad": {"padding": 1},
    "ReplicationPad": {"padding": 1},
    "ZeroPad": {"padding": 1},
}
ATTENTION = {"d_model": 4, "nhead": 2, "dim_feedforward": 8}
NEEDED = {
    **{f"{name}{axes}d": needed for name, needed in BY_AXES.items() for axes in (1, 2, 3)},
    "AdaptiveLogSoftmaxWithLoss": {"in_features": 32, "n_classes": 6, "cutoffs": [2, 4]},
    "Bilinear": {"in1_features": 2, "in2_features": 3, "out_features": 4},
    "ChannelShuffle": {"groups": 2},
    "DataParallel": {"module": Linear(1, 1)},
    "Embedding": {"num_embeddings": 4, "embedding_dim": 2},
    "EmbeddingBag": {"num_embeddings": 4, "embedding_dim": 2},
    "Fold": {"output_size": 4, "kernel_size": 2},
    "GRU": {"input_size": 3, "hidden_size": 2},
    "GRUCell": {"input_size": 3, "hidden_size": 2},
    "GroupNorm": {"num_groups": 2, "num_channels": 4},
    "LSTM": {"input_size": 3, "hidden_size": 2},
    "LSTMCell": {"input_size": 3, "hidden_size": 2},
    "LayerNorm": {"normalized_shape": 4},
    "LazyLinear": {"out_features": 10},
    "LinearCrossEntropyLoss": {"in_features": 2, "num_classes": 3},
    "Linear": {"in_features": 64, "out_features": 10},
    "LocalResponseNorm": {"size": 3},
    "MultiheadAttention": {"embed_dim": 4, "num_heads": 2},
    "PReLU": {"num_parameters": 2},
    "PixelShuffle": {"upscale_factor": 2},
    "PixelUnshuffle": {"downscale_factor": 2},
    "PositionalEncoding": {"d_model": 4},
    "RMSNorm": {"normalized_shape": 4},
    "RNN": {"input_size": 3, "hidden_size": 2},
    "RNNCell": {"input_size": 3, "hidden_size": 2},
    "Residual": {"layer": Linear(3, 2)},
    "Softmax": {"dim": 1},
    "Standardize": {"num_features": 4},
    "Impute": {"num_features": 4},
    "Transformer": {"d_model": 4, "nhead": 2, "num_encoder_layers": 1, "num_decoder_layers": 1, "dim_feedforward": 8},
    "TransformerDecoder": {"decoder_layer": TransformerDecoderLayer(**ATTENTION), "num_layers": 1},
    "TransformerDecoderLayer": ATTENTION,
    "TransformerEncoder": {"encoder_layer": TransformerEncoderLayer(**ATTENTION), "num_layers": 1},
    "TransformerEncoderLayer": ATTENTION,
    "Unflatten": {"dim": 1, "unflattened_size": (2, 2)},
    "Unfold": {"kernel_size": 2},
    "Threshold": {"threshold": 0.5, "value": 20.0},
    "Upsample": {"scale_factor": 2},
    "UpsamplingBilinear2d": {"scale_factor": 2},
    "UpsamplingNearest2d": {"scale_factor": 2},
    "CosineAnnealingLR": {"T_max": 3},
    "CosineAnnealingWarmRestarts": {"T_0": 3},
    "CyclicLR": {"base_lr": 0.1, "max_lr": 1.0},
    "ExponentialLR": {"gamma": 0.5},
    "ChainedScheduler": {"schedulers": []},
    "LambdaLR": {"lr_lambda": lambda t: 1.0},
    "MultiplicativeLR": {"lr_lambda": lambda t: 1.0},
    "MultiStepLR": {"milestones": [1]},
    "OneCycleLR": {"max_lr": 1.0, "epochs": 3, "steps_per_epoch": 4},
    "SequentialLR": {"schedulers": [], "milestones": []},
    "StepLR": {"step_size": 3},
}
# What is none of its kind, for each annotation that a setting has.
BAD_NUMBERS = [math.nan, math.inf, "a", [0.1, 0.2]]
BAD_COUNTS = [True, 1.5, math.nan, "3", None]
BAD_SIZES = [True, -1, 1.5, "3", (1, 2, 3, 4), (1, math.nan), (1, math.nan, 1)]
BAD = {
    "float": [*BAD_NUMBERS, None],
    "float | None": BAD_NUMBERS,
    "int": BAD_COUNTS,
    "int | None": BAD_COUNTS[:-1],
    "bool": ["False", None, 1, random.Random(0)],
    "str": ["nonsense", 3, None],
    "str | None": ["nonsense", 3],
    "Setting": [*BAD_SIZES, None],
    "Setting | None": BAD_SIZES,
    "Setting | str": [*BAD_SIZES, "nonsense", None],
    "OutputSize": BAD_SIZES,
    "Ratio": ["2", (0.5, "a"), 1.5, math.nan],
    "tuple[int, ...]": [3, (1.5,), ("a",), None],
    "LinearCrossEntropyOptions | None": [],
    "Rates": [*BAD_NUMBERS, -1.0, [math.nan], None],
    "tuple[float, float]": [0.5, (0.5,), (math.nan, 1.2), ("a", "b"), None],
    "tuple[float | None, float]": [0.5, (0.5,), (math.nan, 1.2), ("a", "b"), None],
    "tuple[float, float, float]": [0.5, (0.5, 1.0), (math.nan, 1.0, 1.0), None],
    "Weights | None": ["ab", 3, [math.nan], [math.inf], ["a"], Matrix([[math.nan]])],
    "Module": [None, "relu"],
    "Module | None": ["relu", 3],
    "Activation": ["nonsense", 3, None],
    "Amounts": ["3", 1.5, None, (1,), (1, 1.5), [1, 1.5, 1, 1], (1, 1, 1, 1, 1, "1")],
    "Any": [],
    "DType | None": [],  # in words of the factory that it is given to
    "Tensor | None": [],
    "Callable[[Tensor, Tensor], Tensor] | None": [3, "l2"],
    "Scale": ["2", [2.0, "2"], -1.0, math.nan],
    "Shape": [True, -1, 0, 1.5, "3", [], [3, 0], (1, math.nan), None],
    "bool | None": ["False", 1],
    "int | Sequence[int] | None": [True, 1.5, "3", -1, (1, 1.5)],
    "Params": [None, 3, [], [Matrix([[1.0]])], [{"lr": 1.0}]],
    "Optimizer": [None, "SGD"],
    "Optimizer | None": ["SGD"],
    "Iterable[int]": [3, [1.5], [-1], [True], ["a"]],
    "Sequence[int]": [3, [1.5], None],
    "Sequence[LRScheduler]": [3, [None], None],
    "Factor | Sequence[Factor]": [0.5, [], ["a"]],
    "Callable[[float], float] | None": [3, "powers"],
}
# What one setting takes, though others of its annotation do not: infinity is a norm, and any number fills up.
TAKEN = {
    ("Embedding", "norm_type"): [math.inf],
    ("EmbeddingBag", "norm_type"): [math.inf],
    ("PairwiseDistance", "p"): [math.inf],
    **{(f"ConstantPad{axes}d", "value"): [math.nan, math.inf] for axes in (1, 2, 3)},
}


# A generator draws and names itself where it is none; optimizers and schedulers ask Python for true or false.
def asked(name, annotation):
    return annotation != "random.Random | None" and (annotation != "bool" or name in LAYERS)


def made(name, **changed):
    """One of these classes, with what it needs and with what was changed."""
    kind, settings = CLASSES[name], {**NEEDED.get(name, {}), **changed}
    if name in RULES:
        settings.setdefault("params", [Parameter([[1.0, 2.0]])])
    if name in SCHEDULES:
        settings.setdefault("optimizer", SGD([Parameter([[1.0]])], momentum=0.9))
    return kind(**settings)


def settings_of(name):
    """The settings of a class and their annotations."""
    return {p.name: p.annotation for p in inspect.signature(CLASSES[name]).parameters.values()}


MADE = sorted({*LAYERS, *RULES, *SCHEDULES} - CONTAINERS)


@pytest.mark.parametrize("name", MADE)
def test_a_setting_that_is_none_of_its_kind_is_refused_when_it_is_made(name):
    made(name) if name not in ("ChainedScheduler", "SequentialLR") else None
    for setting, annotation in settings_of(name).items():
        for value in BAD[annotation] if asked(name, annotation) else []:
            if any(value is taken for taken in TAKEN.get((name, setting), [])):
                made(name, **{setting: value})
                continue
            with pytest.raises((TypeError, ValueError, KeyError)) as refused:
                made(name, **{setting: value})
            assert re.match(rf"{name}\b", refused.value.args[0]), f"{setting}={value!r}: {refused.value}"


# ---------------------------------------------------------------- input

VECTOR, ROWS, IMAGES = ones(3), ones(6, 3), ones(2, 3, 4, 4)
SEQUENCES, PROBABILITIES = ones(6, 2, 4), Tensor([[0.5, 0.25], [0.0, 1.0]])
# What an input of images in 1, 2 and 3 axes is.
FORMS = {1: "(N, C, L) or (C, L)", 2: "(N, C, H, W) or (C, H, W)", 3: "(N, C, D, H, W) or (C, D, H, W)"}
OF_IMAGES = [
    "AdaptiveAvgPool",
    "AdaptiveMaxPool",
    "AvgPool",
    "Conv",
    "ConvTranspose",
    "InstanceNorm",
    "LPPool",
    "MaxPool",
    "CircularPad",
    "ReflectionPad",
    "ReplicationPad",
]


def of_images(name, axes):
    """What an input without channels, and one that is smaller than the kernel, are refused with."""
    shape = [3, 3, 3][: 4 - axes] if axes > 1 else [3]
    if name.endswith("Pad"):
        mode = {"CircularPad": "circular", "ReflectionPad": "reflect", "ReplicationPad": "replicate"}[name]
        return [((ones(*[2] * (axes + 3)),), {}, f": mode {mode!r} pads the last 1 to 3 axes of (C, …) or (N, C, …)")]
    form = f" with C = 4, got the shape {shape}" if name == "InstanceNorm" else f", got the shape {shape}"
    own = "(4)" if name == "InstanceNorm" else ""
    refused = [((ones(*shape),), {}, f"{own}: input is {FORMS[axes]}{form}")]
    if name in ("AvgPool", "Conv", "LPPool", "MaxPool"):
        extents = ["×".join([str(size)] * axes) for size in (2, 1, 1, 1)]
        small = ": a kernel of {} with dilation {} does not fit into an image of {} padded to {}".format(*extents)
        refused.append(((ones(1, 2, *[1] * axes),), {}, small))
    if name in ("Conv", "ConvTranspose"):
        first = "[4, 2, " if name == "Conv" else "[2, 4, "
        weight = first + ", ".join(["2"] * axes) + "]"
        given = "groups=1" if name == "Conv" else "transposed=1"
        refused.append(
            ((ones(1, 3, *[4] * axes),), {}, f": Given {given}, weight of size {weight}, expected input[1, 3, ")
        )
    return refused


def unpooling(axes):
    image = [1] * axes
    return [
        ((VECTOR, VECTOR), {}, f": input is {FORMS[axes]}, got the shape [3]"),
        ((ones(1, 1, *image), ones(1, 2, *image)), {}, f": indices have the shape of the input, {[1, 1, *image]}, got"),
        (
            (ones(1, 1, *image), full((1, 1, *image), 99)),
            {},
            f": indices are ints from 0 to {2**axes - 1} in a channel",
        ),
        (
            (ones(1, 1, *image), ones(1, 1, *image)),
            {},
            f": indices are ints from 0 to {2**axes - 1} in a channel, got 1.0",
        ),
    ]


NO_FIT = ": The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 1: PROBABILITIES [2, 2], ROWS"
OTHER_SHAPE = " needs input and target of the same shape, got [2, 2] and [6, 3]"
HEADS = "(T, N, E), key and value are (S, N, …), or all without N, got the shapes"
# For each layer and loss calls that are refused, by what the sentence says after the name.
BAD_INPUT = {
    **{f"{name}{axes}d": of_images(name, axes) for name in OF_IMAGES for axes in (1, 2, 3)},
    **{f"MaxUnpool{axes}d": unpooling(axes) for axes in (1, 2, 3)},
    **{
        f"{name}{axes}d": [((ones(2),), {}, ": pad is two ints for each of the last axes, at most 1 of the shape [2]")]
        for name in ("ConstantPad", "ZeroPad")
        for axes in (2, 3)
    },
    **{
        f"{name}{axes}d": [
            ((tensor(1.0),), {}, ": pad is two ints for each of the last axes, at most 0 of the shape []")
        ]
        for name in ("ConstantPad", "ZeroPad")
        for axes in (1,)
    },
    "Dropout1d": [((VECTOR,), {}, ": input is (N, C, L) or (C, L), got the shape [3]")],
    "BatchNorm1d": [
        ((ROWS,), {}, "(4): input is (N, C) or (N, C, L) with C = 4, got the shape [6, 3]"),
        ((IMAGES,), {}, "(4): input is (N, C) or (N, C, L) with C = 4, got the shape [2, 3, 4, 4]"),
        ((ones(1, 4),), {}, " needs more than one number a channel to train on, got the shape [1, 4]"),
    ],
    "BatchNorm2d": [
        ((ROWS,), {}, "(4): input is (N, C, H, W) with C = 4, got the shape [6, 3]"),
        ((IMAGES,), {}, "(4): input is (N, C, H, W) with C = 4, got the shape [2, 3, 4, 4]"),
        ((ones(1, 4, 1, 1),), {}, " needs more than one number a channel to train on, got the shape [1, 4, 1, 1]"),
    ],
    "BatchNorm3d": [((IMAGES,), {}, "(4): input is (N, C, D, H, W) with C = 4, got the shape [2, 3, 4, 4]")],
    "Bilinear": [
        ((ROWS, ROWS), {}, " got inputs of the shapes [6, 3] and [6, 3]; a weight of [4, 2, 3] needs (…, in1)")
    ],
    "ChannelShuffle": [((IMAGES,), {}, ": groups divides the channels of (N, C, …), got 2 and the shape [2, 3, 4, 4]")],
    "Embedding": [
        (([0, 4],), {}, ": index 4 at position 1 is out of range; indices are from 0 to 3"),
        (([[0, 1], [2, -1]],), {}, ": index -1 at position 1, 1 is out of range; indices are from 0 to 3"),
        (([0, 1.0],), {}, ": indices are ints, got 1.0 at position 1"),
        (([math.nan],), {}, ": indices are ints, got nan at position 0"),
        ((["a"],), {}, ": indices are ints, got ['a']; write [names.index(t) for t in targets]"),
        ((ROWS,), {}, ": indices are ints, got a Tensor of torch.float32; write input.long()"),
    ],
    "EmbeddingBag": [
        (([[0, 4]],), {}, ": index 4 at position 0, 1 is out of range; indices are from 0 to 3"),
        (([0, 1],), {}, ": offsets say where in the input each bag begins, as [0, 3]; got None"),
        (([0, 1.0], [0]), {}, ": indices are ints, got 1.0 at position 1"),
        (([0, 1], [1]), {}, ": offsets go up from 0 to 2, the number of indices, got [1]"),
    ],
    "Dropout2d": [((VECTOR,), {}, ": input is (N, C, H, W), got the shape [3]")],
    "FeatureAlphaDropout": [((VECTOR,), {}, ": input is (N, C, …), got the shape [3]")],
    "Fold": [
        ((VECTOR,), {}, ": input is (N, C·kh·kw, L) or (C·kh·kw, L), got the shape [3]"),
        ((ROWS,), {}, ": input has a multiple of 4 numbers in each column, got 6"),
    ],
    "GLU": [((ROWS,), {}, ": the size along dim is even, got 3 at axis -1 of [6, 3]")],
    "GRU": [
        ((SEQUENCES,), {}, "(3, 2) got rows of 4 numbers; it needs 3"),
        ((VECTOR,), {}, ": an input is (T, N, 3), or (T, 3) for one sequence, got [3]"),
        ((ones(6, 1, 3), ROWS), {}, "(3, 2) got hx of the shape [6, 3]; it needs [1, 1, 2]"),
    ],
    "GRUCell": [
        ((ones(6, 4),), {}, "(3, 2) got rows of 4 numbers; it needs 3"),
        ((ones(2, 2, 3),), {}, ": an input is (N, 3) or (3), got [2, 2, 3]"),
        ((ROWS, ROWS), {}, ": hx has the shape [6, 2], got [6, 3]"),
    ],
    "GroupNorm": [((ROWS,), {}, "(2, 4): input is (N, C, …) with C = 4, got the shape [6, 3]")],
    "LSTM": [
        ((SEQUENCES,), {}, "(3, 2) got rows of 4 numbers; it needs 3"),
        ((VECTOR,), {}, ": an input is (T, N, 3), or (T, 3) for one sequence, got [3]"),
        ((ones(6, 1, 3), ROWS), {}, ": hx is the pair (h_0, c_0), got tensor"),
        ((ones(6, 1, 3), (None, ROWS)), {}, "(3, 2) got c_0 of the shape [6, 3]; it needs [1, 1, 2]"),
    ],
    "LSTMCell": [
        ((ones(6, 4),), {}, "(3, 2) got rows of 4 numbers; it needs 3"),
        ((ROWS, ROWS), {}, ": hx is the pair (h_0, c_0), got tensor"),
        ((ROWS, (ones(6, 2), ROWS)), {}, ": c_0 has the shape [6, 2], got [6, 3]"),
    ],
    "LayerNorm": [
        (
            (ROWS,),
            {},
            ": Given normalized_shape=[4], expected input with shape [*, 4], but got input of size[6, 3]: ROWS [6, 3]",
        )
    ],
    "Linear": [
        ((ROWS,), {}, "(64, 10) got rows of 3 numbers; it needs 64"),
        ((tensor(1.0),), {}, "(64, 10) got a single number; it needs 64"),
        (
            (ones(2, 8, 8),),
            {},
            "(64, 10) got rows of 8 numbers; it needs 64, as mat1 and mat2 shapes cannot be multiplied (16x8 and 64x10): input ",
        ),
    ],
    "LocalResponseNorm": [((ROWS,), {}, ": input is (N, C, …) with at least one more axis, got the shape [6, 3]")],
    "MultiheadAttention": [
        ((SEQUENCES, ROWS, ROWS), {}, "(4, 2) got rows of 3 numbers as key; it needs 4"),
        ((SEQUENCES, *[ones(5, 3, 4)] * 2), {}, f": query is {HEADS} [6, 2, 4], [5, 3, 4], [5, 3, 4]"),
        ([SEQUENCES] * 3, {"attn_mask": ROWS}, ": attn_mask has the shape [6, 6] or [4, 6, 6], got [6, 3]"),
        ([*[SEQUENCES] * 3, [True]], {}, ": key_padding_mask has the shape [2, 6], got [1]"),
        ([*[SEQUENCES] * 3, [3, 0]], {}, ": key_padding_mask holds bools or floats that are added to the scores, got"),
    ],
    "PReLU": [((ROWS,), {}, ": weight has one slope, or one for each of the 3 channels of the input of shape [6, 3]")],
    "PixelShuffle": [
        ((IMAGES,), {}, ": input is (…, C·r², H, W) for r = upscale_factor, got 2 and the shape [2, 3, 4, 4]")
    ],
    "PixelUnshuffle": [
        ((ROWS,), {}, ": input is (…, C, H·r, W·r) for r = downscale_factor, got 2 and the shape [6, 3]")
    ],
    "PositionalEncoding": [
        ((ROWS,), {}, "(4) got rows of 3 numbers; it needs 4"),
        ((ones(1, 1, 1, 4),), {}, ": an input is (T, N, 4) or (T, 4), got [1, 1, 1, 4]"),
        ((ones(5001, 4),), {}, ": a sequence has 5001 steps, which is above max_len=5000"),
    ],
    "RMSNorm": [
        (
            (ROWS,),
            {},
            ": Given normalized_shape=[4], expected input with shape [*, 4], but got input of size[6, 3]: ROWS [6, 3]",
        )
    ],
    "RNN": [
        ((SEQUENCES,), {}, "(3, 2) got rows of 4 numbers; it needs 3"),
        ((ones(2, 2, 2, 3),), {}, ": an input is (T, N, 3), or (T, 3) for one sequence, got [2, 2, 2, 3]"),
        ((ones(6, 1, 3), ROWS), {}, "(3, 2) got hx of the shape [6, 3]; it needs [1, 1, 2]"),
    ],
    "RNNCell": [
        ((ones(6, 4),), {}, "(3, 2) got rows of 4 numbers; it needs 3"),
        ((ROWS, ROWS), {}, ": hx has the shape [6, 2], got [6, 3]"),
    ],
    "Residual": [((ROWS,), {}, ": the layer made 6×2 of 6×3; both need the same shape to be added")],
    "Softmax2d": [((ROWS,), {}, ": input is (N, C, H, W) or (C, H, W), got the shape [6, 3]")],
    "Standardize": [((ROWS,), {}, "(4) got rows of 3 numbers; it needs 4")],
    "Impute": [((ROWS,), {}, "(4) got rows of 3 numbers; it needs 4")],
    "Transformer": [((ones(6, 2, 3), SEQUENCES), {}, "EncoderLayer(4, 2) got rows of 3 numbers; it needs 4")],
    "TransformerDecoder": [((ones(6, 2, 3), SEQUENCES), {}, "Layer(4, 2) got rows of 3 numbers; it needs 4")],
    "TransformerDecoderLayer": [((ones(6, 2, 3), SEQUENCES), {}, "(4, 2) got rows of 3 numbers; it needs 4")],
    "TransformerEncoder": [((ROWS,), {}, "Layer(4, 2) got rows of 3 numbers; it needs 4")],
    "TransformerEncoderLayer": [((ROWS,), {}, "(4, 2) got rows of 3 numbers; it needs 4")],
    "Unflatten": [
        ((ROWS,), {}, ": shape '[2, 2]' is invalid for input of size 3"),
        ((VECTOR,), {}, ": dim is an int from -1 to 0 for a tensor of 1 axes, got 1"),
    ],
    "Unfold": [
        ((ROWS,), {}, ": input is (N, C, H, W) or (C, H, W), got the shape [6, 3]"),
        ((ones(1, 1, 1),), {}, ": a kernel of 2×2 with dilation 1×1 does not fit into an image of 1×1 padded to 1×1"),
    ],
    "Upsample": [((ROWS,), {}, ": input is (N, C, …) with 1 to 3 more axes for mode 'nearest', got the shape [6, 3]")],
    "UpsamplingBilinear2d": [
        ((ROWS,), {}, ": input is (N, C, …) with 2 more axes for mode 'bilinear', got the shape [6, 3]")
    ],
    "UpsamplingNearest2d": [
        ((ROWS,), {}, ": input is (N, C, …) with 1 to 3 more axes for mode 'nearest', got the shape [6, 3]")
    ],
    "BCELoss": [
        ((PROBABILITIES, ROWS), {}, OTHER_SHAPE),
        ((PROBABILITIES * 2, PROBABILITIES), {}, ": input [1, 1] is 2.0; an input is a probability, from 0 to 1"),
        ((PROBABILITIES, PROBABILITIES * math.nan), {}, ": target [0, 0] is nan; a target is a probability"),
    ],
    "BCEWithLogitsLoss": [
        ((PROBABILITIES, ROWS), {}, OTHER_SHAPE),
        ((PROBABILITIES, PROBABILITIES * 2), {}, ": target [1, 1] is 2.0; a target is a probability, from 0 to 1"),
    ],
    "CTCLoss": [
        ((VECTOR, [1], 1, 1), {}, ": log_probs is (T, N, C), or (T, C) for one sequence, got the shape [3]"),
        ((ROWS, [1], 7, 1), {}, ": input_lengths are 1 ints from 0 to 6, got [7]"),
        ((ROWS, [1], 6, 2), {}, ": target_lengths are 1 ints from 0 to 1, got [2]"),
        ((ROWS, [3], 6, 1), {}, ": index 3 at position 0 is out of range; indices are from 0 to 2"),
    ],
    "CosineEmbeddingLoss": [
        ((ROWS, PROBABILITIES, [1] * 6), {}, " needs input1 and input2 of the same shape, got [6, 3] and [2, 2]"),
        ((ROWS, ROWS, [1, -1]), {}, " got 2 targets for 6 rows"),
        ((ROWS, ROWS, [1, -1, 1, -1, 1, 0]), {}, ": target 5 is 0; it is 1 (alike) or -1 (unlike)"),
        ((ROWS, ROWS, [1.0] * 6), {}, ": targets are 1 (alike) and -1 (unlike), a list or a Tensor, got [1.0"),
    ],
    "CosineSimilarity": [((PROBABILITIES, ROWS), {}, NO_FIT)],
    "CrossEntropyLoss": [
        ((PROBABILITIES, [0]), {}, " got 1 targets for 2 rows"),
        ((PROBABILITIES, [0, 2]), {}, ": target 1 is 2; with 2 classes they are 0 to 1"),
        ((PROBABILITIES, [0, math.nan]), {}, ": targets are class indices (ints), got [0, nan]"),
        ((PROBABILITIES, [[0], [1]]), {}, " needs targets of the shape [2], got [2, 1]; write [t for [t] in targets]"),
        (
            (ones(2, 3, 4, 4), ones(2, 3, 4).long()),
            {},
            " needs targets of the shape [2, 4, 4], got [2, 3, 4]; the classes are",
        ),
        ((PROBABILITIES, ROWS), {}, OTHER_SHAPE),
        ((PROBABILITIES, -PROBABILITIES), {}, ": target [0, 0] is -0.5; a target is a probability, from 0 up"),
    ],
    "GaussianNLLLoss": [
        ((PROBABILITIES, ROWS, PROBABILITIES), {}, NO_FIT),
        (
            (ROWS, ROWS, ones(5)),
            {},
            ": The size of tensor a (3) must match the size of tensor b (5) at non-singleton dimension 1: ",
        ),
        ((VECTOR, VECTOR, -VECTOR), {}, ": var 0 is -1.0; a var is a variance, from 0 up"),
    ],
    "HingeEmbeddingLoss": [((PROBABILITIES, ROWS), {}, NO_FIT)],
    "HuberLoss": [((PROBABILITIES, ROWS), {}, NO_FIT)],
    "KLDivLoss": [((PROBABILITIES, ROWS), {}, OTHER_SHAPE)],
    "AdaptiveLogSoftmaxWithLoss": [
        ((ROWS, [0] * 6), {}, "(32, 6) got rows of 3 numbers; it needs 32"),
        ((ones(2, 32), [0, 6]), {}, ": targets are from 0 to 5, got 6"),
    ],
    **{
        f"FractionalMaxPool{axes}d": [((VECTOR,), {}, f": input is {FORMS[axes]}, got the shape [3]")]
        for axes in (2, 3)
    },
    "LazyLinear": [((tensor(1.0),), {}, ": input has more axes, got the shape []")],
    **{
        f"Lazy{name}{axes}d": [((VECTOR,), {}, ": input has more axes, got the shape [3]")]
        for name in ("BatchNorm", "Conv", "ConvTranspose", "InstanceNorm")
        for axes in (1, 2, 3)
    },
    "LinearCrossEntropyLoss": [
        ((ROWS, [0] * 6), {}, ": input is (N, in_features) and linear_weight (C, …, in_features)")
    ],
    "L1Loss": [((PROBABILITIES, ROWS), {}, NO_FIT)],
    "MSELoss": [((PROBABILITIES, ROWS), {}, NO_FIT)],
    "MarginRankingLoss": [
        ((PROBABILITIES, ROWS, PROBABILITIES), {}, NO_FIT),
        (
            (ROWS, ROWS, ones(6)),
            {},
            ": The size of tensor a (3) must match the size of tensor b (6) at non-singleton dimension 1",
        ),
    ],
    "MultiLabelMarginLoss": [
        ((PROBABILITIES, [[0, -1]]), {}, " needs targets of the shape [2, 2], got [1, 2]"),
        ((PROBABILITIES, [[0, 2], [1, -1]]), {}, ": target 1 is 2; with 2 classes they are -1 to 1"),
    ],
    "MultiLabelSoftMarginLoss": [
        (
            (ROWS, PROBABILITIES),
            {},
            ": The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1",
        )
    ],
    "MultiMarginLoss": [
        ((PROBABILITIES, [0]), {}, " got 1 targets for 2 rows"),
        ((PROBABILITIES, [0, 2]), {}, ": target 1 is 2; with 2 classes they are 0 to 1"),
        ((PROBABILITIES, [0.0, 1.0]), {}, ": targets are class indices (ints), got [0.0, 1.0]; write [int(t)"),
    ],
    "NLLLoss": [
        ((PROBABILITIES, [0, -1]), {}, ": target 1 is -1; with 2 classes they are 0 to 1"),
        ((PROBABILITIES, [True, False]), {}, ": targets are class indices (ints), got [True, False]"),
    ],
    "PairwiseDistance": [((PROBABILITIES, ROWS), {}, NO_FIT)],
    "PoissonNLLLoss": [((PROBABILITIES, ROWS), {}, NO_FIT)],
    "SmoothL1Loss": [((PROBABILITIES, ROWS), {}, NO_FIT)],
    "SoftMarginLoss": [((PROBABILITIES, ROWS), {}, NO_FIT)],
    "TripletMarginLoss": [
        ((ROWS, PROBABILITIES, ROWS), {}, " needs anchor and positive of the same shape, got [6, 3] and [2, 2]"),
        ((ROWS, ROWS, PROBABILITIES), {}, " needs anchor and negative of the same shape, got [6, 3] and [2, 2]"),
    ],
    "TripletMarginWithDistanceLoss": [
        ((PROBABILITIES, ROWS, PROBABILITIES), {}, NO_FIT),
    ],
}
# They take any input: each number by itself, all numbers along an axis alike, or as the layers in them.
ANY_INPUT = (
    "AlphaDropout CELU Dropout Dropout3d ELU Flatten GELU Hardshrink Hardsigmoid Hardswish Hardtanh Identity LeakyReLU LogSigmoid LogSoftmax Mish "
    "ReLU ReLU6 SELU SiLU Sigmoid Softmax Softmin Softplus Softshrink Softsign Tanh Tanhshrink Threshold"
    " RReLU NLLLoss2d"
)


def test_no_layer_and_no_loss_is_left_out():
    assert set(LAYERS) == {*BAD_INPUT, *ANY_INPUT.split(), *CONTAINERS}


# The functions that they call and that say what does not fit, where theirs is not the layer's name in small letters.
FUNCTIONS = {
    "BatchNorm": "batch_norm",
    "CircularPad": "pad",
    "ConstantPad": "pad",
    "LPPool": "lp_pool",
    "ReflectionPad": "pad",
    "ReplicationPad": "pad",
    "ZeroPad": "pad",
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
    "CTCLoss": "ctc_loss",
    "GLU": "glu",
    "GaussianNLLLoss": "gaussian_nll_loss",
    "KLDivLoss": "kl_div",
    "CrossEntropyLoss": "cross_entropy",
    "MSELoss": "mse_loss",
    "MultiLabelMarginLoss": "multilabel_margin_loss",
    "MultiLabelSoftMarginLoss": "multilabel_soft_margin_loss",
    "MultiheadAttention": "multi_head_attention_forward",
    "LinearCrossEntropyLoss": "linear_cross_entropy",
    "NLLLoss": "nll_loss",
    "PReLU": "prelu",
    "PoissonNLLLoss": "poisson_nll_loss",
    "RMSNorm": "rms_norm",
    "Upsample": "interpolate",
    "UpsamplingBilinear": "interpolate",
    "UpsamplingNearest": "interpolate",
}


def function_of(name):
    """``Conv2d`` calls conv2d, ``L1Loss`` l1_loss."""
    kind, axes = re.fullmatch(r"(.*?)(\dd)?", name).groups(default="")
    function = FUNCTIONS.get(kind)
    if function is None:
        function = re.sub(r"(?<=[a-z\d])(?=[A-Z])", "_", kind).lower()
    return function if function in ("pad", "batch_norm", "interpolate") else function + axes


@pytest.mark.parametrize("name", BAD_INPUT)
def test_input_that_does_not_fit_is_refused_when_it_is_called(name):
    layer = made(name)
    before = values(layer.state_dict())
    for inputs, options, sentence in BAD_INPUT[name]:
        with pytest.raises((TypeError, ValueError, IndexError, RuntimeError)) as refused:
            layer(*inputs, **options)
        # The layer says it, or else the function that it calls.
        assert str(refused.value).startswith((name + sentence, function_of(name) + sentence)), refused.value
    assert values(layer.state_dict()) == before


# ---------------------------------------------------------------- during a run


def stepped(name, **settings):
    """A parameter that has learned one step, its optimizer, and what the second step is called with."""
    w = Parameter([[1.0, 2.0]])
    w.grad = Matrix([[0.5, -0.5]])
    optimizer = made(name, params=[w], **settings)
    arguments = [lambda: 1.0] if name == "LBFGS" else []
    optimizer.step(*arguments)
    return w, optimizer, arguments


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("lr", [-1.0, math.nan, math.inf, None])
def test_a_learning_rate_that_went_wrong_during_a_run_is_refused_before_a_step(name, lr):
    w, optimizer, arguments = stepped(name)
    optimizer.add_param_group({"params": [Parameter([[1.0]])]}) if name != "LBFGS" else None
    before = w.matrix, repr(values(list(optimizer.state.values())))
    optimizer.param_groups[-1]["lr"] = lr
    with pytest.raises(ValueError, match=rf"^{name}: lr is a finite number from 0 up, got {lr}"):
        optimizer.step(*arguments)
    assert (w.matrix, repr(values(list(optimizer.state.values())))) == before


@pytest.mark.parametrize(
    ("kind", "setting", "key", "first"),
    [
        (Adam, "amsgrad", "max_exp_avg_sq", [0.25, 0.25]),
        (AdamW, "amsgrad", "max_exp_avg_sq", [0.25, 0.25]),
        (RMSprop, "centered", "grad_avg", [0.25, -0.25]),
    ],
)
def test_what_needs_a_state_begins_it_when_it_is_switched_on(kind, setting, key, first):
    """The means begin at 0, and the largest one with the present one: with all decays 1/2 after gradients of 0 and ½."""
    settings = {"betas": (0.5, 0.5)} if kind is not RMSprop else {"alpha": 0.5}
    w, optimizer, _ = stepped(kind.__name__, **settings)
    assert key not in optimizer.state[w]
    optimizer.param_groups[0][setting] = True
    if kind is not RMSprop:
        optimizer.state[w]["exp_avg_sq"].zero_()
        w.grad = Matrix([[0.5**0.5, -(0.5**0.5)]])
    optimizer.step()
    assert optimizer.state[w][key].allclose(Tensor([first]))
    optimizer.param_groups[0][setting] = False
    optimizer.step()
