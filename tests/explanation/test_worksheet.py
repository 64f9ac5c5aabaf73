"""Worksheets: what is asked can be found from what stands there, the answers are right, and none is given away."""

import re
from html import unescape

import pytest

from backprop import explain
from backprop.nn import Parameter
from backprop.nn import functional as F
from backprop.optim import SGD
from tests.browser import CHROMIUM, MISSING, browser
from tests.explanation.intervals import agree, interval
from tests.explanation.networks import NETWORKS, network
from tests.explanation.test_text import explained
from tests.explanation.worked import worked_example

BLANK = re.compile(r"____\((\d+)\)")


def worksheet(explanation):
    explanation.worksheet = True
    return explanation


def of_network(name):
    loss, model, optimizer = network(name)
    return explain(loss, model=model, optimizer=optimizer, worksheet=True)


def questions_and_answers(explanation):
    """([line with blanks], [(what is asked, answer)] in the order of the blanks)."""
    sheet, key = str(explanation).split("\fAnswers\n───────\n\n")
    answers = []
    for i, line in enumerate(key.splitlines(), 1):
        number, label, answer = re.fullmatch(r"\((\d+)\) (.*?)(?: =)? (\S+)", line).groups()
        assert int(number) == i
        answers.append((label, answer))
    return [line.strip() for line in sheet.splitlines() if BLANK.search(line)], answers


def solved(lines, answers):
    """Fills in every blank by what stands there and the answers so far; gives how many were computed."""
    known, computed = {}, 0
    for line in lines:
        numbers = list(map(int, BLANK.findall(line)))
        label, _, rest = line.partition(" ← " if " ← " in line else " = ")
        if len(numbers) == 1 and " = " in rest:
            expression = rest.rsplit(" = ", 1)[0]
            # Longer names first: that of an entry may begin with another's.
            used = sorted((name for name in known if name in expression), key=len, reverse=True)
            names = "|".join(map(re.escape, used))
            expression = re.sub(names, lambda name: f"({known[name[0]]})", expression) if used else expression
            answer = answers[numbers[0] - 1][1]
            assert agree(interval(expression, 6), interval(answer, 6)), line
            computed += 1
        for i in numbers:
            name, answer = answers[i - 1]
            assert "[ " in line or name.removesuffix(" ←") == label
            known[name] = known[f"({i})"] = answer
    return computed


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_the_answers_follow_from_what_stands_there(name):
    assert solved(*questions_and_answers(of_network(name))) > 40


@pytest.mark.parametrize("seed", range(12))
def test_so_they_do_for_any_computation(seed):
    explanation = worksheet(explained(seed)[0])
    lines, answers = questions_and_answers(explanation)
    assert solved(lines, answers) > 0
    assert [int(i) for line in lines for i in BLANK.findall(line)] == list(range(1, len(answers) + 1))


def test_what_was_asked_stands_by_its_name():
    text = str(worksheet(worked_example()))
    for line in (
        "linear₁[0, 0] = 0.05·0.15 + 0.1·0.2 + 0.35 = ____(1)",
        "h[0, 0] = 1/(1 + exp(−linear₁[0, 0])) = ____(3)",
        "∂E/∂linear₂[0, 0] = (∂E/∂o[0, 0])·o[0, 0]·(1 − o[0, 0]) = ____(25)",
        "W_h[0, 0] ← 0.15 − 0.5·(∂E/∂W_h[0, 0]) = ____(39)",
    ):
        assert f"    {line}\n" in text
    assert "\n(3) h[0, 0] = 0.59327\n" in text and "\n(39) W_h[0, 0] ← 0.149781\n" in text
    assert "0.59327" not in text.split("\f")[0]


def test_the_gradient_that_is_used_is_named_only_if_it_is_the_one_that_was_asked():
    """Where a gradient is held already or is turned round, it is another number than the one above."""
    w = Parameter([[1.0, 2.0]])
    loss = (w * 3.0).sum()
    text = str(explain(loss, {"w": w}, optimizer=SGD([w], lr=0.5, maximize=True), worksheet=True))
    assert "g = −∂L/∂w\n" in text and "w[0, 0] ← 1 − 0.5·(−∂L/∂w[0, 0]) = ____(" in text
    w.grad = w.detach()
    text = str(explain(loss, {"w": w}, optimizer=SGD([w], lr=0.5), worksheet=True))
    assert "w.grad[0, 0] = 1 + ∂L/∂w[0, 0] = ____(" in text and "w[0, 0] ← 1 − 0.5·w.grad[0, 0] = ____(" in text


