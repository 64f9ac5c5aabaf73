"""What all optimizers have in common: groups, refused settings, and a state from which a run resumes."""

import copy
import math

import pytest

from backprop import Matrix, Tensor, optim
from backprop.autograd import constant, recut
from backprop.nn import Linear, Parameter
from backprop.nn import functional as F
from backprop.optim import (
    ASGD,
    LBFGS,
    SGD,
    Adadelta,
    Adafactor,
    Adagrad,
    Adam,
    Adamax,
    AdamW,
    Lion,
    Muon,
    NAdam,
    Optimizer,
    RAdam,
    RMSprop,
    Rprop,
)
from tests.values import values


def test_a_parameter_without_gradient_stays():
    w, b = Parameter([[1.0]]), Parameter([[1.0]])
    optimizer = Adam([w, b])
    w.grad = Matrix([[1.0]])
    optimizer.step()
    assert w.matrix != Matrix([[1.0]]) and b.matrix == Matrix([[1.0]])


def test_a_graph_keeps_the_values_it_was_computed_with():
    """step() assigns new data; a Matrix never changes, so a loss computed before goes back through the old weights."""
    w = Parameter([[3.0]])
    loss = w * w
    w.grad = Matrix([[1.0]])
    SGD([w], lr=1.0).step()
    w.grad = None
    loss.backward()
    assert w.grad.matrix.item() == 6.0


def test_a_rule_of_ones_own_needs_only_update():
    class SignSGD(Optimizer):
        def update(self, value, gradient, state, group):
            return value - gradient.map(lambda g: (g > 0) - (g < 0))

    w = Parameter([[5, 5, 5]])
    w.grad = Matrix([[0.1, -7, 0]])
    SignSGD([w]).step()
    assert w.matrix == Matrix([[4, 6, 5]])


RULES = {
    "sgd": lambda params: SGD(params, lr=0.1, momentum=0.9, weight_decay=0.1),
    "adadelta": Adadelta,
    "adagrad": Adagrad,
    "adam": lambda params: Adam(params, amsgrad=True),
    "adamax": Adamax,
    "adamw": AdamW,
    "lion": Lion,
    "nadam": NAdam,
    "radam": RAdam,
    "rmsprop": lambda params: RMSprop(params, momentum=0.9, centered=True),
    "rprop": Rprop,
    "lbfgs": lambda params: LBFGS(params, lr=0.1),
}


@pytest.mark.parametrize("make", RULES.values(), ids=RULES)
@pytest.mark.parametrize("shape", [(), (0,), (6,), (2, 3, 2), (3, 2, 1, 2)])
def test_a_leaf_of_any_shape_is_learned_as_its_entries_in_a_row_are(make, shape):
    """However its Matrix and that of its gradient are cut."""
    count = math.prod(shape)
    one = constant(Matrix([[0.5 * i - 1.0 for i in range(count)]]) if count else Tensor([]).matrix, shape)
    row = Tensor([x for entries in one._matrix.rows for x in entries], requires_grad=True)
    one.requires_grad = True
    first, second = make([one]), make([row])
    for step in range(3):
        gradient = [math.sin(i + step) for i in range(count)]
        row.grad = Tensor(gradient)
        one.grad = constant(recut(row.grad.matrix, math.prod(shape[:-1]) or 1 if step else 1), shape)
        first.step(lambda: 1.0) if "LBFGS" in repr(first) else first.step()
        second.step(lambda: 1.0) if "LBFGS" in repr(second) else second.step()
    assert one.shape == shape
    assert [x for entries in one.matrix.rows for x in entries] == row.matrix.rows[0]
    second.load_state_dict(second.state_dict())
    first.load_state_dict(first.state_dict())


def test_a_rule_that_gives_another_shape_is_refused_and_changes_nothing():
    class Wrong(Optimizer):
        def update(self, value, gradient, state, group):
            return value.T

    w = Parameter([[1.0, 2.0]])
    w.grad = Matrix([[1.0, 1.0]])
    with pytest.raises(ValueError, match="Wrong.update gave 2×1 for a parameter of 1×2"):
        Wrong([w]).step()
    assert w.matrix == Matrix([[1.0, 2.0]])


