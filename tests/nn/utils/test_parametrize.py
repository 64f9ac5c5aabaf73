"""Weights that are computed at each use: what they are, what is learned in their place, and the plain weight afterwards."""

import copy
import pickle
import threading
import warnings

import pytest

from backprop import float64, get_default_dtype, manual_seed, nn, no_grad, rand, randn, set_default_dtype, zeros
from backprop.nn import Linear, Module, utils
from backprop.nn.utils import parametrizations, remove_spectral_norm, remove_weight_norm
from backprop.nn.utils.parametrize import cached, is_parametrized, register_parametrization, remove_parametrizations

# Three losses while learning, the sum of the outputs after eval(), and the keys of the state, of PyTorch 2.13 in float64:
# the program is the same as in the test.
FIGURES = [
    ("weight_norm(Linear(3, 2))", [3.6770339459, 0.7804474279, 0.3011915313, -0.2601049363], "bias weight_g weight_v"),
    (
        "weight_norm(Linear(3, 2), dim=None)",
        [3.6770339459, 0.779996885, 0.2954004254, -0.2672137928],
        "bias weight_g weight_v",
    ),
    (
        "weight_norm(Linear(3, 2), dim=1)",
        [3.6770339459, 0.7933473186, 0.2955100059, -0.3449313817],
        "bias weight_g weight_v",
    ),
    (
        "spectral_norm(Linear(3, 2))",
        [3.7609587631, 1.9663826019, 1.5445171148, -0.1015686268],
        "bias weight_orig weight_u weight_v",
    ),
    (
        "spectral_norm(ConvTranspose1d(3, 2, 1), n_power_iterations=3)",
        [4.1895931892, 1.8572857604, 1.602610062, -0.2899445918],
        "bias weight_orig weight_u weight_v",
    ),
    (
        "Z.weight_norm(Linear(3, 2))",
        [3.6770339459, 0.7804474279, 0.3011915313, -0.2601049363],
        "bias parametrizations.weight.original0 parametrizations.weight.original1",
    ),
    (
        "Z.spectral_norm(Linear(3, 2))",
        [3.7307818552, 1.9190024653, 1.5485985843, -0.1019590107],
        "bias parametrizations.weight.original parametrizations.weight.0._u parametrizations.weight.0._v",
    ),
    (
        "Z.spectral_norm(Conv1d(3, 2, 1), n_power_iterations=2)",
        [3.7307818552, 1.9189792444, 1.5487129871, -0.1019678061],
        "bias parametrizations.weight.original parametrizations.weight.0._u parametrizations.weight.0._v",
    ),
]


@pytest.fixture
def double():
    before = get_default_dtype()
    set_default_dtype(float64)
    yield
    set_default_dtype(before)


@pytest.mark.parametrize(("make", "figures", "keys"), FIGURES, ids=[make for make, *_ in FIGURES])
def test_it_learns_as_in_pytorch(make, figures, keys, double):
    manual_seed(0)
    names = {name: getattr(nn, name) for name in ("Linear", "Conv1d", "ConvTranspose1d")}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        layer = eval(make, {**names, **{n: getattr(utils, n) for n in utils.__all__}, "Z": parametrizations})
    x = randn(4, 3)
    x = x if "Linear" in make else x[..., None]
    found = []
    for _ in range(3):
        loss = layer(x).pow(2).sum()
        loss.backward()
        found.append(loss.item())
        with no_grad():
            for parameter in layer.parameters():
                parameter -= 0.05 * parameter.grad
                parameter.grad = None
    output = layer.eval()(x)
    assert [*found, output.sum().item()] == pytest.approx(figures, rel=1e-8)
    assert " ".join(layer.state_dict()) == keys
    if make.startswith("Z."):
        plain = remove_parametrizations(layer, "weight")
    else:
        plain = (remove_weight_norm if make.startswith("weight") else remove_spectral_norm)(layer)
    assert type(plain).__name__ == make.removeprefix("Z.").split("(")[1] and isinstance(plain.weight, nn.Parameter)
    assert plain(x).allclose(output, rtol=1e-12) and {*plain.state_dict()} == {"weight", "bias"}
    assert not is_parametrized(plain) and (make.startswith("Z.") or not plain._hooks)


class Symmetric(Module):
    def forward(self, x):
        return x.triu() + x.triu(1).T

    def right_inverse(self, value):
        return value.triu()


class Double(Module):
    def forward(self, x):
        return x * 2

    def right_inverse(self, value):
        return value / 2


