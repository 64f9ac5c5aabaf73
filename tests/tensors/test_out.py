"""``out=``: what PyTorch 2.13 does with the Tensor that is to have the result."""

import pickle
import warnings

import pytest

import backprop
from backprop import Tensor, add, arange, empty, mm, no_grad, ones, tensor, tensors, zeros


def test_out_has_the_result_and_is_returned():
    for shape in ((2,), (0,)):
        y = empty(shape)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert add(tensor([1.0, 2.0]), 1, out=y) is y and y.tolist() == [2.0, 3.0]
    base = zeros(4)
    backprop.mul(tensor([1.0, 2.0]), 3, out=base[:2])
    assert base.tolist() == [3.0, 6.0, 0.0, 0.0]
    mm(ones(2, 2), ones(2, 2), out=(square := zeros(2, 2)))
    assert square.tolist() == [[2.0, 2.0]] * 2
    values, indices = empty(2), empty(2, dtype=backprop.long)
    found = backprop.max(tensor([[1.0, 3.0], [5.0, 2.0]]), 1, out=(values, indices))
    assert found.values is values and found.indices is indices and indices.tolist() == [1, 0]


def test_out_of_another_shape_gets_that_of_the_result_with_a_warning():
    y = zeros(3)
    with pytest.warns(UserWarning, match=r"cat: out has the shape \[3\], and gets that of the result, \[4\]") as caught:
        backprop.cat([ones(2), zeros(2)], out=y)
    assert y.shape == (4,) and y.tolist() == [1.0, 1.0, 0.0, 0.0] and caught[0].filename == __file__
    with pytest.raises(RuntimeError, match="keeps its shape"):
        add(ones(3), 1, out=y[:2])


def test_out_keeps_its_dtype():
    assert add(ones(2), 1, out=zeros(2, dtype=backprop.double)).dtype is backprop.double
    assert zeros(2, out=ones(2, dtype=backprop.int64)).tolist() == [0, 0]
    assert backprop.sum(ones(2), out=tensor(0)).dtype is backprop.int64
    assert arange(3, out=empty(0)).dtype is backprop.float32
    for out in (zeros(2, dtype=backprop.int64), zeros(0, dtype=backprop.int64)):
        with pytest.raises(RuntimeError, match="add: result type .* can't be cast to the desired output type"):
            add(ones(2), 1.5, out=out)


def test_no_gradient_goes_through_out():
    x = ones(2, requires_grad=True)
    for arguments, out in (((x, 1), zeros(2)), ((zeros(2), 1), x)):
        with pytest.raises(RuntimeError, match="add: there is no gradient through out="):
            add(*arguments, out=out)
    with no_grad():
        assert add(zeros(2), 5, out=x) is x and x.requires_grad and x.tolist() == [5.0, 5.0]


def test_what_cannot_be_out_is_refused():
    with pytest.raises(TypeError, match="add: out is a Tensor, got 3"):
        add(ones(2), 1, out=3)
    with pytest.raises(TypeError, match="sort: out is a tuple of 2 Tensors, got tensor"):
        backprop.sort(ones(2), out=ones(2))
    with pytest.raises(TypeError, match="out"):
        Tensor([1.0]).add(1, out=ones(1))


@pytest.mark.parametrize("name", tensors.__all__)
def test_the_functions_are_those_that_pickle_finds(name):
    function = getattr(tensors, name)
    assert pickle.loads(pickle.dumps(function)) is function and getattr(backprop, name) is function


def test_a_warning_is_at_the_line_that_calls_the_function():
    for call in (lambda: backprop.std(ones(1)), lambda: ones(1).std(), lambda: backprop.softmax(ones(2), None)):
        with pytest.warns(UserWarning) as caught:
            call()
        assert caught[0].filename == __file__
