"""The examples: points that are made up from a seed, or a table of the user's own, and those held out of them."""

import pytest

from backprop.playground.examples import examples
from backprop.playground.experiment import Experiment, FieldError
from backprop.playground.points import CLASSES, NUMBERS


def of_table(text, **settings):
    return examples(Experiment(data="csv", csv=text, test=0, **settings))


@pytest.mark.parametrize("data", CLASSES)
def test_made_up_points_are_of_all_classes_alike_and_fill_the_plane(data):
    made = examples(Experiment(data=data, points=240, test=0, noise=0.0))
    count = CLASSES[data][1]
    assert made.targets.bincount().tolist() == [240 // count] * count and made.train == 240
    assert 1.2 < max(abs(x) for row in made.columns for x in row) < 3
    assert len({tuple(row) for row in made.columns}) == 240


@pytest.mark.parametrize("data", NUMBERS)
def test_numbers_to_be_learned_are_from_minus_one_to_one(data):
    made = examples(Experiment(task="regression", data=data, points=300, noise=0.0))
    assert made.targets.shape == (300, 1) and not made.classes
    assert 0.8 < made.targets.abs().max().item() <= 1.1 and made.targets.min().item() < -0.5


def test_held_out_are_the_last():
    made = examples(Experiment(points=90, test=33))
    assert made.train == 90 - 29 and len(made.columns) == 90
    assert examples(Experiment(points=90, test=0)).columns == made.columns


def test_noise_moves_the_points_in_proportion():
    """Each point goes its own straight way as the noise grows."""
    still, some, more = (examples(Experiment(points=40, noise=noise)).columns for noise in (0.0, 0.1, 0.2))
    for a, b, c in zip(still, some, more):
        assert [y - x for x, y in zip(a, c)] == pytest.approx([2 * (y - x) for x, y in zip(a, b)], abs=1e-12)
    assert still != some


def test_features_are_made_of_the_first_two_columns():
    features = ("x2", "x1^2", "x2^2", "x1*x2", "sin x1", "sin x2")
    made = of_table("1,2,3,0\n3,5,4,1\n2,2,9,1\n", features=features)
    assert made.features == [*features, "x3"]
    for (x, y, z), row in zip(made.columns, made.inputs.tolist()):
        assert row[:4] == pytest.approx([y, x * x, y * y, x * y], rel=1e-6) and row[6] == pytest.approx(z, rel=1e-6)
    halves = examples(Experiment(features=("sin x1",), points=20))
    assert max(halves.inputs.abs().flatten().tolist()) <= 1


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
    assert (list(data.names), list(data.classes)) == (features, classes)
    assert sorted(data.columns) == [[-1.0, -1.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "Choose a file first"),
        ("\n\n", "is empty"),
        ("a,b,kind\n", "no examples below its header"),
        ("1,2,0\n3,,1\n5,7,1\n", "1 missing cell"),
        ("1,0\n2,1\n", "2 to 16 columns"),
        (",".join("1" * 18) + "\n" + ",".join("2" * 18) + "\n", "2 to 16 columns"),
        ("1,2,0\n3,4,0\n", "2 to 5 classes"),
        ("1,2,0\n3,4,1\n" * 1001, "at most 2000 rows"),
    ],
)
def test_other_tables_are_refused(text, what):
    with pytest.raises(FieldError, match=what):
        of_table(text)
