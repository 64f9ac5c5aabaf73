"""Optimizers as programs written for PyTorch use them: their state, their groups, a step of one's own, hooks, warnings."""

import copy
import io
import pickle
import warnings

import pytest

import backprop as torch
from backprop import Matrix, Tensor, float32, float64, nn, optim, set_default_dtype
from backprop.nn import Linear, Parameter
from backprop.optim import SGD, Adam, Optimizer
from backprop.optim.lr_scheduler import (
    ChainedScheduler,
    ConstantLR,
    CosineAnnealingLR,
    CosineAnnealingWarmRestarts,
    CyclicLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    MultiplicativeLR,
    MultiStepLR,
    OneCycleLR,
    PolynomialLR,
    SequentialLR,
    StepLR,
    _LRScheduler,
)
from backprop.optim.optimizer import required
from tests.figures import reference
from tests.values import values

STATES = reference("optimizer_states.json")


@pytest.fixture
def default_of_float64():
    set_default_dtype(float64)
    yield
    set_default_dtype(float32)


# ---------------------------------------------------------------- states that PyTorch saved


def tensors(saved):
    """A state as the JSON file writes it."""
    if isinstance(saved, dict):
        if saved.keys() == {"tensor"}:
            return torch.tensor(saved["tensor"])
        return {int(key) if key.isdigit() else key: tensors(value) for key, value in saved.items()}
    return list(map(tensors, saved)) if isinstance(saved, list) else saved


def stepped(rule, settings, at, state, steps):
    w, v = (Parameter(torch.tensor(value)) for value in at)
    optimizer = getattr(optim, rule)([w, v], **settings)
    if state is not None:
        optimizer.load_state_dict(state)

    def closure():
        optimizer.zero_grad()
        loss = ((torch.tanh(torch.tensor(STATES["x"]) @ w.T) @ v - 0.3) ** 2).sum()
        loss.backward()
        return loss

    for _ in range(steps):
        optimizer.step(closure)
    return optimizer, [w, v]


