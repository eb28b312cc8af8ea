"""The pictures of the houses compared: ``python docs/pictures.py`` trains and draws, in about two minutes.

It needs a Chromium on the path; the report is taken from its top to the heading "How sure the order is".
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright
from rich.console import Console

import lossmith as lm
from lossmith.comparing import Comparison, terminal

FOLDER = Path(__file__).resolve().parent / "images"
COLUMNS = 100
WIDTH = 1200


def draw_terminal(result: Comparison) -> None:
    """What the command prints."""
    console = Console(file=io.StringIO(), record=True, width=COLUMNS)
    console.print(terminal.summary(result))
    picture = console.export_svg(title="lossmith compare", unique_id="compare")
    picture = re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)  # nothing is fetched from a network
    (FOLDER / "compare-terminal.svg").write_text(picture, encoding="utf-8")


def draw_report(result: Comparison) -> None:
    """The verdict, the table of errors, and what each loss aims at."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="light")
        page.goto(result.save(folder).as_uri())
        end = page.locator("section").nth(2).bounding_box()
        assert end is not None
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": int(end["y"])}
        picture = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
        browser.close()
    few_colours = Image.open(io.BytesIO(picture)).convert("RGB").quantize(64)
    few_colours.save(FOLDER / "compare-houses.png", optimize=True)


def main() -> None:
    """Train, and draw both."""
    result = lm.compare("houses")
    draw_terminal(result)
    draw_report(result)
    print(result.verdict)


if __name__ == "__main__":
    main()
