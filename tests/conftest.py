"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ais_gaps.holdings import Holdings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

settings.register_profile("default", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("default")
os.environ.pop("AIS_GAPS_ARCHIVE", None)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data beside the repository; tests that need it skip where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("real data (../shared/data) is not on this machine")
    return SHARED / "data"


@pytest.fixture(scope="session")
def demo_archive(tmp_path_factory: pytest.TempPathFactory) -> Holdings:
    """The ANGARA case as `demo` builds it, with her dossier asked once, so that ways by sea are kept. To be read only."""
    from ais_gaps.angara import build

    folder = tmp_path_factory.mktemp("demo") / "angara"
    build(folder).dossier("ANGARA")
    return Holdings.at(folder)
