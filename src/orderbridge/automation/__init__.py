"""The life of flows: published, enabled, tried, taken live, run again."""
