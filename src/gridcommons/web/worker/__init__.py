"""Pages of a grid worker: my grid today."""
