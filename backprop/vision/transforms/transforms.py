"""Transforms of images, to be called and composed; those that are random draw as torchvision's do."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from reprlib import repr as short
from typing import Any, Callable

from backprop.autograd import Tensor
from backprop.datasets.images.image import Image
from backprop.dtypes import DType
from backprop.nn import Module
from backprop.sampling import randint, uniform
from backprop.validation import check_number
from backprop.vision.transforms import functional as F
from backprop.vision.transforms.resizing import InterpolationMode


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
        values = {name: getattr(self, name) for name in self.shown}
        settings = [f"{name}={getattr(value, 'value', value)}" for name, value in values.items()]
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


class Resize(_Transform):
    """An image of another size, (height, width), or of the shorter side, see ``functional.resize``.

    >>> Resize(32)
    Resize(size=32, interpolation=bilinear, max_size=None, antialias=True)
    """

    shown = ("size", "interpolation", "max_size", "antialias")

    def __init__(
        self,
        size: Any,
        interpolation: Any = InterpolationMode.BILINEAR,
        max_size: int | None = None,
        antialias: bool = True,
    ) -> None:
        super().__init__()
        F.size_of("Resize", size)
        self.size, self.interpolation, self.max_size, self.antialias = size, interpolation, max_size, antialias

    def forward(self, img: Any) -> Any:
        return F.resize(img, self.size, self.interpolation, self.max_size, self.antialias)


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


class RandomResizedCrop(_Transform):
    """A random part of the image, resized to ``size``: its share of the area is from ``scale``, its width/height from ``ratio``.

    Where ten tries do not fit, it is the middle. Szegedy et al., "Going Deeper with Convolutions" (2015).
    """

    def __init__(
        self,
        size: Any,
        scale: Sequence[float] = (0.08, 1.0),
        ratio: Sequence[float] = (3.0 / 4.0, 4.0 / 3.0),
        interpolation: Any = InterpolationMode.BILINEAR,
        antialias: bool = True,
    ) -> None:
        super().__init__()
        self.size, self.scale, self.ratio = F.size_of("RandomResizedCrop", size), scale, ratio
        self.interpolation, self.antialias = interpolation, antialias

    def forward(self, img: Any) -> Any:
        part = F.crop(img, *self._place(*F.dimensions("RandomResizedCrop", img)))
        return F.resize(part, self.size, self.interpolation, None, self.antialias)

    def _place(self, height: int, width: int) -> tuple[int, int, int, int]:
        """Top, left, height and width of the part."""
        low, high = map(log, self.ratio)
        for _ in range(10):
            area = height * width * uniform(1, *self.scale)[0]
            aspect = exp(uniform(1, low, high)[0])
            w, h = round(sqrt(area * aspect)), round(sqrt(area / aspect))
            if 0 < w <= width and 0 < h <= height:
                (top,), (left,) = randint(1, 0, height - h + 1), randint(1, 0, width - w + 1)
                return top, left, h, w
        least, most = min(self.ratio), max(self.ratio)
        w, h = min(width, round(height * most)), min(height, round(width / least))
        return (height - h) // 2, (width - w) // 2, h, w

    def __repr__(self) -> str:
        scale, ratio = (tuple(round(x, 4) for x in pair) for pair in (self.scale, self.ratio))
        mode = getattr(self.interpolation, "value", self.interpolation)
        return (
            f"RandomResizedCrop(size={self.size}, scale={scale}, ratio={ratio}, interpolation={mode}, "
            f"antialias={self.antialias})"
        )


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
