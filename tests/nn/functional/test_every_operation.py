"""What is true of every operation: a list of lists is taken as a Matrix is, and a reduction that does not exist is refused."""

import inspect
import random

import pytest

from backprop import Matrix, Tensor
from backprop.nn import Module, functional, losses
from tests.public import OPERATIONS, PUBLIC


def rows(r, c, low=0.5, high=1.0):
    """Numbers that all operations take: probabilities, and so positive."""
    rng = random.Random(r * 10 + c)
    return Matrix([[rng.uniform(low, high) for _ in range(c)] for _ in range(r)])


REGULAR = Matrix([[2.0, 0.5], [0.5, 1.0]])
SEQUENCES = {"sequence_length": 2}
ONE_TABLE = (
    "elu exp gelu hardswish hardtanh leaky_relu log log_softmax logsigmoid mish relu selu sigmoid silu softmax softplus "
    "sqrt tanh"
)
# For each operation: the Matrices it is called with, in the order of its arguments or by name, and its constants.
CALLS = {
    "adaptive_avg_pool2d": ([rows(1, 8)], {"output_size": 1, "in_channels": 2}),
    "avg_pool2d": ([rows(1, 8)], {"kernel_size": 2, "in_channels": 2}),
    "batch_norm": (
        [rows(3, 2)],
        {
            "running_mean": Tensor(rows(1, 2)),
            "running_var": Tensor(rows(1, 2)),
            "weight": rows(1, 2),
            "bias": rows(1, 2),
            "num_features": 2,
        },
    ),
    "binary_cross_entropy": ([rows(2, 3), rows(2, 3), rows(2, 3)], {}),
    "binary_cross_entropy_with_logits": ([rows(2, 3), rows(2, 3), rows(2, 3)], {"pos_weight": rows(1, 3)}),
    "cat": ([rows(2, 3), rows(1, 3)], {}),
    "cholesky": ([REGULAR], {}),
    "conv1d": ([rows(2, 6), rows(3, 4), rows(1, 3)], {"kernel_size": 2}),
    "conv2d": ([rows(2, 9), rows(3, 4), rows(1, 3)], {"kernel_size": 2}),
    "conv_transpose2d": ([rows(2, 4), rows(1, 4), rows(1, 1)], {"kernel_size": 2}),
    "cosine_embedding_loss": ([rows(2, 3), rows(2, 3)], {"target": [1, -1]}),
    "cross_entropy": ([rows(2, 3), rows(2, 3), rows(1, 3)], {}),
    "det": ([REGULAR], {}),
    "dropout": ([rows(2, 3)], {"training": False}),
    "embedding": ([], {"input": [0, 1], "weight": rows(2, 3)}),
    "group_norm": ([rows(2, 4)], {"num_groups": 1, "weight": rows(1, 2), "bias": rows(1, 2), "num_channels": 2}),
    "gru": ([rows(4, 6), rows(6, 2), rows(1, 6), rows(2, 2)], SEQUENCES),
    "huber_loss": ([rows(2, 3), rows(2, 3)], {}),
    "inv": ([REGULAR], {}),
    "kl_div": ([rows(2, 3), rows(2, 3)], {}),
    "l1_loss": ([rows(2, 3), rows(2, 3)], {}),
    "layer_norm": ([rows(2, 3), rows(1, 3), rows(1, 3)], {}),
    "linear": ([rows(2, 3), rows(4, 3), rows(1, 4)], {}),
    "lstm": ([rows(4, 8), rows(8, 2), rows(1, 8), rows(2, 2), rows(2, 2)], SEQUENCES),
    "max_pool2d": ([rows(1, 8)], {"kernel_size": 2, "in_channels": 2}),
    "mse_loss": ([rows(2, 3), rows(2, 3)], {}),
    "nll_loss": ([rows(2, 3)], {"target": [0, 2], "weight": rows(1, 3)}),
    "prelu": ([rows(2, 3), rows(1, 3)], {}),
    "rms_norm": ([rows(2, 3), rows(1, 3)], {}),
    "rnn": ([rows(4, 2), rows(2, 2), rows(1, 2), rows(2, 2)], SEQUENCES),
    "scaled_dot_product_attention": ([rows(4, 4)] * 3, {"heads": 2, **SEQUENCES}),
    "slogdet": ([REGULAR], {}),
    "smooth_l1_loss": ([rows(2, 3), rows(2, 3)], {}),
    "solve": ([REGULAR, rows(2, 3)], {}),
    "trace": ([REGULAR], {}),
    "triplet_margin_loss": ([rows(2, 3)] * 3, {}),
    **{name: ([rows(2, 3)], {}) for name in ONE_TABLE.split()},
}


