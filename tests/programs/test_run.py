"""``python3 -m backprop run``: a program finds what it finds when Python itself runs it, and its exit code comes through."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backprop import nn
from tests.time_limit import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


def ran(folder, *words, given="", python=("-s", "-S"), **settings):
    """What came of Python with these words, in ``folder``: exit code, standard output, standard error."""
    came = subprocess.run(
        [sys.executable, *python, *map(str, words)],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **settings},
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return came.returncode, came.stdout, came.stderr


RUN = ("-m", "backprop", "run")


@pytest.fixture
def program(tmp_path):
    """A function that writes a program into a folder of its own."""
    folder = tmp_path / "own"
    folder.mkdir()

    def written(text, name="program.py"):
        path = folder / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_a_program_sees_what_python_shows_it(program, tmp_path):
    """Run by Python and run from here it prints the same: arguments, names, its folder, its classes, its input."""
    program("value = 'beside'\n", "neighbour.py")
    path = program("""
import os, pickle, sys
import neighbour
class Own:
    def __init__(self): self.x = 1
print(sys.argv[1:], os.path.basename(sys.argv[0]), sys.path[0] == os.path.dirname(__file__), os.path.isabs(__file__))
print(__name__, __spec__, __doc__, neighbour.value, pickle.loads(pickle.dumps(Own())).x, Own.__module__, sorted(globals()))
print(input(), sys.modules["__main__"].Own is Own, sys.stdout.fileno(), sys.stdout.buffer)
def annotated(x: undefined if False else int): pass
print(annotated.__annotations__)
""")
    for words in (["--lr", "3", "--report", "-m", "--", "-"], ["--help"]):
        plain = ran(tmp_path, path, *words, given="line\n")
        code, out, err = ran(tmp_path, *RUN, path, *words, given="line\n")
        for name in ("__annotations__", "__cached__", "__loader__"):  # how it was loaded
            plain = (plain[0], plain[1].replace(f"'{name}', ", ""), plain[2])
            out = out.replace(f"'{name}', ", "")
        assert (code, out, err) == plain
        assert code == 0


def test_a_text_standard_input_a_module_and_a_folder(program, tmp_path):
    text = "import sys, torch; print(sys.argv, [bool(sys.path[0])], __name__, torch.ones(1))"
    said = "False], __main__ tensor([1.])\n".replace("],", "]")
    assert ran(tmp_path, *RUN, "-c", text, "-m", "x") == (0, f"['-c', '-m', 'x'] [{said}", "")
    assert ran(tmp_path, *RUN, "-", "a", "--b", given=text) == (0, f"['-', 'a', '--b'] [{said}", "")
    folder = program(text.replace("sys.argv, [bool(sys.path[0])]", "sys.argv[1:]"), "__main__.py").parent
    assert ran(tmp_path, *RUN, folder, "a") == (0, "['a'] __main__ tensor([1.])\n", "")
    assert ran(folder.parent, *RUN, "-m", folder.name, "a") == (0, "['a'] __main__ tensor([1.])\n", "")


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("raise SystemExit", 0, ""),
        ("import sys; sys.exit(7)", 7, ""),
        ("import sys; sys.exit('no data')", 1, "no data\n"),
        ("x = =", 1, "SyntaxError: invalid syntax\n"),
        ("{}['key']", 1, "KeyError: 'key'\n"),
        ("import absent", 1, "ModuleNotFoundError: No module named 'absent'\n"),
        ("raise KeyboardInterrupt", 130, "KeyboardInterrupt\n"),
        ("import sys; sys.excepthook = lambda *error: print('hooked', error[1]); 1 / 0", 1, ""),
    ],
)
def test_the_exit_code_is_the_programs(program, tmp_path, text, code, said):
    came = ran(tmp_path, *RUN, program(text))
    assert came[0] == code and came[2].endswith(said) and (said or not came[2]), came
    assert came[1] == ("hooked division by zero\n" if "hooked" in text else "")


def test_ctrl_c(program, tmp_path):
    path = program("import time\nprint('ready', flush=True)\ntime.sleep(60)\n")
    process = subprocess.Popen(
        [sys.executable, *RUN, str(path)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and error.endswith(b"KeyboardInterrupt\n") and b"in <module>" in error


def test_a_program_that_is_not_there_is_one_line(tmp_path):
    assert ran(tmp_path, *RUN, "absent.py") == (2, "", "backprop: run: absent.py: No such file or directory\n")
    assert ran(tmp_path, *RUN)[2].startswith("backprop: run: a program is needed: FILE")


def test_a_file_of_that_name_beside_the_program_is_not_torch(program, tmp_path):
    """It would hide PyTorch, too, but that this library is torch is what was asked for."""
    program("raise ImportError('hidden')", "torch.py")
    path = program("import torch; print(torch.tensor(1))")
    assert ran(tmp_path, *RUN, path) == (0, "tensor(1)\n", "")


# ------------------------------------------------------------------ what is missing


TRACEBACK = """
import torch, torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def forward(self, x):
        return self.layer(x)

