"""Statements: every project a document, with its clauses, numbers, demands and where to sign."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from docx import Document

from tests.map_scene import Scene
from zoning.errors import InputError
from zoning.render.screening_folder import foreign
from zoning.render.statements.folder import write_statements
from zoning.render.words import SCOPE


def text_of(path: Path) -> str:
    page = Document(str(path))
    cells = [c.text for table in page.tables for row in table.rows for c in row.cells]
    return "\n".join([*(p.text for p in page.paragraphs), *cells])


def test_every_project_has_one(scene: Scene, result: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(result, tmp_path / "结果"))
    written = write_statements(folder, scene.catalog)
    assert len(written) == len(scene.screening.project_ids)
    for path, project in zip(written, scene.screening.projects(), strict=True):
        said = text_of(path)
        assert project.name in said
        assert project.decision.zh in said
        assert SCOPE in said
        assert "签署" in said
        for site in project.components:
            for finding in site.findings:
                assert finding.title in said
                if finding.outcome in ("fires", "open"):
                    assert all(str(cite) in said for cite in finding.cites)
                    assert all(item.text_zh in said for item in finding.evidence)
        assert all(source.sha256[:16] in said for source in scene.screening.sources)
    assert not foreign(folder)  # a screening may be written over them


def test_one_project_and_no_such_project(scene: Scene, result: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(result, tmp_path / "结果"))
    name = scene.screening.project_ids[0]
    assert len(write_statements(folder, scene.catalog, projects=(name,))) == 1
    with pytest.raises(InputError, match="没有项目"):
        write_statements(folder, scene.catalog, projects=("无此项目",))
    with pytest.raises(InputError, match="模板"):
        write_statements(folder, scene.catalog, template=tmp_path / "no.docx")
