"""Distances as layers: their settings reach the functions of their names."""

import pytest

from backprop import Tensor, nn
from backprop.nn import functional as F

X, Y = Tensor([[0.5, -1.0], [2.0, 1.5]]), Tensor([[1.0, 2.0], [0.5, 1.25]])


def test_a_layer_is_the_function_of_its_name_with_its_settings():
    assert nn.PairwiseDistance()(X, Y).equal(F.pairwise_distance(X, Y))
    assert nn.PairwiseDistance(1.0, 0.5, True)(X, Y).equal(F.pairwise_distance(X, Y, 1.0, 0.5, True))
    assert nn.CosineSimilarity()(X, Y).equal(F.cosine_similarity(X, Y))
    assert nn.CosineSimilarity(0, 5.0)(X, Y).equal(F.cosine_similarity(X, Y, 0, 5.0))
    assert repr(nn.CosineSimilarity()) == "CosineSimilarity()" and repr(nn.PairwiseDistance()) == "PairwiseDistance()"


def test_settings_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="PairwiseDistance: eps is a finite number, got 'a'"):
        nn.PairwiseDistance(eps="a")
    with pytest.raises(TypeError, match="PairwiseDistance: keepdim is True or False"):
        nn.PairwiseDistance(keepdim=1)
    with pytest.raises(ValueError, match="CosineSimilarity: eps is a finite number, got None"):
        nn.CosineSimilarity(eps=None)
