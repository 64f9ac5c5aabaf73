"""The decision boundary: the plane as the model sees it, and each example where it belongs."""

import math
import random

import pytest

from backprop import Matrix, Tensor, equal
from backprop.nn import BatchNorm1d, Dropout, Linear, Sequential, Sigmoid
from backprop.pictures import DecisionBoundary
from tests.pictures.drawings import Drawing

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]


def region(drawing, kind):
    """(left, top, right, bottom) of what a class has of the plane."""
    (plane,) = [points for points in drawing.of("path", kind)[1:] if len(points) > 12]
    xs, ys = zip(*plane)
    return min(xs), min(ys), max(xs), max(ys)


def test_the_plane_is_seen_the_right_way_up():
    """Class 1 is where y > 0.5, which is above."""
    drawing = Drawing(DecisionBoundary(lambda rows: [int(y > 0.5) for _, y in rows], CORNERS, [0, 1, 0, 1]).svg())
    below, above = region(drawing, "c0"), region(drawing, "c1")
    assert above[3] == pytest.approx(below[1], abs=0.01) and above[1] < below[1]
    assert above[3] == pytest.approx((above[1] + below[3]) / 2, abs=0.01)


def test_the_plane_is_seen_the_right_way_round():
    drawing = Drawing(DecisionBoundary(lambda rows: [int(x > 0.5) for x, _ in rows], CORNERS, [0, 0, 1, 1]).svg())
    left, right = region(drawing, "c0"), region(drawing, "c1")
    assert left[2] == pytest.approx(right[0], abs=0.01) and left[0] < right[0]


def test_examples_stand_where_the_axes_say():
    """At x = 0.4 the tick and the example are one above the other."""
    svg = DecisionBoundary(lambda rows: [0] * len(rows), [[0, 0], [0.4, 0.4], [1, 1]], [0, 0, 0]).svg()
    drawing = Drawing(svg)
    middle = next((t.left + t.right) / 2 for t in drawing.texts if t.words == "0.4" and t.top > 300)
    marks = [points[0] for points in drawing.of("path", "c0") if len(points) < 6]
    assert min(abs(x - middle) for x, _ in marks) < 0.02


def test_predict_is_called_once_with_points_around_the_examples():
    calls = []

    def predict(rows):
        calls.append(rows)
        return [0] * len(rows)

    picture = DecisionBoundary(predict, [[-1, 10], [3, 20]], [0, 1])
    assert picture.svg() == picture.svg() and len(calls) == 1
    xs, ys = zip(*calls[0])
    assert -1.32 < min(xs) < -1 and 3 < max(xs) < 3.32 and 9.2 < min(ys) < 10 and 20 < max(ys) < 20.8


def test_probabilities_are_the_stronger_the_surer():
    svg = DecisionBoundary(lambda rows: [min(max(x, 0), 1) for x, _ in rows], CORNERS, [0, 0, 1, 1]).svg()
    strengths = [
        (path.get("class"), float(path.get("fill-opacity")))
        for path in Drawing(svg).root.iter("{http://www.w3.org/2000/svg}path")
        if path.get("fill-opacity")
    ]
    for kind, order in (("c0", -1), ("c1", 1)):
        own = [strength for name, strength in strengths if name == kind]
        assert len(own) == 9 and own == sorted(own)[::order]


def test_predictions_may_be_a_matrix():
    plain = DecisionBoundary(lambda rows: [0.25] * len(rows), CORNERS, [0, 0, 1, 1])
    of_matrix = DecisionBoundary(lambda rows: Matrix([[0.25]] * len(rows)), Matrix(CORNERS), [0, 0, 1, 1])
    assert plain.svg() == of_matrix.svg()


def test_a_model_is_taken_as_it_is():
    """Scores of three classes, a logit, a probability: the same as a function that says what they mean."""
    rng = random.Random(0)
    scores, logit = Linear(2, 3, rng=rng), Linear(2, 1, rng=rng)
    logit.weight.data = logit.weight.data * 9
    probability = Sequential(logit, Sigmoid())

    def classes(points):
        return scores(Tensor(points)).argmax(1)

    def probabilities(points):
        return probability(Tensor(points)).flatten().tolist()

    def svg(predict):
        return DecisionBoundary(predict, CORNERS, [0, 1, 1, 0]).svg()

    assert svg(scores) == svg(classes) == svg(lambda points: scores(points))
    assert svg(logit) == svg(probability) == svg(probabilities)


