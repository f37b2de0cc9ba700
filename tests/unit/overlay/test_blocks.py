"""One pass over a grid: what is read, what is written, and that blocks and threads do not show."""

from __future__ import annotations

import itertools
import struct
import threading
from pathlib import Path

import numpy as np
import pytest
import rasterio
from numpy.typing import NDArray

from zoning.crs import same
from zoning.errors import InputError
from zoning.grid import Grid
from zoning.overlay.blocks.blocks import Block, passed, sweep
from zoning.overlay.blocks.cog import Layout, TileFile, packed
from zoning.overlay.blocks.sources import Source

CRS = "EPSG:4545"
GRID = Grid(CRS, 500_000.0, 2_950_700.0, 10.0, 100, 70)


def write(path: Path, values: NDArray[np.generic], grid: Grid, **profile: object) -> Source:
    options = {
        "driver": "GTiff",
        "height": values.shape[0],
        "width": values.shape[1],
        "count": 1,
        "dtype": values.dtype,
        "crs": grid.crs,
        "transform": rasterio.Affine(*grid.transform),
        **profile,
    }
    with rasterio.open(path, "w", **options) as file:
        file.write(values, 1)
    return Source(path)


def ramp(grid: Grid) -> NDArray[np.int32]:
    rows, columns = np.indices(grid.shape)
    return (rows * 1000 + columns).astype(np.int32)


@pytest.fixture
def numbers(tmp_path: Path) -> Source:
    return write(tmp_path / "numbers.tif", ramp(GRID), GRID, nodata=5005)


def mean3(block: Block) -> NDArray[np.float32]:
    """Mean of the 3 x 3 cells around, of those inside the grid."""
    wide = np.pad(block.values("numbers", halo=True).astype(np.float64), 1)
    ones = np.pad(np.ones(block.values("numbers", halo=True).shape), 1)
    shape = wide.shape[0] - 2, wide.shape[1] - 2
    parts = [np.s_[r : r + shape[0], c : c + shape[1]] for r in range(3) for c in range(3)]
    mean = sum(wide[p] for p in parts) / sum(ones[p] for p in parts)
    return np.asarray(mean[block.window.inner], dtype=np.float32)


@pytest.mark.parametrize(("block", "threads"), [(16, 1), (32, 2), (48, 3), (20, 2), (1000, 1)])
def test_bytes_do_not_depend_on_blocks_or_threads(
    numbers: Source, tmp_path: Path, block: int, threads: int
) -> None:
    def run(name: str, block: int, threads: int) -> bytes:
        path = tmp_path / name
        sweep(
            GRID, {"numbers": numbers}, mean3, path, dtype="float32", nodata=-1.0,
            block=block, halo_m=10.0, threads=threads, tile=16,
        )  # fmt: skip
        return path.read_bytes()

    assert run("a.tif", block, threads) == run("b.tif", 64, 1)


def test_what_is_written_is_read_back_by_gdal(numbers: Source, tmp_path: Path) -> None:
    path = tmp_path / "out.tif"
    sweep(
        GRID, {"n": numbers}, lambda b: b.values("n") + 1, path, dtype="int32", nodata=-7, tile=32
    )
    with rasterio.open(path) as file:
        assert (file.read(1) == ramp(GRID) + 1).all()
        assert file.transform == rasterio.Affine(*GRID.transform)
        assert same(file.crs.to_wkt(), CRS)
        assert (file.nodata, file.dtypes[0], file.compression.value) == (-7, "int32", "DEFLATE")
        assert file.block_shapes == [(32, 32)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["numbers.tif", "out.tif"]


def test_tags_are_read_back_by_gdal(numbers: Source, tmp_path: Path) -> None:
    """A text with what XML wants escaped, and ImageDescription, which is a tag of its own."""
    tags = {"TIFFTAG_IMAGEDESCRIPTION": "SYNTHETIC, of no place", "RULES": '示例 <a> & "b"'}
    for name, block in (("a.tif", 32), ("b.tif", 64)):
        sweep(
            GRID, {"n": numbers}, lambda b: b.values("n"), tmp_path / name, dtype="int32",
            tile=16, block=block, tags=tags,
        )  # fmt: skip
    with rasterio.open(tmp_path / "a.tif") as file:
        assert (file.read(1) == ramp(GRID)).all()
        assert tags.items() <= file.tags().items()
        assert same(file.crs.to_wkt(), CRS)
    assert (tmp_path / "a.tif").read_bytes() == (tmp_path / "b.tif").read_bytes()
    # whole numbers and texts stand in the order of their tags (TIFF 6.0, section 2)
    data = (tmp_path / "a.tif").read_bytes()
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    order = [struct.unpack_from("<H", data, at + 2 + 12 * k)[0] for k in range(count)]
    assert order == sorted(set(order))
    assert {270, 42112} <= set(order)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "float32", "float64"])
