"""Casts, devices and the small methods of Tensor."""

import copy
import math
import pickle
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

import backprop
from backprop import Tensor
from tests.tensors.entrywise import nested

CASTS = {
    "float": ("float32", [0.0, -1.5, 300.0]),
    "double": ("float64", [0.0, -1.5, 300.0]),
    "long": ("int64", [0, -1, 300]),
    "int": ("int32", [0, -1, 300]),
    "short": ("int16", [0, -1, 300]),
    "char": ("int8", [0, -1, 44]),
    "byte": ("uint8", [0, 255, 44]),
    "bool": ("bool", [False, True, True]),
}


@pytest.mark.parametrize("name", CASTS)
def test_a_cast_makes_numbers_of_the_dtype(name):
    """Ints that are too large wrap around, as PyTorch 2.13's do."""
    dtype, expected = CASTS[name]
    x = Tensor([0.0, -1.5, 300.0])
    y = getattr(x, name)()
    assert (y.dtype.name, y.tolist()) == (dtype, expected)
    assert {*map(type, y.tolist())} == {type(expected[0])}
    assert y.shape == x.shape and getattr(y, name)() is y
    assert x.to(y.dtype).tolist() == x.type_as(y).tolist() == x.to(y).tolist() == x.type(y.dtype).tolist() == expected
    assert y.float().tolist() == list(map(float, expected))


@given(st.lists(st.integers(1, 3), max_size=5))
def test_a_cast_keeps_the_shape(shape):
    x = Tensor(nested(shape, iter(lambda: 2.5, None)))
    assert x.long().shape == x.double().shape == tuple(shape) and x.long().sum().item() == 2 * x.numel()


def test_between_floating_dtypes_the_graph_goes_on_and_to_ints_it_ends():
    x = Tensor([1.5, 2.5], requires_grad=True)
    (x.double() * 2).sum().backward()
    assert x.grad.tolist() == [2.0, 2.0] and x.grad.dtype is backprop.float32 and x.double().dtype is backprop.float64
    assert not x.long().requires_grad and not x.long().float().requires_grad


def test_to_a_device():
    x = Tensor([1.0])
    assert x.to("cpu") is x.cpu() is x.to(backprop.device("cpu")) is x.to(device="cpu:0") is x
    assert x.to("cpu", backprop.int64).dtype is backprop.int64
    assert x.to("cpu", copy=True) is not x and x.to("cpu", copy=True).tolist() == [1.0]
    assert x.device == backprop.device("cpu") and str(x.device) == "cpu" and repr(x.device) == "device(type='cpu')"
    assert not backprop.cuda.is_available() and backprop.cuda.device_count() == 0
    assert len({backprop.device("cpu"), backprop.device("cpu"), backprop.device("cpu:0")}) == 2
    assert pickle.loads(pickle.dumps(x.device)) == copy.deepcopy(x.device) == x.device


@pytest.mark.parametrize(
    "ask", [lambda x: x.to("cuda"), lambda x: x.cuda(), lambda x: x.to(0), lambda x: backprop.device("cuda:0")]
)
def test_another_device_is_refused(ask):
    with pytest.raises(RuntimeError, match="there is no device 'cuda.*: all is computed on the CPU"):
        ask(Tensor([1.0]))


def test_half_precision_is_refused():
    for name in ("half", "bfloat16"):
        with pytest.raises(NotImplementedError, match="there are no 16 bit floats here"):
            getattr(Tensor([1.0]), name)()


def test_the_name_of_the_tensor_type():
    x = Tensor([1.0])
    assert [x.type(), x.double().type(), x.long().type(), x.bool().type()] == [
        "torch.FloatTensor", "torch.DoubleTensor", "torch.LongTensor", "torch.BoolTensor",
    ]  # fmt: skip


