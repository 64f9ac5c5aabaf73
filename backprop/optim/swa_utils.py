"""Means of the weights along the way of a training, which often do better than the last ones: SWA and EMA."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any, Callable

from backprop.autograd import Tensor, no_grad
from backprop.nn.module import Module
from backprop.nn.normalization import ChannelNorm, InstanceNorm1d
from backprop.optim.lr_scheduler.scheduler import LRScheduler, Rates, check_optimizer, one_for_each_group
from backprop.optim.optimizer import Optimizer
from backprop.tensors import tensor
from backprop.validation import check_choice, check_number, check_positive_int

AverageOfOne = Callable[[Tensor, Tensor, Any], Tensor]
AverageOfAll = Callable[[Sequence[Tensor], Sequence[Tensor], Any], None]


class AveragedModel(Module):
    """A copy of a ``model`` with a running mean of its parameters: θ̄ ← θ̄ + (θ − θ̄)/(n + 1) at the n-th update.

    ``avg_fn(mean, parameter, n)`` gives another mean, ``multi_avg_fn(means, parameters, n)`` changes all of them in
    place. With ``use_buffers`` the buffers, such as running means, are averaged as well; without it they are copied.

    Izmailov et al., "Averaging Weights Leads to Wider Optima and Better Generalization" (2018).

    >>> from backprop.nn import Linear
    >>> model = Linear(1, 1, bias=False); averaged = AveragedModel(model)
    >>> for weight in (1.0, 2.0, 6.0):
    ...     model.weight.data = tensor([[weight]]); averaged.update_parameters(model)
    >>> averaged(tensor([[10.0]])).item(), averaged.n_averaged
    (30.0, tensor(3))
    """

    n_averaged: Tensor

    def __init__(
        self,
        model: Module,
        device: Any = None,
        avg_fn: AverageOfOne | None = None,
        multi_avg_fn: AverageOfAll | None = None,
        use_buffers: bool = False,
    ) -> None:
        super().__init__()
        if avg_fn is not None and multi_avg_fn is not None:
            raise AssertionError("AveragedModel takes avg_fn or multi_avg_fn, got both")
        self.module = deepcopy(model)
        self.register_buffer("n_averaged", tensor(0))
        self.avg_fn, self.multi_avg_fn, self.use_buffers = avg_fn, multi_avg_fn, use_buffers

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Take the present parameters of ``model`` into the mean."""
        copied: list[tuple[Tensor, Tensor]] = list(zip(self.module.buffers(), model.buffers()))
        averaged: list[tuple[Tensor, Tensor]] = list(zip(self.module.parameters(), model.parameters()))
        if self.use_buffers:
            averaged, copied = [*averaged, *copied], []
        if not self.n_averaged:
            copied, averaged = [*copied, *averaged], []
        if self.multi_avg_fn is not None and averaged:
            means, news = zip(*((mean.detach(), new.detach()) for mean, new in averaged))
            self.multi_avg_fn(means, news, self.n_averaged)
        else:
            average = self.avg_fn or get_swa_avg_fn()
            copied += [(mean, average(mean.detach(), new.detach(), self.n_averaged)) for mean, new in averaged]
        with no_grad():
            for mean, new in copied:
                mean.copy_(new)
            self.n_averaged += 1


def get_swa_avg_fn() -> AverageOfOne:
    """The mean of all: θ̄ + (θ − θ̄)/(n + 1).

    >>> get_swa_avg_fn()(tensor(1.0), tensor(4.0), 2)
    tensor(2.)
    """
    return lambda mean, new, count: mean + (new - mean) / (count + 1)


def get_ema_avg_fn(decay: float = 0.999) -> AverageOfOne:
    """The exponential moving average d·θ̄ + (1 − d)·θ.

    >>> get_ema_avg_fn(0.75)(tensor(1.0), tensor(5.0), 2)
    tensor(2.)
    """
    check_number("get_ema_avg_fn", "decay", decay, 0, 1)
    return lambda mean, new, count: decay * mean + (1 - decay) * new


