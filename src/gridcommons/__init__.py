"""Gridcommons (网格共治): grid-based community service, with the rights of residents and workers enforced by code."""

__version__ = "0.1.0"
