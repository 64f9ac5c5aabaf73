"""A Tensor in Python's own operators: compared, changed in place, as a number, as a collection; nothing in silence."""

import math
import operator
from fractions import Fraction

import pytest
from hypothesis import given

import backprop
from backprop import Matrix, Tensor, no_grad
from backprop.nn import Linear, Parameter
from tests import tables
from tests.strategies import broadcastable, matrices

COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]
IN_PLACE = [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow]
NAN = math.nan

# ------------------------------------------------------------------ compared


@pytest.mark.parametrize("compare", COMPARISONS)
@given(broadcastable())
def test_comparisons_are_of_all_pairs_of_entries(compare, ab):
    a, b = ab
    rows, columns = (max(n, m) for n, m in zip(a.shape, b.shape))
    zeros = tables.zeros(rows, columns)
    p, q = a + zeros, b + zeros
    expected = [[compare(x, y) for x, y in zip(xs, ys)] for xs, ys in zip(p, q)]
    for left, right in ((Tensor(a), Tensor(b)), (Tensor(a), b), (a, Tensor(b))):
        found = compare(left, right)
        assert found.tolist() == expected and found.dtype is backprop.bool


@pytest.mark.parametrize("compare", COMPARISONS)
def test_a_number_may_stand_on_either_side(compare):
    x = Tensor([[1.0, 2.0, NAN]], requires_grad=True)
    for number in (1, 1.0, Fraction(3, 2), True, NAN):
        assert compare(x, number).matrix == Matrix([[int(compare(e, number)) for e in x.matrix.rows[0]]])
        assert compare(number, x).matrix == Matrix([[int(compare(number, e)) for e in x.matrix.rows[0]]])
    assert not compare(x, 1.0).requires_grad


def test_an_accuracy_counted_with_equality_is_right():
    output, targets = Tensor([[1.0], [0.0], [1.0], [1.0]], requires_grad=True), Matrix([[1], [1], [1], [0]])
    assert (output == targets).float().mean().item() == 0.5 and (targets == output).sum().item() == 2


def test_what_is_no_number_equals_no_tensor():
    x = Tensor([[1.0, 2.0]])
    for other in (None, "mean", object(), [1.0, 2.0], 1j):
        assert (x == other) is False and (x != other) is True and (other == x) is False


def test_a_tensor_is_itself_as_a_key_and_in_a_set():
    x, twin = Tensor([[1.0, 2.0]]), Tensor([[1.0, 2.0]])
    names = {x: "x", twin: "twin"}
    assert names[x] == "x" and names[twin] == "twin" and len({x, twin, x}) == 2


def test_in_asks_for_an_entry():
    x = Tensor([[1.0, 2.0]])
    assert 2.0 in x and 3.0 not in x and NAN not in Tensor(NAN) and Tensor(1.0) in x


# ------------------------------------------------------------------ in place


@pytest.mark.parametrize("change", IN_PLACE)
@given(matrices())
def test_in_place_arithmetic_changes_the_tensor_under_all_its_names(change, a):
    a = a.map(abs) + 1
    tensors = [Tensor(a), Tensor(-a) if change is not operator.ipow else Tensor(a)]
    expected = [change(Tensor(x.matrix), 2).matrix for x in tensors]
    for x in tensors:
        x = change(x, 2)
    assert [x.matrix for x in tensors] == expected
    a = Tensor([[1, 2], [3, 4]])
    alias = a
    a @= Matrix([[0, 1], [1, 0]])
    assert alias is a and a.matrix == Matrix([[2, 1], [4, 3]])


def test_a_loop_over_parameters_under_no_grad_takes_a_step():
    """PyTorch 2.13: w = 1 − 0.5·2 = 0 for L = w², b = 3 − 0.5·1."""
    w, b = Parameter([[1.0]]), Parameter([[3.0]])
    (w * w + b).backward()
    with no_grad():
        for p in (w, b):
            p -= 0.5 * p.grad
    assert w.matrix == Matrix([[0.0]]) and b.matrix == Matrix([[2.5]]) and w.requires_grad


@pytest.mark.parametrize("change", [*IN_PLACE, operator.imatmul])
def test_in_place_arithmetic_on_what_is_learned_is_refused_where_a_graph_is_recorded(change):
    w = Parameter([[1.0]])
    with pytest.raises(RuntimeError, match=r"a leaf Variable that requires grad .* write it under no_grad\(\)"):
        change(w, Matrix([[2.0]]))
    assert w.matrix == Matrix([[1.0]])


def test_losses_are_added_up_in_place_with_their_graph():
    w, total = Parameter([[1.0]]), Tensor(0.0)
    first = total
    for _ in range(3):
        total += (w * 2).sum()
    total.backward()
    assert w.grad.item() == 6.0 and first is total and first.item() == 6.0


def test_a_graph_keeps_the_value_it_was_computed_with():
    x, w = Tensor([[2.0]]), Parameter([[3.0]])
    y = x * w
    x += 100.0
    y.backward()
    assert w.grad.matrix.item() == 2.0


@pytest.mark.parametrize("start", [Tensor(0.0), Parameter(0.0) * 1])
def test_in_place_arithmetic_keeps_the_shape(start):
    with pytest.raises(RuntimeError, match=r"add_: the Tensor keeps its shape, \[\], and this would be \[1, 2\]"):
        start += Matrix([[1.0, 2.0]])


