"""Attention: PyTorch's figures, gradients under all masks, what must and must not be seen, and what is refused."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn.functional.attention import scaled_dot_product_attention as attention
from tests.figures import reference
from tests.strategies import random_tensor, seeds

REFERENCE = reference("attention.json")
CASES = [case for case in REFERENCE["cases"] if case["kind"] == "scaled_dot_product_attention"]


def _close(matrix, figures):
    return matrix.allclose(Matrix(figures), rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["call"])[:60])
def test_output_and_gradients_are_those_of_pytorch(case):
    call = dict(case["call"])
    if "attn_mask" in call:
        call["attn_mask"] = Matrix([list(map(float, row)) for row in call["attn_mask"]])
    inputs = [Tensor(Matrix(rows), requires_grad=True) for rows in case["inputs"]]
    output = attention(*inputs, **call)
    assert _close(output.matrix, case["output"])
    output.backward(Matrix(case["upstream"]))
    for tensor, figures in zip(inputs, case["input_gradients"]):
        assert _close(tensor.grad.matrix, figures)


def _random_call(rng):
    """Shapes, masks and inputs; the first row of every key is always seen."""
    batch, heads, length = rng.randint(1, 2), rng.randint(1, 2), rng.randint(1, 3)
    key_length = rng.choice([None, 1, 2, 4])
    keys = length if key_length is None else key_length
    call = {"sequence_length": length, "key_length": key_length, "heads": heads, "is_causal": rng.random() < 0.5}
    padding = rng.choice(["none", "bools", "lengths"])
    if padding == "bools":
        call["key_padding_mask"] = [j > 0 and rng.random() < 0.4 for _ in range(batch) for j in range(keys)]
    if padding == "lengths":
        call["key_padding_mask"] = [rng.randint(1, keys) for _ in range(batch)]
    if rng.random() < 0.3:
        mask = [
            [-math.inf if j and rng.random() < 0.3 else rng.gauss(0, 1) for j in range(keys)] for _ in range(length)
        ]
        call["attn_mask"] = Matrix(mask)
    if rng.random() < 0.3:
        call["scale"] = rng.uniform(-2, 2)
    size, width = heads * rng.randint(1, 2), heads * rng.randint(1, 2)
    shapes = (batch * length, size), (batch * keys, size), (batch * keys, width)
    return [random_tensor(*shape, rng) for shape in shapes], call


@given(seeds)
def test_gradient(seed):
    rng = random.Random(seed)
    inputs, call = _random_call(rng)
    if rng.random() < 0.3:  # the same seed in every call, so that the same weights are dropped
        call["dropout_p"] = 0.5
    assert gradcheck(lambda *xs: attention(*xs, rng=random.Random(seed), **call), inputs, rng=rng)


def _by_the_equation(queries, keys, values, call):
    """One sequence and one head, written down entry by entry, what is masked with a weight of 0."""
    scale = call.get("scale", len(queries[0]) ** -0.5)
    rows = []
    for t, query in enumerate(queries):
        scores = []
        for j, key in enumerate(keys):
            seen = not (call["is_causal"] and j > t) and not call["padding"][j]
            added = call["attn_mask"][t, j] if "attn_mask" in call else 0.0
            scores.append(scale * sum(a * b for a, b in zip(query, key)) + added if seen else -math.inf)
        powers = [math.exp(score - max(scores)) for score in scores]
        rows.append([sum(p * x for p, x in zip(powers, column)) / sum(powers) for column in zip(*values)])
    return Matrix(rows)


@given(seeds)
def test_value_is_the_equation_for_each_sequence_and_head(seed):
    inputs, call = _random_call(random.Random(seed))
    q, k, v = (x.matrix for x in inputs)
    output = attention(*inputs, **call).matrix
    heads, length = call["heads"], call["sequence_length"]
    keys = call["key_length"] or length
    size, width = q.shape[1] // heads, v.shape[1] // heads
    padding = call.get("key_padding_mask")
    for b in range(len(q) // length):
        rows, seen = slice(b * length, (b + 1) * length), slice(b * keys, (b + 1) * keys)
        if padding is None:
            ignored = [False] * keys
        elif type(padding[0]) is bool:
            ignored = padding[seen]
        else:
            ignored = [j >= padding[b] for j in range(keys)]
        for h in range(heads):
            own, wide = slice(h * size, (h + 1) * size), slice(h * width, (h + 1) * width)
            expected = _by_the_equation(
                q[rows, own].tolist(), k[seen, own].tolist(), v[seen, wide].tolist(), {**call, "padding": ignored}
            )
            assert output[rows, wide].allclose(expected, rel_tol=1e-11, abs_tol=1e-13)


@given(st.integers(1, 4), st.integers(1, 3), seeds)
def test_equal_keys_average_the_values(length, width, seed):
    rng = random.Random(seed)
    q, v = Matrix.normal(length, width, rng=rng), Matrix.normal(length, width, rng=rng)
    k = Matrix.normal(1, width, rng=rng).tile(length, 1)
    output = attention(q, k, v, sequence_length=length).matrix
    assert output.allclose(v.mean(axis=0).tile(length, 1), rel_tol=1e-12, abs_tol=1e-14)
    running = attention(q, k, v, sequence_length=length, is_causal=True).matrix
    means = v.cumsum(axis=0) / Matrix([[t + 1] for t in range(length)])
    assert running.allclose(means, rel_tol=1e-12, abs_tol=1e-14)


def test_what_is_masked_is_not_even_computed():
    """NaN in rows that nobody may look at reaches neither the output nor a gradient of the others."""
    nan = math.nan
    x = Matrix([[1.0, 2.0], [0.5, -1.0], [nan, nan]])
    inputs = [Tensor(rows, requires_grad=True) for rows in (x[:2], x, x)]
    for mask in ({"key_padding_mask": [2]}, {"key_padding_mask": [False, False, True]}, {"is_causal": True}):
        for tensor in inputs:
            tensor.grad = None
        output = attention(*inputs, sequence_length=2, key_length=3, **mask)
        assert not any(y != y for row in output.matrix for y in row)
        output.backward(Matrix.ones(2, 2))
        for tensor in inputs:
            assert not any(g != g for row in tensor.grad.matrix for g in row)
        assert inputs[1].grad.matrix[2] == inputs[2].grad.matrix[2] == Matrix([[0, 0]])


def test_a_causal_row_gives_no_gradient_to_later_keys_not_even_nan():
    x = Matrix([[1.0, 2.0], [0.5, -1.0]])
    inputs = [Tensor(rows, requires_grad=True) for rows in (Matrix([[math.nan, 1.0], [0.5, -1.0]]), x, x)]
    attention(*inputs, sequence_length=2, is_causal=True).backward(Matrix.ones(2, 2))
    for tensor in inputs:
        assert all(g != g for g in tensor.grad.matrix.rows[0]) and not any(g != g for g in tensor.grad.matrix.rows[1])


@pytest.mark.parametrize("size", [1e3, 1e6])
def test_scores_however_large_choose_the_best_match(size):
    x = Matrix([[1.0, 0.0], [0.0, 1.0]])
    q = Tensor(x * size, requires_grad=True)
    output = attention(q, x * 2, x, sequence_length=2)
    assert output.matrix.allclose(x, abs_tol=1e-300)
    output.backward(Matrix([[1.0, 2.0], [3.0, 4.0]]))
    assert abs(q.grad.matrix).max() < 1e-300
    assert attention(x * -size, x * 2, x, sequence_length=2).matrix.allclose(1 - x, abs_tol=1e-300)


def test_dropout_keeps_the_expectation_and_repeats_with_its_seed():
    v = Matrix.normal(3, 2, rng=random.Random(0))
    q = Matrix.zeros(3, 2)
    kept = attention(q, q, v, sequence_length=3).matrix
    rng = random.Random(1)
    total = Matrix.zeros(3, 2)
    for _ in range(2000):
        total = total + attention(q, q, v, sequence_length=3, dropout_p=0.25, rng=rng).matrix
    # Each run has the deviation √(p/(1−p)·Σ(v/3)²) < 0.6; the mean of 2000 of them less than 0.014.
    assert abs(total / 2000 - kept).max() < 4 * 0.014
    one, other = (attention(q, q, v, sequence_length=3, dropout_p=0.5, rng=random.Random(5)).matrix for _ in range(2))
    assert one == other != kept
    assert attention(q, q, v, sequence_length=3, dropout_p=1.0).matrix == q


X = Matrix.zeros(6, 4)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: attention(X, X, X, sequence_length=4), "attention got 6 rows; sequence_length=4 does not divide them"),
        (lambda: attention(X, X, X, sequence_length=-1), "sequence_length is an int from 1 up, got -1"),
        (lambda: attention(X, X, X, sequence_length=3, key_length=0), "key_length is an int from 1 up, got 0"),
        (
            lambda: attention(X, X[:4], X[:4], sequence_length=3),
            "attention got 4 rows of key; 2 sequences of 3 rows are 6",
        ),
        (
            lambda: attention(X, X, X[:2], sequence_length=3),
            "attention got 2 rows of value; 2 sequences of 3 rows are 6",
        ),
        (lambda: attention(X, X[:, :2], X, sequence_length=3), "rows of 4 numbers as query and of 2 as key"),
        (lambda: attention(X, X, X, sequence_length=3, heads=3), "heads is an int that divides the 4 .* got 3"),
        (lambda: attention(X, X, X[:, :3], sequence_length=3, heads=2), "the 3 of the value, got 2"),
        (lambda: attention(X, X, X, sequence_length=3, heads=0), "heads is an int .* got 0"),
        (
            lambda: attention(X, X, X, sequence_length=3, attn_mask=Matrix.zeros(3, 4)),
            "attn_mask is a Matrix of 3×3, numbers added to the scores, got 3×4",
        ),
        (
            lambda: attention(X, X, X, sequence_length=3, attn_mask=[[True] * 3] * 3),
            r"attn_mask is a Matrix of 3×3, .*, got \[\[True",
        ),
        (
            lambda: attention(X, X, X, sequence_length=3, attn_mask=Matrix([[True, False, True]] * 3)),
            "attn_mask holds numbers added to the scores, this one holds ints, which True and False are",
        ),
        (
            lambda: attention(X, X, X, sequence_length=3, attn_mask=Matrix([[0.0, 0.0, 0.0]] * 2 + [[0.0, 0.0, 1]])),
            "attn_mask holds numbers added to the scores, this one holds ints",
        ),
        (
            lambda: attention(X, X, X, sequence_length=3, key_padding_mask=[True] * 5),
            "key_padding_mask is a list of 6 bools, .* or of 2 ints, lengths from 1 to 3, got",
        ),
        (lambda: attention(X, X, X, sequence_length=3, key_padding_mask=[3, 4]), r"key_padding_mask .* got \[3, 4\]"),
        (lambda: attention(X, X, X, sequence_length=3, key_padding_mask=[3]), r"key_padding_mask .* got \[3\]"),
        (lambda: attention(X, X, X, sequence_length=3, key_padding_mask=7), "key_padding_mask .* got 7"),
        (lambda: attention(X, X, X, sequence_length=3, dropout_p=math.nan), "dropout_p .* from 0 to 1, got nan"),
        (lambda: attention(X, X, X, sequence_length=3, scale=math.inf), "scale is a finite number, got inf"),
        (
            lambda: attention(X, X, X, sequence_length=3, key_padding_mask=[3, 0]),
            "row 0 of sequence 1 has nothing to attend to",
        ),
        (
            lambda: attention(X, X, X, sequence_length=3, is_causal=True, key_padding_mask=[True, *[False] * 5]),
            "row 0 of sequence 0 has nothing to attend to",
        ),
        (
            lambda: attention(X, X, X, sequence_length=3, attn_mask=Matrix([[0.0] * 3, [-math.inf] * 3, [0.0] * 3])),
            "row 1 of sequence 0 has nothing to attend to",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
