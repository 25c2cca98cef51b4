"""The archive on disk: a Delta table of Parquet parts, and beside it what each ingest found.

reports/            Delta table: the truth. A commit is an ingest; it carries the source's SHA-256 as application transaction
  parts/            Parquet parts, sorted by (mmsi, ts), never changed
ingests/<id>/       what one ingest found: vessel-days, silences, claims, rejects. Counts only once its commit is there
tables/<name>/      small Delta tables: places, observations, ...
index/, folds/, log/, judgement/, outages/ ...   what answers were made from, kept for the next; can be thrown away at any time
tmp/                work in progress of the one writer; whatever a killed writer left is swept by the next
.lock               held by the writer
"""
