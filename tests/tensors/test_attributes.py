"""What a Tensor tells of itself: where it is, how its entries lie, what it holds."""

import math

import pytest

import backprop
from backprop import Tensor, tensor


def test_where_it_is():
    x = tensor([[1.0, 2.0, 3.0]])
    assert x.is_cpu and not (x.is_cuda or x.is_mps or x.is_meta or x.is_sparse or x.is_quantized or x.is_nested)
    assert not any((x.is_ipu, x.is_maia, x.is_mkldnn, x.is_mtia, x.is_sparse_csr, x.is_vulkan, x.is_xla, x.is_xpu))
    assert x.get_device() == -1 and x.layout is backprop.strided and not x.is_pinned() and x.share_memory_() is x
    assert x.to(memory_format=backprop.channels_last) is x is x.contiguous(memory_format=backprop.contiguous_format)
    with pytest.raises(RuntimeError, match="pin_memory: there is no graphics card"):
        x.pin_memory()


def test_how_its_entries_lie():
    x = backprop.zeros(2, 3, 4)
    assert x.stride() == (12, 4, 1) and x.stride(-2) == 4 and x.storage_offset() == 0 and x.ndimension() == 3
    assert (x.itemsize, x.nbytes, tensor([True]).nbytes) == (4, 96, 1)
    view = x[0].view(-1)[:2]
    assert view.data_ptr() == x.data_ptr() == x.detach().data_ptr() != x.clone().data_ptr()


def test_the_truth_of_a_single_entry_and_the_signs_of_a_dtype():
    assert backprop.is_nonzero(tensor([2.0])) and not tensor(0).is_nonzero()
    with pytest.raises(RuntimeError):
        tensor([1.0, 2.0]).is_nonzero()
    assert tensor(1).is_signed() and not tensor(True).is_signed() and not tensor(1, dtype=backprop.uint8).is_signed()
    assert backprop.is_same_size(backprop.zeros(2, 1), backprop.ones(2, 1)) and not tensor(1).is_same_size(tensor([1]))
    x = Tensor([1.0], requires_grad=True)
    assert not backprop.detach(x * 2).requires_grad


def test_entries_through_a_function_of_ones_own():
    x = tensor([[1.0, 4.0], [9.0, 16.0]])
    view = x[1]
    assert view.apply_(math.sqrt) is view and x.tolist() == [[1.0, 4.0], [3.0, 4.0]]
    assert x.map_(tensor([10.0, 20.0]), lambda a, b: a + b).tolist() == [[11.0, 24.0], [13.0, 24.0]]
    assert tensor([1, 2]).apply_(lambda n: n / 2).tolist() == [0, 1]
    with pytest.raises(RuntimeError, match="map_ and apply_ know no derivative"):
        Tensor([1.0], requires_grad=True).apply_(abs)


def test_fill_and_scatter_as_new_tensors():
    x, value = Tensor([1.0, 2.0], requires_grad=True), Tensor(3.0, requires_grad=True)
    y = backprop.fill(x, value)
    y.sum().backward()
    assert (
        x.tolist() == [1.0, 2.0]
        and y.tolist() == [3.0, 3.0]
        and (x.grad.tolist(), value.grad.item()) == ([0.0, 0.0], 2.0)
    )
    src = Tensor([5.0, 6.0], requires_grad=True)
    y = backprop.as_strided_scatter(x, src, (2,), (1,))
    y.backward(Tensor([10.0, 20.0]))
    assert y.tolist() == [5.0, 6.0] and src.grad.tolist() == [10.0, 20.0]
    x = Tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    backprop.as_strided_scatter(x, src, (2,), (2,), 1).backward(Tensor([10.0, 20.0, 30.0, 40.0]))
    assert x.grad.tolist() == [10.0, 0.0, 30.0, 0.0]  # of the entries that stay; PyTorch 2.13 gives [0, 20, 0, 40]


OTHER_NAMES = {
    "absolute": "abs", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin", "arcsinh": "asinh", "arctan": "atan",
    "arctan2": "atan2", "arctanh": "atanh", "divide": "div", "fix": "trunc", "ger": "outer", "greater": "gt",
    "greater_equal": "ge", "less": "lt", "less_equal": "le", "multiply": "mul", "negative": "neg", "not_equal": "ne",
    "subtract": "sub",
}  # fmt: skip


def test_other_names_are_the_same_functions():
    for name, own in OTHER_NAMES.items():
        assert getattr(backprop, name) is getattr(backprop, own)
        assert getattr(Tensor, name).__name__ == getattr(Tensor, own).__name__
    assert tensor([3.0]).multiply_(2).subtract_(1).tolist() == [5.0]
    assert "AtanBackward0" in repr(Tensor([2.0], requires_grad=True).arctan())
    for name in ["conv2d", "dropout", "layer_norm", "max_pool2d", "pixel_shuffle", "prelu", "selu"]:
        assert getattr(backprop, name) is getattr(backprop.nn.functional, name)


def test_constants():
    assert (backprop.pi, backprop.e, backprop.inf, backprop.newaxis) == (math.pi, math.e, math.inf, None)
    assert math.isnan(backprop.nan)


def test_what_has_a_graph_may_be_asked_to_require_a_gradient():
    """As in PyTorch, where solvers of differential equations do so with the state of each step."""
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    assert y.requires_grad_() is y and not y.is_leaf and x[0].requires_grad_(True).grad_fn is not None
    y.sum().backward()
    assert x.grad.tolist() == [2.0, 2.0]
