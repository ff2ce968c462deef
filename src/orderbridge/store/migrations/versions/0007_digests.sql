CREATE TABLE digests (
    id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    key TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    claimed_at TIMESTAMP WITH TIME ZONE,
    settled_at TIMESTAMP WITH TIME ZONE,
    reason TEXT,
    CONSTRAINT pk_digests PRIMARY KEY (id)
);

CREATE UNIQUE INDEX ix_digests_open ON digests (channel_id, key) WHERE state = 'open';

CREATE INDEX ix_digests_due ON digests (due_at) WHERE state IN ('open', 'sending', 'refused');

CREATE TABLE digest_entries (
    channel_id TEXT NOT NULL,
    key TEXT NOT NULL,
    reference TEXT NOT NULL,
    digest_id TEXT NOT NULL,
    line TEXT NOT NULL,
    group_name TEXT,
    amount NUMERIC,
    currency TEXT,
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT pk_digest_entries PRIMARY KEY (channel_id, key, reference)
);

CREATE INDEX ix_digest_entries_digest ON digest_entries (digest_id);
