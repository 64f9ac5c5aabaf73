"""Backpropagation from scratch, in plain Python: the public names, sorted by floor, each imported when first asked for."""

from typing import TYPE_CHECKING

from backprop.lazy_names import lazy_names

__version__ = "0.1.0"

if TYPE_CHECKING:
    from backprop.random import Generator as Generator
    from backprop.random import get_rng_state as get_rng_state
    from backprop.random import initial_seed as initial_seed
    from backprop.random import manual_seed as manual_seed
    from backprop.random import seed as seed
    from backprop.random import set_rng_state as set_rng_state
    from backprop.matrix import Matrix as Matrix
    from backprop import linalg as linalg
    from backprop import autograd as autograd
    from backprop.autograd import Tensor as Tensor
    from backprop.autograd import no_grad as no_grad
    from backprop.autograd import operation as operation
    from backprop.tensors import cat as cat
    from backprop.tensors import cholesky as cholesky
    from backprop.tensors import det as det
    from backprop.tensors import exp as exp
    from backprop.tensors import inv as inv
    from backprop.tensors import log as log
    from backprop.tensors import slogdet as slogdet
    from backprop.tensors import solve as solve
    from backprop.tensors import sqrt as sqrt
    from backprop.tensors import trace as trace
    from backprop import nn as nn
    from backprop import optim as optim
    from backprop import utils as utils
    from backprop import datasets as datasets
    from backprop import storage as storage
    from backprop import metrics as metrics
    from backprop import pictures as pictures
    from backprop.training import Callback as Callback
    from backprop.training import Epoch as Epoch
    from backprop.training import History as History
    from backprop.training import evaluate as evaluate
    from backprop.training import fit as fit
    from backprop.explanation import Explanation as Explanation
    from backprop.explanation import explain as explain
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "": "linalg autograd nn optim utils datasets storage metrics pictures",
            "random": "Generator get_rng_state initial_seed manual_seed seed set_rng_state",
            "matrix": "Matrix",
            "autograd.tensor": "Tensor operation",
            "autograd.grad_mode": "no_grad",
            "tensors": "cat cholesky det exp inv log slogdet solve sqrt trace",
            "training": "Callback Epoch History evaluate fit",
            "explanation": "Explanation explain",
        },
    )
