"""The lessons: each shows what it says, in figures, and what it says to try changes that."""

import pytest

from backprop.playground.experiment import read_experiment
from backprop.playground.learner import Exploded, Learner
from backprop.playground.presets import PRESETS


def learned(name, epochs, **change):
    """The learner after so many epochs, and the loss after each."""
    (preset,) = (preset for preset in PRESETS if preset.name == name)
    learner, losses = Learner(read_experiment({**preset.experiment, **change})), []
    while learner.epoch < epochs:
        learner.step()
        if not learner._rest:
            losses.append(learner.train.loss)
    return learner, losses


def test_without_a_layer_nothing_bends():
    assert learned("Too small to bend", 20)[0].train.accuracy < 0.7
    assert learned("Too small to bend", 25, layers=[4])[0].train.accuracy > 0.95


def test_a_feature_does_it_without_a_layer():
    assert learned("The right feature instead of a layer", 10)[0].train.accuracy > 0.95


def test_the_spiral_is_solved():
    assert learned("The spiral solved", 65)[0].test.accuracy > 0.95


def test_neurons_die_of_large_steps_and_live_with_small_ones():
    learner, _ = learned("Dead ReLU", 3)
    assert learner.silent[1] == list(range(8)) and learner.train.accuracy < 0.6
    assert learned("Dead ReLU", 3, lr=0.1)[0].silent == [[], []]


def test_a_rate_too_high_never_settles():
    _, losses = learned("A rate too high", 15)
    assert max(losses[5:]) > 10 * min(losses[5:]) and max(losses[5:]) > 5
    assert learned("A rate too high", 20, lr=0.1)[1][-1] < 0.5


def test_an_explosion_takes_one_epoch():
    with pytest.raises(Exploded, match="in epoch 1"):
        learned("An explosion", 1)
    assert learned("An explosion", 5, lr=0.1)[1][-1] < 0.01


def test_noise_is_learned_by_heart():
    learner, losses = learned("Noise learned by heart", 30)
    assert losses[-1] < 0.002 and learner.test.loss > 1.5 * learned("Noise learned by heart", 4)[0].test.loss
    assert learned("Noise learned by heart", 30, regularization="L2", rate=0.003)[0].test.loss < 0.8 * learner.test.loss


def test_gradients_vanish():
    gradients = learned("Gradients that vanish", 2)[0].history[-1].gradients
    assert gradients[0] < 2e-4 * gradients[-1]
    gradients = learned("Gradients that vanish", 2, activation="Tanh")[0].history[-1].gradients
    assert gradients[0] > 0.02 * gradients[-1]


def test_regularization_takes_weights_away():
    def left(learner):
        return sum(abs(w) > 0.05 for layer in learner.linear for row in layer.weight.tolist() for w in row)

    name = "Weights that regularization takes away"
    assert left(learned(name, 30)[0]) < 0.65 * left(learned(name, 30, regularization="none")[0])


def test_three_classes_are_told_apart():
    assert learned("Three classes", 20)[0].test.accuracy > 0.9


def test_a_surface_is_learned():
    assert learned("A surface instead of classes", 22)[0].train.accuracy > 0.7  # R²
