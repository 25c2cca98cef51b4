"""Notebooks as pages of the site, with what they print and draw: run when the site is built, since they are kept without outputs.

    python docs/hooks/notebooks.py DIR [NOTEBOOK...]

runs them once, from a clean kernel in an empty folder, and leaves the .ipynb files with their outputs in DIR; with
`AIS_GAPS_DOCS_EXECUTED=DIR` builds of the site then take them from there. On a page Markdown stays Markdown, code becomes a
fenced block, tables can be scrolled, pictures and figures are files beside the page.
"""

from __future__ import annotations

import base64
import html
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = "notebooks"
EXECUTED = "AIS_GAPS_DOCS_EXECUTED"
STYLE = Path(__file__).with_suffix(".css")
SECONDS = 120
"""That a notebook may take."""
GENERATED = {"AIS_GAPS_DATA": ""}
"""For `a_day_of_traffic`: a page never shows the ships of whatever real data its builder has."""

FRAME = re.compile(r'<iframe srcdoc="([^"]*)"')
STYLES = re.compile(r"<style[^>]*>.*?</style>\s*", re.DOTALL)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
DAY = re.compile(r"<td>(\d{4}-\d\d-\d\d[^<]*)</td>")
OUTPUT = re.compile(r'<div data-output="(\d+)"></div>')
LINK = re.compile(r"(?<=\]\()(\.\./)?([\w./-]+)(?=[)#])")


def notebooks() -> list[Path]:
    """Those of the project, by name."""
    return sorted((ROOT / FOLDER).glob("*.ipynb"))


def run(notebook: Path, out: Path) -> Path:
    """Runs a notebook, in a process and a folder of its own; the file with its outputs.

    Raises:
        RuntimeError: a cell failed, or it took too long; the message tells of it.
    """
    with tempfile.TemporaryDirectory(prefix="nb", dir="/tmp" if Path("/tmp").is_dir() else None) as own:
        of_jupyter = {f"JUPYTER_{name}_DIR": own for name in ("CONFIG", "DATA", "RUNTIME")} | {"IPYTHONDIR": own}
        passed = {name: value for name, value in os.environ.items() if name not in ("MPLBACKEND", "PYTHONWARNINGS")}
        call = [sys.executable, "-W", "ignore", __file__, "--one", str(notebook.resolve()), str(out.resolve())]
        (Path(own) / "here").mkdir()
        found = subprocess.run(
            call,
            env=passed | of_jupyter | GENERATED,
            cwd=Path(own) / "here",
            capture_output=True,
            text=True,
            check=False,
        )
    if found.returncode:
        raise RuntimeError(f"{notebook.name}: {COLOURS.sub('', found.stderr).strip()}")
    return out / notebook.name


def _run_here(notebook: Path, out: Path) -> None:
    import nbformat
    from nbclient import NotebookClient
    from traitlets.config import Config

    cells = nbformat.read(notebook, as_version=4)
    config = Config({"KernelManager": {"transport": "ipc"}})
    NotebookClient(cells, timeout=SECONDS, config=config, resources={"metadata": {"path": str(Path.cwd())}}).execute()
    for cell in cells.cells:
        cell.metadata.pop("execution", None)
    out.mkdir(parents=True, exist_ok=True)
    part = out / f".{notebook.name}.part"
    nbformat.write(cells, part)
    part.replace(out / notebook.name)


@dataclass
class Made:
    """A page made of a notebook.

    Attributes:
        markdown: its text, with a mark where an output goes. outputs: their HTML, by number.
        files: beside the page, by name.
    """

    name: str
    markdown: str = ""
    outputs: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


def made(notebook: dict[str, Any], name: str) -> Made:
    """The page of a notebook that was run.

    Args:
        notebook: as JSON has it, format 4. name: of its file, without suffix.
    """
    page, parts = Made(name), []
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(LINK.sub(_linked, source))
        elif cell["cell_type"] == "code":
            parts.append(f"```python\n{source}\n```")
            shown = [_shown(output, cell, page) for output in _joined(cell["outputs"])]
            if any(shown):
                parts.append(f'<div data-output="{len(page.outputs)}"></div>')
                page.outputs.append("\n".join(filter(None, shown)))
    run_it = f"*This page is a notebook, run when the site was built: [{name}.ipynb]({name}.ipynb).*"
    page.markdown = "\n\n".join([*parts[:1], run_it, *parts[1:]]) + "\n"
    return page


