"""Hooks see the gradient of a Tensor with its shape and its dtype."""

import pytest

import backprop as torch


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_loss_itself_keeps_and_shows_a_one_of_its_dtype(dtype):
    x = torch.tensor([1.0, 2.0], requires_grad=True, dtype=dtype)
    loss = (x * x).sum()
    seen = []
    loss.retain_grad()
    loss.register_hook(seen.append)
    loss.backward()
    for gradient in (loss.grad, seen[0]):
        assert (gradient.dtype, gradient.shape, repr(gradient.item())) == (dtype, (), "1.0")


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 3)])
def test_what_is_kept_adds_up_over_calls_in_its_shape(shape):
    x = torch.ones(shape, requires_grad=True)
    y = x * 2
    y.retain_grad()
    loss = y.sum()
    loss.backward(retain_graph=True)
    loss.backward()
    assert y.grad.shape == shape
    assert (y.grad == 2).all()


def test_what_is_kept_is_the_gradient_after_all_hooks():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    y.retain_grad()
    y.register_hook(lambda gradient: gradient * 10)
    (y * y).sum().backward()
    assert y.grad.tolist() == [40.0, 80.0] and x.grad.tolist() == [80.0, 160.0]
