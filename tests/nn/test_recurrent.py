"""RNN, LSTM and GRU: PyTorch's figures, gradients, how a batch and two directions come apart, and what is refused."""

import random
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, Tensor
from backprop.autograd import gradcheck
from backprop.nn.recurrent import GRU, LSTM, RNN
from tests.figures import reference
from tests.strategies import random_tensor, seeds

REFERENCE = reference("recurrent.json")
KINDS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}
kinds = st.sampled_from(list(KINDS))


def _all(results):
    """[output, h_n] or [output, h_n, c_n]."""
    output, states = results
    return [output, *states] if isinstance(states, tuple) else [output, states]


def _close(matrix, figures):
    return matrix.allclose(Matrix(figures), rel_tol=1e-9, abs_tol=1e-12)


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: f"{case['kind']}-{case['settings']}")
def test_outputs_states_and_gradients_are_those_of_pytorch(case):
    layer = KINDS[case["kind"]](**case["settings"])
    layer.load_state_dict({name: Matrix(rows) for name, rows in case["parameters"].items()})
    assert list(layer.state_dict()) == list(case["parameters"]), "the order of the parameters"
    x = Tensor(Matrix(case["input"]), requires_grad=True)
    states = [Tensor(Matrix(rows), requires_grad=True) for rows in case["hx"]]
    hx = None if not states else tuple(states) if case["kind"] == "LSTM" else states[0]
    results = _all(layer(x, hx, sequence_length=case["sequence_length"]))
    assert len(results) == len(case["outputs"])
    for result, figures in zip(results, case["outputs"]):
        assert _close(result.matrix, figures)
    loss = Tensor(0)
    for result, upstream in zip(results, case["upstream"]):
        loss = loss + (result * Matrix(upstream)).sum()
    loss.backward()
    assert _close(x.grad.matrix, case["input_gradient"])
    for state, figures in zip(states, case["hx_gradients"]):
        assert _close(state.grad.matrix, figures)
    for name, parameter in layer.named_parameters():
        assert _close(parameter.grad.matrix, case["parameter_gradients"][name]), name


def _settings(name, rng):
    settings = {"num_layers": rng.choice([1, 2]), "bias": rng.random() < 0.7, "bidirectional": rng.random() < 0.5}
    return KINDS[name](rng.choice([1, 2]), rng.choice([1, 2]), **settings, rng=rng)


@pytest.mark.parametrize("name", KINDS)
@given(st.integers(1, 2), st.integers(1, 3), seeds)
def test_gradient_of_each_result(name, batch, length, seed):
    rng = random.Random(seed)
    layer = _settings(name, rng)
    x = random_tensor(batch * length, layer.input_size, rng)
    which = rng.randrange(3 if name == "LSTM" else 2)
    inputs = [x, *layer.parameters()]
    assert gradcheck(lambda x, *_: _all(layer(x, sequence_length=length))[which], inputs, rng=rng)


@given(kinds, st.integers(2, 3), st.integers(1, 4), seeds)
def test_a_batch_is_its_sequences_one_by_one(name, batch, length, seed):
    rng = random.Random(seed)
    layer = _settings(name, rng)
    x = Matrix.normal(batch * length, layer.input_size, rng=rng)
    output, *states = (tensor.matrix for tensor in _all(layer(x, sequence_length=length)))
    for b in range(batch):
        alone, *ends = (t.matrix for t in _all(layer(x[b * length : (b + 1) * length], sequence_length=length)))
        assert alone.allclose(output[b * length : (b + 1) * length], rel_tol=1e-13)
        for end, state in zip(ends, states):
            assert end.allclose(state[b::batch], rel_tol=1e-13)


@given(kinds, st.integers(1, 4), seeds)
def test_the_way_back_is_the_way_forward_over_the_rows_in_reverse(name, length, seed):
    rng = random.Random(seed)
    both = KINDS[name](2, 3, bidirectional=True, rng=rng)
    state = both.state_dict()
    x = Matrix.normal(length, 2, rng=rng)
    output, *ends = (tensor.matrix for tensor in _all(both(x, sequence_length=length)))
    for k, suffix in enumerate(("", "_reverse")):
        one = KINDS[name](2, 3)
        one.load_state_dict({part: state[part + suffix] for part in one.state_dict()})
        way = slice(None, None, -1 if suffix else 1)
        alone, *own_ends = (tensor.matrix for tensor in _all(one(x[way], sequence_length=length)))
        assert alone[way] == output[:, 3 * k : 3 * k + 3]
        assert own_ends == [end[k] for end in ends]


