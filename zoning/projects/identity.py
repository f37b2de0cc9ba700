"""Who is who in a list: projects, their components, and ids that are unique."""

from __future__ import annotations

from collections import Counter

from zoning.projects.attributes import Values
from zoning.projects.cells.faults import RowFault, Source
from zoning.projects.cells.values import Refusal, to_text
from zoning.projects.tables.columns import Columns

_NAMELESS = Refusal(
    "没有项目名称，也没有编号",
    "neither a name nor a number",
    "请补项目名称或编号",
    "fill in a name or a number",
)


def identify(values: Values, columns: Columns, source: Source) -> list[RowFault]:
    """Fill ``project`` and ``id``; return faults for rows without a name and for duplicates.

    A project is known by its number, else its code (as written, where it is no 24-digit one), else
    its name: rows with different codes are different projects, whatever they are called. A
    component is a row of its own: ``P-07/阵列``. A second row of the same project and component
    gets ``#2``.
    """
    faults: list[RowFault] = []
    project = values["project"]
    serial = columns["serial"].values if "serial" in columns else None
    for i in range(len(project)):
        code = values["code24"][i] or _written(columns, "code24", i)
        chosen = project[i] or code or values["name"][i]
        if not chosen:
            faults.append(source.fault(i, _NAMELESS, ""))
            number = to_text(serial[i]) if serial is not None and serial[i] is not None else ""
            chosen = f"序号{number}" if number else f"行{source.rows[i]}"
        project[i] = chosen
    counts = Counter(project)
    taken: set[str] = set()
    for i, (name, part) in enumerate(zip(project, values["component"], strict=True)):
        plain = f"{name}/{part}" if part and counts[name] > 1 else str(name)
        unique, copy = plain, 1
        while unique in taken:
            copy += 1
            unique = f"{plain}#{copy}"
        if copy > 1:
            faults.append(source.fault(i, _duplicate(unique), "", plain))
        taken.add(unique)
        values["id"][i] = unique
    return faults


def _written(columns: Columns, name: str, row: int) -> str:
    """What a cell says, though it could not be read as what the column holds."""
    cell = columns[name].values[row] if name in columns else None
    return "" if cell is None else to_text(cell)


def _duplicate(unique: str) -> Refusal:
    return Refusal(
        f"同一项目 (同一组成部分) 出现多次，本行记作 {unique}",
        f"the same project and component again; this row is called {unique}",
        "若是不同组成部分，请填「组成部分」; 若重复，请删去一行",
        "name the component, or delete the row",
    )
