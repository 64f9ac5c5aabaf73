"""Exporting: a trained network as a program of its own, which needs nothing of this library."""

from backprop.exporting.program import as_program

__all__ = ["as_program"]
