"""Tensor: the chain rule, exactly over Fractions; the graph; what is refused."""

import copy
import inspect
import math
import pickle
import random
import threading
from fractions import Fraction
from typing import Optional

import pytest
from hypothesis import given

from backprop import Matrix, Tensor, no_grad, operation, randn, relu
from backprop.autograd import GradcheckError, Size, gradcheck
from backprop.nn import Parameter
from backprop.nn.functional import linear, mse_loss
from backprop.tensors import exp
from backprop.tensors.arithmetic import sum_to_shape
from tests import tables
from tests.strategies import broadcastable, chains, fractions, matrices, random_tensor, same_shape, seeds, sizes


def leaf(data):
    return Tensor(data, requires_grad=True)


def gradients(loss, *leaves):
    loss.backward()
    return tuple(x.grad.matrix for x in leaves)


# ------------------------------------------------------------------ the chain rule, exactly


def test_a_value_used_twice_gets_the_sum_of_both_gradients():
    """y = (c + d) + c·d with c = a + b, d = a·b at (2, 3): ∂y/∂a = (1 + b)·(…)= 25, ∂y/∂b = 19."""
    a, b = leaf(2), leaf(3)
    c, d = a + b, a * b
    y = (c + d) + c * d
    assert y.item() == 41 and gradients(y, a, b) == (Matrix([[25]]), Matrix([[19]]))


def test_the_square_of_a_square():
    """(z·z)·(z·z) at 3 has the slope 4z³ = 108; two fresh graphs add up to 216."""
    z = leaf(3)
    for total in (108, 216):
        square = z * z
        (square * square).backward()
        assert z.grad.matrix.item() == total


@given(same_shape(3))
def test_gradients_of_a_polynomial_are_exact(abu):
    """L = Σ u∘(a²b − 2a + b³): ∂L/∂a = u∘(2ab − 2), ∂L/∂b = u∘(a² + 3b²), without a rounding."""
    a, b, u = abu
    x, y = leaf(a), leaf(b)
    loss = (Tensor(u) * (x * x * y - 2 * x + y**3)).sum()
    assert gradients(loss, x, y) == (u * (2 * a * b - 2), u * (a * a + 3 * b * b))


@given(chains(2), sizes)
def test_gradient_of_a_product_is_exact(ab, _):
    a, b = ab
    u = tables.reshaped(range(1, a.shape[0] * b.shape[1] + 1), a.shape[0], b.shape[1])
    x, y = leaf(a), leaf(b)
    (x @ y).backward(u)
    assert x.grad.matrix == u @ b.T and y.grad.matrix == a.T @ u


@given(broadcastable())
def test_gradients_of_what_was_broadcast_are_summed(ab):
    """x∘y is linear in x: ⟨∂L/∂x, x⟩ = L, whatever was repeated; and the gradients have the inputs' shapes."""
    a, b = ab
    x, y = leaf(a), leaf(b)
    loss = (x * y).sum()
    dx, dy = gradients(loss, x, y)
    assert dx.shape == a.shape and dy.shape == b.shape
    assert tables.total(dx * a) == tables.total(a * b) == tables.total(dy * b)
    x, y = leaf(a), leaf(b)
    dx, dy = gradients((x - y).sum(), x, y)
    rows, columns = (max(n, m) for n, m in zip(a.shape, b.shape))
    assert dx == sum_to_shape(tables.ones(rows, columns), a.shape)
    assert dy == -sum_to_shape(tables.ones(rows, columns), b.shape)


@given(same_shape(2, entries=fractions.filter(bool)))
def test_gradients_of_a_quotient_are_exact(ab):
    a, b = ab
    x, y = leaf(a), leaf(b)
    dx, dy = gradients((x / y).sum(), x, y)
    assert dx == 1 / b and dy == -a / (b * b)


