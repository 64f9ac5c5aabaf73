"""Explanations: a training step derived with its numbers, as one would write it on paper."""

from backprop.explanation.explanation import Explanation, explain

__all__ = ["Explanation", "explain"]
