-- What is done by itself for a day that is over: closing it, and stating what of it came; each once.
CREATE TABLE daily_work (
    job text NOT NULL,
    connection_id text NOT NULL,
    target_id text NOT NULL DEFAULT '',
    day date NOT NULL,
    state text NOT NULL,
    reason text,
    attempts integer NOT NULL DEFAULT 0,
    retry_at timestamptz,
    settled_at timestamptz,
    in_order boolean,
    missing integer,
    CONSTRAINT pk_daily_work PRIMARY KEY (job, connection_id, target_id, day)
);
-- What every round of alerts asks, however long the history.
CREATE INDEX ix_daily_work_not_in_order ON daily_work (day) WHERE NOT in_order;
