"""Dropout: numbers set to zero at random, so that no unit can rely on another."""

from __future__ import annotations

import random
from math import prod

from backprop.autograd import Tensor, TensorLike, as_tensor, constant
from backprop.autograd.operation import composed
from backprop.matrix import trusted
from backprop.nn.functional.rectifiers import SELU_ALPHA, SELU_SCALE
from backprop.nn.functional.windows import Sizes
from backprop.numbers import math
from backprop.sampling import dropout_mask
from backprop.tensors.in_place import assign
from backprop.validation import ArgumentError, check_bool, check_number, warn


@composed
def dropout(
    input: TensorLike,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor:
    """y = m·x,  ∂L/∂x = m·∂L/∂y, where m is 0 with probability p and else 1/(1 − p): the mean of y is x.

    Unless ``training`` y is the input itself. The random numbers come from ``rng``. With p = 1 nothing is left. Scaling
    in training leaves nothing to do afterwards ("inverted" dropout). With ``inplace`` x itself becomes y. Srivastava et al.,
    "Dropout: A Simple Way to Prevent Neural Networks from Overfitting" (2014).

    Raises ValueError for a p outside of 0 to 1.

    >>> from backprop import Generator
    >>> dropout(Tensor([[1.0, 2.0, 3.0, 4.0]]), 0.5, rng=Generator().manual_seed(4))
    tensor([[2., 0., 6., 0.]])
    """
    x = as_tensor(input, "dropout")
    return _masked("dropout", x, tuple(x.shape), p, training, inplace, rng)


@composed
def dropout1d(
    input: TensorLike,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor:
    """y = m·x,  ∂L/∂x = m·∂L/∂y, as ``dropout2d`` for sequences, (N, C, L) or (C, L)."""
    x = as_tensor(input, "dropout1d")
    axes = len(x.shape)
    if axes not in (2, 3):
        raise ArgumentError(f"dropout1d: input is (N, C, L) or (C, L), got the shape {list(x.shape)}")
    return _channels_masked("dropout1d", x, axes - 1, p, training, inplace, rng)


@composed
def dropout2d(
    input: TensorLike,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor:
    """y = m·x,  ∂L/∂x = m·∂L/∂y, where m is 0 for whole channels of (N, C, H, W) with probability p and else 1/(1 − p):
    neighbouring pixels say the same, so that dropping single ones hides nothing. As in PyTorch any input of two axes or more is (N, C, …), with a UserWarning unless it has four; one of three
    axes is (N, C, L).

    Tompson et al., "Efficient Object Localization Using Convolutional Networks" (2015).

    >>> dropout2d(Tensor([[[[1.0, 2.0]], [[3.0, 4.0]]]]), 0.5, rng=random.Random(1))
    tensor([[[[2., 4.]],
    <BLANKLINE>
             [[0., 0.]]]])
    """
    x = as_tensor(input, "dropout2d")
    axes = len(x.shape)
    if axes == 3:
        warn(
            "dropout2d: an input of 3 axes is taken for (N, C, L), as PyTorch takes it, and not for (C, H, W); write "
            "dropout1d, or give a batch of one, x[None]"
        )
    elif axes != 4:
        _warn_of_axes("dropout2d", 2, axes)
    if axes < 2 and training and p > 0:
        raise ArgumentError(f"dropout2d: input is (N, C, H, W), got the shape {list(x.shape)}")
    return _channels_masked("dropout2d", x, 2, p, training, inplace, rng)


@composed
def dropout3d(
    input: TensorLike,
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor:
    """y = m·x,  ∂L/∂x = m·∂L/∂y, as ``dropout2d`` for volumes, (N, C, D, H, W) or (C, D, H, W)."""
    x = as_tensor(input, "dropout3d")
    axes = len(x.shape)
    if axes not in (4, 5):
        _warn_of_axes("dropout3d", 3, axes)
    return _channels_masked("dropout3d", x, 2 if axes == 5 else 1, p, training, inplace, rng)


@composed
def alpha_dropout(
    input: TensorLike,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor:
    """y = a·(z − p·l), where z is x, or with probability p the limit l = −1.7580993408473766 of SELU far below 0, and
    a = 1/√((l²·p + 1)·(1 − p)): mean 0 and variance 1 stay what they are.

    Klambauer et al., "Self-Normalizing Neural Networks" (2017). As in PyTorch it drops only if told to.

    >>> from backprop import Generator
    >>> alpha_dropout(Tensor([1.0, 2.0, 3.0, 4.0]), 0.5, True, rng=Generator().manual_seed(4))
    tensor([ 1.6656, -0.7792,  3.4384, -0.7792])
    """
    x = as_tensor(input, "alpha_dropout")
    return _self_normalized("alpha_dropout", x, tuple(x.shape), p, training, inplace, rng)


@composed
def feature_alpha_dropout(
    input: TensorLike,
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    *,
    rng: random.Random | None = None,
) -> Tensor:
    """``alpha_dropout`` of whole channels of (N, C, …)."""
    name = "feature_alpha_dropout"
    x = as_tensor(input, name)
    if len(x.shape) < 2 and training and p > 0:
        raise ArgumentError(f"{name}: input is (N, C, …), got the shape {list(x.shape)}")
    return _self_normalized(name, x, (*x.shape[:2], *[1] * (len(x.shape) - 2)), p, training, inplace, rng)


def _self_normalized(
    name: str, x: Tensor, shape: Sizes, p: float, training: bool, inplace: bool, rng: random.Random | None
) -> Tensor:
    check_number(name, "p", p, 0, 1)
    check_bool(name, training=training, inplace=inplace)
    if not training or p == 0:
        return x
    kept = constant(trusted([[float(m > 0.0) for m in dropout_mask(prod(shape), p, rng=rng)]]), shape)
    if p == 1:
        return _result(name, x, x * kept, inplace)
    low = -SELU_SCALE * SELU_ALPHA
    a = 1.0 / math.sqrt((low * low * p + 1.0) * (1.0 - p))
    return _result(name, x, (x * kept + (1.0 - kept) * low - low * p) * a, inplace)


def _warn_of_axes(name: str, spatial: int, axes: int) -> None:
    warn(
        f"{name}: input has {spatial} axes after the channels, got one of {axes} axes, which PyTorch takes, too, but is to "
        "refuse; write dropout"
    )


def _channels_masked(
    name: str, x: Tensor, lead: int, p: float, training: bool, inplace: bool, rng: random.Random | None
) -> Tensor:
    """x times a mask of its ``lead`` axes in front."""
    return _masked(name, x, (*x.shape[:lead], *[1] * (len(x.shape) - lead)), p, training, inplace, rng)


def _masked(
    name: str, x: Tensor, shape: Sizes, p: float, training: bool, inplace: bool, rng: random.Random | None
) -> Tensor:
    """x times a mask of this shape, drawn in the order of its entries."""
    check_number(name, "p", p, 0, 1)
    check_bool(name, training=training, inplace=inplace)
    if not training or p == 0:
        return x
    return _result(name, x, x * constant(trusted([dropout_mask(prod(shape), p, rng=rng)]), shape), inplace)


def _result(name: str, x: Tensor, y: Tensor, inplace: bool) -> Tensor:
    return assign(x, y, f"{name}_") if inplace else y
