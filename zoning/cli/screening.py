"""Commands that screen, redraw and verify."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

import zoning
from zoning.cli.common import (
    Answers,
    AsOf,
    Assume,
    Data,
    ExitZero,
    Json,
    ListCrs,
    Mapping,
    Overwrite,
    Sheet,
    Strict,
    answers_of,
    data_folder,
    day_of,
    err,
    json_out,
    out,
    progress_of,
    progress_of_files,
    read_list,
    real_data_folder,
    shipped_data,
)
from zoning.errors import Fault, InputError
from zoning.rules.assume import Assumptions

if TYPE_CHECKING:
    from zoning.screening import Screening
    from zoning.sites import Sites

app = typer.Typer()

_DEMO_CELL_M = 20.0
"""[m] Coarser than the 10 m of `zoning heaps`: the demo is to be quick."""


def _summary(screening: Screening) -> None:
    words = "  ".join(f"{decision.zh} {n}" for decision, n in screening.counts().items())
    err.print(f"{len(screening.project_ids)} 个项目 projects: {words}", highlight=False)
    if not screening.units_judged:
        besides = screening.counts(besides_units=True)
        words = "  ".join(f"{decision.zh} {n}" for decision, n in besides.items())
        err.print(f"除管控单元研判外 besides units to be judged: {words}", highlight=False)
    for told in screening.assumed.told:
        err.print(f"设定 assumed: {told}", highlight=False)
    if screening.synthetic:
        err.print("示例数据 SYNTHETIC: " + "、".join(screening.synthetic), style="yellow")


def _screened(
    listing: Path,
    data: Path,
    rules: str,
    as_of: date,
    *,
    mapping: Path | None = None,
    determinations: Path | None = None,
    sheet: str | None = None,
    answers: Answers | None = None,
    papers: str = "",
    answer_sheet: Path | None = None,
    strict: bool = False,
) -> tuple[Screening, zoning.Catalog]:
    catalog = zoning.Catalog.open(data)
    rule_set = zoning.load_rules(*rules.split("+"))
    given = zoning.read_determinations(determinations) if determinations is not None else ()
    said = answers or answers_of(None, None)
    sites = read_list(
        listing,
        catalog,
        mapping=mapping,
        sheet=sheet,
        list_crs=said.crs,
        answers=said.columns,
        answer_sheet=answer_sheet,
        strict=strict,
    )
    assumed = _assumptions(sites, papers, nothing=said.nothing)
    for note in sites.notes:
        err.print(note, style="dim", highlight=False, markup=False)
    err.print(str(zoning.describe(sites).figures), highlight=False, markup=False)
    with progress_of("筛查 screening") as progress:
        screening = zoning.screen(
            sites,
            catalog,
            rule_set,
            as_of=as_of,
            determinations=given,
            assumed=assumed,
            progress=progress,
        )
    return screening, catalog


def _assumptions(sites: Sites, papers: str, *, nothing: bool) -> Assumptions:
    """Return what is assumed: what the list shows, unless somebody says otherwise.

    Raises
    ------
    InputError
        `papers` is neither word.
    """
    if papers not in ("", "stated", "none"):
        raise InputError(
            Fault(
                zh="--papers 只能是 stated 或 none",
                en="--papers is stated or none",
                value=papers,
                remedy_zh="stated 按清单所填判断；none 选址初筛，材料作为条件列出",
                remedy_en="stated judges by the list; none lists papers as conditions",
            )
        )
    if nothing:
        return Assumptions(papers=papers == "none")
    from zoning.screening import assumptions_of

    shown = assumptions_of(sites)
    return shown if not papers else replace(shown, papers=papers == "none")


def _hint_questions(screening: Screening, folder: Path) -> None:
    """Say how few answers would decide how many projects."""
    from zoning.screening.questions import settled_by

    found = screening.questions
    if not found:
        return
    cells, decided = settled_by(found)
    said = f"回答其中 {cells} 格，{decided} 个项目有结论" if cells else "须补的见表"
    err.print(
        f"待答问题 {len(found)} 个: {said}；填好 {folder / 'questions.xlsx'} 后用 --answers 交回",
        highlight=False,
        markup=False,
    )


def _hint_judgements(screening: Screening, given: Path | None) -> None:
    """A list without judgements of its control units cannot pass: say how to give them."""
    if given is None and any(rule.startswith("admission.unit") for rule in screening.rule_by_id):
        err.print(
            "提示: 没有给出管控单元的研判，相关项目至多“受限准入”。"
            "用 --determinations 给出研判表（样例 data/projects/determinations.csv）。\n"
            "Hint: without --determinations every unit is unjudged, so nothing can pass.",
            style="dim",
            highlight=False,
        )


@app.command()
def demo(out_dir: Annotated[Path, typer.Option("--out")] = Path("maps/demo")) -> None:
    """用随附数据做准入筛查和渣场选址。Both jobs on the sample data.  Example: zoning demo"""
    from zoning.render.demo import HEAPS, write_demo
    from zoning.siting import load_preset, read_papers, study_heaps, sunshine

    data, today = shipped_data(), date.today()
    listing = data / "projects" / "proposed_projects.xlsx"
    judged = data / "projects" / "determinations.csv"
    screening, catalog = _screened(listing, data, "admission", today, determinations=judged)
    with TemporaryDirectory() as scratch:
        with progress_of("堆场 heaps") as progress:
            study = study_heaps(
                load_preset("pv-heaps"),
                catalog,
                Path(scratch) / "eligibility.tif",
                as_of=today,
                sun=sunshine(catalog, None),
                papers=read_papers(data / "projects" / "heap_papers.csv"),
                resolution_m=_DEMO_CELL_M,
                progress=progress,
            )
        with progress_of_files() as progress:
            write_demo(screening, study, catalog, out_dir, progress=progress)
    _summary(screening)
    err.print(f"准入筛查 screening: {out_dir}", highlight=False)
    err.print(f"  地图 map        {out_dir / 'map.html'}", highlight=False)
    err.print(f"  工作簿 workbook {out_dir / 'screening.xlsx'}", highlight=False)
    place = out_dir / HEAPS
    ranked = int((study.table["rank"] > 0).sum())
    err.print(
        f"渣场光伏选址 siting: {place} （{len(study.table)} 个分区 parts，排名 ranked {ranked}）",
        highlight=False,
    )
    err.print(f"  地图 map        {place / 'map.html'}", highlight=False)
    err.print(f"  工作簿 workbook {place / 'heaps.xlsx'}", highlight=False)
    err.print(f"  报告 report     {place / 'report.html'}", highlight=False)


@app.command()
def screen(
    listing: Annotated[Path, typer.Argument(metavar="LIST", help="项目清单 Project list.")],
    rules: Annotated[str, typer.Option(help="规则集或 .toml。Rule set or file.")] = "admission",
    data: Data = None,
    out_dir: Annotated[Path, typer.Option("--out", help="结果目录 Result folder.")] = Path(
        "maps/screening"
    ),
    as_of: AsOf = None,
    mapping: Mapping = None,
    sheet: Sheet = None,
    list_crs: ListCrs = None,
    assume: Assume = None,
    papers: Annotated[
        str, typer.Option(help="材料: stated 按清单, none 选址初筛; 默认看清单。Papers.")
    ] = "",
    answers: Annotated[
        Path | None, typer.Option(help="填好的 questions.xlsx。Answered questions.")
    ] = None,
    determinations: Annotated[Path | None, typer.Option(help="研判表 Judgements.")] = None,
    sample: Annotated[
        bool, typer.Option("--sample", help="用随附的虚构图层试用。Try it on the sample.")
    ] = False,
    strict: Strict = False,
    overwrite: Overwrite = False,
    as_json: Json = False,
    exit_zero: ExitZero = False,
) -> None:
    """筛查一份项目清单。Screen a list.  Example: zoning screen projects.xlsx --rules admission"""
    screening, catalog = _screened(
        listing,
        real_data_folder(data, sample=sample),
        rules,
        day_of(as_of),
        mapping=mapping,
        determinations=determinations,
        sheet=sheet,
        answers=answers_of(assume, list_crs),
        papers=papers,
        answer_sheet=answers,
        strict=strict,
    )
    with progress_of_files() as progress:
        zoning.write(screening, catalog, out_dir, overwrite=overwrite, progress=progress)
    _summary(screening)
    _hint_questions(screening, out_dir)
    _hint_judgements(screening, determinations)
    err.print(f"结果 results: {out_dir}", highlight=False)
    if as_json:
        json_out().write((out_dir / "screening.json").read_text(encoding="utf-8"))
    counts = screening.counts()
    open_ones = counts[zoning.Decision.FORBID] + counts[zoning.Decision.UNDETERMINED]
    raise typer.Exit(1 if open_ones and not exit_zero else 0)


@app.command("map")
def map_(folder: Path, data: Data = None) -> None:
    """由结果目录重绘地图，筛查和选址的都行。Draw a map again.  Example: zoning map maps/demo"""
    from zoning.render import redraw

    path = redraw(folder, zoning.Catalog.open(data_folder(data)))
    err.print(f"地图 map: {path}", highlight=False)


@app.command()
def verify(folder: Path, as_json: Json = False) -> None:
    """不用图层，复核结果目录。Judge a result again.  Example: zoning verify maps/demo"""
    from zoning.verify import verify as verify_folder

    report = verify_folder(folder)
    if as_json:
        json_out().write(json.dumps(asdict(report), ensure_ascii=False, default=str) + "\n")
    else:
        out.print(str(report), highlight=False, markup=False)
    raise typer.Exit(0 if report.agrees else 1)


@app.command()
def report(
    folder: Path,
    data: Data = None,
    project: Annotated[
        list[str] | None, typer.Option(help="只写这些项目，可重复。Only these.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Word 模板 .docx，取其样式。Template.")
    ] = None,
) -> None:
    """每个项目一份三线一单与选址符合性分析 (Word)。Statements.  Example: zoning report maps/demo"""
    from zoning.render.statements.folder import write_statements

    with progress_of("分析 statements") as progress:
        written = write_statements(
            folder,
            zoning.Catalog.open(data_folder(data)),
            projects=tuple(project or ()),
            template=template,
            progress=progress,
        )
    err.print(
        f"{len(written)} 份 statements: {folder / 'statements'}", highlight=False, markup=False
    )
