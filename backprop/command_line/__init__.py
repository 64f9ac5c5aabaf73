"""The command line: a classifier or a regressor trained on a table, without programming."""

from backprop.command_line.program import main

__all__ = ["main"]
