"""The report: its figures are those of the single metrics, and it is a table and a dict."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix, metrics
from backprop.datasets import load_iris
from backprop.metrics import Report, report

answers = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=30).map(
    lambda p: list(zip(*p))
)
RATIOS = {"precision": metrics.precision, "recall": metrics.recall, "f1": metrics.f1}


@given(answers)
def test_the_figures_of_classes(pairs):
    true, predicted = pairs
    result = report(true, predicted)
    occurring = sorted({*true, *predicted})
    assert list(result["classes"]) == list(map(str, occurring))
    assert result["accuracy"] == metrics.accuracy(true, predicted)
    for name, metric in RATIOS.items():
        single = metric(true, predicted, average=None)
        assert [row[name] for row in result["classes"].values()] == [single[k] for k in occurring]
        for average in ("macro", "weighted"):
            assert result[average][name] == metric(true, predicted, average=average)
    assert [row["support"] for row in result["classes"].values()] == [true.count(k) for k in occurring]
    assert result["macro"]["support"] == result["weighted"]["support"] == len(true)


def test_the_figures_of_numbers():
    true, predicted = Matrix([[1.0, 4.0], [2.0, 6.0]]), Matrix([[1.5, 4.0], [2.0, 5.0]])
    names = ("r2", "mean_absolute_error", "root_mean_squared_error")
    assert report(true, predicted) == {name: getattr(metrics, name)(true, predicted) for name in names}


@pytest.mark.parametrize(
    "result", [report([0, 1, 1], [0, 1, 0], classes=["no", "yes"]), report([0.5, 1.5], [0.5, 1.0])]
)
def test_json_gives_the_same_dict_back(result):
    assert isinstance(result, Report) and json.loads(json.dumps(result)) == result


def test_the_table_shows_every_figure_in_columns():
    lines = str(report([0, 0, 1, 7], [0, 1, 1, 7], classes=["apple", "fig", *"abcd", "e", "kiwi"])).splitlines()
    assert lines == [
        "          precision  recall      f1  support",
        "apple        1.0000  0.5000  0.6667        2",
        "fig          0.5000  1.0000  0.6667        1",
        "kiwi         1.0000  1.0000  1.0000        1",
        "accuracy                     0.7500        4",
        "macro        0.8333  0.8333  0.7778        4",
        "weighted     0.8750  0.7500  0.7500        4",
    ]


def test_it_takes_what_a_dataset_and_a_model_give():
    iris = load_iris()
    # A rule for scores, larger where the petals suit: below 2.5 cm setosa, above 4.8 virginica.
    petals = iris.inputs[:, 2].tolist()
    scores = Matrix([[2.5 - x, 0.0, x - 4.8] for x in petals])
    result = report(iris.targets, scores, classes=iris.classes)
    assert list(result["classes"]) == iris.classes
    assert result["classes"]["setosa"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 50}
    assert result["accuracy"] == metrics.accuracy(iris.targets, scores) > 0.9


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: report([0, 2], [0, 1], classes=["a", "b"]),
            ValueError,
            r"report: y_true\[1\] is 2; with 2 classes they are 0 to 1",
        ),
        (
            lambda: report([0], Matrix([[1.0, 2.0]]), classes=["a"]),
            ValueError,
            "2 columns of scores are not for 1 classes",
        ),
        (lambda: report([0, 1], [0, 1], classes=["a", "a"]), ValueError, "need different names"),
        (lambda: report([0, 1], [0, 1], classes="ab"), TypeError, "classes are a list of names, got 'ab'"),
        (lambda: report([0, 1], [0, 1], classes=[0, 1]), TypeError, "classes are a list of names"),
        (lambda: report([0.5], [0.5], classes=["a"]), ValueError, "classes name class indices, but y_true is"),
        (lambda: report([0, 1], [0.5, 0.5]), TypeError, "report: y_pred is a list of class indices"),
        (lambda: report(Matrix([[0.5]]), [float("nan")]), ValueError, "report: row 0 of y_pred"),
        (lambda: report([0, 1], [0]), ValueError, "report got 1 predictions for 2 targets"),
        (lambda: report(None, [0]), TypeError, "report: y_true is a list of numbers, a Matrix or a Tensor, got None"),
    ],
)
def test_what_does_not_fit_is_refused(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
