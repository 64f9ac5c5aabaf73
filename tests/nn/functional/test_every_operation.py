"""What is true of every operation of networks, and of the products of tensors: nested lists are taken as a Tensor is. And
of every loss: a reduction that does not exist is refused."""

import inspect
import random
from math import prod

import pytest

from backprop import Matrix, Tensor, tensor, tensors
from backprop.autograd import as_tensor
from backprop.nn import Module, functional, losses
from tests.public import OPERATIONS, PUBLIC


def rows(r, c, low=0.5, high=1.0):
    """Numbers that all operations take: probabilities, and so positive."""
    rng = random.Random(r * 10 + c)
    return Matrix([[rng.uniform(low, high) for _ in range(c)] for _ in range(r)])


def images(*shape):
    """As many such numbers in these axes."""
    return Tensor(rows(1, prod(shape))).view(*shape)


ONE_TABLE = (
    "alpha_dropout celu elu exp feature_alpha_dropout gelu hardshrink hardsigmoid hardswish hardtanh leaky_relu log logsigmoid mish pdist relu relu6 "
    "rrelu selu sigmoid silu softplus softshrink softsign sqrt tanh tanhshrink"
)
TWO_TABLES = (
    "cosine_similarity huber_loss kl_div l1_loss mse_loss multilabel_soft_margin_loss pairwise_distance poisson_nll_loss "
    "smooth_l1_loss soft_margin_loss hinge_embedding_loss"
)
SIGNS = Matrix([[1.0, -1.0, 1.0], [-1.0, 1.0, -1.0]])
SINGLE_IMAGES = {
    "adaptive_avg_pool": {"output_size": 1},
    "adaptive_max_pool": {"output_size": 1},
    "avg_pool": {"kernel_size": 2},
    "dropout": {"training": False},
    "lp_pool": {"norm_type": 2, "kernel_size": 2},
    "max_pool": {"kernel_size": 2},
}
# For each operation: the Matrices it is called with, in the order of its arguments or by name, and its constants.
CALLS = {
    "binary_cross_entropy": ([rows(2, 3), rows(2, 3), rows(2, 3)], {}),
    "binary_cross_entropy_with_logits": ([rows(2, 3), rows(2, 3), rows(2, 3)], {"pos_weight": rows(1, 3)}),
    "bilinear": ([rows(2, 3), rows(2, 2), images(4, 3, 2), images(4)], {}),
    "cosine_embedding_loss": ([rows(2, 3), rows(2, 3)], {"target": [1, -1]}),
    "cross_entropy": ([rows(2, 3), rows(2, 3), rows(1, 3)], {}),
    "ctc_loss": ([rows(2, 3)], {"targets": [1], "input_lengths": 2, "target_lengths": 1}),
    "embedding": ([], {"input": [0, 1], "weight": rows(2, 3)}),
    "embedding_bag": ([], {"input": [[0, 1]], "weight": rows(2, 3)}),
    "affine_grid": ([images(1, 2, 3)], {"size": (1, 1, 2, 2)}),
    "fractional_max_pool2d": ([images(2, 2, 2)], {"kernel_size": 2, "output_size": 1}),
    "fractional_max_pool3d": ([images(2, 2, 2, 2)], {"kernel_size": 2, "output_size": 1}),
    "grid_sample": ([images(1, 1, 2, 2), images(1, 2, 2, 2)], {}),
    "gru": ([images(2, 2, 6), rows(6, 2), images(6), rows(2, 2)], {}),
    "linear": ([rows(2, 3), rows(4, 3), images(4)], {}),
    "linear_cross_entropy": ([rows(2, 3), rows(4, 3)], {"target": [0, 2], "linear_bias": images(4)}),
    "lstm": ([images(2, 2, 8), rows(8, 2), images(8), rows(2, 2), rows(2, 2)], {}),
    "multi_head_attention_forward": (
        [images(3, 2, 4)] * 3,
        {
            "embed_dim_to_check": 4,
            "num_heads": 2,
            "in_proj_weight": rows(12, 4),
            "in_proj_bias": images(12),
            "bias_k": None,
            "bias_v": None,
            "add_zero_attn": False,
            "dropout_p": 0.0,
            "out_proj_weight": rows(4, 4),
            "out_proj_bias": images(4),
        },
    ),
    "nll_loss": ([rows(2, 3)], {"target": [0, 2], "weight": rows(1, 3)}),
    "rnn": ([images(2, 2, 2), rows(2, 2), images(2), rows(2, 2)], {}),
    "scaled_dot_product_attention": ([images(2, 4, 4)] * 3, {}),
    "trace": ([rows(2, 2)], {}),
    "triplet_margin_loss": ([rows(2, 3)] * 3, {}),
    "gaussian_nll_loss": ([rows(2, 3)] * 3, {}),
    "gumbel_softmax": ([rows(2, 3) * 1e9], {"hard": True}),  # no draw comes between numbers so far apart
    "glu": ([rows(2, 4)], {}),
    "margin_ranking_loss": ([rows(2, 3), rows(2, 3), SIGNS], {}),
    "multi_margin_loss": ([rows(2, 3)], {"target": [0, 2], "weight": images(3)}),
    "multilabel_margin_loss": ([rows(2, 3)], {"target": [[0, -1, 1], [2, 1, -1]]}),
    "prelu": ([rows(2, 3), images(3)], {}),
    "threshold": ([rows(2, 3)], {"threshold": 0.75, "value": 0.0}),
    "triplet_margin_with_distance_loss": ([rows(2, 3)] * 3, {}),
    **{name: ([rows(2, 3)], {"dim": 1}) for name in ("log_softmax", "softmax", "softmin")},
    **{name: ([rows(2, 3)], {}) for name in ONE_TABLE.split()},
    **{name: ([rows(2, 3)] * 2, {}) for name in TWO_TABLES.split()},
    "addbmm": ([rows(2, 4), images(5, 2, 3), images(5, 3, 4)], {}),
    "addmm": ([rows(2, 4), rows(2, 3), rows(3, 4)], {}),
    "addmv": ([images(2), rows(2, 3), images(3)], {}),
    "addr": ([rows(2, 3), images(2), images(3)], {}),
    "baddbmm": ([images(5, 2, 4), images(5, 2, 3), images(5, 3, 4)], {}),
    "bmm": ([images(5, 2, 3), images(5, 3, 4)], {}),
    "chain_matmul": ([rows(2, 3), rows(3, 4), rows(4, 2)], {}),
    "dot": ([images(3), images(3)], {}),
    "inner": ([rows(2, 3), rows(4, 3)], {}),
    "matmul": ([images(5, 2, 3), images(5, 3, 4)], {}),
    "mm": ([rows(2, 3), rows(3, 4)], {}),
    "mv": ([rows(2, 3), images(3)], {}),
    "outer": ([images(2), images(3)], {}),
    "tensordot": ([images(2, 3, 4), images(3, 4, 5)], {}),
    "batch_norm": (
        [images(3, 2)],
        {
            "running_mean": images(2),
            "running_var": images(2),
            "weight": images(2),
            "bias": images(2),
        },
    ),
    "channel_shuffle": ([images(1, 4, 2)], {"groups": 2}),
    "dropout": ([rows(2, 3)], {"training": False}),
    "fold": ([images(4, 4)], {"output_size": 3, "kernel_size": 2}),
    "group_norm": ([images(2, 2, 2)], {"num_groups": 1, "weight": images(2), "bias": images(2)}),
    "instance_norm": ([images(2, 2, 2)], {"weight": images(2), "bias": images(2)}),
    "interpolate": ([images(1, 1, 2, 2)], {"size": 3}),
    "layer_norm": ([images(2, 3)], {"normalized_shape": 3, "weight": images(3), "bias": images(3)}),
    "local_response_norm": ([images(1, 2, 2)], {"size": 2}),
    "normalize": ([images(2, 3)], {}),
    "pad": ([images(2, 3)], {"pad": (1, 1)}),
    "pixel_shuffle": ([images(4, 1, 2)], {"upscale_factor": 2}),
    "pixel_unshuffle": ([images(1, 2, 2)], {"downscale_factor": 2}),
    "rms_norm": ([images(2, 3)], {"normalized_shape": 3, "weight": images(3)}),
    "unfold": ([images(1, 3, 3)], {"kernel_size": 2}),
    "upsample": ([images(1, 1, 2, 2)], {"size": 3}),
    "upsample_bilinear": ([images(1, 1, 2, 2)], {"size": 3}),
    "upsample_nearest": ([images(1, 1, 2, 2)], {"size": 3}),
    **{
        f"{name}{axes}d": ([images(2, *[2] * axes)], settings)
        for name, settings in SINGLE_IMAGES.items()
        for axes in (1, 2, 3)
    },
    **{
        f"{name}{axes}d": ([images(2, *[3] * axes), images(*weight, *[2] * axes), images(3)], {})
        for name, weight in (("conv", (3, 2)), ("conv_transpose", (2, 3)))
        for axes in (1, 2, 3)
    },
    **{
        f"max_unpool{axes}d": (
            [images(2, *[1] * axes)],
            {"indices": tensor([[0], [1]]).view(2, *[1] * axes), "kernel_size": 2},
        )
        for axes in (1, 2, 3)
    },
}


