"""Types of arrays: one name, one meaning.

A floor of its own, under everything: whoever hands arrays on says with these what is in them.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Longs: TypeAlias = NDArray[np.int64]
Integers: TypeAlias = NDArray[np.int32]
Shorts: TypeAlias = NDArray[np.int16]
Bytes: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.intp]
"""Places in an array, as numpy takes them; int32 where there are never more than two billion."""
Geometries: TypeAlias = NDArray[np.object_]
"""Shapely geometries, ``None`` where there is none."""
Values: TypeAlias = NDArray[np.generic]
"""Cells of a raster, whatever their type."""
