"""A gallery of all pieces of the look, with sample data: for eyes, screenshots and axe. No part of the program."""
