"""TransformerEncoderLayer: PyTorch's figures, gradients, who sees whom, and what is refused."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn.transformer import TransformerEncoderLayer
from tests.figures import reference
from tests.strategies import random_tensor, seeds

REFERENCE = reference("attention.json")
CASES = [case for case in REFERENCE["cases"] if case["kind"] == "TransformerEncoderLayer"]


def _close(matrix, figures):
    return matrix.allclose(Matrix(figures), rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["settings"]))
def test_output_and_gradients_are_those_of_pytorch(case):
    layer = TransformerEncoderLayer(**case["settings"])
    layer.load_state_dict({name: Matrix(rows) for name, rows in case["parameters"].items()})
    assert list(layer.state_dict()) == list(case["parameters"]), "the order of the parameters"
    call = dict(case["call"])
    if "src_mask" in call:
        call["src_mask"] = Matrix(call["src_mask"])
    x = Tensor(Matrix(case["inputs"][0]), requires_grad=True)
    output = layer(x, **call)
    assert _close(output.matrix, case["output"])
    output.backward(Matrix(case["upstream"]))
    assert _close(x.grad.matrix, case["input_gradients"][0])
    for name, parameter in layer.named_parameters():
        assert _close(parameter.grad.matrix, case["parameter_gradients"][name]), name


@given(st.booleans(), st.booleans(), seeds)
def test_gradient(norm_first, causal, seed):
    """With gelu, which has no kink."""
    rng = random.Random(seed)
    layer = TransformerEncoderLayer(4, 2, 3, 0.0, "gelu", norm_first=norm_first, bias=rng.random() < 0.7, rng=rng)
    x = random_tensor(2, 4, rng)
    leaves = [x, *rng.sample(list(layer.parameters()), 2)]
    assert gradcheck(lambda x, *_: layer(x, sequence_length=2, is_causal=causal), leaves, rng=rng)


@given(st.booleans(), seeds)
def test_a_causal_row_does_not_depend_on_later_ones_and_no_row_on_padding(norm_first, seed):
    rng = random.Random(seed)
    layer = TransformerEncoderLayer(4, 2, 8, 0.0, norm_first=norm_first, rng=rng)
    x = Matrix.normal(4, 4, rng=rng)
    changed = Matrix.vstack([x[:3], Matrix.normal(1, 4, rng=rng)])
    for options in ({"is_causal": True}, {"src_key_padding_mask": [3]}):
        one, other = (layer(rows, sequence_length=4, **options).matrix for rows in (x, changed))
        assert one[:3] == other[:3] and one[3] != other[3]
    one, other = (layer(rows, sequence_length=4).matrix for rows in (x, changed))
    assert one[:3] != other[:3], "without a mask all rows are seen"


def test_dropout_only_while_training():
    layer = TransformerEncoderLayer(4, 2, 8, dropout=0.5, rng=random.Random(0))
    x = Matrix.normal(3, 4, rng=random.Random(1))
    assert layer(x, sequence_length=3).matrix != layer(x, sequence_length=3).matrix
    layer.eval()
    without = TransformerEncoderLayer(4, 2, 8, dropout=0.0)
    without.load_state_dict(layer.state_dict())
    assert layer(x, sequence_length=3).matrix == without(x, sequence_length=3).matrix


@pytest.mark.parametrize("place", ["self_attn.dropout", "dropout.p", "dropout1.p", "dropout2.p"])
def test_each_of_the_four_places_drops(place):
    layer = TransformerEncoderLayer(4, 2, 8, dropout=0.0, rng=random.Random(0))
    part, setting = place.split(".")
    setattr(getattr(layer, part), setting, 0.5)
    x = Matrix.normal(3, 4, rng=random.Random(1))
    assert layer(x, sequence_length=3).matrix != layer(x, sequence_length=3).matrix


def test_defaults_are_those_of_pytorch():
    layer = TransformerEncoderLayer(2, 1)
    assert layer.linear1.weight.shape == (2048, 2) and layer.activation == "relu" and not layer.norm_first
    assert [part.p for part in (layer.dropout, layer.dropout1, layer.dropout2)] == [0.1] * 3
    assert layer.self_attn.dropout == 0.1 and layer.norm1.eps == layer.norm2.eps == 1e-5
    assert TransformerEncoderLayer(2, 1, 2, layer_norm_eps=1e-3).norm2.eps == 1e-3


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: TransformerEncoderLayer(4, 3), "TransformerEncoderLayer: nhead=3 does not divide d_model=4"),
        (lambda: TransformerEncoderLayer(0, 1), "TransformerEncoderLayer: d_model is an int from 1 up, got 0"),
        (lambda: TransformerEncoderLayer(4, 2, 0), "TransformerEncoderLayer: dim_feedforward is an int from 1 up"),
        (lambda: TransformerEncoderLayer(4, 2, 4, 1.5), "dropout is .* from 0 to 1, got 1.5"),
        (
            lambda: TransformerEncoderLayer(4, 2, 4, activation="tanh"),
            "TransformerEncoderLayer: activation is 'relu' or 'gelu', got 'tanh'",
        ),
        (
            lambda: TransformerEncoderLayer(4, 2, 4)(Matrix.zeros(6, 3), sequence_length=3),
            r"TransformerEncoderLayer\(4, 2\) got rows of 3 numbers; it needs 4",
        ),
        (
            lambda: TransformerEncoderLayer(4, 2, 4)(Matrix.zeros(6, 4), sequence_length=4),
            "got 6 rows; sequence_length=4 does not divide them",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
