"""Module: finding parameters, modes, state, and the tree that is printed."""

import copy
import inspect
import random
import sys

import pytest

from backprop import Matrix, Tensor, tensor
from backprop.nn import (
    BatchNorm1d,
    Buffer,
    Embedding,
    Identity,
    Linear,
    Module,
    ModuleList,
    Parameter,
    ReLU,
    Sequential,
    Threshold,
)
from backprop.nn.init import ones_
from tests import tables
from tests.public import CLASSES
from tests.values import values


class Tower(Module):
    """Parts alone, in a list, and one of them shared."""

    def __init__(self):
        super().__init__()
        self.scale = Parameter([[2.0]])
        self.blocks = ModuleList([Linear(2, 2), ReLU(), Linear(2, 2, bias=False)])
        self.head = Sequential(Linear(2, 1))
        self.blocks[2].weight = self.blocks[0].weight
        self.constant = Tensor([[1.0]])  # neither learned nor saved

    def forward(self, input):
        for block in self.blocks:
            input = block(input)
        return self.head(input * self.scale)


NAMES = ["scale", "blocks.0.weight", "blocks.0.bias", "head.0.weight", "head.0.bias"]


def test_parameters_are_found_by_attribute_in_order_and_a_shared_one_once():
    tower = Tower()
    assert [name for name, _ in tower.named_parameters()] == NAMES
    assert list(tower.parameters()) == [p for _, p in tower.named_parameters()]


def test_sequential_names_its_layers_by_number():
    model = Sequential(Linear(2, 3), ReLU(), Linear(3, 1))
    assert [name for name, _ in model.named_parameters()] == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert len(model) == 3 and list(model)[1] is model[1]


def test_a_shared_parameter_gets_the_gradients_of_both_uses():
    tower = Tower()
    x = Matrix([[0.5, 1.5], [1.0, 2.0]])
    weight = tower.blocks[0].weight
    weight.data = Matrix([[1.0, 0.5], [0.25, 1.0]])  # positive, so that relu passes everything on
    tower.blocks[0].bias.data = Matrix([[0.0, 0.0]])
    tower(x).sum().backward()
    once, twice = Parameter(weight.matrix), Parameter(weight.matrix)
    tower.head((Tensor(x) @ once.T) @ twice.T * tower.scale).sum().backward()
    assert weight.grad.matrix.allclose(once.grad.matrix + twice.grad.matrix, rel_tol=1e-12)


def test_train_and_eval_reach_every_layer_below():
    tower = Tower()
    layers = [tower, *tower.blocks, tower.head, tower.head[0]]
    assert tower.eval() is tower and not any(layer.training for layer in layers)
    assert tower.train() is tower and all(layer.training for layer in layers)


def test_zero_grad_forgets():
    tower = Tower()
    tower(Matrix([[1.0, 1.0]])).sum().backward()
    assert all(p.grad is not None for p in tower.parameters())
    tower.zero_grad()
    assert all(p.grad is None for p in tower.parameters())


def test_state_travels_to_another_layer():
    one, other = Tower(), Tower()
    other.load_state_dict(one.state_dict())
    x = tables.normal(3, 2, rng=random.Random(0))
    assert one(x).matrix == other(x).matrix


def test_a_state_is_live_and_a_deep_copy_of_it_a_snapshot_as_in_pytorch():
    layer = Linear(2, 2)
    state, before = layer.state_dict(), copy.deepcopy(layer.state_dict())
    old = layer.weight.matrix
    layer.weight.data += 1
    assert state["weight"].matrix == layer.weight.matrix != before["weight"].matrix
    assert not state["weight"].requires_grad and state["weight"].shape == layer.weight.shape
    layer.load_state_dict(before)
    assert layer.weight.matrix == old
    state["weight"].copy_(old * 2)  # what changes the state changes the layer
    assert layer.weight.matrix == old * 2


