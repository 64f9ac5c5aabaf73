"""The Transformer and its layers: PyTorch's figures, gradients, who sees whom, attention as one writes it by hand, and what is
refused."""

import math
import random
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backprop.nn.functional as F
from backprop import Tensor, nn
from backprop.autograd import constant, gradcheck
from backprop.nn import (
    Transformer,
    TransformerDecoder,
    TransformerDecoderLayer,
    TransformerEncoder,
    TransformerEncoderLayer,
)
from backprop.nn.functional import scaled_dot_product_attention
from tests import tables
from tests.nn.attention_figures import assert_layer_agrees, cases_of, named
from tests.strategies import seeds

LAYERS = {
    "TransformerEncoderLayer": TransformerEncoderLayer,
    "TransformerDecoderLayer": TransformerDecoderLayer,
    "Transformer": Transformer,
}


@pytest.mark.parametrize("case", cases_of(*LAYERS), ids=named)
def test_output_and_gradients_are_those_of_pytorch(case):
    assert_layer_agrees(case, LAYERS)


def _normal(*shape, rng, requires_grad=False):
    tensor = constant(tables.normal(1, prod(shape), rng=rng), shape)
    tensor.requires_grad = requires_grad
    return tensor


@settings(max_examples=10)
@given(st.booleans(), st.booleans(), seeds)
def test_gradient(norm_first, causal, seed):
    """With gelu, which has no kink."""
    rng = random.Random(seed)
    options = {"activation": "gelu", "norm_first": norm_first, "bias": rng.random() < 0.7, "rng": rng}
    layer = TransformerEncoderLayer(4, 2, 3, 0.0, **options)
    x = _normal(2, 1, 4, rng=rng, requires_grad=True)
    leaves = [x, *rng.sample(list(layer.parameters()), 2)]
    assert gradcheck(lambda x, *_: layer(x, is_causal=causal), leaves, rng=rng)
    decoder = TransformerDecoderLayer(4, 2, 3, 0.0, **options)
    memory = _normal(3, 1, 4, rng=rng, requires_grad=True)
    leaves = [x, memory, *rng.sample(list(decoder.parameters()), 2)]
    assert gradcheck(lambda x, memory, *_: decoder(x, memory, tgt_is_causal=causal), leaves, rng=rng)


@given(st.booleans(), seeds)
def test_a_causal_row_does_not_depend_on_later_ones_and_no_row_on_padding(norm_first, seed):
    rng = random.Random(seed)
    layer = TransformerEncoderLayer(4, 2, 8, 0.0, norm_first=norm_first, rng=rng)
    x = tables.normal(4, 4, rng=rng)
    changed = tables.vstack([x[:3], tables.normal(1, 4, rng=rng)])
    mask = Transformer.generate_square_subsequent_mask(4)
    for options in ({"is_causal": True}, {"src_mask": mask}, {"src_key_padding_mask": [False, False, False, True]}):
        one, other = (layer(rows, **options).matrix for rows in (x, changed))
        assert one[:3] == other[:3] and one[3] != other[3]
    one, other = (layer(rows).matrix for rows in (x, changed))
    assert one[:3] != other[:3], "without a mask all rows are seen"


def test_the_batch_may_stand_first():
    rng = random.Random(0)
    layer, x = TransformerEncoderLayer(4, 2, 8, 0.0, rng=rng), _normal(3, 2, 4, rng=rng)
    first = TransformerEncoderLayer(4, 2, 8, 0.0, batch_first=True)
    first.load_state_dict(layer.state_dict())
    output = layer(x)
    assert first(x.transpose(0, 1)).transpose(0, 1).matrix.allclose(output.matrix, rel_tol=1e-12)
    assert layer(x[:, 1]).matrix.allclose(output[:, 1].matrix, rel_tol=1e-12), "a single sequence without the batch"


def test_stacks_are_copies_with_weights_of_their_own_and_a_norm():
    layer = TransformerEncoderLayer(4, 2, 8, 0.0, rng=random.Random(0))
    encoder = TransformerEncoder(layer, 2, nn.LayerNorm(4))
    names = list(encoder.state_dict())
    assert names[0] == "layers.0.self_attn.in_proj_weight" and names[-1] == "norm.bias" and len(names) == 2 * 12 + 2
    assert encoder.layers[0].linear1.weight is not layer.linear1.weight
    x = _normal(3, 2, 4, rng=random.Random(1))
    assert encoder(x, is_causal=True).tolist() == encoder.norm(layer(layer(x, is_causal=True), is_causal=True)).tolist()
    decoder_layer = TransformerDecoderLayer(4, 2, 8, 0.0, rng=random.Random(0))
    once = decoder_layer(x, x)
    assert TransformerDecoder(decoder_layer, 2)(x, x).tolist() == decoder_layer(once, x).tolist()


def test_dropout_only_while_training():
    layer = TransformerEncoderLayer(4, 2, 8, dropout=0.5, rng=random.Random(0))
    x = tables.normal(3, 4, rng=random.Random(1))
    assert layer(x).matrix != layer(x).matrix
    layer.eval()
    without = TransformerEncoderLayer(4, 2, 8, dropout=0.0)
    without.load_state_dict(layer.state_dict())
    assert layer(x).matrix == without(x).matrix


