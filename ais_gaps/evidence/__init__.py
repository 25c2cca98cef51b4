"""Evidence: dated observations, events and what is publicly known of ships, each row with its source."""

from ais_gaps.evidence.looks import look_ids, looks, same_as
from ais_gaps.evidence.names import placed, resolve, ships_of, spelt
from ais_gaps.evidence.read import Evidence, EvidenceFile, parse, read_folder
from ais_gaps.evidence.select import between, observations_between
from ais_gaps.evidence.tables import (
    EVENTS,
    FILES,
    FLEET,
    LISTINGS,
    LOOKS,
    NOTES,
    OBSERVATIONS,
    PLACES,
    STORED,
    TABLES,
    VESSELS,
)

__all__ = [
    "EVENTS",
    "FILES",
    "FLEET",
    "LISTINGS",
    "LOOKS",
    "NOTES",
    "OBSERVATIONS",
    "PLACES",
    "STORED",
    "TABLES",
    "VESSELS",
    "Evidence",
    "EvidenceFile",
    "between",
    "look_ids",
    "looks",
    "observations_between",
    "parse",
    "placed",
    "read_folder",
    "resolve",
    "same_as",
    "ships_of",
    "spelt",
]
