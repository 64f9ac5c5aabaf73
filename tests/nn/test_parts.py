"""The members of a module: none is lost in silence, and each name stands for one, by PyTorch's rules."""

import copy
import inspect
import pickle
import warnings

import pytest

import backprop
from backprop import Matrix, Tensor
from backprop.nn import (
    BatchNorm1d,
    Buffer,
    Linear,
    Module,
    ModuleDict,
    ModuleList,
    Parameter,
    ReLU,
    Sequential,
)
from backprop.nn.functional import relu
from tests.test_refusals import LAYERS, made
from tests.values import values


class Net(Module):
    """A member of each kind, alone and in containers."""

    def __init__(self):
        super().__init__()
        self.size = 1
        self.weight = Parameter(Tensor([[1.0]]))
        self.register_buffer("count", Tensor([[0.0]]))
        self.register_buffer("cache", Tensor([1.0]), persistent=False)
        self.head = Linear(1, 1)
        self.blocks = ModuleList([Linear(1, 1), ReLU()])
        self.table = ModuleDict({"a": ReLU(), "b": ModuleList([Linear(1, 1)])})

    def forward(self, input):
        return input * self.weight


NAMES = "weight count head.weight head.bias blocks.0.weight blocks.0.bias table.b.0.weight table.b.0.bias"
# What may not stand in the place of any member.
NO_PARTS = [Matrix([[1.0]]), [[1.0]], 1.0, "w", relu, Linear]
TENSORS = [Tensor([[1.0]]), Tensor([[1.0]], requires_grad=True)]


def names(layer):
    return " ".join(layer.state_dict())


# ---------------------------------------------------------------- a member is not overwritten


def test_the_example_says_what_to_write():
    layer = Linear(2, 1)
    with pytest.raises(TypeError) as refused:
        layer.weight = Tensor([[0.5, -1.0]])
    assert str(refused.value) == (
        "Linear: cannot assign 'Tensor' as parameter 'weight' (backprop.nn.Parameter or None expected); "
        "layer.weight.data = … sets another value"
    )
    layer.weight.data = Tensor([[0.5, -1.0]])
    assert layer.state_dict()["weight"].matrix == Matrix([[0.5, -1.0]])


@pytest.mark.parametrize("value", NO_PARTS + TENSORS, ids=lambda value: type(value).__name__)
@pytest.mark.parametrize(
    ("name", "kind"),
    [("weight", "parameter"), ("count", "buffer"), ("head", "module"), ("blocks", "module"), ("table", "module")],
)
def test_what_is_no_member_does_not_take_the_place_of_one(name, kind, value):
    net = Net()
    before = vars(net).copy()
    if kind == "buffer" and isinstance(value, Tensor):
        setattr(net, name, value)
        assert net.count is value and names(net) == NAMES
        return
    with pytest.raises(TypeError, match=f"^Net: cannot assign '{type(value).__name__}' as {kind} '{name}'"):
        setattr(net, name, value)
    assert vars(net) == before and names(net) == NAMES


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_no_member_of_any_layer_is_overwritten(name):
    layer = made(name) if name != "Sequential" else Sequential(Linear(1, 1))
    members = {**layer._parameters, **layer._buffers, **layer._modules}
    for attribute, part in members.items():
        if part is not None:
            with pytest.raises(TypeError, match=f"^{name}: cannot assign 'Matrix' as .* '{attribute}'"):
                setattr(layer, attribute, Matrix([[1.0]]))
            assert getattr(layer, attribute) is part


# What held the first may hold the second; PyTorch's answers are the same.
@pytest.mark.parametrize(
    ("held", "value", "taken"),
    [
        (Parameter, Parameter, True),
        (Parameter, Module, False),
        (Parameter, Buffer, False),
        (Parameter, Tensor, False),
        (Module, Parameter, True),
        (Module, Module, True),
        (Module, Buffer, False),
        (Buffer, Parameter, True),
        (Buffer, Module, True),
        (Buffer, Buffer, True),
        (Buffer, Tensor, True),
        (Buffer, float, False),
        (float, Parameter, True),
        (float, Buffer, True),
        (float, Tensor, True),
    ],
)
def test_one_kind_of_member_takes_the_place_of_another_as_in_pytorch(held, value, taken):
    make = {
        Parameter: lambda: Parameter(1.0),
        Buffer: lambda: Buffer(1.0),
        Module: ReLU,
        Tensor: lambda: Tensor(1.0),
        float: lambda: 1.0,
    }
    layer = Module()
    layer.part = make[held]()
    before, other = layer.part, make[value]()
    if taken:
        layer.part = other
    else:
        with pytest.raises(TypeError, match="cannot assign"):
            layer.part = other
    assert layer.part is (other if taken else before)
    kept = {**layer._parameters, **layer._buffers, **layer._modules}
    assert list(kept.values()) == ([] if (held, value) == (float, Tensor) else [layer.part])


