"""The notebook without Jupyter, which .ci/notebook.py has: its cells run in their order and show what is stored in them."""

import ast
import contextlib
import io
import json
from pathlib import Path

PATH = Path(__file__).resolve().parents[2] / "examples" / "backpropagation.ipynb"
NOTEBOOK = json.loads(PATH.read_text("utf-8"))
CODE = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
SHOWN = {"text/html": "_repr_html_", "image/svg+xml": "_repr_svg_", "text/markdown": "_repr_markdown_"}


def test_it_was_run_once_from_top_to_bottom():
    assert [cell["execution_count"] for cell in CODE] == list(range(1, len(CODE) + 1))
    assert {output["output_type"] for cell in CODE for output in cell["outputs"]} == {"stream", "execute_result"}
    assert NOTEBOOK["nbformat"] == 4 and PATH.stat().st_size < 100_000


def test_its_cells_print_what_is_stored_and_their_values_show_themselves(tmp_path, monkeypatch):
    """The exact pictures and pages are compared in Jupyter; here, that each value shows itself in the stored way."""
    monkeypatch.chdir(tmp_path)
    namespace, kinds = {}, set()
    for cell in CODE:
        tree = ast.parse("".join(cell["source"]))
        printed, value = io.StringIO(), None
        with contextlib.redirect_stdout(printed):
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, str(PATH), "exec"), namespace)
            if last:
                value = eval(compile(ast.Expression(last.value), str(PATH), "eval"), namespace)
        streams = [output["text"] for output in cell["outputs"] if output["output_type"] == "stream"]
        assert printed.getvalue() == "".join("".join(text) for text in streams)
        results = [output["data"] for output in cell["outputs"] if output["output_type"] == "execute_result"]
        assert len(results) == (value is not None)
        for data in results:
            stored = [SHOWN[kind] for kind in data if kind != "text/plain"]
            assert stored == [method for method in SHOWN.values() if getattr(value, method, lambda: None)()]
            kinds |= {(kind.__name__, *stored) for kind in type(value).__mro__}
    assert kinds >= {
        ("Tensor",),
        ("Tensor", "_repr_html_"),
        ("Sequential", "_repr_html_"),
        ("Report", "_repr_html_"),
        ("Explanation", "_repr_markdown_"),
        ("Graph", "_repr_svg_"),
        ("LineChart", "_repr_svg_"),
        ("DecisionBoundary", "_repr_svg_"),
    }
    assert (tmp_path / "step.html").is_file()
