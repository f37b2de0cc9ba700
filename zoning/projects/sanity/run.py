"""All checks of a list, row by row: what is doubted is said, nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from zoning.errors import ProjectFaults
from zoning.projects.cells.faults import RowFault
from zoning.projects.counties import says_county
from zoning.projects.sanity.amounts import accuracy_doubts, boundary_doubts, capacity_doubts
from zoning.projects.sanity.ground import county_doubts, region_doubts
from zoning.projects.sanity.shift import datum_doubts
from zoning.projects.sanity.subject import Subject
from zoning.projects.sanity.twins import twin_doubts
from zoning.sites import Sites

if TYPE_CHECKING:
    from zoning.catalog import Catalog

Check = Callable[[Subject], list[RowFault]]

# In the order in which a row's doubts are told
CHECKS: Final[tuple[Check, ...]] = (
    region_doubts,
    county_doubts,
    datum_doubts,
    twin_doubts,
    accuracy_doubts,
    boundary_doubts,
    capacity_doubts,
)


def examine(sites: Sites, catalog: Catalog | None = None, *, strict: bool = False) -> Sites:
    """Look at a list with common sense and say, row by row, what is hard to believe.

    Outside the jurisdiction; in another county than the row names; the whole
    list off its counties, as a web map's degrees are; one project twice, one place
    for several projects, one name at several places, placeholder coordinates; accuracies that
    cannot be; a point where a boundary is announced; an area that the capacity does not fit. A
    doubt is a fault of its row. No value, place or order is changed and no verdict depends on it.

    Parameters
    ----------
    sites : Sites
        n sites, as `read_projects` gives them.
    catalog : Catalog, optional
        Without one, region and counties are not checked.
    strict : bool
        Any fault of any row raises, those of reading too.

    Returns
    -------
    Sites
        The same table and geometry, with more faults and notes; examined again, the same.

    Raises
    ------
    ProjectFaults
        ``strict`` and a row is faulty or doubted: all of them at once.
    """
    subject = Subject.of(sites, catalog)
    rows = [list(faults) for faults in sites.faults]
    for row, fault in (doubt for check in CHECKS for doubt in check(subject)):
        if fault not in rows[row]:
            rows[row].append(fault)
    if strict and (everything := tuple(fault for row in rows for fault in row)):
        raise ProjectFaults(everything)
    notes = dict.fromkeys((*sites.notes, *_abroad(subject), *_unchecked(subject)))
    return replace(sites, faults=tuple(map(tuple, rows)), notes=tuple(notes))


def _abroad(subject: Subject) -> tuple[str, ...]:
    """Say so where most of the list lies outside the jurisdiction: it may be another one's list."""
    if subject.located is None:
        return ()
    outside, placed = int(subject.located.outside.sum()), subject.placed
    if 2 * outside <= placed:
        return ()
    return (
        f"{placed} 个落图的组成部分里有 {outside} 个在辖区外: 清单或坐标系、数据目录可能拿错了  "
        f"{outside} of {placed} places lie outside the jurisdiction: another list, CRS or catalog?",
    )


def _unchecked(subject: Subject) -> tuple[str, ...]:
    """Say how many rows name an area that no county line follows."""
    said = [text for text in subject.texts("county") if text and not says_county(text)]
    if subject.counties is None or not said:
        return ()
    words = "、".join(dict.fromkeys(said[:5]))
    return (
        f"{len(said)} 行的区县写作「{words}」等，没有单独的界线，未与坐标核对  "
        f"{len(said)} rows name an area without a county line: not checked against their places",
    )
