"""Headless Chromium with the network off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser_page import Shown

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip("Debian's chromium is not installed (apt-get install chromium)")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def shown(browser: Browser) -> Iterator[Shown]:
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, offline=True, reduced_motion="reduce"
    )
    page = context.new_page()
    watch = Shown(page)
    page.route(lambda url: not url.startswith(("file:", "data:")), lambda route: route.abort())
    page.on("request", lambda request: watch.requests.append(request.url))
    page.on("pageerror", lambda error: watch.wrongs.append(str(error)))
    page.on(
        "console",
        lambda said: watch.wrongs.append(said.text) if said.type in ("error", "warning") else None,
    )
    yield watch
    context.close()
