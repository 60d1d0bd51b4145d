"""The health of all customers together: summed up beside the cycle, read by pages as one small file."""

from tenure.health.population.kept import PAST, STAGE, Offer, offered, population
from tenure.health.population.summary import LEFT, NEW, Group, Grouping, Mover, Population

__all__ = ["LEFT", "NEW", "PAST", "STAGE", "Group", "Grouping", "Mover", "Offer", "Population", "offered", "population"]
