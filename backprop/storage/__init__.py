"""Storage: PyTorch's own files, and safetensors, the format in which networks are shared, read and written."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.storage.models import load_model as load_model
    from backprop.storage.models import save_model as save_model
    from backprop.storage.reading import load_file as load_file
    from backprop.storage.reading import safe_open as safe_open
    from backprop.storage.serialization import load as load
    from backprop.storage.serialization import save as save
    from backprop.storage.writing import save_file as save_file
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "models": "load_model save_model",
            "reading": "load_file safe_open",
            "serialization": "load save",
            "writing": "save_file",
        },
    )
