"""Commands: each composes public verbs; progress and messages go to stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

import zoning
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from zoning.screening import Screening
    from zoning.sites import Sites

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="把项目清单对照分区逐条筛查。Screen projects against zones by cited rules.",
)
rules_app = typer.Typer(
    no_args_is_help=True, help="规则: 列出、查看、试算。Rules: list, show, test."
)
app.add_typer(rules_app, name="rules")
err = Console(stderr=True)
out = Console(soft_wrap=True)

Data = Annotated[Path | None, typer.Option(help="目录或 catalog.toml。Folder or catalog.toml.")]
AsOf = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="截至日期 Day asked.")]
Json = Annotated[bool, typer.Option("--json", help="机器可读输出 Machine output on stdout.")]
ExitZero = Annotated[bool, typer.Option(help="有问题也返回 0。Exit 0 whatever was found.")]
Overwrite = Annotated[bool, typer.Option(help="允许替换非结果目录。Replace a foreign folder.")]


def shipped_data() -> Path:
    """Return the sample data of the checkout that this package is installed from."""
    folder = Path(zoning.__file__).parents[1] / "data"
    if (folder / "catalog.toml").is_file():
        return folder
    raise InputError(
        Fault(
            zh="找不到随附的示例数据",
            en="the sample data are not beside the package",
            value="data/catalog.toml",
            remedy_zh="在解压后的目录里用 pip install -e . 安装，或先运行 zoning sample data",
            remedy_en="install with pip install -e . from the checkout, or run zoning sample data",
        )
    )


def data_folder(given: Path | None) -> Path:
    """Return the catalog to use: given, $ZONING_DATA, ./data, or the checkout's own."""
    if given is not None:
        return given
    named = os.environ.get("ZONING_DATA")
    if named:
        return Path(named)
    own = Path("data")
    return own if (own / "catalog.toml").is_file() else shipped_data()


def _day(as_of: datetime | None) -> date:
    return as_of.date() if as_of is not None else date.today()


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} {task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(what, total=None, rate="")

        def report(done: int, total: int) -> None:
            speed = bar.tasks[0].speed
            rate = f"{speed:,.0f}/s" if speed else ""
            bar.update(task, completed=done, total=total, rate=rate)

        yield report


def _summary(screening: Screening) -> None:
    words = "  ".join(f"{decision.zh} {n}" for decision, n in screening.counts().items())
    err.print(f"{len(screening.project_ids)} 个项目 projects: {words}", highlight=False)
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
    strict: bool = False,
) -> tuple[Screening, zoning.Catalog]:
    catalog = zoning.Catalog.open(data)
    rule_set = zoning.load_rules(*rules.split("+"))
    given = zoning.read_determinations(determinations) if determinations is not None else ()
    sites = zoning.read_projects(listing, crs=catalog.crs, mapping=mapping, strict=strict)
    for note in sites.notes:
        err.print(note, style="dim", highlight=False, markup=False)
    with _progress("筛查 screening") as progress:
        screening = zoning.screen(
            sites, catalog, rule_set, as_of=as_of, determinations=given, progress=progress
        )
    return screening, catalog


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
    """筛查随附的示例清单。Screen the sample list.  Example: zoning demo"""
    data = shipped_data()
    listing = data / "projects" / "proposed_projects.xlsx"
    judged = data / "projects" / "determinations.csv"
    screening, catalog = _screened(listing, data, "admission", date.today(), determinations=judged)
    zoning.write(screening, catalog, out_dir)
    _summary(screening)
    err.print(f"结果 results: {out_dir}", highlight=False)
    err.print(f"  地图 map        {out_dir / 'map.html'}", highlight=False)
    err.print(f"  工作簿 workbook {out_dir / 'screening.xlsx'}", highlight=False)


