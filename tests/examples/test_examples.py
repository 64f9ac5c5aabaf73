"""The examples as programs: their figures, and that one seed prints the same twice."""

import importlib.util
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from backprop import Tensor, nn, randn

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def run(name, *arguments, folder, encoding="utf-8"):
    """What the program prints when it is started from another folder."""
    result = subprocess.run(
        [sys.executable, "-s", "-S", str(EXAMPLES / name), *arguments],
        cwd=folder,
        capture_output=True,
        encoding=encoding,
        check=False,
        env={"PYTHONIOENCODING": encoding},
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def equations(text):
    """{name: (its arithmetic, its value)} of the lines "name = formula = arithmetic = value"."""
    lines = [line.strip().split(" = ") for line in text.splitlines() if line.count(" = ") == 3]
    return {name: (arithmetic, float(value)) for name, _, arithmetic, value in lines}


def test_the_worked_example_has_the_published_figures(tmp_path):
    """Matt Mazur, "A Step by Step Backpropagation Example" (2015), as printed there."""
    text = run("worked_example.py", folder=tmp_path)
    came = {name: value for name, (_, value) in equations(text).items()}
    published = {
        "h1": 0.593269992,
        "h2": 0.596884378,
        "o1": 0.75136507,
        "o2": 0.772928465,
        "∂E/∂w5": 0.082167041,
        "∂E/∂w1": 0.000438568,
        "w1⁺": 0.149780716,
        "w2⁺": 0.19956143,
        "w3⁺": 0.24975114,
        "w4⁺": 0.29950229,
        "w5⁺": 0.35891648,
        "w6⁺": 0.408666186,
        "w7⁺": 0.511301270,
        "w8⁺": 0.561370121,
    }
    for name, figure in published.items():
        # To the last printed digit, which the page cuts off or rounds.
        assert came[name] == pytest.approx(figure, abs=1.01e-8 if len(str(figure)) <= 10 else 1.01e-9), name
    assert came["E"] == 0.298371109 and "after one step E = 0.291027" in text


def test_each_line_of_the_worked_example_is_the_arithmetic_that_it_shows(tmp_path):
    shown = equations(run("worked_example.py", folder=tmp_path))
    assert len(shown) == 8 + 1 + 4 + 8 + 8
    for name, (arithmetic, value) in shown.items():
        for sign, code in (("−", "-"), ("·", "*"), ("²", "**2"), ("½", "0.5*")):
            arithmetic = arithmetic.replace(sign, code)
        # Its numbers are rounded to nine digits, and multiplied by at most 1 each.
        assert eval(arithmetic, {"σ": lambda z: 1 / (1 + math.exp(-z))}) == pytest.approx(value, abs=3e-9), name


@pytest.mark.slow
def test_digits_prints_the_same_twice_and_learns(tmp_path):
    first, second = (run("digits.py", "--epochs", "2", folder=tmp_path) for _ in range(2))
    assert first == second
    accuracy = float(first.split("held-out fifth: ")[1].split(" %")[0])
    assert accuracy > 85.0
    assert first.count("predicted ") == 4
    assert not any(line != line.rstrip() for line in first.splitlines())


def test_a_drawing_has_eight_lines_and_more_ink_is_darker():
    digits = load("digits")
    lines = digits.drawing([0.0] * 8 + [16.0] * 8 + [8.0] * 48)
    assert len(lines) == 8 and lines[0].strip() == "" and lines[1] == "%" * 16


def load(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_worked_example_prints_where_the_terminal_has_few_letters(tmp_path):
    assert "0.298371109" in run("worked_example.py", folder=tmp_path, encoding="cp1252")


@pytest.mark.parametrize("argument", ["--seeds", "--epochs"])
def test_numbers_below_one_are_refused(argument, tmp_path):
    with pytest.raises(AssertionError, match=f"argument {argument}: invalid positive value: '0'"):
        run("digits.py", argument, "0", folder=tmp_path)


@pytest.mark.slow
def test_the_autoencoder_restores_better_than_the_mean_digit(tmp_path):
    text = run("autoencoder.py", "--quick", folder=tmp_path)
    error, mean = map(float, re.search(r"held-out digits: (\S+) .*mean digit: (\S+)\)", text).groups())
    assert error < 0.9 * mean
    losses = [float(line.split("loss ")[1]) for line in text.splitlines() if line.startswith("epoch")]
    assert losses[-1] < 0.8 * losses[0]
    assert text.count("->") == 24


def test_every_optimizer_learns_iris(tmp_path):
    _, _, head, *lines = run("iris.py", "--quick", folder=tmp_path).splitlines()
    assert head.split() == ["0", "1", "3", "10", "held", "out"]
    assert len(lines) == 17
    for line in lines:
        *_, last, accuracy, _ = line.split()
        assert float(last) < 0.9 * float(re.findall(r"\d\.\d{4}", line)[0]) and float(accuracy) > 60.0, line


@pytest.mark.slow
def test_the_convolutional_network_learns(tmp_path):
    lines = [line for line in run("digits_cnn.py", "--quick", folder=tmp_path).splitlines() if line.startswith("epoch")]
    assert float(lines[-1].split("accuracy ")[1].split()[0]) > 60.0


@pytest.mark.slow
def test_the_lstm_learns_to_add_and_the_rnn_is_behind(tmp_path):
    text = run("adding_lstm.py", "--quick", folder=tmp_path)
    guessing = float(text.split("has the error ")[1].split()[0])
    rnn, lstm = map(float, re.findall(r"step  240  (\S+)  (\S+)", text)[0])
    assert lstm < guessing / 5 and lstm < rnn
    reaches = {name: float(before) for name, before in re.findall(r"  (\w+) +(\S+e-\d+)  \S+e", text)}
    assert reaches["RNN"] < reaches["LSTM"] < 1


@pytest.mark.slow
def test_the_language_model_learns_and_invents(tmp_path):
    text = run("names_gpt.py", "--quick", folder=tmp_path)
    losses = [float(line.split()[-1]) for line in text.splitlines() if line.startswith("step")]
    assert losses[-1] < 0.9 * losses[0]
    _, *rows = text.split("invented (* is a real one):")[1].splitlines()
    assert len(rows) == 5 and all(map(str.strip, rows))  # of four names, which may be empty after so few steps


def test_the_language_model_reads_any_text(tmp_path):
    (tmp_path / "words.txt").write_text("too few words")
    with pytest.raises(AssertionError, match="only 3 usable words"):
        run("names_gpt.py", str(tmp_path / "words.txt"), folder=tmp_path)


def test_the_oscillator_follows_from_its_equation(tmp_path):
    text = run("oscillator.py", "--quick", folder=tmp_path)
    turns = [list(map(float, line.split())) for line in text.split("error of u\n")[1].splitlines()[:6]]
    _, losses, errors = zip(*turns)
    assert all(after < before for before, after in zip(losses, losses[1:]))  # as a line search promises
    assert losses[-1] < losses[0] / 300 and errors[-1] < 0.15 < errors[0]
    start = text.split("exact\n")[1].splitlines()[0]
    assert start.split() == ["0.0", "1.0000", "1.0000"]


def test_the_exact_oscillation_leaves_nothing_of_the_equation():
    """Its u″ and u′ by create_graph, put into the equation."""
    lesson = load("oscillator")
    t = Tensor([[0.0], [0.7], [2.9]], requires_grad=True)
    u = lesson.exact(t)
    velocity = lesson.derivative(u, t)
    left = lesson.derivative(velocity, t) + 2 * lesson.DAMPING * velocity + lesson.FREQUENCY**2 * u
    assert u[0].item() == 1.0 and velocity[0].item() == pytest.approx(0.0, abs=1e-12)
    assert left.abs().max().item() < 1e-12


@pytest.mark.slow
def test_generated_points_come_to_the_ring(tmp_path):
    lines = run("ring_of_gaussians.py", "--quick", folder=tmp_path).split("spots hit\n")[1].splitlines()[:6]
    near = [float(line.split()[3]) for line in lines]
    assert near[-1] > 2 * near[0], lines


def test_the_penalty_of_a_plane_is_that_of_its_slope():
    """f = w·x has the slope w everywhere: P = (|w| − 1)², and ∂P/∂w = 2(|w| − 1)·w/|w|."""
    critic = nn.Linear(2, 1, bias=False)
    critic.load_state_dict({"weight": Tensor([[3.0, 4.0]])})
    penalty = load("ring_of_gaussians").gradient_penalty(critic, randn(5, 2), randn(5, 2))
    penalty.backward()
    assert penalty.item() == pytest.approx(16.0, rel=1e-6)
    assert critic.weight.grad.tolist()[0] == pytest.approx([8 * 0.6, 8 * 0.8], rel=1e-6)


@pytest.mark.slow
def test_maml_adapts_in_one_step(tmp_path):
    jointly, maml = (
        list(map(float, line.split()[-5:]))
        for line in run("maml_sines.py", "--quick", folder=tmp_path).splitlines()[-2:]
    )
    assert maml[1] < maml[0] / 2 and maml[1] < jointly[1] / 1.5


def test_the_outer_gradient_goes_through_the_inner_one():
    """y = wx on one point: after a step w′ = w − lr·2x(wx − t), so that ∂L/∂w = 2x(w′x − t)·(1 − 2·lr·x²)."""
    lesson, network = load("maml_sines"), nn.Linear(1, 1, bias=False)
    w, x, t = 0.5, 1.5, 2.0
    network.load_state_dict({"weight": Tensor([[w]])})
    points = Tensor([[x]]), Tensor([[t]])
    after = lesson.adapted(network, dict(network.named_parameters()), *points)
    lesson.loss_of(network, after, *points).backward()
    moved = w - lesson.INNER_RATE * 2 * x * (w * x - t)
    slope = 2 * x * (moved * x - t) * (1 - 2 * lesson.INNER_RATE * x * x)
    assert after["weight"].item() == pytest.approx(moved, rel=1e-6)
    assert network.weight.grad.item() == pytest.approx(slope, rel=1e-6)


def learned_weights(text):
    epoch, difference, weights = text.splitlines()
    assert float(epoch.split("accuracy ")[1].split()[0]) > 40.0
    assert float(difference.split()[-1]) < 1e-9  # roundings of sums, through the steps of an epoch
    return weights


@pytest.mark.slow
def test_digits_are_learned_on_two_processes(tmp_path):
    text = run("distributed.py", "--epochs", "1", folder=tmp_path)
    assert learned_weights(text).startswith("the weights that the workers learned: ")


@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed")
def test_workers_of_dask_learn_the_same_weights(tmp_path):
    command = [sys.executable, str(EXAMPLES / "distributed.py"), "--epochs", "1"]
    texts = [
        subprocess.run(
            [*command, *more], cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=True, timeout=250
        ).stdout
        for more in ([], ["--dask"])
    ]
    assert learned_weights(texts[0]) == learned_weights(texts[1])
