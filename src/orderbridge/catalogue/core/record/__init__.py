"""Records of any kind."""