@pytest.mark.usefixtures("default_of_float64")
@pytest.mark.parametrize("case", STATES["cases"], ids=lambda case: case["rule"])
def test_a_state_of_pytorch_is_loaded_and_goes_on_as_there(case):
    state = tensors(case["state"])
    optimizer, parameters = stepped(case["rule"], case["settings"], case["at"], state, 0)
    saved = optimizer.state_dict()
    for own, theirs in zip(saved["state"].values(), state["state"].values()):
        assert own.keys() == theirs.keys() - {"al"}
        for key, value in own.items():
            assert type(value) is type(theirs[key]) and getattr(value, "shape", 0) == getattr(theirs[key], "shape", 0)
    for own, theirs in zip(saved["param_groups"], state["param_groups"]):
        assert own.keys() == theirs.keys()
    _, parameters = stepped(case["rule"], case["settings"], case["at"], state, 2)
    for parameter, figures in zip(parameters, case["then"]):
        assert parameter.matrix.allclose(Matrix(figures), rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.usefixtures("default_of_float64")
@pytest.mark.parametrize("case", STATES["cases"], ids=lambda case: case["rule"])
def test_a_state_goes_through_a_file_of_pytorch(case):
    optimizer, parameters = stepped(case["rule"], case["settings"], case["at"], None, 3)
    file = io.BytesIO()
    torch.save(optimizer.state_dict(), file)
    file.seek(0)
    at = [parameter.tolist() for parameter in parameters]
    resumed, _ = stepped(case["rule"], case["settings"], at, torch.load(file), 0)
    assert values(resumed.state_dict()) == values(optimizer.state_dict())


def test_a_state_from_before_a_setting_was_there_is_loaded():
    saved = Adam([Parameter([1.0])]).state_dict()
    for setting in ("maximize", "foreach", "capturable", "differentiable", "fused", "decoupled_weight_decay"):
        del saved["param_groups"][0][setting]
    optimizer = Adam([Parameter([1.0])], maximize=True)
    optimizer.load_state_dict(saved)
    assert optimizer.param_groups[0]["maximize"] is True and optimizer.param_groups[0]["fused"] is None


# ---------------------------------------------------------------- state, groups, closures


def test_the_state_is_found_by_the_parameter_and_changed_in_place():
    w = Parameter(torch.tensor([[1.0, 2.0]]))
    optimizer = Adam([w])
    assert w not in optimizer.state
    (w**2).sum().backward()
    optimizer.step()
    mean = optimizer.state[w]["exp_avg"]
    assert mean.tolist()[0] == pytest.approx([0.2, 0.4]) and optimizer.state[w]["step"].item() == 1
    optimizer.step()
    assert mean is optimizer.state[w]["exp_avg"] and mean.tolist()[0] == pytest.approx([0.38, 0.76])
    mean.zero_()
    optimizer.step()
    assert optimizer.state[w]["exp_avg"].tolist()[0] == pytest.approx([0.2, 0.4])


def test_a_step_returns_the_loss_of_its_closure():
    w = Parameter(torch.tensor([3.0]))
    optimizer = SGD([w], lr=0.5)

    def closure():
        optimizer.zero_grad()
        loss = (w**2).sum()
        loss.backward()
        return loss

    with torch.no_grad():
        assert optimizer.step(closure).item() == 9.0
    assert w.item() == 0.0 and optimizer.step() is None
    with pytest.raises(TypeError, match="step takes a closure that computes the loss"):
        optimizer.step(3.0)


def test_gradients_are_set_to_none_or_to_zeros():
    layer = Linear(2, 1)
    optimizer = SGD(layer.parameters())
    layer(torch.ones(1, 2)).sum().backward()
    held = layer.weight.grad
    optimizer.zero_grad(set_to_none=False)
    assert held is layer.weight.grad and held.tolist() == [[0.0, 0.0]]
    optimizer.zero_grad()
    assert layer.weight.grad is None


def test_a_group_may_come_later_and_hold_what_the_program_wants():
    a, b = Parameter([1.0]), Parameter([1.0])
    optimizer = SGD([a], lr=0.1)
    optimizer.add_param_group({"params": b, "lr": 0.5, "part": "head"})
    for parameter in (a, b):
        parameter.grad = Tensor([1.0])
    optimizer.step()
    assert (a.item(), b.item()) == (0.9, 0.5) and optimizer.param_groups[1]["part"] == "head"


@pytest.mark.parametrize("rule", [SGD, Adam, optim.RMSprop, optim.LBFGS])
def test_a_learning_rate_may_be_a_tensor(rule):
    ends = []
    for lr in (0.25, torch.tensor(0.25)):
        w = Parameter(torch.tensor([[1.0, -2.0]]))
        optimizer = rule([w], lr=lr)
        scheduler = ExponentialLR(optimizer, 0.5)
        for _ in range(2):

            def closure(optimizer=optimizer, w=w):
                optimizer.zero_grad()
                loss = (w**2).sum()
                loss.backward()
                return loss

            optimizer.step(closure)
            scheduler.step()
        assert scheduler.get_last_lr() == [0.0625] and float(optimizer.param_groups[0]["lr"]) == 0.0625
        assert type(optimizer.param_groups[0]["lr"]) is type(lr)
        ends.append(w.matrix)
    assert ends[0] == ends[1]


def test_settings_that_choose_an_implementation_change_nothing():
    ends = []
    for settings in ({}, {"foreach": True}, {"fused": True, "capturable": True}, {"differentiable": False}):
        w = Parameter(torch.tensor([1.0]))
        optimizer = Adam([w], **settings)
        w.grad = torch.tensor([0.5])
        optimizer.step()
        ends.append(w.item())
    assert len(set(ends)) == 1


def test_an_optimizer_is_copied_and_pickled_with_its_parameters_and_state():
    w = Parameter(torch.tensor([1.0]))
    optimizer = Adam([w])
    StepLR(optimizer, 3)  # from which on steps are watched
    w.grad = torch.tensor([0.5])
    optimizer.step()
    for other in (copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))):
        (parameter,) = other.param_groups[0]["params"]
        assert parameter is not w and values(other.state_dict()) == values(optimizer.state_dict())
        before = w.item()
        parameter.grad = torch.tensor([0.5])
        other.step()
        assert parameter.item() < before == w.item()


