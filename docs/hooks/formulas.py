"""Formulas as MathML, made when the site is built: a browser draws it without a script, a font or a network.

A block ```` ```math ```` and `` $`...`$ `` in a line hold LaTeX, as the pages of a repository show it too.
"""

from __future__ import annotations

import re
from typing import Any

from latex2mathml.converter import convert

BLOCK = re.compile(r"^```math\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"\$`([^`\n]+)`\$")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The page with its formulas drawn."""
    drawn = BLOCK.sub(lambda found: f'<div class="formula" tabindex="0">{_mathml(found[1], "block")}</div>', markdown)
    return INLINE.sub(lambda found: f'<span class="formula">{_mathml(found[1], "inline")}</span>', drawn)


def _mathml(latex: str, display: str) -> str:
    return convert(" ".join(latex.split()), display=display).replace("\n", "")
