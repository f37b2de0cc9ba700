"""The corpus of tables: every file reads as it was worked out by hand, or says why not."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from pathlib import Path

import pytest

from tests.intake.build_tables import BUILDERS, build
from zoning.errors import ProjectFaults
from zoning.projects import read_projects
from zoning.sites import COLUMNS, Sites

CASES = tomllib.loads((Path(__file__).parent / "tables.toml").read_text("utf-8"))["case"]


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    build(folder)
    return folder


def test_every_file_is_a_case() -> None:
    assert {case["file"] for case in CASES} == BUILDERS.keys()
    assert len(CASES) >= 30


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['file']}{case.get('asked', '')}")
def test_read_as_worked_out(corpus: Path, case: dict[str, object]) -> None:
    path = corpus / str(case["file"])
    sheet = case.get("asked")
    if "error" in case:
        with pytest.raises(ProjectFaults) as caught:
            read_projects(path, crs="EPSG:4545", sheet=sheet)
        assert all(part in str(caught.value) for part in case["error"])
        assert str(corpus) not in str(caught.value)
        return
    sites = read_projects(path, crs="EPSG:4545", sheet=sheet)
    for name in case.keys() & COLUMNS.keys():
        assert [plain(value) for value in sites.table[name]] == [
            pytest.approx(value, rel=1e-9) if isinstance(value, (int, float)) else value
            for value in case[name]
        ], name
    if "sheets" in case:
        assert sites.table["sheet"].tolist() == case["sheets"]
    told = sites.rows_in - sites.rows_blank - len(sites)
    assert (sites.rows_blank, told) == (case.get("blank", 0), case.get("told", 0))
    notes = "\n".join(sites.notes)
    assert all(part in notes for part in case.get("notes", []))
    check_faults(sites, {int(i): part for i, part in case.get("faults", {}).items()})


def plain(value: object) -> object:
    """A value as the table of expectations writes it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "none"
    return value.isoformat() if isinstance(value, dt.date) else value


def check_faults(sites: Sites, wanted: dict[int, str]) -> None:
    said = {i: "\n".join(map(str, faults)) for i, faults in enumerate(sites.faults) if faults}
    assert said.keys() == wanted.keys()
    assert all(part in said[i] for i, part in wanted.items())
