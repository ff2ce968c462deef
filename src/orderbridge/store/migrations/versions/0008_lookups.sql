-- What every run asks for at its end, and every write before it begins.
CREATE INDEX ix_receipts_run_id ON receipts (run_id);
CREATE INDEX ix_receipts_target ON receipts (connection_id, kind, target_id);
CREATE INDEX ix_intents_reference ON intents (connection_id, kind, reference) WHERE state = 'prepared';
