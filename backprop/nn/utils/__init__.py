"""Around training: gradients clipped, parameters as a vector or computed from others (``parametrize``,
``parametrizations``), sequences of different lengths in one batch (``rnn``)."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

if TYPE_CHECKING:
    from backprop.nn.utils import parametrizations as parametrizations
    from backprop.nn.utils import parametrize as parametrize
    from backprop.nn.utils import rnn as rnn
    from backprop.nn.utils.before_forward import remove_spectral_norm as remove_spectral_norm
    from backprop.nn.utils.before_forward import remove_weight_norm as remove_weight_norm
    from backprop.nn.utils.before_forward import spectral_norm as spectral_norm
    from backprop.nn.utils.before_forward import weight_norm as weight_norm
    from backprop.nn.utils.clip_grad import clip_grad_norm_ as clip_grad_norm_
    from backprop.nn.utils.clip_grad import clip_grad_value_ as clip_grad_value_
    from backprop.nn.utils.clip_grad import clip_grads_with_norm_ as clip_grads_with_norm_
    from backprop.nn.utils.clip_grad import get_total_norm as get_total_norm
    from backprop.nn.utils.convert_parameters import parameters_to_vector as parameters_to_vector
    from backprop.nn.utils.convert_parameters import vector_to_parameters as vector_to_parameters
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "": "parametrizations parametrize rnn",
            "before_forward": "remove_spectral_norm remove_weight_norm spectral_norm weight_norm",
            "clip_grad": "clip_grad_norm_ clip_grad_value_ clip_grads_with_norm_ get_total_norm",
            "convert_parameters": "parameters_to_vector vector_to_parameters",
        },
    )
