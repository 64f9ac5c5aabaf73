"""The checker checked: it catches planted errors, names them, and leaves everything as it was."""

import random

import pytest

from backprop import Matrix, Tensor, operation
from backprop.autograd import GradcheckError, gradcheck
from backprop.nn import Linear, Parameter
from backprop.nn.functional import softmax
from tests import tables


@operation
def square(x: Matrix):
    return x * x, lambda d: 2 * d * x


@operation
def nearly_square(x: Matrix):
    return x * x, lambda d: 2.001 * d * x


@operation
def softmax_without_gradient(x: Matrix):
    return softmax(x, 1).matrix, lambda d: d * 0


def test_a_factor_of_2_001_for_2_is_caught_and_2_is_not():
    x = Tensor([[0.5, -2.0]], requires_grad=True)
    assert gradcheck(square, [x])
    with pytest.raises(GradcheckError):
        gradcheck(nearly_square, [x])


def test_an_error_that_plain_sums_cannot_see_is_caught():
    """Each row of softmax sums to 1, so the gradient of its sum is 0, as this wrong pullback says."""
    x = Tensor([[0.5, -2.0, 1.0]], requires_grad=True)
    with pytest.raises(GradcheckError):
        gradcheck(softmax_without_gradient, [x])


def test_the_message_names_input_entry_what_came_and_what_was_expected():
    a, x = Tensor([[1.0]], requires_grad=True), Tensor([[0.0, 3.0]], requires_grad=True)
    with pytest.raises(GradcheckError) as caught:
        gradcheck(lambda a, x: a * nearly_square(x), [a, x], rng=random.Random(0))
    upstream = tables.normal(1, 2, rng=random.Random(0))[0, 1]
    words = str(caught.value)
    assert words.startswith("gradcheck: input 1, entry [0, 1] = 3.0: backward() gave ")
    came, expected = (float(words.split(word)[1].split(",")[0]) for word in (" gave ", " is "))
    assert came == pytest.approx(2.001 * 3.0 * upstream, rel=1e-14)
    assert expected == pytest.approx(2 * 3.0 * upstream, rel=1e-8)


def test_a_gradient_of_another_shape_is_refused():
    @operation
    def broadcast_without_summing(a: Matrix, b: Matrix):
        return a + b, (lambda d: d, lambda d: d)

    row, table = Tensor([[1.0, 2.0]], requires_grad=True), Tensor([[1.0, 2.0], [3.0, 4.0]])
    with pytest.raises(
        ValueError,
        match=r"broadcast_without_summing: a pullback gave a gradient of 2×2 .* of the shape .1, 2.; .* sum over the copies$",
    ):
        gradcheck(broadcast_without_summing, [row, table])


def test_a_gradient_that_is_missing_is_caught():
    w = Parameter([[2.0]])
    with pytest.raises(GradcheckError, match="gave -?0.0,"):
        gradcheck(lambda w: w.detach() * 3 + w * 0, [w])


def test_nan_is_never_close():
    @operation
    def lost(x: Matrix):
        return x * 1.0, lambda d: d * float("nan")

    with pytest.raises(GradcheckError, match="gave nan"):
        gradcheck(lost, [Tensor([[1.0]], requires_grad=True)])


def test_inputs_and_their_gradients_are_restored():
    layer = Linear(2, 2)
    x = Tensor([[1, 2]], requires_grad=True)
    x.grad = Matrix([[5, 6]])
    before = {name: value.matrix for name, value in layer.state_dict().items()}
    for function in (layer, lambda x: nearly_square(layer(x))):
        try:
            gradcheck(lambda x, *_, f=function: f(x), [x, *layer.parameters()])
        except GradcheckError:
            pass
        assert x.matrix == Matrix([[1, 2]]) and x.grad.matrix == Matrix([[5, 6]])
        assert {name: value.matrix for name, value in layer.state_dict().items()} == before
        assert layer.weight.grad is None


def test_large_and_small_inputs():
    """h grows with x, so neither is lost in rounding."""
    assert gradcheck(square, [Tensor([[1e6, 1e-6, 0.0]], requires_grad=True)])


def test_without_an_input_that_needs_a_gradient_there_is_nothing_to_check():
    with pytest.raises(ValueError, match="at least one input Tensor that requires a gradient"):
        gradcheck(square, [Tensor([[1.0]]), 2.0])


def test_a_single_input_needs_no_list():
    assert gradcheck(square, Tensor([[1.0, 2.0]], requires_grad=True))


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda w: gradcheck(square, [w * 1]), ValueError, "and all such are leaves"),
        (lambda w: gradcheck(square, [w], eps=0), ValueError, "eps is a number above 0, got 0"),
        (lambda w: gradcheck(lambda w: w.matrix, [w]), TypeError, "func gives a Tensor, got a Matrix"),
    ],
)
def test_what_cannot_be_checked_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call(Parameter([[2.0]]))


def test_a_relative_error_just_above_rtol_is_caught():
    @operation
    def off(x: Matrix):
        return x * 1000, lambda d: d * (1000 * (1 + 1.5e-6))

    with pytest.raises(GradcheckError):
        gradcheck(off, [Tensor([[1.0]], requires_grad=True)], rng=random.Random(0))


def test_inputs_may_be_any_iterable():
    assert gradcheck(square, iter([Tensor([[0.5]], requires_grad=True)]))


def test_each_output_of_several_is_checked():
    x = Tensor([0.5, 2.0], requires_grad=True)
    assert gradcheck(lambda x: (x * 2, x * x), [x])
    with pytest.raises(GradcheckError):
        gradcheck(lambda x: (x * 2, x * x.detach()), [x])
