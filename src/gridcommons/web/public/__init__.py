"""Pages for everybody: home, report, track, the list of matters, who serves a grid."""
