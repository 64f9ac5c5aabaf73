"""Backpropagation from scratch, in plain Python: the public names, sorted by floor, each imported when first asked for."""

from typing import TYPE_CHECKING

from backprop import tensors
from backprop.lazy_names import lazy_names

__version__ = "0.1.0"

if TYPE_CHECKING:
    from backprop import autograd as autograd
    from backprop import linalg as linalg
    from backprop.autograd import Size as Size
    from backprop.autograd import Tensor as Tensor
    from backprop.autograd import enable_grad as enable_grad
    from backprop.autograd import inference_mode as inference_mode
    from backprop.autograd import is_grad_enabled as is_grad_enabled
    from backprop.autograd import no_grad as no_grad
    from backprop.autograd import operation as operation
    from backprop.autograd import set_grad_enabled as set_grad_enabled
    from backprop.constants import e as e
    from backprop.constants import inf as inf
    from backprop.constants import nan as nan
    from backprop.constants import newaxis as newaxis
    from backprop.constants import pi as pi
    from backprop.tensors.devices import channels_last as channels_last
    from backprop.tensors.devices import channels_last_3d as channels_last_3d
    from backprop.tensors.devices import contiguous_format as contiguous_format
    from backprop.tensors.devices import device as device
    from backprop.tensors.devices import layout as layout
    from backprop.tensors.devices import memory_format as memory_format
    from backprop.tensors.devices import preserve_format as preserve_format
    from backprop.tensors.devices import strided as strided
    from backprop.dtypes import bfloat16 as bfloat16
    from backprop.dtypes import bool as bool
    from backprop.dtypes import can_cast as can_cast
    from backprop.dtypes import double as double
    from backprop.dtypes import dtype as dtype
    from backprop.dtypes import float as float
    from backprop.dtypes import float16 as float16
    from backprop.dtypes import float32 as float32
    from backprop.dtypes import finfo as finfo
    from backprop.dtypes import float64 as float64
    from backprop.dtypes import get_default_dtype as get_default_dtype
    from backprop.dtypes import half as half
    from backprop.dtypes import iinfo as iinfo
    from backprop.dtypes import int as int
    from backprop.dtypes import int16 as int16
    from backprop.dtypes import int32 as int32
    from backprop.dtypes import int64 as int64
    from backprop.dtypes import int8 as int8
    from backprop.dtypes import long as long
    from backprop.dtypes import promote_types as promote_types
    from backprop.dtypes import set_default_dtype as set_default_dtype
    from backprop.dtypes import short as short
    from backprop.dtypes import uint8 as uint8
    from backprop.matrix import Matrix as Matrix
    from backprop.random import Generator as Generator
    from backprop.random import get_rng_state as get_rng_state
    from backprop.random import initial_seed as initial_seed
    from backprop.random import manual_seed as manual_seed
    from backprop.random import seed as seed
    from backprop.random import set_rng_state as set_rng_state
    from backprop.tensors import *
    from backprop.tensors.tensor_types import BoolTensor as BoolTensor
    from backprop.tensors.tensor_types import ByteTensor as ByteTensor
    from backprop.tensors.tensor_types import CharTensor as CharTensor
    from backprop.tensors.tensor_types import DoubleTensor as DoubleTensor
    from backprop.tensors.tensor_types import FloatTensor as FloatTensor
    from backprop.tensors.tensor_types import IntTensor as IntTensor
    from backprop.tensors.tensor_types import LongTensor as LongTensor
    from backprop.tensors.tensor_types import ShortTensor as ShortTensor
    from backprop.linalg.definite import cholesky_inverse as cholesky_inverse
    from backprop.linalg.definite import cholesky_solve as cholesky_solve
    from backprop.linalg.determinants import det as det
    from backprop.linalg.determinants import logdet as logdet
    from backprop.linalg.exponential import matrix_exp as matrix_exp
    from backprop.linalg.exponential import matrix_power as matrix_power
    from backprop.linalg.reflections import geqrf as geqrf
    from backprop.linalg.reflections import ormqr as ormqr
    from backprop.linalg.solving import inverse as inverse
    from backprop.linalg.solving import triangular_solve as triangular_solve
    from backprop.linalg.top_level import cholesky as cholesky
    from backprop.linalg.top_level import lu as lu
    from backprop.linalg.top_level import lu_solve as lu_solve
    from backprop.linalg.top_level import pinverse as pinverse
    from backprop.linalg.top_level import qr as qr
    from backprop.linalg.top_level import slogdet as slogdet
    from backprop.linalg.top_level import svd as svd
    from backprop.linalg.triangular import lu_unpack as lu_unpack
    from backprop.accelerators import accelerator as accelerator
    from backprop.accelerators import amp as amp
    from backprop.accelerators import are_deterministic_algorithms_enabled as are_deterministic_algorithms_enabled
    from backprop.accelerators import autocast as autocast
    from backprop.accelerators import backends as backends
    from backprop.accelerators import compile as compile
    from backprop.accelerators import compiler as compiler
    from backprop.accelerators import cuda as cuda
    from backprop.accelerators import distributed as distributed
    from backprop.accelerators import get_default_device as get_default_device
    from backprop.accelerators import get_float32_matmul_precision as get_float32_matmul_precision
    from backprop.accelerators import get_num_interop_threads as get_num_interop_threads
    from backprop.accelerators import get_num_threads as get_num_threads
    from backprop.accelerators import is_autocast_enabled as is_autocast_enabled
    from backprop.accelerators import jit as jit
    from backprop.accelerators import mps as mps
    from backprop.accelerators import onnx as onnx
    from backprop.accelerators import set_default_device as set_default_device
    from backprop.accelerators import set_default_tensor_type as set_default_tensor_type
    from backprop.accelerators import set_float32_matmul_precision as set_float32_matmul_precision
    from backprop.accelerators import set_flush_denormal as set_flush_denormal
    from backprop.accelerators import set_num_interop_threads as set_num_interop_threads
    from backprop.accelerators import set_num_threads as set_num_threads
    from backprop.accelerators import use_deterministic_algorithms as use_deterministic_algorithms
    from backprop.accelerators import version as version
    from backprop.accelerators import xpu as xpu
    from backprop import func as func
    from backprop.func import vmap as vmap
    from backprop import nn as nn
    from backprop.nn.functional import adaptive_avg_pool1d as adaptive_avg_pool1d
    from backprop.nn.functional import avg_pool1d as avg_pool1d
    from backprop.nn.functional import bilinear as bilinear
    from backprop.nn.functional import celu as celu
    from backprop.nn.functional import channel_shuffle as channel_shuffle
    from backprop.nn.functional import conv1d as conv1d
    from backprop.nn.functional import conv2d as conv2d
    from backprop.nn.functional import conv3d as conv3d
    from backprop.nn.functional import conv_transpose1d as conv_transpose1d
    from backprop.nn.functional import conv_transpose2d as conv_transpose2d
    from backprop.nn.functional import conv_transpose3d as conv_transpose3d
    from backprop.nn.functional.dropout import dropout as dropout
    from backprop.nn.functional import group_norm as group_norm
    from backprop.nn.functional import hardshrink as hardshrink
    from backprop.nn.functional import layer_norm as layer_norm
    from backprop.nn.functional import max_pool1d as max_pool1d
    from backprop.nn.functional import max_pool2d as max_pool2d
    from backprop.nn.functional import max_pool3d as max_pool3d
    from backprop.nn.functional import pixel_shuffle as pixel_shuffle
    from backprop.nn.functional import pixel_unshuffle as pixel_unshuffle
    from backprop.nn.functional import prelu as prelu
    from backprop.nn.functional import rms_norm as rms_norm
    from backprop.nn.functional import rrelu as rrelu
    from backprop.nn.functional import selu as selu
    from backprop.nn.functional import threshold as threshold
    from backprop import distributions as distributions
    from backprop import special as special
    from backprop import testing as testing
    from backprop import optim as optim
    from backprop import utils as utils
    from backprop import datasets as datasets
    from backprop import storage as storage
    from backprop import serialization as serialization
    from backprop.storage import load as load
    from backprop.storage import save as save
    from backprop import metrics as metrics
    from backprop import pictures as pictures
    from backprop.training import Callback as Callback
    from backprop.training import Epoch as Epoch
    from backprop.training import History as History
    from backprop.training import evaluate as evaluate
    from backprop.training import fit as fit
    from backprop.explanation import Explanation as Explanation
    from backprop.explanation import explain as explain
    from backprop.programs import as_torch as as_torch
    from backprop.validation import ArgumentError as ArgumentError
