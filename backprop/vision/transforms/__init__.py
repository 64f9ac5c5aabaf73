"""Transforms of images: objects to call, and the functions behind them."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.vision.transforms import functional as functional
    from backprop.vision.transforms.resizing import InterpolationMode as InterpolationMode
    from backprop.vision.transforms.transforms import CenterCrop as CenterCrop
    from backprop.vision.transforms.transforms import Compose as Compose
    from backprop.vision.transforms.transforms import ConvertImageDtype as ConvertImageDtype
    from backprop.vision.transforms.transforms import Lambda as Lambda
    from backprop.vision.transforms.transforms import Normalize as Normalize
    from backprop.vision.transforms.transforms import Pad as Pad
    from backprop.vision.transforms.transforms import PILToTensor as PILToTensor
    from backprop.vision.transforms.transforms import RandomCrop as RandomCrop
    from backprop.vision.transforms.transforms import RandomHorizontalFlip as RandomHorizontalFlip
    from backprop.vision.transforms.transforms import RandomResizedCrop as RandomResizedCrop
    from backprop.vision.transforms.transforms import RandomVerticalFlip as RandomVerticalFlip
    from backprop.vision.transforms.transforms import Resize as Resize
    from backprop.vision.transforms.transforms import ToPILImage as ToPILImage
    from backprop.vision.transforms.transforms import ToTensor as ToTensor
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "": "functional",
            "resizing": "InterpolationMode",
            "transforms": "CenterCrop Compose ConvertImageDtype Lambda Normalize Pad PILToTensor RandomCrop"
            " RandomHorizontalFlip RandomResizedCrop RandomVerticalFlip Resize ToPILImage ToTensor",
        },
    )
