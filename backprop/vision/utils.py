"""Grids of images, and images in files."""

from __future__ import annotations

from collections.abc import Sequence
from os import fspath
from reprlib import repr as short
from typing import IO, Any

from backprop.autograd import Tensor
from backprop.datasets.images.png import encode
from backprop.files import PathLike, replacing
from backprop.tensors import stack
from backprop.vision.transforms.functional import to_pil_image


def make_grid(
    tensor: Tensor | Sequence[Tensor],
    nrow: int = 8,
    padding: int = 2,
    normalize: bool = False,
    value_range: tuple[float, float] | None = None,
    scale_each: bool = False,
    pad_value: float = 0.0,
) -> Tensor:
    """Images (batch, channels, height, width), or a list of them, as one image of ``nrow`` in a row; grey becomes red,
    green and blue. With ``normalize`` the numbers from the least to the largest, or of the ``value_range``, become 0 to 1.

    >>> make_grid(Tensor([[[[1.0]]], [[[2.0]]]]), padding=1)[0]
    tensor([[0., 0., 0., 0., 0.],
            [0., 1., 0., 2., 0.],
            [0., 0., 0., 0., 0.]])
    """
    x = stack(list(tensor)) if isinstance(tensor, Sequence) else tensor
    x = x.detach() if isinstance(x, Tensor) else x
    if not isinstance(x, Tensor) or not 2 <= len(x.shape) <= 4:
        raise TypeError(
            f"make_grid: needs a Tensor (batch, channels, height, width) or a list of them, got {short(tensor)}"
        )
    x = x.reshape(1, 1, *x.shape) if len(x.shape) == 2 else x.unsqueeze(0) if len(x.shape) == 3 else x
    if x.shape[1] == 1:
        x = x.expand(-1, 3, -1, -1)
    if normalize:
        x = stack([_scaled(image, value_range) for image in x]) if scale_each else _scaled(x, value_range)
    count, channels, height, width = x.shape
    if count == 1:
        return x[0]
    columns = min(nrow, count)
    rows = -(-count // columns)
    grid = x.new_full((channels, rows * (height + padding) + padding, columns * (width + padding) + padding), pad_value)
    for k, image in enumerate(x):
        top, left = (k // columns) * (height + padding) + padding, (k % columns) * (width + padding) + padding
        grid[:, top : top + height, left : left + width] = image
    return grid


def _scaled(x: Tensor, value_range: tuple[float, float] | None) -> Tensor:
    low, high = (x.min().item(), x.max().item()) if value_range is None else value_range
    return (x.clamp(low, high) - low) / max(high - low, 1e-5)


def save_image(tensor: Tensor | Sequence[Tensor], fp: PathLike | IO[bytes], format: Any = None, **kwargs: Any) -> None:
    """Write the grid of the images as a PNG file, numbers of 0 to 1 as bytes; the other arguments are those of ``make_grid``.

    Raises ValueError for another format.
    """
    name = fp if hasattr(fp, "write") else fspath(fp)
    kind = format or (name.rpartition(".")[2] if isinstance(name, str) else "png")
    if str(kind).lower() != "png":
        raise ValueError(f"save_image: PNG is written, got {short(format or name)}")
    grid = make_grid(tensor, **kwargs)
    content = encode(to_pil_image((grid * 255 + 0.5).clamp(0, 255).byte()))
    if hasattr(fp, "write"):
        fp.write(content)
    else:
        with replacing(fp) as file:
            file.write(content)
