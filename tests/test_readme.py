"""The pages: every program prints the output below it, every link has a target, every formula survives Markdown.

The pages are the README and the chapters beside the code. Each block of code is of a kind that is checked here, or a
test fails.
"""

import ast
import contextlib
import doctest
import io
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from backprop import Generator, Matrix, autograd, randn
from backprop.autograd import gradcheck
from backprop.random import generator as default_generator
from backprop.tensors import products

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
STRUCTURE = ROOT / "backprop" / "README.md"
PAGES = [
    README,
    *sorted(p for folder in ("backprop", "examples", "benchmarks", "tests") for p in (ROOT / folder).rglob("*.md")),
]
KINDS = {"program", "output", "dialogue", "excerpt", "math", "commands", "csv", "report", "drawing"}
COMMAND = re.compile(r"(python3|pypy3|pip|cd|git|\.venv/bin/\w+) ")
ON_EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


class Block(NamedTuple):
    """The text between two fences, and its position."""

    kind: str
    text: str
    page: Path
    line: int

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page):
    """The blocks of a page, each with its kind, by its language, the block before it or its text."""
    found = []
    source = page.read_text("utf-8")
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", source, re.MULTILINE | re.DOTALL):
        language, text = match.groups()
        before = found[-1].kind if found else None
        if language == "python":
            kind = "dialogue" if text.startswith(">>> ") else "program" if "import " in text else "excerpt"
        elif before == "program" and not language:
            kind = "output"
        elif language == "sh" or all(COMMAND.match(line) for line in text.splitlines()):
            kind = "commands"
        else:
            kind = language or "drawing"
        found.append(Block(kind, text, page, source.count("\n", 0, match.start()) + 1))
    return found


BLOCKS = [block for page in PAGES for block in blocks(page)]


def of_kind(kind):
    return [block for block in BLOCKS if block.kind == kind]


def without_blocks(page):
    return re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


# ------------------------------------------------------------------ blocks


def test_every_block_is_of_a_kind_that_is_checked():
    for page in PAGES:
        text = page.read_text("utf-8")
        assert text.count("```") == 2 * len(blocks(page)) and "~~~" not in text, page
    assert {block.kind for block in BLOCKS} <= KINDS
    assert len(of_kind("program")) == len(of_kind("output")) > 5
    # An excerpt of the code; one of an explanation, which a test of explain finds in its text; the project structure.
    assert [block.page for block in of_kind("excerpt") + of_kind("drawing")] == [STRUCTURE, README, STRUCTURE]


@pytest.mark.parametrize("program", of_kind("program"), ids=str)
def test_a_program_prints_what_is_promised(program):
    promised = BLOCKS[BLOCKS.index(program) + 1]
    assert promised.kind == "output"
    if "import torch" in program.text.splitlines():
        run = [sys.executable, "-m", "backprop", "run", "-"]
        result = subprocess.run(run, input=program.text, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
        assert (result.stdout, result.stderr) == (promised.text, "")
        return
    generator, printed = default_generator(), io.StringIO()
    before = generator.getstate()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(program.text, str(program), "exec"), {"__name__": "__main__"})
    finally:
        generator.setstate(before)
    assert printed.getvalue() == promised.text


def test_the_first_programs_are_short():
    """Five lines that end in gradients, one in PyTorch's words, whose output is PyTorch's, and one with ``fit``, below the
    loop that it is."""
    five, torch, *others = (block.text.splitlines() for block in of_kind("program") if block.page == README)
    assert len([line for line in five if line]) == 5 and ".grad" in five[-1]
    assert len(torch) <= 20 and torch[:2] == ["import torch", "from torch import nn, optim"]
    assert (ROOT / "examples" / "lecture.py").read_text("utf-8").endswith('"""\n\n' + "\n".join(torch) + "\n")
    with_fit = next(lines for lines in others if any(line.startswith("fit(") for line in lines))
    assert len(with_fit) <= 17 and "backprop" not in "".join(with_fit[2:])
    loop = [line.strip() for line in with_fit].index("optimizer.step()")
    assert with_fit[loop - 4].startswith("for epoch") and with_fit[loop + 2].startswith("fit(")


@pytest.mark.parametrize("dialogue", of_kind("dialogue"), ids=str)
def test_a_dialogue_is_as_shown(dialogue):
    test = doctest.DocTestParser().get_doctest(dialogue.text, {}, str(dialogue), str(dialogue.page), dialogue.line)
    results = doctest.DocTestRunner().run(test)
    assert results.attempted > 0 and results.failed == 0


