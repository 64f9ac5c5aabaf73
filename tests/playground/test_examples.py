"""The examples: columns of mean 0 and variance 1, made up from a seed or read from a table of the user's own."""

import json
import random

import pytest

from backprop.playground.examples import examples
from backprop.playground.experiment import DATA, Experiment
from backprop.playground.learner import GRID, LEVELS, Learner


def of_table(text):
    return examples(Experiment(data="csv", csv=text), random.Random(0))


@pytest.mark.parametrize("data", DATA)
def test_made_up_points_are_scaled_and_of_two_classes(data):
    """A mean of n numbers of size 1 is off by less than n roundings, each of 2⁻⁵³."""
    made = examples(Experiment(data=data, points=101), random.Random(0))
    assert all(abs(x) <= 101 * 2**-52 for x in made.inputs.mean(0).tolist())
    assert [round(x, 12) for x in made.inputs.square().mean(0).sqrt().tolist()] == [1, 1]
    assert sorted(made.targets.bincount().tolist()) == [50, 51]


@pytest.mark.parametrize(
    ("text", "features", "classes"),
    [
        ("1,2,0\n3,4,1\n", ["x1", "x2"], ["0", "1"]),
        ("a,b,kind\n1,2,yes\n3,4,no\n", ["a", "b"], ["no", "yes"]),
        ('\ufeffa,"b, in m",kind\r\n1,2,yes\r\n3,4,no\r\n', ["a", "b, in m"], ["no", "yes"]),
        ("\n\na,b,kind\n1,2,10\n3,4,9\n", ["a", "b"], ["9", "10"]),
        ("1,2,<b>\n3,4,&\n", ["x1", "x2"], ["&", "<b>"]),
    ],
)
def test_the_last_column_is_the_class_below_a_header_or_without(text, features, classes):
    data = of_table(text)
    assert (list(data.features), list(data.classes), len(data)) == (features, classes, 2)
    assert data.inputs.tolist() == [[-1.0, -1.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is empty"),
        ("a,b,kind\n", "no examples below its header"),
        ("1,2,0\n3,x,1\n", "line 2"),
        ("1,0\n2,1\n", "2 to 16 columns"),
        (",".join("1" * 18) + "\n", "2 to 16 columns"),
        ("1,2,0\n3,4,0\n", "2 to 5 classes"),
        ("1,2,0\n3,4,1\n" * 1001, "at most 2000 rows"),
    ],
)
def test_other_tables_are_refused(text, what):
    with pytest.raises(ValueError, match=what):
        of_table(text)


def test_the_plane_is_what_the_network_says_of_each_cell():
    """A network that asks only whether the second coordinate is above 0: below class 0, above class 1."""
    learner = Learner(Experiment(data="csv", csv="1,2,5,0\n3,4,6,1\n", layers=()))
    (layer,) = learner.model
    layer.load_state_dict({"weight": layer.weight.matrix * 0, "bias": layer.bias.matrix * 0})
    assert set(learner.state()["plane"]) == {0}  # undecided
    weight = [[0.0, -50.0, 0.0], [0.0, 50.0, 0.0]]
    layer.weight.data = type(layer.weight.matrix)(weight)
    plane = learner.state()["plane"]
    assert set(plane[: GRID**2 // 2]) == {2 * LEVELS - 1} and set(plane[GRID**2 // 2 :]) == {LEVELS - 1}


def test_what_no_float_holds_can_still_be_told():
    """JSON has no infinity: such a number is null, and the plane is undecided where the scores are no numbers."""
    learner = Learner(Experiment(data="xor", layers=()))
    (layer,) = learner.model
    layer.weight.data = layer.weight.matrix * 1e308 * 1e308
    state = json.loads(json.dumps(learner.state(), allow_nan=False))
    assert {x for row in state["layers"][0]["weights"] for x in row[:2]} == {None}
    assert {code % LEVELS for code in state["plane"]} == {0}
