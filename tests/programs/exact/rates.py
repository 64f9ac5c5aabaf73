"""Learning rates over time, parameter groups, and optimizers beside each other on one valley."""
import math

import torch
from torch import nn, optim
from torch.optim import lr_scheduler as sched
from torch.optim.lr_scheduler import LambdaLR, SequentialLR, ChainedScheduler, ReduceLROnPlateau

torch.set_default_dtype(torch.float64)


def fresh(lr=0.1, **settings):
    return optim.SGD([{"params": [torch.zeros(1, requires_grad=True)]}, {"params": [torch.zeros(2, requires_grad=True)], "lr": lr / 10}], lr=lr, **settings)


def rates(make, steps=12, **settings):
    opt = fresh(**settings)
    schedule = make(opt)
    seen = []
    for _ in range(steps):
        seen.append("/".join(f"{group['lr']:.5g}" for group in opt.param_groups))
        opt.step()
        schedule.step()
    return seen


warm = lambda step: min(1.0, (step + 1) / 4)
for name, make in {
    "StepLR": lambda o: sched.StepLR(o, 4, 0.5),
    "MultiStepLR": lambda o: sched.MultiStepLR(o, [2, 5, 5], 0.1),
    "ExponentialLR": lambda o: sched.ExponentialLR(o, 0.8),
    "Cosine": lambda o: sched.CosineAnnealingLR(o, 8, eta_min=0.001),
    "WarmRestarts": lambda o: sched.CosineAnnealingWarmRestarts(o, 3, T_mult=2),
    "LambdaLR": lambda o: LambdaLR(o, [warm, lambda e: 0.9 ** e]),
    "MultiplicativeLR": lambda o: sched.MultiplicativeLR(o, lambda e: 0.95),
    "LinearLR": lambda o: sched.LinearLR(o, 0.25, total_iters=5),
    "ConstantLR": lambda o: sched.ConstantLR(o, 0.5, 3),
    "PolynomialLR": lambda o: sched.PolynomialLR(o, 10, 2.0),
    "OneCycleLR": lambda o: sched.OneCycleLR(o, [1.0, 0.5], total_steps=14, pct_start=0.25),
    "CyclicLR": lambda o: sched.CyclicLR(o, 0.01, 0.1, step_size_up=3, mode="triangular2", cycle_momentum=False),
    "Sequential": lambda o: SequentialLR(o, [sched.LinearLR(o, 0.1, total_iters=3), sched.ExponentialLR(o, 0.9)], [3]),
    "Chained": lambda o: ChainedScheduler([sched.ConstantLR(o, 0.1, 2), sched.ExponentialLR(o, 0.9)]),
}.items():
    print(f"{name:17s}", *rates(make))

opt = fresh(momentum=0.9)
cycle = sched.OneCycleLR(opt, 0.5, epochs=2, steps_per_epoch=5, anneal_strategy="linear")
for _ in range(10):
    print(round(opt.param_groups[0]["lr"], 6), round(opt.param_groups[0]["momentum"], 6), end="; ")
    opt.step()
    cycle.step()
print(cycle.last_epoch, cycle.get_last_lr())

opt = fresh()
plateau = ReduceLROnPlateau(opt, mode="min", factor=0.5, patience=1, threshold=0.01, cooldown=1, min_lr=0.002)
for epoch, value in enumerate([1.0, 0.9, 0.899, 0.898, 0.897, 0.8, 0.81, 0.82, 0.83, 0.84]):
    plateau.step(value)
    print(epoch, [round(group["lr"], 6) for group in opt.param_groups], plateau.num_bad_epochs, end=" | ")
print()


def banana(p):
    x, y = p
    return (1 - x) ** 2 + 5 * (y - x * x) ** 2


for name, make in {
    "SGD": lambda p: optim.SGD(p, lr=0.01),
    "heavy ball": lambda p: optim.SGD(p, lr=0.01, momentum=0.8, dampening=0.1),
    "nesterov": lambda p: optim.SGD(p, lr=0.01, momentum=0.8, nesterov=True, weight_decay=0.01),
    "Adagrad": lambda p: optim.Adagrad(p, lr=0.3),
    "Adadelta": lambda p: optim.Adadelta(p, lr=5.0),
    "RMSprop": lambda p: optim.RMSprop(p, lr=0.02, momentum=0.3, centered=True),
    "Adam": lambda p: optim.Adam(p, lr=0.1, amsgrad=True),
    "AdamW": lambda p: optim.AdamW(p, lr=0.1, weight_decay=0.05),
    "Adamax": lambda p: optim.Adamax(p, lr=0.1),
    "NAdam": lambda p: optim.NAdam(p, lr=0.1),
    "RAdam": lambda p: optim.RAdam(p, lr=0.2),
    "ASGD": lambda p: optim.ASGD(p, lr=0.01),
    "Rprop": lambda p: optim.Rprop(p, lr=0.05),
}.items():
    p = torch.tensor([-1.0, 1.5], requires_grad=True)
    opt = make([p])
    for _ in range(30):
        opt.zero_grad()
        loss = banana(p)
        loss.backward()
        opt.step()
    print(f"{name:11s} {p[0].item():.9f} {p[1].item():.9f} {loss.item():.9f}")

p = torch.tensor([-1.0, 1.5], requires_grad=True)
opt = optim.LBFGS([p], lr=1, max_iter=6, line_search_fn="strong_wolfe")
calls = 0


def closure():
    global calls
    calls += 1
    opt.zero_grad()
    loss = banana(p)
    loss.backward()
    return loss


for _ in range(3):
    print(f"LBFGS {opt.step(closure).item():.8f} {p.tolist()[0]:.8f} {calls}")

p = torch.tensor([0.5, 2.0], requires_grad=True)
up = optim.Adam([p], lr=0.1, maximize=True)
for _ in range(5):
    up.zero_grad()
    (-(p - 3) ** 2).sum().backward()
    up.step()
print(p, up.state[p]["step"], up.state[p]["exp_avg"])
print(math.isclose(up.param_groups[0]["lr"], 0.1), sorted(k for k in up.defaults if k in ("lr", "betas", "eps", "maximize")))
