"""One provider's API each; they know nothing of flows."""
