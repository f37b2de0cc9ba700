"""The result folder as a whole: what it holds, what it never holds, and that it is whole."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.map_scene import LAYERS, Scene, box, make_scene, make_sites
from zoning.crs import GEOGRAPHIC, WORK, project
from zoning.errors import OutputFault
from zoning.render.screening_folder import FILES, foreign, is_result, write
from zoning.verify import verify


def test_it_holds_what_was_designed(result: Path) -> None:
    assert {path.name for path in result.iterdir()} == set(FILES)
    assert is_result(result)
    assert foreign(result) == ()


def test_it_replaces_an_earlier_one(scene: Scene, tmp_path: Path) -> None:
    place = tmp_path / "out"
    write(scene.screening, scene.catalog, place)
    (place / "screening.gpkg-wal").write_bytes(b"")  # QGIS has it open, or had
    (place / "~$screening.xlsx").write_bytes(b"")  # so had Excel
    before = (place / "screening.json").read_bytes()
    write(scene.screening, scene.catalog, place)
    assert {path.name for path in place.iterdir()} == set(FILES)
    assert (place / "screening.json").read_bytes() == before


@pytest.mark.parametrize("name", ["论文.docx", "screening.json", "verdicts.csv"])
def test_a_folder_of_somebody_else(scene: Scene, tmp_path: Path, name: str) -> None:
    place = tmp_path / "out"
    place.mkdir()
    (place / name).write_text("{}", encoding="utf-8")
    with pytest.raises(OutputFault, match=re.escape(name)):
        write(scene.screening, scene.catalog, place)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert (place / name).read_text(encoding="utf-8") == "{}"


def test_overwrite_keeps_a_users_notes(scene: Scene, result: Path, tmp_path: Path) -> None:
    place = Path(shutil.copytree(result, tmp_path / "out"))
    (place / "批注.docx").write_text("mine")
    with pytest.raises(OutputFault, match=r"批注\.docx"):
        write(scene.screening, scene.catalog, place)
    write(scene.screening, scene.catalog, place, overwrite=True)
    assert {path.name for path in place.iterdir()} == {*FILES, "批注.docx"}
    assert verify(place).agrees


def test_a_fault_while_drawing_leaves_nothing(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("zoning.render.map.map.write_map", fail)
    with pytest.raises(KeyboardInterrupt):
        write(scene.screening, scene.catalog, tmp_path / "deep" / "out")
    assert list(tmp_path.iterdir()) == []


# ---- share: what of a layer's geometry may enter


def plain(path: Path) -> bytes:
    """All a file holds, compressed parts opened."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            return b"".join(archive.read(name) for name in archive.namelist())
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return str(pq.read_table(path).to_pydict()).encode()
    if path.suffix == ".gpkg":
        with sqlite3.connect(path) as base:
            return path.read_bytes() + "\n".join(base.iterdump()).encode()
    return path.read_bytes()


def spellings(value: float) -> Iterator[bytes]:
    """A coordinate as binary of either order, and as text of any usual precision."""
    yield struct.pack("<d", value)
    yield struct.pack(">d", value)
    for digits in (4, 5, 6) if abs(value) < 200 else (0, 1, 2, 3):
        text = f"{value:.{digits}f}"
        if len(text.replace(".", "")) >= 6:
            yield text.encode()


def public() -> shapely.Geometry:
    """Vertices that may be shown anyway: of the districts, of the sites and inside them."""
    sites = [shape for shape in make_sites().geometry if shape is not None]
    shown = [SHAPES["districts"], *sites, *map(shapely.point_on_surface, sites)]
    return shapely.MultiPoint(shapely.get_coordinates(shown))


def corners(shape: shapely.Geometry) -> list[tuple[float, float]]:
    """Vertices of its own in the work CRS, in degrees and in web Mercator."""
    found = []
    own = np.asarray(shapely.points(np.unique(shapely.get_coordinates(shape), axis=0)))
    own = own[shapely.distance(own, public()) > 1]
    assert len(own), "nothing to look for"
    for crs in (WORK, GEOGRAPHIC, "EPSG:3857"):
        [moved] = project(np.array([shapely.MultiPoint(own)], object), WORK, crs)
        found += [tuple(pair) for pair in shapely.get_coordinates(moved)]
    return found


def hits(folder: Path, shape: shapely.Geometry) -> set[str]:
    """Files in which the two coordinates of a vertex stand side by side."""
    found = set()
    for path in sorted(folder.iterdir()):
        data = plain(path)
        if any(beside(data, x, y) for x, y in corners(shape)):
            found.add(path.name)
    return found


def beside(data: bytes, x: float, y: float) -> bool:
    for word in spellings(x):
        at = data.find(word)
        while at >= 0:
            around = data[max(at - 24, 0) : at + len(word) + 24]
            if any(other in around for other in spellings(y)):
                return True
            at = data.find(word, at + 1)
    return False


SHAPES = {name: shapes[0] for name, _, _, _, shapes, _ in LAYERS}


