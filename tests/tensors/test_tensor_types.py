"""Tensors made by types and of sizes, as PyTorch's first programs make them, and the dtypes of results."""

import copy

import pytest

import backprop
from backprop import FloatTensor, LongTensor, Size, Tensor, tensor

TYPES = {
    "BoolTensor": backprop.bool,
    "ByteTensor": backprop.uint8,
    "CharTensor": backprop.int8,
    "DoubleTensor": backprop.float64,
    "FloatTensor": backprop.float32,
    "IntTensor": backprop.int32,
    "LongTensor": backprop.int64,
    "ShortTensor": backprop.int16,
}


@pytest.mark.parametrize("name", TYPES)
def test_each_type_makes_tensors_of_its_dtype(name):
    kind, dtype = getattr(backprop, name), TYPES[name]
    for x, shape in ((kind([1, 0]), (2,)), (kind(2, 3), (2, 3)), (kind(Size([4])), (4,)), (kind(), (0,))):
        assert x.dtype is dtype and x.shape == shape and isinstance(x, kind) and isinstance(x, Tensor)
        assert x.type() == f"torch.{name}"
    x = tensor([0.0, 2.5])
    assert x.type(kind).dtype is x.type(f"torch.{name}").dtype is x.type(dtype).dtype is dtype
    assert not isinstance(x, LongTensor) and isinstance(x, FloatTensor)


def test_what_a_type_refuses():
    with pytest.raises(TypeError, match="LongTensor: a Tensor of torch.int64 is needed, got one of torch.float32"):
        LongTensor(tensor([1.0]))
    with pytest.raises(TypeError, match="type: dtype is one as float32 or int64, got 'torch.FloatTensors'"):
        tensor([1.0]).type("torch.FloatTensors")
    with pytest.raises(ValueError, match="a size is an int from 0 up, got -1"):
        FloatTensor(2, -1)


def test_tensor_takes_sizes_data_or_another():
    assert Tensor(2, 3).shape == Tensor(Size([2, 3])).shape == (2, 3) and Tensor(4).shape == (4,)
    assert Tensor().shape == (0,) and Tensor((2, 3)).tolist() == [2.0, 3.0]
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = Tensor(x * 2)
    assert y.is_leaf and not y.requires_grad and y.tolist() == [2.0, 4.0]
    assert Tensor(3, requires_grad=True).item() == 3.0  # of one number, as the lessons write it
    assert backprop.ones(2).new(3).shape == (3,) and tensor([1]).new([2.0]).dtype is backprop.int64


# torch.promote_types(a, b) of PyTorch 2.13, where it is not the later one of the list that stands above.
KINDS = [backprop.bool, backprop.uint8, backprop.int8, backprop.int16, backprop.int32, backprop.int64]
KINDS += [backprop.float32, backprop.float64]


def test_promote_types():
    for i, a in enumerate(KINDS):
        for b in KINDS[i:]:
            expected = backprop.int16 if {a, b} == {backprop.uint8, backprop.int8} else b
            assert backprop.promote_types(a, b) is backprop.promote_types(b, a) is expected


def test_result_types_are_pytorchs():
    """torch.result_type of the same in PyTorch 2.13."""
    ints, one = tensor([1], dtype=backprop.int32), tensor(1, dtype=backprop.int32)
    for a, b, dtype in (
        (ints, 1.5, backprop.float32),
        (ints, 1, backprop.int32),
        (one, 1, backprop.int32),
        (one, 1.5, backprop.float32),
        (tensor([1.0]), tensor(1.0, dtype=backprop.float64), backprop.float32),
        (tensor([1], dtype=backprop.uint8), tensor(1.0, dtype=backprop.float64), backprop.float64),
        (tensor([True]), 1, backprop.int64),
        (1, 2.5, backprop.float32),
        (tensor([1]), tensor([1.0]), backprop.float32),
    ):
        assert backprop.result_type(a, b) is backprop.result_type(b, a) is dtype, (a, b)


def test_casts_to_a_higher_kind_are_allowed():
    assert [backprop.can_cast(backprop.int64, d) for d in KINDS] == [False] + [True] * 7
    assert [backprop.can_cast(backprop.float32, d) for d in KINDS] == [False] * 6 + [True] * 2


def test_half_precision_is_a_name_alone():
    assert backprop.half is backprop.float16 and backprop.bfloat16.is_floating_point
    assert copy.copy(backprop.float16) is backprop.float16 and isinstance(backprop.float16, backprop.dtype)
    for call in (lambda: tensor([1.0], dtype=backprop.float16), lambda: tensor([1.0]).to(backprop.bfloat16)):
        with pytest.raises(NotImplementedError, match="there are no 16 bit floats here; leave torch.b?float16 out"):
            call()
