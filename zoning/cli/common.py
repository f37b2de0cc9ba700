"""What every command shares: consoles, options, the data folder, progress."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

import zoning
from zoning.errors import Fault, InputError

if TYPE_CHECKING:
    from zoning.sites import Sites

err = Console(stderr=True)
out = Console(soft_wrap=True)

Data = Annotated[Path | None, typer.Option(help="目录或 catalog.toml。Folder or catalog.toml.")]
AsOf = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="截至日期 Day asked.")]
Json = Annotated[bool, typer.Option("--json", help="机器可读输出 Machine output on stdout.")]
ExitZero = Annotated[bool, typer.Option(help="有问题也返回 0。Exit 0 whatever was found.")]
Mapping = Annotated[Path | None, typer.Option(help="列对应 TOML。Column mapping.")]
Sheet = Annotated[str | None, typer.Option(help="工作表或图层 Sheet or layer.")]
ListCrs = Annotated[
    str | None, typer.Option("--crs", help="清单没有写时的坐标系 CRS where the list states none.")
]
Assume = Annotated[
    list[str] | None,
    typer.Option(
        help="整张清单的回答，可重复: crs=CGCS2000、建设性质=新建; none 不作任何设定。"
        "One answer for a list."
    ),
]
Strict = Annotated[bool, typer.Option(help="有错或存疑的行即停。A faulty or doubted row stops.")]
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


def real_data_folder(given: Path | None, *, sample: bool) -> Path:
    """Return the catalog for a list that somebody means: never the sample's unless it is asked for.

    Raises
    ------
    InputError
        No catalog is named or lies here, and the sample was not asked for.
    """
    here = (Path("data") / "catalog.toml").is_file()
    if sample:
        return given or shipped_data()
    if given is not None or os.environ.get("ZONING_DATA") or here:
        return data_folder(given)
    raise InputError(
        Fault(
            zh="没有给出数据目录：不能用随附的虚构图层审查一份真实清单",
            en="no catalog is given: a real list is not judged against the invented layers",
            value="--data",
            remedy_zh="用 --data 指出目录，或在当前目录放 data/catalog.toml；只想试用就加 --sample",
            remedy_en="name one with --data, or lay data/catalog.toml here; --sample to try it",
        )
    )


@dataclass(frozen=True, slots=True)
class Answers:
    """What is said of a whole list on the command line.

    Parameters
    ----------
    columns : Mapping
        Column -> what is taken where a row leaves it blank.
    crs : str or None
    nothing : bool
        No assumption of the program's own is made.
    """

    columns: MappingOf[str, str]
    crs: str | None
    nothing: bool


def read_list(
    listing: Path,
    catalog: zoning.Catalog,
    *,
    mapping: Path | None = None,
    sheet: str | None = None,
    list_crs: str | None = None,
    answers: MappingOf[str, str] | None = None,
    answer_sheet: Path | None = None,
    strict: bool = False,
) -> Sites:
    """Read a list and look at it with common sense, the same for every command."""
    from zoning.projects.answers import read_answers

    sites = zoning.read_projects(
        listing,
        crs=catalog.crs,
        mapping=mapping,
        region=catalog.region_geometry(),
        sheet=sheet,
        list_crs=list_crs,
        answers=answers,
        answer_sheet=read_answers(answer_sheet) if answer_sheet is not None else None,
    )
    return zoning.examine(sites, catalog, strict=strict)


def day_of(as_of: datetime | None) -> date:
    """Return the day asked, or today."""
    return as_of.date() if as_of is not None else date.today()


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar a task on stderr, with rate and time left; give the callback that moves them."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,}/{task.total:,} {task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=err, transient=True) as bar:

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total, rate="")
            speed = bar.tasks[tasks[what]].speed
            rate = f"{speed:,.0f}/s" if speed else ""
            bar.update(tasks[what], completed=done, total=total, rate=rate)

        yield report


@contextmanager
def progress_of(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr; give the callback that moves it."""
    with _bars() as report:
        yield partial(report, what)


@contextmanager
def progress_of_files() -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar a file that is written; give the callback that moves it."""
    with _bars() as report:
        yield lambda file, done, total: report(f"写出 writing {file}", done, total)


def answers_of(assume: list[str] | None, list_crs: str | None) -> Answers:
    """Return what `--assume` says: answers for the whole list, its CRS, or none at all.

    Raises
    ------
    InputError
        Neither ``none`` nor ``column=value``.
    """
    said = [text.strip() for text in assume or ()]
    pairs = [text.partition("=") for text in said if text != "none"]
    if wrong := [key for key, mark, value in pairs if not (mark and key and value)]:
        raise InputError(
            Fault(
                zh="--assume 要写成 列=值，或 none",
                en="--assume takes column=value, or none",
                value=wrong[0],
                remedy_zh="如 --assume 建设性质=新建",
                remedy_en="for example --assume stage=新建",
            )
        )
    given = {key.strip(): value.strip() for key, _, value in pairs}
    crs = given.pop("crs", None) or list_crs
    return Answers(given, crs, nothing="none" in said)


def json_out() -> TextIO:
    """Return stdout for JSON: UTF-8, whatever the console's code page is."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    return sys.stdout


def lossy_streams() -> None:
    """Let a console show what it can: signs that its code page lacks become a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
