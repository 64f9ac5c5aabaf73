"""The parts of a layer: none is lost in silence, and no two have one name."""

import copy
import inspect
import pickle
from collections import OrderedDict

import pytest

import backprop
from backprop import Matrix, Tensor
from backprop.nn import BatchNorm1d, Buffer, Linear, Module, Parameter, ReLU, Sequential
from backprop.nn.functional import relu
from tests.test_refusals import LAYERS, made
from tests.values import values


class Net(Module):
    """A part of each kind, alone, in a list and in a dict."""

    def __init__(self):
        self.size = 1
        self.weight = Parameter([[1.0]])
        self.count = Buffer([[0.0]])
        self.head = Linear(1, 1)
        self.blocks = [Linear(1, 1), ReLU()]
        self.table = {"a": Parameter([[2.0]]), 1: [Linear(1, 1)]}

    def forward(self, input):
        return input * self.weight


NAMES = "weight count head.weight head.bias blocks.0.weight blocks.0.bias table.a table.1.0.weight table.1.0.bias"
# What may not stand in the place of any part.
NO_PARTS = [Matrix([[1.0]]), Tensor([[1.0]]), Tensor([[1.0]], requires_grad=True), [[1.0]], 1.0, "w", relu, Linear]


def names(layer):
    return " ".join(layer.state_dict())


# ---------------------------------------------------------------- a part is not overwritten


def test_the_example_says_what_to_write():
    layer = Linear(2, 1)
    with pytest.raises(TypeError) as refused:
        layer.weight = Matrix([[0.5, -1.0]])
    assert str(refused.value) == (
        "Linear: cannot assign 'Matrix' as parameter 'weight' (backprop.nn.Parameter or None expected); "
        "layer.weight.data = … sets another value"
    )
    layer.weight.data = Matrix([[0.5, -1.0]])
    assert layer.state_dict()["weight"].matrix == Matrix([[0.5, -1.0]])


@pytest.mark.parametrize("value", NO_PARTS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    ("name", "kind"), [("weight", "parameter"), ("count", "buffer"), ("head", "module"), ("blocks", ""), ("table", "")]
)
def test_what_is_no_part_does_not_take_the_place_of_one(name, kind, value):
    net = Net()
    before = vars(net).copy()
    if isinstance(value, list) and not kind:
        setattr(net, name, value)  # an emptied list, which may be filled again
        return
    with pytest.raises(TypeError, match=f"^Net: cannot assign '{type(value).__name__}' as {kind} ?'{name}'"):
        setattr(net, name, value)
    assert vars(net) == before and names(net) == NAMES


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_no_part_of_any_layer_is_overwritten(name):
    layer = made(name) if name != "Sequential" else Sequential(Linear(1, 1))
    kinds = {attribute: value for attribute, value in vars(layer).items() if attribute in dict(layer.members())}
    for attribute, part in kinds.items():
        with pytest.raises(TypeError, match=f"^{name}: cannot assign 'Matrix' as .* '{attribute}'"):
            setattr(layer, attribute, Matrix([[1.0]]))
        assert getattr(layer, attribute) is part


# What held the first may hold the second; PyTorch's answers for its Parameter, Module and Buffer are the same.
@pytest.mark.parametrize(
    ("held", "value", "taken"),
    [
        (Parameter, Parameter, True),
        (Parameter, Module, False),
        (Parameter, Buffer, False),
        (Module, Parameter, True),
        (Module, Module, True),
        (Module, Buffer, False),
        (Buffer, Parameter, True),
        (Buffer, Module, True),
        (Buffer, Buffer, True),
        (list, Parameter, True),
        (list, Module, True),
        (list, Buffer, True),
        (list, list, True),
        (Parameter, list, False),
        (Module, list, False),
        (Buffer, list, False),
    ],
)
def test_one_kind_of_part_takes_the_place_of_another_as_in_pytorch(held, value, taken):
    make = {Parameter: lambda: Parameter(1.0), Buffer: lambda: Buffer(1.0), Module: ReLU, list: lambda: [ReLU()]}
    layer = Module()
    layer.part = make[held]()
    before, other = layer.part, make[value]()
    if taken:
        layer.part = other
    else:
        with pytest.raises(TypeError, match="cannot assign"):
            layer.part = other
    assert layer.part is (other if taken else before)


@pytest.mark.parametrize("name", ["weight", "count", "head", "blocks", "table"])
def test_none_takes_a_part_out_and_keeps_its_place(name):
    net = Net()
    part = getattr(net, name)
    setattr(net, name, None)
    assert name not in names(net).replace("head.weight", "").replace("0.weight", "")
    with pytest.raises(TypeError, match=f"cannot assign 'float' as .*'{name}'"):
        setattr(net, name, 1.0)
    setattr(net, name, part)
    assert names(net) == NAMES


