"""Draw how time and memory grow, from measurements.

    python tests/benchmarks/plot_growth.py [docs/growth.png]

Reads `$PEERS_OUT/growth.jsonl`, one measurement a line: case, axis, x, seconds, peak_mb. Of a case
and axis the last measurement at each x counts. Needs matplotlib.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt

Curves = dict[str, dict[str, dict[float, tuple[float, float]]]]


def measurements() -> Curves:
    """Axis -> case -> x -> seconds and MB."""
    folder = Path(os.environ.get("PEERS_OUT", Path(tempfile.gettempdir()) / "peers/out"))
    curves: Curves = {}
    for line in (folder / "growth.jsonl").read_text().splitlines():
        row = json.loads(line)
        case = curves.setdefault(row["axis"], {}).setdefault(row["case"], {})
        case[float(row["x"])] = (row["seconds"], row["peak_mb"])
    return curves


def draw(curves: Curves, path: Path) -> None:
    """One column an axis: time above, memory below."""
    figure, plots = plt.subplots(
        2, len(curves), figsize=(3.6 * len(curves), 6.4), squeeze=False, layout="constrained"
    )
    colour: dict[str, str] = {}
    for column, (axis, cases) in enumerate(curves.items()):
        for case, at in cases.items():
            x = sorted(at)
            shade = colour.setdefault(case, f"C{len(colour)}")
            for row in (0, 1):
                plots[row, column].plot(
                    x, [at[one][row] for one in x], "o-", ms=4, color=shade, label=case
                )
        for row, name in enumerate(("seconds", "MB at peak")):
            plot = plots[row, column]
            wide = max(max(at) / min(at) for at in cases.values()) > 20
            plot.set_xscale("log" if wide else "linear")
            plot.set_yscale("log" if wide and row == 0 else "linear")
            plot.set_xlabel(axis)
            plot.set_ylabel(name)
            if not (wide and row == 0):
                plot.set_ylim(bottom=0)
            plot.grid(alpha=0.3)
    figure.legend(
        handles=[plt.Line2D([], [], color=shade, label=case) for case, shade in colour.items()],
        loc="outside lower center",
        ncols=3,
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)


if __name__ == "__main__":
    draw(measurements(), Path(sys.argv[1] if len(sys.argv) > 1 else "docs/growth.png"))
