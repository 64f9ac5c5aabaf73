"""Backpropagation from scratch, in plain Python: the public names, sorted by floor, each imported when first asked for."""

from typing import TYPE_CHECKING

from backprop import tensors
from backprop.lazy_names import lazy_names

__version__ = "0.1.0"

if TYPE_CHECKING:
    from backprop.seeding import manual_seed as manual_seed
    from backprop.matrix import Matrix as Matrix
    from backprop import linalg as linalg
    from backprop import autograd as autograd
    from backprop.autograd.dtypes import *
    from backprop.autograd.devices import device as device
    from backprop.autograd import Size as Size
    from backprop.autograd import Tensor as Tensor
    from backprop.autograd import enable_grad as enable_grad
    from backprop.autograd import inference_mode as inference_mode
    from backprop.autograd import is_grad_enabled as is_grad_enabled
    from backprop.autograd import no_grad as no_grad
    from backprop.autograd import operation as operation
    from backprop.autograd import set_grad_enabled as set_grad_enabled
    from backprop.tensors import *
    from backprop import cuda as cuda
    from backprop import nn as nn
    from backprop import special as special
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
            "": "linalg autograd special cuda nn optim utils datasets storage metrics pictures",
            "seeding": "manual_seed",
            "matrix": "Matrix",
            "autograd": "Size enable_grad inference_mode is_grad_enabled no_grad operation set_grad_enabled",
            "autograd.devices": "device",
            "autograd.dtypes": (
                "bool double float float32 float64 get_default_dtype int int16 int32 int64 int8 long set_default_dtype short"
                " uint8"
            ),
            "tensors": " ".join(tensors.__all__),
            "tensors.methods": "Tensor",
            "training": "Callback Epoch History evaluate fit",
            "explanation": "Explanation explain",
        },
    )