def test_a_rule_without_update_says_so():
    w = Parameter(1.0)
    w.grad = Matrix([[1.0]])
    with pytest.raises(NotImplementedError, match="Optimizer needs an update or a step method"):
        Optimizer([w]).step()


def test_a_generator_of_parameters_is_enough():
    layer = Linear(2, 1)
    optimizer = SGD(layer.parameters(), lr=0.1)
    assert optimizer.param_groups[0]["params"] == [layer.weight, layer.bias]


# ---------------------------------------------------------------- groups


def test_each_group_steps_by_its_own_settings_read_anew_each_time():
    v, w, u = Parameter(0.0), Parameter(0.0), Parameter(0.0)
    optimizer = SGD([{"params": v}, {"params": [w], "lr": 2.0}], lr=1.0)
    optimizer.add_param_group({"params": [u], "lr": 3.0, "weight_decay": 0.5})
    for p in (v, w, u):
        p.grad = Matrix([[1.0]])
    optimizer.step()
    assert [p.matrix.item() for p in (v, w, u)] == [-1.0, -2.0, -3.0]
    optimizer.param_groups[0]["lr"] = 10.0
    optimizer.step()
    assert [p.matrix.item() for p in (v, w, u)] == [-11.0, -4.0, -3.0 - 3.0 * (1.0 - 1.5)]
    assert optimizer.param_groups[2] == {
        "params": [u],
        "lr": 3.0,
        "momentum": 0,
        "dampening": 0,
        "weight_decay": 0.5,
        "nesterov": False,
        "maximize": False,
        "foreach": None,
        "differentiable": False,
        "fused": None,
    }
    optimizer.zero_grad()
    assert [p.grad for p in (v, w, u)] == [None] * 3


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda w: SGD([{"lr": 1.0}]), KeyError, 'SGD: a group of parameters has its "params", got'),
        (lambda w: SGD([("a", w), Parameter(0)]), ValueError, "SGD needs all parameters with their names, or none"),
        (lambda w: SGD([{"params": [w]}, w]), TypeError, "a group of parameters is a dict .* got Parameter"),
        (lambda w: SGD([{"params": [w]}, {"params": [w]}]), ValueError, "SGD got a parameter in two groups"),
        (lambda w: SGD([{"params": [w], "lr": -1}]), ValueError, "SGD: lr is a finite number from 0 up, got -1"),
        (
            lambda w: SGD([{"params": [w], "lr": 1}], lr=math.nan),
            ValueError,
            "SGD: lr is a finite number from 0 up, got nan",
        ),
        (lambda w: LBFGS([{"params": [w]}, {"params": [Parameter(0)]}]), ValueError, "LBFGS has one group"),
    ],
)
def test_invalid_groups_are_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make(Parameter([[1.0]]))


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda w: SGD([]), ValueError, "SGD got no parameters; give it model.parameters()"),
        (lambda w: SGD([w, Matrix([[1]])]), TypeError, r"SGD learns Tensors, number 1 is Matrix\(\[\[1\]\]\)"),
        (lambda w: SGD([w * 2]), ValueError, r"SGD learns leaves, number 0 was made by mul; write tensor.detach\(\)"),
        (lambda w: SGD([w], differentiable=True), NotImplementedError, "SGD: a step is no part of a graph here"),
        (lambda w: SGD([w], maximize="yes"), TypeError, "SGD: maximize is True or False, got 'yes'"),
        (lambda w: ASGD([w], weight_decay=-1), ValueError, "ASGD: weight_decay"),
        (lambda w: Adafactor([w], beta2_decay=1), ValueError, "beta2_decay is a finite number up to 0, got 1"),
        (lambda w: Adafactor([w], eps=1), ValueError, "eps are two numbers from 0 up, of which the first may be None"),
        (lambda w: Adafactor([w], d=0.5), ValueError, "Adafactor: d is a finite number from 1 up, got 0.5"),
        (lambda w: Muon([Parameter([1.0])]), ValueError, r"Muon: parameters have two axes, got torch.Size\(\[1\]\)"),
        (lambda w: SGD([w], lr=-0.1), ValueError, "SGD: lr is a finite number from 0 up, got -0.1"),
        (lambda w: SGD([w], lr=float("nan")), ValueError, "SGD: lr is a finite number from 0 up, got nan"),
        (lambda w: SGD([w], momentum=-1), ValueError, "momentum"),
        (lambda w: SGD([w], dampening=-1), ValueError, "dampening"),
        (lambda w: SGD([w], nesterov=True), ValueError, "nesterov needs a momentum above 0"),
        (
            lambda w: SGD([w], momentum=0.9, dampening=0.1, nesterov=True),
            ValueError,
            "nesterov needs a dampening of 0, got 0.1",
        ),
        (
            lambda w: Adam([w], betas=(0.9, 1.0)),
            ValueError,
            r"Adam: betas are two numbers from 0 up to below 1, got \(0.9, 1.0\)",
        ),
        (lambda w: Adam([w], weight_decay=-1), ValueError, "weight_decay"),
        (lambda w: Adam([w], betas=(0.9,)), ValueError, r"betas are two numbers .* got \(0.9,\)"),
        (lambda w: Adam([w], betas=0.9), ValueError, "betas are two numbers"),
        (lambda w: Adam([w], betas=("a", "b")), ValueError, "betas are two numbers"),
        (lambda w: Adam([w], eps=0.0), ValueError, "eps is a finite number above 0"),
        (lambda w: SGD([w], lr="a"), ValueError, "lr is a finite number from 0 up, got 'a'"),
        (lambda w: SGD([w], lr=float("inf")), ValueError, "lr is a finite number from 0 up, got inf"),
        (lambda w: SGD(Linear(1, 1)), TypeError, r"needs parameters, got a Linear; give it model.parameters\(\)"),
        (lambda w: AdamW([w], betas=(0.9, math.nan)), ValueError, "AdamW: betas"),
        (lambda w: Adagrad([w], lr_decay=-1), ValueError, "Adagrad: lr_decay"),
        (lambda w: Adagrad([w], initial_accumulator_value=-1), ValueError, "initial_accumulator_value"),
        (lambda w: Adagrad([w], eps=0), ValueError, "Adagrad: eps is a finite number above 0"),
        (lambda w: Adadelta([w], rho=1.5), ValueError, "Adadelta: rho is a finite number from 0 to 1, got 1.5"),
        (lambda w: RMSprop([w], alpha=1.5), ValueError, "RMSprop: alpha is a finite number from 0 to 1, got 1.5"),
        (lambda w: RMSprop([w], momentum=-0.5), ValueError, "RMSprop: momentum"),
        (lambda w: NAdam([w], momentum_decay=-1), ValueError, "NAdam: momentum_decay"),
        (lambda w: RAdam([w], betas=(1.0, 0.5)), ValueError, "RAdam: betas"),
        (lambda w: Adamax([w], eps=0), ValueError, "Adamax: eps is a finite number above 0"),
        (lambda w: Rprop([w], etas=(1.2, 0.5)), ValueError, r"etas are two numbers, one between .* got \(1.2, 0.5\)"),
        (lambda w: Rprop([w], step_sizes=(2, 1)), ValueError, r"step_sizes are the smallest .* got \(2, 1\)"),
        (lambda w: Rprop([w], step_sizes=3), ValueError, "step_sizes are the smallest .* got 3"),
        (lambda w: Lion([w], betas=(0.9, 1.5)), ValueError, "Lion: betas"),
        (lambda w: Muon([w], momentum=1.5), ValueError, "Muon: momentum is a finite number from 0 to 1, got 1.5"),
        (lambda w: Muon([w], ns_coefficients=(1, 2)), ValueError, r"ns_coefficients are three numbers, got \(1, 2\)"),
        (lambda w: Muon([w], ns_coefficients=(1, 2, math.nan)), ValueError, "ns_coefficients are three numbers"),
        (lambda w: Muon([w], ns_steps=100), ValueError, "ns_steps is an int from 0 to 99, got 100"),
        (lambda w: Muon([w], adjust_lr_fn="x"), ValueError, "adjust_lr_fn is None, 'original' or .* got 'x'"),
        (lambda w: LBFGS([w], lr=math.nan), ValueError, "LBFGS: lr"),
        (lambda w: LBFGS([w], max_iter=0), ValueError, "LBFGS: max_iter is an int from 1 up, got 0"),
        (lambda w: LBFGS([w], max_iter=1.5), ValueError, "LBFGS: max_iter is an int from 1 up, got 1.5"),
        (lambda w: LBFGS([w], history_size=0), ValueError, "LBFGS: history_size is an int from 1 up, got 0"),
        (lambda w: LBFGS([w], line_search_fn="armijo"), ValueError, "is None or 'strong_wolfe', got 'armijo'"),
        (lambda w: LBFGS([w], lr=0, line_search_fn="strong_wolfe"), ValueError, "a line search begins at lr"),
    ],
)
def test_invalid_settings_are_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make(Parameter([[1.0]]))


