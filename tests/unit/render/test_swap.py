"""The swap: whole or not at all, whatever happens in between."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from zoning.errors import OutputFault
from zoning.render.files import swap
from zoning.render.files.swap import recover, swapped

OURS = frozenset({"a.txt", "b.txt"})


def foreign(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(p.name for p in folder.iterdir() if p.name not in OURS))


def content(folder: Path) -> dict[str, str]:
    return {p.name: p.read_text() for p in sorted(folder.iterdir())}


def fill(place: Path, text: str, *, overwrite: bool = False) -> None:
    with swapped(place, foreign=foreign, overwrite=overwrite) as staging:
        (staging / "a.txt").write_text(text)
        (staging / "b.txt").write_text(text)


def fill_half(place: Path, error: type[BaseException]) -> None:
    with swapped(place, foreign=foreign) as staging:
        (staging / "a.txt").write_text("2")
        raise error


def only(folder: Path, *names: str) -> bool:
    return sorted(p.name for p in folder.iterdir()) == sorted(names)


@pytest.fixture(params=["exchange", "renames"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of swapping: one step (Linux), two renames (elsewhere)."""
    if request.param == "renames":
        monkeypatch.setattr(swap, "exchange", lambda *_: False)
    monkeypatch.setattr(swap, "PATIENCE", ())
    return str(request.param)


def test_writes_a_new_folder_and_its_parents(tmp_path: Path, way: str) -> None:
    fill(tmp_path / "x" / "结果", "1")
    assert content(tmp_path / "x" / "结果") == {"a.txt": "1", "b.txt": "1"}
    assert only(tmp_path / "x", "结果")


def test_replaces_the_old_folder_whole(tmp_path: Path, way: str) -> None:
    place = tmp_path / "out"
    fill(place, "1")
    with swapped(place, foreign=foreign) as staging:
        (staging / "a.txt").write_text("2")
        assert content(place) == {"a.txt": "1", "b.txt": "1"}
    assert content(place) == {"a.txt": "2"}  # b.txt of the old run does not linger
    assert only(tmp_path, "out")


def test_an_empty_folder_may_be_filled(tmp_path: Path, way: str) -> None:
    (tmp_path / "out").mkdir()
    fill(tmp_path / "out", "1")
    assert content(tmp_path / "out")["a.txt"] == "1"


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError, SystemExit])
def test_a_failure_leaves_the_old_folder(
    tmp_path: Path, way: str, error: type[BaseException]
) -> None:
    place = tmp_path / "out"
    fill(place, "1")
    with pytest.raises(error):
        fill_half(place, error)
    assert content(place) == {"a.txt": "1", "b.txt": "1"}
    assert only(tmp_path, "out")


def test_a_failure_leaves_no_parents_it_made(tmp_path: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        swapped(tmp_path / "x" / "y" / "out", foreign=foreign),
    ):
        raise KeyboardInterrupt
    assert only(tmp_path)


def test_something_else_is_not_touched(tmp_path: Path, way: str) -> None:
    place = tmp_path / "out"
    place.mkdir()
    (place / "论文.docx").write_text("mine")
    with pytest.raises(OutputFault, match=r"论文\.docx") as caught:
        fill(place, "1")
    assert "overwrite" in str(caught.value)
    assert content(place) == {"论文.docx": "mine"}


def test_overwrite_keeps_what_is_not_ours(tmp_path: Path, way: str) -> None:
    place = tmp_path / "out"
    fill(place, "1")
    (place / "论文.docx").write_text("mine")
    (place / "sub").mkdir()
    (place / "sub" / "deep.txt").write_text("deep")
    fill(place, "2", overwrite=True)
    assert (place / "论文.docx").read_text() == "mine"
    assert (place / "sub" / "deep.txt").read_text() == "deep"
    assert (place / "a.txt").read_text() == "2"
    assert only(tmp_path, "out")


def test_never_the_folder_one_stands_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    for place in (Path(), Path(".."), Path.home(), Path(Path.cwd().anchor)):
        with pytest.raises(OutputFault):
            fill(place, "1", overwrite=True)


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("file")
    with pytest.raises(OutputFault, match="不是文件夹"):
        fill(tmp_path / "out", "1", overwrite=True)
    assert (tmp_path / "out").read_text() == "file"


@pytest.mark.parametrize("nth", [1, 2])
def test_locked_by_excel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
    """Windows refuses to rename a folder of which a file is open: WinError 5 or 32."""
    place = tmp_path / "out"
    fill(place, "1")
    (place / "~$a.txt").write_text("owner")  # what Excel leaves beside an open file
    monkeypatch.setattr(swap, "exchange", lambda *_: False)
    monkeypatch.setattr(swap, "PATIENCE", ())
    calls, rename = [], os.rename

    def refuse(source: Path, target: Path) -> None:
        calls.append(source)
        if len(calls) == nth:
            raise PermissionError(errno.EACCES, "Access is denied", str(source), 5, str(target))
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse)
    with (
        pytest.raises(OutputFault, match=r"Excel") as caught,
        swapped(place, foreign=lambda _: ()) as staging,
    ):
        (staging / "a.txt").write_text("2")
    assert "a.txt" in str(caught.value)
    assert (place / "a.txt").read_text() == (place / "b.txt").read_text() == "1"
    assert only(tmp_path, "out")


