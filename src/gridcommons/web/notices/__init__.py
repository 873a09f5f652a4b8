"""Doors of messages themselves: links that stop them, and what a gateway posts back."""
