"""What PyTorch has too has PyTorch's names, in its order, with its defaults; each difference stands here with its reason.

A call by position that is taken here means there what it means here: what follows an argument that is left out is by
keyword. PyTorch's own signatures are in ``reference/signatures.json``.
"""

import ast
import inspect
import sys

import pytest

import backprop
from backprop import distributions, tensors
from backprop.nn import functional, init, utils
from tests.figures import reference
from tests.public import CLASSES

SIGNATURES = reference("signatures.json")["signatures"]

# PyTorch's arguments that are left out.
LEFT_OUT = {
    "one way to compute it": "out_dtype sparse_grad antialias memory_format",
    "a result is a new Tensor": "inplace out",
    "deprecated there": "size_average reduce min_value max_value _stacklevel",
    "it is not needed to learn how the layer works": "sparse:functional.embedding "
    "weight:functional.mse_loss weight:functional.l1_loss weight:functional.huber_loss "
    "static_k static_v",
    "here it is rng": "generator",
}
UNDOCUMENTED_OUT = (
    "aminmax arange argmax argmin argsort clamp_max clamp_min diff empty frexp isin log_softmax nansum ones prod rand randint"
    " randn scatter scatter_add scatter_reduce sigmoid slice_scatter softmax sum take tanh zeros"
)
# Arguments that PyTorch has not.
OWN = {
    "random numbers come from a generator of one's own": "rng",
    "a factory takes them all": "dtype device layout pin_memory memory_format requires_grad",
    "what PyTorch takes too, but in another line of its documentation": "p:functional.bernoulli other:functional.max "
    "other:functional.min size:functional.normal reduce:functional.scatter value:functional.scatter "
    "sections:functional.tensor_split indices:functional.tensor_split unbiased dx:functional.trapz "
    "dim:functional.concatenate",
    "what PyTorch takes and does not document": " ".join(f"out:functional.{name}" for name in UNDOCUMENTED_OUT.split()),
}
# What has another order or another name, and why.
OTHERWISE = {
    "RMSNorm.forward": "PyTorch itself calls the argument x, and input in all others",
    "Sequential Identity Module.forward": "any arguments",
    "LazyLinear.forward "
    + " ".join(
        f"Lazy{kind}{axes}d.forward"
        for kind in ("BatchNorm", "Conv", "ConvTranspose", "InstanceNorm")
        for axes in (1, 2, 3)
    ): "those of the class that it becomes",
    "functional.softmax functional.log_softmax functional.softmin": "the third is _stacklevel in PyTorch's nn.functional, "
    "and dtype in torch, whose functions they are too",
    "functional.std functional.std_mean functional.var functional.var_mean": "unbiased, the older setting, is the third, "
    "and correction by keyword",
    "functional.flip functional.permute functional.reshape functional.tile": "one by one as the method takes them, or as "
    "dims= or shape=",
    "functional.einsum": "PyTorch calls all arguments args",
    "functional.one_hot functional.searchsorted functional.true_divide": "the names that PyTorch takes are others than "
    "those that it documents",
    "functional.bernoulli functional.concatenate functional.normal": "PyTorch documents it for other arguments",
}
# Other defaults; None of a factory is what PyTorch documents.
DEFAULTS = {
    "Softmax LogSoftmax functional.softmax functional.log_softmax": "the last dimension, which PyTorch guesses with a warning",
    "Optimizer": "defaults may be left out",
    "functional.amax functional.amin functional.roll": "() is all axes, as None",
    "functional.asarray functional.as_tensor functional.bernoulli": "PyTorch documents the settings without defaults",
    "functional.gradient functional.nan_to_num functional.meshgrid functional.std functional.std_mean functional.var "
    "functional.var_mean": "None is the one that PyTorch documents",
    "functional.histogram": "PyTorch makes 100 bins, which it does not document",
    "functional.kthvalue functional.topk": "None is documented, and refused",
    "functional.median functional.nanmedian functional.squeeze functional.repeat_interleave functional.scatter "
    "functional.normal functional.pow functional.where": "PyTorch documents each use by itself",
}
NOT_IN_PYTORCH = {
    "Residual PositionalEncoding Lion": "their docstrings say so",
    "Standardize": "scikit-learn's StandardScaler",
    "Impute": "scikit-learn's SimpleImputer",
    "Module": "PyTorch's, which says *args, **kwargs",
    "DataParallel ModuleDict ModuleList ParameterDict ParameterList": "containers, whose methods are compared in their tests",
    "functional.rnn functional.lstm functional.gru": "layers there",
    "functional.arange functional.empty functional.ones functional.rand functional.randint functional.randint_like "
    "functional.randn functional.zeros": "sizes in many ways, which no signature of Python tells",
    "functional.range": "PyTorch documents an end without default after start=0, which Python does not have",
    "functional.aminmax functional.detach functional.fill functional.is_same_size functional.is_signed "
    "functional.clamp_max functional.clamp_min functional.expand functional.frexp functional.index_fill "
    "functional.index_put functional.masked_fill functional.masked_scatter functional.put functional.rsub "
    "functional.scalar_tensor functional.split_with_sizes": "PyTorch tells no signature of the function",
}
FACTORY = {"device", "dtype", "layout", "memory_format", "pin_memory", "requires_grad"}