@app.command()
def screen(
    listing: Annotated[Path, typer.Argument(metavar="LIST", help="项目清单 Project list.")],
    rules: Annotated[str, typer.Option(help="规则集或 .toml。Rule set or file.")] = "admission",
    data: Data = None,
    out_dir: Annotated[Path, typer.Option("--out", help="结果目录 Result folder.")] = Path(
        "maps/screening"
    ),
    as_of: AsOf = None,
    mapping: Annotated[Path | None, typer.Option(help="列对应 TOML。Column mapping.")] = None,
    determinations: Annotated[Path | None, typer.Option(help="研判表 Judgements.")] = None,
    strict: Annotated[bool, typer.Option(help="有错行即停。A faulty row stops.")] = False,
    overwrite: Overwrite = False,
    as_json: Json = False,
    exit_zero: ExitZero = False,
) -> None:
    """筛查一份项目清单。Screen a list.  Example: zoning screen projects.xlsx --rules admission"""
    screening, catalog = _screened(
        listing,
        data_folder(data),
        rules,
        _day(as_of),
        mapping=mapping,
        determinations=determinations,
        strict=strict,
    )
    zoning.write(screening, catalog, out_dir, overwrite=overwrite)
    _summary(screening)
    _hint_judgements(screening, determinations)
    err.print(f"结果 results: {out_dir}", highlight=False)
    if as_json:
        sys.stdout.write((out_dir / "screening.json").read_text(encoding="utf-8"))
    counts = screening.counts()
    open_ones = counts[zoning.Decision.FORBID] + counts[zoning.Decision.UNDETERMINED]
    raise typer.Exit(1 if open_ones and not exit_zero else 0)


@app.command()
def check(
    data: Annotated[Path | None, typer.Argument()] = None,
    as_json: Json = False,
    exit_zero: ExitZero = False,
) -> None:
    """检查数据目录。Is the data sound?  Example: zoning check data"""
    catalog = zoning.Catalog.open(data_folder(data))
    findings = zoning.check(catalog)
    if as_json:
        sys.stdout.write(json.dumps([asdict(f) for f in findings], ensure_ascii=False) + "\n")
    else:
        for finding in findings:
            out.print(f"{finding}", highlight=False, markup=False)
        out.print(
            f"{len(catalog.layers)} 个图层 layers, {len(findings)} 条 findings", highlight=False
        )
    unsound = any(finding.severity in ("error", "warning") for finding in findings)
    raise typer.Exit(1 if unsound and not exit_zero else 0)


def _probe_sites(place: list[str], catalog: zoning.Catalog, kind: str, stage: str) -> Sites:
    from zoning.projects import read_projects
    from zoning.sites import Sites

    try:
        lon, lat = (float(text) for text in place)
    except ValueError:
        if len(place) == 1 and Path(place[0]).exists():
            return read_projects(Path(place[0]), crs=catalog.crs)
        raise InputError(
            Fault(
                zh="请给出经度和纬度（十进制度，CGCS2000），或一个矢量文件",
                en="give longitude and latitude in decimal degrees, or a vector file",
                value=" ".join(place),
            )
        ) from None
    if not (73 <= lon <= 136 and 3 <= lat <= 54):  # extent of China, degrees
        swapped = 73 <= lat <= 136 and 3 <= lon <= 54
        raise InputError(
            Fault(
                zh="经纬度不在中国范围内" + ("，看来写反了" if swapped else ""),
                en="not a place in China" + (": longitude comes first" if swapped else ""),
                value=f"{lon} {lat}",
            )
        )
    # the place itself, not the ground of a project around it
    return Sites.from_points(
        [lon],
        [lat],
        crs=catalog.crs,
        kind=kind,
        stage=stage,
        declared_m2=[0.0],
        coordinates_doubted=[0.0],
    )


