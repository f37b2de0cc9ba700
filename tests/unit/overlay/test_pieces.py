"""Big polygons in pieces: the same ground, piece by piece; kept on disk and never believed blindly.

Areas and relations are shapely's, or drawn and counted by hand.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from tests.overlay_cases import shapes
from zoning.overlay import cache, index_zones, overlap, touching
from zoning.overlay.vector import subdivide as pieces
from zoning.overlay.vector.rings import Rings, Tree
from zoning.overlay.vector.subdivide import Pieces

FAR = np.array([318_000.0, 2_905_000.0])


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("ZONING_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(pieces, "KEPT_FROM", 0)


def star(corners: int, teeth: int = 9, size: float = 400.0, at=(0.0, 0.0)) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = size * (1 + 0.4 * np.sin(teeth * angle))
    return Polygon(np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None] + FAR + at)


def comb(teeth: int) -> Polygon:
    """A back 1 m high with teeth 1 m wide and 9 m high, 1 m apart, on whole coordinates."""
    top = [(x, y) for k in range(teeth) for x, y in ((2 * k, 10), (2 * k + 1, 10), (2 * k + 1, 1),
                                                     (2 * k + 2, 1))]  # fmt: skip
    return Polygon([(0, 0), *top, (2 * teeth, 0)])


def cut(*geometry):
    made = Pieces.of(Rings.of(shapes(*geometry)))
    return made, *made.polygons()


class TestPieces:
    @pytest.mark.parametrize(
        "shape",
        [
            star(3000),
            comb(200),
            star(800).difference(star(500, 7, 100.0)),
            MultiPolygon([star(700), star(500, at=(2000.0, 0.0))]),
            shapely.union_all(shapely.buffer(shapely.points(np.mgrid[0:9, 0:9].T * 3.0), 1.6)),
            box(0, 0, 10, 10).difference(
                shapely.union_all([Point(x, y).buffer(0.4) for x in range(10) for y in range(10)])
            ),
        ],
    )
    def test_are_the_polygon(self, shape):
        _, part, owner = cut(box(0, 0, 1, 1), shape)
        mine = part[owner == 1]
        assert len(mine) > 1
        assert (shapely.get_num_coordinates(part) <= pieces.CORNERS).all()
        assert shapely.is_valid(part).all()
        assert shapely.area(mine).sum() == pytest.approx(shape.area, rel=1e-9)
        whole = shapely.union_all(mine, grid_size=1e-7)
        assert shapely.hausdorff_distance(whole.boundary, shape.boundary) < 1e-6
        tree = shapely.STRtree(mine)
        one, other = tree.query(mine, predicate="overlaps")
        assert shapely.area(shapely.intersection(mine[one], mine[other])).sum() < 1e-6

    def test_comb_counted_by_hand(self):
        _, part, _ = cut(comb(200))
        assert shapely.area(part).sum() == 400 + 200 * 9

    def test_small_ones_are_left_as_they_are(self):
        ring = box(0, 0, 9, 9).difference(box(2, 2, 3, 3)).difference(box(5, 5, 7, 7))
        island = MultiPolygon([ring, box(5.5, 5.5, 6, 6), box(20, 0, 21, 1)])
        made, part, owner = cut(ring, None, island)
        assert owner.tolist() == [0, 2, 2, 2]
        assert shapely.equals(part, shapes(ring, *island.geoms)).all()
        assert made.owner.tolist() == [0, 2]

    def test_points_on_cuts_are_inside_exactly_where_they_were(self):
        shape = star(3000)
        made, *_ = cut(shape)
        assert len(made) > 20
        # The sides of the pieces' boxes lie on the cuts, and their corners where cuts meet.
        low, high = made.box[:, :2], made.box[:, 2:]
        middle = (low + high) / 2
        spots = np.concatenate(
            [low, high, np.c_[low[:, 0], high[:, 1]], np.c_[high[:, 0], low[:, 1]],
             np.c_[low[:, 0], middle[:, 1]], np.c_[middle[:, 0], high[:, 1]]]
        )  # fmt: skip
        sites = shapely.points(spots)
        pairs = touching(sites, index_zones(shapes(shape)), 0.0, compiled=True)
        expected = np.flatnonzero(shapely.intersects(shape, sites))
        assert 20 < len(expected) < len(sites)
        assert pairs.site.tolist() == expected.tolist()

    def test_one_thread_or_several_cut_alike(self, monkeypatch):
        rings = Rings.of(shapes(*(star(900, k) for k in range(3, 12))))
        monkeypatch.setenv("ZONING_CACHE", "off")
        several = Pieces.of(rings)
        monkeypatch.setattr("zoning.overlay.parallel.threads", lambda: 1)
        alone = Pieces.of(rings)
        assert several.rings.xy.tobytes() == alone.rings.xy.tobytes()
        assert several.rings.first.tolist() == alone.rings.first.tolist()
        assert several.owner.tolist() == alone.owner.tolist()

    def test_nothing(self):
        made, part, _ = cut(None, Polygon())
        assert (len(made), len(part)) == (0, 0)
        assert len(Tree.of(np.zeros((0, 4))).leaf) == 0


ALMOST_JOINED = """
POLYGON ((403692.91771932563 2949840.74187452, 403725.4252593902 2949837.848742404,
403728.2458089262 2949818.091983133, 403786.7482810579 2949812.580895124,
403928.9210593326 2949758.873593266, 404109.76032858936 2949178.1691831825,
403692.91771932563 2949383.8874018434, 403692.91771932563 2949840.74187452))
POLYGON ((403675.1321267939 2949783.8342877137, 403692.91771932563 2949782.236590115,
403692.91771932563 2949547.127856725, 403675.1321267939 2949783.8342877137))
POLYGON ((403771.0891706953 2949814.0560248443, 403728.2458089262 2949818.091983133,
403643.43471941946 2949872.8430292867, 403771.0891706953 2949872.8430292867,
403771.0891706953 2949814.0560248443))
POLYGON ((403771.0891706953 2949872.8430292867, 404296.5013462704 2949872.8430292867,
403944.0692924859 2949658.2763934736, 403786.7482810579 2949812.580895124,
403771.0891706953 2949814.0560248443, 403771.0891706953 2949872.8430292867))
"""
"""Pieces of two neighbours whose common edge was rounded twice."""


class TestHairlines:
    @pytest.mark.parametrize("compiled", [False, True])
    def test_a_site_across_neighbours_that_almost_join(self, compiled):
        # Their union has holes of no width. GEOS 3.14 cuts a site out of it as if it lay outside.
        flat = " ".join(ALMOST_JOINED.split()).replace(") POLYGON", ")|POLYGON").split("|")
        zones = shapely.from_wkt(flat)
        site = Polygon(
            [(403786.00700297154, 2949827.5031889915), (403736.40463535214, 2949783.40824079),
             (403963.8129078971, 2949690.5102502173)]
        )  # fmt: skip
        # Near the origin coordinates have digits to spare, and GEOS is right.
        near = [shapely.transform(g, lambda xy: xy - (403700, 2949700)) for g in (*zones, site)]
        expected = near[-1].intersection(shapely.union_all(near[:-1])).area
        index = index_zones(zones)
        pairs = touching(shapes(site), index, 0.0, compiled=compiled)
        found = overlap(shapes(site), index, pairs, 0.0)
        assert found.measured[0] == pytest.approx(expected, abs=1e-5)
        assert expected > 0.9 * site.area


class TestCache:
    LAYOUT = (("f8", 2), ("i4", 1))

    def arrays(self):
        return np.arange(12.0).reshape(6, 2), np.array([3, 1, 2], np.int32)

    def kept(self, key="k" * 40):
        aside = cache.keep(key, self.arrays())
        aside.join()
        return cache.folder() / f"{key}.bin"

    def test_gives_back_what_was_kept(self):
        self.kept()
        one, two = cache.held("k" * 40, self.LAYOUT)
        assert one.tolist() == self.arrays()[0].tolist()
        assert two.tolist() == [3, 1, 2]
        assert cache.held("m" * 40, self.LAYOUT) is None
        assert not list(cache.folder().glob("*.part"))

    def test_the_key_is_the_content(self):
        a, b = self.arrays()
        changed = a.copy()
        changed[3, 1] += 1e-9
        keys = {
            cache.key_of((a, b), "x"), cache.key_of((changed, b), "x"), cache.key_of((a, b), "y"),
            cache.key_of((a.reshape(2, 6), b), "x"), cache.key_of((a, b.view(np.uint32)), "x"),
        }  # fmt: skip
        assert len(keys) == 5
        assert cache.key_of((a.copy(), b), "x") in keys

    def test_any_damaged_byte_is_found(self):
        path = self.kept()
        whole = path.read_bytes()
        for at in range(len(whole)):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
            assert cache.held("k" * 40, self.LAYOUT) is None
            assert not path.exists()
        for size in range(len(whole)):
            path.write_bytes(whole[:size])
            assert cache.held("k" * 40, self.LAYOUT) is None
        path.write_bytes(whole + b"\0")
        assert cache.held("k" * 40, self.LAYOUT) is None

    def test_an_entry_under_another_name_is_not_believed(self):
        path = self.kept()
        path.rename(path.with_name("m" * 40 + ".bin"))
        assert cache.held("m" * 40, self.LAYOUT) is None

    def test_a_damaged_layer_is_cut_again(self):
        rings = Rings.of(shapes(star(3000)))
        first = Pieces.of(rings)
        for aside in threading.enumerate():
            if aside.name == "zoning-cache":
                aside.join()
        (path,) = cache.folder().glob("*.bin")
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.write_bytes(raw)
        again = Pieces.of(rings)
        assert again.rings.xy.tobytes() == first.rings.xy.tobytes()

    def test_off_and_moved(self, monkeypatch, tmp_path):
        for word in ("off", "0", "OFF"):
            monkeypatch.setenv("ZONING_CACHE", word)
            assert cache.folder() is None
            assert cache.keep("k" * 40, self.arrays()) is None
            assert cache.held("k" * 40, self.LAYOUT) is None
        monkeypatch.delenv("ZONING_CACHE")
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        monkeypatch.setattr("sys.platform", "linux")
        assert cache.folder() == tmp_path / "zoning" / "overlay"

    def test_a_folder_that_cannot_be_written_is_done_without(self, monkeypatch, tmp_path):
        (tmp_path / "file").write_text("")
        monkeypatch.setenv("ZONING_CACHE", str(tmp_path / "file"))
        cache.keep("k" * 40, self.arrays()).join()
        assert cache.held("k" * 40, self.LAYOUT) is None
        assert Pieces.of(Rings.of(shapes(star(3000)))).upset.sum() == 0

    def test_the_longest_unused_go_first(self, monkeypatch):
        old, new = self.kept("a" * 40), self.kept("b" * 40)
        os.utime(old, (1e9, 1e9))
        left = cache.folder() / "dead.part"
        left.write_bytes(b"x")
        os.utime(left, (1e9, 1e9))
        monkeypatch.setattr(cache, "MOST_BYTES", 2 * new.stat().st_size)
        self.kept("c" * 40)
        assert not old.exists()
        assert not left.exists()
        assert new.exists()

    def test_two_at_once(self):
        asides = [cache.keep("k" * 40, self.arrays()) for _ in range(8)]
        for _ in range(50):
            held = cache.held("k" * 40, self.LAYOUT)
            assert held is None or held[1].tolist() == [3, 1, 2]
        for aside in asides:
            aside.join()
        assert cache.held("k" * 40, self.LAYOUT) is not None


CUT = """
import sys, numpy as np, shapely
from zoning.overlay.vector import subdivide as pieces
from zoning.overlay.vector.rings import Rings
pieces.KEPT_FROM = 0
angle = np.linspace(0, 2 * np.pi, 60_000, endpoint=False)
radius = 4000 * (1 + 0.4 * np.sin(9 * angle))
ring = np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None]
shape = np.array([shapely.Polygon(ring)])
print("ready", flush=True)
sys.stdin.readline()
made = pieces.Pieces.of(Rings.of(shape))
print(made.rings.xy.tobytes().hex()[-64:], len(made), flush=True)
"""
"""Cuts one layer, the same in every process, and says what came out."""

SLOW = """
import sys, time
import numpy as np
from zoning.overlay import cache
write = cache._write
def slowly(file, key, arrays):
    file.write(b"half of an entry")
    file.flush()
    print("writing", flush=True)
    time.sleep(60)
    write(file, key, arrays)
