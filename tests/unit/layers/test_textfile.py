"""Text files of an office: either encoding, whole; a damaged byte is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from zoning.errors import InputError
from zoning.textfile import read_text

TEXT = '标题 = "环境管控单元"\n# 生态保护红线和饮用水水源保护区\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_either_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(TEXT.encode(encoding))
    assert read_text(path) == TEXT


def test_one_bad_byte_of_utf8_is_no_gb18030(tmp_path: Path) -> None:
    raw = bytearray(TEXT.encode())
    raw[raw.index("红".encode()) + 1] = 0xFF
    path = tmp_path / "a.toml"
    path.write_bytes(raw)
    with pytest.raises(InputError, match="第 2 行"):
        read_text(path)


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="打不开"):
        read_text(tmp_path / "no.toml")