# ---------------------------------------------------------------- state

SETTINGS = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "dampening": 0.5}),
    ("Adagrad", {"lr_decay": 0.1}),
    ("RMSprop", {"momentum": 0.9, "centered": True}),
    ("Adadelta", {}),
    ("Adam", {"lr": 0.1, "amsgrad": True}),
    ("AdamW", {"lr": 0.1}),
    ("Adamax", {"lr": 0.1}),
    ("NAdam", {"lr": 0.1}),
    ("RAdam", {"lr": 0.1}),
    ("Rprop", {}),
    ("ASGD", {"lr": 0.1, "t0": 3}),
    ("Adafactor", {"lr": 0.1}),
    ("Lion", {"lr": 0.1}),
    ("Muon", {"lr": 0.1}),
    ("LBFGS", {"lr": 0.1, "max_iter": 2, "history_size": 3}),
    ("LBFGS", {"max_iter": 2, "line_search_fn": "strong_wolfe"}),
]


def trained(rule, settings, steps, start=None):
    """The parameters and the optimizer after some steps, from the beginning or from saved values and state."""
    weight, bias, idle = Parameter([[0.3, -0.7], [1.1, 0.4]]), Parameter([[0.1, -0.2]]), Parameter([[1.0]])
    optimizer = getattr(optim, rule)([weight, bias, idle], **settings)
    if start is not None:
        weight.data, bias.data = start[0]
        optimizer.load_state_dict(start[1])

    def closure():
        optimizer.zero_grad()
        loss = (F.tanh(F.linear(Matrix([[1.0, 2.0], [-0.5, 0.3]]), weight, bias)) - 0.3).sum() ** 2 + (weight**4).sum()
        loss.backward()
        return loss

    for _ in range(steps):
        if rule == "LBFGS":
            optimizer.step(closure)
        else:
            closure()
            optimizer.step()
    return (weight.matrix, bias.matrix), optimizer


