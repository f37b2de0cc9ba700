"""What to call the features of a layer when a finding names them."""

from __future__ import annotations

from zoning.layers import Features

_NAMING = ("code", "adcode", "name")


def labels(features: Features) -> list[str]:
    """Code or name of each feature; where it has neither, its place in the file."""
    table = features.attributes
    named = [table[column].tolist() for column in _NAMING if column in table]
    rows = range(1, len(features) + 1)
    return [
        next((str(value) for value in values if isinstance(value, str)), f"#{row}")
        for row, *values in zip(rows, *named, strict=True)
    ]
