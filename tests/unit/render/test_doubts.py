"""Doubts of a list in what people open: the workbook's own sheet, the signed sheet, the map."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.map_scene import Scene
from tests.unit.render.test_workbook import rows_by
from zoning.projects import examine
from zoning.render.map import payload
from zoning.render.map.payload import gather
from zoning.render.workbook.workbook import write_workbook
from zoning.screening import Screening


@pytest.fixture(scope="module")
def doubted(scene: Scene) -> Screening:
    """P-04 says 花溪区 and lies in 开阳县; P-07 has no coordinates; the rest is in order."""
    sites = replace(examine(scene.screening.sites, scene.catalog), rows_in=10, rows_blank=1)
    return replace(scene.screening, sites=sites)


@pytest.fixture(scope="module")
def book(doubted: Screening, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    path = tmp_path_factory.mktemp("doubts") / "screening.xlsx"
    write_workbook(doubted, path)
    return openpyxl.load_workbook(path)


def test_one_row_a_doubt(book: openpyxl.Workbook) -> None:
    rows = rows_by(book["存疑"], "项目代码")
    rows.pop("None", None)  # openpyxl makes the rows that it is asked for
    assert list(rows) == ["P-04", "P-07"]
    county = rows["P-04"]
    assert county["组件编号"] == "P-04"
    assert county["名称"] == "示例清白项目"
    assert county["列"] == "区县"
    assert county["原值"] == "花溪区"
    assert county["疑点"] == "申报在花溪区，坐标落在开阳县，相距 2.0 km"
    assert county["建议"] == "核对坐标，或改正申报的区县"
    assert county["清单行"] is None  # made in code: there is no file
    missing = rows["P-07"]
    assert (missing["清单行"], missing["列"], missing["疑点"]) == (9, "经度", "坐标缺失")


def test_the_signed_sheet_is_marked(book: openpyxl.Workbook) -> None:
    marks = {key: row["存疑"] for key, row in rows_by(book["项目结论"], "项目代码").items()}
    assert marks.pop("P-04") == marks.pop("P-07") == "1 处\n见存疑"
    assert set(marks.values()) == {"—"}


def test_the_first_sheet_says_how_many(book: openpyxl.Workbook) -> None:
    told = {row[0]: row[1] for row in book["汇总"].iter_rows(values_only=True) if row[0]}
    assert told["清单"] == "清单 10 行，读入 9 个组件，空行 1，存疑 2 行，逐条列于“存疑”"


def test_past_the_limit_it_says_where_the_rest_is(doubted: Screening, tmp_path: Path) -> None:
    write_workbook(doubted, tmp_path / "s.xlsx", findings_at_most=1)
    sheet = openpyxl.load_workbook(tmp_path / "s.xlsx")["存疑"]
    last = [row[0] for row in sheet.iter_rows(values_only=True)][-1]
    assert last == "其余 1 处见 screening.gpkg 的 faults 字段"


def test_a_list_without_doubts_says_so(scene: Scene, tmp_path: Path) -> None:
    clean = replace(scene.screening.sites, faults=((),) * len(scene.screening.sites))
    write_workbook(replace(scene.screening, sites=clean), tmp_path / "s.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "s.xlsx")["存疑"]
    assert any("没有存疑的行" in row for row in sheet.iter_rows(values_only=True))


@pytest.mark.parametrize("whole", [payload.WHOLE, 0])
def test_the_map_carries_them(
    scene: Scene, doubted: Screening, monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    """On whole cards, and on those of a crowd."""
    monkeypatch.setattr(payload, "WHOLE", whole)
    projects = gather(doubted, scene.catalog).data["projects"]
    assert isinstance(projects, list)
    told = {row["id"]: [text for part in row["c"] for text in part["e"]] for row in projects}
    assert told["P-04"][0].startswith("申报在花溪区，坐标落在开阳县，相距 2.0 km")
    assert told["P-07"][0].startswith("坐标缺失")
    assert all(told[name] == [] for name in told if name not in ("P-04", "P-07"))


def test_verdicts_do_not_depend_on_them(scene: Scene, doubted: Screening) -> None:
    assert doubted.decisions() == scene.screening.decisions()
