"""Takes files of the repository that a page links to along into the site, so that their links hold there too.

On the page `../ais_gaps/data/weights.json` leads out of the documentation; in the site it is `files/ais_gaps/data/weights.json`.
A notebook, `../notebooks/angara.ipynb`, is a page there.
"""

from __future__ import annotations

import os
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent.parent
LINK = re.compile(r"(?<=\]\()(\.\./[^)#\s]+)")
FOLDER, NOTEBOOK = "files", ".ipynb"


def on_files(files: Files, config: Any) -> Files:
    """The files of the site, with those that pages link to outside the documentation."""
    wanted = {
        found
        for page in files.documentation_pages()
        for link in LINK.findall(page.content_string)
        if (found := _outside(page.src_uri, link)) is not None and not found.endswith(NOTEBOOK)
    }
    for path in sorted(wanted):
        files.append(File.generated(config, f"{FOLDER}/{path}", abs_src_path=str(ROOT / path)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The page with such links turned to where the file is in the site."""

    def turned(found: re.Match[str]) -> str:
        path = _outside(page.file.src_uri, found[1])
        if path is None:
            return found[1]
        there = f"{path.removesuffix(NOTEBOOK)}.md" if path.endswith(NOTEBOOK) else f"{FOLDER}/{path}"
        return posixpath.relpath(there, posixpath.dirname(page.file.src_uri))

    return LINK.sub(turned, markdown)


def _outside(page: str, link: str) -> str | None:
    """Path in the repository of what a page links to outside the documentation; None if it is none of that."""
    path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page), link))
    if path.startswith(("docs/", "../", ".." + os.sep)) or not (ROOT / path).is_file():
        return None
    return path