@pytest.mark.parametrize("place", ["self_attn.dropout", "dropout.p", "dropout1.p", "dropout2.p"])
def test_each_of_the_four_places_drops(place):
    layer = TransformerEncoderLayer(4, 2, 8, dropout=0.0, rng=random.Random(0))
    part, setting = place.split(".")
    setattr(getattr(layer, part), setting, 0.5)
    x = tables.normal(3, 4, rng=random.Random(1))
    assert layer(x).matrix != layer(x).matrix


def test_defaults_are_those_of_pytorch():
    layer = TransformerEncoderLayer(2, 1)
    assert layer.linear1.weight.shape == (2048, 2) and layer.activation == "relu" and not layer.norm_first
    assert [part.p for part in (layer.dropout, layer.dropout1, layer.dropout2)] == [0.1] * 3
    assert layer.self_attn.dropout == 0.1 and layer.norm1.eps == layer.norm2.eps == 1e-5
    assert TransformerEncoderLayer(2, 1, 2, layer_norm_eps=1e-3).norm2.eps == 1e-3
    model = Transformer(2, 1, 2, 3, 4)
    assert len(model.encoder.layers) == 2 and len(model.decoder.layers) == 3
    assert model.encoder.norm is not None and Transformer(custom_encoder=layer, custom_decoder=layer).encoder is layer


def test_any_function_is_an_activation():
    layer, x = TransformerEncoderLayer(4, 2, 8, 0.0, F.relu, rng=random.Random(0)), tables.normal(3, 4)
    named = TransformerEncoderLayer(4, 2, 8, 0.0, "relu")
    named.load_state_dict(layer.state_dict())
    assert layer(x).tolist() == named(x).tolist()


def _by_hand(layer, x, heads):
    """Causal self-attention as lectures write it, with the parameters of ``layer``."""
    n, t, c = x.shape
    mask = Tensor([[float(j <= i) for j in range(t)] for i in range(t)])
    q, k, v = (
        F.linear(x, layer.in_proj_weight[i * c : i * c + c], layer.in_proj_bias[i * c : i * c + c])
        .view(n, t, heads, c // heads)
        .transpose(1, 2)
        for i in range(3)
    )
    scores = q @ k.transpose(-2, -1) * (c // heads) ** -0.5
    scores = scores.masked_fill(mask[:t, :t] == 0, -math.inf)
    y = F.softmax(scores, dim=-1) @ v
    return layer.out_proj(y.transpose(1, 2).reshape(n, t, c))


@given(st.integers(1, 2), st.integers(1, 4), st.sampled_from([1, 2, 4]), seeds)
def test_attention_by_hand_is_the_layer(batch, length, heads, seed):
    rng = random.Random(seed)
    layer = nn.MultiheadAttention(4, heads, batch_first=True, rng=rng)
    layer.in_proj_bias.data = tables.normal(1, 12, rng=rng)
    x = _normal(batch, length, 4, rng=rng, requires_grad=True)
    upstream = _normal(batch, length, 4, rng=rng)
    results = []
    for output in (_by_hand(layer, x, heads), layer(x, x, x, is_causal=True, need_weights=False)[0]):
        layer.zero_grad()
        x.grad = None
        output.backward(upstream)
        results.append([output, x.grad, *[p.grad for p in layer.parameters()]])
    for one, other in zip(*results):
        assert one.shape == other.shape and one.matrix.allclose(other.matrix, rel_tol=1e-12, abs_tol=1e-12)


def test_a_mask_of_scores_is_the_causal_one():
    mask = Transformer.generate_square_subsequent_mask(3)
    assert mask.tolist() == [[0.0, -math.inf, -math.inf], [0.0, 0.0, -math.inf], [0.0, 0.0, 0.0]]
    x = _normal(3, 2, rng=random.Random(0))
    assert (
        scaled_dot_product_attention(x, x, x, mask).tolist()
        == scaled_dot_product_attention(x, x, x, is_causal=True).tolist()
    )


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: TransformerEncoderLayer(4, 3), "TransformerEncoderLayer: nhead=3 does not divide d_model=4"),
        (lambda: TransformerEncoderLayer(0, 1), "TransformerEncoderLayer: d_model is an int from 1 up, got 0"),
        (lambda: TransformerDecoderLayer(4, 2, 0), "TransformerDecoderLayer: dim_feedforward is an int from 1 up"),
        (lambda: TransformerEncoderLayer(4, 2, 4, 1.5), "dropout is .* from 0 to 1, got 1.5"),
        (
            lambda: TransformerEncoderLayer(4, 2, 4, activation="tanh"),
            "TransformerEncoderLayer: activation is 'relu' or 'gelu', got 'tanh'",
        ),
        (
            lambda: TransformerEncoderLayer(4, 2, 4)(tables.zeros(6, 3)),
            r"TransformerEncoderLayer\(4, 2\) got rows of 3 numbers; it needs 4",
        ),
        (lambda: TransformerEncoder(TransformerEncoderLayer(4, 2, 4), 0), "num_layers is an int from 1 up, got 0"),
        (lambda: Transformer.generate_square_subsequent_mask(0), "sz is an int from 1 up, got 0"),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
