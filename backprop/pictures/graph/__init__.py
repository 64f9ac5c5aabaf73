"""Graphs of computations, drawn from the inputs down to the result."""

from backprop.pictures.graph.drawing import Node
from backprop.pictures.graph.graph import Graph

__all__ = ["Graph", "Node"]
