"""Values by a table."""