def get_swa_multi_avg_fn() -> AverageOfAll:
    """``get_swa_avg_fn`` for all parameters, in place."""
    return _for_all(get_swa_avg_fn())


def get_ema_multi_avg_fn(decay: float = 0.999) -> AverageOfAll:
    """``get_ema_avg_fn`` for all parameters, in place."""
    return _for_all(get_ema_avg_fn(decay))


def _for_all(average: AverageOfOne) -> AverageOfAll:
    def update(means: Sequence[Tensor], news: Sequence[Tensor], count: Any) -> None:
        with no_grad():
            for mean, new in zip(means, news):
                mean.copy_(average(mean, new, count))

    return update


def update_bn(loader: Iterable[Any], model: Module, device: Any = None) -> None:
    """Compute the running means of the batch normalizations in ``model`` anew, as those of all batches of ``loader``."""
    kept = [module for module in model.modules() if isinstance(module, ChannelNorm) and module.running_mean is not None]
    layers = [module for module in kept if not isinstance(module, InstanceNorm1d)]
    if not layers:
        return
    momenta, was_training = [layer.momentum for layer in layers], model.training
    for layer in layers:
        for statistic, start in ((layer.running_mean, 0), (layer.running_var, 1), (layer.num_batches_tracked, 0)):
            if statistic is not None:
                statistic.fill_(start)
        layer.momentum = None
    model.train()
    with no_grad():
        for batch in loader:
            model(batch[0] if isinstance(batch, (list, tuple)) else batch)
    for layer, momentum in zip(layers, momenta):
        layer.momentum = momentum
    model.train(was_training)


class SWALR(LRScheduler):
    """η = swa_lr·a + η₀·(1 − a) with a = (1 − cos(π·t))/2 or, for ``anneal_strategy`` "linear", a = t.

    t goes from 0 to 1 in ``anneal_epochs`` epochs. ``swa_lr`` may be a list, one rate for each group.

    >>> from backprop.optim import SGD
    >>> optimizer = SGD([Tensor([1.0], requires_grad=True)], lr=1.0)
    >>> scheduler = SWALR(optimizer, swa_lr=0.5, anneal_epochs=2, anneal_strategy="linear")
    >>> rates = []
    >>> for _ in range(4):
    ...     rates += scheduler.get_last_lr()
    ...     optimizer.step(); scheduler.step()
    >>> rates
    [1.0, 0.75, 0.5, 0.5]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        swa_lr: Rates,
        anneal_epochs: int = 10,
        anneal_strategy: str = "cos",
        last_epoch: int = -1,
    ) -> None:
        check_optimizer("SWALR", optimizer)
        self._anneal_strategy, self.anneal_epochs = anneal_strategy, anneal_epochs
        self.check(vars(self))
        for group, lr in zip(optimizer.param_groups, one_for_each_group("SWALR", "swa_lr", swa_lr, optimizer)):
            group["swa_lr"] = lr
        super().__init__(optimizer, last_epoch)

    def check(self, settings: Mapping[str, Any]) -> None:
        check_choice("SWALR", "anneal_strategy", settings["_anneal_strategy"], ("cos", "linear"))
        check_positive_int("SWALR", 0, anneal_epochs=settings["anneal_epochs"])

    def get_lr(self) -> Sequence[Any]:
        step = self._step_count - 1
        if not self.anneal_epochs:
            step = max(1, step)
        before, now = self._share(step - 1), self._share(step)
        rates = []
        for lr, group in zip(self.current_lr(), self.optimizer.param_groups):
            goal = group["swa_lr"]
            first = goal if before == 1 else (lr - before * goal) / (1 - before)
            rates.append(goal * now + first * (1 - now))
        return rates

    def _share(self, step: int) -> float:
        t = max(0, min(1, step / max(1, self.anneal_epochs)))
        return t if self._anneal_strategy == "linear" else (1 - math.cos(math.pi * t)) / 2
