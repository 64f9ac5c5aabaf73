"""Flatten, Identity, Residual: what passes through them, and the way around; lists and dicts of modules."""

import random
from collections import OrderedDict

import pytest
from hypothesis import given

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn import (
    GRU,
    Linear,
    Module,
    ModuleDict,
    ModuleList,
    Parameter,
    ParameterDict,
    ParameterList,
    Sequential,
    Tanh,
)
from backprop.nn.containers import Flatten, Identity, Residual, Unflatten
from tests import tables
from tests.strategies import random_tensor, seeds, sizes


@pytest.mark.parametrize("layer", [Flatten(), Identity()])
def test_rows_pass_as_they_are(layer):
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert layer(x) is x and layer(x.matrix).matrix == x.matrix
    assert repr(Sequential(layer)) == f"Sequential(\n  (0): {layer}\n)"


@given(rows=sizes, columns=sizes, seed=seeds)
def test_gradient_of_a_residual(rows, columns, seed):
    rng = random.Random(seed)
    layer = Residual(Sequential(Linear(columns, 3, rng=rng), Tanh(), Linear(3, columns, rng=rng)))
    x = random_tensor(rows, columns, rng)
    assert gradcheck(lambda x, *_: layer(x), [x, *layer.parameters()], rng=rng)


def test_the_gradient_has_a_way_around():
    layer = Residual(Linear(2, 2))
    for parameter in layer.parameters():
        parameter.data = parameter.matrix * 0
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    y = layer(x)
    y.backward(Matrix([[5.0, 7.0]]))
    assert y.matrix == x.matrix and x.grad.matrix == Matrix([[5.0, 7.0]])
    assert [name for name, _ in layer.named_parameters()] == ["layer.weight", "layer.bias"]


def test_options_reach_the_layer_within():
    class Power(Module):
        def forward(self, input, exponent=1):
            return input**exponent

    assert Residual(Power())(Tensor([[3.0]]), exponent=2).item() == 12.0
    assert Residual(Power())(input=Tensor([[3.0]]), exponent=2).item() == 12.0
    with pytest.raises(TypeError, match="input"):
        Residual(Power())()


def test_a_layer_of_two_inputs_is_added_to_the_first():
    class Mixed(Module):
        def forward(self, input, other, *, scale=1.0):
            return input * other * scale

    x, other = Tensor([[1.0, 2.0]], requires_grad=True), Tensor([[3.0, 5.0]], requires_grad=True)
    y = Residual(Mixed())(x, other, scale=2.0)
    y.backward(Matrix([[1.0, 10.0]]))
    assert y.matrix == Matrix([[7.0, 22.0]])  # x + 2·x∘other
    assert x.grad.matrix == Matrix([[7.0, 110.0]]) and other.grad.matrix == Matrix([[2.0, 40.0]])


def test_another_shape_is_refused_even_where_it_would_broadcast():
    with pytest.raises(ValueError, match="Residual: the layer made 4×1 of 4×3; both need the same shape to be added"):
        Residual(Linear(3, 1))(tables.ones(4, 3))


def test_a_layer_that_gives_several_results_is_refused():
    with pytest.raises(TypeError, match="^Residual: the layer gave a tuple where one Tensor is needed"):
        Residual(GRU(2, 2))(tables.ones(3, 2))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Flatten("1"), "Flatten: start_dim is an int, got '1'"),
        (lambda: Unflatten(1, 6), "Unflatten: unflattened_size is a tuple of ints, got 6"),
        (lambda: Unflatten(1, (2, 1.5)), "Unflatten: a size is an int, got 1.5"),
        (lambda: Unflatten(1.0, (2, 3)), "Unflatten: dim is an int, got 1.0"),
    ],
)
def test_axes_and_sizes_are_ints(make, sentence):
    with pytest.raises(TypeError, match=sentence):
        make()


def test_residual_is_made_of_a_layer():
    with pytest.raises(TypeError, match="Residual: layer is a Module, got 3"):
        Residual(3)


# ---------------------------------------------------------------- lists and dicts of modules and of parameters


def layers(count):
    return [Linear(1, 1, bias=False) for _ in range(count)]


@pytest.mark.parametrize("kind", [Sequential, lambda *given: ModuleList(given)])
def test_layers_are_named_by_their_numbers_whatever_is_done_to_them(kind):
    """As a plain list, which stands beside it."""
    plain = layers(5)
    held = kind(*plain)
    more = layers(4)
    for change in [
        lambda own: own.append(more[0]),
        lambda own: own.insert(1, more[1]),
        lambda own: own.insert(-2, more[2]),
        lambda own: own.extend(more[3:]),
        lambda own: own.pop(2),
        lambda own: own.__setitem__(-1, more[1]),
        lambda own: own.__delitem__(0),
        lambda own: own.__delitem__(slice(1, None, 2)),
        lambda own: own.__iadd__(layers(0)),
    ]:
        change(held), change(plain)
        assert list(held) == plain and len(held) == len(plain) and held[-1] is plain[-1]
        assert [name for name, _ in held.named_children()] == [
            str(i) for i, layer in enumerate(plain) if layer not in plain[:i]
        ]
        assert list(held[1:]) == plain[1:] and type(held[1:]) is type(held)
    assert list(held + kind(*more)) == plain + more and list(held) == plain
    with pytest.raises(IndexError, match="index 9 is out of range, there are 4 modules"):
        held[9]
    with pytest.raises(TypeError, match="module is a Module, got 3"):
        held.append(3)


