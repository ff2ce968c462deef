"""HighLevel's invoices as Act! shows them: entries in the history of their opportunities."""
