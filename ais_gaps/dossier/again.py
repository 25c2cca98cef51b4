"""A dossier made again from the archive as it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ais_gaps.dossier.claim import Claim
from ais_gaps.dossier.recheck import Recheck, compare
from ais_gaps.store import snapshot

if TYPE_CHECKING:
    from ais_gaps.holdings import Holdings
    from ais_gaps.store.archive import Store
    from ais_gaps.store.tables import Tables


def made_again(archive: Holdings, store: Store, tables: Tables, claim: Claim) -> Recheck:
    """Asks the claim's question of the snapshot that it states, and compares.

    The program is told and not compared: another version that gives the same dossier gives the same dossier.
    """
    from ais_gaps import __version__

    program, title = f"ais_gaps {__version__}", str(claim.said.get("title"))
    moment = snapshot.moment(store, tables, claim.sources, claim.tables, claim.as_known)
    if moment is None:
        problems = snapshot.reasons(store, tables, claim.sources, claim.tables, claim.as_known)
        return Recheck(title, claim.program, program, tuple(problems))
    dossier = archive.dossier(claim.vessel, min_hours=claim.min_hours, as_of=claim.as_of, as_known=moment)
    made: dict[str, Any] = json.loads(dossier.to_json())
    made["provenance"]["program"] = claim.program
    if claim.as_known is None:
        made["provenance"]["as_known"] = None  # everything that there was then is what there was at that moment
    return Recheck(title, claim.program, program, differences=tuple(compare(claim.said, made)))