@given(matrices())
def test_gradients_through_views(a):
    """A transpose, a reshape, a slice and a sum only move entries; so do their pullbacks."""
    rows, columns = a.shape
    u = tables.reshaped(range(1, rows * columns + 1), rows, columns)
    for view, back in (
        (lambda x: x.T, lambda d: d.T),
        (lambda x: x.reshape(1, -1), lambda d: tables.reshaped(d, rows, columns)),
        (lambda x: x[:1], lambda d: tables.vstack([d, *[tables.zeros(1, columns)] * (rows - 1)])),
        (lambda x: -x, lambda d: -d),
    ):
        x = leaf(a)
        y = view(x)
        upstream = Matrix(u.rows[: y.shape[0]]) if y.shape[1] == columns else tables.reshaped(u, *y.shape)
        y.backward(upstream)
        assert x.grad.matrix == back(upstream)
    for dim in (None, 0, 1):
        x = leaf(a)
        (x.sum(dim) * x.mean(dim)).sum().backward()
        across = [[sum(column) for column in zip(*a)]] if dim != 1 else [[sum(row)] for row in a]
        total = Matrix([[sum(across[0])]] if dim is None else across)
        count = rows * columns if dim is None else a.shape[dim]
        assert x.grad.matrix == (2 * total * (tables.ones(rows, columns) / Fraction(count)))
        assert x.sum(dim, keepdim=True).matrix == total


def test_gradient_of_an_entry_chosen_twice_is_the_sum():
    x = leaf([[1, 2], [3, 4], [5, 6]])
    x[[0, 0, 2]].backward(Matrix([[1, 10], [100, 1000], [7, 8]]))
    assert x.grad.matrix == Matrix([[101, 1010], [0, 0], [7, 8]])
    x.grad = None
    (x[1, 0] * x[1, 0] + x[-1, 1]).backward()
    assert x.grad.matrix == Matrix([[0, 0], [6, 0], [0, 1]])
    x.grad = None
    x[1:, 1].backward(Tensor([3, 4]))
    assert x.grad.matrix == Matrix([[0, 0], [0, 3], [0, 4]])


# ------------------------------------------------------------------ the chain rule, against finite differences


BINARY = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
}


@pytest.mark.parametrize("name", BINARY)
@given(broadcastable(), seeds)
def test_arithmetic_with_broadcasting(name, shapes, seed):
    rng = random.Random(seed)
    a, b = (random_tensor(*m.shape, rng, kink=0.0) for m in shapes)
    assert gradcheck(BINARY[name], [a, b], rng=rng)
    assert gradcheck(lambda a: BINARY[name](a, 3.0), [a], rng=rng)
    assert gradcheck(lambda b: BINARY[name](3.0, b), [b], rng=rng)


@given(broadcastable(), seeds)
def test_powers(shapes, seed):
    rng = random.Random(seed)
    base = Tensor(shapes[0].map(lambda _: rng.uniform(0.5, 2.0)), requires_grad=True)
    exponent = random_tensor(*shapes[1].shape, rng)
    assert gradcheck(lambda a, b: a**b, [base, exponent], rng=rng)
    signed = random_tensor(*shapes[0].shape, rng, kink=0.0)
    for power in (3, 2, 1, 0, -1, -2):
        assert gradcheck(lambda a, n=power: a**n, [signed], rng=rng)
    assert gradcheck(lambda b: 2.5**b, [exponent], rng=rng)


@given(chains(2), seeds)
def test_products_sums_views(shapes, seed):
    rng = random.Random(seed)
    a, b = (random_tensor(*m.shape, rng, kink=0.0) for m in shapes)
    assert gradcheck(lambda a, b: a @ b, [a, b], rng=rng)
    for function in (
        abs,
        lambda a: a.T,
        lambda a: a.reshape(-1, 1),
        lambda a: a[0],
        lambda a: a[:, -1:],
        lambda a: a[[-1, 0, -1]],
        lambda a: a.sum(0) * a.mean(1, keepdim=True),
        lambda a: Tensor([[0.5]]) * a - a,
    ):
        assert gradcheck(function, [a], rng=rng)


def test_conventions_where_there_is_no_derivative():
    x = leaf([[0.0, -3.0, 2.0]])
    abs(x).sum().backward()
    assert x.grad.matrix == Matrix([[0, -1, 1]])
    base, exponent = leaf([[0.0, 0.0]]), leaf([[0.0, 2.0]])
    y = base**exponent
    assert y.matrix == Matrix([[1.0, 0.0]])
    y.backward(Matrix([[1.0, 1.0]]))
    assert base.grad.matrix == Matrix([[0, 0]]) == exponent.grad.matrix


