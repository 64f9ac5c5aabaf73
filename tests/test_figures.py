"""PyTorch's figures are complete: every public layer, loss, rule and scheduler has some, and every setting is in one."""

import importlib
import inspect
import json
import pkgutil
import re

import pytest

import backprop
from backprop import optim
from backprop.optim import Optimizer, lr_scheduler
from tests.figures import REFERENCE
from tests.optim import test_rules
from tests.public import CLASSES, OPERATIONS

KINDS = (backprop.nn.Module, backprop.optim.Optimizer, backprop.optim.lr_scheduler.LRScheduler)
PUBLIC = {
    name: kind
    for name, kind in CLASSES.items()
    if isinstance(kind, type) and issubclass(kind, KINDS) and kind not in KINDS
}
WITHOUT = {
    **dict.fromkeys(
        ("AlphaDropout", "Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "FeatureAlphaDropout"),
        "draws at random; its mean and its two ends are tested",
    ),
    "AdaptiveLogSoftmaxWithLoss": "its figures are in adaptive_softmax.json",
    **dict.fromkeys(("FractionalMaxPool2d", "FractionalMaxPool3d"), "draws at random, as its function in PyTorch"),
    "DataParallel": "its module has them",
    **dict.fromkeys(("ModuleDict", "ModuleList", "ParameterDict", "ParameterList"), "it computes nothing"),
    "Identity": "nothing is computed",
    **{name: "becomes the class of the rest of its name" for name in PUBLIC if name.startswith("Lazy")},
    "LinearCrossEntropyLoss": "it is cross_entropy of linear, which is tested",
    "Lion": "not in PyTorch; its equation is tested over Fractions",
    "NLLLoss2d": "NLLLoss by another name",
    "PositionalEncoding": "not in PyTorch; its equation is tested",
    "RReLU": "draws at random, as its function in PyTorch",
    "Residual": "not in PyTorch; its equation is tested",
    "Sequential": "its layers have theirs",
    "Standardize": "not in PyTorch; its laws are tested",
    "Impute": "not in PyTorch; its laws are tested",
}
# Settings that change no figure, or change it at random.
NO_FIGURE = {"params", "optimizer", "rng", "dropout", "args", "device", "dtype", "enable_nested_tensor", "mask_check"}
NO_FIGURE |= {"_weight", "_freeze", "sparse", "inplace"}
NO_FIGURE |= {"capturable", "differentiable", "foreach", "fused"}
# Settings of classes that have their test in tests/optim/test_as_in_pytorch.py.
ELSEWHERE = {"OneCycleLR": {"last_epoch"}, "SequentialLR": {"last_epoch"}}


def described(case):
    """The class of a case, and its settings by their names."""
    name = next((case[key] for key in ("layer", "kind", "rule", "scheduler") if key in case), None)
    settings = {**case.get("settings", {}), **case.get("ours", {}), **case.get("arguments", {})}
    if name in PUBLIC and case.get("args"):
        settings.update(zip(inspect.signature(PUBLIC[name]).parameters, case["args"]))
    if name in ("ChainedScheduler", "SequentialLR"):
        settings = {"schedulers": case["parts"], "milestones": case.get("milestones")}
    return [(name, settings), *(pair for part in case.get("parts", []) for pair in described(part))]


FIGURES = {}
for path in sorted(REFERENCE.glob("*.json")):
    for case in json.loads(path.read_text("utf-8")).get("cases", []):
        for name, settings in described(case):
            FIGURES.setdefault(name, []).append(settings)


def test_all_have_figures_or_a_reason():
    assert PUBLIC.keys() - FIGURES.keys() == WITHOUT.keys()


@pytest.mark.parametrize("name", sorted(PUBLIC.keys() - WITHOUT.keys()))
def test_every_setting_is_in_a_figure_and_several_values_of_some(name):
    kind = PUBLIC[name]
    settings = set() if kind.__init__ is object.__init__ else set(inspect.signature(kind).parameters) - NO_FIGURE
    settings -= ELSEWHERE.get(name, set())
    assert settings <= {setting for case in FIGURES[name] for setting in case}
    assert not settings or len(set(map(repr, FIGURES[name]))) > 1


# ---------------------------------------------------------------- no operation is left out

# Operations that no layer and no loss with figures calls, and the file that tests their values.
VALUES = {
    "nn/functional/test_dropout.py": "alpha_dropout dropout1d dropout2d dropout3d feature_alpha_dropout",
    "nn/functional/test_activations.py": "rrelu",
    "nn/functional/test_fractional_pooling.py": "fractional_max_pool2d fractional_max_pool3d",
    "nn/functional/test_grid_sampling.py": "affine_grid grid_sample",
    "nn/functional/test_gumbel.py": "gumbel_softmax",
    "nn/functional/test_linear_cross_entropy.py": "linear_cross_entropy",
    "nn/functional/test_normalization.py": "normalize",
    "nn/functional/test_resampling.py": "upsample upsample_bilinear upsample_nearest",
    "tensors/test_distances.py": "pdist",
}


def without_figures(operations):
    """The operations that no class with figures names in its code, or in that of the classes it is made of."""
    named = set()
    for kind in PUBLIC.keys() & FIGURES.keys():
        for base in PUBLIC[kind].__mro__:
            for value in vars(base).values() if base.__module__.startswith("backprop") else ():
                function = getattr(value, "__func__", value)  # of a staticmethod
                named |= {
                    getattr(function, "__name__", None),
                    *getattr(getattr(function, "__code__", None), "co_names", ()),
                }
    return set(operations) - named - FIGURES.keys()


def test_no_operation_is_left_out():
    assert without_figures(OPERATIONS) == {name for names in VALUES.values() for name in names.split()}
    for file, names in VALUES.items():
        text = (REFERENCE.parent / file).read_text("utf-8")
        assert all(re.search(rf"\b{name}\b", text) for name in names.split()), file


def test_an_operation_without_figures_is_seen():
    assert without_figures([*OPERATIONS, "softsine"]) - without_figures(OPERATIONS) == {"softsine"}


# ---------------------------------------------------------------- no rule and no scheduler is left out

# What PyTorch does not have, and the test that writes its equation out over Fractions.
EXACT = {"Lion": test_rules.test_lion_is_its_equation_exactly}
FAMILIES = {"optimizers": (optim, Optimizer), "schedulers": (lr_scheduler, backprop.optim.lr_scheduler.LRScheduler)}


def left_out(family):
    """The classes of a family whose equation is tested by no figure and no fraction, or that are not public.

    They are found in the modules, whether or not anybody exports them.
    """
    package, base = FAMILIES[family]
    modules = [importlib.import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules(package.__path__)]
    found = {value for module in [package, *modules] for value in vars(module).values() if isinstance(value, type)}
    names = {kind.__name__ for kind in found if issubclass(kind, base) and kind.__name__[:1] != "_"} - {base.__name__}
    tested = {name for name in FIGURES if name is not None} | EXACT.keys()
    return {name for name in names if name not in tested or name not in package.__all__ or name not in PUBLIC}


@pytest.mark.parametrize("family", FAMILIES)
def test_no_rule_is_left_out(family):
    assert left_out(family) == set()
    for name, test in EXACT.items():
        source = inspect.getsource(test)
        assert name in source and "Fraction(" in source and "==" in source


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("exported", [False, True])
def test_a_rule_that_nothing_tests_is_seen(family, exported, monkeypatch):
    package, base = FAMILIES[family]
    trial = type("Trial", (base,), {})
    last = importlib.import_module(f"{package.__name__}.{'sgd' if family == 'optimizers' else 'decay'}")
    before = left_out(family)
    monkeypatch.setattr(last, "Trial", trial, raising=False)
    if exported:
        monkeypatch.setattr(package, "__all__", [*package.__all__, "Trial"])
        monkeypatch.setitem(PUBLIC, "Trial", trial)
    assert left_out(family) - before == {"Trial"}


@pytest.mark.parametrize("rule", sorted(set(optim.__all__) & PUBLIC.keys() - WITHOUT.keys()))
def test_the_figures_of_a_rule_are_not_where_it_began(rule):
    """Such a figure would be right for a rule that does nothing."""
    cases = json.loads((REFERENCE / "optimizers.json").read_text("utf-8"))
    for case in cases["cases"]:
        if case["rule"] == rule:
            assert len(case["steps"]) == 4 and all(weight != cases["weight"] for weight, _ in case["steps"].values())
