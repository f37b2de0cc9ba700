"""Files that bring boundaries with them: which reader reads which, and what to save others as."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import shapely

from zoning.projects.boundaries.cass import CASS, read_cass
from zoning.projects.boundaries.drawing import DRAWINGS, read_drawing
from zoning.projects.boundaries.kml import KML, KMZ, read_kml, read_kmz
from zoning.projects.boundaries.surveyed import SURVEYED, looks_surveyed, read_surveyed
from zoning.projects.boundaries.vectors import VECTORS, read_vector
from zoning.projects.formats.archives import ARCHIVES, Read, read_archive
from zoning.projects.tables.raw import RawTable

BOUNDARIES = (*VECTORS, *SURVEYED, *CASS, *KML, *KMZ, *DRAWINGS, *ARCHIVES)
_GIS = "导出为 GeoPackage (.gpkg) 或 Shapefile  export as GeoPackage or Shapefile"
_OVITAL = "在奥维中导出为 .kml 或 .ovkml  export as .kml from Ovital"
# Extension -> what to save it as
SAVE_AS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            (".dwg", ".dwt", ".dgn"), "在 CAD 中另存为 ASCII .dxf  save as .dxf in the CAD program"
        ),
        **dict.fromkeys(
            (".mpj", ".wt", ".wl", ".wp", ".mpz", ".wat", ".wap"), f"在 MapGIS 中{_GIS}"
        ),
        **dict.fromkeys((".mdb", ".accdb", ".mxd", ".aprx", ".lyr"), f"在 ArcGIS 中{_GIS}"),
        **dict.fromkeys((".qgz", ".qgs", ".gml", ".sqlite"), f"在 GIS 中{_GIS}"),
        **dict.fromkeys((".shx", ".prj", ".cpg"), "选同名的 .shp  choose the .shp beside it"),
        ".mid": "选同名的 .mif  choose the .mif beside it",
        **dict.fromkeys((".ovobj", ".ovjsn"), _OVITAL),
        **dict.fromkeys((".rar", ".7z", ".tar", ".gz", ".tgz"), "先解压  unpack it first"),
    }
)
_PLAIN = ((CASS, read_cass), (KML, read_kml), (KMZ, read_kmz), (DRAWINGS, read_drawing))


def is_boundary(path: Path) -> bool:
    """Whether a file is read here; a .txt may be a list of projects as well."""
    suffix = path.suffix.lower()
    return suffix in BOUNDARIES and (suffix not in SURVEYED or looks_surveyed(path))


def read_boundary(
    path: Path,
    *,
    sheet: str | None,
    region: shapely.Geometry | None,
    crs: str,
    read: Read,
    readable: tuple[str, ...],
) -> RawTable:
    """Read a file of `BOUNDARIES`.

    Parameters
    ----------
    path : path
    sheet : str, optional
        Layer, or file inside an archive.
    region : shapely geometry, optional
        Jurisdiction in ``crs``, see `read_surveyed`.
    crs : str
        Work CRS.
    read : callable
        Reads what is found in an archive.
    readable : tuple of str
        Suffixes that it reads.

    Raises
    ------
    ProjectFaults
        As the reader of the format says.
    """
    suffix = path.suffix.lower()
    if suffix in ARCHIVES:
        inner = tuple(known for known in readable if known not in ARCHIVES)
        return read_archive(path, sheet=sheet, read=read, readable=inner)
    if suffix in SURVEYED:
        return read_surveyed(path, sheet=sheet, region=region, crs=crs)
    for suffixes, reader in _PLAIN:
        if suffix in suffixes:
            return reader(path, sheet=sheet)
    return read_vector(path, layer=sheet)
