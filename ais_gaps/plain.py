"""Text from strangers, made safe to show on a terminal."""

from __future__ import annotations

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs"})
_SPACE = frozenset({"Zs", "Zl", "Zp"})


def plain(text: str) -> str:
    """The text on one line, without characters that move the cursor, colour, hide or reorder what follows.

    Removes the Unicode categories Cc (controls, the start of every terminal escape sequence), Cf (bidirectional and
    invisible marks; see Unicode TR36, "Bidirectional Text Spoofing") and Cs (lone surrogates). Tabs, line ends and
    unusual spaces become a space. Letters of every script stay.
    """
    return text if text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if character.isspace() or category in _SPACE:
        return " "
    return "" if category in _HIDDEN else character