@pytest.mark.parametrize("name", ["weight", "count", "head", "blocks", "table"])
def test_none_takes_a_member_out_and_keeps_its_place(name):
    net = Net()
    part = getattr(net, name)
    setattr(net, name, None)
    assert not any(other.partition(".")[0] == name for other in net.state_dict())
    with pytest.raises(TypeError, match=f"cannot assign 'float' as .*'{name}'"):
        setattr(net, name, 1.0)
    setattr(net, name, part)
    assert names(net) == NAMES


@pytest.mark.parametrize("name", ["weight", "count", "cache", "head", "blocks", "table"])
def test_deleting_frees_the_name(name):
    net = Net()
    delattr(net, name)
    assert not hasattr(net, name) and name not in {*net._parameters, *net._buffers, *net._modules}
    setattr(net, name, 1.0)
    assert getattr(net, name) == 1.0
    with pytest.raises(AttributeError):
        del net.nothing


def test_what_is_no_member_is_assigned_as_ever():
    net = Net()
    for value in [2, None, [1.0], {}, "x", Matrix([[1.0]]), Tensor([1.0]), [], None]:
        net.size = value
        assert net.size is value and names(net) == NAMES


def test_a_buffer_is_replaced_by_a_tensor_and_stays_saved_or_not():
    net = Net()
    net.count, net.cache = net.count + 1, net.cache * 2
    assert net.state_dict()["count"].tolist() == [[1.0]] and names(net) == NAMES
    assert [name for name, _ in net.named_buffers()] == ["count", "cache"]
    net.count = Buffer(Tensor([1.0]), persistent=False)
    assert "count" not in names(net) and "count" in net._buffers


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda net: net.register_buffer("weight", Tensor(1.0)), KeyError, "attribute 'weight' already exists"),
        (lambda net: net.register_parameter("head", None), KeyError, "attribute 'head' already exists"),
        (lambda net: net.add_module("size", ReLU()), KeyError, "attribute 'size' already exists"),
        (lambda net: net.register_parameter("forward", None), KeyError, "attribute 'forward' already exists"),
        (lambda net: setattr(net, "train", ReLU()), KeyError, "attribute 'train' already exists"),
        (lambda net: net.register_parameter("", None), KeyError, "the name of a parameter is not empty"),
        (lambda net: net.register_buffer("a.b", Tensor(1.0)), KeyError, "has no dot in it, got 'a.b'"),
        (lambda net: setattr(net, "head.weight", Parameter(1.0)), KeyError, "has no dot in it"),
        (lambda net: net.add_module(3, ReLU()), TypeError, "the name of a module is a str, got a int"),
        (lambda net: net.register_parameter("p", Tensor(1.0)), TypeError, "cannot assign 'Tensor' as parameter 'p'"),
        (lambda net: net.register_buffer("p", 3), TypeError, "cannot assign 'int' as buffer 'p'"),
        (lambda net: net.add_module("p", relu), TypeError, "cannot assign 'function' as module 'p'"),
    ],
)
def test_what_cannot_be_registered_is_refused(make, error, sentence):
    net = Net()
    with pytest.raises(error, match=sentence):
        make(net)
    assert names(net) == NAMES


def test_what_is_registered_may_be_registered_again():
    net, layer = Net(), ReLU()
    net.register_buffer("count", None)
    net.register_buffer("cache", Tensor([1.0]))
    net.register_parameter("weight", None)
    net.register_module("head", layer)
    assert net.head is layer and names(net) == NAMES.replace("weight count head.weight head.bias", "cache")


def test_what_forgets_the_constructor_of_module_is_told_so():
    class Forgets(Module):
        def __init__(self, value):
            self.size = 1
            self.part = value

    for value, kind in [(Parameter(1.0), "parameter"), (ReLU(), "module"), (Buffer(1.0), "buffer")]:
        with pytest.raises(
            AttributeError, match=rf"^cannot assign {kind} before Module.__init__\(\) call; write super"
        ):
            Forgets(value)
    for ask in (Module.parameters, Module.state_dict, Module.train, repr):
        with pytest.raises(AttributeError, match=r"^Forgets: write super\(\).__init__\(\) in its __init__ first$"):
            list(ask(Forgets(2)))


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
    layer.weight = Parameter([[2.0]])
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


