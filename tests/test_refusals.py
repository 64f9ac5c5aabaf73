"""Every layer, loss, optimizer and schedule refuses bad settings when it is made and bad input when it is called.

The settings are found in the signatures, so a class that comes later is asked too. Each refusal is one sentence that
begins with the name of the class that the user wrote.
"""

import inspect
import math
import random

import pytest

from backprop import Matrix
from backprop.nn import Linear, Module, Parameter
from backprop.optim import SGD, Adam, AdamW, Optimizer, RMSprop
from backprop.optim.lr_scheduler import LRScheduler
from tests import tables
from tests.public import CLASSES

LAYERS = {name: kind for name, kind in CLASSES.items() if issubclass(kind, Module) and kind is not Module}
RULES = {name: kind for name, kind in CLASSES.items() if issubclass(kind, Optimizer) and kind is not Optimizer}
SCHEDULES = {name: kind for name, kind in CLASSES.items() if issubclass(kind, LRScheduler) and kind is not LRScheduler}

# What each needs to be made at all.
NEEDED = {
    "AdaptiveAvgPool2d": {"output_size": 2, "in_channels": 2},
    "AvgPool2d": {"kernel_size": 2, "in_channels": 2},
    "BatchNorm1d": {"num_features": 4},
    "BatchNorm2d": {"num_features": 4},
    "Conv1d": {"in_channels": 2, "out_channels": 4, "kernel_size": 2},
    "Conv2d": {"in_channels": 2, "out_channels": 4, "kernel_size": 2},
    "ConvTranspose2d": {"in_channels": 2, "out_channels": 4, "kernel_size": 2},
    "Embedding": {"num_embeddings": 4, "embedding_dim": 2},
    "GRU": {"input_size": 3, "hidden_size": 2},
    "GroupNorm": {"num_groups": 2, "num_channels": 4},
    "LSTM": {"input_size": 3, "hidden_size": 2},
    "LayerNorm": {"normalized_shape": 4},
    "Linear": {"in_features": 64, "out_features": 10},
    "MaxPool2d": {"kernel_size": 2, "in_channels": 2},
    "MultiheadAttention": {"embed_dim": 4, "num_heads": 2},
    "PReLU": {"num_parameters": 2},
    "PositionalEncoding": {"d_model": 4},
    "RMSNorm": {"normalized_shape": 4},
    "RNN": {"input_size": 3, "hidden_size": 2},
    "Residual": {"layer": Linear(3, 2)},
    "Standardize": {"num_features": 4},
    "TransformerEncoderLayer": {"d_model": 4, "nhead": 2, "dim_feedforward": 8},
    "CosineAnnealingLR": {"T_max": 3},
    "CosineAnnealingWarmRestarts": {"T_0": 3},
    "CyclicLR": {"base_lr": 0.1, "max_lr": 1.0},
    "ExponentialLR": {"gamma": 0.5},
    "LambdaLR": {"lr_lambda": lambda t: 1.0},
    "MultiStepLR": {"milestones": [1]},
    "OneCycleLR": {"max_lr": 1.0, "epochs": 3, "steps_per_epoch": 4},
    "SequentialLR": {"schedulers": [], "milestones": []},
    "StepLR": {"step_size": 3},
}
# What is none of its kind, for each annotation that a setting has.
BAD_NUMBERS = [math.nan, math.inf, "a", [0.1, 0.2]]
BAD_COUNTS = [True, 1.5, math.nan, "3", None]
BAD_SIZES = [True, -1, 1.5, "3", (1, 2, 3), (1, math.nan)]
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
    "Rates": [*BAD_NUMBERS, -1.0, [math.nan], None],
    "tuple[float, float]": [0.5, (0.5,), (math.nan, 1.2), ("a", "b"), None],
    "tuple[float, float, float]": [0.5, (0.5, 1.0), (math.nan, 1.0, 1.0), None],
    "Weights | None": ["ab", 3, [], [math.nan], [math.inf], ["a"], Matrix([[math.nan]])],
    "Module": [None, "relu"],
    "Params": [None, 3, [], [Matrix([[1.0]])], [{"lr": 1.0}]],
    "Optimizer": [None, "SGD"],
    "Iterable[int]": [3, [1.5], [-1], [True], ["a"]],
    "Sequence[int]": [3, [1.5], None],
    "Sequence[LRScheduler]": [3, [None], None],
    "Factor | Sequence[Factor]": [0.5, [], ["a"]],
    "Callable[[float], float] | None": [3, "powers"],
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


MADE = sorted({*LAYERS, *RULES, *SCHEDULES} - {"Sequential"})