def names(table):
    return {name for names in table for name in names.split()}


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
    functions = (distributions.biject_to, distributions.transform_to, distributions.identity_transform)
    for name in distributions.__all__:
        if callable(getattr(distributions, name)) and getattr(distributions, name) not in functions:
            yield f"distributions.{name}", getattr(distributions, name)
    for name, value in vars(init).items():
        if (
            inspect.isfunction(value)
            and value.__module__ == init.__name__
            and name == value.__name__
            and name[0] != "_"
        ):
            yield f"init.{name}", value


PUBLIC = dict(public())


def named(table, name):
    """The arguments that a table of reasons allows for this name."""
    words = [word.partition(":") for words in table.values() for word in words.split()]
    return {argument for argument, _, place in words if place in ("", name)}


def theirs(text):
    """PyTorch's arguments by name, each with its default, and how many may be given by position."""
    arguments = ast.parse(f"def f({text}): pass").body[0].args
    positional = [a.arg for a in arguments.args] + [f"*{a.arg}" for a in [arguments.vararg] if a]
    defaults = [None] * (len(arguments.args) - len(arguments.defaults)) + arguments.defaults
    named = dict(zip(positional, defaults + [None]))
    named.update(zip([a.arg for a in arguments.kwonlyargs], arguments.kw_defaults))
    return {name: ast.literal_eval(d) if d else inspect.Parameter.empty for name, d in named.items()}, positional


def ours(value):
    parameters = inspect.signature(value).parameters.values()
    named = [("*" * (p.kind is p.VAR_POSITIONAL) + p.name, p) for p in parameters if p.kind is not p.VAR_KEYWORD]
    return {name: p for name, p in named if name != "self"}


def test_all_that_pytorch_has_is_compared():
    missing = {name.replace(".forward", "") for name in PUBLIC.keys() - SIGNATURES.keys()}
    assert missing == names(NOT_IN_PYTORCH)
    assert SIGNATURES.keys() <= PUBLIC.keys()


@pytest.mark.parametrize("name", SIGNATURES)
def test_names_order_and_defaults_are_those_of_pytorch(name):
    defaults, order = theirs(SIGNATURES[name])
    own = ours(PUBLIC[name])
    positional = [argument for argument, p in own.items() if p.kind is not p.KEYWORD_ONLY]
    if name not in names(OTHERWISE):
        assert positional == order[: len(positional)]
        assert own.keys() - defaults.keys() <= named(OWN, name)
        assert defaults.keys() - own.keys() <= named(LEFT_OUT, name)
    if name not in names(DEFAULTS):
        for argument in own.keys() & defaults.keys() - FACTORY - {"out"}:
            assert own[argument].default == defaults[argument], argument


@pytest.mark.parametrize("name", sorted(SIGNATURES.keys() - names(OTHERWISE)))
def test_what_is_left_out_is_said_where_one_would_look_for_it(name):
    value = PUBLIC[name.replace(".forward", "")]
    module = value.__module__
    kinds = value.__mro__[:-1] if isinstance(value, type) else [value]
    texts = [thing.__doc__ for thing in (*kinds, sys.modules[module], sys.modules[module.rpartition(".")[0]])]
    for argument in theirs(SIGNATURES[name])[0].keys() - ours(PUBLIC[name]).keys():
        assert argument.startswith("_") or any(argument in text for text in texts), argument
