"""The OpenRosa 1.0 door for workers' phones: forms, their files, the list of households, what is sent in."""
