"""Pages of offices: situation, queue, case."""
