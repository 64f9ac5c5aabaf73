"""The lessons as programs: what each claims is a law that the numbers it prints obey."""

import math
import re
from fractions import Fraction
from pathlib import Path

import pytest

from backprop import Tensor
from tests.examples.test_examples import EXAMPLES, load, run

LESSONS = {
    "scalar_engine.py": (),
    "neuron.py": (),
    "xor.py": ("--svg", "xor.svg"),
    "losses.py": (),
    "initial_scale.py": ("--quick",),
    "vanishing_gradients.py": ("--quick",),
    "rosenbrock.py": ("--svg", "rosenbrock.svg"),
    "overfitting.py": ("--quick",),
    "gradient_check.py": (),
    "exact.py": (),
    "curvature.py": (),
}
ON_THE_README = ("xor", "rosenbrock")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("lessons")


@pytest.fixture(scope="module")
def said(folder):
    """{lesson: what it prints}, each run once, when it is asked for."""
    texts = {}

    def text(name):
        if name not in texts:
            texts[name] = run(name, *LESSONS[name], folder=folder)
        return texts[name]

    return text


def rows(text, names):
    """{name: its numbers} of the lines of a table that begin with one of the names."""
    found = {}
    for line in text.splitlines():
        for name in names:
            if line.startswith(f"  {name}  ") and name not in found:
                found[name] = [
                    float(word) for word in re.findall(r"(?<![\w.])[-+]?\d+\.?\d*(?:e[-+]\d+)?", line[len(name) + 2 :])
                ]
    assert list(found) == list(names)
    return found


def test_three_engines_have_the_same_losses(said):
    text = said("scalar_engine.py")
    assert re.findall(r"∂y/∂[ab] = (\S+)", text) == ["25.0", "19.0"]
    lines = [line.split() for line in text.splitlines() if re.match(r" +\d+ +\d\.", line)]
    assert len(lines) == 4 and all(len(set(losses)) == 1 for _, *losses in lines)
    assert float(lines[-1][1]) < 1e-3 < float(lines[0][1])
    assert "nodes              245                 9" in text


def test_the_scalar_engine_has_60_lines_and_the_slopes_of_the_library():
    lesson = load("scalar_engine")
    engine = Path(lesson.__file__).read_text("utf-8").split("class Value")[1].split("# ---")[0]
    assert len([line for line in engine.splitlines() if line.strip()]) <= 60

    def function(x, y):
        return ((x * y - y / x) ** 3).tanh() + (x * 0.5 + 1).log() * x.exp() - (-x).relu() + (3 * y).relu() + x

    numbers = [lesson.Value(x) for x in (0.7, 1.1)]
    tensors = [Tensor(x, requires_grad=True) for x in (0.7, 1.1)]
    for again in (1, 2):  # the second call adds to the gradients of what is given
        ours, theirs = function(*numbers), function(*tensors)
        ours.backward()
        theirs.backward()
        assert ours.data == pytest.approx(theirs.item(), rel=1e-14)
        for number, tensor in zip(numbers, tensors):
            assert number.grad == pytest.approx(tensor.grad.item(), rel=1e-13), again


def test_a_second_backward_of_the_scalar_engine_adds_the_same_again():
    """Also where a node is used twice, whose gradient must not begin with what the first call left."""
    a = load("scalar_engine").Value(3.0)
    b = a * a
    y = b * b + b
    y.backward()
    y.backward()
    assert a.grad == 2 * (4 * 3.0**3 + 2 * 3.0)


def test_a_neuron_has_the_same_gradient_three_times_and_finds_its_target(said):
    text = said("neuron.py")
    hand, chain, nudged = rows(text, ["by hand", "by backward()", "by nudging"]).values()
    assert hand == chain == pytest.approx(nudged, abs=2e-9)
    # For y = σ(1.3): (y − t)·y(1 − y), times x for the weight.
    y = 1 / (1 + math.exp(-1.3))
    assert chain == pytest.approx([1.5 * (y - 0.2) * y * (1 - y), (y - 0.2) * y * (1 - y)], abs=1e-9)
    steps = [list(map(float, line.split())) for line in text.split("         L\n")[1].splitlines()[:8]]
    losses = [loss for *_, loss in steps]
    assert losses == sorted(losses, reverse=True) and losses[-1] < 1e-6 * losses[0]
    assert steps[-1][3] == pytest.approx(0.2, abs=1e-3)


