"""Alerts: a message for each change of the watchlist to the user's channels, once, and a sign that the run happened.

Nothing heavy is loaded here; apprise, the extra that knows the services, is loaded by the process that sends.
"""

from __future__ import annotations

from ais_gaps.alerts.report import AlertReport
from ais_gaps.alerts.settings import Channel, Settings, read_settings
from ais_gaps.alerts.turn import run, send

__all__ = ["AlertReport", "Channel", "Settings", "read_settings", "run", "send"]