cache._write = slowly
cache.keep("k" * 40, (np.arange(12.0).reshape(6, 2), np.array([3, 1, 2], np.int32)))
"""
"""A writer that is caught in the middle."""


def process(code: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.slow
class TestProcesses:
    def test_two_that_cut_one_layer_at_once(self):
        both = [process(CUT) for _ in range(2)]
        for one in both:
            assert one.stdout.readline() == "ready\n"
        for one in both:  # neither has begun before the other is ready
            one.stdin.write("\n")
            one.stdin.flush()
        said = [one.communicate(timeout=60)[0] for one in both]
        assert [one.returncode for one in both] == [0, 0]
        assert said[0] == said[1]
        assert [path.suffix for path in cache.folder().iterdir()] == [".bin"]
        later = process(CUT)  # from the disk
        assert later.communicate("\n", timeout=60)[0].splitlines()[1:] == said[0].splitlines()

    def test_a_writer_that_is_killed(self):
        dead = process(SLOW)
        assert dead.stdout.readline() == "writing\n"
        (left,) = cache.folder().iterdir()
        dead.kill()
        assert dead.wait(timeout=10) != 0
        dead.stdout.close()
        dead.stdin.close()
        assert left.suffix == ".part"
        layout = TestCache.LAYOUT
        assert cache.held("k" * 40, layout) is None
        TestCache().kept()  # the next writer is not in its way
        assert cache.held("k" * 40, layout) is not None
        assert left.exists()  # it may be that of a writer at work
        os.utime(left, (1e9, 1e9))
        TestCache().kept("m" * 40)
        assert not left.exists()


class TestRings:
    def test_corners_that_are_said_twice(self):
        # Also at the end, where what follows is a hole that begins at the shell's first corner.
        shell = [(0, 0), (0, 0), (9, 0), (9, 9), (9, 9), (0, 9), (0, 0), (0, 0)]
        hole = [(0, 0), (2, 1), (2, 1), (1, 2), (0, 0), (0, 0)]
        rings = Rings.of(shapes(Polygon(shell, [hole]), None, box(0, 0, 1, 1)))
        assert rings.ring.tolist() == [0, 5, 9, 14]
        assert rings.first.tolist() == [0, 2, 2, 3]
        sites = shapes(box(0.5, 0.5, 1, 1), box(1, 1, 5, 5))
        pairs = touching(sites, index_zones(shapes(Polygon(shell, [hole]))), 0.0, compiled=True)
        # The hole is the triangle (0, 0), (2, 1), (1, 2): 1.5 m2; of it (1, 1), (2, 1), (1, 2) has
        # 0.5 m2. The first box is in it but for (0.5, 0.5): corners (0.5, 1), (1, 0.5) on its edge.
        assert pairs.site.tolist() == [0, 1]
        assert pairs.shared.tolist() == pytest.approx([0.0, 15.5], abs=1e-9)

    def test_parts_that_begin_where_another_ended(self):
        one = Polygon([(0, 0), (9, 0), (9, 9), (0, 0)])
        other = Polygon([(0, 0), (-9, 0), (-9, -9), (0, 0)])
        last = Polygon([(0, 0), (0, 0), (-5, 9), (5, 9), (0, 0)])
        rings = Rings.of(shapes(MultiPolygon([one, other, last]), MultiPolygon([one, other])))
        assert np.diff(rings.ring).tolist() == [4, 4, 5, 4, 4]
        assert rings.first.tolist() == [0, 3, 5]
