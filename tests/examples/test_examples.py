"""The examples as programs: their figures, and that one seed prints the same twice."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

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


def numbers(text):
    """{name: value} of the "name = value" in a text."""
    words = text.split()
    return {words[i - 1]: float(words[i + 1]) for i, word in enumerate(words) if word == "=" and "." in words[i + 1]}


def test_the_worked_example_has_the_published_figures(tmp_path):
    """Matt Mazur, "A Step by Step Backpropagation Example" (2015), as printed there."""
    text = run("worked_example.py", folder=tmp_path)
    came = numbers(text)
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
    assert "(t2 − o2)² = 0.298371109" in text
    assert "after one step E = 0.291027" in text


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
    lines = run("iris.py", "--quick", folder=tmp_path).splitlines()[3:]
    assert len(lines) == 17
    for line in lines:
        *_, last, accuracy, _ = line.split()
        assert float(last) < 0.9 * float(re.findall(r"\d\.\d{4}", line)[0]) and float(accuracy) > 60.0, line


@pytest.mark.slow
def test_the_convolutional_network_learns(tmp_path):
    lines = [line for line in run("digits_cnn.py", "--quick", folder=tmp_path).splitlines() if line.startswith("epoch")]
    assert float(lines[-1].split("accuracy ")[1].split()[0]) > 60.0


@pytest.mark.slow
def test_the_lstm_learns_to_add(tmp_path):
    text = run("adding_lstm.py", "--quick", folder=tmp_path)
    guessing = float(text.split("has the error ")[1].split()[0])
    assert float(text.split("on new sequences ")[-1].split()[0]) < guessing / 5


@pytest.mark.slow
def test_the_language_model_learns_and_invents(tmp_path):
    text = run("names_gpt.py", "--quick", folder=tmp_path)
    losses = [float(line.split()[-1]) for line in text.splitlines() if line.startswith("step")]
    assert losses[-1] < 0.9 * losses[0]
    assert len(text.split("invented (* is a real one):")[1].split()) == 20


def test_the_language_model_reads_any_text(tmp_path):
    (tmp_path / "words.txt").write_text("too few words")
    with pytest.raises(AssertionError, match="only 3 usable words"):
        run("names_gpt.py", str(tmp_path / "words.txt"), folder=tmp_path)


def learned_weights(text):
    epoch, weights = text.splitlines()
    assert float(epoch.split("accuracy ")[1].split()[0]) > 40.0
    return weights


@pytest.mark.slow
def test_digits_are_learned_on_two_processes(tmp_path):
    text = run("distributed.py", "--epochs", "1", folder=tmp_path)
    assert learned_weights(text).startswith("the weights that were learned: ")


@pytest.mark.skipif(importlib.util.find_spec("distributed") is None, reason="Dask is not installed")
def test_workers_of_dask_learn_the_same_weights(tmp_path):
    command = [sys.executable, str(EXAMPLES / "distributed.py"), "--epochs", "1"]
    texts = [
        subprocess.run(
            [*command, *more], cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=True, timeout=120
        ).stdout
        for more in ([], ["--dask"])
    ]
    assert learned_weights(texts[0]) == learned_weights(texts[1])
