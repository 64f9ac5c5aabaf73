"""Graphs of computations, drawn from the inputs down to the result."""

from backprop.pictures.graph.graph import Graph, Node

__all__ = ["Graph", "Node"]
