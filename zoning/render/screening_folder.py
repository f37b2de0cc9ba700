"""The result folder: every file of a screening, written beside and swapped in whole."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import pyarrow as pa

from zoning.errors import OutputFault
from zoning.render.files.canonical import (
    BLOCK,
    INLINE_AT_MOST,
    SITES_FILE,
    ContentHash,
    Hashes,
    facts_blocks,
    findings_blocks,
    screening_json,
    sites_blocks,
    write_parquet,
)
from zoning.render.files.refusal import explain
from zoning.render.files.swap import swapped
from zoning.render.tables.csv import (
    FINDINGS_AT_MOST,
    FindingTable,
    VerdictTable,
    count_people_findings,
)

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.render.workbook.workbook import Workbook
    from zoning.screening import Screening

Progress: TypeAlias = Callable[[str, int, int], None]
FILES: Final = (
    "screening.json",
    "facts.parquet",
    "findings.parquet",
    "verdicts.csv",
    "findings.csv",
    "screening.gpkg",
    "screening.xlsx",
    "map.html",
    "questions.xlsx",
)
"""What a result folder holds; past `INLINE_AT_MOST` sites also `SITES_FILE`."""

# what viewers leave beside a file while it is open, and file managers beside anything
_LITTER: Final = re.compile(
    r"~\$.*|\.~.*|\.~lock\..*#|screening\.gpkg-(wal|shm|journal)"
    r"|\.DS_Store|Thumbs\.db|desktop\.ini",
    re.IGNORECASE,
)
_MARK: Final = re.compile(r'^\{\s*"\$schema"\s*:\s*"zoning/screening/')


def quiet(file: str, done: int, total: int) -> None:
    """Say nothing."""


def write(
    screening: Screening,
    catalog: Catalog,
    folder: Path | str,
    *,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write a result folder whole, or leave what is there.

    Parameters
    ----------
    screening : Screening
    catalog : Catalog
        The one it was screened against; its ``share`` decides what geometry the files hold.
    folder : Path
        An earlier result folder is replaced.
    overwrite : bool
        Go ahead though the folder holds something else; that is kept.
    progress : callable, optional
        Called with (file, rows written, rows in all).

    Raises
    ------
    OutputFault
        The folder holds something else, a file of it is open in another program, or the disk
        refuses. What was there is whole.
    """
    with swapped(Path(folder), foreign=foreign, overwrite=overwrite) as staging:
        fill(screening, catalog, staging, progress or quiet)


def foreign(folder: Path) -> tuple[str, ...]:
    """Names in a folder that no screening wrote; all of them where it is no result folder."""
    names = sorted(path.name for path in folder.iterdir())
    kept = [name for name in names if not _LITTER.fullmatch(name)]
    if not is_result(folder):
        return tuple(kept)
    return tuple(name for name in kept if name not in (*FILES, SITES_FILE, "statements"))


def is_result(folder: Path) -> bool:
    """Whether a screening wrote the folder: its JSON begins with our schema."""
    try:
        with (folder / "screening.json").open(encoding="utf-8") as file:
            return _MARK.match(file.read(200)) is not None
    except (OSError, UnicodeDecodeError):
        return False


