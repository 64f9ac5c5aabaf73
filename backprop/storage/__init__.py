"""Storage: safetensors, the format in which networks are passed on, read and written."""

from backprop.storage.models import load_model, save_model
from backprop.storage.reading import load_file, safe_open
from backprop.storage.writing import save_file

__all__ = ["load_file", "load_model", "safe_open", "save_file", "save_model"]