def test_one_layer_stays_at_a_coin_for_xor_and_two_learn_it(said):
    one, two = said("xor.py").split("Two layers;")
    losses, answers = (
        [[float(x) for x in re.findall(pattern, part)] for part in (one, two)]
        for pattern in (r"loss (\d\.\d+)", r"xor \d = (\d\.\d+)")
    )
    assert losses[0][-1] == pytest.approx(math.log(2), abs=1e-6) and answers[0] == [0.5] * 4
    assert losses[1][-1] < 0.01 and answers[1] == pytest.approx([0, 1, 1, 0], abs=0.1)
    assert "The best of 10000 random lines has 3 of 4 right" in one


def test_the_losses_are_their_formulas(said):
    errors, logits = said("losses.py").split("A logit should")
    for line in re.findall(r"^ +(\d+\.\d(?: +-?\d+\.\d+){6})$", errors, re.MULTILINE):
        e, mse, mse_slope, huber, huber_slope, l1, l1_slope = map(float, line.split())
        sign = float(e > 0)
        assert [mse, mse_slope] == pytest.approx([e * e, 2 * e], abs=1e-3)
        assert [huber, huber_slope] == pytest.approx([e * e / 2, e] if e <= 1 else [e - 0.5, 1], abs=1e-3)
        assert [l1, l1_slope] == [e, sign]
    found = re.findall(r"^ +(-?\d+\.\d(?: +-?\d+\.\d+){6})$", logits, re.MULTILINE)
    assert len(found) == 10
    for line in found:
        z, entropy, entropy_slope, hinge, hinge_slope, mse, _ = map(float, line.split())
        p = 1 / (1 + math.exp(-z))
        assert [entropy, entropy_slope] == pytest.approx([-math.log(p), p - 1], abs=1e-3)
        assert [hinge, hinge_slope, mse] == [max(0, 1 - z), -float(z < 1), (1 - z) ** 2]


def test_an_outlier_turns_the_line_of_mse_by_what_least_squares_say(said):
    """The slope changes by 20·(10 − x̄)/Σ(x − x̄)² = 20·5/110; the bias by 20/11 − x̄·that."""
    fits = {
        name: list(map(float, re.findall(r"([-+]?\d+\.\d+)x ([-+]\d+\.\d+)", line)[1]))
        for name, line in re.findall(r"^  (MSE|Huber|L1) +(y = .*)$", said("losses.py"), re.MULTILINE)
    }
    turn = 20 * 5 / 110
    assert fits["MSE"] == pytest.approx([2 + turn, 1 + 20 / 11 - 5 * turn], abs=1e-3)
    assert fits["L1"] == pytest.approx([2, 1], abs=0.01)
    # Huber: the outlier pulls with 1, the ten points at 0 to 9 back with their errors r = a·x + b, all below 1, so that
    # Σr = 1 and Σr·x = 10: a = 1/15 and b = −1/5.
    assert fits["Huber"] == pytest.approx([2 + 1 / 15, 1 - 1 / 5], abs=1e-3)


def test_a_layer_multiplies_the_signal_by_what_its_weights_are_worth(said):
    """n·std²/2 on paper, for n = 48; the average over 19 layers of a random network is near it."""
    relu, tanh = said("initial_scale.py").split("The same with tanh")
    names = ["too small, std 0.01", "Xavier", "He", "too large, std 1"]
    for (*_, factor), paper in zip(rows(relu, names).values(), (48 * 1e-4 / 2, 0.5, 1.0, 24.0)):
        assert factor == pytest.approx(paper, rel=0.15)
    fading, xavier, _, stuck = rows(tanh, names).values()
    assert fading[4] < 1e-30 and 0.01 < xavier[4] < 0.1 and stuck[4] > 0.8
    shares = rows(tanh.split("±0.99")[1], names)
    assert shares["Xavier"][0] == 0.0 and shares["too large, std 1"][0] > 50.0


