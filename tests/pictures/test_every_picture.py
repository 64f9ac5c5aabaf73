"""What holds for every drawing: well-formed, legible, inside its paper, the same each time, safe from what it is given."""

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from backprop import Tensor
from backprop.pictures import ConfusionMatrix, DecisionBoundary, Histograms, Images, LineChart
from backprop.pictures.colours import DARK, LIGHT
from backprop.pictures.picture import Picture
from tests.pictures.drawings import HOSTILE, Drawing, drawings

ROOT = Path(__file__).resolve().parents[2]
PLAIN = {what: picture.svg() for what, picture in drawings().items()}
WITH_HOSTILE_NAMES = {what: picture.svg() for what, picture in drawings(HOSTILE).items()}
EVERY = [
    (f"{what}, {kind}", svg)
    for kind, svgs in (("plain", PLAIN), ("hostile", WITH_HOSTILE_NAMES))
    for what, svg in svgs.items()
]

every_svg = pytest.mark.parametrize("svg", [svg for _, svg in EVERY], ids=[what for what, _ in EVERY])
# Two letters less than this over each other do not touch: their boxes are those of the widest font, with descenders.
TOUCH = 1.0


@every_svg
def test_it_is_well_formed_and_described(svg):
    drawing = Drawing(svg)
    assert drawing.root.tag == "{http://www.w3.org/2000/svg}svg" and drawing.root.get("role") == "img"
    first = drawing.root[0]
    assert first.tag.endswith("title") and first.text
    assert drawing.root[1].tag.endswith("desc") and len(drawing.root[1].text) > 10
    svg.encode("utf-8")


@every_svg
def test_the_numbers_are_short_finite_and_have_no_minus_zero(svg):
    written = re.sub(r"<(title|desc|style|text)\b.*?</\1>|(aria-label|transform)=\"[^\"]*\"", "", svg)
    assert not re.search(r"nan|inf|-0(?![.\d])|\d\.\d{3}|\de[-+]?\d", written), written


@every_svg
def test_everything_is_on_the_paper(svg):
    drawing = Drawing(svg)
    for x, y in drawing.points():
        # A rounded number may be off by half of the last decimal.
        assert -0.01 <= x <= drawing.width + 0.01 and -0.01 <= y <= drawing.height + 0.01
    for text in drawing.texts:
        assert text.left >= 0 and text.right <= drawing.width and text.top >= 0 and text.bottom <= drawing.height, text


@every_svg
def test_no_two_texts_touch(svg):
    texts = sorted(Drawing(svg).texts, key=lambda text: text.top)
    for one, other in itertools.combinations(texts, 2):
        across = min(one.right, other.right) - max(one.left, other.left)
        down = min(one.bottom, other.bottom) - max(one.top, other.top)
        assert across < TOUCH or down < TOUCH, (one, other)


@every_svg
def test_no_letter_is_too_small(svg):
    sizes = [int(size) for size in re.findall(r'font-size="(\d+)"', svg)]
    assert "font:14px" in svg and all(size >= 12 for size in sizes)
    drawing = Drawing(svg)
    # What shrinks with a window of 375 pixels keeps letters of 11; what is wider does not shrink.
    shrinks = "max-width" in svg
    assert shrinks == (drawing.width <= 460) and 14 * 375 / 460 > 11


@every_svg
def test_it_is_readable_on_light_and_on_dark_paper(svg):
    light, dark = svg.split("@media (prefers-color-scheme:dark)")
    for name in LIGHT:
        assert f".{name}{{color:{LIGHT[name]}}}" in light and f".{name}{{color:{DARK[name]}}}" in dark
    assert set(re.findall(r'class="(\w+)', svg)) <= {"backprop", *LIGHT}


@pytest.mark.parametrize("what", WITH_HOSTILE_NAMES)
def test_names_are_only_text(what):
    plain, hostile = Drawing(PLAIN[what]), Drawing(WITH_HOSTILE_NAMES[what])
    tags, with_hostile = ({element.tag for element in drawing.root.iter()} for drawing in (plain, hostile))
    assert with_hostile <= tags | {"{http://www.w3.org/2000/svg}title"}
    assert not any(name.startswith("on") for element in hostile.root.iter() for name in element.attrib)
    assert not re.search("[\x00-\x1f\x7f-\x9f\ud800-\udfff]", WITH_HOSTILE_NAMES[what])


def test_what_is_cut_is_told_when_pointed_at():
    svg = drawings("encoder.layers.0.attention.in_projection.weight, once more")["one point"].svg()
    (text,) = [text for text in Drawing(svg).root.iter("{http://www.w3.org/2000/svg}text") if "…" in text.text]
    assert text[0].text == "encoder.layers.0.attention.in_projection.weight, once more"


@pytest.mark.threads
def test_the_same_input_gives_the_same_bytes_in_every_process():
    program = (
        "import hashlib; from tests.pictures.drawings import drawings; pictures = drawings().values()\n"
        "text = ''.join(picture.svg() + (str(picture) if type(picture).__str__ is not object.__str__ else '') "
        "for picture in pictures)\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(digests) == 1 and len(digests.pop()) == 65


def test_notebooks_show_it_and_a_file_keeps_it(tmp_path):
    picture = drawings()["losses"]
    assert picture._repr_svg_() == picture.svg() == PLAIN["losses"]
    path = tmp_path / "loss.svg"
    picture.save(path)
    picture.save(str(path))
    assert path.read_bytes() == (PLAIN["losses"] + "\n").encode() and list(tmp_path.iterdir()) == [path]


def test_a_drawing_that_fails_leaves_the_old_file(tmp_path):
    class Broken(Picture):
        def svg(self):
            raise MemoryError

    path = tmp_path / "loss.svg"
    path.write_text("old")
    with pytest.raises(MemoryError):
        Broken().save(path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_tensor_is_drawn_as_its_numbers_are():
    table, vector = [[3, 1], [0, 2]], [0.5, 0.25, 0.75]
    for drawn, tensor, numbers in (
        (lambda x: Images(x, 2, 2), [[0.0, 0.5, 0.25, 1.0]], None),
        (
            lambda x: Images(x, 2, 2),
            [[[[0.0, 0.5], [0.25, 1.0]]], [[[1.0, 0.0], [0.5, 0.5]]]],
            [[0.0, 0.5, 0.25, 1.0], [1.0, 0.0, 0.5, 0.5]],
        ),
        (ConfusionMatrix, table, None),
        (lambda x: LineChart({"loss": x}), vector, None),
        (lambda x: LineChart({"loss": [3, 2, 1]}, x), vector, None),
        (lambda x: Histograms({"weight": x}), vector, None),
        (lambda x: Histograms({"weight": x}), [[[0.5], [0.25]], [[0.75], [1.0]]], [0.5, 0.25, 0.75, 1.0]),
        (lambda x: DecisionBoundary(lambda grid: [0.5] * len(grid), x, [0, 1]), table, None),
        (lambda x: DecisionBoundary(lambda grid: [0.5] * len(grid), table, x), [0, 1], None),
    ):
        assert drawn(Tensor(tensor)).svg() == drawn(numbers or tensor).svg()
