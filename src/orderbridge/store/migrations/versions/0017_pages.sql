-- What the pages ask for: the orders that changed last, and those that were made since a day.
CREATE INDEX ix_records_orders ON records (changed_at, record_id) WHERE kind = 'order';
CREATE INDEX ix_ledger_made ON ledger (connection_id, occurred_at) WHERE record_kind = 'order';
CREATE INDEX ix_events_lane ON events (lane, seq);
