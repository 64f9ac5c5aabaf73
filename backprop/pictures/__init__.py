"""Pictures of numbers, as SVG and in characters for the terminal, with nothing but the standard library."""

from typing import TYPE_CHECKING

from backprop.pictures.characters import bars, sparkline
from backprop.pictures.confusion_matrix import ConfusionMatrix
from backprop.pictures.decision_boundary import DecisionBoundary
from backprop.pictures.graph import Graph, Node
from backprop.pictures.histograms import Histograms
from backprop.pictures.images import Images
from backprop.pictures.line_chart import LineChart
from backprop.validation import unknown_names

__all__ = [
    "ConfusionMatrix",
    "DecisionBoundary",
    "Graph",
    "Histograms",
    "Images",
    "LineChart",
    "Node",
    "bars",
    "sparkline",
]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)
