"""Commands on rules: list, show, test."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table

import zoning
from zoning.cli.common import Json, json_out, out
from zoning.errors import Fault, InputError

app = typer.Typer(no_args_is_help=True, help="规则: 列出、查看、试算。Rules: list, show, test.")


@app.command("list")
def rules_list(name: Annotated[str, typer.Argument()] = "admission", as_json: Json = False) -> None:
    """列出一个规则集。List a rule set.  Example: zoning rules list admission"""
    rule_set = zoning.load_rules(*name.split("+"))
    if as_json:
        rows = [
            {"id": r.id, "title": r.title, "then": r.then, "status": r.status, "role": r.role}
            for r in rule_set.rules
        ]
        json_out().write(json.dumps(rows, ensure_ascii=False) + "\n")
        return
    table = Table("编号", "规则", "后果", "依据状态", title=f"{rule_set.title} ({len(rule_set)})")
    for rule in rule_set.rules:
        table.add_row(rule.id, rule.title, rule.then, rule.status)
    out.print(table)


@app.command("show")
def rules_show(rule_id: str, name: Annotated[str, typer.Option("--rules")] = "admission") -> None:
    """查看一条规则。Show one rule.  Example: zoning rules show base.bank_line.chemical"""
    rule_set = zoning.load_rules(*name.split("+"))
    try:
        rule = rule_set[rule_id]
    except KeyError:
        raise InputError(
            Fault(
                zh="没有这条规则", en="no such rule", value=rule_id, remedy_zh="zoning rules list"
            )
        ) from None
    lines = [f"{rule.id}  {rule.title}", f"  适用 {'、'.join(rule.kinds)} {'、'.join(rule.stages)}"]
    for word, conditions in (("when", rule.when), ("any", rule.any), ("unless", rule.unless)):
        lines += [f"  {word:7}{condition}" for condition in conditions]
    lines.append(f"  then   {rule.then} {rule.remedy or ''} {rule.demand}".rstrip())
    for cite in rule.cites:
        dates = f"[{cite.since or ''}, {cite.until or ''})"
        lines.append(f"  依据   {cite}  {dates}  {cite.seen}")
    lines.append(f"  状态   {rule.status} {rule.adopted_by} {rule.adopted_on or ''}".rstrip())
    if rule.note:
        lines.append(f"  注     {rule.note}")
    out.print("\n".join(lines), highlight=False, markup=False)


@app.command("test")
def rules_test(files: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """试算规则所附算例，默认全部。Run the worked cases.  Example: zoning rules test admission"""
    from zoning.rules.cases import test_cases
    from zoning.rules.load import library

    sets = [[name] for name in files] if files else [sorted(library())]
    results = [r for names in sets for r in test_cases(zoning.load_rules(*names))]
    failed = [result for result in results if not result.passed]
    for result in failed:
        words = f"{result.rule}: {result.why}: 应为 {result.expect}，得 {result.got}"
        out.print(words, highlight=False, markup=False)
    out.print(f"{len(results)} 个算例 cases, {len(failed)} 个不符 failed", highlight=False)
    raise typer.Exit(1 if failed else 0)