@pytest.mark.parametrize(("rule", "settings"), SETTINGS, ids=lambda x: str(x))
def test_a_resumed_run_goes_on_to_the_last_bit(rule, settings):
    straight, _ = trained(rule, settings, 9)
    middle, optimizer = trained(rule, settings, 4)
    saved = copy.deepcopy(optimizer.state_dict())
    # Other settings, as one who resumes might give: the saved ones count.
    resumed, _ = trained(rule, {**settings, "lr": 0.7}, 5, (middle, saved))
    assert resumed == straight and middle != straight


@pytest.mark.parametrize(("rule", "settings"), SETTINGS, ids=lambda x: str(x))
def test_a_saved_state_is_a_snapshot_of_tensors_and_numbers(rule, settings):
    _, optimizer = trained(rule, settings, 3)
    saved = optimizer.state_dict()
    for state in saved["state"].values():
        assert all(isinstance(value, (Tensor, int, float, list)) for value in state.values())
    assert [group["params"] for group in saved["param_groups"]] == [[0, 1, 2]]
    before = repr(values(saved))
    optimizer.param_groups[0]["lr"] = 0.5
    for parameter in optimizer.param_groups[0]["params"]:
        parameter.grad = parameter.matrix
    optimizer.step(lambda: 1.0) if rule == "LBFGS" else optimizer.step()
    assert repr(values(saved)) == before


