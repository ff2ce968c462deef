ALTER TABLE connections ADD COLUMN secret_set_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL;
ALTER TABLE connections ADD COLUMN failures INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE events ADD COLUMN change JSONB;

CREATE TABLE key_checks (
    key_id TEXT NOT NULL,
    sealed BYTEA,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_key_checks PRIMARY KEY (key_id)
);

INSERT INTO key_checks (key_id) SELECT DISTINCT secret_key_id FROM connections WHERE secret_key_id IS NOT NULL;
ALTER TABLE connections ADD CONSTRAINT fk_connections_secret_key_id
    FOREIGN KEY (secret_key_id) REFERENCES key_checks (key_id);

CREATE TABLE apps (
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    config JSONB NOT NULL,
    secret BYTEA NOT NULL,
    secret_key_id TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_apps PRIMARY KEY (id),
    CONSTRAINT fk_apps_secret_key_id FOREIGN KEY (secret_key_id) REFERENCES key_checks (key_id),
    CONSTRAINT uq_apps_client_id UNIQUE (client_id)
);

CREATE TABLE sign_ins (
    id TEXT NOT NULL,
    app_id TEXT NOT NULL,
    start_hash TEXT NOT NULL,
    state_hash TEXT,
    cookie_hash TEXT,
    wanted JSONB NOT NULL,
    outcome JSONB,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    opened_at TIMESTAMP WITH TIME ZONE,
    used_at TIMESTAMP WITH TIME ZONE,
    begun_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_sign_ins PRIMARY KEY (id),
    CONSTRAINT uq_sign_ins_start_hash UNIQUE (start_hash),
    CONSTRAINT uq_sign_ins_state_hash UNIQUE (state_hash),
    CONSTRAINT uq_sign_ins_cookie_hash UNIQUE (cookie_hash)
);

CREATE TABLE agencies (
    id TEXT NOT NULL,
    app_id TEXT NOT NULL,
    company_id TEXT NOT NULL,
    name TEXT NOT NULL,
    mode TEXT NOT NULL,
    config JSONB NOT NULL,
    secret BYTEA,
    secret_key_id TEXT,
    secret_version INTEGER DEFAULT 1 NOT NULL,
    state TEXT DEFAULT 'ok' NOT NULL,
    state_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_agencies PRIMARY KEY (id),
    CONSTRAINT fk_agencies_secret_key_id FOREIGN KEY (secret_key_id) REFERENCES key_checks (key_id),
    CONSTRAINT uq_agencies_app_id_company_id UNIQUE (app_id, company_id)
);

CREATE TABLE installed_locations (
    agency_id TEXT NOT NULL,
    location_id TEXT NOT NULL,
    name TEXT NOT NULL,
    installed BOOLEAN NOT NULL,
    seen_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_installed_locations PRIMARY KEY (agency_id, location_id)
);

CREATE TABLE api_tokens (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_api_tokens PRIMARY KEY (id),
    CONSTRAINT uq_api_tokens_name UNIQUE (name),
    CONSTRAINT uq_api_tokens_token_hash UNIQUE (token_hash)
);

ALTER TABLE runs ADD COLUMN wake_at TIMESTAMP WITH TIME ZONE;

CREATE INDEX ix_runs_waiting ON runs (wake_at) WHERE state = 'waiting';

CREATE TABLE channels (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    service TEXT NOT NULL,
    secret BYTEA NOT NULL,
    secret_key_id TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_channels PRIMARY KEY (id),
    CONSTRAINT fk_channels_secret_key_id FOREIGN KEY (secret_key_id) REFERENCES key_checks (key_id),
    CONSTRAINT uq_channels_name UNIQUE (name)
);

CREATE TABLE notices (
    channel_id TEXT NOT NULL,
    key TEXT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    held_back INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_notices PRIMARY KEY (channel_id, key)
);

CREATE TABLE hook_paths (
    flow_id TEXT NOT NULL,
    path_hash TEXT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_hook_paths PRIMARY KEY (flow_id),
    CONSTRAINT uq_hook_paths_path_hash UNIQUE (path_hash)
);

CREATE INDEX ix_records_lines ON records (connection_id, (state ->> 'opportunity_id')) WHERE kind = 'line_item';
