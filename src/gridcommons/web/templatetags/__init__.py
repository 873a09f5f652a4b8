"""Tags of the templates: the signature pieces and the formats of times and figures."""