def values(result):
    return [getattr(value, "data", value) for value in (result if isinstance(result, tuple) else (result,))]


def test_no_operation_is_left_out():
    assert sorted(CALLS) == sorted(OPERATIONS)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_a_list_of_lists_is_taken_as_a_matrix_is(name):
    operation, (inputs, named) = OPERATIONS[name], CALLS[name]
    expected = values(operation(*inputs, **named))
    assert values(operation(*map(Tensor, inputs), **named)) == expected
    for kind in (Matrix.tolist, lambda m: tuple(map(tuple, m.rows))):
        for i, table in enumerate(inputs):
            assert values(operation(*inputs[:i], kind(table), *inputs[i + 1 :], **named)) == expected, i
        for setting, table in named.items():
            if isinstance(table, Matrix):
                assert values(operation(*inputs, **{**named, setting: kind(table)})) == expected, setting


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_a_list_that_is_no_table_is_refused_as_matrix_refuses_it(name):
    operation, (inputs, named) = OPERATIONS[name], CALLS[name]
    for bad in ([[1.0, 2.0], [3.0]], [], [[]], [["a"]], [1.0, "b"]):
        for i in range(len(inputs)):
            with pytest.raises((TypeError, ValueError)):
                operation(*inputs[:i], bad, *inputs[i + 1 :], **named)
        for setting, table in named.items():
            if isinstance(table, Matrix):
                with pytest.raises((TypeError, ValueError)):
                    operation(*inputs, **{**named, setting: bad})


@pytest.mark.parametrize("setting", ["running_mean", "running_var"])
def test_running_statistics_are_tensors_since_training_changes_them(setting):
    running = {"running_mean": Tensor([[0.0, 0.0]]), "running_var": Tensor([[1.0, 1.0]]), setting: Matrix([[1.0, 1.0]])}
    with pytest.raises(TypeError, match=f"^batch_norm: {setting} is a Tensor, which training changes, got a Matrix"):
        functional.batch_norm(rows(3, 2), num_features=2, **running)


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
            "binary_cross_entropy",
            "binary_cross_entropy_with_logits",
        }
    )
    assert len(LOSSES) == len(REDUCED) and set(LOSSES) <= PUBLIC.keys()


@pytest.mark.parametrize("reduction", NO_REDUCTIONS, ids=repr)
@pytest.mark.parametrize("name", REDUCED)
def test_a_reduction_that_does_not_exist_is_refused_by_every_loss_function(name, reduction):
    inputs, named = CALLS[name]
    calls = [(inputs, named)]
    if name == "cross_entropy":  # each kind of target goes its own way
        calls += [(inputs[:1], {"target": [0, 2]}), (inputs[:1], {"target": [0, 2], "label_smoothing": 0.1})]
    for tables, settings in calls:
        with pytest.raises(ValueError, match=f"^{name}: reduction is 'mean'"):
            OPERATIONS[name](*tables, **settings, reduction=reduction)


@pytest.mark.parametrize("reduction", NO_REDUCTIONS, ids=repr)
@pytest.mark.parametrize("name", LOSSES)
def test_a_reduction_that_does_not_exist_is_refused_by_every_loss_layer(name, reduction):
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
