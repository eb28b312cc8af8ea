"""A page in a real browser that has no network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright


@dataclass
class Opened:
    """A page, and what came of it until now."""

    tab: Page
    errors: list[str] = field(default_factory=list)
    """That no script caught."""
    console: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """Addresses."""


def chromium() -> str:
    """Where it is; without it the test is skipped."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        assert "CI" not in os.environ, "CI must look at the page: .ci/run installs Chromium"
        pytest.skip("no Chromium here")
    return found


@contextmanager
def opened(path: Path, *flags: str, width: int = 1280) -> Iterator[Opened]:
    """The page at a path."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox", *flags])
        tab = browser.new_context(viewport={"width": width, "height": 800}, offline=True).new_page()
        page = Opened(tab)
        tab.on("pageerror", lambda error: page.errors.append(str(error)))
        tab.on("console", lambda message: page.console.append(message.text))
        tab.on("request", lambda request: page.asked.append(request.url))
        tab.goto(path.as_uri())
        yield page
        browser.close()
