"""Transactions: payments and refunds."""