def test_types(tmp_path: Path, dtype: str) -> None:
    grid = Grid(CRS, 0.0, 40.0, 1.0, 33, 40)
    values = np.random.default_rng(0).integers(0, 100, grid.shape).astype(dtype)
    layout = Layout(grid, dtype, tile=16)
    with TileFile(tmp_path / "t.tif", layout) as file:
        file.add(reversed(packed(layout, 0, 0, values)))  # the order of coming does not matter
    with rasterio.open(tmp_path / "t.tif") as read:
        assert read.dtypes[0] == dtype
        assert (read.read(1) == values).all()


def directories(data: bytes) -> list[dict[int, tuple[int, ...]]]:
    """Tags of whole numbers of every directory, by the book (TIFF 6.0, section 2; classic)."""
    assert data[:4] == b"II*\0"
    found, (at,) = [], struct.unpack_from("<I", data, 4)
    while at:
        (count,) = struct.unpack_from("<H", data, at)
        tags = {0: (at,)}
        for k in range(count):
            tag, kind, number, place = struct.unpack_from("<HHII", data, at + 2 + 12 * k)
            if kind in (3, 4):
                code = f"<{number}{'HI'[kind - 3]}"
                inline = struct.calcsize(code) <= 4
                tags[tag] = struct.unpack_from(code, data, at + 10 + 12 * k if inline else place)
        found.append(tags)
        (at,) = struct.unpack_from("<I", data, at + 2 + 12 * count)
    return found


@pytest.mark.parametrize("shape", [(70, 100), (64, 64), (20, 128)])
def test_the_file_is_cloud_optimised(tmp_path: Path, shape: tuple[int, int]) -> None:
    """Directories, then overviews from the coarsest, then the raster; tiles row by row."""
    grid = Grid(CRS, 0.0, 1000.0, 1.0, shape[1], shape[0])
    source = write(tmp_path / "v.tif", ramp(grid), grid)
    path = tmp_path / "out.tif"
    sweep(grid, {"v": source}, lambda b: b.values("v"), path, dtype="int32", tile=16, block=32)
    with rasterio.open(path) as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        factors = file.overviews(1)
        assert (file.read(1) == ramp(grid)).all()
    assert factors == [2**k for k in range(1, len(factors) + 1)]
    assert max(shape) / 2 ** len(factors) <= 16 < max(shape) / 2 ** (len(factors) - 1)
    for k, factor in enumerate(factors):
        with rasterio.open(path, overview_level=k) as file:
            assert (file.read(1) == ramp(grid)[::factor, ::factor]).all()
    found = directories(path.read_bytes())
    starts = [tags[324] for tags in found]
    assert [tags[254] for tags in found] == [(0,)] + [(1,)] * len(factors)
    assert max(tags[0][0] for tags in found) < min(min(tiles) for tiles in starts)
    assert [tags[0][0] for tags in found] == sorted(tags[0][0] for tags in found)
    assert all(tiles == tuple(sorted(tiles)) for tiles in starts)
    assert all(max(coarse) < min(fine) for fine, coarse in itertools.pairwise(starts))


def test_big_files_are_bigtiff(tmp_path: Path) -> None:
    grid = Grid(CRS, 0.0, 700_000.0, 10.0, 70_000, 70_000)  # 4.9 GB, all tiles alike
    layout = Layout(grid, "uint8", tile=2048, overviews=False)
    ((_, _, data),) = packed(layout, 0, 0, np.full((2048, 2048), 3, np.uint8))
    with TileFile(tmp_path / "big.tif", layout) as file:
        for row in range(layout.down):
            file.add((row, col, data) for col in range(layout.across))
    assert (tmp_path / "big.tif").read_bytes()[:4] == b"II\x2b\0"
    with rasterio.open(tmp_path / "big.tif") as read:
        assert read.shape == grid.shape
        window = rasterio.windows.Window(69_990, 69_990, 10, 10)
        assert (read.read(1, window=window) == 3).all()


def test_a_tile_that_is_missing_is_told(tmp_path: Path) -> None:
    layout = Layout(GRID, "uint8", tile=64)
    with pytest.raises(ValueError, match="4 of 4 tiles"), TileFile(tmp_path / "t.tif", layout):
        pass


