"""Around training: gradients clipped, parameters as a vector, sequences of different lengths in one batch (``rnn``)."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.nn.utils import rnn as rnn
    from backprop.nn.utils.clip_grad import clip_grad_norm_ as clip_grad_norm_
    from backprop.nn.utils.clip_grad import clip_grad_value_ as clip_grad_value_
    from backprop.nn.utils.convert_parameters import parameters_to_vector as parameters_to_vector
    from backprop.nn.utils.convert_parameters import vector_to_parameters as vector_to_parameters
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "": "rnn",
            "clip_grad": "clip_grad_norm_ clip_grad_value_",
            "convert_parameters": "parameters_to_vector vector_to_parameters",
        },
    )
