"""What the documentation says of the code, taken from the code.

Two things in a Markdown text are never typed by hand:

- a section between ``<!-- generated: NAME -->`` and ``<!-- end -->``, which a function of this file fills;
- the ``text`` block after a ``python`` block (what it prints, or the error it ends in), and what follows a
  ``$ lossmith …`` line in a ``console`` block.

``python docs/generate.py`` brings README.md and all pages up to date; a test holds them so.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

SECTION = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
BLOCK = re.compile(
    r"^```(?P<language>python|console)\n(?P<code>.*?)^```\n(?P<shown>\n*```text\n(?P<output>.*?)^```\n)?",
    re.DOTALL | re.M,
)


def filled(markdown: str) -> str:
    """The text with its generated sections filled."""
    return SECTION.sub(lambda m: m[1] + section(m[2]) + m[3], markdown)


def section(name: str) -> str:
    """One generated section; a name that there is not is an error."""
    if str(ROOT / "docs") not in sys.path:
        sys.path.insert(0, str(ROOT / "docs"))
    import audited
    import claimed
    import exactness
    import limits
    import parity
    import sections
    import watched_codes
    import which_loss

    home = next(
        (
            module
            for module in (audited, claimed, exactness, limits, parity, watched_codes, which_loss)
            if name in module.__all__
        ),
        sections,
    )
    content: str = getattr(home, name)()
    return content.rstrip("\n") + "\n"


def executed(markdown: str, source: str) -> str:
    """The text with its blocks run, top to bottom in one namespace, and what they print put behind them."""
    namespace: dict[str, Any] = {"__name__": "page"}

    def run(block: re.Match[str]) -> str:
        line = markdown.count("\n", 0, block.start()) + 1
        if block["language"] == "console":
            return f"```console\n{_session(block['code'])}```\n" + (block["shown"] or "")
        output = _printed(block["code"], namespace, has_output=block["shown"] is not None)
        if bool(output) != (block["shown"] is not None):
            raise AssertionError(
                f"{source}:{line}: the block prints {output!r}; show it in a text block, or print nothing"
            )
        shown = f"\n```text\n{output}```\n" if output else ""
        return f"```python\n{block['code']}```\n{shown}"

    return BLOCK.sub(run, markdown)


def _printed(code: str, namespace: dict[str, Any], has_output: bool) -> str:
    from lossmith import LossmithError

    caught = io.StringIO()
    with contextlib.redirect_stdout(caught):
        try:
            exec(compile(code, "page.py", "exec", dont_inherit=True), namespace)
        except LossmithError as error:
            if not has_output:
                raise
            print(f"{type(error).__name__}: {error}")
    return _trimmed(caught.getvalue())


def _session(code: str) -> str:
    """A terminal's text: each command of ours with what it prints; all other lines stay as they are."""
    commands = [line for line in code.splitlines() if line.startswith("$ ")]
    if not all(line.startswith(("$ lossmith explain", "$ lossmith list", "$ lossmith choose")) for line in commands):
        return code
    return "".join(f"{line}\n{_command(line)}" for line in commands)


def _command(line: str) -> str:
    from lossmith.cli import app

    before = dict(os.environ)
    caught = io.StringIO()
    os.environ.update(COLUMNS="100", NO_COLOR="1", TERM="dumb")
    try:
        with contextlib.redirect_stdout(caught):
            app(shlex.split(line)[2:], standalone_mode=False)
    finally:
        os.environ.clear()
        os.environ.update(before)
    return _trimmed(caught.getvalue())


def _trimmed(text: str) -> str:
    lines = [line.rstrip() for line in text.rstrip().splitlines()]
    return "".join(f"{line}\n" for line in lines)


def updated(path: Path) -> str:
    """What the file should say. Pages of the site get their sections when the site is built, the README here."""
    text = path.read_text(encoding="utf-8")
    return executed(filled(text) if path.name == "README.md" else text, path.name)


def main(paths: Iterable[Path] = PAGES) -> None:
    """Bring the files up to date, and say which have changed."""
    for path in paths:
        text = updated(path)
        if text != path.read_text(encoding="utf-8"):
            path.write_text(text, encoding="utf-8")
            print(f"rewritten: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