def test_a_negative_base_has_no_derivative_in_its_exponent():
    """ln(−2) is NaN, as in PyTorch."""
    base, exponent = leaf(-2.0), leaf(3.0)
    (base**exponent).backward()
    assert math.isnan(exponent.grad.item())
    base.grad = None
    (base**3).backward()
    assert base.grad.matrix.item() == 12.0


# ------------------------------------------------------------------ the graph


def test_a_second_backward_through_one_graph_is_refused():
    z = leaf(3)
    square = z * z
    y = square * square
    y.backward()
    before = z.grad.matrix
    for again in (y, y + 1, square * 2):
        with pytest.raises(RuntimeError, match="already gone through this graph"):
            again.backward()
    assert z.grad.matrix == before == Matrix([[108]])


def test_a_chain_of_30000_additions_goes_there_and_back():
    x, one = leaf(1.0), Tensor(1.0)
    y = x
    for _ in range(30_000):
        y = y + one
    assert y.item() == 30_001.0
    y.backward()
    assert x.grad.matrix.item() == 1.0


def test_a_chain_of_30000_additions_can_be_dropped():
    y = leaf(1.0)
    for _ in range(30_000):
        y = y + 1.0
    del y


def test_gradients_add_up_until_they_are_reset():
    w = Parameter([[1.0, 2.0]])
    for count in (1, 2, 3):
        (w * 5).sum().backward()
        assert w.grad.matrix == Matrix([[5, 5]]) * count
    w.grad = None
    (w * 5).sum().backward()
    assert w.grad.matrix == Matrix([[5, 5]])


def test_only_leaves_that_require_it_get_a_gradient():
    x, w = Tensor([[1.0, 2.0]]), Parameter([[3.0, 4.0]])
    h = w * x
    h.sum().backward()
    with pytest.warns(UserWarning, match=r"fills the grad of leaves alone, .* write autograd.grad\(loss, tensor\)"):
        assert h.grad is None
    assert x.grad is None and w.grad.matrix == Matrix([[1.0, 2.0]])


def test_pullbacks_run_only_for_inputs_that_need_them():
    ran = []

    @operation
    def product(a: Matrix, b: Matrix):
        return a * b, (lambda d: ran.append("a") or d * b, lambda d: ran.append("b") or d * a)

    product(Tensor(2.0), leaf(3.0)).backward()
    assert ran == ["b"]


def test_no_graph_is_kept_where_no_gradient_is_needed():
    w = Parameter(2.0)
    constant = Tensor(1.0) + Matrix([[2.0]]) * Tensor(3.0)
    assert constant.grad_fn is None and not constant.requires_grad
    with no_grad():
        y = w * 3
        with no_grad():
            pass
        assert not (w * 3).requires_grad
    assert y.grad_fn is None and not y.requires_grad and (w * 3).requires_grad

    @no_grad()
    def predict():
        return w * 3

    assert not predict().requires_grad and (w * 3).requires_grad


@pytest.mark.threads
def test_no_grad_ends_with_an_exception_and_is_of_one_thread():
    w = Parameter(2.0)
    with pytest.raises(KeyError), no_grad():
        raise KeyError
    seen = []
    with no_grad():
        thread = threading.Thread(target=lambda: seen.append((w * 3).requires_grad))
        thread.start()
        thread.join()
    assert seen == [True] and (w * 3).requires_grad


def test_assigning_data_between_forward_and_backward_changes_no_gradient():
    w = Parameter([[2.0]])
    y = w * w
    w.data = Matrix([[100.0]])
    y.backward()
    assert w.grad.matrix.item() == 4.0


def test_detach_cuts_the_graph():
    w = Parameter([[2.0]])
    (w.detach() * w).backward()
    assert w.grad.matrix.item() == 2.0 and not w.detach().requires_grad


# ------------------------------------------------------------------ operations


@operation
def scaled(a: Matrix, b: Optional[Matrix] = None, factor: float = 1, *, offset=0):  # noqa: FA100
    """y = factor·(a + b) + offset."""
    total = a if b is None else a + b
    return total * factor + offset, (lambda d: d * factor, lambda d: d * factor)


@operation
def _shifted(a: Matrix, by: int):
    return a + by, lambda d: d


def test_constants_and_optional_inputs_are_given_by_position_or_by_name():
    assert scaled.__name__ == "scaled" and scaled.__doc__ == "y = factor·(a + b) + offset."
    assert str(inspect.signature(scaled)).startswith("(a: ")
    for call in (
        lambda a, b: scaled(a, b, 3),
        lambda a, b: scaled(a, b, factor=3),
        lambda a, b: scaled(b=b, a=a, factor=3),
        lambda a, b: scaled(a, factor=3, b=b),
    ):
        a, b = leaf(1), leaf(2)
        assert call(a, b).item() == 9 and gradients(call(a, b), a, b) == (Matrix([[3]]), Matrix([[3]]))
        assert call(a, b).grad_fn.inputs == (a, b) and call(a, b).grad_fn.constants["factor"] == 3
    a = leaf(5)
    assert gradients(scaled(a, factor=2, offset=1), a) == (Matrix([[2]]),)
    assert scaled(a, None, 2).item() == 10 and scaled(a, None, 2).grad_fn.inputs == (a, None)


def test_the_name_of_an_operation_has_no_leading_underscore():
    assert _shifted.__name__ == _shifted(leaf(2), 1).grad_fn.operation.__name__ == "shifted"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: relu(1, 2, foo=4), "^relu: .*; its arguments are input$"),
        (lambda: relu(1, foo=4), "^relu: got an unexpected keyword argument 'foo'; its arguments are input$"),
        (lambda: relu(1, 2), "^relu: too many positional arguments; its arguments are input$"),
        (lambda: scaled(1, 2, 3, factor=3), "^scaled: multiple values for argument 'factor'; its arguments are a, b, "),
        (lambda: scaled(1, a=2), "^scaled: multiple values for argument 'a'"),
        (lambda: linear(1.0), "linear.* missing .*'weight'"),
        (lambda: relu(None), "^relu: input is a Tensor, a Matrix or a number, got None$"),
        (lambda: scaled([1.0, "b"]), "^scaled: "),
    ],
)
def test_arguments_that_do_not_fit_are_refused_by_the_operation(call, sentence):
    with pytest.raises(TypeError, match=sentence):
        call()


def test_a_rule_whose_first_parameters_are_no_inputs_is_refused_when_it_is_decorated():
    def cube(x, factor: float = 1.0, *, weight: Matrix):
        return x * x * x, lambda d: d * 3 * x * x

    def shifted(by: int, a: Matrix):
        return a + by, lambda d: d

    for rule in (cube, shifted):
        with pytest.raises(TypeError, match=f"^@operation {rule.__name__}: its first parameters are annotated Matrix"):
            operation(rule)


def test_a_single_pullback_gives_the_gradients_of_all_inputs():
    @operation
    def weighted(a: Matrix, b: Matrix, c: Matrix):
        return a * b + c, lambda d: (d * b, d * a, d)

    a, b, c = leaf(2), leaf(3), leaf(4)
    assert gradients(weighted(a, b, c), a, b, c) == (Matrix([[3]]), Matrix([[2]]), Matrix([[1]]))
    b = leaf(7)
    assert gradients(weighted(Tensor(2.0), b, Tensor(1.0)), b) == (Matrix([[2]]),)


def test_a_pullback_of_the_wrong_shape_is_named_and_leaves_nothing_behind():
    @operation
    def wrong(a: Matrix, b: Matrix):
        return a + b, (lambda d: d, lambda d: d[0])

    a, b = leaf([[1.0], [2.0]]), leaf([[1.0], [2.0]])
    with pytest.raises(ValueError, match="wrong: a pullback gave a gradient of 1×1 for an input of the shape .2, 1."):
        wrong(a, b).sum().backward()
    assert a.grad is None and b.grad is None


def test_a_gradient_that_is_transposed_is_refused():
    """It has as many entries as its input, but is none of the cuts of the input's shape."""

    @operation
    def layer(x: Matrix, w: Matrix):
        return x @ w.T, (lambda d: d @ w, lambda d: x.T @ d)

    w = leaf([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with pytest.raises(ValueError, match="layer: a pullback .* of 2×3 for an input of the shape .3, 2.; .* transposed"):
        layer(Tensor([[1.0, 2.0], [3.0, 4.0]]), w).sum().backward()
    assert w.grad is None


def test_the_checker_catches_2_001_for_2():
    @operation
    def square(x: Matrix):
        return x * x, lambda d: d * 2.001 * x

    with pytest.raises(GradcheckError):
        gradcheck(square, [leaf([[1.5]])])


# ------------------------------------------------------------------ a value


def test_construction_and_text():
    assert repr(Tensor([[1, 2]])) == "tensor([[1., 2.]])" and repr(Tensor(Matrix([[0.5]]))) == "tensor([[0.5000]])"
    assert repr(leaf(2)) == "tensor(2., requires_grad=True)"
    assert repr(leaf(2) * 3) == "tensor(6., grad_fn=<MulBackward0>)"
    assert repr(Parameter(Fraction(1, 2))) == "Parameter containing:\ntensor(1/2, requires_grad=True)"
    assert [row.tolist() for row in Tensor([[1, 2], [3, 4]])] == [[1.0, 2.0], [3.0, 4.0]]
    assert Tensor([[1, 2]]).shape == (1, 2) and Tensor(2.5).item() == 2.5


def test_a_matrix_or_a_number_may_stand_on_either_side():
    w = Parameter([[1.0, 2.0]])
    m = Matrix([[3.0, 4.0]])
    for y, expected in ((m * w, m), (w * m, m), (3 - w, Matrix([[-1, -1]])), (m - w, Matrix([[-1, -1]]))):
        w.grad = None
        y.sum().backward()
        assert w.grad.matrix == expected
    assert (
        (m @ w.T).matrix == Matrix([[11.0]]) and (m / w).matrix == Matrix([[3.0, 2.0]]) and (2**w).matrix[0, 1] == 4.0
    )


def test_leaves_copy_and_pickle_with_their_gradients():
    w = Parameter([[1.0, 2.0]])
    (w * 3).sum().backward()
    for twin in (copy.copy(w), copy.deepcopy(w), pickle.loads(pickle.dumps(w))):
        assert type(twin) is Parameter and twin is not w and twin.requires_grad
        assert twin.matrix == w.matrix and twin.grad.matrix == w.grad.matrix
    with pytest.raises(RuntimeError, match="only a leaf can be copied"):
        copy.deepcopy(w * 3)


@pytest.mark.parametrize("shape", [(), (3,), (1, 3), (2, 3), (2, 0), (2, 1, 3), (1, 2, 1, 2)])
def test_shapes_stay_through_copies_and_pickles(shape):
    count = Size(shape).numel()
    one = Parameter(Tensor(list(range(count)) if count else []).reshape(shape))
    for twin in (copy.copy(one), copy.deepcopy(one), *(pickle.loads(pickle.dumps(one, n)) for n in (0, 2, 4))):
        assert type(twin) is Parameter and twin.shape == shape and twin.tolist() == one.tolist()


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda w: w.__setitem__((0, 0), 1),
            RuntimeError,
            "a leaf Variable that requires grad is being used in an in-place",
        ),
        (
            lambda w: float(w),
            ValueError,
            r"float\(\) needs a Tensor of a single entry, this has the shape \[1, 2\]: choose one",
        ),
        (lambda w: math.exp(w), ValueError, r"with an operation \(exp, log, …\)"),
        (
            lambda w: (w * 2).backward(),
            RuntimeError,
            r"only for scalar outputs, this Tensor has the shape \[1, 2\]; reduce it with sum\(\)",
        ),
        (lambda w: (w * 2).backward(1.0), TypeError, r"backward\(gradient\) is a Tensor, got 1.0"),
        (
            lambda w: (w * 2).backward(Matrix([[1]])),
            ValueError,
            r"backward\(gradient\) has the shape \[1, 2\], as the Tensor has, got \[1, 1\]",
        ),
        (lambda w: Tensor(1.0).backward(), RuntimeError, "computed from none that requires a gradient"),
        (lambda w: setattr(w, "data", [[1, 2]]), TypeError, "Tensor.data is a Tensor"),
        (
            lambda w: setattr(w, "data", Matrix([[1]])),
            ValueError,
            r"Tensor.data has the shape \[1, 2\], as the Tensor has, got \[1, 1\]",
        ),
        (
            lambda w: setattr(w, "grad", Matrix([[1, 2], [3, 4]])),
            ValueError,
            r"Tensor.grad has the shape \[1, 2\], as .* got \[2, 2\]",
        ),
        (lambda w: setattr(w, "grad", 5), TypeError, "Tensor.grad is a Tensor, got 5"),
        (lambda w: bool(w), RuntimeError, r"the truth of a Tensor with 2 entries is ambiguous: write tensor.any\(\)"),
        (lambda w: not w, RuntimeError, "ambiguous"),
        (lambda w: w and 1, RuntimeError, "ambiguous"),
        (lambda w: max(w, w), RuntimeError, "ambiguous"),
        (lambda w: int(w), ValueError, r"int\(\) needs a Tensor of a single entry"),
        (lambda w: round(w, 2), ValueError, r"round\(\) needs a Tensor of a single entry"),
        (lambda w: f"{w:.2f}", ValueError, "the format '.2f' needs a Tensor of a single entry, this has the shape"),
        (lambda w: w < None, TypeError, "'<' not supported"),
        (
            lambda w: w == Matrix([[1, 2, 3]]),
            ValueError,
            r"size of tensor a \(2\) must match the size of tensor b \(3\) .* dimension 1",
        ),
        (lambda w: None in w, TypeError, "got None"),
        (lambda w: w in [Tensor([[1.0, 2.0]])], RuntimeError, "ambiguous"),
        (lambda w: setattr(w, "requires_grad", "no"), TypeError, "requires_grad is True or False, got 'no'"),
        (lambda w: setattr(w * 2, "requires_grad", False), RuntimeError, r"flags of leaf variables; tensor.detach\(\)"),
        (lambda w: (w * 2).requires_grad_(False), RuntimeError, "you can only change requires_grad flags of leaf"),
        (
            lambda w: setattr(w * 2, "requires_grad", True),
            RuntimeError,
            "you can only change requires_grad flags of leaf",
        ),
        (lambda w: Tensor(1.0, requires_grad=1), TypeError, "requires_grad is True or False, got 1"),
        (lambda w: w.sum().graph("w"), TypeError, "names are a model or a dict of Tensors by their names, got 'w'"),
        (lambda w: w.sum().graph({"w": w.matrix}), TypeError, "'w' names a Tensor of the computation, got Matrix"),
        (lambda w: exp(None), TypeError, "exp: input is a Tensor, a Matrix or a number, got None"),
        (lambda w: linear(None, w), TypeError, "linear needs a number, nested lists"),
        (lambda w: w.mean(2), IndexError, "dim"),
        (lambda w: Tensor(w > 0), TypeError, "Tensor: needs a Tensor of floats, got one of torch.bool"),
        (lambda w: Tensor("1"), TypeError, "needs a number, nested lists of numbers or a Matrix"),
        (lambda w: w + "1", TypeError, "nested lists of numbers"),
        (
            lambda w: w + Matrix([[1, 2, 3]]),
            ValueError,
            r"^add: The size of tensor a \(2\) must match the size of tensor b \(3\)",
        ),
        (lambda w: w @ w, ValueError, r"cannot be multiplied \(1x2 and 1x2\).*: w \[1, 2\], "),
        (lambda w: w.item(), RuntimeError, "a Tensor with 2 elements cannot be converted to Scalar"),
        (lambda w: linear(w, Tensor([[1.0]])), ValueError, r"linear: mat1 and mat2 .* \(1x2 and 1x1\).*: w \[1, 2\], "),
        (lambda w: w[0, 5], IndexError, "from -2 to 1 for axis 1 of size 2, got 5"),
    ],
)
def test_wrong_calls_are_refused_in_a_sentence(call, error, sentence):
    w = Parameter([[1.0, 2.0]])
    with pytest.raises(error, match=sentence):
        call(w)
    assert w.grad is None and w.matrix == Matrix([[1.0, 2.0]])


