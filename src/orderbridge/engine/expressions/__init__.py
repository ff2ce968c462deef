"""Expressions are computed in processes of their own, which can be ended at any moment."""
