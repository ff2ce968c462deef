"""orderbridge keeps HighLevel and Act! CRM in agreement, and proves it."""

__version__ = "0.1.0"
