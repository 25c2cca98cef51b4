"""Several dossiers at once are what they are one by one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ais_gaps.errors import AisGapsError, Ambiguous, NotFound
from ais_gaps.holdings import Holdings

AS_OF = datetime(2024, 2, 1, tzinfo=UTC)
SHIPS = ("9179842", "MAIA 1", "LADY R", "MARIA")


@pytest.mark.parametrize("options", [{}, {"as_of": AS_OF}, {"min_hours": 24.0}], ids=["as it is", "as of", "min hours"])
def test_they_are_the_same_bytes(demo_archive: Holdings, options: dict[str, object]) -> None:
    known = [str(row["mmsi"][0]) for name in SHIPS[1:] for row in demo_archive.vessels(name, limit=1).to_pylist()]
    asked = [SHIPS[0], *known]
    found = list(demo_archive.dossiers(asked, **options))  # type: ignore[arg-type]
    assert len(found) == len(asked) > 2
    for query, dossier in zip(asked, found, strict=True):
        assert not isinstance(dossier, AisGapsError)
        assert dossier.to_json() == demo_archive.dossier(query, **options).to_json()  # type: ignore[arg-type]


def test_one_that_cannot_be_made_is_told_in_its_place(demo_archive: Holdings) -> None:
    first, none, last = demo_archive.dossiers(["NO SUCH SHIP", "9179842", "NO SUCH SHIP EITHER"])
    assert isinstance(first, NotFound) and isinstance(last, NotFound)
    assert not isinstance(none, AisGapsError) and none.vessel["imo"] == 9179842
    with pytest.raises(NotFound):
        demo_archive.dossier("NO SUCH SHIP")


def test_none_at_all_is_no_question(demo_archive: Holdings) -> None:
    assert list(demo_archive.dossiers([])) == []
    assert all(isinstance(one, NotFound | Ambiguous) for one in demo_archive.dossiers(["NO SUCH SHIP"]))
