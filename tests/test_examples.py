"""What the documentation shows is what comes out: its blocks run, its tables are generated, the examples work."""

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

import lossmith as lm
from catalogue import CASES

pytestmark = pytest.mark.kernels

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_shows_what_comes_out(page: Path) -> None:
    updated = runpy.run_path(str(ROOT / "docs" / "generate.py"))["updated"]
    assert updated(page) == page.read_text("utf-8"), "write: python docs/generate.py"


TASKS = [f"catalogue_{task}" for task in sorted({cls().traits.task for cls in lm.ALL})]
SECTIONS = ["losses", "words", "catalogue", *TASKS, "options", "parity_overview", "parity_tables", "exactness"]


@pytest.mark.parametrize("name", SECTIONS)
def test_section_is_generated(name: str) -> None:
    section = runpy.run_path(str(ROOT / "docs" / "generate.py"))["section"]
    assert len(section(name).splitlines()) > 5


@pytest.mark.parametrize("cls", lm.ALL, ids=lambda cls: cls.name)
def test_the_page_shows_errors_within_the_bounds(cls: type[lm.Loss]) -> None:
    measured = json.loads((ROOT / "docs" / "measured" / "exactness.json").read_text("utf-8"))
    assert cls.name in measured, f"write: python docs/exactness.py {cls.name}"
    for bound, worst in zip(CASES[cls.name].bound, measured[cls.name].values(), strict=True):
        assert max(worst.values()) <= bound


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_example_runs(example: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", str(example)],
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout
