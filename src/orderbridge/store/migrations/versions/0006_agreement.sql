CREATE TABLE agreements (
    act_connection TEXT NOT NULL,
    ghl_connection TEXT NOT NULL,
    kind TEXT NOT NULL,
    act_id TEXT NOT NULL,
    ghl_id TEXT NOT NULL,
    agreed JSONB NOT NULL,
    begun JSONB NOT NULL,
    run_id TEXT,
    agreed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_agreements PRIMARY KEY (act_connection, ghl_connection, kind, act_id, ghl_id)
);

CREATE TABLE conflicts (
    id TEXT NOT NULL,
    sort TEXT NOT NULL,
    act_connection TEXT NOT NULL,
    ghl_connection TEXT NOT NULL,
    kind TEXT NOT NULL,
    act_id TEXT,
    ghl_id TEXT,
    field TEXT NOT NULL,
    act_value JSONB,
    ghl_value JSONB,
    why TEXT NOT NULL,
    details JSONB NOT NULL,
    flow_id TEXT,
    opened_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    resolved_at TIMESTAMP WITH TIME ZONE,
    resolution TEXT,
    CONSTRAINT pk_conflicts PRIMARY KEY (id)
);

CREATE INDEX ix_conflicts_open ON conflicts (opened_at) WHERE resolved_at IS NULL;
CREATE INDEX ix_conflicts_pair ON conflicts (act_connection, act_id, ghl_connection, ghl_id);

CREATE TABLE own_writes (
    connection_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    shown JSONB NOT NULL,
    created BOOLEAN NOT NULL,
    unseen BOOLEAN NOT NULL,
    history JSONB NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_own_writes PRIMARY KEY (connection_id, kind, record_id)
);
