"""Attention: PyTorch's figures, gradients under all masks, what must and must not be seen, and what is refused."""

import math
import random
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import constant, gradcheck
from backprop.matrix import trusted
from backprop.nn.functional.attention import multi_head_attention_forward
from backprop.nn.functional.attention import scaled_dot_product_attention as attention
from tests import tables
from tests.nn.attention_figures import assert_agrees, cases_of, named
from tests.strategies import seeds


@pytest.mark.parametrize("case", cases_of("scaled_dot_product_attention"), ids=named)
def test_output_and_gradients_are_those_of_pytorch(case):
    assert_agrees(case, attention)


def _normal(shape, rng, requires_grad=False):
    tensor = constant(tables.normal(1, prod(shape), rng=rng), shape)
    tensor.requires_grad = requires_grad
    return tensor


def _random_call(rng):
    """Inputs of any number of axes in front, and masks."""
    leading = rng.choice([(), (2,), (2, 1), (1, 2)])
    length, keys, size, width = rng.randint(1, 3), rng.randint(1, 3), rng.randint(1, 2), rng.randint(1, 2)
    call = {}
    kind = rng.choice(["none", "causal", "floats", "bools"])
    if kind == "causal":
        call["is_causal"] = True
    shape = rng.choice([(length, keys), (keys,), (*leading, length, keys), (*leading, 1, keys)])
    if kind == "bools":
        call["attn_mask"] = constant(trusted([[rng.random() < 0.7 for _ in range(prod(shape))]]), shape)
    if kind == "floats":
        numbers = [-math.inf if rng.random() < 0.3 else rng.gauss(0, 1) for _ in range(prod(shape))]
        call["attn_mask"] = constant(Matrix([numbers]), shape)
    if rng.random() < 0.3:
        call["scale"] = rng.uniform(-2, 2)
    shapes = (*leading, length, size), (*leading, keys, size), (*leading, keys, width)
    return [_normal(shape, rng, True) for shape in shapes], call


@given(seeds)
def test_gradient(seed):
    rng = random.Random(seed)
    inputs, call = _random_call(rng)
    if rng.random() < 0.3:  # the same seed in every call, so that the same weights are dropped
        call["dropout_p"] = 0.5
    assert gradcheck(lambda *xs: attention(*xs, rng=random.Random(seed), **call), inputs, rng=rng)


@given(seeds)
def test_gradient_of_the_mask(seed):
    rng = random.Random(seed)
    q, k, v = (_normal((2, 3, 2), rng) for _ in range(3))
    mask = _normal(rng.choice([(3, 3), (1, 3, 3), (2, 1, 3), (3,)]), rng, True)
    assert gradcheck(lambda mask: attention(q, k, v, mask), [mask], rng=rng)


@given(seeds)
def test_value_is_the_equation_entry_by_entry(seed):
    inputs, call = _random_call(random.Random(seed))
    output = attention(*inputs, **call)
    query, key, value = (x.tolist() for x in inputs)
    leading, (length, keys) = inputs[0].shape[:-2], (inputs[0].shape[-2], inputs[1].shape[-2])
    mask = call.get("attn_mask", Tensor(0.0)).expand(*leading, length, keys).tolist()
    scale = call.get("scale", inputs[0].shape[-1] ** -0.5)
    places = [()]
    for n in leading:
        places = [(*place, i) for place in places for i in range(n)]
    for place in places:
        q, k, v, m, y = query, key, value, mask, output.tolist()
        for i in place:
            q, k, v, m, y = q[i], k[i], v[i], m[i], y[i]
        for t in range(length):
            powers = []
            for j in range(keys):
                hidden = m[t][j] is False or (call.get("is_causal", False) and j > t)
                score = scale * sum(a * b for a, b in zip(q[t], k[j])) + float(m[t][j])
                powers.append(0.0 if hidden else math.exp(score))
            total = sum(powers) or 1.0
            for x, column in zip(y[t], zip(*v)):
                assert math.isclose(x, sum(p * c for p, c in zip(powers, column)) / total, rel_tol=1e-11, abs_tol=1e-13)


@given(st.integers(1, 4), st.integers(1, 3), seeds)
def test_equal_keys_average_the_values(length, width, seed):
    rng = random.Random(seed)
    q, v = tables.normal(length, width, rng=rng), tables.normal(length, width, rng=rng)
    k = tables.vstack([tables.normal(1, width, rng=rng)] * length)
    output = attention(q, k, v).matrix
    assert output.allclose(tables.means(v, 0), rel_tol=1e-12, abs_tol=1e-14)
    running = attention(q, k, v, is_causal=True).matrix
    means = tables.vstack([tables.means(v[: t + 1], 0) for t in range(length)])
    assert running.allclose(means, rel_tol=1e-12, abs_tol=1e-14)


@pytest.mark.parametrize("mask", [{"attn_mask": [[True, True, False]] * 2}, {"is_causal": True}])
def test_what_is_hidden_gets_no_gradient_and_changes_nothing(mask):
    x = Tensor([[1.0, 2.0], [0.5, -1.0], [3.0, 1.0]])
    other = Tensor([[1.0, 2.0], [0.5, -1.0], [700.0, -900.0]])
    inputs = [Tensor(rows.tolist(), requires_grad=True) for rows in (x[:2], x, x)]
    output = attention(*inputs, **mask)
    assert output.tolist() == attention(x[:2], other, other, **mask).tolist()
    output.backward(Tensor([[1.0, 1.0], [1.0, 1.0]]))
    assert inputs[1].grad[2].tolist() == inputs[2].grad[2].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("mask", [[[True, True], [False, False]], [[0.0, 0.0], [-math.inf, -math.inf]]])
