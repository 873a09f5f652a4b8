"""Tiling: areas as vector tiles in one archive, for maps of more shapes than a browser draws at once. Pure.

Holds: the encoding of Mapbox vector tiles 2.1 (polygons with a few properties) and of PMTiles 3 archives, both open
specifications of which no library is needed.
Never holds: a person; a decision who may read an archive, which is asked where it is served.
Reviewed by: engineers.
"""
