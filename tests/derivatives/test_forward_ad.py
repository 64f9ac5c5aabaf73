"""Dual Tensors, as in PyTorch's tutorial on forward mode."""

import pytest

import backprop as torch
from backprop import Tensor, nn
from backprop.autograd import Function
from backprop.autograd import forward_ad as fwAD


def test_a_tangent_goes_on_while_the_level_lasts():
    primal, tangent = Tensor([1.0, 2.0]), Tensor([1.0, 10.0])
    with fwAD.dual_level():
        dual = fwAD.make_dual(primal, tangent)
        assert fwAD.unpack_dual(dual).tangent is tangent  # as the tutorial asserts
        assert fwAD.unpack_dual(primal).tangent is None
        value, along = fwAD.unpack_dual((dual * dual).sum() + primal.sum())
        assert (value.item(), along.item()) == (8.0, 42.0) and not value.requires_grad and not along.requires_grad
    assert fwAD.unpack_dual(dual).tangent is None


def test_a_tangent_can_be_differentiated():
    """The tangent of x³ along e is 3x²·e, and its gradient 6x·e."""
    x = torch.tensor([2.0, 3.0], requires_grad=True)
    with fwAD.dual_level():
        along = fwAD.unpack_dual(fwAD.make_dual(x, Tensor([1.0, 10.0])) ** 3).tangent
    along.sum().backward()
    assert along.tolist() == [12.0, 270.0] and x.grad.tolist() == [12.0, 180.0]


def test_the_parameters_of_a_model_move():
    torch.manual_seed(0)
    model, x = nn.Linear(3, 2), torch.randn(4, 3)
    parameters = dict(model.named_parameters())
    tangents = {name: torch.randn(*p.shape) for name, p in parameters.items()}
    with fwAD.dual_level():
        for name, p in parameters.items():
            delattr(model, name)
            setattr(model, name, fwAD.make_dual(p, tangents[name]))
        along = fwAD.unpack_dual(model(x)).tangent
    assert torch.allclose(along, x @ tangents["weight"].T + tangents["bias"])


class Cube(Function):
    @staticmethod
    def forward(ctx, x, scale):
        ctx.x, ctx.scale = x, scale
        return scale * x**3, x + 1

    @staticmethod
    def jvp(ctx, along, _):
        factor = 3 * ctx.scale * ctx.x**2
        del ctx.x  # as in the tutorial
        return factor * along, None

    @staticmethod
    def backward(ctx, to_cube, to_sum):
        return 3 * ctx.scale * ctx.x**2 * to_cube + to_sum, None


def test_a_function_of_one_s_own():
    with fwAD.dual_level():
        cube, after = Cube.apply(fwAD.make_dual(Tensor([1.0, 2.0]), Tensor([1.0, 10.0])), 2.0)
        assert fwAD.unpack_dual(cube).tangent.tolist() == fwAD.unpack_dual(cube).tangent.tolist() == [6.0, 240.0]
        assert fwAD.unpack_dual(after).tangent.tolist() == [0.0, 0.0]


def test_what_is_refused():
    x = Tensor([1.0, 2.0])
    with pytest.raises(RuntimeError, match="within a level alone"):
        fwAD.make_dual(x, x)
    with fwAD.dual_level(), pytest.raises(RuntimeError, match="within no other"), fwAD.dual_level():
        pass
    with fwAD.dual_level(), pytest.raises(RuntimeError, match=r"the shape of the Tensor, \[2\], got \[1\]"):
        fwAD.make_dual(x, Tensor([1.0]))

    class Plain(Function):
        @staticmethod
        def forward(ctx, x):
            return x * 2

    with fwAD.dual_level(), pytest.raises(NotImplementedError, match=r"jvp\(ctx, \*tangents\) for forward mode"):
        fwAD.unpack_dual(Plain.apply(fwAD.make_dual(x, x)))