def _linked(found: re.Match[str]) -> str:
    """Where a link of a notebook leads from its page: documents of the project, other notebooks."""
    path = found[2]
    if found[1] is None:
        return path.removesuffix(".ipynb") + ".md" if path.endswith(".ipynb") else path
    return f"../{path.removeprefix('docs/')}" if path.startswith("docs/") else f"../../{path}"


def _joined(outputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Outputs, with text that was printed in pieces in one."""
    found: list[dict[str, Any]] = []
    for output in outputs:
        if output["output_type"] == "stream" and found and found[-1].get("name") == output["name"]:
            found[-1] = found[-1] | {"text": "".join(found[-1]["text"]) + "".join(output["text"])}
        else:
            found.append(output)
    return found


def _shown(output: dict[str, Any], cell: dict[str, Any], page: Made) -> str:
    """An output as HTML; what is large goes into a file of its own."""
    if output["output_type"] in ("stream", "error"):
        text = output.get("text") or output.get("evalue") or ""
        return f"<pre>{html.escape(''.join(text))}</pre>"
    data = {kind: "".join(value) for kind, value in output["data"].items() if isinstance(value, str | list)}
    number = len(page.files) + 1
    if (png := data.get("image/png")) is not None:
        said = cell["metadata"].get("alt") or "The picture that the code above draws."
        page.files[f"figure-{number}.png"] = base64.b64decode(png)
        return f'<img src="{{{{{page.name}/figure-{number}.png}}}}" alt="{html.escape(said)}" loading="lazy">'
    if (found := FRAME.match(data.get("text/html", ""))) is not None:
        page.files[f"figure-{number}.html"] = html.unescape(found[1]).encode()
        rest = data["text/html"][found.end() :]
        return f'<iframe src="{{{{{page.name}/figure-{number}.html}}}}"{rest}'
    if "text/html" in data:
        return DAY.sub(r'<td class="when">\1</td>', STYLES.sub("", data["text/html"]))
    return f"<pre>{html.escape(data.get('text/plain', ''))}</pre>"


_PAGES: dict[str, Made] = {}


def on_config(config: Any) -> Any:
    """The style of outputs goes to every page."""
    config.extra_css.append(f"assets/{STYLE.name}")
    return config


def on_files(files: Any, config: Any) -> Any:
    """The files of the site, with a page for each notebook and what it shows."""
    import json

    from mkdocs.structure.files import File

    with tempfile.TemporaryDirectory() as temporary:
        given = os.environ.get(EXECUTED)
        done = Path(given or temporary)
        todo = [path for path in notebooks() if not (done / path.name).is_file()]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda path: run(path, done), todo))
        for path in notebooks():
            page = made(json.loads((done / path.name).read_text("utf-8")), path.stem)
            _PAGES[f"{FOLDER}/{page.name}.md"] = page
            files.append(File.generated(config, f"{FOLDER}/{page.name}.md", content=page.markdown))
            files.append(File.generated(config, f"{FOLDER}/{path.name}", content=path.read_bytes()))
            for name, content in page.files.items():
                files.append(File.generated(config, f"{FOLDER}/{page.name}/{name}", content=content))
    files.append(File.generated(config, f"assets/{STYLE.name}", content=STYLE.read_text("utf-8")))
    return files


def on_page_content(content: str, page: Any, **_: Any) -> str:
    """The page with its outputs, each in a frame that scrolls."""
    from mkdocs.utils import get_relative_url

    if (found := _PAGES.get(page.file.src_uri)) is None:
        return content

    def put(mark: re.Match[str]) -> str:
        inside = re.sub(
            r"\{\{([\w./-]+)\}\}",
            lambda path: get_relative_url(f"{FOLDER}/{path[1]}", page.url),
            found.outputs[int(mark[1])],
        )
        return f'<div class="notebook-output" role="region" aria-label="Output" tabindex="0">\n{inside}\n</div>'

    return OUTPUT.sub(put, content)


def main(arguments: list[str]) -> None:
    """Runs notebooks into a folder."""
    if arguments[:1] == ["--one"]:
        _run_here(Path(arguments[1]), Path(arguments[2]))
        return
    out = Path(arguments[0])
    for notebook in map(Path, arguments[1:] or notebooks()):
        print(run(notebook, out))


if __name__ == "__main__":
    main(sys.argv[1:])