def test_a_parametrization_of_ones_own():
    layer, value = register_parametrization(Linear(3, 3), "weight", Symmetric()), rand(3, 3)
    value = value + value.T
    layer.weight = value
    assert layer.weight.allclose(value) and is_parametrized(layer, "weight") and not is_parametrized(layer, "bias")
    register_parametrization(layer, "weight", Double())
    assert layer.weight.allclose(2 * value) and len(layer.parametrizations.weight) == 2
    layer.weight = value
    other = copy.deepcopy(layer)
    other.weight = 2 * value
    assert layer.weight.allclose(value) and other.weight.allclose(2 * value)
    assert type(other).__name__ == "ParametrizedLinear" and isinstance(other, Linear)
    register_parametrization(layer, "bias", Double())
    assert [name for name, _ in layer.named_parameters()] == [
        "parametrizations.weight.original",
        "parametrizations.bias.original",
    ]
    original = layer.parametrizations.weight.original
    remove_parametrizations(layer, "weight", leave_parametrized=False)
    assert layer.weight is original and type(layer).__name__ == "ParametrizedLinear"
    remove_parametrizations(layer, "bias")
    assert type(layer) is Linear and list(layer.state_dict()) == ["weight", "bias"]
    pickle.loads(pickle.dumps(layer))


def test_a_parametrization_is_computed_once_where_it_is_cached():
    layer = register_parametrization(Linear(2, 2), "weight", Double())
    assert layer.weight is not layer.weight
    with cached():
        first = layer.weight
        assert layer.weight is first
    assert layer.weight is not first


@pytest.mark.threads
def test_what_one_thread_keeps_another_computes():
    """Or it would learn with weights from before its last step."""
    layer = register_parametrization(Linear(2, 2), "weight", Double())
    found = []
    with cached():
        first = layer.weight
        thread = threading.Thread(target=lambda: found.extend([layer.weight, layer.weight]))
        thread.start()
        thread.join()
        assert layer.weight is first
    assert len({id(weight) for weight in (first, *found)}) == 3


def test_a_buffer_may_be_parametrized():
    module = Module()
    module.register_buffer("scale", zeros(2) + 1)
    register_parametrization(module, "scale", Double())
    assert module.scale.tolist() == [1.0, 1.0] and list(module.state_dict()) == ["parametrizations.scale.original"]
    assert list(remove_parametrizations(module, "scale")._buffers) == ["scale"]


def test_the_state_of_the_older_form_is_taken():
    layer = parametrizations.weight_norm(Linear(2, 2))
    layer.load_state_dict({"bias": zeros(2), "weight_g": zeros(2, 1) + 5, "weight_v": zeros(2, 2) + 1})
    assert layer.weight.allclose(zeros(2, 2) + 5 / 2**0.5)


@pytest.mark.parametrize(
    ("make", "error", "sentence"),
    [
        (lambda m: register_parametrization(m, "w", Double()), RuntimeError, "Linear has no parameter or buffer 'w'"),
        (lambda m: register_parametrization(m, "weight", 3), TypeError, "parametrization is a Module, got 3"),
        (lambda m: register_parametrization(m, "weight", nn.Flatten(0)), ValueError, "weight keeps its shape"),
        (lambda m: remove_parametrizations(m, "weight"), ValueError, "weight of Linear has no parametrization"),
        (remove_weight_norm, ValueError, "Linear: weight has no such norm"),
        (lambda m: utils.spectral_norm(utils.spectral_norm(m)), RuntimeError, "no|norm already"),
        (lambda m: utils.spectral_norm(m, n_power_iterations=0), ValueError, "n_power_iterations is an int from 1 up"),
        (
            lambda m: remove_parametrizations(parametrizations.weight_norm(m), "weight", leave_parametrized=False),
            ValueError,
            "weight has no single original",
        ),
        (
            lambda m: setattr(register_parametrization(m, "weight", nn.Tanh()), "weight", zeros(2, 2)),
            RuntimeError,
            "Tanh has no right_inverse",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(make, error, sentence):
    with pytest.raises(error, match=sentence):
        make(Linear(2, 2))


def test_the_older_weight_norm_warns():
    with pytest.warns(FutureWarning, match="`torch.nn.utils.weight_norm` is deprecated in favor of"):
        utils.weight_norm(Linear(1, 1))


@pytest.mark.parametrize(
    ("make", "name", "shapes"),
    [
        (lambda: nn.LSTM(2, 3), "weight_hh_l0", [(4, 2)]),
        (lambda: nn.GRUCell(2, 3), "weight_ih", [(4, 2)]),
        (lambda: nn.MultiheadAttention(2, 1), "in_proj_weight", [(4, 2)] * 3),
        (lambda: nn.Conv2d(2, 3, 1), "weight", [(2, 2, 2)]),
        (lambda: nn.Embedding(3, 2), "weight", None),
        (lambda: nn.BatchNorm1d(2), "weight", [(4, 2)]),
    ],
)
def test_every_layer_takes_a_parametrization(make, name, shapes):
    layer = make().eval()
    inputs = [randn(*shape) for shape in shapes] if shapes else [zeros(1).long()]

    def output():
        found = layer(*inputs)
        return found[0] if isinstance(found, tuple) else found

    before = output()
    parametrizations.weight_norm(layer, name)
    assert output().allclose(before, atol=1e-6)
    output().sum().backward()
    assert layer.parametrizations[name].original0.grad is not None
