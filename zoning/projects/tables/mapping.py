"""Mapping files: how to read a list whose headers and words are not ours.

A mapping is a TOML file, kept beside the list::

    [list]                                # about the list; printed with what is read
    title = "…"
    source = "…"
    licence = "…"
    aliases = false                       # true: headers not named here go by the alias table

    [columns]                             # standard column = header in the file
    project = "Unit ID"
    name = ["Plant", "Unit"]              # text columns may join several headers

    [constants]                           # standard column = one value for every row
    kind = "industry"

    [values.stage]                        # word in the file = standard value
    operating = "已建"

    [accuracy]                            # a word of the list -> maximal positional error [m]
    column = "Location accuracy"
    source = "illustrative: …"
    metres = { exact = 500 }

    [units]                               # unit of a number whose header states none
    declared_m2 = "公顷"

    [crs]
    all = "EPSG:4490"                     # of all coordinates, where file and rows do not say

Standard columns are those of ``zoning.sites.COLUMNS`` and lon, lat, x, y, east, north, wkt, crs.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from zoning.errors import Fault, InputError, ProjectFaults
from zoning.projects.cells.words import DIMENSION, plain, words
from zoning.projects.tables.crs_statements import read_statement
from zoning.textfile import read_text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class About(_Strict):
    """What the list is, and whose."""

    title: str = ""
    source: str = ""
    licence: str = ""
    aliases: bool = False


class Accuracy(_Strict):
    """A word of the list to the maximal positional error. [m]"""

    column: str
    metres: dict[str, float] = Field(min_length=1)
    source: str


class Frame(_Strict):
    """The CRS of all coordinates that state none."""

    all: str


class Mapping(_Strict):
    """A whole mapping file; ``file`` is its name, for messages."""

    file: str = ""
    about: About = Field(default=About(), alias="list")
    columns: dict[str, str | list[str]] = {}
    constants: dict[str, str | float] = {}
    values: dict[str, dict[str, str]] = {}
    accuracy: Accuracy | None = None
    units: dict[str, str] = {}
    crs: Frame | None = None

    @property
    def illustrative(self) -> bool:
        """Whether the metres of its accuracies have no source."""
        return self.accuracy is not None and self.accuracy.source.startswith("illustrative")


def read_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises
    ------
    ProjectFaults
        Everything wrong with it: syntax, keys, columns that do not exist, units, CRS.
    """
    try:
        content = tomllib.loads(read_text(path))
        mapping = Mapping.model_validate({**content, "file": path.name})
    except InputError as error:
        raise ProjectFaults(error.faults) from None
    except tomllib.TOMLDecodeError as error:
        raise ProjectFaults(
            Fault(zh=f"映射文件不是 TOML: {error}", en="the mapping is no TOML", file=path.name)
        ) from None
    except ValidationError as errors:
        raise ProjectFaults(tuple(_shape_fault(path.name, e) for e in errors.errors())) from None
    if faults := _faults(mapping):
        raise ProjectFaults(faults)
    return mapping


def _near(name: str, known: Iterable[str]) -> tuple[str, str]:
    """Say which of the known words was probably meant, or which there are."""
    close = difflib.get_close_matches(name, known := sorted(known), 1)
    if close:
        return f"是否想写「{close[0]}」", f"did you mean {close[0]}"
    return f"可用: {'、'.join(known)}", f"use one of: {', '.join(known)}"


def _shape_fault(file: str, error: ErrorDetails) -> Fault:
    """Say in both languages what pydantic found at one key."""
    key = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        zh, en = _near(str(error["loc"][-1]), set(Mapping.model_fields) - {"file"})
        return Fault(
            "没有这一节或这一项",
            "unknown section or key",
            file,
            key=key,
            remedy_zh=zh,
            remedy_en=en,
        )
    value = "" if error["type"] == "missing" else str(error["input"])
    zh = "缺少这一项" if error["type"] == "missing" else "这一项的取值不对"
    return Fault(zh, error["msg"], file, key=key, value=value)


def _faults(mapping: Mapping) -> tuple[Fault, ...]:
    known = set(words().headers.values())
    faults = [
        _no_column(mapping, f"{section}.{name}", name)
        for section, names in (
            ("columns", mapping.columns),
            ("constants", mapping.constants),
            ("values", mapping.values),
        )
        for name in names
        if name not in known
    ]
    for name in mapping.columns.keys() & mapping.constants.keys():
        faults.append(
            Fault(
                zh="同一列既给了表头又给了固定值",
                en="both a header and a constant are given",
                file=mapping.file,
                key=f"constants.{name}",
            )
        )
    for name, unit in mapping.units.items():
        free = name in ("capacity", "unit_energy")
        if not free and plain(unit) not in words().units.get(DIMENSION.get(name, ""), {}):
            faults.append(
                Fault(
                    zh="这一列没有这个单位",
                    en="no such unit for this column",
                    file=mapping.file,
                    key=f"units.{name}",
                    value=unit,
                )
            )
    if mapping.crs is not None and read_statement(mapping.crs.all) is None:
        faults.append(
            Fault(
                zh="不认识的坐标系",
                en="unknown coordinate reference system",
                file=mapping.file,
                key="crs.all",
                value=mapping.crs.all,
            )
        )
    return tuple(faults)


def _no_column(mapping: Mapping, key: str, name: str) -> Fault:
    zh, en = _near(name, set(words().headers.values()))
    return Fault(
        zh="没有这个标准列",
        en="no such standard column",
        file=mapping.file,
        key=key,
        value=name,
        remedy_zh=zh,
        remedy_en=en,
    )
