"""MultiheadAttention: PyTorch's figures, gradients, who sees whom, and what is refused."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn.transformer import MultiheadAttention
from tests.figures import reference
from tests.strategies import random_tensor, seeds

REFERENCE = reference("attention.json")
CASES = [case for case in REFERENCE["cases"] if case["kind"] == "MultiheadAttention"]


def _close(matrix, figures):
    return matrix.allclose(Matrix(figures), rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["settings"]))
def test_output_and_gradients_are_those_of_pytorch(case):
    layer = MultiheadAttention(**case["settings"])
    layer.load_state_dict({name: Matrix(rows) for name, rows in case["parameters"].items()})
    assert list(layer.state_dict()) == list(case["parameters"]), "the order of the parameters"
    call = dict(case["call"])
    if "attn_mask" in call:
        call["attn_mask"] = Matrix(call["attn_mask"])
    inputs = [Tensor(Matrix(rows), requires_grad=True) for rows in case["inputs"]]
    output = layer(*(inputs * 3 if len(inputs) == 1 else inputs), **call)
    assert _close(output.matrix, case["output"])
    output.backward(Matrix(case["upstream"]))
    for tensor, figures in zip(inputs, case["input_gradients"]):
        assert _close(tensor.grad.matrix, figures)
    for name, parameter in layer.named_parameters():
        assert _close(parameter.grad.matrix, case["parameter_gradients"][name]), name


@given(st.integers(1, 2), st.integers(1, 2), st.booleans(), seeds)
def test_gradient(batch, heads, causal, seed):
    rng = random.Random(seed)
    layer = MultiheadAttention(2, heads, bias=rng.random() < 0.7, rng=rng)
    length, key_length = rng.randint(1, 2), rng.randint(1, 3)
    inputs = [random_tensor(batch * n, 2, rng) for n in (length, key_length, key_length)]
    call = {"sequence_length": length, "key_length": key_length, "is_causal": causal}
    assert gradcheck(lambda q, k, v, *_: layer(q, k, v, **call), [*inputs, *layer.parameters()], rng=rng)


@given(st.integers(2, 4), seeds)
def test_a_causal_row_does_not_depend_on_later_ones(length, seed):
    rng = random.Random(seed)
    layer = MultiheadAttention(4, 2, rng=rng)
    x = Matrix.normal(length, 4, rng=rng)
    before = layer(x, x, x, sequence_length=length, is_causal=True).matrix
    last = Matrix.vstack([x[: length - 1], Matrix.normal(1, 4, rng=rng)])
    after = layer(last, last, last, sequence_length=length, is_causal=True).matrix
    assert before[: length - 1] == after[: length - 1] and before[length - 1] != after[length - 1]


@given(st.integers(2, 3), st.integers(1, 3), st.booleans(), seeds)
def test_a_batch_is_its_sequences_one_by_one_and_padding_is_as_if_it_were_not_there(batch, length, causal, seed):
    rng = random.Random(seed)
    layer = MultiheadAttention(4, 2, rng=rng)
    x = Matrix.normal(batch * length, 4, rng=rng)
    lengths = [rng.randint(1, length) for _ in range(batch)]
    options = {"is_causal": causal}
    together = layer(x, x, x, sequence_length=length, key_padding_mask=lengths, **options).matrix
    for b, n in enumerate(lengths):
        alone = x[b * length : b * length + n]
        expected = together[b * length : b * length + n]
        assert layer(alone, alone, alone, sequence_length=n, **options).matrix.allclose(expected, rel_tol=1e-12)


@given(seeds)
def test_without_positions_a_permutation_of_the_rows_permutes_the_output(seed):
    rng = random.Random(seed)
    layer = MultiheadAttention(4, 2, rng=rng)
    x = Matrix.normal(5, 4, rng=rng)
    order = rng.sample(range(5), 5)
    output, moved = (layer(rows, rows, rows, sequence_length=5).matrix for rows in (x, x[order]))
    assert moved.allclose(output[order], rel_tol=1e-11, abs_tol=1e-14)


def test_start_values_are_those_of_pytorch():
    layer = MultiheadAttention(24, 4, rng=random.Random(0))
    assert {name: value.shape for name, value in layer.state_dict().items()} == {
        "in_proj_weight": (72, 24),
        "in_proj_bias": (1, 72),
        "out_proj.weight": (24, 24),
        "out_proj.bias": (1, 24),
    }
    assert layer.in_proj_bias.matrix == Matrix.zeros(1, 72) and layer.out_proj.bias.matrix == Matrix.zeros(1, 24)
    # Hundreds of draws, uniform in ±√(6/(24 + 72)) = ±1/4 and in ±1/√24 = ±0.2041: the largest are near the bound.
    assert 0.245 < abs(layer.in_proj_weight.matrix).max() <= 0.25
    assert 0.2 < abs(layer.out_proj.weight.matrix).max() <= 24**-0.5
    assert list(MultiheadAttention(2, 1, bias=False).state_dict()) == ["in_proj_weight", "out_proj.weight"]


def test_dropout_only_while_training():
    layer = MultiheadAttention(2, 1, dropout=0.5, rng=random.Random(0))
    x = Matrix.normal(8, 2, rng=random.Random(1))
    one, other = (layer(x, x, x, sequence_length=8).matrix for _ in range(2))
    assert one != other
    layer.eval()
    one, other = (layer(x, x, x, sequence_length=8).matrix for _ in range(2))
    assert one == other
    assert layer.extra_repr() == "embed_dim=2, num_heads=1, dropout=0.5, bias=True"


X = Matrix.zeros(6, 4)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: MultiheadAttention(4, 3), "MultiheadAttention: num_heads=3 does not divide embed_dim=4"),
        (lambda: MultiheadAttention(4, 0), "MultiheadAttention: num_heads is an int from 1 up, got 0"),
        (lambda: MultiheadAttention("4", 2), "MultiheadAttention: embed_dim is an int from 1 up, got '4'"),
        (lambda: MultiheadAttention(4, 2, dropout=-0.1), "MultiheadAttention: dropout is .* from 0 to 1, got -0.1"),
        (
            lambda: MultiheadAttention(4, 2)(X, X[:, :3], X, sequence_length=3),
            r"MultiheadAttention\(4, 2\) got rows of 3 numbers as key; it needs 4",
        ),
        (lambda: MultiheadAttention(4, 2)(X, X, X, sequence_length=4), "got 6 rows; sequence_length=4 does not divide"),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
