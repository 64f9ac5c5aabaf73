"""Histograms: every number in a bin or counted beside the name, over one range, as high as they are many."""

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop import Matrix
from backprop.pictures import Histograms
from tests.pictures.drawings import Drawing

finite = st.floats(-1e6, 1e6)


def heights(svg):
    """For each histogram the heights of its bins, from 0 to 44."""
    found = []
    for outline in Drawing(svg).of("path", "c0"):
        bottom = outline[0][1]
        found.append([bottom - y for (_, y), (_, same) in zip(outline[1:-1:2], outline[2:-1:2]) if y == same])
    return found


@given(st.lists(finite, min_size=1, max_size=60))
def test_every_number_is_in_a_bin(values):
    (bins,) = heights(Histograms({"a": values}).svg())
    assert len(bins) == 60 and max(bins) == 44
    # For one n that the fullest bin may have, heights of two decimals are whole counts, and of all numbers.
    assert any(
        all(abs(height * n / 44 - round(height * n / 44)) <= 0.02 * n / 44 for height in bins)
        and sum(round(height * n / 44) for height in bins) == len(values)
        for n in range(1, len(values) + 1)
    )


def test_a_known_histogram():
    (bins,) = heights(Histograms({"a": [0, 0, 0, 30, 60, 60]}).svg())
    assert {i: round(h, 1) for i, h in enumerate(bins) if h} == {0: 44, 30: 14.7, 59: 29.3}


def test_all_groups_have_one_range_and_each_its_own_height():
    wide, narrow = heights(Histograms({"a": [-10, 0, 10], "b": [-1, 0, 0, 1]}).svg())
    assert [i for i, h in enumerate(wide) if h] == [0, 30, 59]
    assert [i for i, h in enumerate(narrow) if h] == [27, 30, 33] and max(wide) == max(narrow) == 44


def test_on_a_logarithmic_scale_sizes_that_shrink_walk_to_the_left():
    groups = {str(i): [(-1) ** i * 10.0**-i] for i in range(5)}
    positions = [bins.index(44) for bins in heights(Histograms(groups, x_scale="log").svg())]
    assert positions == [59, 45, 30, 15, 0]


@given(st.lists(finite, min_size=1))
def test_mean_and_standard_deviation_are_told(values):
    said = str(Histograms({"a": values})).split("  ")[-1]
    mean, std = (float(part.split()[1]) for part in said.split(", "))
    size = max(map(abs, values))
    assert mean == pytest.approx(statistics.fmean(values), rel=0.006, abs=1e-12 * size)
    assert std == pytest.approx(statistics.pstdev(values), rel=0.006, abs=1e-7 * size)


@pytest.mark.parametrize(
    ("values", "x_scale", "summary"),
    [
        ([1.0, 3.0], "linear", "mean 2, std 1"),
        ([], "linear", "no values"),
        ([math.nan, math.inf, 1.0], "linear", "mean 1, std 0, 2 not finite"),
        ([math.nan], "linear", "1 not finite"),
        ([0.0, 0.0, 1.0, -1.0], "log", "mean 0, std 0.707, 2 zero"),
        ([0.0, 0.0], "linear", "mean 0, std 0"),
        ([1e308, 1e308, -1e308, -1e308], "linear", "mean 0, std 1e+308"),
    ],
)
def test_summaries(values, x_scale, summary):
    picture = Histograms({"a": values}, x_scale=x_scale)
    assert summary in [text.words for text in Drawing(picture.svg()).texts]
    assert str(picture).endswith(f"  {summary}")


def test_a_matrix_is_taken_entry_by_entry():
    assert Histograms({"w": Matrix([[1, 2], [3, 4]])}).svg() == Histograms({"w": [1, 2, 3, 4]}).svg()


@pytest.mark.parametrize(
    ("groups", "named", "sentence"),
    [
        ({}, {}, r"^Histograms needs at least one group by its name, \{\"layer 1\": \[0.1, -0.2\]\}$"),
        ([1, 2], {}, "^Histograms needs at least one group"),
        ({"a": [1]}, {"x_scale": "ln"}, "^Histograms: x_scale is 'linear' or 'log', got 'ln'$"),
        ({"a": None}, {}, "^a needs a list of numbers, got None$"),
        ({"a": [None]}, {}, r"^a\[0\] is None, not a real number"),
    ],
)
def test_what_is_no_histogram_is_refused(groups, named, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        Histograms(groups, **named)
