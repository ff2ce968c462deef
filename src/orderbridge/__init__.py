"""orderbridge keeps HighLevel and Act! CRM in agreement, and proves it."""
