"""Whether a file begins as its suffix says: GDAL opens whatever it finds in it.

A text of XML (VRT) or JSON (a pipeline) under the name of a layer would make GDAL open another
file, or an address; such a text is no GeoPackage, Shapefile or GeoTIFF, and is not handed to it.
"""

from __future__ import annotations

from pathlib import Path

_BEGINS = {  # as each format begins, in small letters
    ".gpkg": (b"sqlite format 3\0",),
    ".shp": (b"\0\0\x27\x0a",),
    ".tab": (b"!table",),
    ".mif": (b"version",),
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".tif": (b"ii*\0", b"mm\0*", b"ii+\0", b"mm\0+"),
    ".tiff": (b"ii*\0", b"mm\0*", b"ii+\0", b"mm\0+"),
}
_BLANK = b"\xef\xbb\xbf \t\r\n"  # the mark of UTF-8 among them
_COMMAND = b"gdal_streamed_alg"  # GDAL looks for it in the first bytes of a JSON
_LOOKED_AT = 65_536  # bytes; more than any driver of GDAL looks at to know its own


def check_beginning(path: Path) -> None:
    """Refuse a file that is not what its suffix says.

    Raises
    ------
    OSError
        It cannot be opened; a folder that is no geodatabase among them.
    ValueError
        It begins otherwise, or is a command of GDAL's.
    """
    suffix = path.suffix.lower()
    if suffix == ".gdb" and any(path.glob("a00000001.[Gg][Dd][Bb][Tt]*")):
        return
    with path.open("rb") as file:
        begun = file.read(_LOOKED_AT)
    wanted = _BEGINS.get(suffix, (b"",))
    if suffix == ".gdb" or not begun.lstrip(_BLANK).lower().startswith(wanted):
        raise ValueError(f"the file does not begin as a {suffix}")
    if wanted == (b"{",) and _COMMAND in begun:
        raise ValueError("the file is a command, no data")
