"""The pictures of the houses compared, and of surfaces: ``python docs/pictures.py`` draws them in about two minutes.

It needs a Chromium on the path; the report is taken from its top to the heading "How sure the order is".
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from pathlib import Path

import torch
from PIL import Image
from playwright.sync_api import sync_playwright
from rich.console import Console

import lossmith as lm
from lossmith.comparing import Comparison, terminal
from lossmith.surfaces import Landscape, save

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
    with tempfile.TemporaryDirectory() as folder:
        _photograph(result.save(folder), sections=2, name="compare-houses.png")


def draw_surface() -> None:
    """Squared error after a sigmoid and cross-entropy over the weights of a unit, on the data of docs/surfaces.md."""
    torch.manual_seed(0)
    x = torch.randn(100, 2)
    y = (x.sum(1) + torch.randn(100) > 0).long()
    squared = Landscape.over_weights(lm.MSE(), x, y.double(), activation=torch.sigmoid, span=10.0)
    entropy = Landscape.over_weights(lm.BinaryCrossEntropy(), x, y, span=10.0)
    planes = {"MSE after a sigmoid": squared.surface(), "cross-entropy": entropy.surface()}
    with tempfile.TemporaryDirectory() as folder:
        report = save(Path(folder) / "surface.html", planes, title="The weights of a single unit")
        _photograph(report, sections=2, name="surface-sigmoid.png")


def _photograph(report: Path, sections: int, name: str) -> None:
    """The top of a page, up to the end of so many sections."""
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        depth = "--enable-unsafe-swiftshader"  # WebGL without a graphics card
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", depth])
        page = browser.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme="light")
        page.goto(report.as_uri())
        page.wait_for_timeout(3000)  # until all is drawn
        end = page.locator("section").nth(sections).bounding_box()
        assert end is not None
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": int(end["y"])}
        picture = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
        browser.close()
    few_colours = Image.open(io.BytesIO(picture)).convert("RGB").quantize(64)
    few_colours.save(FOLDER / name, optimize=True)


def main() -> None:
    """Train, and draw all."""
    draw_surface()
    result = lm.compare("houses")
    draw_terminal(result)
    draw_report(result)
    print(result.verdict)


if __name__ == "__main__":
    main()