@pytest.mark.parametrize("rule", [Adam, AdamW, NAdam, RAdam])
def test_what_is_read_of_a_state_that_changes_in_place_stays_as_it_was(rule):
    w = Parameter([[1.0, -2.0], [0.5, 3.0]] * 20)
    optimizer = rule([w], lr=0.1)
    w.grad = Matrix([[1.0, 2.0], [3.0, 4.0]] * 20)
    optimizer.step()
    state = optimizer.state[w]
    mean = state["exp_avg"]
    seen = [mean.clone(), mean + 0.0, mean.matrix, optimizer.state_dict()["state"][0]["exp_avg"]]
    twin = copy.deepcopy((w, optimizer))
    before, whole = mean.tolist(), [t.tolist() for t in seen]
    optimizer.step()
    assert mean.tolist() != before and state["exp_avg"] is mean and isinstance(mean, Tensor)
    assert [t.tolist() for t in seen] == whole == [before] * len(seen)
    assert twin[1].state[twin[0]]["exp_avg"].tolist() == before
    twin[1].step()
    assert twin[0].matrix == w.matrix and twin[1].state[twin[0]]["exp_avg"].tolist() == mean.tolist()


def test_a_state_that_changes_in_place_can_be_changed_and_is_its_optimizers_own():
    w, twin = Parameter([[1.0, -2.0]] * 40), Parameter([[1.0, -2.0]] * 40)
    optimizer, other = Adam([w], lr=0.1), Adam([twin], lr=0.1)
    w.grad = twin.grad = Matrix([[1.0, 2.0]] * 40)
    optimizer.step()
    saved = optimizer.state_dict()
    other.load_state_dict(saved)
    other.step()
    assert saved["state"][0]["exp_avg"].tolist() == optimizer.state[w]["exp_avg"].tolist(), (
        "a step changes what was loaded"
    )
    optimizer.state[w]["exp_avg"].zero_()
    w.grad = Matrix([[0.0, 0.0]] * 40)
    before = w.matrix
    optimizer.step()
    assert w.matrix == before and optimizer.state[w]["exp_avg"].tolist() == [[0.0, 0.0]] * 40


@pytest.mark.parametrize("rule, settings", [(Adam, {}), (Adam, {"amsgrad": True}), (NAdam, {}), (RAdam, {})])
@pytest.mark.parametrize("height", [20, 2_501])
def test_a_table_of_any_size_learns_the_same(rule, settings, height):
    """The running means are computed in one way up to 64 numbers and above 10,000, in another between."""
    row = [0.5, -1.0, 2.0, 0.25]
    table, single = Parameter([row] * height), Parameter([row])
    both = [rule([parameter], lr=0.1, **settings) for parameter in (table, single)]
    for scale in (1.0, -3.0, 0.5):
        table.grad, single.grad = (Matrix([[scale * x * x for x in row]] * n) for n in (height, 1))
        for optimizer in both:
            optimizer.step()
        seen = [optimizer.state[p]["exp_avg_sq"].tolist() for optimizer, p in zip(both, (table, single))]
        assert seen[0] == seen[1] * height and table.matrix.rows == single.matrix.rows * height
    kept = both[0].state_dict()["state"][0]["exp_avg"]
    before = kept.tolist()
    both[0].step()
    assert kept.tolist() == before != both[0].state[table]["exp_avg"].tolist()


def test_amsgrad_may_begin_later():
    w = Parameter([[1.0]])
    optimizer = Adam([w], lr=0.1)
    for gradient, amsgrad in ((3.0, False), (2.0, True), (0.0, True)):
        optimizer.param_groups[0]["amsgrad"] = amsgrad
        w.grad = Matrix([[gradient]])
        optimizer.step()
    state = optimizer.state[w]
    # v is 0.009, then 0.999·0.009 + 0.001·4 = 0.012991, the largest, then 0.999 times that.
    assert state["exp_avg_sq"].item() < state["max_exp_avg_sq"].item() == pytest.approx(0.012991)


