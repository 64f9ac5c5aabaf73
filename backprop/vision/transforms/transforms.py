"""Transforms of images, to be called and composed; those that are random draw as torchvision's do."""

from __future__ import annotations

from collections.abc import Sequence
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd import Tensor
from backprop.datasets.images.image import Image
from backprop.dtypes import DType
from backprop.nn import Module
from backprop.sampling import randint, uniform
from backprop.validation import check_number
from backprop.vision.transforms import functional as F


class Compose:
    """One transform after the other.

    >>> Compose([ToTensor(), Normalize((0.5,), (0.5,))])
    Compose(
        ToTensor()
        Normalize(mean=(0.5,), std=(0.5,))
    )
    """

    def __init__(self, transforms: Sequence[Callable[[Any], Any]]) -> None:
        self.transforms = transforms

    def __call__(self, img: Any) -> Any:
        for transform in self.transforms:
            img = transform(img)
        return img

    def __repr__(self) -> str:
        lines = [f"    {transform}\n" for transform in self.transforms]
        return f"{type(self).__name__}(\n{''.join(lines)})"


class Lambda:
    """A function as a transform."""

    def __init__(self, lambd: Callable[[Any], Any]) -> None:
        if not callable(lambd):
            raise TypeError(f"Lambda: lambd is a function, got {short(lambd)}")
        self.lambd = lambd

    def __call__(self, img: Any) -> Any:
        return self.lambd(img)

    def __repr__(self) -> str:
        return "Lambda()"


class _Transform(Module):
    """A transform that shows its settings, those that are ``shown``."""

    shown: tuple[str, ...] = ()

    def __repr__(self) -> str:
        settings = [f"{name}={getattr(self, name)}" for name in self.shown]
        return f"{type(self).__name__}({', '.join(settings)})"


class ToTensor(_Transform):
    """An image as a Tensor (channels, height, width) of numbers from 0 to 1, see ``functional.to_tensor``."""

    def forward(self, pic: Any) -> Tensor:
        return F.to_tensor(pic)


class PILToTensor(_Transform):
    """An image as a Tensor of its bytes."""

    def forward(self, pic: Image) -> Tensor:
        return F.pil_to_tensor(pic)


class ToPILImage(_Transform):
    """A Tensor (channels, height, width) as an image."""

    def forward(self, pic: Tensor) -> Image:
        return F.to_pil_image(pic)


class ConvertImageDtype(_Transform):
    """The numbers of an image in another dtype, scaled to its range."""

    def __init__(self, dtype: DType) -> None:
        super().__init__()
        self.dtype = dtype

    def forward(self, image: Tensor) -> Tensor:
        return F.convert_image_dtype(image, self.dtype)


class Normalize(_Transform):
    """(x − mean)/std with a mean and a std for each channel."""

    shown = ("mean", "std")

    def __init__(self, mean: Any, std: Any, inplace: bool = False) -> None:
        super().__init__()
        self.mean, self.std, self.inplace = mean, std, inplace

    def forward(self, tensor: Tensor) -> Tensor:
        return F.normalize(tensor, self.mean, self.std, self.inplace)


class CenterCrop(_Transform):
    """The middle of an image, (height, width) or a square."""

    shown = ("size",)

    def __init__(self, size: Any) -> None:
        super().__init__()
        self.size = F.size_of("CenterCrop", size)

    def forward(self, img: Any) -> Any:
        return F.center_crop(img, self.size)


class Pad(_Transform):
    """More pixels around an image, see ``functional.pad``."""

    shown = ("padding", "fill", "padding_mode")

    def __init__(self, padding: Any, fill: float = 0, padding_mode: str = "constant") -> None:
        super().__init__()
        self.padding, self.fill, self.padding_mode = padding, fill, padding_mode

    def forward(self, img: Any) -> Any:
        return F.pad(img, self.padding, self.fill, self.padding_mode)


class RandomCrop(_Transform):
    """A part of the image at a random place, after ``padding`` it; with ``pad_if_needed`` also where it is too small.

    Raises ValueError where the part is larger than the image.
    """

    shown = ("size", "padding")

    def __init__(
        self,
        size: Any,
        padding: Any = None,
        pad_if_needed: bool = False,
        fill: float = 0,
        padding_mode: str = "constant",
    ) -> None:
        super().__init__()
        self.size, self.padding = F.size_of("RandomCrop", size), padding
        self.pad_if_needed, self.fill, self.padding_mode = pad_if_needed, fill, padding_mode

    def forward(self, img: Any) -> Any:
        (height, width), filling = self.size, (self.fill, self.padding_mode)
        if self.padding is not None:
            img = F.pad(img, self.padding, *filling)
        h, w = F.dimensions("RandomCrop", img)
        if self.pad_if_needed and (w < width or h < height):
            img = F.pad(img, (max(width - w, 0), max(height - h, 0)), *filling)
            h, w = F.dimensions("RandomCrop", img)
        if h < height or w < width:
            raise ValueError(f"RandomCrop: the size {self.size} is larger than the image, {(h, w)}")
        if (h, w) == self.size:
            return img
        (top,), (left,) = randint(1, 0, h - height + 1), randint(1, 0, w - width + 1)
        return F.crop(img, top, left, height, width)


class _RandomFlip(_Transform):
    shown = ("p",)

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        check_number(type(self).__name__, "p", p, 0, 1)
        self.p = p

    def forward(self, img: Any) -> Any:
        return self.flip(img) if uniform(1)[0] < self.p else img

    @staticmethod
    def flip(img: Any) -> Any:
        raise NotImplementedError


class RandomHorizontalFlip(_RandomFlip):
    """Left and right exchanged, with the probability ``p``."""

    flip = staticmethod(F.hflip)


class RandomVerticalFlip(_RandomFlip):
    """Top and bottom exchanged, with the probability ``p``."""

    flip = staticmethod(F.vflip)
