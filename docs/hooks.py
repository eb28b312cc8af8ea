"""What MkDocs calls while it builds: generated sections are filled, formulas become MathML (no script, no network)."""

from __future__ import annotations

import html
import re
from typing import Any

import generate
from latex2mathml.converter import convert

# what pymdownx.arithmatex leaves behind: \( … \) in a span, \[ … \] in a div
FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL)
# where the name of a function follows a factor: δ sign(r), not δsign(r)
AFTER_FACTOR = re.compile(r'(</mi>|form="postfix">[^<]*</mo>)(?=(?:<msup>)?<mi>[a-z]{2,}</mi>)')


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Fill the generated sections of a page."""
    return generate.filled(markdown)


def on_page_content(content: str, **_: Any) -> str:
    """Draw the formulas of a page."""
    return FORMULA.sub(_drawn, content)


def _drawn(formula: re.Match[str]) -> str:
    tag, latex = formula[1], html.unescape(formula[2])
    drawn: str = convert(latex, display="inline" if tag == "span" else "block")
    drawn = re.sub(r"<mo>([a-z]{2,})</mo>", r"<mi>\1</mi>", drawn)  # max, sign …: names, without an operator's gaps
    drawn = re.sub(AFTER_FACTOR, r'\1<mspace width="0.17em" />', drawn)
    return drawn if tag == "span" else f'<div class="formula">{drawn}</div>'