def fill(screening: Screening, catalog: Catalog, folder: Path, said: Progress = quiet) -> None:
    """Write every file, a piece at a time."""
    from zoning.render.map.map import write_map
    from zoning.render.qgis.geopackage import ConflictTable, write_geopackage
    from zoning.render.workbook.projects import ROWS_AT_MOST
    from zoning.render.workbook.questions import write_questions
    from zoning.render.workbook.workbook import Workbook

    n = len(screening)
    hashes = _write_tables(screening, folder, said)
    said("verdicts.csv", 0, n)
    verdicts = VerdictTable(screening)
    _follow("verdicts.csv", n, said, verdicts.write(folder / "verdicts.csv"))
    total = count_people_findings(screening)
    findings = FindingTable(folder / "findings.csv", total=total)
    workbook = Workbook(screening, folder / "screening.xlsx")
    shown = min(total, FINDINGS_AT_MOST)
    _follow("findings.csv", shown, said, _tell(screening, findings, workbook))
    findings.close()
    projects = min(len(screening.project_ids), ROWS_AT_MOST)
    _follow("screening.xlsx", projects, said, workbook.write_projects())
    workbook.close()
    conflicts = ConflictTable(screening, catalog)
    pieces = write_geopackage(screening, verdicts, conflicts, folder / "screening.gpkg")
    _follow("screening.gpkg", n, said, pieces)
    said("map.html", 0, 1)
    write_map(screening, catalog, folder / "map.html")
    write_questions(screening, folder / "questions.xlsx")
    said("screening.json", 0, 1)
    text = screening_json(screening, hashes=hashes)
    (folder / "screening.json").write_text(text, encoding="utf-8", newline="\n")


def _write_tables(screening: Screening, folder: Path, said: Progress) -> Hashes:
    """Write the canonical tables, and hash them on the way."""
    n, tables = len(screening), (ContentHash(), ContentHash(), ContentHash())
    facts, findings, sites = tables
    for file, words, blocks in (
        ("facts.parquet", facts, facts_blocks(screening.facts)),
        ("findings.parquet", findings, findings_blocks(screening.findings)),
    ):
        write_parquet(words.through(_followed(file, n, said, blocks)), folder / file)
    if n > INLINE_AT_MOST:
        blocks = _followed(SITES_FILE, n, said, sites_blocks(screening))
        write_parquet(sites.through(blocks), folder / SITES_FILE)
    return Hashes(str(facts), str(findings), str(sites))


def _followed(file: str, n: int, said: Progress, blocks: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Hand blocks of sites on, and say how far it is."""
    for number, block in enumerate(blocks, 1):
        yield block
        said(file, min(number * BLOCK, n), n)


def _follow(file: str, total: int, said: Progress, done: Iterable[int]) -> None:
    """Write a file to its end, and say how far it is."""
    for rows in done:
        said(file, rows, total)


def _tell(screening: Screening, findings: FindingTable, workbook: Workbook) -> Iterator[int]:
    """Show projects with their evidence to every writer that takes more."""
    for project in screening.told():
        takers = [writer for writer in (findings, workbook) if not writer.full]
        if not takers:
            return
        for writer in takers:
            writer.add(project)
        yield findings.written


def _page(folder: Path, catalog: Catalog) -> str:
    """HTML of the map of a screening's or a study's folder."""
    from zoning.render.map.map import render
    from zoning.render.map.payload import gather
    from zoning.render.map.study_map import draw_again, open_kept, study_in
    from zoning.render.reopen import reopen

    if not is_result(folder) and study_in(folder):
        return draw_again(folder, catalog)
    around = folder.resolve().parent
    if study_in(around):  # the screening of a study: its sites are a layer's, not a list's
        open_kept(around, catalog)
    return render(gather(reopen(folder, catalog), catalog))


def redraw(folder: Path | str, catalog: Catalog) -> Path:
    """Draw the map of a result folder again, from the folder and the layers of a catalog.

    Parameters
    ----------
    folder : Path
    catalog : Catalog

    Returns
    -------
    Path
        The map.

    Raises
    ------
    InputError
        Not a result folder, or a study's that cannot be drawn again.
    OutputFault
        The map cannot be written.
    """
    folder = Path(folder)
    page = _page(folder, catalog)
    place = folder / "map.html"
    handle, name = tempfile.mkstemp(prefix=".map-", suffix=".html", dir=folder)
    os.close(handle)
    fresh = Path(name)
    try:
        fresh.write_text(page, encoding="utf-8", newline="\n")
        fresh.replace(place)
    except BaseException as error:
        fresh.unlink(missing_ok=True)
        fault: OutputFault | None = explain(error, place)
        if fault is None:
            raise
        raise fault from error
    return place