def test_a_state_sees_what_changes_in_place_and_not_what_is_assigned():
    """As in PyTorch, where a state shares its memory with the module until ``data`` is assigned."""
    norm, table = BatchNorm1d(2), Embedding(2, 2, max_norm=0.5)
    state, rows = norm.state_dict(), table.state_dict()["weight"]
    norm(Tensor([[1.0, 2.0], [3.0, 6.0]]))
    ones_(norm.bias)
    table(tensor([0, 1]))
    assert values(state) == values(norm.state_dict()) and state["num_batches_tracked"].item() == 1
    assert state["bias"].tolist() == [1.0, 1.0] and max(map(float, rows.norm(dim=1))) < 0.51
    norm.bias.data = Tensor([5.0, 6.0])
    assert state["bias"].tolist() == [1.0, 1.0] and norm.state_dict()["bias"].tolist() == [5.0, 6.0]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"scale": None},
            r'^Error\(s\) in loading state_dict for Tower:\n\tMissing key\(s\) in state_dict: "scale". $',
        ),
        ({"extra": Matrix([[1]])}, r'Tower:\n\tUnexpected key\(s\) in state_dict: "extra". $'),
        ({"scale": None, "extra": Matrix([[1]])}, '"scale". \n\tUnexpected key.* "extra". $'),
        (
            {"scale": None, "head.0.bias": Matrix([[1, 2]])},
            r'"scale". \n\tsize mismatch for head.0.bias: copying a param with shape \(1, 2\) .* is torch.Size\(\[1\]\).$',
        ),
        ({"head.0.bias": Tensor([[1.0]])}, r"with shape torch.Size\(\[1, 1\]\) from checkpoint"),
        (
            {"head.0.bias": [[1.0]]},
            """While copying the parameter named "head.0.bias", expected torch.Tensor .* received <class 'list'>""",
        ),
    ],
)
def test_a_state_that_does_not_fit_is_refused_as_a_whole(change, sentence):
    tower = Tower()
    before = values(tower.state_dict())
    state = {name: value.matrix + 1 for name, value in tower.state_dict().items()}
    state.update(change)
    state = {name: value for name, value in state.items() if value is not None}
    with pytest.raises(RuntimeError, match=sentence):
        tower.load_state_dict(state)
    assert values(tower.state_dict()) == before


def test_the_order_of_the_keys_of_a_state_does_not_matter():
    one, other = Tower(), Tower()
    other.load_state_dict(dict(reversed(one.state_dict().items())))
    assert values(other.state_dict()) == values(one.state_dict()) and list(other.state_dict()) == list(one.state_dict())


def test_one_parameter_of_two_names_has_one_value():
    tower = Tower()
    before, tied = copy.deepcopy(tower.state_dict()), "blocks.2.weight"
    with pytest.raises(
        RuntimeError,
        match=r"Tower:\n\tblocks\.0\.weight and blocks\.2\.weight are one Parameter, got a value for each",
    ):
        tower.load_state_dict({**before, tied: before[tied].matrix + 1})
    assert values(tower.state_dict()) == values(before)
    tower.load_state_dict({**before, tied: Matrix(before[tied].tolist())})


def test_an_interruption_leaves_the_old_state_or_the_new_one():
    """Ctrl-C comes between two instructions of the interpreter; here it comes once at each of them."""
    new = {name: value.matrix + 1 for name, value in Tower().state_dict().items()}
    new["blocks.2.weight"] = new["blocks.0.weight"]
    count, whole = 0, None
    while whole is None:
        tower, left = Tower(), count
        old = values(tower.state_dict())
        wanted = {name: (old[name][0], value) for name, value in new.items()}

        def trace(frame, event, argument):
            nonlocal left
            frame.f_trace_opcodes = True
            left -= event == "opcode"
            if left < 0:
                sys.settrace(None)
                raise KeyboardInterrupt
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            tower.load_state_dict(new)
            whole = count
        except KeyboardInterrupt:
            assert values(tower.state_dict()) in (old, wanted)
        finally:
            sys.settrace(before)
        count += 37 if values(tower.state_dict()) == old else 1
    assert values(tower.state_dict()) == wanted and whole > 1000


