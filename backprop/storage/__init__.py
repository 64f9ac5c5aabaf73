"""Storage: safetensors, the format in which networks are passed on, read and written."""

from typing import TYPE_CHECKING

from backprop.storage.models import load_model, save_model
from backprop.storage.reading import load_file, safe_open
from backprop.storage.writing import save_file
from backprop.validation import unknown_names

__all__ = ["load_file", "load_model", "safe_open", "save_file", "save_model"]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)
