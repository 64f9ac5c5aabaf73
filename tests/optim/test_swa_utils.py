"""Averaged weights: PyTorch's figures for a network with a batch normalization."""

import pytest

import backprop
from backprop import nn, optim
from backprop.optim.swa_utils import (
    SWALR,
    AveragedModel,
    get_ema_avg_fn,
    get_ema_multi_avg_fn,
    get_swa_multi_avg_fn,
    update_bn,
)


def test_averages_of_a_training_are_those_of_pytorch():
    """PyTorch 2.13.0 prints the same for this program after manual_seed(0)."""
    backprop.manual_seed(0)
    net = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1))
    x, y = backprop.randn(20, 3), backprop.randn(20, 1)
    optimizer = optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    models = [
        AveragedModel(net),
        AveragedModel(net, avg_fn=get_ema_avg_fn(0.9)),
        AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(0.9), use_buffers=True),
        AveragedModel(net, multi_avg_fn=get_swa_multi_avg_fn()),
    ]
    scheduler, rates = SWALR(optimizer, swa_lr=0.05, anneal_epochs=4), []
    for epoch in range(8):
        optimizer.zero_grad()
        ((net(x) - y) ** 2).mean().backward()
        optimizer.step()
        scheduler.step()
        rates.append(round(scheduler.get_last_lr()[0], 6))
        if epoch > 2:
            for model in models:
                model.update_parameters(net)
    assert rates == [0.092678, 0.075, 0.057322, 0.05, 0.05, 0.05, 0.05, 0.05]
    update_bn([x[:7], x[7:14], x[14:]], models[0])
    assert models[0].module[1].momentum == 0.1 and models[0].training
    figures = [
        [0.1959, -0.0512, -0.0353],
        [0.1377, -0.0557, -0.0473],
        [0.1056, -0.0557, -0.0557],
        [0.0768, -0.1016, -0.0909],
    ]
    for model, expected in zip(models, figures):
        model.eval()
        assert [round(value, 4) for value in model(x[:3]).flatten().tolist()] == expected
        assert model.n_averaged == 5


def test_a_scheduler_of_averages_resumes():
    optimizer = optim.SGD([nn.Parameter([1.0])], lr=1.0)
    scheduler = SWALR(optimizer, 0.5, 4)
    for _ in range(2):
        optimizer.step()
        scheduler.step()
    other = optim.SGD([nn.Parameter([1.0])], lr=1.0)
    resumed = SWALR(other, 0.5, 9, "linear")
    resumed.load_state_dict(scheduler.state_dict())
    other.load_state_dict(optimizer.state_dict())
    for each, its in ((optimizer, scheduler), (other, resumed)):
        each.step()
        its.step()
    assert scheduler.get_last_lr() == resumed.get_last_lr()


def test_what_makes_no_sense_is_refused():
    net = nn.Linear(1, 1)
    with pytest.raises(AssertionError, match="AveragedModel takes avg_fn or multi_avg_fn, got both"):
        AveragedModel(net, avg_fn=get_ema_avg_fn(), multi_avg_fn=get_ema_multi_avg_fn())
    with pytest.raises(ValueError, match="get_ema_avg_fn: decay is a finite number from 0 to 1, got 2"):
        get_ema_multi_avg_fn(2)
    with pytest.raises(ValueError, match="SWALR: anneal_strategy is 'cos' or 'linear', got 'x'"):
        SWALR(optim.SGD(net.parameters()), 0.1, anneal_strategy="x")
