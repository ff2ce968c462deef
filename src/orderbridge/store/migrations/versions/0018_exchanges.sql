-- What was said to the accounts in each attempt of a step: a row for all of its calls, pruned by age.
CREATE TABLE exchanges (
    run_id text NOT NULL,
    path text NOT NULL,
    attempt integer NOT NULL,
    calls jsonb NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (run_id, path, attempt)
);
CREATE INDEX ix_exchanges_kept_at ON exchanges (kept_at);
-- What came of a record is found by its id, the newest first.
CREATE INDEX ix_inbox_record ON inbox (record_id, id) WHERE record_id IS NOT NULL;
