"""Faults: what went wrong, where, and what to do, in Chinese and English.

Arguments are the facts and ``__str__`` the sentence, so an error survives pickling.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, said so that a planner can mend it.

    Parameters
    ----------
    zh, en : str
        What is wrong.
    file : str
        File name, never a path of the machine.
    row : int or None
        Row as the file's own program shows it, counted from 1.
    column, key : str
        Column of a table, or key of a TOML file.
    value : str
        What stood there.
    remedy_zh, remedy_en : str
        What to do.
    """

    zh: str
    en: str
    file: str = ""
    row: int | None = None
    column: str = ""
    key: str = ""
    value: str = ""
    remedy_zh: str = ""
    remedy_en: str = ""

    @property
    def place(self) -> str:
        """Where the fault lies: file, row, column or key, as far as known."""
        parts = [self.file]
        if self.row is not None:
            parts.append(f"第 {self.row} 行 row {self.row}")
        if self.column:
            parts.append(f"列 column「{self.column}」")
        if self.key:
            parts.append(f"键 key [{self.key}]")
        return " · ".join(part for part in parts if part)

    def __str__(self) -> str:
        head = f"{self.place}: " if self.place else ""
        value = f" (“{self.value}”)" if self.value else ""
        lines = [f"{head}{self.zh}{value}", f"    {self.en}"]
        if self.remedy_zh or self.remedy_en:
            lines.append(f"    → {self.remedy_zh}  {self.remedy_en}".rstrip())
        return "\n".join(lines)


class ZoningError(Exception):
    """Any error this package raises on purpose."""


class InputError(ZoningError):
    """The user can mend it: CRS, unit, catalog, rules, projects.

    Parameters
    ----------
    faults : tuple of Fault
        Everything found, collected before raising once.
    """

    def __init__(self, faults: tuple[Fault, ...] | Fault) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        if len(self.faults) == 1:
            return str(self.faults[0])
        head = f"共 {len(self.faults)} 处有误  {len(self.faults)} faults"
        return "\n".join([head, *(f"{i}. {fault}" for i, fault in enumerate(self.faults, 1))])


class CatalogFaults(InputError):
    """A catalog that cannot be used as it stands."""


class RuleFaults(InputError):
    """A rule file that cannot be used as it stands."""


class ProjectFaults(InputError):
    """A project list that cannot be read as it stands."""


class CrsMismatch(InputError):
    """Two things that must share a CRS do not."""


class OutputFault(InputError):
    """The results cannot be written where they were asked for."""


class DataGap(ZoningError):
    """A value that cannot be had; becomes a fact without value and a reason."""
