"""Every public name with what it stands for, from all the modules in which a user looks for one."""

from types import ModuleType

import backprop
from backprop import autograd, datasets, distributions, metrics, nn, optim, serialization, storage, tensors
from backprop.optim import lr_scheduler
from backprop.utils import data

MODULES = (
    backprop,
    autograd,
    autograd.forward_ad,
    autograd.functional,
    tensors,
    nn,
    nn.utils,
    optim,
    lr_scheduler,
    data,
    datasets,
    distributions,
    storage,
    serialization,
    metrics,
)
PUBLIC = {
    name: getattr(module, name)
    for module in MODULES
    for name in module.__all__
    if not name.startswith("_") and not isinstance(getattr(module, name), ModuleType)
}
CLASSES = {name: value for name, value in PUBLIC.items() if isinstance(value, type)}
# The operations of networks; one_hot makes numbers of classes. Those of all tensors have laws of their own in tests/tensors.
OPERATIONS = {name: getattr(nn.functional, name) for name in nn.functional.__all__ if name != "one_hot"}
