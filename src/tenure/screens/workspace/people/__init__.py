"""The list of people, the page of a person, and what is found of people."""