def test_repr_shows_the_tree_and_counts_what_is_learned():
    assert (
        repr(Tower())
        == """\
Tower(
  (blocks): ModuleList(
    (0): Linear(in_features=2, out_features=2, bias=True)
    (1): ReLU()
    (2): Linear(in_features=2, out_features=2, bias=False)
  )
  (head): Sequential(
    (0): Linear(in_features=2, out_features=1, bias=True)
  )
)
# 10 parameters"""
    )
    assert repr(Tower().head[0]) == "Linear(in_features=2, out_features=1, bias=True)"


def test_a_layer_without_forward_says_so():
    class Lazy(Module):
        pass

    with pytest.raises(NotImplementedError, match="Lazy needs a forward method"):
        Lazy()(Matrix([[1]]))


def test_sequential_takes_layers_only():
    with pytest.raises(TypeError, match=r"Sequential is made of Modules, argument 1 is .*relu"):
        Sequential(Linear(1, 1), "relu")


def test_a_subclass_of_sequential_keeps_its_own_parameters():
    class Scaled(Sequential):
        def __init__(self):
            super().__init__(Linear(1, 1, bias=False), ReLU())
            self.scale = Parameter([[2.0]])

    model = Scaled()
    assert [name for name, _ in model.named_parameters()] == ["scale", "0.weight"]
    assert list(model.modules()) == [model, *model]


def test_a_slice_of_a_sequential_is_one():
    model = Sequential(Linear(1, 2), ReLU(), Linear(2, 1))
    assert isinstance(model[:2], Sequential) and list(model[:2]) == list(model)[:2] and model[-1] is model[2]
    with pytest.raises(IndexError, match="Sequential: index 5 is out of range, there are 3 modules"):
        model[5]


def test_options_reach_forward():
    class Power(Module):
        def forward(self, input, exponent=1):
            return input**exponent

    assert Power()(Tensor([[3]]), exponent=2).item() == 9


def test_a_state_is_a_dict():
    with pytest.raises(TypeError, match="needs what state_dict.. gives, a dict, got a NoneType"):
        Linear(1, 1).load_state_dict(None)


def test_a_buffer_is_saved_and_not_learned():
    class Counter(Module):
        def __init__(self):
            super().__init__()
            self.seen = Buffer([[0]])
            self.weight = Parameter([[1.0]])

    one, other = Counter(), Counter()
    one.seen.data = Matrix([[7]])
    other.load_state_dict(one.state_dict())
    assert other.seen.matrix == Matrix([[7]]) and list(one.state_dict()) == ["weight", "seen"]
    assert list(one.parameters()) == [one.weight] and not one.seen.requires_grad
    assert type(copy.deepcopy(one.seen)) is Buffer and copy.deepcopy(one.seen).matrix == Matrix([[7]])


SIZED = [
    kind
    for kind in CLASSES.values()
    if issubclass(kind, Module)
    and kind not in (Identity, Sequential, Threshold)
    and any(p.default is p.empty for p in inspect.signature(kind).parameters.values())
]


OF_ANY_SIZE = "backprop.nn.padding", "backprop.nn.pooling"  # 0 pads nothing, and an image may be pooled to no pixel


@pytest.mark.parametrize("kind", SIZED, ids=lambda kind: kind.__name__)
def test_a_subclass_is_named_by_its_own_name_where_a_size_is_refused(kind):
    class Own(kind):
        pass

    required = [p.name for p in inspect.signature(kind).parameters.values() if p.default is p.empty]
    with pytest.raises((ValueError, TypeError), match=r"^Own\b"):
        Own(**dict.fromkeys(required, 1.5 if kind.__module__ in OF_ANY_SIZE else 0))


def test_a_subclass_is_named_by_its_own_name_where_an_input_is_refused():
    class Own(Linear):
        pass

    with pytest.raises(ValueError, match=r"^Own\(3, 2\) got rows of 1 numbers; it needs 3, as mat1 and mat2"):
        Own(3, 2)(Matrix([[1.0]]))
    with pytest.raises(TypeError, match=r"^Own needs a number, nested lists of numbers or a Matrix"):
        Own(3, 2)("x")


