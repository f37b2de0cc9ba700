"""What every test shares: where the repository and the shared material are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# In CI the same examples every time: a check of a change, not a search for what it did not touch
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

REPO = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repo() -> Path:
    return REPO


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real data and reference material beside the project; skips, saying so, when absent."""
    path = Path(os.environ.get("ZONING_SHARED", REPO.parent / "shared"))
    if not (path / "design.md").exists():
        pytest.skip(f"shared material not found beside the project ({path.name}/design.md)")
    return path
