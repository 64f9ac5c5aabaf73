"""The special functions under the names that they have in ``torch.special``."""

from backprop.tensors.activations import sigmoid as expit
from backprop.tensors.bessel import i0, i0e, i1, i1e
from backprop.tensors.elementary import exp2, expm1, log1p
from backprop.tensors.incomplete_gamma import igamma as gammainc
from backprop.tensors.incomplete_gamma import igammac as gammaincc
from backprop.tensors.pairs import logit, xlog1py, xlogy
from backprop.tensors.probability import log_softmax, logsumexp, softmax
from backprop.tensors.rounding import round
from backprop.tensors.special_functions import (
    digamma,
    entr,
    erf,
    erfc,
    erfcx,
    erfinv,
    log_ndtr,
    ndtr,
    ndtri,
    polygamma,
)
from backprop.tensors.special_functions import digamma as psi
from backprop.tensors.special_functions import lgamma as gammaln
from backprop.tensors.special_functions import mvlgamma as multigammaln
from backprop.tensors.trigonometry import sinc

__all__ = [
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfcx",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammainc",
    "gammaincc",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "log1p",
    "log_ndtr",
    "log_softmax",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "ndtri",
    "polygamma",
    "psi",
    "round",
    "sinc",
    "softmax",
    "xlog1py",
    "xlogy",
]
