"""Hotline: what comes in by voice, at the telephone and the desk, and in files of a 12345 hotline.

Holds: reports that a clerk writes down for a caller (the clerk is finder, the caller reporter), callers who follow a
case that is known already, what a caller is told of an old case; mappings of a hotline's file, its reading with every
fault named, which of its rows came when, its history without words, what waits to be placed by hand (sealed).
Never holds: who called by name, a recording, a guess where a row says nothing clear, a figure that passes a hotline's
past off as this house's work.
Reviewed by: case supervision and data protection.
"""
