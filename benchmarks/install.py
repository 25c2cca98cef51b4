"""How large the package is once it is installed, and how long it takes to import.

    python benchmarks/install.py [--extra notebook] ... [--rounds N]

Makes a fresh virtual environment for the base install and for each extra, and counts what came with it: packages, and bytes of
site-packages, without pip's and the compiled copies that Python writes on first use. Imports are timed as whole processes, in
turn with a Python that imports nothing.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import ROOT, alternate, run_command

_BARE = frozenset({"pip", "setuptools", "wheel"})


def main() -> None:
    """Installs, measures and prints a line an install."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--extra", action="append", default=[], help="measure this extra too")
    parser.add_argument("--rounds", type=int, default=9, help="runs of which the median is taken (default %(default)s)")
    options = parser.parse_args()
    for extra in ("", *options.extra):
        with tempfile.TemporaryDirectory(prefix="ais_gaps-install-") as folder:
            python = installed(Path(folder), extra)
            packages, size = counted(python)
            print(f"{extra or 'base'}: {packages} packages, {size / 1e6:.0f} MB")
            if not extra:
                print(import_time(python, options.rounds))


def installed(folder: Path, extra: str) -> Path:
    """A fresh environment's Python, with the package installed from this checkout."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    wanted = f"{ROOT}[{extra}]" if extra else str(ROOT)
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-compile", wanted], check=True, stderr=subprocess.DEVNULL
    )
    return python


def counted(python: Path) -> tuple[int, int]:
    """Packages beside this one, and bytes of site-packages in all."""
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"], check=True, capture_output=True, text=True
    ).stdout.split()
    names = {line.partition("==")[0].lower().replace("-", "_") for line in listed} - _BARE - {"ais_gaps"}
    (site,) = (python.parent.parent / "lib").glob("python*/site-packages")
    files = (path for path in site.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return len(names), sum(path.stat().st_size for path in files if path.relative_to(site).parts[0] not in _BARE)


def import_time(python: Path, rounds: int) -> str:
    """``import ais_gaps`` against a Python that imports nothing, seconds of wall and CPU."""
    run_command([str(python), "-c", "import ais_gaps"])  # Python writes its compiled copies
    ours, bare = alternate(
        rounds,
        lambda: run_command([str(python), "-c", "import ais_gaps"]),
        lambda: run_command([str(python), "-c", ""]),
    )
    return (
        f"import ais_gaps: {ours.wall_s:.3f} s ({ours.cpu_s:.3f} s CPU); Python alone {bare.wall_s:.3f} s "
        f"({bare.cpu_s:.3f} s CPU)"
    )


if __name__ == "__main__":
    main()
