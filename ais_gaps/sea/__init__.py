"""Distances along the sea."""
