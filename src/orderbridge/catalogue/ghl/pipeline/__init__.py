"""Pipelines: the stages that opportunities go through."""
