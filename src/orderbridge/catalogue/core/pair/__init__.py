"""Two records that belong together, whatever they are."""
