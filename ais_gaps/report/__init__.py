"""Dossiers for people: pages."""
