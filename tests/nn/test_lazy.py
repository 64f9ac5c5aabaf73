"""Lazy layers: they become what they would have been for the size of their first input."""

import copy
import random

import pytest

from backprop import Tensor, manual_seed, nn, rand
from backprop.optim import SGD

IMAGES = {1: (2, 3, 5), 2: (2, 3, 5, 5), 3: (2, 3, 5, 5, 5)}
# Each with its settings, the shape of an input, and the layer that it becomes.
CASES = {
    "LazyLinear": ({"out_features": 4}, (2, 3), {"in_features": 3}),
    **{
        f"Lazy{kind}{axes}d": (
            {"out_channels": 4, "kernel_size": 2, "bias": kind == "Conv"},
            IMAGES[axes],
            {"in_channels": 3},
        )
        for kind in ("Conv", "ConvTranspose")
        for axes in (1, 2, 3)
    },
    **{
        f"Lazy{kind}{axes}d": ({"affine": True, "track_running_stats": True}, IMAGES[axes], {"num_features": 3})
        for kind in ("BatchNorm", "InstanceNorm")
        for axes in (1, 2, 3)
    },
}


@pytest.mark.parametrize("name", CASES)
def test_it_becomes_the_layer_of_that_size(name):
    settings, shape, size = CASES[name]
    x, becomes = rand(*shape), getattr(nn, name[4:])
    lazy = getattr(nn, name)(**settings)
    assert isinstance(lazy, becomes) and getattr(lazy, next(iter(size))) == 0 and repr(lazy).startswith(f"{name}(")
    parameters = dict(lazy.named_parameters())
    manual_seed(0)
    y = lazy(x)
    manual_seed(0)
    ready = becomes(**size, **settings)
    assert type(lazy) is becomes and repr(lazy) == repr(ready) and y.tolist() == ready(x).tolist()
    assert {n: v.tolist() for n, v in lazy.state_dict().items()} == {
        n: v.tolist() for n, v in ready.state_dict().items()
    }
    # Those that an optimizer was given are those that it has.
    assert parameters and all(parameter is parameters[own] for own, parameter in lazy.named_parameters())


def test_it_draws_nothing_before_it_is_called():
    """As in PyTorch: torch.manual_seed(0); torch.nn.LazyLinear(3); torch.rand(1) is 0.4963."""
    manual_seed(0)
    nn.LazyLinear(3)
    assert round(rand(1).item(), 4) == 0.4963


def test_an_optimizer_that_was_made_before_trains_it():
    layer = nn.LazyLinear(1, rng=random.Random(0))
    optimizer = SGD(layer.parameters(), lr=0.1)
    layer(Tensor([[1.0, 2.0]])).sum().backward()
    before = layer.weight.tolist()
    optimizer.step()
    assert layer.weight.tolist() == [[w - 0.1 * x for w, x in zip(before[0], (1.0, 2.0))]]


def test_before_the_first_input():
    layer = nn.LazyConv2d(4, 3, groups=2).eval()
    assert isinstance(layer.weight, nn.UninitializedParameter) and repr(layer.bias) == "<UninitializedParameter>"
    with pytest.raises(RuntimeError, match=r"an uninitialized parameter has no shape yet; call the lazy layer"):
        _ = layer.weight.shape
    assert type(copy.deepcopy(layer)(rand(2, 6, 5, 5))) is Tensor
    assert type(layer) is nn.LazyConv2d
    layer(rand(2, 5, 5))
    assert type(layer) is nn.Conv2d and layer.weight.shape == (4, 1, 3, 3) and not layer.training


def test_in_a_network():
    network = nn.Sequential(nn.LazyConv2d(2, 3), nn.LazyBatchNorm2d(), nn.ReLU(), nn.Flatten(), nn.LazyLinear(3))
    assert network(rand(4, 1, 5, 5)).shape == (4, 3)
    assert [type(part).__name__ for part in network] == ["Conv2d", "BatchNorm2d", "ReLU", "Flatten", "Linear"]
