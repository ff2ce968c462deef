"""Backfill: bounded history of a HighLevel location, carried over in batches, quietly, behind everything live."""
