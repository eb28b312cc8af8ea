"""A self-contained page: text, tables and Plotly figures in, one HTML file out that needs no network."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lossmith.page.files import put
from lossmith.page.picture import draw, is_picture
from lossmith.page.theme import CSS, SCRIPT, palette, styled

if TYPE_CHECKING:
    import plotly.graph_objects as go

__all__ = ["Section", "Table", "draw", "is_picture", "palette", "write"]

# The browser itself holds the promise that nothing is fetched.
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"


@dataclass(frozen=True)
class Table:
    """Rows of plain text; ``marks`` (of the same shape) says which cells stand out."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    marks: Sequence[Sequence[bool]] = ()
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the page; whatever is given is shown in this order.

    All texts are plain, a figure's title (its caption) among them: the page escapes them. The other texts of a figure
    are Plotly's, which reads them as HTML.
    """

    heading: str = ""
    lead: str = ""
    text: Sequence[str] = ()
    table: Table | None = None
    figures: Sequence[go.Figure] = ()


def write(path: str | Path, title: str, sections: Sequence[Section]) -> Path:
    """Write one HTML file with everything in it, Plotly's script once if there is a figure, and return its path.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = write(Path(folder) / "page.html", "A page", [Section("Hello", text=["1 < 2"])])
        ...     text = path.read_text("utf-8")
        >>> "1 &lt; 2" in text
        True
    """
    return put(path, _document(title, sections).encode())


def _document(title: str, sections: Sequence[Section]) -> str:
    body = "\n".join(_section(section) for section in sections)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="color-scheme" content="light dark">\n<title>{html.escape(title)}</title>\n'
        f"<style>{CSS}</style>\n</head>\n<body>\n<main>\n<h1>{html.escape(title)}</h1>\n{body}\n</main>\n"
        f"<footer>Made with Lossmith</footer>\n{_scripts(sections)}</body>\n</html>\n"
    )


def _scripts(sections: Sequence[Section]) -> str:
    if not any(section.figures for section in sections):
        return ""
    from plotly.offline import get_plotlyjs

    return f"<script>{get_plotlyjs()}</script>\n<script>{SCRIPT}</script>\n"


def _section(section: Section) -> str:
    parts = [
        f"<h2>{html.escape(section.heading)}</h2>" if section.heading else "",
        f'<p class="lead">{html.escape(section.lead)}</p>' if section.lead else "",
        *(f"<p>{html.escape(paragraph)}</p>" for paragraph in section.text),
        _table(section.table) if section.table else "",
        _figures(section.figures) if section.figures else "",
    ]
    return "<section>\n" + "\n".join(part for part in parts if part) + "\n</section>"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{html.escape(heading)}</th>' for heading in table.headings)
    marks = table.marks or [[False] * len(row) for row in table.rows]
    body = "".join(
        f"<tr>{''.join(map(_cell, row, row_marks))}</tr>\n" for row, row_marks in zip(table.rows, marks, strict=True)
    )
    note = f'<p class="note">{html.escape(table.note)}</p>' if table.note else ""
    return f'<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table></div>{note}'


def _cell(text: str, is_marked: bool) -> str:
    classes = " ".join(["number"] * text[:1].isdigit() + ["marked"] * is_marked)
    shown = re.sub(r" \(|_|\(", _breakable, html.escape(text))
    return f'<td class="{classes}">{shown}</td>' if classes else f"<td>{shown}</td>"


def _breakable(found: re.Match[str]) -> str:
    """Where a long name or number may be broken: before a bracket that stands alone, else behind."""
    return " <wbr>(" if found[0] == " (" else f"{found[0]}<wbr>"


def _figures(figures: Sequence[go.Figure]) -> str:
    classes = "figures thirds" if len(figures) % 3 == 0 else "figures"  # leaves no figure alone in its row
    return f'<div class="{classes}">{"".join(map(_figure, figures))}</div>'


def _figure(figure: go.Figure) -> str:
    caption = html.escape(figure.layout.title.text or "")
    drawn = styled(figure).update_layout(title=None)
    data = str(drawn.to_json())  # Plotly writes "<" and "/" as escapes, so that no name can end the script
    return (
        f'<figure><figcaption>{caption}</figcaption><div class="plot"></div>'
        f'<script type="application/json">{data}</script></figure>\n'
    )