def test_an_index_that_changes_later_does_not_change_the_gradient():
    w = Parameter([[1.0, 2.0, 3.0]])
    index, losses = [0, 0], []
    for k in range(3):
        index[:] = [k, k]
        losses.append(w[:, index].sum() * (k + 1))
    (losses[0] + losses[1] + losses[2]).backward()
    assert w.grad.matrix == Matrix([[2, 4, 6]])


@pytest.mark.parametrize(
    ("base", "exponent", "slope"),
    [
        (1e-320, 0, 0),
        (math.nan, 0, 0),
        (1e-200, -1, -math.inf),
        (2.0, 3, 12.0),
        (0.0, 1, 1),
        (0.0, 2, 0),
        (0.0, 0.5, math.inf),
    ],
)
def test_slopes_of_powers_at_the_edges(base, exponent, slope):
    x = Parameter([[base]])
    (x**exponent).backward(Matrix([[1]]))
    assert x.grad.matrix.item() == slope


def test_arrays_of_other_libraries_on_the_left_leave_the_arithmetic_to_us():
    class Array:
        """As NumPy's arrays do it: asks the other operand first."""

        def __mul__(self, other):
            return NotImplemented if getattr(other, "__array_ufunc__", self) is None else "taken"

        def __iter__(self):
            return iter([[2.0, 3.0]])

    assert Array() * Tensor([[1.0, 2.0]]) is not None
    assert (Array() * Tensor([[1.0, 2.0]])).matrix == Matrix([[2.0, 6.0]])


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (lambda a, b: (a + b, (lambda d: d,)), "wrong: the rule gives 1 pullbacks or gradients for 2 inputs"),
        (lambda a, b: (a + b, (lambda d: 1.0, lambda d: d)), "a pullback gives a Matrix, got 1.0"),
        (lambda a, b: (a + b, lambda d: (None, d)), "a pullback gives a Matrix, got None"),
        (lambda a, b: (a + b, lambda d: (d,)), "wrong: the rule gives 1 pullbacks or gradients for 2 inputs"),
        (lambda a, b: (a + b, lambda d: d), "wrong: the rule gives 1 pullbacks or gradients for 2 inputs"),
        (
            lambda a, b: a + b,
            r"wrong: a rule returns a Matrix and a pullback for each input: return y, \(f, g\), got Matrix",
        ),
        (lambda a, b: (a + b, lambda d: d, lambda d: d), r"return y, \(f, g\), got \(Matrix"),
        (lambda a, b: ([[2.0]], lambda d: (d, d)), r"return y, \(f, g\), got \(\[\[2.0\]\]"),
    ],
)
def test_an_operation_that_is_wrongly_written_says_so(rule, sentence):
    a, b = Parameter([[1.0]]), Parameter([[1.0]])

    @operation
    def wrong(a: Matrix, b: Matrix):
        return rule(a, b)

    with pytest.raises(TypeError, match=sentence):
        wrong(a, b).backward()


