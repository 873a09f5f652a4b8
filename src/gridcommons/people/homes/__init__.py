"""Homes: dwellings, households, the persons who live there, and who lives where as what and since when.

Holds: the words of an address, households with their number inside the county, persons with name, citizen
number and phone encrypted and found by exact search alone, residences with kind and period, the consent to a
newcomer's registration, the shield around a person under threat, and the way a village is settled at once.
Never holds: anything about a person but how to reach them and where they live; sex, kinship or a birth date;
a history of rows; a list that names a person under threat; what is known about a household (`people.facts`).
Reviewed by: data protection.
"""