# ---------------------------------------------------------------- a step of one's own


class Momentum(torch.optim.Optimizer):
    """As tutorials write it."""

    def __init__(self, params, lr=1e-2, momentum=0.9):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    def __setstate__(self, state):
        super().__setstate__(state)
        for group in self.param_groups:
            group.setdefault("nesterov", False)

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                state = self.state[p]
                if len(state) == 0:
                    state["step"] = 0
                    state["m"] = torch.zeros_like(p)
                state["step"] += 1
                state["m"].mul_(group["momentum"]).add_(p.grad)
                p.add_(state["m"], alpha=-group["lr"])
        return loss


def trained(make, steps, state=None):
    torch.manual_seed(0)
    net, x, y = nn.Linear(3, 2), torch.randn(5, 3), torch.randn(5, 2)
    optimizer = make(net.parameters())
    if state:
        net.load_state_dict(state[0])
        optimizer.load_state_dict(state[1])

    def closure():
        optimizer.zero_grad()
        loss = ((net(x) - y) ** 2).mean()
        loss.backward()
        return loss

    return net, optimizer, [optimizer.step(closure).item() for _ in range(steps)]


def test_a_step_of_ones_own_learns_as_the_rule_that_is_there():
    net, optimizer, losses = trained(Momentum, 5)
    _, _, same = trained(lambda params: SGD(params, lr=1e-2, momentum=0.9), 5)
    assert losses == pytest.approx(same, rel=1e-12)
    assert optimizer.state[net.weight]["step"] == 5
    assert repr(optimizer) == "Momentum (\nParameter Group 0\n    lr: 0.01\n    momentum: 0.9\n)"


def test_a_step_of_ones_own_is_saved_and_resumed():
    _, _, straight = trained(Momentum, 6)
    net, optimizer, _ = trained(Momentum, 4)
    saved = copy.deepcopy(net.state_dict()), optimizer.state_dict()
    assert saved[1]["state"][0]["step"] == 4 and saved[1]["param_groups"][0]["params"] == [0, 1]
    net, optimizer, losses = trained(lambda params: Momentum(params, lr=7.0), 2, saved)
    assert losses == straight[4:] and optimizer.state[net.weight]["step"] == 6
    assert optimizer.param_groups[0]["nesterov"] is False


def test_hooks_see_each_step_also_of_ones_own():
    for make in (Momentum, SGD):
        seen = []
        w = Parameter([1.0])
        w.grad = Tensor([1.0])
        optimizer = make([w])
        before = optimizer.register_step_pre_hook(lambda opt, args, kwargs, seen=seen: seen.append((opt, args, kwargs)))
        after = optimizer.register_step_post_hook(lambda opt, args, kwargs, seen=seen, w=w: seen.append(w.item()))
        optimizer.step()
        assert seen == [(optimizer, (optimizer,), {}), 0.99] or seen == [(optimizer, (optimizer,), {}), 0.999]
        before.remove()
        after.remove()
        optimizer.step()
        assert len(seen) == 2
        optimizer.register_step_pre_hook(lambda opt, args, kwargs: (args, {"closure": lambda: 7.0}))
        assert optimizer.step() == 7.0
        optimizer.register_step_pre_hook(lambda opt, args, kwargs: 3)
        with pytest.raises(RuntimeError, match=r"a hook before a step returns None or \(args, kwargs\), got 3"):
            optimizer.step()


# ---------------------------------------------------------------- schedulers


def optimizer_of_one(**settings):
    return SGD([Parameter([1.0])], **{"lr": 0.1, **settings})


def test_the_wrong_order_is_warned_of_once():
    for order, count in (("so", 0), ("os", 1)):
        optimizer = optimizer_of_one()
        scheduler = StepLR(optimizer, 2)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            for _ in range(3):
                for step in (optimizer.step, scheduler.step)[:: 1 if order == "so" else -1]:
                    step()
        assert [str(warning.message)[:42] for warning in caught] == [
            "lr_scheduler.step() was called before opti"
        ] * count