# ---------------------------------------------------------------- what programs call


def test_named_members_with_a_prefix_here_alone_and_by_all_names():
    tower = Tower()
    assert [name for name, _ in tower.named_parameters("net")] == [f"net.{name}" for name in NAMES]
    assert [name for name, _ in tower.named_parameters(recurse=False)] == ["scale"]
    every = [name for name, _ in tower.named_parameters(remove_duplicate=False)]
    assert every == list(tower.state_dict()) == [*NAMES[:3], "blocks.2.weight", *NAMES[3:]]
    assert [name for name, _ in tower.named_modules(prefix="net")][:3] == ["net", "net.blocks", "net.blocks.0"]
    assert [name for name, _ in tower.named_children()] == ["blocks", "head"] and list(tower.buffers()) == []


def test_a_member_by_its_whole_name():
    tower = Tower()
    assert tower.get_submodule("blocks.1") is tower.blocks[1] and tower.get_submodule("") is tower
    assert tower.get_parameter("head.0.bias") is tower.head[0].bias
    layer = BatchNorm1d(2)
    assert layer.get_buffer("running_var") is layer.running_var
    for ask, sentence in [
        (lambda: tower.get_submodule("blocks.9"), "ModuleList: it has no attribute 9"),
        (lambda: tower.get_submodule("scale"), "Tower: scale is not an nn.Module"),
        (lambda: tower.get_parameter("head"), "Tower: head is not an nn.Parameter"),
        (lambda: layer.get_buffer("weight"), "BatchNorm1d: weight is not a buffer"),
    ]:
        with pytest.raises(AttributeError, match=f"^{sentence}$"):
            ask()


def test_apply_calls_the_modules_below_first():
    tower, seen = Tower(), []
    assert tower.apply(seen.append) is tower
    assert seen == [*tower.blocks, tower.blocks, tower.head[0], tower.head, tower]


def test_parameters_are_frozen_and_gradients_made_zero():
    tower = Tower()
    tower(Matrix([[1.0, 1.0]])).sum().backward()
    tower.zero_grad(set_to_none=False)
    assert all(not p.grad.any() for p in tower.parameters())
    assert tower.requires_grad_(False) is tower and not any(p.requires_grad for p in tower.parameters())
    tower.requires_grad_()
    assert all(p.requires_grad for p in tower.parameters())


def test_a_state_with_a_prefix_and_of_the_parameters_themselves():
    layer, state = Linear(1, 1), {}
    assert layer.state_dict(destination=state, prefix="a.", keep_vars=True) is state
    assert state == {"a.weight": layer.weight, "a.bias": layer.bias} and state["a.weight"] is layer.weight


def test_a_state_that_lacks_keys_is_taken_unless_strict():
    layer = Linear(2, 1)
    bias = layer.bias.item()
    keys = layer.load_state_dict({"weight": Tensor([[1.0, 2.0]]), "other": Tensor([1.0])}, strict=False)
    assert keys.missing_keys == ["bias"] and keys.unexpected_keys == ["other"]
    assert repr(keys) == "_IncompatibleKeys(missing_keys=['bias'], unexpected_keys=['other'])"
    assert repr(layer.load_state_dict(layer.state_dict())) == "<All keys matched successfully>"
    assert layer.weight.tolist() == [[1.0, 2.0]] and layer.bias.item() == bias
    with pytest.raises(RuntimeError, match="size mismatch for weight"):
        layer.load_state_dict({"weight": Tensor([1.0])}, strict=False)


def test_a_state_may_be_assigned():
    layer, weight = BatchNorm1d(2), Tensor([3.0, 4.0], requires_grad=True)
    mean = Tensor([5.0, 6.0])
    layer.requires_grad_(False).load_state_dict(
        {**layer.state_dict(), "weight": weight, "running_mean": mean}, assign=True
    )
    assert (
        layer.weight.tolist() == [3.0, 4.0] and isinstance(layer.weight, Parameter) and not layer.weight.requires_grad
    )
    assert layer.running_mean is mean


