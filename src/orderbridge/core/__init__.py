"""The vocabulary that everything shares; no input or output."""
