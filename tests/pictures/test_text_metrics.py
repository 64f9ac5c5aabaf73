"""The estimated width of a text is never below that in the widest of the usual fonts, and cut texts fit."""

from hypothesis import given
from hypothesis import strategies as st

from backprop.pictures.text_metrics import clipped, shortened, text_width

# Thousandths of the size: the advance widths of DejaVu Sans 2.37, read from its hmtx table with fontTools 4.
DEJAVU = {
    275: "'", 278: "ijl", 295: "IJ", 318: " ,.·", 337: "/:;\\|", 352: "f", 361: "-", 390: "()[]", 392: "t", 401: "!",
    411: "r", 460: '"', 500: "*_`", 517: "∂", 521: "s", 525: "z", 531: "?", 541: "ε", 550: "c", 557: "L", 575: "F",
    579: "k", 592: "vxyγ", 603: "P", 611: "TY", 612: "oöδ", 613: "aä", 615: "eé", 630: "ß", 632: "E", 634: "hnuü",
    635: "Sbdgpq", 636: "$0123456789{}", 638: "β", 656: "K", 659: "α", 684: "AV", 685: "XZ", 686: "B", 695: "R",
    698: "C", 732: "U", 748: "N", 752: "H", 770: "D", 775: "G", 780: "&", 787: "OQ", 818: "w", 838: "#+<=>^~×",
    863: "M", 950: "%", 974: "m", 989: "W", 1000: "@…",
}  # fmt: skip
ADVANCE = {letter: width for width, letters in DEJAVU.items() for letter in letters}


def test_no_letter_is_wider_than_estimated():
    assert len(ADVANCE) > 95
    for letter, width in ADVANCE.items():
        # "`" and the like are taken at what a line of them needs, half the size.
        assert text_width(letter, 1000) >= width - 40, letter


@given(st.text(st.sampled_from(sorted(ADVANCE)), min_size=8))
def test_no_text_is_wider_than_estimated(text):
    assert text_width(text, 1000) >= 0.93 * sum(map(ADVANCE.__getitem__, text))


@given(st.text(max_size=60), st.integers(20, 400))
def test_a_shortened_text_fits_and_keeps_both_ends(text, most):
    short = shortened(text, most)
    assert text_width(short) <= most
    if short != text:
        head, _, tail = short.rpartition("…") if short.count("…") == 1 else (short[: len(short) // 2], "", "")
        assert text.startswith(head) and text.endswith(tail)


@given(st.text(max_size=40), st.integers(1, 40))
def test_a_clipped_text_has_no_more_letters(text, letters):
    short = clipped(text, letters)
    assert len(short) <= letters and (short == text or "…" in short)
