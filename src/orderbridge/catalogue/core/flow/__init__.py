"""Ending a run on purpose."""