@pytest.mark.parametrize("name", ["weight", "count", "head", "blocks", "table"])
def test_deleting_frees_the_name(name):
    net = Net()
    delattr(net, name)
    assert not hasattr(net, name) and name not in dict(net.named_state())
    setattr(net, name, 1.0)
    assert getattr(net, name) == 1.0
    with pytest.raises(AttributeError):
        del net.nothing


def test_what_is_no_part_is_assigned_as_ever():
    net = Net()
    for value in [2, None, [1.0], {}, "x", Matrix([[1.0]]), [], None]:
        net.size = value
        assert net.size is value and names(net) == NAMES


def test_a_whole_list_may_become_another_one():
    net = Net()
    net.blocks = (Linear(1, 1), Linear(1, 1), Parameter([[1.0]]))
    net.blocks = [Parameter([[1.0]]), Linear(1, 1)]  # in another order
    assert [name for name, _ in net.members()][3:5] == ["blocks.0", "blocks.1"]
    net.blocks = Sequential(*net.blocks[1:])
    assert "blocks.0.bias" in net.state_dict()


@pytest.mark.parametrize("value", [Matrix([[1.0]]), Tensor([[1.0]]), relu, 1.0], ids=lambda value: type(value).__name__)
def test_what_was_overwritten_in_a_list_or_a_dict_is_found(value):
    """At the next look, whatever asks; and at once where the whole list is assigned."""
    for change, place in [
        (lambda net: net.blocks.__setitem__(0, value), "blocks.0"),
        (lambda net: net.table.__setitem__("a", value), "table.a"),
        (lambda net: net.table.__setitem__(1, value), "table.1"),
        (lambda net: net.table[1].__setitem__(0, value), "table.1.0"),
    ]:
        for look in [Module.state_dict, Module.train, Module.zero_grad, lambda net: list(net.parameters())]:
            net = Net()
            change(net)
            with pytest.raises(TypeError, match=f"^Net: cannot assign '{type(value).__name__}' as '{place}'"):
                look(net)
    with pytest.raises(TypeError, match="as 'blocks.1'"):
        net.blocks = [Linear(1, 1), value]


def test_a_list_that_is_filled_later_is_watched_from_the_first_look():
    net = Net()
    net.blocks.append(Linear(1, 1))
    assert "blocks.2.bias" in net.state_dict()
    net.blocks[2] = Matrix([[1.0]])
    with pytest.raises(
        TypeError, match=r"as 'blocks.2' \(a part of the module or None expected\); del layer.blocks frees"
    ):
        net.state_dict()
    net.blocks[2] = None
    assert names(net) == NAMES
    net.blocks.clear()
    assert "blocks" not in names(net)


@pytest.mark.parametrize("make_set", [set, frozenset])
def test_parts_in_a_set_are_refused(make_set):
    net = Net()
    with pytest.raises(TypeError, match="^Net: parts in a set have no order and no names; make more a list or a dict"):
        net.more = make_set([Linear(1, 1)])
    net.more = make_set([1, 2])
    net.more = [make_set([1])]
    net.more[0] = make_set([Parameter([[1.0]])])
    with pytest.raises(TypeError, match=r"make more\.0 a list"):
        net.state_dict()


@pytest.mark.parametrize(
    "part", [Linear(1, 1), Parameter([[1.0]]), Buffer([[1.0]])], ids=lambda part: type(part).__name__
)
def test_a_part_of_a_class_is_refused(part):
    with pytest.raises(TypeError, match=r"^Shared: fc is a .* of the class, .*write self\.fc = … in __init__"):
        type("Shared", (Module,), {"fc": part})


def test_what_is_put_into_the_attributes_past_setattr_is_found():
    class Short(Module):
        def __init__(self, **settings):
            self.__dict__.update(settings)

    assert names(Short(first=Linear(1, 1), second=Parameter([[1.0]]))) == "first.weight first.bias second"


def test_a_property_keeps_its_parts_elsewhere():
    class Positive(Module):
        @property
        def weight(self):
            return self._weight

        @weight.setter
        def weight(self, value):
            self._weight = value if isinstance(value, Parameter) else Parameter(value)

    layer = Positive()
    layer.weight = Parameter([[1.0]])
    layer.weight = Matrix([[2.0]])
    assert values(layer.state_dict()) == {"_weight": ((1, 1), Matrix([[2.0]]))}


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda net: pickle.loads(pickle.dumps(net))])
def test_a_copy_keeps_order_and_kinds_and_has_them_to_itself(copied):
    net = Net()
    net.weight, weight = None, net.weight
    other = copied(net)
    other.weight = weight
    assert names(other) == NAMES
    with pytest.raises(TypeError, match="as parameter 'weight'"):
        other.weight = 1.0
    other.more = Linear(1, 1)
    del other.head
    net.more = 3
    with pytest.raises(TypeError, match="as module 'head'"):
        net.head = 3


# ---------------------------------------------------------------- a name belongs to one part