def test_the_operation_shown_is_the_one_that_is_there():
    (excerpt,) = of_kind("excerpt")
    names = {"operation": autograd.operation, "Matrix": Matrix}
    exec(compile(excerpt.text, str(excerpt), "exec"), names)
    shown, rng = names["matmul"], Generator().manual_seed(0)
    assert shown.__doc__ == products._matmul.__doc__
    for shape in ((2, 3), (5, 2, 3)):  # rows of the last axis, however many axes there are
        a, b = randn(*shape, generator=rng, requires_grad=True), randn(3, 4, generator=rng, requires_grad=True)
        assert shown(a, b).allclose(a @ b) and gradcheck(shown, [a, b], rng=rng)


@pytest.mark.parametrize("commands", of_kind("commands"), ids=str)
def test_the_files_in_a_command_are_there(commands):
    for name in re.findall(r"\S+\.(?:py|txt)\b", commands.text):
        assert (ROOT / name).is_file(), name


def test_the_report_of_a_table_is_as_shown(tmp_path):
    shown, told = of_kind("report")
    beginning, end = shown.text.split("…\n")
    command, table = [sys.executable, "-m", "backprop"], "examples/visitors.csv"
    out = tmp_path / "model.safetensors"
    came = subprocess.run(
        [*command, "train", table, "--target", "back", "--out", out],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout
    assert came.startswith(beginning) and came.replace(str(out), out.name).endswith(end)
    came = subprocess.run(
        [*command, "predict", out, table], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert came.stderr.startswith(told.text)
    (excerpt,) = of_kind("csv")
    assert (ROOT / table).read_text("utf-8").startswith(excerpt.text)


def test_the_project_structure_shows_each_package_and_no_other():
    _, drawing = of_kind("drawing")
    shown, package = set(), ROOT / "backprop"
    folder = package
    for line in drawing.text.splitlines():
        words = [word.rstrip("/") for word in line[:30].split()]
        if line.startswith(" "):  # inside of the package above
            assert all((folder / word).is_dir() or (folder / f"{word}.py").is_file() for word in words), line
        else:
            shown.update(word.split("/")[0] for word in words)
            folder = package / words[0].split("/")[0]
    built = {p.stem for p in package.iterdir() if p.suffix in ("", ".py") and not p.name.startswith((".", "_"))}
    assert shown == built


# ------------------------------------------------------------------ links


def links(page):
    """(text, file, anchor) of each link."""
    for text, target in re.findall(r"\[([^\[\]]+)\]\(([^()\s]+)\)", without_blocks(page)):
        path, _, anchor = target.partition("#")
        yield text, path, anchor


def slug(heading):
    """The anchor that GitHub gives a heading: lower case, no punctuation, a hyphen for each space.

    >>> slug("Softmax & cross-entropy, `p − y`")
    'softmax--cross-entropy-p--y'
    """
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(page):
    """The anchors of a page's headings; one that is there already gets a number."""
    counts = Counter()
    found = set()
    for heading in re.findall(r"^#+ (.*)$", without_blocks(page), re.MULTILINE):
        name = slug(heading)
        found.add(f"{name}-{counts[name]}" if counts[name] else name)
        counts[name] += 1
    return found


def defined(path):
    """The names of the functions and classes in a file, those of methods with their class too."""
    nodes = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, (ast.FunctionDef, ast.ClassDef))]
    inner = [(node, own) for node in nodes for own in node.body if isinstance(own, ast.FunctionDef)]
    return {node.name for node in nodes} | {f"{node.name}.{own.name}" for node, own in inner}


@ON_EACH_PAGE
def test_a_link_leads_to_something(page):
    for text, path, anchor in links(page):
        if re.match(r"[a-z]+:", path):
            assert path.startswith("https://"), path
            continue
        target = page.parent / path if path else page
        assert target.exists() and ROOT in [target.resolve(), *target.resolve().parents], path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


@ON_EACH_PAGE
def test_a_link_with_the_name_of_a_function_leads_to_its_file(page):
    for text, path, _ in links(page):
        if path.endswith(".py"):
            for name in re.findall(r"`([^`]+)`", text):
                assert name in defined(page.parent / path) or name == Path(path).name, f"{name} in {path}"


def test_every_chapter_is_linked():
    linked = {(README.parent / path).resolve() for _, path, _ in links(README)}
    assert {page.resolve() for page in PAGES} - {README} <= linked