def values(result):
    return [value.tolist() for value in (result if isinstance(result, tuple) else (result,))]


def as_tuples(nest):
    return tuple(map(as_tuples, nest)) if isinstance(nest, list) else nest


def tables(named):
    """The settings that are numbers in axes, of which the running statistics have to be Tensors."""
    return {
        setting: table
        for setting, table in named.items()
        if isinstance(table, (Matrix, Tensor)) and not setting.startswith("running")
    }


def called(name):
    """The operation, or the function of tensors, and what it is called with."""
    public = functional if name in OPERATIONS else tensors
    return getattr(public, name), *CALLS[name]


def test_no_operation_is_left_out():
    assert OPERATIONS.keys() <= CALLS.keys()


@pytest.mark.parametrize("name", sorted(CALLS))
def test_nested_lists_are_taken_as_a_tensor_is(name):
    operation, inputs, named = called(name)
    expected = values(operation(*inputs, **named))
    assert values(operation(*map(as_tensor, inputs), **named)) == expected
    for kind in (lambda x: x.tolist(), lambda x: as_tuples(x.tolist())):
        for i, table in enumerate(inputs):
            assert values(operation(*inputs[:i], kind(table), *inputs[i + 1 :], **named)) == expected, i
        for setting, table in tables(named).items():
            assert values(operation(*inputs, **{**named, setting: kind(table)})) == expected, setting