def test_a_lock_of_a_moment_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swap, "PATIENCE", (0.0,))
    calls, rename = [], os.rename

    def refuse_once(source: Path, target: Path) -> None:
        calls.append(source)
        if len(calls) == 1:
            raise PermissionError(errno.EACCES, "scanner", str(source))
        rename(source, target)

    monkeypatch.setattr(os, "rename", refuse_once)
    fill(tmp_path / "out", "1")
    assert content(tmp_path / "out")["a.txt"] == "1"


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *args: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, "denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputFault, match="没有权限"):
        fill(tmp_path / "out", "1")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kB, where the machine lets us have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        yield from _limited(disk)
        return
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def _limited(disk: Path) -> Iterator[Path]:
    """Without the right to mount: no file may grow past 100 kB, which fails in the same way."""
    import resource

    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, old[1]))
    yield disk
    resource.setrlimit(resource.RLIMIT_FSIZE, old)


def test_a_full_disk(small_disk: Path) -> None:
    place = small_disk / "out"
    fill(place, "1")
    with (
        pytest.raises(OutputFault, match="磁盘空间不足"),
        swapped(place, foreign=foreign) as staging,
    ):
        (staging / "a.txt").write_bytes(b"x" * 1_000_000)
    assert content(place) == {"a.txt": "1", "b.txt": "1"}
    assert only(small_disk, "out")


CHILD = """
import sys, time
from pathlib import Path
from zoning.render.files import swap
place, stop, how = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
def hang(*args):
    print("ready", flush=True)
    time.sleep(60)
if how == "renames":
    swap.exchange = lambda one, other: False
real = swap._rename
def between(source, target):
    real(source, target)
    if target.name.endswith(".old"):
        hang()
if stop == "between":
    swap._rename = between
elif stop != "writing":
    setattr(swap, stop, hang)
with swap.swapped(place, foreign=lambda folder: ()) as staging:
    (staging / "a.txt").write_text("2")
    if stop == "writing":
        hang()
    (staging / "b.txt").write_text("2")
"""


def start(place: Path, stop: str, how: str) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(place), stop, how],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def stop(child: subprocess.Popen[str], number: int) -> None:
    child.send_signal(number)
    child.wait(timeout=30)
    assert child.stdout is not None
    child.stdout.close()


OLD, NEW = {"a.txt": "1", "b.txt": "1"}, {"a.txt": "2", "b.txt": "2"}


@pytest.mark.parametrize("how", ["exchange", "renames"])
@pytest.mark.parametrize(
    ("moment", "expected"),
    [("writing", OLD), ("_sync", OLD), ("_put", OLD), ("_sync_folder", OLD)],
)
def test_kill_9_while_writing(
    tmp_path: Path, moment: str, expected: dict[str, str], how: str
) -> None:
    place = tmp_path / "out"
    fill(place, "1")
    stop(start(place, moment, how), signal.SIGKILL)
    assert content(place) == expected
    assert len(list(tmp_path.iterdir())) == 2  # what the killed run left
    fill(place, "3")
    assert content(place)["a.txt"] == "3"
    assert only(tmp_path, "out")


def test_kill_9_between_two_renames(tmp_path: Path) -> None:
    """The one moment in which nothing is in place, where no single step can be had."""
    place = tmp_path / "out"
    fill(place, "1")
    stop(start(place, "between", "renames"), signal.SIGKILL)
    recover(place, foreign)
    assert content(place) == OLD
    assert only(tmp_path, "out")


def test_a_retired_folder_gives_back_what_was_not_ours(tmp_path: Path) -> None:
    """Killed after the swap and before the carrying over."""
    place = tmp_path / "out"
    fill(place, "1")
    old = tmp_path / f".out.zoning-{swap._host()}-{dead_pid()}-ab12.old"
    old.mkdir()
    (old / "论文.docx").write_text("mine")
    (old / "a.txt").write_text("0")
    recover(place, foreign)
    assert content(place) == {**OLD, "论文.docx": "mine"}
    assert only(tmp_path, "out")


def dead_pid() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_a_run_still_at_work_is_left_alone(tmp_path: Path) -> None:
    place = tmp_path / "out"
    fill(place, "1")
    child = start(place, "writing", "exchange")
    try:
        fill(place, "3")
        assert len(list(tmp_path.glob(".out.zoning-*"))) == 1
    finally:
        stop(child, signal.SIGKILL)
    recover(place, foreign)
    assert only(tmp_path, "out")


def test_leftovers_of_another_machine_wait_a_day(tmp_path: Path) -> None:
    place = tmp_path / "out"
    fill(place, "1")
    host = "0000" if swap._host() != "0000" else "1111"
    left = tmp_path / f".out.zoning-{host}-1-ab12.new"
    left.mkdir()
    recover(place, foreign)
    assert left.exists()
    past = time.time() - swap.FORGOTTEN - 10
    os.utime(left, (past, past))
    recover(place, foreign)
    assert not left.exists()


def test_ctrl_c_from_outside(tmp_path: Path) -> None:
    place = tmp_path / "out"
    fill(place, "1")
    stop(start(place, "writing", "exchange"), signal.SIGINT)
    assert content(place) == OLD
    assert only(tmp_path, "out")  # a Ctrl-C tidies up at once


def test_long_chinese_names(tmp_path: Path) -> None:
    place = tmp_path / ("贵阳贵安两高一低项目筛选结果" * 5)
    fill(place, "1")
    fill(place, "2")
    assert content(place) == NEW
    assert only(tmp_path, place.name)
