"""Records of custom objects."""
