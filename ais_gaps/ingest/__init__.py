"""From a provider's file to a committed ingest: read, clean, sort, deduplicate, write, summarise, commit."""

from ais_gaps.ingest.run import Progress, SourceResult, ingest_source

__all__ = ["Progress", "SourceResult", "ingest_source"]