@pytest.mark.parametrize("name", MADE)
def test_a_setting_that_is_none_of_its_kind_is_refused_when_it_is_made(name):
    made(name) if name != "SequentialLR" else None
    for setting, annotation in settings_of(name).items():
        for value in BAD[annotation] if asked(name, annotation) else []:
            with pytest.raises((TypeError, ValueError)) as refused:
                made(name, **{setting: value})
            assert str(refused.value).startswith(name), f"{setting}={value!r}: {refused.value}"


# ---------------------------------------------------------------- input

ROWS, PROBABILITIES = tables.ones(6, 3), Matrix([[0.5, 0.25], [0.0, 1.0]])
# For each layer and loss calls that are refused, by what the sentence says after the name.
BAD_INPUT = {
    "AdaptiveAvgPool2d": [((ROWS,), {}, " got rows of 3 numbers; it needs 2·H·W with H = W, or input_size=(H, W)")],
    "AvgPool2d": [
        ((ROWS,), {}, " got rows of 3 numbers; it needs 2·H·W with H = W, or input_size=(H, W)"),
        (
            (tables.ones(1, 2),),
            {},
            ": a kernel of 2×2 with dilation 1×1 does not fit into an image of 1×1 padded to 1×1",
        ),
    ],
    "BatchNorm1d": [
        ((ROWS,), {}, " got rows of 3 numbers; it needs 4 or a multiple of that"),
        ((tables.ones(1, 4),), {}, " needs more than one number a feature to train on, got one row of one each"),
    ],
    "BatchNorm2d": [
        ((ROWS,), {}, " got rows of 3 numbers; it needs 4 or a multiple of that"),
        ((tables.ones(1, 4),), {}, " needs more than one number a feature to train on, got one row of one each"),
    ],
    "Conv1d": [
        ((ROWS,), {}, " got rows of 3 numbers; it needs 2·L for its 2 channels"),
        (
            (tables.ones(1, 2),),
            {},
            ": a kernel of 1×2 with dilation 1×1 does not fit into an image of 1×1 padded to 1×1",
        ),
    ],
    "Conv2d": [
        ((ROWS,), {}, " got rows of 3 numbers; it needs 2·H·W with H = W, or input_size=(H, W)"),
        (
            (tables.ones(1, 2),),
            {},
            ": a kernel of 2×2 with dilation 1×1 does not fit into an image of 1×1 padded to 1×1",
        ),
    ],
    "ConvTranspose2d": [((ROWS,), {}, " got rows of 3 numbers; it needs 2·H·W with H = W, or input_size=(H, W)")],
    "Embedding": [
        (([0, 4],), {}, ": index 1 of the list is 4; with 4 embeddings they are 0 to 3"),
        (([0, -1],), {}, ": index 1 of the list is -1; with 4 embeddings they are 0 to 3"),
        (([0, 1.0],), {}, ": index 1 of the list is 1.0; indices are ints"),
        (([math.nan],), {}, ": index 0 of the list is nan; indices are ints"),
        (([],), {}, " needs a list of indices (ints), got []"),
        ((ROWS,), {}, " needs a list of indices (ints), got Matrix"),
    ],
    "GRU": [
        ((tables.ones(6, 4),), {"sequence_length": 3}, "(3, 2) got rows of 4 numbers; it needs 3"),
        ((ROWS,), {"sequence_length": 4}, "(3, 2) got 6 rows; sequence_length=4 does not divide them"),
        ((ROWS, ROWS), {"sequence_length": 3}, "(3, 2) got hx of 6×3; it needs 2×2"),
    ],
    "GroupNorm": [((ROWS,), {}, " got rows of 3 numbers; it needs 4 or a multiple of that")],
    "LSTM": [
        ((tables.ones(6, 4),), {"sequence_length": 3}, "(3, 2) got rows of 4 numbers; it needs 3"),
        ((ROWS,), {"sequence_length": 4}, "(3, 2) got 6 rows; sequence_length=4 does not divide them"),
        ((ROWS, ROWS), {"sequence_length": 3}, ": hx is the pair (h_0, c_0), got Matrix"),
        ((ROWS, (None, ROWS)), {"sequence_length": 3}, "(3, 2) got c_0 of 6×3; it needs 2×2"),
    ],
    "LayerNorm": [((ROWS,), {}, "(4) got rows of 3 numbers; it needs 4")],
    "Linear": [((ROWS,), {}, "(64, 10) got rows of 3 numbers; it needs 64")],
    "MaxPool2d": [
        ((ROWS,), {}, " got rows of 3 numbers; it needs 2·H·W with H = W, or input_size=(H, W)"),
        (
            (tables.ones(1, 2),),
            {},
            ": a kernel of 2×2 with dilation 1×1 does not fit into an image of 1×1 padded to 1×1",
        ),
    ],
    "MultiheadAttention": [
        ((tables.ones(6, 4), ROWS, ROWS), {"sequence_length": 3}, "(4, 2) got rows of 3 numbers as key; it needs 4"),
        ([tables.ones(6, 4)] * 3, {"sequence_length": 4}, " got 6 rows; sequence_length=4 does not divide them"),
        ([tables.ones(6, 4)] * 3, {"sequence_length": 3, "key_length": 2}, " got 6 rows of key; 2 sequences of 2 rows"),
        ([tables.ones(6, 4)] * 3, {"sequence_length": 3, "attn_mask": ROWS}, ": attn_mask is a Matrix of 3×3"),
        ([*[tables.ones(6, 4)] * 3, [True]], {"sequence_length": 3}, ": key_padding_mask is a list of 6 bools"),
        ([*[tables.ones(6, 4)] * 3, [3, 0]], {"sequence_length": 3}, ": row 0 of sequence 1 has nothing to attend to"),
    ],
    "PReLU": [((ROWS,), {}, " got rows of 3 numbers and a weight of 1×2")],
    "PositionalEncoding": [
        ((ROWS,), {"sequence_length": 3}, "(4) got rows of 3 numbers; it needs 4"),
        ((tables.ones(6, 4),), {"sequence_length": 4}, " got 6 rows; sequence_length=4 does not divide them"),
        ((tables.ones(5001, 4),), {"sequence_length": 5001}, ": sequence_length=5001 is above max_len=5000"),
    ],
    "RMSNorm": [((ROWS,), {}, "(4) got rows of 3 numbers; it needs 4")],
    "RNN": [
        ((tables.ones(6, 4),), {"sequence_length": 3}, "(3, 2) got rows of 4 numbers; it needs 3"),
        ((ROWS,), {"sequence_length": True}, "(3, 2): sequence_length is an int from 1 up, got True"),
        ((ROWS, ROWS), {"sequence_length": 3}, "(3, 2) got hx of 6×3; it needs 2×2"),
    ],
    "Residual": [((ROWS,), {}, ": the layer made 6×2 of 6×3; both need the same shape to be added")],
    "Standardize": [((ROWS,), {}, "(4) got rows of 3 numbers; it needs 4")],
    "TransformerEncoderLayer": [
        ((ROWS,), {"sequence_length": 3}, "(4, 2) got rows of 3 numbers; it needs 4"),
        ((tables.ones(6, 4),), {"sequence_length": 4}, " got 6 rows; sequence_length=4 does not divide them"),
    ],
    "BCELoss": [
        ((PROBABILITIES, ROWS), {}, " needs input and target of the same shape, got 2×2 and 6×3"),
        ((PROBABILITIES * 2, PROBABILITIES), {}, ": input [1, 1] is 2.0; an input is a probability, from 0 to 1"),
        ((PROBABILITIES, PROBABILITIES * math.nan), {}, ": target [0, 0] is nan; a target is a probability"),
    ],
    "BCEWithLogitsLoss": [
        ((PROBABILITIES, ROWS), {}, " needs input and target of the same shape, got 2×2 and 6×3"),
        ((PROBABILITIES, PROBABILITIES * 2), {}, ": target [1, 1] is 2.0; a target is a probability, from 0 to 1"),
    ],
    "CosineEmbeddingLoss": [
        ((ROWS, PROBABILITIES, [1] * 6), {}, " needs input1 and input2 of the same shape, got 6×3 and 2×2"),
        ((ROWS, ROWS, [1, -1]), {}, " got 2 targets for 6 rows"),
        ((ROWS, ROWS, [1, -1, 1, -1, 1, 0]), {}, ": target 5 is 0; it is 1 (alike) or -1 (unlike)"),
        ((ROWS, ROWS, [1.0] * 6), {}, ": targets are a list of 1 (alike) and -1 (unlike), got [1.0"),
    ],
    "CrossEntropyLoss": [
        ((PROBABILITIES, [0]), {}, " got 1 targets for 2 rows"),
        ((PROBABILITIES, [0, 2]), {}, ": target 1 is 2; with 2 classes they are 0 to 1"),
        ((PROBABILITIES, [0, math.nan]), {}, ": targets are a list of class indices (ints), got [0, nan]"),
        ((PROBABILITIES, ROWS), {}, " needs input and target of the same shape, got 2×2 and 6×3"),
        ((PROBABILITIES, -PROBABILITIES), {}, ": target [0, 0] is -0.5; a target is a probability, from 0 up"),
    ],
    "HuberLoss": [((PROBABILITIES, ROWS), {}, " needs input and target of the same shape, got 2×2 and 6×3")],
    "KLDivLoss": [
        ((PROBABILITIES, ROWS), {}, " needs input and target of the same shape, got 2×2 and 6×3"),
        ((PROBABILITIES, -PROBABILITIES), {}, ": target [0, 0] is -0.5; a target is a probability, from 0 up"),
    ],
    "L1Loss": [((PROBABILITIES, ROWS), {}, " needs input and target of the same shape, got 2×2 and 6×3")],
    "MSELoss": [((PROBABILITIES, ROWS), {}, " needs input and target of the same shape, got 2×2 and 6×3")],
    "NLLLoss": [
        ((PROBABILITIES, [0, -1]), {}, ": target 1 is -1; with 2 classes they are 0 to 1"),
        ((PROBABILITIES, [True, False]), {}, ": targets are a list of class indices (ints), got [True, False]"),
    ],
    "SmoothL1Loss": [((PROBABILITIES, ROWS), {}, " needs input and target of the same shape, got 2×2 and 6×3")],
    "TripletMarginLoss": [
        ((ROWS, PROBABILITIES, ROWS), {}, " needs anchor and positive of the same shape, got 6×3 and 2×2"),
        ((ROWS, ROWS, PROBABILITIES), {}, " needs anchor and negative of the same shape, got 6×3 and 2×2"),
    ],
}
# They take rows of any length: each number by itself, all numbers of a row or column alike, or as the layers in them.
ANY_INPUT = (
    "Dropout ELU Flatten GELU Hardswish Hardtanh Identity LeakyReLU LogSigmoid LogSoftmax Mish ReLU SELU Sequential "
    "SiLU Sigmoid Softmax Softplus Tanh"
)


