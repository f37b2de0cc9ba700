"""Screen sites against layers and rules, and always be able to say why.

>>> import zoning  # doctest: +SKIP
>>> catalog = zoning.Catalog.open("data")
>>> sites = zoning.read_projects("data/projects/proposed_projects.xlsx", crs=catalog.crs)
>>> sites = zoning.examine(sites, catalog)
>>> screening = zoning.screen(sites, catalog, zoning.load_rules("admission"), as_of=...)
>>> screening.why("SL-036")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from zoning.version import __version__

if TYPE_CHECKING:
    from zoning.catalog import Catalog
    from zoning.errors import InputError
    from zoning.projects import describe, examine, read_determinations, read_projects
    from zoning.render import show_map, write, write_map
    from zoning.rules.load import load_rules
    from zoning.screening import Decision, Screening, probe, screen
    from zoning.sites import Sites
    from zoning.siting import eligible
    from zoning.soundness import check

# Opened when first asked for: `import zoning` stays fast
_HOMES = {
    "Catalog": "zoning.catalog",
    "Decision": "zoning.screening",
    "InputError": "zoning.errors",
    "Screening": "zoning.screening",
    "Sites": "zoning.sites",
    "check": "zoning.soundness",
    "describe": "zoning.projects",
    "eligible": "zoning.siting",
    "examine": "zoning.projects",
    "load_rules": "zoning.rules.load",
    "probe": "zoning.screening",
    "read_determinations": "zoning.projects",
    "read_projects": "zoning.projects",
    "screen": "zoning.screening",
    "show_map": "zoning.render",
    "write": "zoning.render",
    "write_map": "zoning.render",
}

__all__ = [
    "Catalog",
    "Decision",
    "InputError",
    "Screening",
    "Sites",
    "__version__",
    "check",
    "describe",
    "eligible",
    "examine",
    "load_rules",
    "probe",
    "read_determinations",
    "read_projects",
    "screen",
    "show_map",
    "write",
    "write_map",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'zoning' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
