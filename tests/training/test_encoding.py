"""States as text and tensors: what is read back is the same, to the kind of each number."""

import json
import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Epoch, Matrix
from backprop.autograd import as_tensor
from backprop.training.encoding import decoded, encoded
from tests.strategies import matrices

numbers = st.integers() | st.floats()
words = st.text(max_size=4).filter(lambda key: key[:1] != "$")
plain = st.none() | st.booleans() | numbers | st.text(max_size=4)
leaves = plain | matrices(entries=numbers) | matrices(entries=st.floats())
states = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(words, inner, max_size=4)
        | st.dictionaries(st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


def through_text(value):
    tensors = {}
    text = json.dumps(encoded(value, "state", tensors))
    assert all(type(x) is float for matrix in tensors.values() for row in matrix for x in row)
    return decoded(json.loads(text), lambda name: as_tensor(tensors[name]))


@given(states)
def test_every_state_comes_back_as_it_was(state):
    """``repr`` tells 1 from 1.0 and 0.0 from −0.0, shows floats to the last bit, and a NaN is a NaN."""
    assert repr(through_text(state)) == repr(state)


def test_the_state_of_a_generator_and_an_epoch_come_back():
    rng = random.Random(0)
    rng.gauss(0.0, 1.0)  # leaves a number in reserve
    epoch = Epoch(3, 0.1, None, math.inf, None, 1e300)
    assert through_text([rng.getstate(), epoch]) == [rng.getstate(), epoch]


def test_tensors_have_the_names_of_their_places():
    tensors = {}
    encoded({"state": {0: {"m": Matrix([[1.0]]), "s": [Matrix([[2.0]])], "t": Matrix([[1]])}}}, "optimizer", tensors)
    assert tensors == {"optimizer.state.0.m": Matrix([[1.0]]), "optimizer.state.0.s.0": Matrix([[2.0]])}


def test_two_places_of_one_name_keep_both():
    state = {"a.b": Matrix([[1.0]]), "a": {"b": Matrix([[2.0]])}}
    assert through_text(state) == state


@pytest.mark.parametrize(
    "thing", [Fraction(1, 3), Matrix([[Fraction(1, 3)]]), abs, {1, 2}, {"$": 1}, {1.5: 2}, b"bytes", 1j]
)
def test_what_could_not_be_read_back_is_refused(thing):
    with pytest.raises(
        TypeError, match="a checkpoint holds numbers, texts, lists, dicts, Matrices and Tensors, but state.a"
    ):
        encoded({"a": thing}, "state", {})
