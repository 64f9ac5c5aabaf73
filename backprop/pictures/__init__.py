"""Pictures of numbers, as SVG and in characters for the terminal, with nothing but the standard library."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.pictures.characters import bars as bars
    from backprop.pictures.characters import sparkline as sparkline
    from backprop.pictures.confusion_matrix import ConfusionMatrix as ConfusionMatrix
    from backprop.pictures.contours import Contours as Contours
    from backprop.pictures.decision_boundary import DecisionBoundary as DecisionBoundary
    from backprop.pictures.graph import Graph as Graph
    from backprop.pictures.graph import Node as Node
    from backprop.pictures.graph_groups import Group as Group
    from backprop.pictures.histograms import Histograms as Histograms
    from backprop.pictures.images import Images as Images
    from backprop.pictures.line_chart import LineChart as LineChart
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "characters": "bars sparkline",
            "confusion_matrix": "ConfusionMatrix",
            "contours": "Contours",
            "decision_boundary": "DecisionBoundary",
            "graph": "Graph Node",
            "graph_groups": "Group",
            "histograms": "Histograms",
            "images": "Images",
            "line_chart": "LineChart",
        },
    )