class Warmup(_LRScheduler):
    def __init__(self, optimizer, steps, last_epoch=-1):
        self.steps = steps
        super().__init__(optimizer, last_epoch)

    def get_lr(self):
        assert self._get_lr_called_within_step
        return [lr * min(1, (self.last_epoch + 1) / self.steps) for lr in self.base_lrs]


class ByEpoch(StepLR):
    """Overrides step, as warm-ups of public programs do."""

    def step(self, epoch=None):
        self.calls = getattr(self, "calls", 0) + 1
        super().step(epoch)


def test_a_scheduler_of_ones_own():
    optimizer = optimizer_of_one()
    scheduler, rates = Warmup(optimizer, 4), []
    for _ in range(5):
        rates.append(round(optimizer.param_groups[0]["lr"], 4))
        optimizer.step()
        scheduler.step()
    assert rates == [0.025, 0.05, 0.075, 0.1, 0.1]
    other = Warmup(optimizer_of_one(), 9)
    other.load_state_dict(scheduler.state_dict())
    assert (other.steps, other.last_epoch, other.get_last_lr()) == (4, 5, [0.1])
    assert ByEpoch(optimizer, 3).calls == 1


def test_the_attributes_and_the_state_are_those_of_pytorch():
    optimizer = optimizer_of_one()
    scheduler = StepLR(optimizer, 2, 0.5)
    optimizer.step()
    scheduler.step()
    assert (scheduler.optimizer, scheduler.base_lrs, scheduler.last_epoch) == (optimizer, [0.1], 1)
    assert scheduler._last_lr == scheduler.get_last_lr() == [0.1]
    assert scheduler.state_dict() == {
        "step_size": 2,
        "gamma": 0.5,
        "base_lrs": [0.1],
        "last_epoch": 1,
        "_step_count": 2,
        "_is_initial": False,
        "_get_lr_called_within_step": False,
        "_last_lr": [0.1],
    }
    one_cycle = OneCycleLR(optimizer_of_one(momentum=0.9), 0.1, total_steps=10)
    assert one_cycle.state_dict()["_schedule_phases"] == [
        {
            "end_step": 2.0,
            "start_lr": "initial_lr",
            "end_lr": "max_lr",
            "start_momentum": "max_momentum",
            "end_momentum": "base_momentum",
        },
        {
            "end_step": 9,
            "start_lr": "max_lr",
            "end_lr": "min_lr",
            "start_momentum": "base_momentum",
            "end_momentum": "max_momentum",
        },
    ]
    group = one_cycle.optimizer.param_groups[0]
    assert {"initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum"} <= group.keys()


# The rates of PyTorch 2.13.0 after step(epoch) for each epoch in turn.
AT_EPOCHS = {
    "step": (lambda o: StepLR(o, 2, 0.5), [0, 3, 1, 7], [0.1, 0.05, 0.1, 0.0125]),
    "multi step": (lambda o: MultiStepLR(o, [2, 3], 0.5), [2, 5, 0], [0.05, 0.025, 0.1]),
    "exponential": (lambda o: ExponentialLR(o, 0.9), [5, 2], [0.059049, 0.081]),
    "polynomial": (lambda o: PolynomialLR(o, 4, 2.0), [2, 9, 1], [0.025, 0.0, 0.05625]),
    "linear": (lambda o: LinearLR(o, 0.5, 1.0, 4), [2, 9, 0], [0.075, 0.1, 0.05]),
    "cosine": (lambda o: CosineAnnealingLR(o, 4), [2, 4, 1], [0.05, 0.0, 0.08535533905932739]),
    "lambda": (lambda o: LambdaLR(o, lambda t: 1 / (1 + t)), [3, 1], [0.025, 0.05]),
}


@pytest.mark.parametrize("name", AT_EPOCHS)
def test_a_step_to_an_epoch_takes_the_closed_form(name):
    make, epochs, rates = AT_EPOCHS[name]
    optimizer = optimizer_of_one()
    scheduler = make(optimizer)
    optimizer.step()
    for epoch, rate in zip(epochs, rates):
        with pytest.warns(UserWarning, match=r"scheduler.step\(epoch\) is deprecated"):
            scheduler.step(epoch)
        assert scheduler.last_epoch == epoch and scheduler.get_last_lr() == pytest.approx([rate], abs=1e-15)


