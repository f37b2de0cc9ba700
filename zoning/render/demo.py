"""The folder of `zoning demo`: the screening, and the study of heaps in ``heaps/``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from zoning.render import heaps_folder, screening_folder
from zoning.render.files.swap import swapped

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.render.screening_folder import Progress
    from zoning.screening import Screening
    from zoning.siting.heaps.study import HeapStudy

HEAPS: Final = "heaps"
"""The study's folder in the demo's."""


def write_demo(
    screening: Screening,
    study: HeapStudy,
    catalog: Catalog,
    folder: Path | str,
    *,
    progress: Progress | None = None,
) -> None:
    """Write both jobs whole, or leave what is there.

    Parameters
    ----------
    screening : Screening
    study : HeapStudy
    catalog : Catalog
        The one of both.
    folder : Path
        An earlier demo, or a screening, is replaced.
    progress : callable, optional
        Called with (file, rows written, rows in all).

    Raises
    ------
    OutputFault
        The folder holds something else, a file of it is open elsewhere, or the disk refuses.
    """
    said = progress or screening_folder.quiet
    with swapped(Path(folder), foreign=foreign) as staging:
        screening_folder.fill(screening, catalog, staging, said)
        said(HEAPS, 0, 1)
        (staging / HEAPS).mkdir()
        heaps_folder.fill_heaps(study, catalog, staging / HEAPS)


def foreign(folder: Path) -> tuple[str, ...]:
    """Names in a folder that no demo wrote.

    A screening alone does not know ``heaps/``: run into a demo's folder it asks before it drops
    a study.
    """
    names = screening_folder.foreign(folder)
    ours = screening_folder.is_result(folder) and _is_study(folder / HEAPS)
    return tuple(name for name in names if not (ours and name == HEAPS))


def _is_study(place: Path) -> bool:
    return place.is_dir() and not heaps_folder.foreign(place)
