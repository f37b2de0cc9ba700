"""The vector layers of a catalog as a check goes through them: each read and cut once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from zoning.catalog import Catalog
from zoning.layers import Features, VectorLayer, read_features
from zoning.soundness.vector.ground import Ground, cut


@dataclass(frozen=True, slots=True)
class Survey:
    """Layers that can be trusted to lie where they say.

    Parameters
    ----------
    catalog : Catalog
    sound : set of str
        Vector layers that were read and are not known to be misplaced.
    """

    catalog: Catalog
    sound: set[str] = field(default_factory=set)
    _cut: dict[tuple[str, str], Ground] = field(default_factory=dict)

    def held(self, name: str) -> VectorLayer | None:
        """Layer of a name, if it is there, of polygons, and sound."""
        layer = self.catalog.layers.get(name)
        polygons = isinstance(layer, VectorLayer) and layer.geometry_kind == "polygon"
        return layer if isinstance(layer, VectorLayer) and polygons and name in self.sound else None

    def features(self, layer: VectorLayer) -> Features:
        """Features in the work CRS."""
        return read_features(layer, crs=self.catalog.crs)

    def ground(self, layer: VectorLayer, word: str = "") -> Ground:
        """Ground of a layer; of the features of a class, where a word is given."""
        key = layer.name, word
        if key not in self._cut:
            features = self.features(layer)
            geometry = features.geometry
            if word:
                geometry = geometry[np.asarray(features.attributes["class"] == word, dtype=bool)]
            self._cut[key] = cut(geometry)
        return self._cut[key]