def test_a_sum_of_gradients_does_not_give_away_its_parts():
    """Parts have one name, and so they stand by the numbers of their blanks."""
    w = Parameter([[1.0, 2.0]])
    text = str(explain((w * w).sum(), {"w": w}, worksheet=True))
    parts = re.findall(r"part of ∂L/∂w\[0, 0\] = .* = ____(\(\d+\))\n", text)
    assert len(parts) == 2 and f"\n∂L/∂w[0, 0] = {' + '.join(parts)} = ____(" in text


def test_a_large_table_is_given():
    x = Parameter([[0.5 * i for i in range(20)]])
    text = str(explain(F.relu(x).sum(), {"x": x}, worksheet=True))
    assert "relu = [ 0  0.5  1 " in text and "L = relu[" not in text


def test_nothing_is_asked_that_is_left_out_of_a_table():
    b = Parameter([float(i) for i in range(12)])
    lines, answers = questions_and_answers(explain((b * 2.0).sum(), {"b": b}, worksheet=True))
    assert len(answers) == sum(len(BLANK.findall(line)) for line in lines)


def test_markdown_has_the_same_blanks_and_answers():
    explanation = worksheet(worked_example())
    _, answers = questions_and_answers(explanation)
    sheet, key = explanation.markdown().split('<div style="break-before: page"></div>')
    assert re.findall(r"\\underline{\\hspace{3em}}_{\((\d+)\)}", sheet) == [str(i + 1) for i in range(len(answers))]
    assert key.count("\n") == len(answers) + 4 and "\n3. `h[0, 0] = 0.59327`\n" in key
    assert r"\frac{\partial E}{\partial \mathrm{linear}_{2}[0, 0]} \cdot" in sheet


def test_the_page_has_a_field_for_each_blank_which_knows_its_answer():
    explanation = worksheet(worked_example())
    _, answers = questions_and_answers(explanation)
    html = explanation.html()
    fields = re.findall(r'<label>\((\d+)\) <input size="10" data-answer="([^"]*)"></label>', html)
    assert fields == [(str(i), unescape(answer)) for i, (_, answer) in enumerate(answers, 1)]
    assert html.count("<li>") == len(answers) and "____" not in html
    assert "<b><bdi>∂E/∂</bdi>E</b> = <b><label>" in html, "a single number is no table"
    assert not re.search(r"src=|href=|https?://", html)


def test_worksheet_is_true_or_false():
    with pytest.raises(TypeError, match="explain: worksheet is True or False, got 'yes'"):
        explain(Parameter(2.0) * 3.0, worksheet="yes")


@pytest.mark.skipif(CHROMIUM is None, reason=MISSING)
def test_typed_in_answers_are_checked_to_the_printed_digits(tmp_path):
    w = Parameter([[0.5, -3.0]])
    explanation = explain((w * 2.0 / 3.0).sum(), {"w": w}, worksheet=True)
    path = tmp_path / "sheet.html"
    explanation.save(path)
    _, answers = questions_and_answers(explanation)
    with browser(tmp_path / "profile", width=390) as tab:
        tab.open(path.as_uri())
        tried = [answers[0][1], f" {answers[1][1].replace('−', '-')} ", "1/3", "0.3333333333", "0.33333", "0,5", ""]
        for i, text in enumerate(tried):
            # The third blank is a third.
            tab.run(f"""(() => {{
              const field = document.querySelectorAll("input")[Math.min({i}, 2)];
              field.value = {text!r};
              field.dispatchEvent(new Event("change"));
            }})()""")
            tried[i] = tab.run(f'document.querySelectorAll("input")[Math.min({i}, 2)].className')
        assert [answer for _, answer in answers[:3]] == ["1", "−6", "0.333333"]
        assert tried == ["right", "right", "right", "right", "wrong", "wrong", ""]
        assert tab.run("document.querySelector('output').textContent") == f"2 of {len(answers)} are right."
        assert tab.run("document.documentElement.scrollWidth") <= 390 and not tab.errors and len(tab.requests) == 1