@pytest.mark.slow
def test_the_gradient_vanishes_in_plain_sigmoids_alone(said):
    names = ["sigmoid", "ReLU", "sigmoid + norm", "sigmoid + residual", "ReLU + both"]
    norms, learned = (rows(part, names) for part in said("vanishing_gradients.py").split("Do they learn?"))
    plain = norms.pop("sigmoid")
    assert plain[:5] == sorted(plain[:5]) and plain[5] < 1e-8
    for name, sizes in norms.items():
        assert 0.05 < sizes[5] < 100, name
    assert learned["sigmoid"][1] == pytest.approx(math.log(2), abs=0.005)
    assert learned["ReLU + both"][1] < 0.1


def test_lbfgs_is_through_the_valley_before_the_others_have_begun(said):
    text = said("rosenbrock.py")
    table = {
        line.split()[0]: line.split()[1:] for line in text.splitlines() if re.match(r"  [\w-]+ .*e[-+]\d\d ", line)
    }
    assert len(table) == 7
    steps = {name: int(cells[0]) for name, cells in table.items() if cells[0] != "not"}
    assert steps["L-BFGS"] < 50 and steps.keys() == {"momentum", "Adam", "L-BFGS"}
    assert all(steps["L-BFGS"] < n / 10 for name, n in steps.items() if name != "L-BFGS")
    assert float(table["momentum"][1]) < float(table["SGD"][2]) / 10


def test_the_start_is_on_a_contour_of_the_picture():
    lesson = load("rosenbrock")
    assert lesson.rosenbrock(lesson.tensor(lesson.START)).item() == pytest.approx(lesson.LEVELS[1])


@pytest.mark.slow
def test_overfitting_is_seen_and_cured(said):
    table = rows(said("overfitting.py"), ["plain", "dropout", "weight decay", "early stopping"])
    plain = table.pop("plain")
    assert plain[0] < 0.1 < 5 * plain[0] < plain[1]
    for name, (learned, held_out, *_) in table.items():
        assert learned > plain[0] and held_out < 0.7 * plain[1], name


def test_the_planted_bug_is_found_though_its_loss_falls(said):
    text = said("gradient_check.py")
    curves = [line.split() for line in text.split("         B\n")[1].splitlines()[:5]]
    assert all(float(curves[-1][k]) < float(curves[0][k]) / 20 for k in (1, 2))
    assert "A is wrong:" in text and "B is right" in text
    came, expected = map(float, re.search(r"gave (\S+), the finite difference is (\S+)", text).groups())
    place = float(re.search(r"entry \[0, 0\] = (\S+):", text)[1])
    assert came / expected == pytest.approx(1 + place**2, rel=1e-6)  # (1 + x²)^(−½) for (1 + x²)^(−³⁄₂)
    assert re.search(r"plain sum: +right", text) and re.search(r"random weights: +wrong", text)
    errors = [float(error) for error in re.findall(r"error (\S+)", text.split("For B at 1:")[1])]
    least = errors.index(min(errors))
    assert errors[least:] == sorted(errors[least:]) and errors[0] > 1e-3 < errors[-1]
    assert 8 <= least <= 10  # h from 1e-06 to 1e-04


def test_fractions_are_exact_and_floats_are_not(said):
    text = said("exact.py")
    assert len(re.findall(r"^  1e-\d+ +equal ", text, re.MULTILINE)) == 6
    off = [float(error) for error in re.findall(r"^  1e-.* (\S+)$", text, re.MULTILINE)]
    assert off[0] < 1e-15 and off[-1] > 1e-4
    errors = [Fraction(error) for error in re.findall(r"error = (\S+)", text)]
    assert [a / b for a, b in zip(errors, errors[1:])] == [4, 4, 4]
    bits = [int(line.split()[2]) for line in text.split("bits of its fraction\n")[1].splitlines()[:5]]
    assert all(b > 4 * a for a, b in zip(bits, bits[1:]))