def train():
    try:
        Net()(torch.ones(3))
    except (RuntimeError, ValueError) as error:
        raise ValueError("again") from error

train()
"""


def test_a_traceback_shows_the_programs_lines_alone(program, tmp_path):
    path = program(TRACEBACK)
    code, out, err = ran(tmp_path, *RUN, path)
    assert (code, out) == (1, "") and err.endswith("ValueError: again\n")
    lines = [line.strip() for line in err.splitlines() if line.startswith("  File")]
    assert lines == [
        f'File "{path}", line {number}, in {where}'
        for number, where in [(14, "train"), (10, "forward"), (18, "<module>"), (16, "train")]
    ]
    assert "\nRuntimeError: Linear(2, 2) got rows of 3 numbers; it needs 2, as mat1 and mat2" in err
    full = ran(tmp_path, *RUN, "--full-traceback", path)[2]
    assert "linear.py" in full and full.count("  File") > 8


MISSING = [
    ("torch.fft.fft(torch.ones(2))", "AttributeError: torch.fft.fft is not in backprop"),
    ("import torch.fft", "ModuleNotFoundError: torch.fft is not in backprop"),
    ("from torch import fft", "ModuleNotFoundError: torch.fft is not in backprop"),
    ("torch.nn.Liner(1, 1)", "AttributeError: torch.nn.Liner is not in backprop; did you mean Linear?"),
    ("from torch.nn import Liner", "ModuleNotFoundError: torch.nn.Liner is not in backprop; did you mean Linear?"),
    (
        "torch.optim.StepLR",
        "AttributeError: torch.optim.StepLR is not in backprop; it is torch.optim.lr_scheduler.StepLR",
    ),
    (
        "torch.backends.cudnn.bench",
        "AttributeError: torch.backends.cudnn.bench is not in backprop",
    ),
    (
        "from torch.utils.mobile_optimizer import optimize",
        "ModuleNotFoundError: torch.utils.mobile_optimizer is not in backprop",
    ),
    (
        "import torch.nn.Linear",
        "ModuleNotFoundError: torch.nn.Linear is not a module; write from torch.nn import Linear",
    ),
    ("torch.fit", "AttributeError: torch.fit is not PyTorch's; it is backprop.fit"),
]


def test_what_is_missing_is_one_sentence_that_names_it(program, tmp_path):
    """In one process: each with its line of a program, and with hasattr and ``except ImportError`` as programs ask."""
    lines = "".join(f"run({line!r})\n" for line, _ in MISSING)
    path = program(f"""
