"""Products: matmul against written-out sums, exactly, what is made of it, and what is refused."""

import random
from fractions import Fraction
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import constant, gradcheck
from backprop.tensors import products
from backprop.tensors.products import (
    addbmm,
    addmm,
    addmv,
    addr,
    baddbmm,
    bmm,
    chain_matmul,
    dot,
    einsum,
    inner,
    matmul,
    mm,
    mv,
    outer,
    tensordot,
)
from tests import tables
from tests.strategies import fractions, seeds, sizes

leadings = st.sampled_from([((), ()), ((2,), ()), ((), (3,)), ((2,), (2,)), ((2, 1), (3,)), ((2, 3), (1, 3))])


def _tensor(shape, draw):
    count = 1
    for n in shape:
        count *= n
    return constant(Matrix([[draw() for _ in range(count)]]), shape)


def _at(nested, index):
    for i in index:
        nested = nested[i]
    return nested


@given(data=st.data(), leading=leadings, n=sizes, m=sizes, p=sizes)
def test_each_entry_is_the_sum_exactly(data, leading, n, m, p):
    a, b = (_tensor(shape, lambda: data.draw(fractions)) for shape in ((*leading[0], n, m), (*leading[1], m, p)))
    product = matmul(a, b)
    left, right = a.tolist(), b.tolist()

    def own(x, index):
        """The index in a tensor of fewer axes, or axes of size 1."""
        lead = x.shape[:-2]
        return [0 if size == 1 else i for size, i in zip(lead, index[len(index) - len(lead) :])]

    for index in _places(product.shape[:-2]):
        x, y, z = _at(left, own(a, index)), _at(right, own(b, index)), _at(product.tolist(), index)
        assert z == [[sum(x[i][j] * y[j][k] for j in range(m)) for k in range(p)] for i in range(n)]


def _places(shape):
    places = [()]
    for size in shape:
        places = [(*place, i) for place in places for i in range(size)]
    return places


@given(leading=leadings, n=sizes, m=sizes, p=sizes, seed=seeds)
def test_gradients_of_both(leading, n, m, p, seed):
    rng = random.Random(seed)
    a, b = (_tensor(shape, lambda: rng.gauss(0, 1)) for shape in ((*leading[0], n, m), (*leading[1], m, p)))
    a.requires_grad = b.requires_grad = True
    assert gradcheck(matmul, [a, b], rng=rng)


@given(n=sizes, m=sizes, seed=seeds)
def test_vectors_are_rows_and_columns_without_their_axis(n, m, seed):
    rng = random.Random(seed)
    u, v, table, stack = (_tensor(shape, lambda: rng.randint(-9, 9)) for shape in ((n,), (m,), (n, m), (2, 3, n, m)))
    assert matmul(u, table).tolist() == (u.view(1, n) @ table).tolist()[0] and (u @ table).shape == (m,)
    assert matmul(table, v).tolist() == [x for [x] in (table @ v.view(m, 1)).tolist()] == mv(table, v).tolist()
    assert matmul(u, u).shape == () and matmul(u, u).item() == sum(x * x for x in u.tolist()) == dot(u, u).item()
    assert (stack @ v).shape == (2, 3, n) and (u @ stack).shape == (2, 3, m)
    assert (u @ stack).tolist() == [[(u @ part).tolist() for part in parts] for parts in stack]
    assert outer(u, v).tolist() == [[x * y for y in v.tolist()] for x in u.tolist()]
    assert inner(stack, table).tolist() == [[(part @ table.T).tolist() for part in parts] for parts in stack]


def test_ints_stay_ints():
    a = constant(Matrix([[2**60, 1]]), (1, 2))
    assert matmul(a, a.T).tolist() == [[2**120 + 1]]


@pytest.mark.parametrize(
    ("left", "right", "shape"),
    [((0, 3), (3, 2), (0, 2)), ((2, 0), (0, 3), (2, 3)), ((4, 2, 0), (0,), (4, 2)), ((0,), (0,), ())],
)
def test_a_product_without_entries_is_of_empty_sums(left, right, shape):
    """As in PyTorch: zeros where only the summed axis is empty, which have gradients without entries."""
    a, b = (constant(Matrix([[1.0] * 6])[:, :6], s) if 0 not in s else Tensor([]).view(*s) for s in (left, right))
    a.requires_grad = True
    product = matmul(a, b)
    assert product.shape == shape and set(product.view(-1).tolist()) <= {0.0}
    product.backward(product.detach())
    assert a.grad.shape == a.shape


