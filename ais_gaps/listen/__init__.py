"""Listening to live feeds: NMEA over TCP or UDP, and aisstream.io's WebSocket, written into an inbox as whole files.

`address` says where a feed is; `tcp`, `udp` and `websocket` hear it; `sentences` and `envelopes` put the time of receipt on what
came; `parts` are files that nobody sees before they are whole; `ledger` writes down when the feed was listened to, and `log` reads
that back; `listener` does all of it until it is told to stop.
"""
