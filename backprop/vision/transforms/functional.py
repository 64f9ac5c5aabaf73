"""Images as Tensors (channels, height, width), and what is done to either; a Tensor may have more axes in front."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from reprlib import repr as short
from typing import Any

from backprop import dtypes
from backprop.autograd import Tensor, constant
from backprop.datasets.images.image import Image, levels
from backprop.dtypes import DType, get_default_dtype
from backprop.matrix import flatten, trusted
from backprop.nn.functional import pad as pad_tensor
from backprop.tensors import as_tensor
from backprop.vision.transforms.resizing import InterpolationMode, resized_image, resized_tensor

_PILLOWS = {0: InterpolationMode.NEAREST, 2: InterpolationMode.BILINEAR, 3: InterpolationMode.BICUBIC}
_MODES = {"constant": "constant", "edge": "replicate", "reflect": "reflect"}


def to_tensor(pic: Any) -> Tensor:
    """An Image, or an array (height, width, channels), as a Tensor (channels, height, width); bytes become 0 to 1.

    >>> to_tensor(Image(trusted([[0.0, 1.0, 0.5, 0.25]]), 1, 2, 2))
    tensor([[[0.0000, 1.0000],
             [0.5000, 0.2500]]])
    """
    if isinstance(pic, Image):
        return constant(pic.pixels, (pic.channels, pic.height, pic.width), get_default_dtype())
    if isinstance(pic, Tensor) or not hasattr(pic, "__array__"):
        raise TypeError(f"to_tensor: pic is an image or an array, got {short(pic)}")
    x = as_tensor(pic)
    if len(x.shape) not in (2, 3):
        raise ValueError(f"to_tensor: pic has 2 axes or 3, got the shape {list(x.shape)}")
    x = x.unsqueeze(0) if len(x.shape) == 2 else x.permute(2, 0, 1)
    return x.to(get_default_dtype()).div(255) if x.dtype is dtypes.uint8 else x


def pil_to_tensor(pic: Image) -> Tensor:
    """An Image as a Tensor of its bytes."""
    if not isinstance(pic, Image):
        raise TypeError(f"pil_to_tensor: pic is an image, got {short(pic)}")
    return to_tensor(pic).mul(255).round().to(dtypes.uint8)


def to_pil_image(pic: Tensor) -> Image:
    """A Tensor (channels, height, width) or (height, width) as an Image: bytes as they are, floats times 255 and cut off.

    >>> to_pil_image(Tensor([[0.0, 1.0]])).getpixel((1, 0))
    255
    """
    if not isinstance(pic, Tensor):
        raise TypeError(f"to_pil_image: pic is a Tensor, got {short(pic)}")
    x = pic.unsqueeze(0) if len(pic.shape) == 2 else pic
    if len(x.shape) != 3 or not 1 <= x.shape[0] <= 4:
        raise ValueError(f"to_pil_image: pic is 1 to 4 channels of rows, got the shape {list(pic.shape)}")
    values = levels(255)
    samples = flatten((x.mul(255) if x.dtype.is_floating_point else x).to(dtypes.uint8)._matrix.rows)
    return Image(trusted([[values[sample] for sample in samples]]), *x.shape)


def normalize(tensor: Tensor, mean: Any, std: Any, inplace: bool = False) -> Tensor:
    """(x − mean)/std, channel by channel.

    Raises TypeError for an image that is no floating Tensor, ValueError for fewer than 3 axes and a std of 0.

    >>> normalize(Tensor([[[0.5, 1.0]]]), (0.5,), (0.25,))
    tensor([[[0., 2.]]])
    """
    if not isinstance(tensor, Tensor) or not tensor.dtype.is_floating_point:
        raise TypeError(f"normalize: needs a Tensor of floats, as ToTensor() gives, got {short(tensor)}")
    if len(tensor.shape) < 3:
        raise ValueError(f"normalize: an image is (channels, height, width), got the shape {list(tensor.shape)}")
    m, s = (as_tensor(value, dtype=tensor.dtype).view(-1, 1, 1) for value in (mean, std))
    if 0 in flatten(s._matrix.rows):
        raise ValueError(f"normalize: std is not 0, got {short(std)}")
    return tensor.sub_(m).div_(s) if inplace else (tensor - m) / s


def convert_image_dtype(image: Tensor, dtype: DType = dtypes.float32) -> Tensor:
    """The image with numbers of another dtype: ints go from 0 to the largest of their dtype, floats from 0 to 1.

    >>> convert_image_dtype(Tensor([1.0, 0.5]), dtypes.uint8)
    tensor([255, 127], dtype=torch.uint8)
    """
    before, after = image.dtype, dtype
    if before.is_floating_point == after.is_floating_point:
        if before is not after and not before.is_floating_point:
            raise TypeError(f"convert_image_dtype: one of the dtypes is floating, got {before} and {after}")
        return image.to(after)
    whole = after if before.is_floating_point else before
    largest = (1 << (whole.bits - whole.signed)) - 1
    if whole is before:
        return image.to(after).div(largest)
    if whole.bits > 16:
        raise RuntimeError(f"convert_image_dtype: {before} has too few digits for {after}")
    return image.mul(largest + 1 - 1e-3).to(after)


# -------------------------------------------------------------------- what moves pixels


def crop(img: Any, top: int, left: int, height: int, width: int) -> Any:
    """The part of this size from (top, left) on; what is outside of the image is 0."""

    def cut(x: Tensor) -> Tensor:
        h, w = x.shape[-2:]
        inner = x[..., max(top, 0) : max(top + height, 0), max(left, 0) : max(left + width, 0)]
        outside = [(-left, width), (left + width - w, width), (-top, height), (top + height - h, height)]
        missing = [min(max(n, 0), most) for n, most in outside]
        return pad_tensor(inner, missing) if any(missing) else inner

    return _moved("crop", img, cut)


def center_crop(img: Any, output_size: Any) -> Any:
    """The part of this size in the middle, filled up with 0 where the image is smaller.

    >>> center_crop(Tensor([[[1.0, 2.0, 3.0]]]), (1, 1))
    tensor([[[2.]]])
    """
    height, width = size_of("center_crop", output_size)
    h, w = dimensions("center_crop", img)
    # What there is too little of is put half on either side first, rounded down, the rest below and to the right.
    above, before = max(height - h, 0) // 2, max(width - w, 0) // 2
    return crop(
        img,
        -above if height > h else round((h - height) / 2),
        -before if width > w else round((w - width) / 2),
        height,
        width,
    )


def pad(img: Any, padding: Any, fill: float = 0, padding_mode: str = "constant") -> Any:
    """Columns and rows around the image: n on each side, (n, m) left and right, above and below, or (left, top, right,
    bottom); of the number ``fill``, or of the pixels of the "edge" or their "reflect"ion.

    >>> pad(Tensor([[[1.0]]]), (1, 0), fill=5)
    tensor([[[5., 1., 5.]]])
    """
    sides = list(padding) if isinstance(padding, Sequence) else [padding]
    if len(sides) not in (1, 2, 4) or not all(isinstance(n, int) for n in sides):
        raise ValueError(f"pad: padding is an int, or 2 or 4 of them, got {short(padding)}")
    if padding_mode not in _MODES:
        raise ValueError(f"pad: padding_mode is 'constant', 'edge' or 'reflect', got {padding_mode!r}")
    left, top, right, bottom = (sides * (4 // len(sides)))[:4]
    value = fill / 255 if isinstance(img, Image) else fill
    mode = _MODES[padding_mode]
    return _moved(
        "pad", img, lambda x: pad_tensor(x, (left, right, top, bottom), mode, value if mode == "constant" else None)
    )


def resize(
    img: Any,
    size: Any,
    interpolation: Any = InterpolationMode.BILINEAR,
    max_size: int | None = None,
    antialias: bool = True,
) -> Any:
    """The image with ``size`` (height, width), or with an int as its shorter side; the longer one is at most ``max_size``.

    >>> resize(Tensor([[[0.0, 1.0]]]), (1, 4))
    tensor([[[0.0000, 0.2500, 0.7500, 1.0000]]])
    """
    h, w = dimensions("resize", img)
    height, width = size_of("resize", size)
    if not isinstance(size, Sequence) or len(size) == 1:
        longer = int(height * max(h, w) / min(h, w))
        if max_size is not None and longer > max_size:
            if max_size <= height:
                raise ValueError(f"resize: max_size is above the size {height}, got {max_size!r}")
            height, longer = int(max_size * height / longer), max_size
        height, width = (height, longer) if h <= w else (longer, height)
    elif max_size is not None:
        raise ValueError("resize: max_size is for a size that is one int, the shorter side")
    mode = _PILLOWS.get(interpolation, interpolation)
    if not isinstance(mode, InterpolationMode):
        raise TypeError(f"resize: interpolation is an InterpolationMode, as BILINEAR or NEAREST, got {short(mode)}")
    if (h, w) == (height, width):
        return img
    if isinstance(img, Image):
        return resized_image(img, height, width, mode)
    return resized_tensor(img, height, width, mode, antialias is True)


def hflip(img: Any) -> Any:
    """The image with left and right exchanged."""
    return _moved("hflip", img, lambda x: x.flip(-1))


def vflip(img: Any) -> Any:
    """The image with top and bottom exchanged."""
    return _moved("vflip", img, lambda x: x.flip(-2))


def dimensions(name: str, img: Any) -> tuple[int, int]:
    """Height and width of an Image or a Tensor; TypeError, by ``name``, for anything else."""
    if isinstance(img, Image):
        return img.height, img.width
    if isinstance(img, Tensor) and len(img.shape) > 1:
        return img.shape[-2], img.shape[-1]
    raise TypeError(f"{name}: needs an image or a Tensor (…, height, width), got {short(img)}")


def size_of(name: str, size: Any) -> tuple[int, int]:
    """Height and width: an int stands for both.

    >>> size_of("CenterCrop", 4), size_of("CenterCrop", (2, 3))
    ((4, 4), (2, 3))
    """
    sizes = tuple(size) if isinstance(size, Sequence) else (size,)
    if len(sizes) not in (1, 2) or not all(isinstance(n, int) and n > 0 for n in sizes):
        raise ValueError(f"{name}: size is an int from 1 up, or two of them (height, width), got {short(size)}")
    return sizes[0], sizes[-1]


def _moved(name: str, img: Any, move: Callable[[Tensor], Tensor]) -> Any:
    """What ``move`` makes of the Tensor, as an Image if it was one."""
    dimensions(name, img)
    if not isinstance(img, Image):
        return move(img)
    x = move(to_tensor(img))
    return Image(trusted([flatten(x._matrix.rows)]), *x.shape)