import linecache, torch
def run(line):
    name = f"<{{line}}>"
    linecache.cache[name] = len(line), None, [line], name
    try:
        exec(compile(line, name, "exec"))
    except (ImportError, AttributeError) as error:
        print(type(error).__name__, error, sep=": ")
{lines}
print(hasattr(torch, "fft"), hasattr(torch, "compile"), hasattr(torch.nn, "Liner"), getattr(torch, "xpu2", 3))
""")
    said = "".join(f"{sentence}\n" for _, sentence in MISSING)
    assert ran(tmp_path, *RUN, path) == (0, f"{said}False True False 3\n", "")
    code, out, err = ran(tmp_path, *RUN, program("import torch\n\nx = torch.fft.fft(torch.ones(2))\n"))
    assert (code, out) == (1, "") and "line 3, in <module>\n    x = torch.fft.fft(torch.ones(2))\n" in err
    assert err.endswith("AttributeError: torch.fft.fft is not in backprop\n")


@pytest.mark.skipif(sys.version_info < (3, 10), reason="an error does not say then which name is missing")
def test_a_missing_method_is_named_too(program, tmp_path):
    code, _, err = ran(tmp_path, *RUN, program("import torch\nx = torch.ones(2)\nx.to_sparse()\n"))
    assert code == 1 and err.endswith("AttributeError: the method to_sparse is not in backprop\n") and "line 3" in err


# ------------------------------------------------------------------ --report and --explain

LECTURE = """import torch
from torch import nn
from torch.nn import functional as F
import model as own
from torch.utils.mobile_optimizer import optimize
import not_installed

fft = torch.fft.fft

def run(F):
    return F.anything

nn.Linear(2, 1, bais=False, bias=True)
nn.Linear(2, 1)
torch.unsqueeze(torch.ones(2).mean(axis=0), axis=0)
net, tanh = own.Net(), torch.tanh
fft(tanh(torch.ones(2))).to_sparse().fill_(nn.Liner)
"""
REPORT = """name                                     here                      lines
Tensor.to_sparse                         no                        17
not_installed                            no; it is not installed   6
torch.fft.fft                            no                        8, 17
torch.nn.Linear(bais=)                   no                        13
torch.nn.Liner                           no; did you mean Linear?  17
torch.utils.mobile_optimizer.optimize    no                        5
torch                                    yes                       1, model.py:1
torch.nn                                 yes                       2
torch.nn.Linear                          yes                       13, 14
torch.nn.Module                          yes                       model.py:2
torch.nn.functional                      yes                       3
torch.ones                               yes                       15, 17
torch.tanh                               yes                       16
torch.unsqueeze                          yes                       15

not here: 6 of 14 names
"""


def test_a_report_lists_what_is_used_and_what_is_not_here(program, tmp_path):
    program("import torch\nclass Net(torch.nn.Module): pass\nraise SystemExit('it ran')\n", "model.py")
    path = program(LECTURE)
    code, out, err = ran(tmp_path, *RUN, "--report", path)
    assert [line.split() for line in out.splitlines()] == [line.split() for line in REPORT.splitlines()]
    assert (code, err) == (1, "")
    code, out, err = ran(tmp_path, *RUN, "--report", path.with_name("model.py"))
    assert (code, err) == (0, "") and out.endswith("\n\nall 2 names are here\n")
    assert ran(tmp_path, *RUN, "--report", "-c", "x")[2] == "backprop: run: --report needs a file\n"


def test_explain_writes_the_first_step_with_the_programs_names(program, tmp_path):
    path = program("""
import torch
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
def step(inputs, weight):
    prediction = model(inputs) * weight
    loss = prediction.mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()
torch.nn.init.ones_(model.weight), torch.nn.init.zeros_(model.bias)
print(step(torch.tensor([[1.0, 2.0]]), torch.tensor(2.0)), step(torch.ones(1, 2), 1.0))
""")
    said = "backprop: the first training step is in program-first-step.html\n"
    plain = ran(tmp_path, *RUN, path)
    assert ran(tmp_path, *RUN, "--explain", path) == (0, plain[1], said)
    page = (tmp_path / "program-first-step.html").read_text(encoding="utf-8")
    assert "prediction" in page and "inputs" in page and "SGD" in page
    path = program("print('nothing to learn')")
    said = "backprop: no page: the program did not call backward()\n"
    assert ran(tmp_path, *RUN, "--explain", path) == (0, "nothing to learn\n", said)


def test_classes_have_the_names_that_programs_print(program, tmp_path):
    path = program("""
