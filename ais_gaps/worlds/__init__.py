"""Worlds with a known truth: generated AIS of ships that sail along real coasts, to judge judgements by.

    python -m ais_gaps.worlds --seed 1 --out DIR --sea black --vessels 300 --days 30

Everything that ships do here, how they are heard, how often they go dark, where and for how long, is the generator's own:
settings (`settings.Settings`), not facts about the sea. Only the coast and the ports are real. Ships, names and numbers are made
up. A figure measured on such a world says how well a method finds what was put there, and no more.

Seeded: the same settings give the same files. What lies in a world's folder: `files`.
"""

from __future__ import annotations

from ais_gaps.worlds.files import NOTE, write
from ais_gaps.worlds.settings import KINDS_OF_FEED, Settings
from ais_gaps.worlds.world import World, make

__all__ = ["KINDS_OF_FEED", "NOTE", "Settings", "World", "make", "write"]
