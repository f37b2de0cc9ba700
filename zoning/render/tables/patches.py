"""Patches as a table: places, figures, ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from zoning.render.tables.digest import digest

if TYPE_CHECKING:
    from zoning.siting.patches import Sited


def patch_table(sited: Sited) -> pd.DataFrame:
    """One row a patch: its ground, its verdict and what is asked of it."""
    rows = sited.screening.briefs(sited.table["id"].tolist())
    return sited.table.assign(
        demands=["；".join(digest(row.components).demands) for row in rows],
        synthetic=bool(sited.screening.synthetic),
    )
