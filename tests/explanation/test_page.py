"""The page of an explanation: well-formed, of itself enough, with every step and all that the script needs."""

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from backprop import explain
from backprop.nn import Parameter
from tests.explanation.networks import network
from tests.explanation.test_text import explained
from tests.explanation.worked import worked_example
from tests.strategies import seeds

VOID = {"meta", "br", "wbr"}


class Page(HTMLParser):
    """Its sections as (attributes, text), its script and style; an element that is not closed is an error."""

    def __init__(self, html):
        super().__init__()
        self.open, self.sections, self.figures, self.texts = (
            [],
            [],
            [],
            {"script": "", "style": "", "title": "", "": ""},
        )
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        assert len(dict(attributes)) == len(attributes)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "figure":
            self.figures.append(dict(attributes))
        if tag == "section":
            self.sections.append((dict(attributes), []))

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in self.texts:
            self.texts[self.open[-1]] += data
        if "section" in self.open:
            self.sections[-1][1].append(data)


def drawn(html, tag):
    """The elements of that kind in the drawing, which is XML."""
    drawing = ElementTree.fromstring(re.search(r"<svg.*</svg>", html, re.DOTALL)[0])
    return list(drawing.iter(f"{{http://www.w3.org/2000/svg}}{tag}"))


@given(seed=seeds)
@settings(max_examples=20)
def test_the_page_is_well_formed_and_the_script_finds_what_it_needs(seed):
    explanation = explained(seed)[0]
    html = explanation.html()
    page = Page(html)
    (figure,) = page.figures
    ((*steps,),) = zip(*json.loads(figure["data-steps"]))
    boxes = {int(g.get("data-node")) for g in drawn(html, "g") if g.get("data-node")}
    assert sorted(steps) == sorted(boxes) == list(range(sum(1 for step in explanation.steps if step.name)))
    ends = [edge.split() for path in drawn(html, "path") for edge in path.get("data-edges", "").split(",") if edge]
    edges = {(steps[int(source)], steps[int(target)]) for source, target in ends}
    shown = {}
    for attributes, _ in page.sections:
        assert not attributes["data-node"] or int(attributes["data-node"]) in steps
        for source, target, numbers in json.loads(attributes["data-moves"]):
            assert {(source, target), (target, source)} & edges and numbers
        shown.update(json.loads(attributes["data-shows"]))
    assert sorted(map(int, shown)) == sorted(steps), "in the end something stands at each node"


@given(seed=seeds)
@settings(max_examples=20)
def test_it_says_what_the_text_says(seed):
    explanation = explained(seed)[0]
    words = " ".join(" ".join("".join(text).split()) for _, text in Page(explanation.html()).sections)
    for line in str(explanation).splitlines():
        if " = " in line and "[ " not in line and "│" not in line:
            assert " ".join(line.split()) in words


def test_it_asks_for_nothing_else():
    html = worked_example().html()
    assert set(re.findall(r"\w+://[^\s\"']*", html)) == {"http://www.w3.org/2000/svg"}
    for sign in ("src=", "href=", "@import", "url(", "fetch(", "import("):
        assert sign not in html


def test_names_are_escaped():
    w = Parameter([[1.0, 2.0]])
    bad = "</style><script>alert('&\"')</script>"
    html = explain((w * 3.0).sum(), {bad: w}).html()
    assert "<script>alert" not in html
    page = Page(html)
    assert bad in "".join(page.sections[0][1]) and "alert" not in page.texts["script"]
    assert bad in [title.text for title in drawn(html, "title")]


def test_a_table_without_its_middle_has_the_shape_of_the_whole():
    w = Parameter([[float(i * j) for i in range(16)] for j in range(3)])
    html = explain((w * 2.0).sum(), {"w": w}).html()
    assert "<caption>3×16</caption>" in html and "3×6" not in html
    b = Parameter([float(i) for i in range(16)])
    explanation = explain((b * 2.0).sum(), {"b": b})
    assert "<caption>16</caption>" in explanation.html() and "1×16" not in f"{explanation}{explanation.markdown()}"


def test_forward_numbers_go_to_a_step_and_backward_from_it():
    x = Parameter([[1.0, 2.0]])
    sections = Page(explain((x * 3.0).sum(), {"x": x}).html()).sections
    moves = [json.loads(attributes["data-moves"]) for attributes, _ in sections]
    shows = [json.loads(attributes["data-shows"]) for attributes, _ in sections]
    assert moves == [[], [[0, 1, "1, 2"]], [[1, 2, "3, 6"]], [[2, 1, "1, 1"]], [[1, 0, "3, 3"]]]
    values = [{"0": ["1, 2", None]}, {"1": ["3, 6", None]}, {"2": ["9", None]}]
    assert shows == [*values, {"2": [None, "∂ 1"], "1": [None, "∂ 1, 1"]}, {"0": [None, "∂ 3, 3"]}]


@pytest.mark.parametrize(("ending", "begins"), [(".txt", "Given\n"), (".md", "## Given"), (".html", "<!DOCTYPE html>")])
def test_it_is_saved_as_its_name_ends(ending, begins, tmp_path):
    explanation = worked_example()
    path = tmp_path / f"step{ending}"
    explanation.save(path)
    text = path.read_text("utf-8")
    assert text.startswith(begins) and text in (str(explanation), explanation.markdown(), explanation.html())


def test_another_ending_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(
        ValueError, match=r"Explanation.save: the ending of the file is '.txt', '.md' or '.html', got '.pdf'"
    ):
        worked_example().save(tmp_path / "step.pdf")
    assert not list(tmp_path.iterdir())


def test_a_large_model_opens_layer_by_layer():
    """Each layer that is opened has the values that are computed in it, and around it what comes from outside."""
    loss, model, _ = network("transformer")
    explanation = explain(loss, model=model)
    html = explanation.html()
    page = Page(html)
    opens = [json.loads(figure["data-opens"]) for figure in page.figures]
    shown = [json.loads(figure["data-steps"]) for figure in page.figures]
    assert sorted(i for own in opens for i in own if i is not None) == list(range(1, len(opens)))
    named = [step for step in explanation.steps if step.name]
    foremost = {steps[0] for own in shown for steps in own}
    assert foremost == set(range(len(named)))
    assert sum(map(len, shown[0])) == len(named) and len(shown[0]) < 20
    for own, boxes in zip(opens, shown):
        for i, steps in zip(own, boxes):
            if i is not None:
                inside = {step for some in shown[i] for step in some}
                assert inside >= set(steps) and len(steps) > 1
    for attributes, _ in page.sections:
        if attributes["data-node"]:
            assert int(attributes["data-node"]) in {steps[0] for steps in shown[int(attributes["data-figure"])]}
    assert html.count("<details open>") == html.count("</details>") > 2


def test_a_small_model_is_drawn_at_once_with_its_layers_as_frames():
    loss, model, _ = network("recurrent")
    page = explain(loss, model=model).html()
    assert page.count("<figure") == 1 and ">lstm: LSTM</text>" in page


def test_a_wide_table_shows_its_first_and_its_last_columns():
    x = Parameter([[float(i) / 7 for i in range(9)]])
    html = explain((x * 2.0).sum(), {"x": x}).html()
    cells = re.findall("<td>(.*?)</td>", html)[:7]
    assert cells == ["0", "0.1429", "0.2857", "...", "0.8571", "1", "1.143"]