def test_what_was_never_stepped_has_no_state():
    saved = Adam([Parameter(0.0)]).state_dict()
    assert saved["state"] == {}
    _, optimizer = trained("Adam", {}, 1)
    assert list(optimizer.state_dict()["state"]) == [0, 1]


def without(mapping, name):
    return {key: value for key, value in mapping.items() if key != name}


def changed_state(saved, number, **change):
    return {**saved, "state": {**saved["state"], number: {**saved["state"][number], **change}}}


def changed_group(saved, **change):
    return {**saved, "param_groups": [{**saved["param_groups"][0], **change}]}


@pytest.mark.parametrize(
    ("change", "error", "sentence"),
    [
        (lambda s: [s], TypeError, r"Adam.load_state_dict needs what state_dict\(\) gives, got \["),
        (lambda s: without(s, "state"), TypeError, r"needs what state_dict\(\) gives"),
        (lambda s: {**s, "param_groups": [3]}, TypeError, "each group is a dict"),
        (lambda s: {**s, "state": {0: 3}}, TypeError, "the state is a dict of dicts"),
        (lambda s: changed_group(s, params=[0, 1]), ValueError, r"the groups have \[3\] parameters, got \[2\]"),
        (lambda s: {**s, "param_groups": s["param_groups"] * 2}, ValueError, r"have \[3\] parameters, got \[3, 3\]"),
        (lambda s: {**s, "param_groups": [without(s["param_groups"][0], "betas")]}, ValueError, "settings lack betas"),
        (lambda s: changed_group(s, lr=math.nan), ValueError, "Adam: lr is a finite number from 0 up, got nan"),
        (lambda s: changed_group(s, maximize=1), TypeError, "Adam: maximize is True or False, got 1"),
        (lambda s: changed_state(s, 1, exp_avg=Tensor([[1.0]])), ValueError, "exp_avg is a Tensor of 1×2, got 1×1"),
        (lambda s: changed_state(s, 1, exp_avg=None), ValueError, "parameter 1: exp_avg is a Tensor of 1×2, got None"),
        (
            lambda s: changed_state(s, 1, max_exp_avg_sq=[1]),
            ValueError,
            r"max_exp_avg_sq is a Tensor of 1×2, got \[1\]",
        ),
        (lambda s: changed_state(s, 1, step=None), ValueError, "parameter 1: step is a number from 0 up, got None"),
        (lambda s: changed_state(s, 1, step=Tensor(-1.0)), ValueError, "parameter 1: step is a number from 0 up"),
        (lambda s: trained("SGD", {}, 1)[1].state_dict(), ValueError, "the settings lack amsgrad, betas, eps"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_as_a_whole(change, error, sentence):
    _, optimizer = trained("Adam", {"lr": 0.1}, 2)
    before = repr(values(optimizer.state_dict()))
    other = changed_state(optimizer.state_dict(), 0, step=Tensor(99.0))
    with pytest.raises(error, match=sentence):
        optimizer.load_state_dict(change(changed_group(other, eps=0.5)))
    assert repr(values(optimizer.state_dict())) == before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"n_iter": None}, "n_iter is a number, got None"),
        ({"d": Tensor([1.0])}, "d has 7 numbers, one for each that is learned, got tensor"),
        ({"t": "far"}, "t is a number, got 'far'"),
        ({"H_diag": None}, "H_diag is a number, got None"),
        ({"old_dirs": [Tensor([1.0] * 7)] * 99}, "old_dirs, old_stps, ro must be lists as long as each other"),
        ({"old_dirs": [Tensor([1.0])], "old_stps": [1], "ro": [1]}, "old_dirs has 7 numbers"),
    ],
)
def test_a_state_of_lbfgs_that_does_not_fit_is_refused(change, sentence):
    _, optimizer = trained("LBFGS", {"lr": 0.1, "max_iter": 3}, 2)
    with pytest.raises(ValueError, match=sentence):
        optimizer.load_state_dict(changed_state(optimizer.state_dict(), 0, **change))