@pytest.mark.parametrize("layer", ["basic_farmland", "protected_area"])
def test_law_of_share_closed_layers_are_in_no_file(result: Path, layer: str) -> None:
    """`result_only` and `none`: no vertex of theirs, in any spelling, in any file."""
    assert hits(result, SHAPES[layer]) == set()


def test_the_search_does_find_what_is_there(scene: Scene, result: Path) -> None:
    """Or the test above could not fail."""
    part = box(
        4_500, 4_500, 500
    )  # of the redline, in P-01; its corner (5 000, 4 500) is on no site
    assert hits(result, part) == {"screening.gpkg", "map.html"}
    assert "map.html" in hits(result, SHAPES["redline"])


def test_a_clipped_layer_shows_nothing_beyond_the_sites(result: Path) -> None:
    """The corners of its far side; those of the near side share a coordinate with the parts."""
    far = shapely.LineString([(399_472.0, 2_952_171.0), (399_472.0, 2_955_948.0)])
    assert shapely.covers(SHAPES["wetland"].boundary, far)
    assert hits(result, far) == set()


@pytest.mark.parametrize("share", ["none", "result_only"])
def test_any_layer_can_be_closed(tmp_path: Path, share: str) -> None:
    shares = dict.fromkeys(["redline", "wetland", "river_bank", "control_unit"], share)
    (tmp_path / "data").mkdir()
    made = make_scene(tmp_path / "data", shares=shares)
    write(made.screening, made.catalog, tmp_path / "out")
    for layer in shares:
        assert hits(tmp_path / "out", SHAPES[layer]) == set(), layer
    # also not the edge that a cut would show: half way along the side of the redline in P-01
    edge = shapely.Point(375_000.0, 2_944_500.0)
    assert hits(tmp_path / "out", edge) == set()


# ---- nothing half written


ROOM = 1500  # kB on the disk


@dataclass(frozen=True)
class Disk:
    """A small disk of its own, where the machine lets us mount one; else a folder."""

    place: Path
    mounted: bool

    def leave(self, room_kb: int) -> None:
        """Leave so much room; without a disk of our own: for each single file."""
        if self.mounted:
            state = os.statvfs(self.place)
            free = state.f_bavail * state.f_frsize
            (self.place / "ballast").write_bytes(b"x" * (free - room_kb * 1024))
        else:
            hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
            resource.setrlimit(resource.RLIMIT_FSIZE, (min(room_kb, 200) * 1024, hard))

    def names(self) -> list[str]:
        return sorted(p.name for p in self.place.iterdir() if p.name != "ballast")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}k", "tmpfs", str(place)]
    mounted = not subprocess.run(mount, capture_output=True, check=False).returncode
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield Disk(place, mounted)
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    if mounted:
        subprocess.run(["umount", str(place)], check=True)


# each stops another writer: parquet, workbook, GeoPackage, map
@pytest.mark.parametrize("room_kb", [20, 80, 300, 500])
def test_a_disk_that_fills_up(scene: Scene, disk: Disk, room_kb: int) -> None:
    disk.leave(room_kb)
    with pytest.raises(OutputFault, match="磁盘空间不足"):
        write(scene.screening, scene.catalog, disk.place / "out")
    assert disk.names() == []


def test_a_full_disk_leaves_the_old_results(scene: Scene, result: Path, disk: Disk) -> None:
    place = shutil.copytree(result, disk.place / "out")
    disk.leave(120)
    with pytest.raises(OutputFault, match="磁盘空间不足"):
        write(scene.screening, scene.catalog, place)
    assert verify(place).agrees
    assert disk.names() == ["out"]


CHILD = """
import sys, time
from datetime import date
from pathlib import Path
import zoning
from tests.map_scene import make_sites
from zoning.render import screening_folder as folder
from zoning.render.map import map as writer
from zoning.rules.load import parse_rules
def hang(*args, **options):
    print("ready", flush=True)
    time.sleep(60)
writer.write_map = hang
data, place = map(Path, sys.argv[1:])
catalog = zoning.Catalog.open(data)
rules, _ = parse_rules((data / "rules.toml").read_text(encoding="utf-8"))
screening = zoning.screen(make_sites(), catalog, rules, as_of=date(2026, 11, 22))
folder.write(screening, catalog, place)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_killed_while_writing(
    scene: Scene, result: Path, repo: Path, tmp_path: Path, number: signal.Signals
) -> None:
    place = Path(shutil.copytree(result, tmp_path / "out"))
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", CHILD, str(scene.folder), str(place)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=repo,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        child.send_signal(number)
        child.wait(timeout=30)
    assert verify(place).agrees
    assert {path.name for path in place.iterdir()} == set(FILES)
    left = [path for path in tmp_path.iterdir() if path.name.startswith(".out.zoning-")]
    assert len(left) == (1 if number == signal.SIGKILL else 0)
    write(scene.screening, scene.catalog, place)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
