"""What goes with a raster of cells wherever the file is taken: editions, date, invented layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from zoning.overlay.blocks.tiff import DESCRIPTION
from zoning.rules.model import RuleSet
from zoning.version import __version__

import rasterio  # isort: skip  zoning.crs drops a foreign PROJ database first

SYNTHETIC = "SYNTHETIC"
_NAMED = "示例数据 SYNTHETIC，图层为虚构 invented layers: "


def marks(what: str, rules: RuleSet, *, as_of: date, synthetic: Sequence[str]) -> Mapping[str, str]:
    """Return the tags of a raster.

    Parameters
    ----------
    what : str
        What its values are, in English.
    rules : RuleSet
    as_of : date
    synthetic : sequence of str
        Titles of the invented layers that it was made from.
    """
    made = f"zoning {__version__}, rules {rules.name} {rules.edition}, as of {as_of}"
    head = "SYNTHETIC sample data, of no real place. " if synthetic else ""
    named = {SYNTHETIC: _NAMED + "、".join(dict.fromkeys(synthetic))} if synthetic else {}
    return {
        DESCRIPTION: f"{head}{what}. {made}",
        **named,
        "RULES": f"{rules.name} {rules.edition}",
        "AS_OF": as_of.isoformat(),
        "ZONING": __version__,
    }


def invented(raster: Path) -> tuple[str, ...]:
    """Titles of the invented layers that a raster's tags name."""
    with rasterio.open(raster) as file:
        named = file.tags().get(SYNTHETIC, "")
    return tuple(named.removeprefix(_NAMED).split("、")) if named else ()
