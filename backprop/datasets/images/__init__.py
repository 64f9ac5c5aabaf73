"""Images as rows of numbers, read from PNG, PBM, PGM and PPM files."""

from backprop.datasets.images.image import Image
from backprop.datasets.images.reading import read_image

__all__ = ["Image", "read_image"]
