"""Lazy layers: the number of their inputs is that of the first input that they see."""

from __future__ import annotations

import inspect
import random
from collections.abc import Mapping
from typing import Any

from backprop.autograd import Size, Tensor, as_tensor
from backprop.nn.convolution import Conv1d, Conv2d, Conv3d, ConvTranspose1d, ConvTranspose2d, ConvTranspose3d
from backprop.nn.linear import Linear
from backprop.nn.module import Module
from backprop.nn.normalization import (
    BatchNorm1d,
    BatchNorm2d,
    BatchNorm3d,
    InstanceNorm1d,
    InstanceNorm2d,
    InstanceNorm3d,
)
from backprop.nn.parameters import Parameter
from backprop.validation import ArgumentError

_TRACKED = {"affine": True, "track_running_stats": True}


class UninitializedParameter(Parameter):
    """The Parameter of a lazy layer that has seen no input yet: the first one gives it its shape, RuntimeError before.

    >>> LazyLinear(2).weight
    <UninitializedParameter>
    """

    __slots__ = ()

    @property
    def shape(self) -> Size:
        """RuntimeError: it has none yet."""
        raise RuntimeError(
            "an uninitialized parameter has no shape yet; call the lazy layer with an input first, layer(input)"
        )

    def __repr__(self) -> str:
        return "<UninitializedParameter>"


class _Lazy(Module):
    """A layer that becomes one of the class ``becomes``, with all that it was made with, when it is first called."""

    becomes: Any
    axis = 1  # of the input, whose size is the first argument of that class
    size_name = "num_features"
    defaults: Mapping[str, Any] = {}  # where they are others than those of that class

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        _, *parameters = inspect.signature(cls.becomes).parameters.values()
        own = [p.replace(default=cls.defaults.get(p.name, p.default)) for p in parameters]
        cls.__signature__ = inspect.Signature(own)  # type: ignore[attr-defined]

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        bound = inspect.signature(type(self)).bind(*arguments, **settings)
        bound.apply_defaults()
        settings = bound.arguments
        # Made for a size that will be another one, from a generator of its own: PyTorch draws nothing here.
        own = {"rng": random.Random(0)} if "rng" in settings else {}
        self.becomes.__init__(self, settings.get("groups", 1), **{**settings, **own})
        for name, parameter in self.named_parameters():
            setattr(self, name, UninitializedParameter(requires_grad=parameter.requires_grad))
        setattr(self, self.size_name, 0)
        self._made_with = settings

    def forward(self, input: Any, *others: Any) -> Tensor:
        x = as_tensor(input, self._get_name())
        axis = self.axis if self.axis >= 0 else len(x.shape) + self.axis
        if not 0 <= axis < len(x.shape):
            raise ArgumentError(f"{self._get_name()}: input has more axes, got the shape {list(x.shape)}")
        made = self.becomes(x.shape[axis], **self.__dict__.pop("_made_with"))
        for name, value in made.__dict__.items():
            before = self.__dict__.get(name)
            if isinstance(before, UninitializedParameter):  # which an optimizer may know already
                before.__class__ = Parameter  # type: ignore[assignment]
                before.__setstate__((*value.__getstate__()[:3], before._requires_grad, None))
            elif name not in ("training", "_hooks"):
                object.__setattr__(self, name, value)
        self.__class__ = self.becomes
        return self.forward(x, *others)


class LazyLinear(_Lazy, Linear):
    """``Linear`` whose in_features is the size of the last axis of its first input, which makes it a Linear.

    >>> layer = LazyLinear(2)
    >>> layer
    LazyLinear(in_features=0, out_features=2, bias=True)
    >>> layer(Tensor([[1.0, 2.0, 3.0]])).shape, layer.weight.shape, type(layer).__name__
    (torch.Size([1, 2]), torch.Size([2, 3]), 'Linear')
    """

    becomes, axis, size_name = Linear, -1, "in_features"


class LazyConv1d(_Lazy, Conv1d):
    """``Conv1d`` whose in_channels is that of its first input, which makes it a Conv1d."""

    becomes, axis, size_name = Conv1d, -2, "in_channels"


class LazyConv2d(_Lazy, Conv2d):
    """``Conv2d`` whose in_channels is that of its first input, which makes it a Conv2d."""

    becomes, axis, size_name = Conv2d, -3, "in_channels"


class LazyConv3d(_Lazy, Conv3d):
    """``Conv3d`` whose in_channels is that of its first input, which makes it a Conv3d."""

    becomes, axis, size_name = Conv3d, -4, "in_channels"


class LazyConvTranspose1d(_Lazy, ConvTranspose1d):
    """``ConvTranspose1d`` whose in_channels is that of its first input, which makes it a ConvTranspose1d."""

    becomes, axis, size_name = ConvTranspose1d, -2, "in_channels"


class LazyConvTranspose2d(_Lazy, ConvTranspose2d):
    """``ConvTranspose2d`` whose in_channels is that of its first input, which makes it a ConvTranspose2d."""

    becomes, axis, size_name = ConvTranspose2d, -3, "in_channels"


class LazyConvTranspose3d(_Lazy, ConvTranspose3d):
    """``ConvTranspose3d`` whose in_channels is that of its first input, which makes it a ConvTranspose3d."""

    becomes, axis, size_name = ConvTranspose3d, -4, "in_channels"


class LazyBatchNorm1d(_Lazy, BatchNorm1d):
    """``BatchNorm1d`` whose num_features is the number of channels of its first input, which makes it a BatchNorm1d."""

    becomes = BatchNorm1d


class LazyBatchNorm2d(_Lazy, BatchNorm2d):
    """``BatchNorm2d`` whose num_features is the number of channels of its first input, which makes it a BatchNorm2d."""

    becomes = BatchNorm2d


class LazyBatchNorm3d(_Lazy, BatchNorm3d):
    """``BatchNorm3d`` whose num_features is the number of channels of its first input, which makes it a BatchNorm3d."""

    becomes = BatchNorm3d


class LazyInstanceNorm1d(_Lazy, InstanceNorm1d):
    """``InstanceNorm1d`` whose num_features is the number of channels of its first input, which makes it a InstanceNorm1d."""

    becomes, defaults = InstanceNorm1d, _TRACKED


class LazyInstanceNorm2d(_Lazy, InstanceNorm2d):
    """``InstanceNorm2d`` whose num_features is the number of channels of its first input, which makes it a InstanceNorm2d."""

    becomes, defaults = InstanceNorm2d, _TRACKED


class LazyInstanceNorm3d(_Lazy, InstanceNorm3d):
    """``InstanceNorm3d`` whose num_features is the number of channels of its first input, which makes it a InstanceNorm3d."""

    becomes, defaults = InstanceNorm3d, _TRACKED