@pytest.mark.parametrize(
    ("value", "error", "sentence"),
    [
        ({1: Parameter([[1.0]]), "1": Parameter([[2.0]])}, ValueError, "two parts have the name 'd.1'"),
        ({1: [Linear(1, 1)], "1": {"0": Parameter([[2.0]])}}, ValueError, "two parts have the name 'd.1.0'"),
        ({"a.b": Parameter([[1.0]]), "a": {"b": Parameter([[2.0]])}}, ValueError, "a name has no dot in it, .*'a.b'"),
        ({"a.weight": Parameter([[1.0]]), "a": Linear(1, 1)}, ValueError, "a name has no dot in it"),
        ([{"a.b": {"c": Buffer([[1.0]])}}], ValueError, "a name has no dot in it"),
        ({None: Linear(1, 1)}, TypeError, "the key of a part is a str or an int, d has None"),
        ({(1, 2): [Linear(1, 1)]}, TypeError, r"the key of a part is a str or an int, d has \(1, 2\)"),
        ({True: Linear(1, 1)}, TypeError, "the key of a part is a str or an int, d has True"),
        ([{1.5: Linear(1, 1)}], TypeError, r"the key of a part is a str or an int, d\.0 has 1\.5"),
    ],
)
def test_a_name_that_is_ambiguous_is_refused_when_assigned_and_when_it_comes_later(value, error, sentence):
    net = Net()
    with pytest.raises(error, match=f"^Net: {sentence}"):
        net.d = value
    assert not hasattr(net, "d") and names(net) == NAMES
    net.d = type(value)()
    net.d.extend(value) if isinstance(value, list) else net.d.update(value)
    for ask in [Module.state_dict, lambda net: list(net.named_state()), lambda net: list(net.named_parameters())]:
        with pytest.raises(error, match=f"^Net: {sentence}"):
            ask(net)


def test_an_attribute_has_no_dot_in_its_name():
    net = Net()
    with pytest.raises(
        ValueError, match=r"^Net: a name has no dot in it, dots stand between names; got 'head\.weight'"
    ):
        setattr(net, "head.weight", Parameter([[1.0]]))
    assert names(net) == NAMES


def test_keys_that_name_no_part_are_free():
    net = Net()
    net.d = OrderedDict({(1, 2): 3, None: "x", "a.b": [1.0], 1: Parameter([[1.0]]), "k": Linear(1, 1)})
    assert list(net.state_dict())[-3:] == ["d.1", "d.k.weight", "d.k.bias"]


def test_numbers_are_the_names_of_the_layers_of_a_sequential():
    model = Sequential(Linear(1, 1))
    for name in ("0", "7"):
        with pytest.raises(ValueError, match=f"^Sequential: numbers are the names of its layers, .*'{name}'"):
            setattr(model, name, Parameter([[1.0]]))
    assert names(model) == "0.weight 0.bias"


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_no_two_of_the_state_of_any_layer_have_one_name(name):
    layer = made(name) if name != "Sequential" else Sequential(ReLU(), BatchNorm1d(2))
    every = [name for name, _ in layer.named_state()]
    assert len(every) == len(set(every)) == len(layer.state_dict())


# ---------------------------------------------------------------- no argument is swallowed


# Identity stands for a layer that is left out, and takes what that took.
@pytest.mark.parametrize("name", sorted(LAYERS.keys() - {"Identity"}))
def test_an_argument_that_a_layer_does_not_have_is_refused(name):
    with pytest.raises(TypeError, match="bogus|takes no arguments"):
        made(name, bogus=1) if name != "Sequential" else Sequential(bogus=1)
    parameters = inspect.signature(LAYERS[name]).parameters.values()
    assert all(p.kind is not p.VAR_KEYWORD for p in parameters)
    positional = [p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    if name != "Sequential":
        with pytest.raises(TypeError, match="positional argument|takes no arguments"):
            LAYERS[name](*[None] * (len(positional) + 1))


def test_a_network_takes_the_arguments_of_its_own_constructor_alone():
    class Bare(Module):
        pass

    class Own(Module):
        def __init__(self, size):
            super().__init__()
            self.fc = Linear(size, 1)

    for call in [lambda: Bare(3, 4, typo=5), lambda: Bare(typo=5), lambda: Own(3, typo=5), lambda: Own(3, 4), Own]:
        with pytest.raises(TypeError):
            call()
    assert str(inspect.signature(Bare)) == str(inspect.signature(backprop.nn.Tanh)) == "()"
    assert str(inspect.signature(Own)) == "(size)" and names(Own(3)) == "fc.weight fc.bias"


@pytest.mark.parametrize("mode", ["train", None, 1, Linear(1, 1)])
def test_a_mode_is_true_or_false(mode):
    net = Net()
    with pytest.raises(TypeError, match=r"^Net\.train: mode is True or False, got "):
        net.train(mode)
    assert net.training is True


# ---------------------------------------------------------------- a layer within itself


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
