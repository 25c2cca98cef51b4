"""What Google Earth shows of a placemark when it is clicked.

A KML description is HTML to Google Earth, and ``$[...]`` in it is filled in from the placemark. So text is escaped as HTML and
``$`` is written as a character reference before the whole is escaped again as XML.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from ais_gaps.export.markup import Markup

BALLOON = "$[description]"
"""Only the description, which is escaped; the default balloon would fill in the name as HTML."""


def balloon(title: str, paragraphs: Sequence[str], sources: Sequence[str] = ()) -> str:
    """HTML of a title, paragraphs and a list of sources, each of them plain text."""
    text = io.StringIO()
    page = Markup(text, declared=False)
    with page.element("div"):
        page.leaf("b", title)
        for paragraph in paragraphs:
            page.leaf("p", paragraph)
        if sources:
            page.leaf("p", "Sources:")
            with page.element("ul"):
                for source in sources:
                    page.leaf("li", source)
    return text.getvalue().strip().replace("\n", "").replace("$", "&#36;")
