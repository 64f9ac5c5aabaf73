"""Reading an image file, whatever its name: its first bytes say what it is."""

from __future__ import annotations

from pathlib import Path
from reprlib import repr as short

from backprop.datasets.images import png, pnm
from backprop.datasets.images.image import Image
from backprop.files import PathLike


def read_image(path: PathLike) -> Image:
    """The image in a PNG, PBM, PGM or PPM file (P1 to P6), its pixels sample/maxval, from 0.0 to 1.0.

    So a sample of 8 bits is divided by 255, as by torchvision's ``ToTensor``, one of 16 bits by 65535, and equally
    bright pixels are equal numbers whatever the depth. A palette is looked up; where a PNG says that some colours are
    transparent (tRNS), there is an alpha channel. Gamma and colour profiles are left alone. Images of one size become a
    batch by ``Matrix.vstack([read_image(path).pixels for path in paths])``; one of ``read_idx``, which knows no maxval,
    is divided by 255 to match.

    Raises ValueError, naming the file and what is wrong with it, for anything but a whole and correct image. What
    follows the image in its file is skipped, as by other readers. What its header promises takes no memory until
    the bytes for it are found; a PNG of more than 2²⁶ samples is not read.

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
            decoded = png.decoded
        elif head[:2] in pnm.KINDS:
            decoded = pnm.decoded
        else:
            raise ValueError(
                f"read_image: {name} begins with {short(head)}; PNG, and PBM, PGM and PPM (P1 to P6) are read"
            )
        content = head + file.read()
    try:
        return decoded(content)
    except ValueError as error:
        raise ValueError(f"read_image: {name}: {error}") from None
