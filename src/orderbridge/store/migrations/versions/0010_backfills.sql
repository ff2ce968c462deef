CREATE TABLE backfills (
    id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    state TEXT NOT NULL,
    selection JSONB NOT NULL,
    fingerprint TEXT NOT NULL,
    options JSONB NOT NULL,
    position JSONB NOT NULL,
    counts JSONB NOT NULL,
    plan JSONB,
    reason TEXT,
    asked_by TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE,
    finished_at TIMESTAMP WITH TIME ZONE,
    driver TEXT,
    driven_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_backfills PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_backfills_open ON backfills (connection_id, fingerprint) WHERE state IN ('running', 'paused');

CREATE TABLE backfill_rows (
    backfill_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    order_id TEXT,
    "row" BYTEA NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_backfill_rows PRIMARY KEY (backfill_id, record_id)
);

CREATE INDEX ix_backfill_rows_order ON backfill_rows (backfill_id, order_id);

ALTER TABLE inbox ADD COLUMN backfill_id TEXT;

CREATE INDEX ix_inbox_backfill ON inbox (backfill_id) WHERE backfill_id IS NOT NULL;

ALTER TABLE events ADD COLUMN backfill_id TEXT;

CREATE INDEX ix_events_backfill ON events (backfill_id) WHERE backfill_id IS NOT NULL;
