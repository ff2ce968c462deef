"""Whether a run goes on at all."""
