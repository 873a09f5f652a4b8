"""Pages of a resident's own things: cases, notices, who looked."""
