"""The worked check of land and yield: every block runs, and prints what the page says."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "sizing.md"
FENCE = re.compile(r"```python\n(.*?)```", re.S)


def test_every_figure_of_the_page_is_what_comes_out(shared: Path) -> None:
    text = PAGE.read_text("utf-8")
    blocks = "\n".join(FENCE.findall(text))
    case = doctest.DocTestParser().get_doctest(blocks, {"SHARED": shared}, PAGE.name, PAGE.name, 0)
    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(case, out=said.append)
    assert not said, "".join(said)
    assert len(case.examples) > 20


@pytest.mark.parametrize("figure", sorted(set(re.findall(r"\d+\.\d+", "".join(FENCE.split(
    PAGE.read_text("utf-8"))[::2])))))  # fmt: skip
def test_figures_of_the_prose_stand_in_the_blocks(figure: str) -> None:
    elsewhere = {"0.95", "1.1", "4.0"}  # the target; the edition of ChinaPV; a licence
    blocks = "".join(FENCE.findall(PAGE.read_text("utf-8")))
    assert figure in blocks or figure in elsewhere or figure.startswith("10.1038")
