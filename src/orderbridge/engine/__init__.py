"""Durable execution: inbox, lanes, runs, proved writes."""