else:
    __all__, __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "": (
                "autograd datasets distributions func linalg metrics nn optim pictures serialization special storage testing"
                " utils"
            ),
            "accelerators": (
                "accelerator amp are_deterministic_algorithms_enabled autocast backends compile compiler cuda"
                " distributed get_default_device get_float32_matmul_precision get_num_interop_threads get_num_threads"
                " is_autocast_enabled jit mps onnx set_default_device set_default_tensor_type set_float32_matmul_precision"
                " set_flush_denormal set_num_interop_threads set_num_threads use_deterministic_algorithms version xpu"
            ),
            "autograd": "Size Tensor enable_grad inference_mode is_grad_enabled no_grad operation set_grad_enabled",
            "constants": "e inf nan newaxis pi",
            "tensors.devices": (
                "channels_last channels_last_3d contiguous_format device layout memory_format preserve_format strided"
            ),
            "dtypes": (
                "bfloat16 bool can_cast double dtype finfo float float16 float32 float64 get_default_dtype half iinfo"
                " int int16 int32 int64 int8 long promote_types set_default_dtype short uint8"
            ),
            "explanation": "Explanation explain",
            "func": "vmap",
            "linalg.definite": "cholesky_inverse cholesky_solve",
            "linalg.determinants": "det logdet",
            "linalg.exponential": "matrix_exp matrix_power",
            "linalg.reflections": "geqrf ormqr",
            "linalg.solving": "inverse triangular_solve",
            "linalg.top_level": "cholesky lu lu_solve pinverse qr slogdet svd",
            "linalg.triangular": "lu_unpack",
            "matrix": "Matrix",
            "nn.functional": (
                "adaptive_avg_pool1d avg_pool1d bilinear celu channel_shuffle conv1d conv2d conv3d conv_transpose1d"
                " conv_transpose2d conv_transpose3d dropout group_norm hardshrink layer_norm max_pool1d max_pool2d"
                " max_pool3d pixel_shuffle pixel_unshuffle prelu rms_norm rrelu selu threshold"
            ),
            "programs": "as_torch",
            "random": "Generator get_rng_state initial_seed manual_seed seed set_rng_state",
            "storage": "load save",
            "tensors": " ".join(tensors.__all__),
            "tensors.tensor_types": (
                "BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor IntTensor LongTensor ShortTensor"
            ),
            "training": "Callback Epoch History evaluate fit",
            "validation": "ArgumentError",
        },
    )
