"""Determinations: whole and signed, or refused."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from tests.scenes.project_lists import csv_of, xlsx_of
from zoning.errors import ProjectFaults
from zoning.projects import read_determinations, text_sha

HEAD = "项目,条款,结论,理由,研判人,日期,原文"
UNIT = "ZH52012120003"


def test_a_table_of_determinations(tmp_path: Path) -> None:
    sha = hashlib.sha256("禁止新建化工项目".encode()).hexdigest()
    path = csv_of(
        tmp_path,
        HEAD,
        f"P-01,{UNIT} 空间布局约束,符合,非化工,王工,2026-09-01,禁止新建化工项目",
        f"P-01,{UNIT}污染物排放管控,不涉及,,王工,2026年9月1日,{sha}",
        "P-02,admission.A24,不符合,未入园,李工,2026/9/2,应当进入园区",
    )
    first, second, third = read_determinations(path)
    assert (first.project, first.clause, first.dimension) == ("P-01", UNIT, "spatial")
    assert (first.result, first.by, first.on) == ("符合", "王工", dt.date(2026, 9, 1))
    assert first.text_sha == sha
    assert (second.dimension, second.text_sha) == ("emission", sha)
    assert (third.clause, third.dimension) == ("admission.A24", "")


def test_the_dimension_may_have_a_column(tmp_path: Path) -> None:
    path = xlsx_of(
        tmp_path,
        {
            "研判": [
                [*HEAD.split(","), "维度"],
                ["P", UNIT, "符合", "", "王", dt.date(2026, 9, 1), "文", "环境风险防控"],
            ]
        },
    )
    assert read_determinations(path)[0].dimension == "risk"


def test_blanks_do_not_change_a_text_but_words_do() -> None:
    assert text_sha("禁止 新建\n化工项目") == text_sha("禁止新建化工项目")
    assert text_sha("（一）禁止") == text_sha("(一)禁止")
    assert text_sha("限制新建化工项目") != text_sha("禁止新建化工项目")


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (f"P,{UNIT} 空间布局约束,符合,,,2026-09-01,文", "研判人"),
        (f"P,{UNIT} 空间布局约束,符合,,王,,文", "日期"),
        (f"P,{UNIT} 空间布局约束,符合,,王,2026年,文", "日期"),
        (f"P,{UNIT} 空间布局约束,基本符合,,王,2026-09-01,文", "结论"),
        (f"P,{UNIT} 空间布局约束,未研判,,王,2026-09-01,文", "结论"),
        (f"P,{UNIT} 空间布局约束,符合,,王,2026-09-01,", "原文"),
        (f"P,{UNIT},符合,,王,2026-09-01,文", "条款"),
        (f",{UNIT} 空间布局约束,符合,,王,2026-09-01,文", "项目"),
    ],
)
def test_half_a_determination_counts_for_nothing(tmp_path: Path, line: str, column: str) -> None:
    good = f"Q,{UNIT} 空间布局约束,符合,,王,2026-09-01,文"
    with pytest.raises(ProjectFaults) as error:
        read_determinations(csv_of(tmp_path, HEAD, good, line))
    (fault,) = error.value.faults
    assert (fault.row, fault.column) == (3, column)


def test_two_judgements_of_one_clause_contradict(tmp_path: Path) -> None:
    lines = [f"P,{UNIT} 空间布局约束,{r},,王,2026-09-01,文" for r in ("符合", "不符合")]
    with pytest.raises(ProjectFaults, match="研判了两次"):
        read_determinations(csv_of(tmp_path, HEAD, *lines))


def test_missing_columns_and_wrong_files(tmp_path: Path) -> None:
    with pytest.raises(ProjectFaults, match="缺少列「研判人」"):
        read_determinations(csv_of(tmp_path, "项目,条款,结论,日期,原文", "a,b,符合,2026-09-01,c"))
    with pytest.raises(ProjectFaults, match=r"\.xlsx 或 \.csv"):
        read_determinations(tmp_path / "a.pdf")
    with pytest.raises(ProjectFaults, match="找不到文件"):
        read_determinations(tmp_path / "a.csv")
