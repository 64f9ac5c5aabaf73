"""Running programs: what is told of them, and that a program which is stopped is gone."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backprop.playground.program_runner import ProcessRunner
from tests.playground.served import within
from tests.time_limit import PATIENCE

PICTURE = "from backprop.pictures import LineChart; LineChart({'a': [1, 2]}).save('a.svg')\n"
TRAINING = """
import torch
w = torch.tensor([1.0], requires_grad=True)
loss = (3 * w).sum()
loss.backward()
print(w.grad)
"""


class Told:
    """A runner and what it has told."""

    def __init__(self, kind):
        self.answers = []
        self.runner = kind(self.answers.append)

    def ask(self, do, **rest):
        del self.answers[:]
        self.runner.handle(json.dumps({"do": do, "number": 1, **rest}))

    def run(self, text, **rest):
        """What is told until it has ended."""
        self.ask("run", text=text, **rest)
        end = time.monotonic() + PATIENCE
        while self.runner.running:
            assert time.monotonic() < end
            self.runner.work()
        return self.answers

    def output(self):
        return "".join(answer["text"] for answer in self.answers if answer["tell"] == "output")

    def one(self, kind):
        (answer,) = (answer for answer in self.answers if answer["tell"] == kind)
        return answer


HERE = """
import json, os, sys
from backprop.playground.program_runner import HereRunner
told, folder = [], os.getcwd()
HereRunner(told.append).handle(sys.stdin.read())
assert os.getcwd() == folder
print(json.dumps(told))
"""


class ToldHere(Told):
    """A HereRunner, in an interpreter that is thrown away after each program: it looks like PyTorch from then on."""

    def __init__(self):
        super().__init__(ProcessRunner)

    def run(self, text, **rest):
        message = json.dumps({"do": "run", "number": 1, "text": text, **rest})
        child = subprocess.run([sys.executable, "-c", HERE], input=message, capture_output=True, text=True, check=True)
        self.answers = json.loads(child.stdout)
        return self.answers


BOTH = pytest.mark.parametrize("make", [lambda: Told(ProcessRunner), ToldHere], ids=["process", "here"])


@pytest.fixture
def told():
    told = Told(ProcessRunner)
    yield told
    told.runner.close()


@BOTH
def test_output_pictures_explanation_and_the_end(make):
    told = make()
    told.run(TRAINING + PICTURE + "import sys; print(sys.argv[1:]); sys.exit(3)", arguments="a 'b c'", explain=True)
    assert told.output().startswith("tensor([3.])\n['a', 'b c']\n")
    assert told.one("picture")["name"] == "a.svg" and told.one("picture")["svg"].startswith("<svg")
    assert "<h1>loss, step by step</h1>" in told.one("explanation")["page"]
    assert told.one("ended")["code"] == 3
    told.run("print('ü')\nraise KeyError('no')")
    assert told.output().startswith("ü\nTraceback") and told.output().endswith("KeyError: 'no'\n")
    assert 'program.py", line 2' in told.output() and told.one("ended")["code"] == 1
    assert not [answer for answer in told.answers if answer["tell"] in ("picture", "explanation")]


@BOTH
def test_a_lesson_may_import_another(make):
    told = make()
    told.run("from scalar_engine import Value\nprint((Value(2.0) * 3).data)")
    assert "6.0" in told.output() and told.one("ended")["code"] == 0


def test_output_comes_while_it_runs_and_it_can_be_stopped(told, tmp_path):
    told.ask("run", text=f"import time; print('here'); time.sleep(60); open({str(tmp_path / 'late')!r}, 'w')")
    while not told.output():
        told.runner.work()
    process = told.runner._process
    told.ask("stop")
    assert told.one("ended")["code"] is None and process.poll() is not None and not told.runner.running
    told.ask("stop")
    assert [answer["tell"] for answer in told.answers] == ["done"]
    told.run("print(1)")
    assert told.output() == "1\n"


def test_what_a_program_has_started_is_stopped_with_it(told):
    told.ask(
        "run",
        text="import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid)\nwhile True: pass",
    )
    while not told.output():
        told.runner.work()
    child = int(told.output())
    told.runner.close()
    within(lambda: not runs(child))


def runs(process):
    """Whether a process of Linux has not ended; one that has may still be waited for by who started it."""
    try:
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_second_program_ends_the_first(told):
    told.ask("run", text="while True: pass")
    told.run("print(2)")
    assert told.output() == "2\n" and [answer["code"] for answer in told.answers if answer["tell"] == "ended"] == [
        None,
        0,
    ]


def test_a_flood_is_cut_off(told):
    told.run("for i in range(60_000): print('xxxxxx', i)")
    shown, said = told.output().split("\n… ")
    assert len(shown) == 200_000 and said.endswith("is not shown\n")
    assert told.one("ended")["code"] == 0


def test_nobody_answers_its_questions(told):
    told.run("input('name? ')")
    assert told.output().endswith("EOFError: EOF when reading a line\n")


@pytest.mark.parametrize(
    "message",
    [
        "[]",
        "{",
        '{"do": "fly"}',
        '{"do": "run", "text": 3}',
        '{"do": "run", "arguments": "\'"}',
        '{"do": "run", "text": "%s"}' % ("x" * 1_000_001),
    ],
)
def test_what_makes_no_sense_is_refused(told, message):
    told.runner.handle(message)
    assert [answer["tell"] for answer in told.answers] == ["refused"] and told.answers[0]["sentence"].endswith(".")
    assert not told.runner.running