def test_a_model_is_asked_in_evaluation_mode_and_left_as_it_was():
    rng = random.Random(0)
    model = Sequential(Linear(2, 4, rng=rng), BatchNorm1d(4), Dropout(0.5, rng=rng), Linear(4, 2, rng=rng))
    model[2].eval()
    state, modes, drawn = model.state_dict(), [layer.training for layer in model.modules()], rng.getstate()
    first = DecisionBoundary(model, CORNERS, [0, 1, 1, 0]).svg()
    assert first == DecisionBoundary(model.train(), CORNERS, [0, 1, 1, 0]).svg()
    assert all(equal(x, state[name]) for name, x in model.state_dict().items()) and rng.getstate() == drawn
    model[2].eval()
    assert [layer.training for layer in model.modules()] == modes
    with pytest.raises(ValueError):
        DecisionBoundary(Sequential(model, Linear(3, 2)), CORNERS, [0, 1, 1, 0])
    assert [layer.training for layer in model.modules()] == modes


def test_a_model_of_other_inputs_is_refused_by_the_model():
    with pytest.raises(ValueError, match="Linear"):
        DecisionBoundary(Linear(3, 2), CORNERS, [0, 1, 1, 0])


def test_targets_may_be_a_matrix_as_a_loss_takes_it():
    plain = DecisionBoundary(zeros, CORNERS, [0, 1, 1, 0])
    for column in (Matrix([[0], [1], [1], [0]]), Matrix([[0.0], [1.0], [1.0], [0.0]])):
        assert DecisionBoundary(zeros, CORNERS, column).svg() == plain.svg()
    with pytest.raises(ValueError, match=r"targets\[1\] is an int from 0 up, got 0.5"):
        DecisionBoundary(zeros, CORNERS, Matrix([[0.0], [0.5], [1.0], [0.0]]))


def test_twenty_classes_have_their_own_look():
    svg = DecisionBoundary(lambda rows: [0] * len(rows), [[i, i] for i in range(20)], range(20)).svg()
    groups = [g for g in Drawing(svg).root.iter("{http://www.w3.org/2000/svg}g") if "edged" in g.get("class", "")]
    looks = {(g.get("class"), g[0].get("d").split("m")[1]) for g in groups}
    assert len(looks) == 20


def zeros(rows):
    return [0] * len(rows)


@pytest.mark.parametrize(
    ("predict", "points", "targets", "named", "sentence"),
    [
        (zeros, [[1, 2, 3]], [0], {}, "draws points of 2 coordinates, got rows of 3 numbers$"),
        (zeros, [[1, 2]], [0, 1], {}, "^DecisionBoundary got 2 targets for 1 points$"),
        (zeros, [[1, 2]], None, {}, "^targets needs a list of numbers, got None$"),
        (zeros, [[1, math.nan]], [0], {}, r"points\[0\]\[1\] is a finite number from -1e\+300 to 1e\+300, got nan$"),
        (zeros, [[1, 2]], [-1], {}, r"targets\[0\] is an int from 0 up, got -1$"),
        (zeros, [[1, 2]], [1.0], {}, r"targets\[0\] is an int from 0 up, got 1.0$"),
        (zeros, [[1, 2]], [2], {"classes": ["a", "b"]}, "^DecisionBoundary got 2 names for classes 0 to 2$"),
        (lambda rows: [0], [[1, 2]], [0], {}, "predict gave 1 numbers for 6912 points$"),
        (
            lambda rows: [1.5] * len(rows),
            [[1, 2]],
            [0],
            {},
            r"prediction\[0\] is a finite number from 0 to 1, got 1.5$",
        ),
        (lambda rows: [-1] * len(rows), [[1, 2]], [0], {}, r"prediction\[0\] is a finite number from 0 to "),
        (lambda rows: [math.nan] * len(rows), [[1, 2]], [0], {}, r"prediction\[0\] .* got nan$"),
        (lambda rows: ["a"] * len(rows), [[1, 2]], [0], {}, r"^prediction\[0\] is 'a', not a real number"),
    ],
)
def test_what_cannot_be_drawn_is_refused(predict, points, targets, named, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        DecisionBoundary(predict, points, targets, **named)
