"""Resampling and folding as modules: images made larger or smaller, pixels moved between channels, patches as columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backprop.autograd import Tensor, TensorLike
from backprop.nn.functional.folding import check_patches, fold, unfold
from backprop.nn.functional.resampling import (
    MODES,
    Scale,
    channel_shuffle,
    interpolate,
    pixel_shuffle,
    pixel_unshuffle,
)
from backprop.nn.functional.windows import Setting, sizes
from backprop.nn.module import Module
from backprop.validation import check_bool, check_choice, check_number, check_positive_int


class Upsample(Module):
    """The image with ``size`` pixels along each axis, or ``scale_factor`` times as many: ``functional.interpolate``.

    >>> Upsample(scale_factor=2)(Tensor([[[1.0, 2.0]]]))
    tensor([[[1., 1., 2., 2.]]])
    """

    def __init__(
        self,
        size: int | Sequence[int] | None = None,
        scale_factor: Scale = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        name = self._get_name()
        check_choice(name, "mode", mode, MODES)
        for n in _several(size):
            check_positive_int(name, size=n)
        for scale in _several(scale_factor):
            check_number(name, "scale_factor", scale, above=0)
        switches = {"align_corners": align_corners, "recompute_scale_factor": recompute_scale_factor}
        check_bool(name, **{setting: value for setting, value in switches.items() if value is not None})
        self.size, self.scale_factor, self.mode = size, scale_factor, mode
        self.align_corners, self.recompute_scale_factor = align_corners, recompute_scale_factor

    def forward(self, input: TensorLike) -> Tensor:
        return interpolate(
            input, self.size, self.scale_factor, self.mode, self.align_corners, self.recompute_scale_factor
        )

    def extra_repr(self) -> str:
        own = f"size={self.size}" if self.scale_factor is None else f"scale_factor={_floats(self.scale_factor)}"
        return f"{own}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """Upsample with mode "nearest"."""

    def __init__(self, size: int | Sequence[int] | None = None, scale_factor: Scale = None) -> None:
        super().__init__(size, scale_factor)


class UpsamplingBilinear2d(Upsample):
    """Upsample with mode "bilinear" and aligned corners."""

    def __init__(self, size: int | Sequence[int] | None = None, scale_factor: Scale = None) -> None:
        super().__init__(size, scale_factor, "bilinear", True)


class PixelShuffle(Module):
    """(…, C·r², H, W) becomes (…, C, H·r, W·r), r = ``upscale_factor``.

    Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural
    Network" (2016).
    """

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        check_positive_int(self._get_name(), upscale_factor=upscale_factor)
        self.upscale_factor = upscale_factor

    def forward(self, input: TensorLike) -> Tensor:
        return pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """(…, C, H·r, W·r) becomes (…, C·r², H, W), r = ``downscale_factor``."""

    def __init__(self, downscale_factor: int) -> None:
        super().__init__()
        check_positive_int(self._get_name(), downscale_factor=downscale_factor)
        self.downscale_factor = downscale_factor

    def forward(self, input: TensorLike) -> Tensor:
        return pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """The channels of all ``groups`` in turn.

    Zhang et al., "ShuffleNet: An Extremely Efficient Convolutional Neural Network for Mobile Devices" (2018).
    """

    def __init__(self, groups: int) -> None:
        super().__init__()
        check_positive_int(self._get_name(), groups=groups)
        self.groups = groups

    def forward(self, input: TensorLike) -> Tensor:
        return channel_shuffle(input, self.groups)

    def extra_repr(self) -> str:
        return f"groups={self.groups}"


class Unfold(Module):
    """The patches of an image as columns: ``functional.unfold``."""

    def __init__(self, kernel_size: Setting, dilation: Setting = 1, padding: Setting = 0, stride: Setting = 1) -> None:
        super().__init__()
        check_patches(self._get_name(), kernel_size, dilation, padding, stride)
        self.kernel_size, self.dilation, self.padding, self.stride = kernel_size, dilation, padding, stride

    def forward(self, input: TensorLike) -> Tensor:
        return unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}"


class Fold(Module):
    """Columns added up to an image again: ``functional.fold``."""

    def __init__(
        self,
        output_size: Setting,
        kernel_size: Setting,
        dilation: Setting = 1,
        padding: Setting = 0,
        stride: Setting = 1,
    ) -> None:
        super().__init__()
        sizes(self._get_name(), "output_size", output_size, 1)
        check_patches(self._get_name(), kernel_size, dilation, padding, stride)
        self.output_size, self.kernel_size = output_size, kernel_size
        self.dilation, self.padding, self.stride = dilation, padding, stride

    def forward(self, input: TensorLike) -> Tensor:
        return fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        return (
            f"output_size={self.output_size}, kernel_size={self.kernel_size}, dilation={self.dilation}, "
            f"padding={self.padding}, stride={self.stride}"
        )


def _several(value: Any) -> Sequence[Any]:
    """What a setting has for each axis, or for all; nothing where it is left out."""
    return () if value is None else value if isinstance(value, (tuple, list)) else (value,)


def _floats(scale: Any) -> Any:
    return tuple(map(float, scale)) if isinstance(scale, (tuple, list)) else float(scale)