@app.command()
def probe(
    place: Annotated[list[str], typer.Argument(metavar="LON LAT | FILE")],
    data: Data = None,
    kind: Annotated[str, typer.Option(help="项目类型，如 industry、pv。Kind.")] = "",
    stage: Annotated[str, typer.Option(help="建设性质。Stage.")] = "新建",
    rules: Annotated[str, typer.Option()] = "admission",
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """一个地点适用什么。What applies to one place.  Example: zoning probe 106.71 26.58"""
    catalog = zoning.Catalog.open(data_folder(data))
    sites = _probe_sites(place, catalog, kind, stage)
    rows = zoning.probe(sites, catalog, as_of=_day(as_of))
    if as_json:
        sys.stdout.write(json.dumps([asdict(row) for row in rows], ensure_ascii=False) + "\n")
        return
    for row in rows:
        said = " · ".join(
            filter(None, [row.meets, row.what, row.distance and f"最近 {row.distance}"])
        )
        out.print(
            f"{row.site}  {row.title}: {said}  [{row.edition}]", highlight=False, markup=False
        )
    if kind:
        rule_set = zoning.load_rules(*rules.split("+"))
        screening = zoning.screen(sites, catalog, rule_set, as_of=_day(as_of))
        for site in sites.ids:
            out.print(str(screening.why(str(site))), highlight=False, markup=False)


@rules_app.command("list")
def rules_list(name: Annotated[str, typer.Argument()] = "admission", as_json: Json = False) -> None:
    """列出一个规则集。List a rule set.  Example: zoning rules list admission"""
    rule_set = zoning.load_rules(*name.split("+"))
    if as_json:
        rows = [
            {"id": r.id, "title": r.title, "then": r.then, "status": r.status, "role": r.role}
            for r in rule_set.rules
        ]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    table = Table("编号", "规则", "后果", "依据状态", title=f"{rule_set.title} ({len(rule_set)})")
    for rule in rule_set.rules:
        table.add_row(rule.id, rule.title, rule.then, rule.status)
    out.print(table)


@rules_app.command("show")
def rules_show(rule_id: str, name: Annotated[str, typer.Option("--rules")] = "admission") -> None:
    """查看一条规则。Show one rule.  Example: zoning rules show base.bank_line.chemical"""
    rule_set = zoning.load_rules(*name.split("+"))
    try:
        rule = rule_set[rule_id]
    except KeyError:
        raise InputError(
            Fault(
                zh="没有这条规则", en="no such rule", value=rule_id, remedy_zh="zoning rules list"
            )
        ) from None
    lines = [f"{rule.id}  {rule.title}", f"  适用 {'、'.join(rule.kinds)} {'、'.join(rule.stages)}"]
    for word, conditions in (("when", rule.when), ("any", rule.any), ("unless", rule.unless)):
        lines += [f"  {word:7}{condition}" for condition in conditions]
    lines.append(f"  then   {rule.then} {rule.remedy or ''} {rule.demand}".rstrip())
    for cite in rule.cites:
        dates = f"[{cite.since or ''}, {cite.until or ''})"
        lines.append(f"  依据   {cite}  {dates}  {cite.seen}")
    lines.append(f"  状态   {rule.status} {rule.adopted_by} {rule.adopted_on or ''}".rstrip())
    if rule.note:
        lines.append(f"  注     {rule.note}")
    out.print("\n".join(lines), highlight=False, markup=False)


@rules_app.command("test")
def rules_test(files: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """试算规则所附算例。Run the worked cases.  Example: zoning rules test admission"""
    from zoning.rules.cases import test_cases

    results = [r for name in files or ["admission"] for r in test_cases(zoning.load_rules(name))]
    failed = [result for result in results if not result.passed]
    for result in failed:
        words = f"{result.rule}: {result.why}: 应为 {result.expect}，得 {result.got}"
        out.print(words, highlight=False, markup=False)
    out.print(f"{len(results)} 个算例 cases, {len(failed)} 个不符 failed", highlight=False)
    raise typer.Exit(1 if failed else 0)


@app.command("map")
def map_(folder: Path, data: Data = None) -> None:
    """由结果目录重绘地图。Draw the map of a result folder again.  Example: zoning map maps/demo"""
    from zoning.render import redraw

    path = redraw(folder, zoning.Catalog.open(data_folder(data)))
    err.print(f"地图 map: {path}", highlight=False)


@app.command()
def verify(folder: Path, as_json: Json = False) -> None:
    """不用图层，复核结果目录。Judge a result again.  Example: zoning verify maps/demo"""
    from zoning.verify import verify as verify_folder

    report = verify_folder(folder)
    if as_json:
        sys.stdout.write(json.dumps(asdict(report), ensure_ascii=False, default=str) + "\n")
    else:
        out.print(str(report), highlight=False, markup=False)
    raise typer.Exit(0 if report.agrees else 1)


@app.command()
def sample(
    folder: Path,
    seed: Annotated[int, typer.Option()] = 520100,
    resolution: Annotated[float, typer.Option(help="栅格分辨率，米。Metres.")] = 100.0,
    overwrite: Annotated[
        bool, typer.Option(help="允许写入非空目录。Into a filled folder.")
    ] = False,
) -> None:
    """由种子重新生成示例数据。Make the sample data again.  Example: zoning sample data2 --seed 7"""
    from zoning.sample import write_sample

    if folder.exists() and not overwrite and (folder.is_file() or any(folder.iterdir())):
        raise InputError(
            Fault(
                zh="目录里已有内容，不覆盖",
                en="the folder is not empty; nothing was written",
                value=folder.name,
                remedy_zh="换一个空目录，或加 --overwrite",
                remedy_en="name an empty folder, or add --overwrite",
            )
        )
    if seed < 0:
        raise InputError(
            Fault(zh="种子应为非负整数", en="the seed is no negative number", value=str(seed))
        )
    with _progress("示例数据 sample") as progress:
        write_sample(
            folder,
            seed=seed,
            resolution_m=resolution,
            progress=lambda _, done, total: progress(done, total),
        )
    err.print(f"示例数据 SYNTHETIC: {folder}", highlight=False)


# typer brings its own click or uses the installed one; what it calls a usage error is the parent
UsageError = typer.BadParameter.__mro__[1]
_USAGE = {
    "NoSuchOption": "没有这个选项",
    "MissingParameter": "缺少参数",
    "BadParameter": "参数取值不对",
}


def _usage_fault(error: Exception) -> Fault:
    """Say in both languages what is wrong with a command line."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "zoning"
    said = getattr(error, "format_message", error.__str__)()
    return Fault(
        zh=_USAGE.get(type(error).__name__, "命令写法不对"),
        en=said,
        remedy_zh=f"见 {path} --help；日期写作 2026-11-22",
        remedy_en="dates as YYYY-MM-DD",
    )


CANCELLED = 130  # 128 + SIGINT, as shells report it


def _refuse(fault: InputError) -> int:
    err.print(str(fault), style="red", highlight=False, markup=False)
    return 2


def main() -> None:
    """Run a command; the user's faults become one message and exit code 2."""
    try:
        code = app(standalone_mode=False)
    except InputError as fault:
        code = _refuse(fault)
    except (KeyboardInterrupt, typer.Abort):
        code = CANCELLED
    except Exception as error:
        if isinstance(error, UsageError):
            sys.exit(_refuse(InputError(_usage_fault(error))))
        if os.environ.get("ZONING_DEBUG"):
            raise
        words = f"程序内部错误，未写入结果  internal error, nothing written: {error!r}"
        err.print(words, style="red", highlight=False, markup=False)
        err.print("设 ZONING_DEBUG=1 可见详情并反馈  set ZONING_DEBUG=1 for details", style="dim")
        code = 3
    if code == CANCELLED:  # typer turns Ctrl-C into this code without a word
        err.print("已取消，未改动任何结果  cancelled, nothing was changed", style="red")
    sys.exit(code if isinstance(code, int) else 0)
