"""What can be computed of an order."""
