"""Tests of territory; `shapes` holds what they share."""
