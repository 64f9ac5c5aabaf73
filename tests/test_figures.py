"""PyTorch's figures are complete: every public layer, loss, rule and schedule has some, and every setting is in one."""

import inspect
import json

import pytest

import backprop
from tests.figures import REFERENCE

KINDS = (backprop.Layer, backprop.Optimizer, backprop.LRScheduler)
PUBLIC = {
    name: kind
    for name, kind in vars(backprop).items()
    if isinstance(kind, type) and issubclass(kind, KINDS) and kind not in KINDS
}
WITHOUT = {
    "Dropout": "draws at random; its mean and its two ends are tested",
    "Flatten": "rows are flat already",
    "Identity": "nothing is computed",
    "Lion": "not in PyTorch; its equation is tested over Fractions",
    "PositionalEncoding": "not in PyTorch; its equation is tested",
    "Residual": "not in PyTorch; its equation is tested",
    "Sequential": "its layers have theirs",
    "Standardize": "not in PyTorch; its laws are tested",
}
# Settings that change no figure, or change it at random.
NO_FIGURE = {"params", "optimizer", "rng", "layers", "dropout"}


def described(case):
    """The class of a case, and its settings by their names."""
    name = next((case[key] for key in ("layer", "kind", "rule", "schedule") if key in case), None)
    settings = {**case.get("settings", {}), **case.get("ours", {}), **case.get("arguments", {})}
    if name in PUBLIC and case.get("args"):
        settings.update(zip(inspect.signature(PUBLIC[name]).parameters, case["args"]))
    if name == "SequentialLR":
        settings = {"schedulers": case["parts"], "milestones": case["milestones"]}
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
    assert settings <= {setting for case in FIGURES[name] for setting in case}
    assert not settings or len(set(map(repr, FIGURES[name]))) > 1