def test_an_operation_without_a_cut_is_elementwise_on_more_than_two_axes():
    """The sum of a row, say, may be that of all entries, under a shape of which it has not the entries."""

    @operation
    def row_sum(x: Matrix):
        return Matrix([[sum(row)] for row in x.rows]), lambda d: d @ Matrix([[1.0] * len(x.rows[0])])

    assert row_sum(Tensor([[1.0, 2.0], [3.0, 4.0]])).tolist() == [[3.0], [7.0]]
    with pytest.raises(ValueError, match=r"row_sum gave .* where the columns begin, @operation\(cut=-1\)"):
        row_sum(randn(2, 3, 4))


def test_the_pullback_of_one_input_gives_a_matrix_and_no_tuple():
    @operation
    def wrong(a: Matrix):
        return a, lambda d: (d,)

    with pytest.raises(TypeError, match=r"a pullback gives a Matrix, got \(Matrix"):
        wrong(leaf([[1.0]])).backward()


def test_a_leaf_is_frozen_and_freed_again():
    x, w = leaf([[3.0]]), leaf([[2.0]])
    w.requires_grad = False
    (x * w).backward()
    assert x.grad.matrix == Matrix([[2.0]]) and w.grad is None
    w.requires_grad = True
    (x * w).backward()
    assert w.grad.matrix == Matrix([[3.0]])


def test_an_optional_input_may_be_left_out_before_one_given_by_name():
    @operation
    def f(a: Matrix, b: Matrix = None, c: Matrix = None):
        return a * c, (lambda d: d * c, lambda d: d, lambda d: d * a)

    a, c = leaf(2), leaf(3)
    assert gradients(f(a, c=c), a, c) == (Matrix([[3]]), Matrix([[2]]))


def test_inputs_given_by_name_alone_are_differentiated():
    x = leaf([[3.0]])
    mse_loss(input=x, target=Matrix([[1.0]])).backward()
    assert x.grad.matrix == Matrix([[4.0]])