@given(seeds)
def test_sums_of_a_product_and_something(seed):
    rng = random.Random(seed)
    x, a, b = (_tensor(shape, lambda: rng.gauss(0, 1)) for shape in ((2, 4), (2, 3), (3, 4)))
    u, v, stack, other = (_tensor(s, lambda: rng.gauss(0, 1)) for s in ((2,), (4,), (5, 2, 3), (5, 3, 4)))

    def near(one, two):
        return one.shape == two.shape and one.matrix.allclose(two.matrix, 1e-12, 1e-14)

    assert near(addmm(x, a, b, beta=2, alpha=0.5), x * 2 + a @ b * 0.5) and near(addmm(v, a, b), v + a @ b)
    assert near(addmv(u, x, v, beta=2), u * 2 + x @ v) and near(addr(x, u, v, alpha=3), x + outer(u, v) * 3)
    assert near(baddbmm(x, stack, other), x + stack @ other) and near(
        addbmm(x, stack, other), x + (stack @ other).sum(0)
    )
    assert near(addmm(x * float("nan"), a, b, beta=0), a @ b), "what counts nothing is not looked at"
    assert near(bmm(stack, other), stack @ other) and near(mm(a, b), a @ b)
    assert near(chain_matmul(a, b, b.T, a.T), a @ b @ b.T @ a.T)
    assert near(tensordot(stack, other, ([0, 2], [0, 1])), sum(((p @ q) for p, q in zip(stack, other)), Tensor(0.0)))
    assert near(tensordot(a, b, 1), a @ b) and tensordot(a, b, 0).shape == (2, 3, 3, 4)
    assert near(einsum("nij,njk->nik", stack, other), stack @ other) and near(einsum("ij,jk", a, b), a @ b)
    assert near(einsum("...ij,...jk->...k", stack, other), (stack @ other).sum(1))
    assert near(einsum(a, [0, 1], b, [1, 2], [2, 0]), (a @ b).T)


def test_a_chain_is_multiplied_in_the_cheapest_order(monkeypatch):
    """Cormen et al., "Introduction to Algorithms", section 15.2: 15,125 multiplications for these six matrices."""
    sizes = [30, 35, 15, 5, 10, 20, 25]
    counted = []

    def counting(a, b):
        counted.append(a.shape[0] * a.shape[1] * b.shape[1])
        return Tensor(tables.zeros(a.shape[0], b.shape[1]))

    monkeypatch.setattr(products, "matmul", counting)
    chain_matmul(*[tables.zeros(n, m) for n, m in zip(sizes, sizes[1:])])
    assert sum(counted) == 15_125


A, V, S = Matrix([[1.0, 2.0]]), Tensor([1.0, 2.0]), Tensor([[[1.0, 2.0]]])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (
            lambda: matmul(A, A),
            r"matmul: mat1 and mat2 shapes cannot be multiplied \(1x2 and 1x2\); the left has 2 columns, the right 1 rows: mat1 \[1, 2\], mat2",
        ),
        (lambda: matmul(A, 2), "matmul: both arguments need at least one axis, got a number"),
        (
            lambda: matmul(Tensor([[[1.0]]] * 2), Tensor([[[1.0]]] * 3)),
            "matmul: The size of tensor a",
        ),
        (lambda: mm(A, V), r"mm: mat2 has 2 axes, got the shape \[2\]"),
        (lambda: bmm(S, A), r"bmm: mat2 has 3 axes, got the shape \[1, 2\]"),
        (lambda: bmm(Tensor([[[1.0]]] * 2), Tensor([[[1.0]]])), "bmm: both batches have the same size, got 2 and 1"),
        (lambda: dot(V, A), r"dot: tensor has 1 axis, got the shape \[1, 2\]"),
        (
            lambda: addmm(Tensor([1.0, 2.0, 3.0]), A, A.T),
            r"expand: The expanded size of the tensor \(1\) must match the existing size \(3\) at non-singleton dimension 1",
        ),
        (lambda: tensordot(A, A, 3), "tensordot: dims is an int from 0 to 2, got 3"),
        (
            lambda: tensordot(A, Matrix([[1.0] * 3]), ([1], [1])),
            r"axis 1 of \(1, 2\) and axis 1 of \(1, 3\) have the same",
        ),
        (lambda: chain_matmul(), "chain_matmul: needs one matrix or more"),
        (lambda: chain_matmul(A, A), r"chain_matmul: mat1 and mat2 shapes cannot be multiplied \(1x2 and 1x2\)"),
        (lambda: einsum("ij,jk", A), "einsum: 'ij,jk' is for 2 operands, got 1"),
    ],
)
def test_what_does_not_fit_is_refused(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


@settings(max_examples=60)
@given(st.data(), seeds)
def test_einsum_is_what_the_definition_gives_exactly_and_has_its_gradient(data, seed):
    """Loops over the sizes of all letters."""
    size = dict(zip("ijkl", data.draw(st.tuples(*[st.integers(1, 3)] * 4))))
    operands = data.draw(st.lists(st.text("ijkl", max_size=3), min_size=1, max_size=3))
    letters = sorted(set("".join(operands)))
    result = data.draw(st.permutations(letters))[: data.draw(st.integers(0, len(letters)))]
    equation = f"{','.join(operands)}->{''.join(result)}"
    rng = random.Random(seed)
    shapes = [tuple(size[letter] for letter in operand) for operand in operands]
    inputs = [_tensor(shape, lambda: Fraction(rng.randint(-9, 9), rng.randint(1, 5))) for shape in shapes]
    found, tables = einsum(equation, *inputs), [x.tolist() for x in inputs]
    assert found.shape == tuple(size[letter] for letter in result)
    expected = dict.fromkeys(_places(found.shape), Fraction(0))
    for place in _places([size[letter] for letter in letters]):
        at = dict(zip(letters, place))
        expected[tuple(at[letter] for letter in result)] += prod(
            [_at(table, [at[letter] for letter in operand]) for table, operand in zip(tables, operands)]
        )
    assert all(_at(found.tolist(), place) == total for place, total in expected.items())
    floats = [_tensor(shape, lambda: rng.gauss(0, 1)).requires_grad_() for shape in shapes]
    assert gradcheck(lambda *x: einsum(equation, *x), floats, rng=rng)