def test_a_sequential_of_named_layers():
    model = Sequential(OrderedDict([("hidden", Linear(2, 3)), ("act", Tanh()), ("out", Linear(3, 1))]))
    assert list(model.state_dict()) == ["hidden.weight", "hidden.bias", "out.weight", "out.bias"]
    assert model.hidden is model[0] and [name for name, _ in model[1:].named_children()] == ["act", "out"]
    model.act = Identity()
    assert model[1] is model.act and len(model) == 3
    x = Tensor([[1.0, 2.0]])
    assert model(x).tolist() == model.out(model.hidden(x)).tolist()
    assert len(2 * Sequential(Tanh())) == 2 and len(list((Sequential(model[0]) * 3).parameters())) == 2


def test_a_dict_of_modules():
    held = ModuleDict({"b": Linear(1, 1), "a": Tanh()})
    held.update([("c", Identity())])
    assert list(held) == list(held.keys()) == ["b", "a", "c"] and len(held) == 3 and "a" in held
    assert [type(layer).__name__ for layer in held.values()] == ["Linear", "Tanh", "Identity"]
    assert list(held.state_dict()) == ["b.weight", "b.bias"] and held.b is held["b"]
    assert isinstance(held.pop("a"), Tanh) and dict(held.items()).keys() == {"b", "c"}
    assert repr(held).splitlines()[2] == "  (c): Identity()"
    with pytest.raises(KeyError):
        held["a"]
    with pytest.raises(KeyError, match="attribute 'pop' already exists"):
        held["pop"] = Tanh()
    held.clear()
    assert not len(held) and held == held != ModuleDict() and len({held, held}) == 1  # the same only as itself


def test_a_list_of_parameters():
    held = ParameterList([Tensor([1.0]), Parameter(Tensor([2.0])), "kept"])
    held.append(Tensor([3.0])).extend([Tensor([4.0])])
    held += [Tensor([5.0])]
    held[0] = Tensor([6.0])
    assert [name for name, _ in held.named_parameters()] == ["0", "1", "3", "4", "5"]
    assert [x if x == "kept" else x.item() for x in held] == [6.0, 2.0, "kept", 3.0, 4.0, 5.0]
    assert all(isinstance(x, Parameter) for x in held[3:]) and type(held[1:]) is ParameterList and len(held[1:]) == 5
    with pytest.raises(IndexError, match="index 6 is out of range, there are 6 parameters"):
        held[6]
    with pytest.raises(TypeError, match="values is an iterable of Parameters"):
        held.extend(Tensor([1.0]))


def test_a_dict_of_parameters():
    held = ParameterDict({"b": Tensor([1.0]), "a": 3})  # a plain dict is sorted, as in PyTorch
    held["c"] = Tensor([[2.0]])
    assert list(held) == ["a", "b", "c"] and list(reversed(held)) == ["c", "b", "a"] and held.get("x") is None
    assert list(held.state_dict()) == ["b", "c"] and held.setdefault("b", None) is held.b
    assert repr(held) == (
        "ParameterDict(\n    (a): Object of type: int\n    (b): Parameter containing: [torch.FloatTensor of size 1]\n"
        "    (c): Parameter containing: [torch.FloatTensor of size 1x1]\n)"
    )
    joined = held | {"d": Tensor([4.0])}
    assert list(joined) == ["a", "b", "c", "d"] and joined.b is held.b and list(held) == ["a", "b", "c"]
    assert held.popitem()[0] == "a" and held.pop("b").item() == 1.0 and list(held.copy()) == ["c"]
    assert list(held.fromkeys(["x", "y"], 1).items()) == [("x", 1), ("y", 1)]
    with pytest.raises(TypeError, match="a key is a str, got 3"):
        held[3] = 1


def test_the_printed_tree_is_that_of_pytorch():
    model = Sequential(
        ModuleList([*[Sequential(Linear(2, 2)) for _ in range(3)], Tanh()]),
        ModuleDict({"gru": GRU(2, 2)}),
        ModuleList(),
    )
    assert (
        repr(model)
        == """\
Sequential(
  (0): ModuleList(
    (0-2): 3 x Sequential(
      (0): Linear(in_features=2, out_features=2, bias=True)
    )
    (3): Tanh()
  )
  (1): ModuleDict(
    (gru): GRU(2, 2)
  )
  (2): ModuleList()
)
# 54 parameters"""
    )


def test_what_a_dict_of_modules_holds_is_printed():
    choices = ModuleDict({"tanh": Tanh()})
    assert repr(choices.keys()) == "dict_keys(['tanh'])" and repr(choices.values()) == "dict_values([Tanh()])"
    assert repr(choices.items()) == "dict_items([('tanh', Tanh())])"
