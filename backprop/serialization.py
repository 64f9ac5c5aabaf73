"""serialization: reading and writing PyTorch's files, and what they may name."""

from backprop.storage.safe_globals import add_safe_globals, clear_safe_globals, get_safe_globals, safe_globals
from backprop.storage.serialization import load, save

__all__ = ["add_safe_globals", "clear_safe_globals", "get_safe_globals", "load", "safe_globals", "save"]
