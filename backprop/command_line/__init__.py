"""The command line: a classifier or a regressor from a table, with nothing to install and no line to program."""

from backprop.command_line.program import main

__all__ = ["main"]