@pytest.mark.parametrize("name", sorted(CALLS))
def test_lists_that_are_no_tensor_are_refused(name):
    operation, inputs, named = called(name)
    for bad in ([[1.0, 2.0], [3.0]], [["a"]], [1.0, "b"], [1.0, [2.0]]):
        for i in range(len(inputs)):
            with pytest.raises((TypeError, ValueError)):
                operation(*inputs[:i], bad, *inputs[i + 1 :], **named)
        for setting in tables(named):
            with pytest.raises((TypeError, ValueError)):
                operation(*inputs, **{**named, setting: bad})


@pytest.mark.parametrize("setting", ["running_mean", "running_var"])
def test_running_statistics_are_tensors_since_training_changes_them(setting):
    running = {"running_mean": Tensor([0.0, 0.0]), "running_var": Tensor([1.0, 1.0]), setting: Matrix([[1.0, 1.0]])}
    with pytest.raises(TypeError, match=f"^batch_norm: {setting} is a Tensor, which training changes, got a Matrix"):
        functional.batch_norm(rows(3, 2), **running)


# ---------------------------------------------------------------- reductions

REDUCED = [name for name in OPERATIONS if "reduction" in inspect.signature(OPERATIONS[name]).parameters]
LOSSES = [
    name
    for name, kind in vars(losses).items()
    if isinstance(kind, type) and issubclass(kind, Module) and "reduction" in inspect.signature(kind).parameters
]
NO_REDUCTIONS = ["average", "", "Mean", "None", "mean ", None, True, False, 0, 1, ["mean"], ("sum",), b"mean"]


def test_every_loss_has_a_reduction():
    assert sorted(REDUCED) == sorted(
        {
            *(n for n in OPERATIONS if n.endswith("_loss")),
            "kl_div",
            "cross_entropy",
            "linear_cross_entropy",
            "binary_cross_entropy",
            "binary_cross_entropy_with_logits",
        }
    )
    # linear_cross_entropy has its class in another module, and NLLLoss a second name.
    assert len({*LOSSES} - {"NLLLoss2d"}) == len({*REDUCED} - {"linear_cross_entropy"}) and {*LOSSES} <= PUBLIC.keys()


@pytest.mark.parametrize("name", REDUCED)
def test_a_reduction_that_does_not_exist_is_refused_by_every_loss_function(name):
    inputs, named = CALLS[name]
    calls = [(inputs, named)]
    if name == "cross_entropy":  # each kind of target goes its own way
        calls += [(inputs[:1], {"target": [0, 2]}), (inputs[:1], {"target": [0, 2], "label_smoothing": 0.1})]
    for tables, settings in calls:
        for known in ("mean", "sum", "none"):
            OPERATIONS[name](*tables, **settings, reduction=known)
        for reduction in NO_REDUCTIONS:
            with pytest.raises(ValueError, match=f"^{name}: reduction is 'mean'"):
                OPERATIONS[name](*tables, **settings, reduction=reduction)


@pytest.mark.parametrize("name", LOSSES)
def test_a_reduction_that_does_not_exist_is_refused_by_every_loss_layer(name):
    for reduction in NO_REDUCTIONS:
        with pytest.raises(ValueError, match=f"^{name}: reduction is 'mean'"):
            getattr(losses, name)(reduction=reduction)


@pytest.mark.parametrize("name", REDUCED)
def test_batchmean_is_of_kl_div_alone(name):
    inputs, named = CALLS[name]
    if name == "kl_div":
        functional.kl_div(*inputs, reduction="batchmean")
    else:
        with pytest.raises(ValueError, match="reduction is 'mean', 'sum' or 'none', got 'batchmean'"):
            OPERATIONS[name](*inputs, **named, reduction="batchmean")
