"""XML, written as it comes: nothing is held, and text that XML 1.0 cannot carry does not get in.

The standard library's SAX writer, since it escapes, streams and adds no dependency. simplekml passes CDATA in a text on as
markup, fails on control characters and builds all of a document in memory, as fastkml does.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from ais_gaps.plain import plain

_NOT_XML = dict.fromkeys((0xFFFE, 0xFFFF))


class Markup:
    """Elements on a stream of text.

    Args:
        stream: where to.
        declared: begin with an XML declaration.
    """

    def __init__(self, stream: io.TextIOBase, *, declared: bool = True) -> None:
        self._out = XMLGenerator(stream, "utf-8", short_empty_elements=True)
        if declared:
            self._out.startDocument()

    @contextmanager
    def element(self, tag: str, attributes: Mapping[str, str] | None = None) -> Iterator[None]:
        """An element; what is written meanwhile stands in it."""
        self._start(tag, attributes)
        self._out.characters("\n")
        yield
        self._out.endElement(tag)
        self._out.characters("\n")

    def leaf(self, tag: str, text: str, attributes: Mapping[str, str] | None = None) -> None:
        """An element that holds text only."""
        self._start(tag, attributes)
        self._out.characters(harmless(text))
        self._out.endElement(tag)
        self._out.characters("\n")

    def _start(self, tag: str, attributes: Mapping[str, str] | None) -> None:
        said = {name: harmless(text) for name, text in (attributes or {}).items()}
        self._out.startElement(tag, AttributesImpl(said))


def harmless(text: str) -> str:
    """The text as `plain` gives it, without the two characters that XML 1.0, section 2.2, forbids beyond those."""
    return plain(text).translate(_NOT_XML)