def test_known_cells(tmp_path: Path) -> None:
    grid = Grid(CRS, 0.0, 2.0, 1.0, 3, 2)
    values = np.array([[1, 2, np.nan], [-9, 90, 3]], np.float32)
    path = write(tmp_path / "v.tif", values, grid, nodata=-9).path
    source = Source(path, valid_range=(0, 80), nodata=2)
    (known,) = passed(grid, {"v": source}, lambda b: b.known("v"), threads=1)
    assert known.tolist() == [[True, False, False], [False, False, True]]


def test_without_nodata_all_cells_are_known(tmp_path: Path) -> None:
    grid = Grid(CRS, 0.0, 2.0, 1.0, 3, 2)
    source = write(tmp_path / "v.tif", np.zeros(grid.shape, np.uint8), grid)
    (known,) = passed(grid, {"v": source}, lambda b: b.known("v"), threads=1)
    assert known.all()


def test_a_raster_may_cover_less(tmp_path: Path) -> None:
    small = Grid(CRS, 1.0, 2.0, 1.0, 2, 2)
    source = write(tmp_path / "v.tif", np.array([[1, 2], [3, 4]], np.int16), small)
    grid = Grid(CRS, 0.0, 3.0, 1.0, 5, 4)
    both = passed(grid, {"v": source}, lambda b: (b.values("v"), b.known("v")), threads=1)
    ((values, known),) = both
    assert values.tolist() == [[0] * 5, [0, 1, 2, 0, 0], [0, 3, 4, 0, 0], [0] * 5]
    assert (known == (values > 0)).all()


def test_other_cells_want_a_stated_rule(tmp_path: Path) -> None:
    coarse = Grid(CRS, 0.0, 4.0, 2.0, 2, 2)
    source = write(tmp_path / "v.tif", np.array([[1, 2], [3, 4]], np.uint8), coarse, nodata=0)
    grid = Grid(CRS, 0.0, 4.0, 1.0, 5, 4)
    with pytest.raises(InputError, match=r"v\.tif"):
        list(passed(grid, {"v": source}, lambda b: b.values("v")))
    nearest = Source(source.path, rule="nearest")
    both = passed(grid, {"v": nearest}, lambda b: (b.values("v"), b.known("v")), threads=1)
    ((values, known),) = both
    assert values[:, :4].tolist() == [[1, 1, 2, 2]] * 2 + [[3, 3, 4, 4]] * 2
    assert known[:, :4].all()
    assert not known[:, 4].any()


def test_another_crs_is_resampled_alike_in_every_block(numbers: Source, tmp_path: Path) -> None:
    grid = Grid("EPSG:4546", 203_000.0, 2_954_000.0, 10.0, 90, 90)  # the next zone

    def run(block: int) -> NDArray[np.generic]:
        path, sources = tmp_path / f"{block}.tif", {"n": Source(numbers.path, rule="nearest")}
        sweep(grid, sources, lambda b: b.values("n"), path, dtype="int32", block=block, tile=16)
        with rasterio.open(path) as file:
            return np.asarray(file.read(1))

    assert (run(16) == run(96)).all()


def test_threads_share_the_work_and_progress_is_told(numbers: Source) -> None:
    both, seen, told = threading.Barrier(2, timeout=20), set(), []

    def work(block: Block) -> int:
        if len(seen) < 2:
            seen.add(threading.get_ident())
            both.wait()  # breaks unless two threads are at work at once
        return block.window.row

    rows = list(
        passed(
            GRID, {"n": numbers}, work, block=35, threads=2,
            progress=lambda done, total: told.append((done, total)),
        )
    )  # fmt: skip
    assert rows == sorted(rows)
    assert told == [(k, 6) for k in range(1, 7)]


def test_a_fault_leaves_the_old_file(numbers: Source, tmp_path: Path) -> None:
    path = tmp_path / "out.tif"
    path.write_bytes(b"old")

    def work(block: Block) -> NDArray[np.generic]:
        if block.window.row:
            raise RuntimeError("in the work")
        return block.values("n")

    with pytest.raises(RuntimeError, match="in the work"):
        sweep(GRID, {"n": numbers}, work, path, dtype="int32", block=32, tile=32)
    with pytest.raises(ValueError, match="wanted"):
        sweep(GRID, {"n": numbers}, lambda b: b.values("n")[1:], path, dtype="int32", tile=32)
    assert path.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["numbers.tif", "out.tif"]