import pickle, torch
x = torch.ones(2, requires_grad=True)
for value in (x, x[0], x.detach(), torch.nn.Parameter(x.detach()), x.shape, x.dtype, x.device):
    print(type(value))
try:
    x + torch.ones(3)
except RuntimeError as error:
    print(type(error).__name__)
try:
    torch.nn.Dropout(2.0)
except ValueError as error:
    print(type(error).__name__)
try:
    torch.linalg.inv(torch.zeros(2, 2))
except torch.linalg.LinAlgError as error:
    print(type(error).__name__)
print(pickle.loads(pickle.dumps(x[0])))
""")
    names = ["torch.Tensor"] * 3 + ["torch.nn.parameter.Parameter", "torch.Size", "torch.dtype", "torch.device"]
    said = (
        "".join(f"<class '{name}'>\n" for name in names)
        + "RuntimeError\nValueError\n_LinAlgError\ntensor(1., requires_grad=True)\n"
    )
    assert ran(tmp_path, *RUN, path) == (0, said, "")


def test_modules_and_names_that_are_elsewhere(program, tmp_path):
    path = program("""
import torch.multiprocessing as mp
import torch.nn as nn, torch
from torch.autograd import Variable
from torch.utils.checkpoint import checkpoint
from torch.utils.tensorboard import SummaryWriter
from torch.nn.modules.linear import NonDynamicallyQuantizableLinear
print(isinstance(nn.BatchNorm2d(2), nn.modules.batchnorm._BatchNorm), isinstance(nn.Conv1d(1, 1, 1), nn.modules.conv._ConvNd))
print(mp.__name__, checkpoint(torch.exp, Variable(torch.zeros(1))), torch.optim.Adam is torch.optim.adam.Adam)
""")
    assert ran(tmp_path, *RUN, path) == (0, "True True\ntorch.multiprocessing tensor([1.]) True\n", "")


def test_names_of_older_programs(program, tmp_path):
    path = program("""
import torch, torch.nn.functional as F
from torch.autograd.variable import Variable
x = Variable(torch.tensor([-2.0, 2.0]))
print(isinstance(x, Variable), F.leaky_relu_(x, 0.25) is x, x, F.relu_(x), F.threshold_(x, 3, 5))
""")
    assert ran(tmp_path, *RUN, path) == (0, "True True tensor([5., 5.]) tensor([5., 5.]) tensor([5., 5.])\n", "")


def test_functions_in_place(program, tmp_path):
    """As PyTorch prints it."""
    path = program("""
import torch
from torch import clamp_
x = torch.tensor([0.0, 4.0])
print(torch.sqrt_(x) is x, x, clamp_(x, max=1.5), torch.index_put_(x, (torch.tensor([0]),), torch.tensor(-3.0)))
print(torch.fill_(x, -1.0), torch.selu_(x), torch.zero_(x))
w = torch.ones(1, requires_grad=True)
try:
    torch.exp_(w)
except RuntimeError as error:
    print("a leaf Variable that requires grad is being used in an in-place operation" in str(error))
""")
    changed, zeros = " tensor([-3.0000,  1.5000])" * 3, " ".join(["tensor([0., 0.])"] * 3)
    assert ran(tmp_path, *RUN, path) == (0, f"True{changed}\n{zeros}\nTrue\n", "")


def test_a_layer_is_of_no_class_that_it_is_not_of_in_pytorch():
    """Programs choose by isinstance(m, nn.Conv2d) how weights start and what is frozen."""
    for kinds in (
        [nn.Conv1d(1, 1, 1), nn.Conv2d(1, 1, 1), nn.Conv3d(1, 1, 1)],
        [nn.BatchNorm1d(1), nn.BatchNorm2d(1), nn.BatchNorm3d(1)],
        [nn.BatchNorm1d(1), nn.InstanceNorm2d(1)],
        [nn.Dropout(), nn.Dropout1d(), nn.Dropout2d(), nn.Dropout3d(), nn.AlphaDropout()],
    ):
        for layer in kinds:
            assert [isinstance(layer, type(other)) for other in kinds] == [other is layer for other in kinds]
