"""Roles that layers play, and the positional accuracy assumed of each where none is stated."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# Largest positional error where the source states none. [m] All illustrative: surveyed parcels
# 5 m, zones drawn on 1:10 000 maps 10 m, outlines digitised from images or plans 30 m, points on
# a map and generalised boundaries more. Facts that rest on one are marked as such.
_ACCURACY_M: dict[str, float] = {
    "boundary": 500.0,
    "jurisdiction": 500.0,
    "extent": 500.0,
    "control_unit": 10.0,
    "ecological_redline": 10.0,
    "protected_area": 30.0,
    "water_source": 30.0,
    "farmland": 5.0,
    "forest": 10.0,
    "wetland": 30.0,
    "park": 30.0,
    "urban_boundary": 10.0,
    "river": 30.0,
    "lake": 30.0,
    "buffer": 30.0,
    "ventilation": 50.0,
    "contaminated_land": 10.0,
    "waste_heap": 30.0,
    "receptor": 50.0,
    "infrastructure": 50.0,
    "karst": 100.0,
    "hazard": 50.0,
    "heritage": 10.0,
    "terrain": 30.0,
    "elevation": 30.0,
    "land_cover": 30.0,
    "reference": 100.0,
    "other": 100.0,
}
# What a layer of the vocabulary is where the catalog gives it no role
_ROLE_OF: dict[str, str] = {
    "districts": "jurisdiction",
    "study_area": "extent",
    "redline": "ecological_redline",
    "basic_farmland": "farmland",
    "river_bank": "river",
    "river_management": "river",
    "catchment": "reference",
    "buffer_belt": "buffer",
    "ventilation_corridor": "ventilation",
    "contaminated_parcel": "contaminated_land",
    "substation": "infrastructure",
    "road": "infrastructure",
    "karst_zone": "karst",
    "spring_catchment": "karst",
    "forest_map": "forest",
    "natural_forest": "forest",
    "grassland": "land_cover",
    "geohazard": "hazard",
    "flood_zone": "hazard",
    "dem": "elevation",
    "slope": "terrain",
    "forest_cover": "forest",
    "waste_heap_class": "waste_heap",
    "dam": "waste_heap",
    "drainage": "waste_heap",
    "ghi": "reference",
}
ACCURACY_M: Mapping[str, float] = MappingProxyType(_ACCURACY_M)
ROLES: frozenset[str] = frozenset(_ACCURACY_M) | frozenset(_ROLE_OF)


def role_of(layer: str) -> str:
    """Role of a layer whose catalog entry states none."""
    if layer in _ACCURACY_M:
        return layer
    return _ROLE_OF.get(layer, "other")


def default_accuracy_m(role: str) -> float:
    """Positional accuracy assumed for a role. [m] The name of a layer will do for its role."""
    return _ACCURACY_M[role if role in _ACCURACY_M else role_of(role)]
