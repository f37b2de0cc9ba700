"""Can the catalog's sun be read, and is it a sun that this place may have?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from zoning.catalog import Catalog
from zoning.crs import GEOGRAPHIC, project
from zoning.errors import InputError
from zoning.soundness.finding import CheckFinding

NAME = "sun"


def check_sun(catalog: Catalog) -> Iterator[CheckFinding]:
    """Read ``[sun]`` and make its year at the middle of the region.

    Months in another unit than their column says, or a weather file of another place, are found
    here, before a study stumbles over them.
    """
    if catalog.sun is None:
        return
    from zoning.solar import Place, hours_at, read_sun  # pvlib takes half a second to load

    middle = np.asarray([shapely.point_on_surface(catalog.region_geometry())], dtype=object)
    (point,) = project(middle, catalog.crs, GEOGRAPHIC)
    try:
        sun = read_sun(catalog.sun.path)
        hours_at(sun, Place(shapely.get_y(point), shapely.get_x(point), sun.altitude_m))
    except InputError as error:
        for fault in error.faults:
            yield CheckFinding(
                "error",
                NAME,
                "sun",
                f"{catalog.sun.path.name}: {fault.zh}",
                fault.en,
                where=fault.value,
                remedy_zh=fault.remedy_zh,
                remedy_en=fault.remedy_en,
            )
    if not catalog.sun.source:
        yield CheckFinding(
            "warning",
            NAME,
            "source",
            "[sun] 没有写来源 source",
            "[sun] states no source",
            remedy_zh="写明台站或数据集、年份",
            remedy_en="state the station or the data set, and its years",
        )
