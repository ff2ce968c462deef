"""Compares both sides as their APIs show them, says why they differ, and what came in by which way."""
