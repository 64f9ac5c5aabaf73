"""model.graph(x): the values of one call in the frames of the modules that computed them, and a model left as it was."""

import pytest

import backprop
from backprop import Tensor, nn
from backprop.nn import functional as F


def frames(text):
    """(name, members) of each group of a printed graph."""
    lines = [line for line in text.splitlines() if "  " not in line]
    return [(name, [int(i) for i in members.split(", ")]) for name, members in (line.split(": ") for line in lines)]


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(4)
        self.mlp = nn.Sequential(nn.Linear(4, 8), nn.GELU(), nn.Linear(8, 4))

    def forward(self, x):
        return x + self.mlp(self.norm(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([Block(), Block()])
        self.head = nn.Linear(4, 2)

    def forward(self, x, scale):
        for block in self.blocks:
            x = block(x)
        return self.head(x) * scale


def test_values_stand_in_the_frames_of_the_modules_that_computed_them():
    text = str(Net().graph(Tensor([[1.0, 2.0, 3.0, 5.0]]), scale=3.0))
    nodes = [line.split("  ")[1].split(",")[0] for line in text.splitlines() if "  " in line]
    named = [(name, [nodes[i] for i in members]) for name, members in frames(text)]
    norm, linear = ["weight", "bias", "layer_norm"], ["weight", "bias", "linear"]
    mlp = [*linear, "gelu", *linear]
    block = [("norm", norm), ("0", linear), ("2", linear), ("mlp", mlp)]
    assert [(name, sorted(own)) for name, own in named] == [
        (name, sorted(own))
        for name, own in (
            *block,
            ("blocks.0", [*norm, *mlp, "add"]),
            *block,
            ("blocks.1", [*norm, *mlp, "add"]),
            ("head", linear),
        )
    ]
    assert nodes[0] == "x" and nodes[-2:] == ["3", "mul"]


def test_a_module_that_is_called_twice_has_two_frames_and_its_weight_stands_outside():
    class Twice(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(3, 3)

        def forward(self, x):
            return self.fc(F.relu(self.fc(x)) * 2.0)

    text = str(Twice().graph(Tensor([[1.0, 2.0, 3.0]])))
    assert frames(text) == []  # each call is one value, so there is nothing to frame
    assert [line.split(",")[0] for line in text.splitlines()] == [
        "0  x", "1  fc.weight", "2  fc.bias", "3  linear", "4  relu", "5  2", "6  mul", "7  linear",
    ]  # fmt: skip


def test_the_model_and_the_random_generator_are_as_before():
    model = nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.5), nn.Linear(3, 1))
    state = {name: value.tolist() for name, value in model.state_dict().items()}
    backprop.manual_seed(0)
    wanted = backprop.rand(3).tolist()
    backprop.manual_seed(0)
    x = Tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
    with backprop.no_grad():
        text = str(model.graph(x))
    assert "batch_norm" in text and "dropout" in text and "linear" in text
    assert backprop.rand(3).tolist() == wanted
    assert {name: value.tolist() for name, value in model.state_dict().items()} == state
    assert not any(module._hooks for module in model.modules()) and not x.requires_grad


def test_all_outputs_stand_in_it():
    text = str(nn.LSTM(2, 3, 2).graph(backprop.ones(4, 1, 2)))
    assert text.count("stack") == 2 and text.startswith("0  input, 4×1×2")


def test_what_a_module_takes_from_another_one_is_not_its_own():
    class Store(nn.Module):
        def forward(self, x):
            self.held = x.exp().sin()
            return self.held.cos()

    class Reader(nn.Module):
        def __init__(self, store):
            super().__init__()
            self.others = [store]

        def forward(self, x):
            return (x * self.others[0].held).tanh()

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.store = Store()
            self.reader = Reader(self.store)

        def forward(self, x):
            return self.reader(self.store(x))

    with pytest.warns(UserWarning, match="is a list with Modules in it"):
        net = Net()
    text = str(net.graph(Tensor([1.0])))
    assert [line.split(",")[0] for line in text.splitlines()[:6]] == [
        "0  x", "1  exp", "2  sin", "3  cos", "4  mul", "5  tanh",
    ]  # fmt: skip
    assert frames(text) == [("store", [1, 2, 3]), ("reader", [4, 5])]


def test_inputs_have_the_names_of_the_parameters_of_forward_where_they_have_some():
    class Sum(nn.Module):
        def forward(self, *terms, scale):
            return sum(terms) * scale["by"]

    text = str(Sum().graph(Tensor([1.0]), Tensor([2.0]), scale={"by": 3.0}))
    assert text.split("\n")[:4] == ["0  0, scalar (constant)", "1  input, 1", "2  add, 1, of 0 and 1", "3  input, 1"]
    bilinear = str(nn.Bilinear(1, 1, 1, bias=False).graph(Tensor([[1.0]]), Tensor([[2.0]])))
    assert "input1, 1×1 (input)" in bilinear and "input2, 1×1 (input)" in bilinear


def test_a_module_may_be_called_graph():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.graph = nn.Linear(2, 1)

    assert list(dict(Net().named_parameters())) == ["graph.weight", "graph.bias"]
