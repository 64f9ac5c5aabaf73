"""RNN, LSTM and GRU: PyTorch's figures, gradients, how a batch and two directions come apart, and what is refused."""

import random
import warnings
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import constant, gradcheck
from backprop.nn.recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNCell
from backprop.tensors.concatenation import cat, stack
from tests import tables
from tests.figures import reference
from tests.strategies import seeds

REFERENCE = reference("recurrent.json")
KINDS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
CELLS = {"RNN": RNNCell, "LSTM": LSTMCell, "GRU": GRUCell}
kinds = st.sampled_from(list(KINDS))


def _all(results):
    """[output, h_n] or [output, h_n, c_n]."""
    output, states = results
    return [output, *states] if isinstance(states, tuple) else [output, states]


def _close(matrix, figures):
    return matrix.allclose(Matrix(figures), rel_tol=1e-9, abs_tol=1e-12)


def _leaf(rows, *leading):
    """The rows of a figure with these axes in front of them."""
    leaf = Tensor(rows).view(*leading, len(rows[0]))
    leaf.requires_grad = True
    return leaf


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: f"{case['kind']}-{case['settings']}")
def test_outputs_states_and_gradients_are_those_of_pytorch(case):
    layer = KINDS[case["kind"]](**case["settings"], batch_first=True)
    layer.load_state_dict({name: Matrix(rows) for name, rows in case["parameters"].items()})
    assert list(layer.state_dict()) == list(case["parameters"]), "the order of the parameters"
    x = _leaf(case["input"], -1, case["sequence_length"])
    blocks = len(layer.directions) * layer.num_layers
    states = [_leaf(rows, blocks, -1) for rows in case["hx"]]
    hx = None if not states else tuple(states) if case["kind"] == "LSTM" else states[0]
    results = _all(layer(x, hx))
    assert len(results) == len(case["outputs"])
    for result, figures in zip(results, case["outputs"]):
        assert _close(result.matrix, figures)
    loss = Tensor(0.0)
    for result, upstream in zip(results, case["upstream"]):
        loss = loss + (result * Tensor(upstream).view(*result.shape)).sum()
    loss.backward()
    assert _close(x.grad.matrix, case["input_gradient"])
    for state, figures in zip(states, case["hx_gradients"]):
        assert _close(state.grad.matrix, figures)
    for name, parameter in layer.named_parameters():
        assert _close(parameter.grad.matrix, case["parameter_gradients"][name]), name


def _settings(name, rng):
    settings = {"num_layers": rng.choice([1, 2]), "bias": rng.random() < 0.7, "bidirectional": rng.random() < 0.5}
    return KINDS[name](rng.choice([1, 2]), rng.choice([1, 2]), **settings, rng=rng)


def _input(shape, rng):
    return constant(tables.normal(1, prod(shape), rng=rng), shape)


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=12)
@given(st.integers(1, 2), st.integers(1, 3), seeds)
def test_gradient_of_each_result(name, batch, length, seed):
    rng = random.Random(seed)
    layer = _settings(name, rng)
    x = _input((length, batch, layer.input_size), rng)
    x.requires_grad = True
    which = rng.randrange(3 if name == "LSTM" else 2)
    assert gradcheck(lambda x, *_: _all(layer(x))[which], [x, *layer.parameters()], rng=rng)


@given(kinds, st.integers(2, 3), st.integers(1, 4), st.booleans(), seeds)
def test_a_batch_is_its_sequences_one_by_one(name, batch, length, batch_first, seed):
    rng = random.Random(seed)
    layer = _settings(name, rng)
    layer.batch_first = batch_first
    x = _input((batch, length, layer.input_size), rng)
    output, *states = _all(layer(x if batch_first else x.transpose(0, 1)))
    assert output.shape[:2] == ((batch, length) if batch_first else (length, batch))
    for b in range(batch):
        alone, *ends = _all(layer(x[b]))
        assert _near(alone, output[b] if batch_first else output[:, b])
        assert all(_near(end, state[:, b]) for end, state in zip(ends, states))


def _near(one, other):
    return one.shape == other.shape and one.matrix.allclose(other.matrix, rel_tol=1e-12, abs_tol=1e-15)


@given(kinds, st.integers(1, 4), seeds)
def test_the_backward_direction_is_the_forward_one_over_the_steps_in_reverse(name, length, seed):
    rng = random.Random(seed)
    both = KINDS[name](2, 3, bidirectional=True, rng=rng)
    state = both.state_dict()
    x = tables.normal(length, 2, rng=rng)
    output, *ends = (tensor.matrix for tensor in _all(both(x)))
    for k, suffix in enumerate(("", "_reverse")):
        one = KINDS[name](2, 3)
        one.load_state_dict({part: state[part + suffix] for part in one.state_dict()})
        order = slice(None, None, -1 if suffix else 1)
        alone, *own_ends = (tensor.matrix for tensor in _all(one(x[order])))
        assert alone[order] == output[:, 3 * k : 3 * k + 3]
        assert own_ends == [end[k] for end in ends]


@given(kinds, st.integers(1, 3), st.integers(1, 3), seeds)
def test_a_run_can_be_taken_up_where_it_was_left(name, first, second, seed):
    rng = random.Random(seed)
    layer = KINDS[name](2, 2, num_layers=2, rng=rng)
    x = _input((first + second, 3, 2), rng)
    before, hx = layer(x[:first])
    after, _ = layer(x[first:], hx)
    assert _near(cat([before, after]), layer(x)[0])