def test_sizes():
    x = Tensor([[[1.0, 2.0]], [[3.0, 4.0]], [[5.0, 6.0]]])
    assert x.size() == (3, 1, 2) and [x.size(0), x.size(-1)] == [3, 2]
    assert [x.dim(), x.ndim, x.numel(), x.nelement(), backprop.numel(x)] == [3, 3, 6, 6, 6]
    assert [Tensor(1.0).dim(), Tensor(1.0).numel()] == [0, 1]
    assert [x.element_size(), x.double().element_size(), x.bool().element_size()] == [4, 8, 1]
    assert x.is_floating_point() and not x.long().is_floating_point() and not backprop.is_complex(x)
    assert x.contiguous() is x and x.is_contiguous() and backprop.is_tensor(x) and not backprop.is_tensor([1.0])
    with pytest.raises(IndexError, match="size: dim is an int from -3 to 2 for a tensor of 3 axes, got 3"):
        x.size(3)


def test_a_clone_has_the_value_and_passes_the_gradient_on():
    x = Tensor([[1.0, 2.0]], requires_grad=True)
    y = x.clone()
    y.sum().backward()
    assert y is not x and y.tolist() == x.tolist() and x.grad.tolist() == [[1.0, 1.0]] and y.grad_fn.called == "clone"


def test_a_graph_begins_and_ends_in_place():
    x = Tensor([1.0])
    assert x.requires_grad_() is x and x.requires_grad and not x.requires_grad_(False).requires_grad
    y = x.requires_grad_() * 2
    assert y.detach_() is y and y.is_leaf and not y.requires_grad
    with pytest.raises(RuntimeError, match="only Tensors of floating point dtype can require gradients"):
        Tensor([1.0]).long().requires_grad_()


def test_an_array_of_numpy():
    numpy = pytest.importorskip("numpy")
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert (
        x.numpy().tolist() == x.tolist() and x.numpy().dtype == numpy.float32 and x.long().numpy().dtype == numpy.int64
    )
    with pytest.raises(RuntimeError, match=r"can't call numpy\(\) on Tensor that requires grad"):
        x.requires_grad_().numpy()


@pytest.mark.parametrize(
    ("dtype", "wrapped"),
    [
        (backprop.int8, [44, -44, 112, 0, 0, 0, 0]),
        (backprop.uint8, [44, 212, 112, 0, 0, 0, 0]),
        (backprop.int16, [300, -300, 4464, 0, 0, 0, 0]),
        (backprop.int32, [300, -300, 70000, -(2**31), -(2**31), -(2**31), -(2**31)]),
        (backprop.int64, [300, -300, 70000, 3_000_000_000, -(2**63), -(2**63), -(2**63)]),
    ],
)
def test_floats_beyond_the_ints_of_a_dtype(dtype, wrapped):
    """PyTorch 2.13's ints, on x86-64."""
    assert Tensor([300.0, -300.0, 70000.0, 3e9, 1e19, math.nan, -math.inf]).to(dtype).tolist() == wrapped


def test_nan_and_infinity_as_bools_and_floats():
    x = Tensor([math.nan, math.inf])
    assert x.bool().tolist() == [True, True] and repr(x.double().tolist()) == "[nan, inf]"


def test_the_limits_of_dtypes_are_those_of_pytorch():
    """Printed by PyTorch 2.13."""
    printed = (
        "finfo(resolution=1e-06, min=-3.40282e+38, max=3.40282e+38, eps=1.19209e-07, smallest_normal=1.17549e-38,"
        " tiny=1.17549e-38, dtype=float32)\n"
        "finfo(resolution=1e-15, min=-1.79769e+308, max=1.79769e+308, eps=2.22045e-16, smallest_normal=2.22507e-308,"
        " tiny=2.22507e-308, dtype=float64)"
    )
    assert f"{backprop.finfo()}\n{backprop.finfo(backprop.float64)}" == printed
    limits = backprop.finfo(backprop.float64)
    found = (limits.min, limits.max, limits.eps, limits.tiny, limits.bits)
    assert found == (-sys.float_info.max, sys.float_info.max, sys.float_info.epsilon, sys.float_info.min, 64)
    assert backprop.finfo(backprop.float32).max == 3.4028234663852886e38
    assert repr(backprop.iinfo(backprop.int32)) == "iinfo(min=-2147483648, max=2147483647, dtype=int32)"
    assert (backprop.iinfo(backprop.uint8).max, backprop.iinfo(backprop.int64).bits) == (255, 64)
    for refused in (lambda: backprop.finfo(backprop.int64), lambda: backprop.iinfo(backprop.float32)):
        with pytest.raises(TypeError, match="the dtype is"):
            refused()
