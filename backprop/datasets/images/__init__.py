"""Images as rows of numbers: what is in a PNG, PBM, PGM or PPM file."""

from backprop.datasets.images.image import Image
from backprop.datasets.images.reading import read_image

__all__ = ["Image", "read_image"]
