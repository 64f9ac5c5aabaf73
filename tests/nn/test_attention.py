"""MultiheadAttention: PyTorch's figures, gradients, who sees whom, and what is refused."""

import random
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Tensor
from backprop.autograd import constant, gradcheck
from backprop.nn.transformer import MultiheadAttention
from tests import tables
from tests.nn.attention_figures import assert_layer_agrees, cases_of, named
from tests.strategies import seeds


@pytest.mark.parametrize("case", cases_of("MultiheadAttention"), ids=named)
def test_output_weights_and_gradients_are_those_of_pytorch(case):
    assert_layer_agrees(case, {"MultiheadAttention": MultiheadAttention})


def _normal(*shape, rng, requires_grad=False):
    tensor = constant(tables.normal(1, prod(shape), rng=rng), shape)
    tensor.requires_grad = requires_grad
    return tensor


@settings(max_examples=30)
@given(st.integers(1, 2), st.integers(1, 2), st.booleans(), seeds)
def test_gradient_of_output_and_weights(batch, heads, causal, seed):
    rng = random.Random(seed)
    layer = MultiheadAttention(2, heads, bias=rng.random() < 0.7, batch_first=rng.random() < 0.5, rng=rng)
    length, keys = rng.randint(1, 2), rng.randint(1, 3)
    shapes = [(batch, n, 2) if layer.batch_first else (n, batch, 2) for n in (length, keys, keys)]
    inputs = [_normal(*shape, rng=rng, requires_grad=True) for shape in shapes]
    which = rng.randrange(2)
    average = rng.random() < 0.5
    options = {"is_causal": causal, "average_attn_weights": average}
    assert gradcheck(lambda q, k, v, *_: layer(q, k, v, **options)[which], [*inputs, *layer.parameters()], rng=rng)


@given(st.integers(2, 4), st.booleans(), seeds)
def test_a_causal_row_does_not_depend_on_later_ones(length, need_weights, seed):
    rng = random.Random(seed)
    layer = MultiheadAttention(4, 2, rng=rng)
    x, other = (tables.normal(length, 4, rng=rng) for _ in range(2))
    last = tables.vstack([x[: length - 1], other[:1]])
    before, after = (layer(rows, rows, rows, need_weights=need_weights, is_causal=True)[0].matrix for rows in (x, last))
    assert before[: length - 1] == after[: length - 1] and before[length - 1] != after[length - 1]
    mask = [[j > t for j in range(length)] for t in range(length)]
    assert layer(x, x, x, attn_mask=mask)[0].matrix.allclose(before, rel_tol=1e-12, abs_tol=1e-15)


@given(st.integers(2, 3), st.integers(1, 3), st.booleans(), seeds)
def test_a_batch_is_its_sequences_one_by_one_and_padding_is_as_if_it_were_not_there(batch, length, causal, seed):
    rng = random.Random(seed)
    layer = MultiheadAttention(4, 2, batch_first=True, rng=rng)
    x = _normal(batch, length, 4, rng=rng)
    lengths = [rng.randint(1, length) for _ in range(batch)]
    padding = [[j >= n for j in range(length)] for n in lengths]
    together, weights = layer(x, x, x, key_padding_mask=padding, is_causal=causal)
    for b, n in enumerate(lengths):
        alone, own = layer(x[b, :n], x[b, :n], x[b, :n], is_causal=causal)
        assert alone.matrix.allclose(together[b, :n].matrix, rel_tol=1e-12, abs_tol=1e-15)
        assert own.matrix.allclose(weights[b, :n, :n].matrix, rel_tol=1e-12, abs_tol=1e-15)


@given(seeds)
def test_without_positions_a_permutation_of_the_rows_permutes_the_output(seed):
    rng = random.Random(seed)
    layer = MultiheadAttention(4, 2, rng=rng)
    x = tables.normal(5, 4, rng=rng)
    order = rng.sample(range(5), 5)
    output, moved = (layer(rows, rows, rows)[0].matrix for rows in (x, x[order]))
    assert moved.allclose(output[order], rel_tol=1e-11, abs_tol=1e-14)