def test_warm_restarts_take_a_part_of_an_epoch():
    """As they are stepped after each batch; the figures are PyTorch's."""
    scheduler = CosineAnnealingWarmRestarts(optimizer_of_one(), 3, 2)
    seen = []
    for epoch in (0, 0.5, 1.7, 4.2, 10):
        scheduler.step(epoch)
        seen.append(
            (round(scheduler.get_last_lr()[0], 6), round(scheduler.T_cur, 4), scheduler.T_i, scheduler.last_epoch)
        )
    assert seen == [
        (0.1, 0, 3, 0),
        (0.093301, 0.5, 3, 0),
        (0.039604, 1.7, 3, 1),
        (0.090451, 1.2, 6, 4),
        (0.098296, 1, 12, 10),
    ]
    with pytest.raises(ValueError, match="CosineAnnealingWarmRestarts: epoch is a finite number from 0 up, got -1"):
        scheduler.step(-1)


def test_a_one_cycle_begins_again_where_a_loaded_optimizer_is():
    optimizer = optimizer_of_one(momentum=0.9)
    scheduler = OneCycleLR(optimizer, 0.1, total_steps=10)
    for _ in range(4):
        optimizer.step()
        scheduler.step()
    other = optimizer_of_one(momentum=0.9)
    other.load_state_dict(optimizer.state_dict())
    resumed = OneCycleLR(other, 0.1, total_steps=10, last_epoch=3)
    assert resumed.get_last_lr() == scheduler.get_last_lr()
    with pytest.raises(KeyError, match="OneCycleLR: to begin after epoch 3, group 0 needs its 'initial_lr'"):
        OneCycleLR(optimizer_of_one(momentum=0.9), 0.1, total_steps=10, last_epoch=3)


def test_a_sequence_begins_where_it_is_told_to():
    """torch.optim.lr_scheduler.SequentialLR(…, last_epoch=4): the epochs that are left until the next part."""
    optimizer = optimizer_of_one(lr=1.0)
    parts = [ConstantLR(optimizer, 0.5, 2), ExponentialLR(optimizer, 0.5)]
    scheduler = SequentialLR(optimizer, parts, [7], last_epoch=4)
    seen = [(scheduler.last_epoch, optimizer.param_groups[0]["lr"])]
    for _ in range(4):
        optimizer.step()
        scheduler.step()
        seen.append((scheduler.last_epoch, optimizer.param_groups[0]["lr"]))
    assert seen == [(5, 0.5), (6, 0.5), (7, 1.0), (8, 0.5), (9, 0.25)]


class Factor:
    def __init__(self, base):
        self.base = base

    def __call__(self, epoch):
        return self.base**epoch


@pytest.mark.parametrize("kind", [LambdaLR, MultiplicativeLR])
def test_the_attributes_of_an_object_that_is_called_are_saved(kind):
    optimizer = SGD([{"params": [Parameter([1.0])]}, {"params": [Parameter([1.0])]}], lr=1.0)
    scheduler = kind(optimizer, [Factor(0.5), lambda epoch: 1.0])
    saved = scheduler.state_dict()
    assert saved["lr_lambdas"] == [{"base": 0.5}, None]
    other = kind(optimizer, [Factor(0.25), lambda epoch: 2.0])
    other.load_state_dict(saved)
    assert other.lr_lambdas[0].base == 0.5 and other.lr_lambdas[1](0) == 2.0
    cyclic = CyclicLR(optimizer, 0.1, 1.0, scale_fn=Factor(0.5), cycle_momentum=False)
    assert cyclic.state_dict()["_scale_fn_custom"] == {"base": 0.5}