@given(kinds, st.integers(1, 3), st.integers(1, 3), seeds)
def test_a_run_can_be_taken_up_where_it_was_left(name, first, second, seed):
    rng = random.Random(seed)
    layer = KINDS[name](2, 2, num_layers=2, rng=rng)
    x = Matrix.normal(first + second, 2, rng=rng)
    whole = layer(x, sequence_length=first + second)[0].matrix
    before, hx = layer(x[:first], sequence_length=first)
    after, _ = layer(x[first:], hx, sequence_length=second)
    assert Matrix.vstack([before.matrix, after.matrix]).allclose(whole, rel_tol=1e-13)


def test_start_values_and_shapes_are_those_of_pytorch():
    layer = LSTM(7, 25, num_layers=2, bidirectional=True, rng=random.Random(0))
    shapes = {name: value.shape for name, value in layer.state_dict().items()}
    assert shapes["weight_ih_l0"] == (100, 7) and shapes["weight_ih_l1_reverse"] == (100, 50)
    assert shapes["weight_hh_l1"] == (100, 25) and shapes["bias_hh_l0_reverse"] == (1, 100) and len(shapes) == 16
    for parameter in layer.parameters():
        # Uniform in ±1/√25: at least a hundred draws, of which 2 in 100 are beyond 0.98 of the bound.
        assert 0.18 < parameter.matrix.max() <= 0.2 and -0.2 <= parameter.matrix.min() < -0.18


def test_dropout_is_between_the_layers_and_only_while_training():
    layer = LSTM(2, 20, num_layers=2, dropout=0.5, rng=random.Random(0))
    x = Matrix.normal(6, 2, rng=random.Random(1))
    one, other = (layer(x, sequence_length=3) for _ in range(2))
    assert one[0].matrix != other[0].matrix
    first_layer = slice(0, 2)
    assert one[1][0].matrix[first_layer] == other[1][0].matrix[first_layer], "nothing is dropped before the first layer"
    layer.eval()
    same = LSTM(2, 20, num_layers=2)
    same.load_state_dict(layer.state_dict())
    assert layer(x, sequence_length=3)[0].matrix == same(x, sequence_length=3)[0].matrix


def test_repr_shows_what_is_not_default():
    assert repr(LSTM(3, 5)).startswith("LSTM(3, 5)")
    assert repr(GRU(3, 5, 2, False, bidirectional=True)).startswith(
        "GRU(3, 5, num_layers=2, bias=False, bidirectional=True)"
    )
    assert repr(RNN(3, 5, nonlinearity="relu")).startswith("RNN(3, 5, nonlinearity='relu')")


X = Matrix.zeros(6, 3)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (lambda: RNN(0, 2), ValueError, "RNN: input_size is an int from 1 up, got 0"),
        (lambda: LSTM(2, 2.5), ValueError, "LSTM: hidden_size is an int from 1 up, got 2.5"),
        (lambda: GRU(2, 2, 0), ValueError, "GRU: num_layers is an int from 1 up, got 0"),
        (lambda: GRU(2, 2, dropout=1.5), ValueError, "GRU: dropout is .* from 0 to 1, got 1.5"),
        (lambda: GRU(2, 2, dropout=float("nan")), ValueError, "GRU: dropout is .* from 0 to 1, got nan"),
        (lambda: RNN(2, 2, nonlinearity="sin"), ValueError, "RNN: nonlinearity is 'tanh' or 'relu', got 'sin'"),
        (lambda: LSTM(4, 5)(X, sequence_length=3), ValueError, r"LSTM\(4, 5\) got rows of 3 numbers; it needs 4"),
        (lambda: GRU(3, 5)(X, sequence_length=4), ValueError, r"GRU\(3, 5\) got 6 rows; sequence_length=4 does not"),
        (lambda: GRU(3, 5)(X, sequence_length=0), ValueError, "sequence_length is an int from 1 up, got 0"),
        (
            lambda: GRU(3, 5, 2)(X, Matrix.zeros(2, 5), sequence_length=3),
            ValueError,
            r"GRU\(3, 5\) got hx of 2×5; it needs 4×5, a row for each of 2 sequences in each of 2 layers",
        ),
        (
            lambda: LSTM(3, 5)(X, (Matrix.zeros(2, 5), Matrix.zeros(2, 4)), sequence_length=3),
            ValueError,
            r"LSTM\(3, 5\) got c_0 of 2×4; it needs 2×5",
        ),
        (
            lambda: LSTM(3, 5)(X, Matrix.zeros(2, 5), sequence_length=3),
            TypeError,
            r"LSTM: hx is the pair \(h_0, c_0\), got Matrix",
        ),
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