def test_no_layer_and_no_loss_is_left_out():
    assert set(LAYERS) == {*BAD_INPUT, *ANY_INPUT.split()}


# The functions that they call and that say what does not fit.
FUNCTIONS = {
    "AdaptiveAvgPool2d": "adaptive_avg_pool2d",
    "AvgPool2d": "avg_pool2d",
    "BatchNorm1d": "batch_norm",
    "BatchNorm2d": "batch_norm",
    "Conv1d": "conv1d",
    "Conv2d": "conv2d",
    "ConvTranspose2d": "conv_transpose2d",
    "Embedding": "embedding",
    "GroupNorm": "group_norm",
    "MaxPool2d": "max_pool2d",
    "MultiheadAttention": "scaled_dot_product_attention",
    "PReLU": "prelu",
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
    "CosineEmbeddingLoss": "cosine_embedding_loss",
    "CrossEntropyLoss": "cross_entropy",
    "HuberLoss": "huber_loss",
    "KLDivLoss": "kl_div",
    "L1Loss": "l1_loss",
    "MSELoss": "mse_loss",
    "NLLLoss": "nll_loss",
    "SmoothL1Loss": "smooth_l1_loss",
    "TripletMarginLoss": "triplet_margin_loss",
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_input_that_does_not_fit_is_refused_when_it_is_called(name):
    layer = made(name)
    before = layer.state_dict()
    for inputs, options, sentence in BAD_INPUT[name]:
        with pytest.raises((TypeError, ValueError)) as refused:
            layer(*inputs, **options)
        # A layer with sizes of its own says them, Linear(64, 10); else the function is named.
        named = name if sentence.startswith("(") else FUNCTIONS.get(name, name)
        assert str(refused.value).startswith(named + sentence), sentence
    assert layer.state_dict() == before


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
    optimizer.add_param_group({"params": [Parameter(1.0)]}) if name != "LBFGS" else None
    before = w.matrix, repr(optimizer.state)
    optimizer.param_groups[-1]["lr"] = lr
    with pytest.raises(ValueError, match=rf"^{name}: lr is a finite number from 0 up, got {lr}"):
        optimizer.step(*arguments)
    assert (w.matrix, repr(optimizer.state)) == before


@pytest.mark.parametrize(("kind", "setting"), [(Adam, "amsgrad"), (AdamW, "amsgrad"), (RMSprop, "centered")])
def test_what_needs_a_state_cannot_be_switched_on_during_a_run(kind, setting):
    w, optimizer, _ = stepped(kind.__name__)
    before = w.matrix, repr(optimizer.state)
    optimizer.param_groups[0][setting] = True
    with pytest.raises(ValueError, match=rf"^{kind.__name__}: {setting} was switched on during the run"):
        optimizer.step()
    assert (w.matrix, repr(optimizer.state)) == before
    _, optimizer, _ = stepped(kind.__name__, **{setting: True})
    optimizer.param_groups[0][setting] = False
    optimizer.step()