def test_chains_and_sequences_of_each_other_are_saved_and_resumed():
    def make():
        optimizer = optimizer_of_one()
        chain = ChainedScheduler([LinearLR(optimizer, total_iters=3), StepLR(optimizer, 2, 0.5)])
        return optimizer, SequentialLR(optimizer, [chain, ExponentialLR(optimizer, 0.9)], milestones=[5])

    optimizer, scheduler = make()
    rates = []
    for epoch in range(8):
        if epoch in (2, 6):
            saved = optimizer.state_dict(), scheduler.state_dict()
            optimizer, scheduler = make()
            optimizer.load_state_dict(saved[0])
            scheduler.load_state_dict(saved[1])
        rates.append(round(scheduler.get_last_lr()[0], 6))
        optimizer.step()
        scheduler.step()
    # Those of PyTorch 2.13.0.
    assert rates == [0.033333, 0.055556, 0.038889, 0.05, 0.025, 0.1, 0.09, 0.081]


def test_a_rule_may_keep_what_it_wants():
    """Matrices and numbers are Tensors in the state, all else stays as it is."""

    class Counting(Optimizer):
        def update(self, value, gradient, state, group):
            state["seen"] = [*state.get("seen", []), "step"]
            state["last"] = gradient
            return value - gradient

    w = Parameter(torch.tensor([1.0]))
    optimizer = Counting([w])
    for _ in range(2):
        w.grad = torch.tensor([0.5])
        optimizer.step()
    assert optimizer.state[w]["seen"] == ["step", "step"] and optimizer.state[w]["last"].tolist() == [0.5]


class Patient(Optimizer):
    """A wrapper that does not call the constructor of its base, as some public ones do not."""

    def __init__(self, optimizer):
        self.optimizer, self.state = optimizer, optimizer.state
        self.param_groups, self.defaults = optimizer.param_groups, optimizer.defaults

    def step(self, closure=None):
        return self.optimizer.step(closure)


class Sharpness(Optimizer):
    """SAM, as it is written in public: a step uphill, a gradient there, and the step of another rule."""

    def __init__(self, params, base_optimizer, rho=0.05, **kwargs):
        super().__init__(params, dict(rho=rho, **kwargs))
        self.base_optimizer = base_optimizer(self.param_groups, **kwargs)
        self.param_groups = self.base_optimizer.param_groups
        self.defaults.update(self.base_optimizer.defaults)

    @torch.no_grad()
    def step(self, closure=None):
        closure = torch.enable_grad()(closure)
        norm = torch.norm(torch.stack([p.grad.norm(p=2) for p in self.param_groups[0]["params"]]), p=2)
        for group in self.param_groups:
            scale = group["rho"] / (norm + 1e-12)
            for p in group["params"]:
                self.state[p]["old_p"] = p.data.clone()
                p.add_(p.grad * scale)
        self.zero_grad()
        closure()
        for group in self.param_groups:
            for p in group["params"]:
                p.data = self.state[p]["old_p"]
        self.base_optimizer.step()


def test_optimizers_around_others_work_as_in_pytorch():
    """The losses are those of PyTorch 2.13.0 after the same seed."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    x, y = torch.randn(10, 3), torch.randn(10, 1)
    optimizer, losses = Sharpness(net.parameters(), torch.optim.SGD, lr=0.1, momentum=0.9), []

    def closure():
        loss = ((net(x) - y) ** 2).mean()
        loss.backward()
        return loss

    for _ in range(8):
        optimizer.zero_grad()
        losses.append(round(closure().item(), 5))
        optimizer.step(closure)
    assert losses == [0.70403, 0.62867, 0.54317, 0.48814, 0.43332, 0.35915, 0.32753, 0.36713]

    patient = Patient(SGD(net.parameters(), lr=0.5))
    scheduler = StepLR(patient, 1, 0.5)
    patient.zero_grad()
    closure()
    patient.step()
    scheduler.step()
    assert patient.param_groups[0]["lr"] == 0.25 and len(patient.state_dict()["param_groups"]) == 1


def test_a_setting_without_a_default_is_asked_for():
    class Rule(Optimizer):
        def __init__(self, params, lr=required):
            super().__init__(params, {"lr": lr})

    assert Rule([{"params": [Parameter([1.0])], "lr": 0.5}]).param_groups[0]["lr"] == 0.5
    with pytest.raises(ValueError, match="Rule needs its lr in each group, or for all of them"):
        Rule([Parameter([1.0])])
