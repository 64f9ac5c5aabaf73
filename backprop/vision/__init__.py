"""As in torchvision: image datasets from files that are there, transforms of images, and grids of them."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.vision import datasets as datasets
    from backprop.vision import transforms as transforms
    from backprop.vision import utils as utils
else:
    __all__, __getattr__, __dir__ = lazy_names(__name__, {"": "datasets transforms utils"})
