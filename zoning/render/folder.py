"""The result folder: every file of a screening, written beside and swapped in whole."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from zoning.errors import OutputFault
from zoning.render.canonical import (
    facts_blocks,
    findings_blocks,
    screening_json,
    write_parquet,
)
from zoning.render.refusal import explain
from zoning.render.swap import swapped
from zoning.render.table import FindingTable, VerdictTable

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.screening import Screening

FILES: Final = (
    "screening.json",
    "facts.parquet",
    "findings.parquet",
    "verdicts.csv",
    "findings.csv",
    "screening.gpkg",
    "screening.xlsx",
    "map.html",
)
"""What a result folder holds."""

# what viewers leave beside a file while it is open, and file managers beside anything
_LITTER: Final = re.compile(
    r"~\$.*|\.~.*|\.~lock\..*#|screening\.gpkg-(wal|shm|journal)"
    r"|\.DS_Store|Thumbs\.db|desktop\.ini",
    re.IGNORECASE,
)
_MARK: Final = re.compile(r'^\{\s*"\$schema"\s*:\s*"zoning/screening/')


def write(
    screening: Screening, catalog: Catalog, folder: Path | str, *, overwrite: bool = False
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

    Raises
    ------
    OutputFault
        The folder holds something else, a file of it is open in another program, or the disk
        refuses. What was there is whole.
    """
    with swapped(Path(folder), foreign=foreign, overwrite=overwrite) as staging:
        _fill(screening, catalog, staging)


def foreign(folder: Path) -> tuple[str, ...]:
    """Names in a folder that no screening wrote; all of them where it is no result folder."""
    names = sorted(path.name for path in folder.iterdir())
    kept = [name for name in names if not _LITTER.fullmatch(name)]
    if not is_result(folder):
        return tuple(kept)
    return tuple(name for name in kept if name not in FILES)


def is_result(folder: Path) -> bool:
    """Whether a screening wrote the folder: its JSON begins with our schema."""
    try:
        with (folder / "screening.json").open(encoding="utf-8") as file:
            return _MARK.match(file.read(200)) is not None
    except (OSError, UnicodeDecodeError):
        return False


def _fill(screening: Screening, catalog: Catalog, folder: Path) -> None:
    """Write every file; projects are made once and shown to every writer in turn."""
    from zoning.render.geopackage import ConflictTable, write_geopackage
    from zoning.render.map import write_map
    from zoning.render.workbook import Workbook

    write_parquet(facts_blocks(screening.facts), folder / "facts.parquet")
    write_parquet(findings_blocks(screening.findings), folder / "findings.parquet")
    verdicts = VerdictTable(map(str, screening.sites.ids))
    findings = FindingTable(folder / "findings.csv")
    workbook = Workbook(screening, folder / "screening.xlsx")
    conflicts = ConflictTable(screening, catalog)
    for project in screening.projects():
        for writer in (verdicts, findings, workbook, conflicts):
            writer.add(project)
    verdicts.write(folder / "verdicts.csv")
    findings.close()
    workbook.close()
    write_geopackage(screening, verdicts.rows(), conflicts, folder / "screening.gpkg")
    write_map(screening, catalog, folder / "map.html")
    text = screening_json(screening)
    (folder / "screening.json").write_text(text, encoding="utf-8", newline="\n")


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
        Not a result folder.
    OutputFault
        The map cannot be written.
    """
    from zoning.render.map import write_map
    from zoning.render.reopen import reopen

    folder = Path(folder)
    screening = reopen(folder, catalog)
    place = folder / "map.html"
    handle, name = tempfile.mkstemp(prefix=".map-", suffix=".html", dir=folder)
    os.close(handle)
    fresh = Path(name)
    try:
        write_map(screening, catalog, fresh)
        fresh.replace(place)
    except BaseException as error:
        fresh.unlink(missing_ok=True)
        fault: OutputFault | None = explain(error, place)
        if fault is None:
            raise
        raise fault from error
    return place