FOUNDING = {
    "Overview": [],
    "Mathematical Foundation & Theory": [
        "Neural Network Basics",
        "Loss Functions",
        "Gradient Computation",
        "Backpropagation Algorithm",
        "Weight Updates",
    ],
    "Project Structure": [],
    "Installation & Usage": ["Prerequisites", "Setup", "Usage"],
    "License": [],
}


def sections(level, text):
    """{heading: its text} of the headings of a level."""
    parts = re.split(rf"^{'#' * level} (.*)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2]))


def test_the_readme_has_the_sections_of_the_founding_page_in_their_order():
    found = sections(2, without_blocks(README))
    assert [name for name in found if name in FOUNDING] == list(FOUNDING)
    for name, parts in FOUNDING.items():
        assert list(sections(3, found[name])) == parts, name


def test_the_contents_are_the_headings():
    found = sections(2, without_blocks(README))
    contents = re.findall(r"\[(.+?)\]\(#", found.pop("Contents"))
    headings = [heading for name, text in found.items() for heading in (name, *sections(3, text))]
    assert contents == headings


@pytest.mark.parametrize("section", FOUNDING["Mathematical Foundation & Theory"])
def test_a_section_of_the_theory_ends_with_three_exercises_and_a_program_that_checks_the_answers(section):
    text = sections(3, README.read_text("utf-8"))[section]
    _, exercises = text.split("**Exercises.**")
    questions, answers = exercises.split("<details><summary>Answers, with a program that checks them</summary>")
    answers = answers.split("</details>")[0]
    assert all(re.findall(r"^(\d)\. ", part, re.MULTILINE) == ["1", "2", "3"] for part in (questions, answers))
    assert any(block.kind == "program" and block.text in answers for block in BLOCKS)


# ------------------------------------------------------------------ formulas

# GitHub applies Markdown to a formula first: _ and * may become emphasis, a backslash before punctuation is lost, <
# begins a tag, and a $ after anything but a space, or before a letter or digit, is a dollar sign.
FORMULA = re.compile(r"(?:^|(?<=\s))(\$\$?)(?=[^\s$])([^$\n]*[^\s$])\1(?=$|[\s.,;:?!)])", re.MULTILINE)
REFUSED = {
    "emphasis": r"\*|(?<![A-Za-z0-9])_|__",
    "escape": r"\\[^A-Za-z]",
    "tag": "[<>]",
    "link": r"\]\(",
    "macro": r"\\(operatorname|mbox|phantom|require|def|newcommand|label)\b",
}


@ON_EACH_PAGE
def test_a_formula_gets_through_markdown(page):
    text = re.sub(r"`[^`\n]+`", "code", without_blocks(page))
    for _, formula in FORMULA.findall(text):
        assert formula.count("{") == formula.count("}"), formula
        for what, pattern in REFUSED.items():
            assert not re.search(pattern, formula), f"{what} in {formula}"
    assert re.findall(r".{0,30}\$.{0,30}", FORMULA.sub("", text)) == []


@pytest.mark.parametrize("block", of_kind("math"), ids=str)
def test_a_block_of_formulas_is_whole(block):
    assert block.text.count("{") == block.text.count("}")
    assert re.findall(r"\\begin\{(\w+)\}", block.text) == re.findall(r"\\end\{(\w+)\}", block.text)[::-1]
    assert not re.search(REFUSED["macro"], block.text) and "$" not in block.text


def letters(formula):
    """The letters of a formula: what is neither a word, nor the name of a macro."""
    formula = re.sub(r"\\(text|mathrm|begin|end)\{[^}]*\}|\\max|\\min|_\{\\max\}", " ", formula)
    greek = re.findall(
        r"\\(theta|sigma|varphi|mu|beta|lambda|varepsilon|Delta|kappa|alpha|tau|rho|eta|gamma|delta)\b", formula
    )
    return {*re.findall(r"[A-Za-z]", re.sub(r"\\[A-Za-z]+", " ", formula)), *greek}


def test_each_letter_of_the_theory_is_in_the_table_of_letters():
    theory = sections(2, without_blocks(README))["Mathematical Foundation & Theory"]
    table, rest = (FORMULA.findall(part) for part in theory.split("\n### ", 1))
    formulas = [formula for _, formula in rest] + [block.text for block in of_kind("math") if block.page == README]
    used = {letter for formula in formulas for letter in letters(formula)}
    assert used - {"e"} == {letter for _, formula in table for letter in letters(formula)} - {"e"}  # Euler's number
