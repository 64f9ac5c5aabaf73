"""A layer that holds itself has no end: it is refused when it is assigned, and what it held stays."""

import pytest

from backprop.nn import Linear, Module, Sequential


class Holder(Module):
    def __init__(self):
        self.layer = Linear(2, 1)


@pytest.mark.parametrize(
    "wrapped", [lambda n: n, lambda n: [n], lambda n: {"n": (n,)}, lambda n: Sequential(n), lambda n: [Sequential(n)]]
)
def test_itself_at_any_depth_is_refused(wrapped):
    holder = Holder()
    with pytest.raises(ValueError, match="^Holder: inner holds the layer itself"):
        holder.inner = wrapped(holder)
    assert list(holder.state_dict()) == ["layer.weight", "layer.bias"]


def test_a_child_does_not_hold_its_parent():
    parent = Holder()
    with pytest.raises(ValueError, match="^Linear: parent holds the layer itself"):
        parent.layer.parent = parent
    assert len(list(parent.parameters())) == 2


def test_one_layer_twice_is_no_layer_within_itself():
    shared = Linear(2, 2)
    model = Sequential(shared, shared)
    model.again = shared
    assert len(list(model.parameters())) == 2
