"""How far a moving in is: sheets checked and carried out by a job beside the pages."""
