"""The derivation with its numbers: a step of learning as a person would write it on paper."""

from backprop.explanation.explanation import Explanation, explain

__all__ = ["Explanation", "explain"]