def test_gradient_descent_shrinks_by_one_minus_lr_times_the_curvature(said):
    valley, network, *_ = said("curvature.py").split("\n\n  lr  ")[1:]
    lines = re.findall(r"^ +(\d\.\d+) · 2/9" + r" +(\S+)" * 4 + "$", valley, re.MULTILINE)
    assert len(lines) == 6
    for share, *left in lines:
        lr = float(share) * 2 / 9
        powers = [(1 - lr * curvature) ** 50 for curvature in (1, 1, 9, 9)]
        assert list(map(float, left)) == pytest.approx(powers, rel=1e-3)
    near, nearer, beyond = map(float, re.findall(r"· 2/λ +(\S+)", network))
    assert near < nearer < 1e-3 < beyond


def test_a_network_has_no_more_steep_directions_than_points(said):
    """At loss 0 its Hessian is 2/9·JᵀJ, and J has a row for each of nine points. Products with it find the largest λ."""
    text = said("curvature.py")
    eigenvalues = [float(x) for x in text.split("eigenvalues  ")[2].splitlines()[0].split(", ")]
    assert len(eigenvalues) == 13 and eigenvalues == sorted(eigenvalues, reverse=True)
    assert eigenvalues[8] > 0.0 and eigenvalues[9:] == [0.0] * 4
    by_products, by_hessian = re.search(r"\|Hv\| = (\S+); the Hessian says (\S+),", text).groups()
    assert by_products == by_hessian


def test_newton_goes_through_rosenbrocks_valley_as_published_and_to_a_saddle(said):
    """The first steps from (−1.2, 1) by hand: H = [[1200x² − 400y + 2, −400x], [−400x, 200]]."""
    text = said("curvature.py")
    found = [list(map(float, line.split())) for line in text.split("           f\n")[1].splitlines()[:7]]
    x, y = -1.2, 1.0
    for step, *point, value in found[:5]:
        assert point == pytest.approx([x, y], abs=1e-5) and value == pytest.approx(
            (1 - x) ** 2 + 100 * (y - x * x) ** 2, rel=1e-3
        ), step
        a, b, d = 1200 * x * x - 400 * y + 2, -400 * x, 200.0
        g, h = -2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)
        x, y = x - (d * g - b * h) / (a * d - b * b), y - (a * h - b * g) / (a * d - b * b)
    assert found[6][3] < 1e-18 and found[4][3] > 0.3
    assert "gradient descent  ends at (1.0000, 0.0000), f = -0.2500, eigenvalues 1.0000, 2.0000" in text
    assert "Newton            ends at (0.0000, 0.0000), f = 0.0000, eigenvalues -1.0000, 1.0000" in text


def test_forward_mode_takes_a_pass_for_an_input_and_reverse_mode_one_for_an_output(said):
    text = said("curvature.py")
    for line in text.split("difference\n")[1].splitlines()[:3]:
        inputs, outputs, forward, back, forward_again, back_again, difference = map(
            float, line.replace(",", " ").split()
        )
        assert (forward, back, forward_again, back_again) == (inputs + 1, 0, 1, outputs) and difference < 1e-15
    value, slope = map(float, re.search(r"= (\S+) \+ (\S+)·ε", text).groups())
    assert [value, slope] == pytest.approx([4 + math.sin(2), 4 + math.cos(2)], abs=1e-6)


@pytest.mark.parametrize("name", ["neuron.py", "gradient_check.py"])
def test_a_lesson_prints_the_same_twice_and_draws_on_request(name, said, tmp_path):
    drawn = tmp_path / "picture.svg"
    assert run(name, "--svg", str(drawn), folder=tmp_path) == said(name)
    assert drawn.read_text("utf-8").startswith("<svg ")


@pytest.mark.parametrize("name", ON_THE_README)
def test_the_picture_on_the_readme_is_what_a_lesson_draws(name, said, folder):
    said(f"{name}.py")
    drawn, shown = ((place / f"{name}.svg").read_text("utf-8") for place in (folder, EXAMPLES / "pictures"))
    assert shown == drawn, f"draw anew: python3 examples/{name}.py --svg examples/pictures/{name}.svg"


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_leaves_no_blanks_at_the_ends_of_lines(name, said):
    assert not any(line != line.rstrip() for line in said(name).splitlines())