def test_the_members_are_dicts_for_programs_that_change_them():
    net = Net()
    weight = net._parameters.pop("weight")
    assert not hasattr(net, "weight")
    net._parameters["bias"] = weight
    net._modules["head"] = ReLU()
    net._buffers.update(count=Tensor([2.0]))
    assert net.bias is weight and isinstance(net.head, ReLU) and list(net._parameters) == ["bias"]
    assert net.count.item() == 2.0 and dict(net._buffers).keys() == {"count", "cache"}
    with pytest.raises(KeyError):
        net._parameters["count"]


# ---------------------------------------------------------------- in plain containers


@pytest.mark.parametrize(
    ("make", "kind", "advice"),
    [
        (lambda: [Linear(1, 1)], "Module", "ModuleList"),
        (lambda: (ReLU(), Linear(1, 1)), "Module", "ModuleList"),
        (lambda: {"a": Linear(1, 1)}, "Module", "ModuleDict"),
        (lambda: [Parameter(1.0)], "Parameter", "ParameterList"),
        (lambda: {1: [Parameter(1.0)]}, "Parameter", "ParameterDict"),
        (lambda: {Linear(1, 1)}, "Module", "ModuleList"),
    ],
)
def test_members_in_a_plain_container_are_not_found_and_a_warning_says_so(make, kind, advice):
    net, value = Net(), make()
    with pytest.warns(
        UserWarning, match=rf"^Net: more is a \w+ with {kind}s in it, .* not found and so not learned; write {advice}\("
    ):
        net.more = value
    assert names(net) == NAMES and net.more is value
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # it is said once
        assert len(list(net.parameters())) == 7


def test_a_plain_list_that_is_filled_later_is_seen_when_the_parameters_are_asked_for():
    net = Net()
    net.more = []
    net.more.append(Linear(1, 1))
    with pytest.warns(UserWarning, match="^Net: more is a list with Modules in it"):
        list(Sequential(net).parameters())


def test_a_plain_list_of_what_is_a_member_elsewhere_is_no_loss():
    net = Net()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        net.order = [net.head, net.blocks[0], net.weight]
        net.numbers = [1.0, Tensor([1.0]), "x", {2: (3,)}]
        list(net.parameters())


@pytest.mark.parametrize("name", sorted(LAYERS))
def test_no_two_of_the_state_of_any_layer_have_one_name(name):
    layer = made(name) if name != "Sequential" else Sequential(ReLU(), BatchNorm1d(2))
    every = [*layer.named_parameters(), *layer.named_buffers()]
    assert len(dict(every)) == len(every) == len(layer.state_dict())


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
    assert not inspect.signature(Bare).parameters and not inspect.signature(backprop.nn.Tanh).parameters
    assert str(inspect.signature(Own)) == "(size)" and names(Own(3)) == "fc.weight fc.bias"


@pytest.mark.parametrize("mode", ["train", None, 1, Linear(1, 1)])
def test_a_mode_is_true_or_false(mode):
    net = Net()
    with pytest.raises(TypeError, match=r"^Net\.train: mode is True or False, got "):
        net.train(mode)
    assert net.training is True


# ---------------------------------------------------------------- a module within itself


class Holder(Module):
    def __init__(self):
        super().__init__()
        self.layer = Linear(2, 1)


@pytest.mark.parametrize("wrapped", [lambda n: n, lambda n: Sequential(n), lambda n: ModuleDict({"n": Sequential(n)})])
def test_itself_at_any_depth_is_refused(wrapped):
    holder = Holder()
    with pytest.raises(ValueError, match="^Holder: inner holds the module itself"):
        holder.inner = wrapped(holder)
    assert list(holder.state_dict()) == ["layer.weight", "layer.bias"]


def test_a_child_does_not_hold_its_parent():
    parent = Holder()
    with pytest.raises(ValueError, match="^Linear: parent holds the module itself"):
        parent.layer.parent = parent
    assert len(list(parent.parameters())) == 2


def test_one_layer_twice_is_no_layer_within_itself():
    shared = Linear(2, 2)
    model = Sequential(shared, shared)
    model.again = shared
    assert len(list(model.parameters())) == 2
    assert [name for name, _ in model.named_children()] == ["0"]
    assert [name for name, _ in model.named_modules(remove_duplicate=False)] == ["", "0", "1", "again"]


def test_a_parameter_of_a_number_holds_it():
    """And not so many entries, as Tensor(3) has."""
    for kind in (Parameter, Buffer):
        assert kind(3).shape == () and kind(3).item() == kind(3.0).item() == 3.0