def test_hooks_around_the_forward_pass():
    layer, seen = Linear(1, 1), []
    layer.load_state_dict({"weight": Tensor([[2.0]]), "bias": Tensor([0.0])})
    before = layer.register_forward_pre_hook(lambda module, inputs: seen.append(("before", inputs[0].item())))
    doubled = layer.register_forward_pre_hook(lambda module, inputs: inputs[0] * 2, prepend=True)
    after = layer.register_forward_hook(lambda module, inputs, output: output + 100)
    layer.register_forward_hook(lambda module, inputs, output: seen.append(("after", inputs[0].item(), output.item())))
    assert layer(Tensor([3.0])).item() == 112.0 and seen == [("before", 6.0), ("after", 6.0, 112.0)]
    for handle in (before, doubled, after):
        handle.remove()
    assert layer(Tensor([3.0])).item() == 6.0 and len(seen) == 3
    assert copy.deepcopy(layer)(Tensor([3.0])).item() == 6.0 and len(seen) == 4  # a copy has them too
    with layer.register_forward_hook(lambda module, inputs, output: output * 0):
        assert layer(Tensor([3.0])).item() == 0.0
    assert layer(Tensor([3.0])).item() == 6.0


def test_hooks_see_the_keyword_arguments_that_they_ask_for():
    class Power(Module):
        def forward(self, input, exponent=1):
            return input**exponent

    power = Power()
    power.register_forward_pre_hook(lambda module, inputs, options: (inputs, {"exponent": 3}), with_kwargs=True)
    power.register_forward_hook(lambda m, inputs, options, output: output + options["exponent"], with_kwargs=True)
    assert power(Tensor(2.0), exponent=2).item() == 11.0


def test_hooks_around_the_backward_pass_see_and_change_the_gradients():
    """Figures of PyTorch 2.13, of the same program."""
    layer, seen = Linear(2, 1, bias=False), []
    layer.load_state_dict({"weight": Tensor([[2.0, 3.0]])})
    layer.register_full_backward_pre_hook(lambda module, grad_output: (grad_output[0] * 10,))

    def hook(module, grad_input, grad_output):
        seen.append((grad_input[0].tolist() if grad_input[0] is not None else None, grad_output[0].tolist()))
        return (grad_input[0] + 1,) if grad_input[0] is not None else None

    handle = layer.register_full_backward_hook(hook)
    x = Tensor([[1.0, 4.0]], requires_grad=True)
    (layer(x * 1) * 2).sum().backward()
    assert seen == [([[40.0, 60.0]], [[20.0]])] and x.grad.tolist() == [[41.0, 61.0]]
    assert layer.weight.grad.tolist() == [[20.0, 80.0]]
    layer(Tensor([[1.0, 4.0]])).sum().backward()  # no input requires a gradient
    assert seen[1] == (None, [[10.0]])
    handle.remove()
    layer(x).sum().backward()
    assert len(seen) == 2


def test_hooks_around_the_loading_of_a_state():
    model, seen = Sequential(Linear(1, 1, bias=False)), []
    model[0].register_load_state_dict_pre_hook(
        lambda module, state, prefix, *rest: state.update({prefix + "weight": state.pop("old")})
    )
    model[0].register_load_state_dict_post_hook(lambda module, keys: seen.append((module, keys.missing_keys)))
    state = {"old": Tensor([[7.0]])}
    model.load_state_dict(state)
    assert model[0].weight.item() == 7.0 and seen == [(model[0], [])] and list(state) == ["old"]


def test_what_has_nothing_to_do_is_harmless():
    layer = Linear(1, 1)
    assert layer.share_memory() is layer and layer.compile() is None
    assert "weight" in dir(layer) and "0" not in dir(Sequential(layer))
