"""Images as rows of numbers: what is in a PNG, PBM, PGM or PPM file."""

from backprop.data.images.image import Image
from backprop.data.images.reading import read_image

__all__ = ["Image", "read_image"]
