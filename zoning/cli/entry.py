"""The program: all commands together, and what becomes of their faults."""

from __future__ import annotations

import os
import sys

import typer

from zoning.cli import data, reading, rules, screening, siting
from zoning.cli.common import err, lossy_streams
from zoning.errors import Fault, InputError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="把项目清单对照分区逐条筛查。Screen projects against zones by cited rules.",
)
app.add_typer(screening.app)
app.add_typer(reading.app)
app.add_typer(data.app)
app.add_typer(siting.app)
app.add_typer(rules.app, name="rules")

# typer brings its own click or uses the installed one; what it calls a usage error is the parent
UsageError = typer.BadParameter.__mro__[1]
_USAGE = {
    "NoSuchOption": "没有这个选项",
    "MissingParameter": "缺少参数",
    "BadParameter": "参数取值不对",
}


def _usage_fault(error: Exception) -> Fault:
    """Say in both languages what is wrong with a command line."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "zoning"
    said = getattr(error, "format_message", error.__str__)()
    return Fault(
        zh=_USAGE.get(type(error).__name__, "命令写法不对"),
        en=said,
        remedy_zh=f"见 {path} --help；日期写作 2026-11-22",
        remedy_en="dates as YYYY-MM-DD",
    )


CANCELLED = 130  # 128 + SIGINT, as shells report it


def _refuse(fault: InputError) -> int:
    err.print(str(fault), style="red", highlight=False, markup=False)
    return 2


def main() -> None:
    """Run a command; the user's faults become one message and exit code 2."""
    lossy_streams()
    try:
        code = app(standalone_mode=False)
    except InputError as fault:
        code = _refuse(fault)
    except (KeyboardInterrupt, typer.Abort):
        code = CANCELLED
    except Exception as error:
        if isinstance(error, UsageError):
            sys.exit(_refuse(InputError(_usage_fault(error))))
        if os.environ.get("ZONING_DEBUG"):
            raise
        words = f"程序内部错误，未写入结果  internal error, nothing written: {error!r}"
        err.print(words, style="red", highlight=False, markup=False)
        err.print("设 ZONING_DEBUG=1 可见详情并反馈  set ZONING_DEBUG=1 for details", style="dim")
        code = 3
    if code == CANCELLED:  # typer turns Ctrl-C into this code without a word
        err.print("已取消，未改动任何结果  cancelled, nothing was changed", style="red")
    sys.exit(code if isinstance(code, int) else 0)
