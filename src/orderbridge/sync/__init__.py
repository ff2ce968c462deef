"""Finding what no webhook says: polling, backfill, schedules."""
