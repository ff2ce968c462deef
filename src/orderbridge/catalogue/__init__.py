"""Everything that can be done with the two systems, as typed and versioned operations."""
