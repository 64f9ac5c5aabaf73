"""Metrics: how good predictions are, in figures for people; targets come first, then predictions, as in scikit-learn."""

from typing import TYPE_CHECKING

from backprop.metrics.classification import accuracy, confusion_matrix, f1, precision, recall
from backprop.metrics.probabilities import log_loss, perplexity
from backprop.metrics.ranking import roc_auc, top_k_accuracy
from backprop.metrics.regression import mean_absolute_error, r2, root_mean_squared_error
from backprop.metrics.report import Report, report
from backprop.validation import unknown_names

__all__ = [
    "Report",
    "accuracy",
    "confusion_matrix",
    "f1",
    "log_loss",
    "mean_absolute_error",
    "perplexity",
    "precision",
    "r2",
    "recall",
    "report",
    "roc_auc",
    "root_mean_squared_error",
    "top_k_accuracy",
]

if not TYPE_CHECKING:  # a type checker would take every name
    __getattr__ = unknown_names(__name__, __all__)
