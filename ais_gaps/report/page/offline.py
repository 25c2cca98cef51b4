"""Pages that ask nobody for anything: their scripts and styles stand in them, and a policy lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files


@cache
def text(name: str, package: str = "ais_gaps.report.page") -> str:
    """A file of a package."""
    return (files(package) / name).read_text(encoding="utf-8")


def script(name: str) -> str:
    """A vendored script without the address of its source map, which would be a request."""
    return "\n".join(line for line in text(name).splitlines() if not line.startswith("//# sourceMappingURL="))


def style(name: str) -> str:
    """A vendored style sheet without images: they would be requests."""
    return "\n".join(line for line in text(name).splitlines() if "url(" not in line) + "\n"


def policy(styles: str, scripts: list[str]) -> str:
    """Only what stands in this page may run or style it, and nothing may be fetched or sent."""
    allowed = " ".join(f"'{_hash(script)}'" for script in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src '{_hash(styles)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