def test_the_graph_keeps_each_value_that_a_tensor_had():
    """PyTorch 2.13: h = w, y = 3h, then h = 2h; y + h = 5w."""
    w = Tensor([1.0, 2.0], requires_grad=True)
    h = w * 1
    y = h * 3
    h *= 2
    (y + h).sum().backward()
    assert w.grad.tolist() == [5.0, 5.0]


def test_a_view_changes_with_its_base_and_the_base_with_the_view():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    row, turned, flat, corner = x[0], x.T, x.view(4), x[1:, 1:]
    row[1] = 9.0
    turned[0] += 10.0
    flat *= 2
    corner[0, 0] = 0.0
    assert x.tolist() == [[22.0, 18.0], [26.0, 0.0]]
    x += 1
    assert row.tolist() == [23.0, 19.0] and turned.tolist() == [[23.0, 27.0], [19.0, 1.0]]
    assert flat.tolist() == [23.0, 19.0, 27.0, 1.0] and corner.tolist() == [[1.0]]
    chosen = x[[0, 1]]  # a copy, as in PyTorch
    chosen += 100
    assert x.tolist() == [[23.0, 19.0], [27.0, 1.0]]


def test_a_buffer_that_is_filled_step_by_step_keeps_the_graph():
    """hₜ = w·hₜ₋₁ with h₋₁ = 1: ∂(h₀ + h₁ + h₂)/∂w = 1 + 2w + 3w² = 17 at w = 2."""
    w = Parameter(2.0)
    out = Tensor([0.0, 0.0, 0.0])
    for t in range(3):
        out[t] = w * (out[t - 1] if t else 1.0)
    out.sum().backward()
    assert out.tolist() == [2.0, 4.0, 8.0] and w.grad.item() == 17.0


def test_what_changes_in_place_under_a_view_of_the_graph():
    """PyTorch 2.13: b = 2w, its view plus 1; b has the new values and the gradient 2."""
    w = Tensor([1.0, 2.0], requires_grad=True)
    b = w * 2
    column = b.view(2, 1)
    column += 1
    assert b.tolist() == [3.0, 5.0] and column.tolist() == [[3.0], [5.0]]
    (b * column.view(2)).sum().backward()
    assert w.grad.tolist() == [12.0, 20.0]


def test_data_and_detach_are_the_value_itself():
    w = Parameter([1.0, 2.0])
    w.data -= 1
    w.data[0] = 50.0
    w.detach()[1:] *= 7
    assert w.tolist() == [50.0, 7.0] and w.is_leaf and w.requires_grad
    w.grad = Tensor([1.0, 1.0])
    w.grad *= 3
    w.grad.data[0] = 0.0
    assert w.grad.tolist() == [0.0, 3.0]


def test_a_view_of_what_was_expanded_is_not_changed():
    with pytest.raises(RuntimeError, match="several of its entries are one number"):
        Tensor([1.0]).expand(3)[0] = 2.0


# ------------------------------------------------------------------ as a number


@pytest.mark.parametrize("x", [2.75, -3, Fraction(1, 4), 0, 0.0, math.inf])
def test_a_single_entry_is_a_number(x):
    t = Tensor(x, requires_grad=True)
    for loss in (t, t * 1):
        assert float(loss) == float(x) and bool(loss) is bool(x) and round(loss, 1) == round(x, 1)
        assert (
            f"{loss:.4f}" == f"{float(x):.4f}"
            and f"{loss}" == f"{float(x) if type(x) is int else x}"
            and f"{loss:>9.3f}" == f"{float(x):>9.3f}"
        )
        assert x == math.inf or (
            int(loss) == int(x) and math.exp(loss) == math.exp(x) and math.floor(loss) == math.floor(x)
        )


def test_a_single_entry_is_printed_on_one_line():
    w = Parameter([[0.5]])
    assert str(w * 2) == "tensor([[1.]], grad_fn=<MulBackward0>)"
    x = Tensor([[1.0, 2.5]])
    assert f"{x}" == str(x) == "tensor([[1.0000, 2.5000]])"


def test_losses_are_sorted_and_the_least_is_found():
    losses = [Tensor(3.0), Tensor(1.0), Tensor(2.0)]
    assert [x.item() for x in sorted(losses)] == [1.0, 2.0, 3.0] and min(losses) is losses[1]
    assert sum(losses).item() == 6.0


# ------------------------------------------------------------------ as a collection of rows


@given(matrices())
def test_the_rows_of_a_tensor_are_counted_and_gone_through(a):
    x = Tensor(a, requires_grad=True)
    assert len(x) == a.shape[0] == len(list(x))
    assert all(row.shape == (a.shape[1],) for row in x) and tables.vstack([row.matrix for row in x]) == a
    with pytest.raises(TypeError, match="iteration over a 0-d tensor"):
        iter(Tensor(1.0))
    with pytest.raises(TypeError, match="len\\(\\) of a 0-d tensor"):
        len(Tensor(1.0))


# ------------------------------------------------------------------ the graph with names


def test_a_model_names_the_tensors_of_a_graph():
    model = Linear(2, 1)
    loss = (model(Matrix([[1.0, 2.0]])) ** 2).sum()
    assert str(loss.graph(model)) == str(loss.graph(dict(model.named_parameters())))
    assert "weight, 1×2 (parameter)" in str(loss.graph(model))
