CREATE TABLE budgets (
    connection_id TEXT NOT NULL,
    window_started_at TIMESTAMP WITH TIME ZONE,
    used INTEGER DEFAULT 0 NOT NULL,
    granted INTEGER DEFAULT 0 NOT NULL,
    call_limit INTEGER,
    window_s NUMERIC,
    remaining INTEGER,
    daily_remaining INTEGER,
    blocked_until TIMESTAMP WITH TIME ZONE,
    reported_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_budgets PRIMARY KEY (connection_id)
);

CREATE TABLE checkpoints (
    connection_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    cursor JSONB NOT NULL,
    version INTEGER NOT NULL,
    saved_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_checkpoints PRIMARY KEY (connection_id, stream)
);

CREATE TABLE claims (
    name TEXT NOT NULL,
    owner TEXT NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_claims PRIMARY KEY (name)
);

CREATE TABLE connections (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    system TEXT NOT NULL,
    mode TEXT NOT NULL,
    account TEXT NOT NULL,
    config JSONB NOT NULL,
    secret BYTEA,
    secret_key_id TEXT,
    secret_version INTEGER DEFAULT 1 NOT NULL,
    state TEXT DEFAULT 'ok' NOT NULL,
    state_reason TEXT,
    last_success_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_connections PRIMARY KEY (id),
    CONSTRAINT uq_connections_name UNIQUE (name)
);

CREATE TABLE events (
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    type TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    lane TEXT NOT NULL,
    source TEXT NOT NULL,
    state JSONB NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    outcome TEXT DEFAULT 'pending' NOT NULL,
    reason TEXT,
    CONSTRAINT pk_events PRIMARY KEY (seq),
    CONSTRAINT uq_events_connection_id_kind_record_id_revision UNIQUE (connection_id, kind, record_id, revision),
    CONSTRAINT uq_events_id UNIQUE (id)
);

CREATE INDEX ix_events_dead ON events (seq) WHERE outcome = 'dead';

CREATE INDEX ix_events_open ON events (lane, seq) WHERE outcome IN ('pending', 'waiting');

CREATE TABLE flow_versions (
    flow_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    definition JSONB NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_flow_versions PRIMARY KEY (flow_id, version)
);

CREATE TABLE flows (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    template TEXT,
    version INTEGER NOT NULL,
    enabled BOOLEAN NOT NULL,
    source_connection TEXT NOT NULL,
    target_connection TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_flows PRIMARY KEY (id),
    CONSTRAINT uq_flows_name UNIQUE (name)
);

CREATE TABLE inbox (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    connection_id TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    source TEXT NOT NULL,
    type TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT,
    lane TEXT,
    body BYTEA,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    outcome TEXT DEFAULT 'pending' NOT NULL,
    reason TEXT,
    settled_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_inbox PRIMARY KEY (id),
    CONSTRAINT uq_inbox_connection_id_delivery_id UNIQUE (connection_id, delivery_id)
);

CREATE INDEX ix_inbox_dead ON inbox (id) WHERE outcome = 'dead';

CREATE INDEX ix_inbox_pending ON inbox (lane, id) WHERE outcome IN ('pending', 'waiting');

CREATE TABLE intents (
    id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    fence BIGINT NOT NULL,
    attempts INTEGER DEFAULT 1 NOT NULL,
    wanted JSONB NOT NULL,
    state TEXT DEFAULT 'prepared' NOT NULL,
    prepared_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_intents PRIMARY KEY (id)
);

CREATE INDEX ix_intents_open ON intents (prepared_at) WHERE state = 'prepared';

CREATE INDEX ix_intents_run_id ON intents (run_id);

CREATE TABLE lanes (
    key TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    queued BOOLEAN NOT NULL,
    priority INTEGER DEFAULT 0 NOT NULL,
    owner TEXT,
    fence BIGINT DEFAULT 0 NOT NULL,
    lease_until TIMESTAMP WITH TIME ZONE,
    attempts INTEGER DEFAULT 0 NOT NULL,
    retry_at TIMESTAMP WITH TIME ZONE,
    reason TEXT,
    touched_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_lanes PRIMARY KEY (key)
);

CREATE INDEX ix_lanes_queued ON lanes (touched_at) WHERE queued;

CREATE TABLE ledger (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    connection_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    record_kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    entry TEXT NOT NULL,
    line TEXT NOT NULL,
    amount NUMERIC NOT NULL,
    currency TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE,
    recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_ledger PRIMARY KEY (id),
    CONSTRAINT uq_ledger_connection_id_record_kind_record_id_revision__db90 UNIQUE (connection_id, record_kind, record_id, revision, entry, line)
);

CREATE INDEX ix_ledger_order ON ledger (connection_id, order_id);

CREATE TABLE links (
    source_connection TEXT NOT NULL,
    source_kind TEXT NOT NULL,
    source_id TEXT NOT NULL,
    target_connection TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    source_fingerprint TEXT,
    target_fingerprint TEXT,
    how TEXT NOT NULL,
    linked_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_links PRIMARY KEY (source_connection, source_kind, source_id, target_connection, target_kind)
);

CREATE INDEX ix_links_target ON links (target_connection, target_kind, target_id);

CREATE TABLE receipts (
    intent_id TEXT NOT NULL,
    run_id TEXT NOT NULL,
    connection_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    target_id TEXT,
    verdict TEXT NOT NULL,
    before JSONB,
    sent JSONB NOT NULL,
    read_back JSONB,
    differences JSONB NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_receipts PRIMARY KEY (intent_id)
);

CREATE INDEX ix_receipts_reference ON receipts (connection_id, kind, reference);

CREATE TABLE records (
    connection_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    state JSONB NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_records PRIMARY KEY (connection_id, kind, record_id)
);

CREATE TABLE runs (
    id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    flow_id TEXT NOT NULL,
    flow_version INTEGER NOT NULL,
    lane TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT,
    cause TEXT,
    attempts INTEGER DEFAULT 0 NOT NULL,
    held_amount NUMERIC,
    held_currency TEXT,
    started_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    finished_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_runs PRIMARY KEY (id)
);

CREATE INDEX ix_runs_dead ON runs (cause) WHERE state = 'dead';

CREATE INDEX ix_runs_event_id ON runs (event_id);

CREATE TABLE seen_rows (
    connection_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    sightings INTEGER DEFAULT 1 NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_seen_rows PRIMARY KEY (connection_id, kind, record_id)
);

CREATE TABLE steps (
    run_id TEXT NOT NULL,
    path TEXT NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    input JSONB,
    output JSONB,
    error TEXT,
    finished_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_steps PRIMARY KEY (run_id, path)
);

CREATE TABLE switches (
    name TEXT NOT NULL,
    value JSONB NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_switches PRIMARY KEY (name)
);

CREATE TABLE unknown_deliveries (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    location_id TEXT,
    type TEXT,
    webhook_id TEXT,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_unknown_deliveries PRIMARY KEY (id)
);