def test_weights_are_given_only_where_they_are_needed_and_are_averages_of_the_heads():
    layer = MultiheadAttention(4, 2, rng=random.Random(0))
    x = _normal(3, 2, 4, rng=random.Random(1))
    output, weights = layer(x, x, x, need_weights=False)
    assert weights is None and layer(x, x, x)[0].matrix.allclose(output.matrix, rel_tol=1e-12)
    by_head = layer(x, x, x, average_attn_weights=False)[1]
    assert by_head.shape == (2, 2, 3, 3)
    assert layer(x, x, x)[1].matrix.allclose(by_head.mean(1).matrix, rel_tol=1e-12)


def test_start_values_are_those_of_pytorch():
    layer = MultiheadAttention(24, 4, rng=random.Random(0))
    assert {name: value.shape for name, value in layer.state_dict().items()} == {
        "in_proj_weight": (72, 24),
        "in_proj_bias": (72,),
        "out_proj.weight": (24, 24),
        "out_proj.bias": (24,),
    }
    assert layer.in_proj_bias.tolist() == [0.0] * 72 and layer.out_proj.bias.tolist() == [0.0] * 24
    # Hundreds of draws, uniform in ±√(6/(24 + 72)) = ±1/4 and in ±1/√24 = ±0.2041: the largest are near the bound.
    assert 0.245 < abs(layer.in_proj_weight).max() <= 0.25
    assert 0.2 < abs(layer.out_proj.weight).max() <= 24**-0.5
    assert list(MultiheadAttention(2, 1, bias=False).state_dict()) == ["in_proj_weight", "out_proj.weight"]
    apart = MultiheadAttention(24, 4, kdim=24, vdim=8, add_bias_kv=True, rng=random.Random(0)).state_dict()
    assert list(apart)[:3] == ["q_proj_weight", "k_proj_weight", "v_proj_weight"]
    assert apart["v_proj_weight"].shape == (24, 8) and apart["bias_k"].shape == (1, 1, 24)
    assert 0.3 < abs(apart["q_proj_weight"]).max() <= (6 / 48) ** 0.5


def test_dropout_only_while_training():
    layer = MultiheadAttention(2, 1, dropout=0.5, rng=random.Random(0))
    x = tables.normal(8, 2, rng=random.Random(1))
    one, other = (layer(x, x, x)[0].matrix for _ in range(2))
    assert one != other
    layer.eval()
    one, other = (layer(x, x, x)[0].matrix for _ in range(2))
    assert one == other
    assert repr(layer).splitlines()[1].strip() == (
        "(out_proj): NonDynamicallyQuantizableLinear(in_features=2, out_features=2, bias=True)"
    )


X = Tensor([[[0.0] * 4] * 3] * 2)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: MultiheadAttention(4, 3), "MultiheadAttention: num_heads=3 does not divide embed_dim=4"),
        (lambda: MultiheadAttention(4, 0), "MultiheadAttention: num_heads is an int from 1 up, got 0"),
        (lambda: MultiheadAttention("4", 2), "MultiheadAttention: embed_dim is an int from 1 up, got '4'"),
        (lambda: MultiheadAttention(4, 2, kdim=0), "MultiheadAttention: kdim is an int from 1 up, got 0"),
        (lambda: MultiheadAttention(4, 2, dropout=-0.1), "MultiheadAttention: dropout is .* from 0 to 1, got -0.1"),
        (
            lambda: MultiheadAttention(4, 2)(X, X[..., :3], X),
            r"MultiheadAttention\(4, 2\) got rows of 3 numbers as key; it needs 4",
        ),
        (lambda: MultiheadAttention(4, 2)(X, X[:, 0], X), "key and value are .* or all without N, got the shapes"),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
