"""As in PyTorch, ``utils.data`` has datasets and the loaders that batch them."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.utils import data as data
else:
    __all__, __getattr__, __dir__ = lazy_names(__name__, {"": "data"})
