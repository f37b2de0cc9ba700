"""Is the data sound: what a planner should mend before screening."""

import sys
from types import ModuleType

from zoning.catalog import Catalog
from zoning.check.finding import CheckFinding, Severity
from zoning.check.run import check

__all__ = ["CheckFinding", "Severity", "check"]


class _CheckModule(ModuleType):
    """``zoning.check`` is this package once it is imported, and has to stay the verb as well."""

    def __call__(self, catalog: Catalog) -> tuple[CheckFinding, ...]:
        return check(catalog)


sys.modules[__name__].__class__ = _CheckModule