@pytest.mark.parametrize("name", KINDS)
@given(st.integers(1, 3), st.booleans(), seeds)
def test_a_cell_step_by_step_is_the_layer(name, length, batched, seed):
    rng = random.Random(seed)
    layer, cell = KINDS[name](2, 3, rng=rng), CELLS[name](2, 3)
    cell.load_state_dict({part[: -len("_l0")]: value for part, value in layer.state_dict().items()})
    x = _input((length, 4, 2) if batched else (length, 2), rng)
    hx, hidden = None, []
    for step in x:
        hx = cell(step, hx)
        hidden.append(hx[0] if name == "LSTM" else hx)
    output, state = layer(x)
    assert _near(stack(hidden), output)
    assert name != "LSTM" or _near(hx[1], state[1][0])
    assert repr(CELLS[name](2, 3, bias=False)).startswith(f"{name}Cell(2, 3, bias=False)")


def test_start_values_and_shapes_are_those_of_pytorch():
    layer = LSTM(7, 25, num_layers=2, bidirectional=True, rng=random.Random(0))
    shapes = {name: value.shape for name, value in layer.state_dict().items()}
    assert shapes["weight_ih_l0"] == (100, 7) and shapes["weight_ih_l1_reverse"] == (100, 50)
    assert shapes["weight_hh_l1"] == (100, 25) and shapes["bias_hh_l0_reverse"] == (100,) and len(shapes) == 16
    for parameter in layer.parameters():
        # Uniform in ±1/√25: at least a hundred draws, of which 2 in 100 are beyond 0.98 of the bound.
        assert 0.18 < parameter.max() <= 0.2 and -0.2 <= parameter.min() < -0.18


def test_dropout_is_between_the_layers_and_only_while_training():
    layer = LSTM(2, 20, num_layers=2, dropout=0.5, rng=random.Random(0))
    x = _input((3, 2, 2), random.Random(1))
    one, other = (layer(x) for _ in range(2))
    assert one[0].matrix != other[0].matrix
    assert one[1][0][0].tolist() == other[1][0][0].tolist(), "nothing is dropped before the first layer"
    layer.eval()
    same = LSTM(2, 20, num_layers=2)
    same.load_state_dict(layer.state_dict())
    assert layer(x)[0].matrix == same(x)[0].matrix


def test_repr_shows_what_is_not_default():
    assert repr(LSTM(3, 5)).startswith("LSTM(3, 5)")
    assert repr(GRU(3, 5, 2, False, bidirectional=True)).startswith(
        "GRU(3, 5, num_layers=2, bias=False, bidirectional=True)"
    )
    assert repr(LSTM(3, 5, 2, dropout=0.5, bias=False)).startswith("LSTM(3, 5, num_layers=2, bias=False, dropout=0.5)")


X = Tensor([[[0.0] * 3] * 2] * 3)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: RNN(0, 2), ValueError, "RNN: input_size is an int from 1 up, got 0"),
        (lambda: LSTM(2, 2.5), ValueError, "LSTM: hidden_size is an int from 1 up, got 2.5"),
        (lambda: GRU(2, 2, 0), ValueError, "GRU: num_layers is an int from 1 up, got 0"),
        (lambda: GRU(2, 2, dropout=1.5), ValueError, "GRU: dropout is .* from 0 to 1, got 1.5"),
        (lambda: GRU(2, 2, dropout=float("nan")), ValueError, "GRU: dropout is .* from 0 to 1, got nan"),
        (lambda: RNN(2, 2, nonlinearity="sin"), ValueError, "RNN: nonlinearity is 'tanh' or 'relu', got 'sin'"),
        (lambda: LSTM(2, 2, proj_size=2), ValueError, "LSTM: proj_size is below hidden_size=2, got 2"),
        (lambda: LSTM(4, 5)(X), ValueError, r"LSTM\(4, 5\) got rows of 3 numbers; it needs 4"),
        (lambda: GRU(3, 5)(X[0, 0]), ValueError, r"GRU: an input is \(T, N, 3\), or \(T, 3\) for one .* got \[3\]"),
        (
            lambda: GRU(3, 5, 2)(X, tables.zeros(2, 5)),
            ValueError,
            r"GRU\(3, 5\) got hx of the shape \[2, 5\]; it needs \[2, 2, 5\], a state for each of 2 layers",
        ),
        (
            lambda: LSTM(3, 5)(X[:, 0], (tables.zeros(1, 5), tables.zeros(1, 4))),
            ValueError,
            r"LSTM\(3, 5\) got c_0 of the shape \[1, 4\]; it needs \[1, 5\]",
        ),
        (lambda: LSTM(3, 5)(X, tables.zeros(2, 5)), TypeError, r"LSTM: hx is the pair \(h_0, c_0\), got Matrix"),
        (lambda: GRUCell(3, 5)(X), ValueError, r"GRUCell: an input is \(N, 3\) or \(3\), got \[3, 2, 3\]"),
        (
            lambda: GRUCell(3, 5)(X[0], tables.zeros(1, 5)),
            ValueError,
            r"GRUCell: hx has the shape \[2, 5\], got \[1, 5\]",
        ),
        (lambda: LSTMCell(3, 5)(X[0], X[0]), TypeError, r"LSTMCell: hx is the pair \(h_0, c_0\)"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


@pytest.mark.parametrize("kind", [RNN, LSTM, GRU])
def test_a_dropout_that_has_no_place_is_a_warning(kind):
    with pytest.warns(
        UserWarning, match=rf"^{kind.__name__}: dropout=0.5 is between layers; with num_layers=1 it does"
    ):
        kind(2, 3, dropout=0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kind(2, 3, 2, dropout=0.5)
        kind(2, 3)