def test_a_row_that_sees_nothing_gives_0_and_passes_no_gradient_on(mask):
    """As in PyTorch since 2.5."""
    x = Tensor([[1.0, 2.0], [0.5, -1.0]], requires_grad=True)
    output = attention(x, x.detach(), x.detach(), mask)
    assert output[1].tolist() == [0.0, 0.0] != output[0].tolist()
    output.sum().backward()
    assert x.grad[1].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("size", [1e3, 1e6])
def test_scores_however_large_choose_the_best_match(size):
    x = Matrix([[1.0, 0.0], [0.0, 1.0]])
    q = Tensor(x * size, requires_grad=True)
    output = attention(q, x * 2, x)
    assert output.matrix.allclose(x, abs_tol=1e-300)
    output.backward(Matrix([[1.0, 2.0], [3.0, 4.0]]))
    assert abs(q.grad).max() < 1e-300
    assert attention(x * -size, x * 2, x).matrix.allclose(1 - x, abs_tol=1e-300)


def test_dropout_keeps_the_expectation_and_repeats_with_its_seed():
    v = tables.normal(3, 2, rng=random.Random(0))
    q = tables.zeros(3, 2)
    kept = attention(q, q, v).matrix
    rng = random.Random(1)
    total = tables.zeros(3, 2)
    for _ in range(2000):
        total = total + attention(q, q, v, dropout_p=0.25, rng=rng).matrix
    # Each run has the deviation √(p/(1−p)·Σ(v/3)²) < 0.6; the mean of 2000 of them less than 0.014.
    assert abs(Tensor(total / 2000 - kept)).max() < 4 * 0.014
    one, other = (attention(q, q, v, dropout_p=0.5, rng=random.Random(5)).matrix for _ in range(2))
    assert one == other != kept
    assert attention(q, q, v, dropout_p=1.0).matrix == q


def test_heads_of_keys_serve_as_many_heads_of_queries():
    rng = random.Random(0)
    q, k, v = _normal((4, 2, 3), rng), _normal((2, 5, 3), rng), _normal((2, 5, 1), rng)
    shared = attention(q, k, v, enable_gqa=True)
    assert all(shared[h].tolist() == attention(q[h], k[h // 2], v[h // 2]).tolist() for h in range(4))


def test_without_entries():
    assert attention(Tensor([]).view(0, 2), tables.ones(3, 2), tables.ones(3, 1)).shape == (0, 1)
    assert attention(tables.ones(3, 2), Tensor([]).view(0, 2), Tensor([]).view(0, 1)).tolist() == [[0.0]] * 3


X = Tensor([[[0.0] * 4] * 3] * 2)
W = tables.zeros(12, 4)


def _heads(query, *, heads=2, size=4, **options):
    return multi_head_attention_forward(
        query, X, X, size, heads, W, None, None, None, False, 0.0, tables.zeros(4, 4), None, **options
    )


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: attention(X, X, X[:, :2]), r"attention got the shapes \[2, 3, 4\], \[2, 3, 4\] and \[2, 2, 4\]"),
        (lambda: attention(X, X[..., :2], X), r"query, key and value are \(…, T, d\), \(…, S, d\) and \(…, S, e\)"),
        (lambda: attention(X[0, 0], X, X), r"attention got the shapes \[4\]"),
        (
            lambda: attention(X, Tensor([X[0].tolist()] * 3), X),
            r"The size of tensor a \(2\) must match the size of tensor b \(3\)",
        ),
        (
            lambda: attention(X, X, X, [[True] * 4] * 3),
            r"attention: attn_mask: The expanded size of the tensor \(3\) must match the existing size \(4\)",
        ),
        (
            lambda: attention(X, X, X, [[1] * 3] * 3),
            "attn_mask holds bools or floats .*, got torch.int64; write mask.bool",
        ),
        (lambda: attention(X, X, X, [[True] * 3] * 3, is_causal=True), "is_causal is a mask already"),
        (lambda: attention(X, X, X, dropout_p=math.nan), "dropout_p .* from 0 to 1, got nan"),
        (lambda: attention(X, X, X, scale=math.inf), "scale is a finite number, got inf"),
        (lambda: attention(X, X[0], X[0], enable_gqa=True), "with enable_gqa the heads, .* divide those of the query"),
        (
            lambda: _heads(X[0]),
            r"query is \(T, N, E\), key and value are \(S, N, …\), or all without N, got the shapes",
        ),
        (lambda: _heads(X, heads=3), "the query has 4 columns, which 3 heads divide, got 4"),
        (
            lambda: _heads(X, attn_mask=[[0.0] * 2] * 3),
            r"attn_mask has the shape \[2, 2\] or \[6, 2, 2\], got \[3, 2\]",
        ),
        (
            lambda: _heads(X, key_padding_mask=[[True] * 3] * 2),
            r"key_padding_mask has the shape \[3, 2\], got \[2, 3\]",
        ),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
