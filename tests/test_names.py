"""What PyTorch has too has PyTorch's names, in its order, with its defaults; each difference stands here with its reason.

A call by position that is taken here means there what it means here: what follows an argument that is left out is by
keyword. PyTorch's own signatures are in ``reference/signatures.json``.
"""

import ast
import inspect
import sys

import pytest

import backprop
from backprop import tensors
from backprop.nn import functional, init, utils
from tests.figures import reference
from tests.public import CLASSES

SIGNATURES = reference("signatures.json")["signatures"]

# PyTorch's arguments that are left out.
LEFT_OUT = {
    "one kind of number, on one device, one way to compute it": "device dtype foreach fused capturable differentiable",
    "a Matrix never changes": "inplace out return_indices",
    "deprecated there": "size_average reduce min_value max_value _stacklevel",
    "it is the gradient of -loss": "maximize",
    "batches are stacked rows, always": "batch_first",
    "rows are flat": "start_dim end_dim normalized_shape",
    "it is not needed to learn how the layer works": "padding_mode ceil_mode divisor_override max_norm norm_type "
    "scale_grad_by_freq sparse proj_size add_bias_kv add_zero_attn kdim vdim enable_gqa need_weights "
    "average_attn_weights output_size:ConvTranspose2d.forward _weight _freeze weight:functional.mse_loss "
    "weight:functional.l1_loss weight:functional.huber_loss last_epoch:SequentialLR",
    "it is AdamW": "decoupled_weight_decay:Adam",
    "here it is rng": "generator",
}
# Arguments that PyTorch has not.
OWN = {
    "random numbers come from a generator of one's own": "rng",
    "a row does not tell how many channels, of which size, or how many sequences are in it": "in_channels input_size "
    "kernel_size num_features num_channels heads sequence_length key_length",
    "a mask for stacked rows": "key_padding_mask",
}
# What has another order or another name, and why.
OTHERWISE = {
    "RMSNorm.forward": "PyTorch itself calls the argument x, and input in all others",
    "Sequential": "any number of layers",
    "functional.layer_norm": "without normalized_shape weight and bias are the second and the third",
    "functional.rms_norm": "without normalized_shape weight is the second",
    "functional.cat": "tensors are the arguments, not a list",
}
DEFAULTS = {
    "Softmax": "the last dimension, which PyTorch guesses with a warning",
    "LogSoftmax": "as Softmax",
    "functional.softmax": "as Softmax",
    "functional.log_softmax": "as Softmax",
    "Optimizer": "defaults may be left out",
}
NOT_IN_PYTORCH = {
    "Residual PositionalEncoding Lion": "their docstrings say so",
    "Standardize": "scikit-learn's StandardScaler",
    "Module": "PyTorch's Module",
    "functional.rnn functional.lstm functional.gru": "layers there",
    "functional.one_hot": "it makes a Matrix of a list",
    "functional.inv functional.cholesky functional.det functional.slogdet functional.solve functional.trace": "NumPy's",
}


def public():
    """The public classes and functions that PyTorch might have, by the names of the reference."""
    kinds = (backprop.nn.Module, backprop.optim.Optimizer, backprop.optim.lr_scheduler.LRScheduler)
    for name, value in CLASSES.items():
        if issubclass(value, kinds):
            yield name, value
            if issubclass(value, backprop.nn.Module):
                yield f"{name}.forward", value.forward
    yield from ((name, getattr(utils, name)) for name in ("clip_grad_norm_", "clip_grad_value_"))
    yield from ((f"functional.{name}", getattr(m, name)) for m in (functional, tensors) for name in m.__all__)
    for name, value in vars(init).items():
        if inspect.isfunction(value) and value.__module__ == init.__name__ and not name.startswith("_"):
            yield f"init.{name}", value


PUBLIC = dict(public())


def named(table, name):
    """The arguments that a table of reasons allows for this name."""
    words = [word.partition(":") for words in table.values() for word in words.split()]
    return {argument for argument, _, place in words if place in ("", name)}


def theirs(text):
    """PyTorch's arguments by name, each with its default, and how many may be given by position."""
    arguments = ast.parse(f"def f({text}): pass").body[0].args
    missing = [inspect.Parameter.empty] * (len(arguments.args) - len(arguments.defaults))
    defaults = missing + [ast.literal_eval(default) for default in arguments.defaults]
    keywords = {a.arg: ast.literal_eval(d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults)}
    return {**dict(zip([a.arg for a in arguments.args], defaults)), **keywords}, [a.arg for a in arguments.args]


def ours(value):
    parameters = inspect.signature(value).parameters
    return {name: p for name, p in parameters.items() if name != "self" and p.kind not in (p.VAR_KEYWORD,)}


def test_all_that_pytorch_has_is_compared():
    missing = {part for names in NOT_IN_PYTORCH for part in names.split()}
    assert {name.replace(".forward", "") for name in PUBLIC.keys() - SIGNATURES.keys()} == missing
    assert SIGNATURES.keys() <= PUBLIC.keys()


@pytest.mark.parametrize("name", SIGNATURES)
def test_names_order_and_defaults_are_those_of_pytorch(name):
    defaults, order = theirs(SIGNATURES[name])
    own = ours(PUBLIC[name])
    positional = [argument for argument, p in own.items() if p.kind is not p.KEYWORD_ONLY]
    if name not in OTHERWISE:
        assert positional == order[: len(positional)]
        assert own.keys() - defaults.keys() <= named(OWN, name)
        assert defaults.keys() - own.keys() <= named(LEFT_OUT, name)
    if name not in DEFAULTS:
        for argument in own.keys() & defaults.keys():
            assert own[argument].default == defaults[argument], argument


@pytest.mark.parametrize("name", SIGNATURES)
def test_what_is_left_out_is_said_where_one_would_look_for_it(name):
    value = PUBLIC[name.replace(".forward", "")]
    module = value.__module__
    kinds = value.__mro__[:-1] if isinstance(value, type) else [value]
    texts = [thing.__doc__ for thing in (*kinds, sys.modules[module], sys.modules[module.rpartition(".")[0]])]
    for argument in theirs(SIGNATURES[name])[0].keys() - ours(PUBLIC[name]).keys():
        assert argument.startswith("_") or any(argument in text for text in texts), argument
