"""ais_gaps: finds ships that go dark, and says how sure it is."""

__version__ = "0.1.0"
