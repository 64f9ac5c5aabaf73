"""Reading an image file, whose first bytes say which format it has."""

from __future__ import annotations

from pathlib import Path
from reprlib import repr as short

from backprop.datasets.images import png, pnm
from backprop.datasets.images.image import Image
from backprop.files import PathLike


def read_image(path: PathLike) -> Image:
    """The image in a PNG, PBM, PGM or PPM file (P1 to P6), its pixels sample/maxval, from 0.0 to 1.0.

    A sample of 8 bits is divided by 255, as by torchvision's ``ToTensor``, one of 16 bits by 65535. The pixels of a
    palette image become colours. A PNG with transparent colours (tRNS) gets an alpha channel. Gamma and colour profiles
    are ignored. ``torch.cat([tensor(read_image(path).pixels) for path in paths])`` makes a batch of images of one size.
    Divide images of ``read_idx``, which does not scale, by 255 to match.

    Raises ValueError, with the name of the file and the fault, for anything but a complete and valid image, and for a
    PNG of more than 2²⁶ samples. Bytes after the image are ignored, as by other readers. A header alone cannot make it
    allocate memory.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "grey.pgm")
    >>> with open(path, "w") as file:
    ...     _ = file.write("P2  3 2  4  # three wide, two high, 4 is white\\n 0 1 2\\n 3 4 0")
    >>> image = read_image(path)
    >>> image, image.pixels
    (Image(channels=1, height=2, width=3), Matrix([[0.0, 0.25, 0.5, 0.75, 1.0, 0.0]]))
    """
    name = Path(path).name
    with open(path, "rb") as file:
        head = file.read(len(png.SIGNATURE))
        if head == png.SIGNATURE:
            decode = png.decode
        elif head[:2] in pnm.KINDS:
            decode = pnm.decode
        else:
            raise ValueError(
                f"read_image: {name} begins with {short(head)}; PNG, and PBM, PGM and PPM (P1 to P6) are read"
            )
        content = head + file.read()
    try:
        return decode(content)
    except ValueError as error:
        raise ValueError(f"read_image: {name}: {error}") from None
