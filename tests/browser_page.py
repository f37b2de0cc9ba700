"""A page in headless Chromium, what it said wrong and what it asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page


@dataclass
class Shown:
    """A page, what it said wrong and what it asked for."""

    page: Page
    requests: list[str] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)

    def open(self, address: str) -> Shown:
        self.page.goto(address)
        self.page.wait_for_selector(".row")
        return self

    def card(self) -> str:
        self.page.wait_for_selector(".carded #verdict")
        return self.page.inner_text("#verdict")
