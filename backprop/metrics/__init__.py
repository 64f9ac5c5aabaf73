"""Metrics: how good predictions are, in figures for people; targets come first, then predictions, as in scikit-learn."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.metrics.classification import accuracy as accuracy
    from backprop.metrics.classification import confusion_matrix as confusion_matrix
    from backprop.metrics.classification import f1 as f1
    from backprop.metrics.classification import precision as precision
    from backprop.metrics.classification import recall as recall
    from backprop.metrics.probabilities import log_loss as log_loss
    from backprop.metrics.probabilities import perplexity as perplexity
    from backprop.metrics.ranking import roc_auc as roc_auc
    from backprop.metrics.ranking import top_k_accuracy as top_k_accuracy
    from backprop.metrics.regression import mean_absolute_error as mean_absolute_error
    from backprop.metrics.regression import r2 as r2
    from backprop.metrics.regression import root_mean_squared_error as root_mean_squared_error
    from backprop.metrics.report import Report as Report
    from backprop.metrics.report import report as report
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "classification": "accuracy confusion_matrix f1 precision recall",
            "probabilities": "log_loss perplexity",
            "ranking": "roc_auc top_k_accuracy",
            "regression": "mean_absolute_error r2 root_mean_squared_error",
            "report": "Report report",
        },
    )
