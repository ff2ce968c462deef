CREATE TABLE tries (
    id text NOT NULL,
    flow text NOT NULL,
    fingerprint text NOT NULL,
    source_connection text NOT NULL,
    target_connection text NOT NULL,
    event_ids jsonb NOT NULL,
    outcomes jsonb NOT NULL,
    tried_by text NOT NULL,
    tried_at timestamptz NOT NULL,
    CONSTRAINT pk_tries PRIMARY KEY (id)
);
CREATE INDEX ix_tries_fingerprint ON tries (fingerprint, source_connection, target_connection);

CREATE TABLE go_lives (
    id text NOT NULL,
    flow_id text NOT NULL,
    version integer NOT NULL,
    version_before integer,
    checks jsonb NOT NULL,
    switched_by text NOT NULL,
    switched_at timestamptz NOT NULL,
    taken_back_by text,
    taken_back_at timestamptz,
    CONSTRAINT pk_go_lives PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_go_lives_open ON go_lives (flow_id) WHERE taken_back_at IS NULL;

CREATE TABLE alerts (
    key text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    since timestamptz NOT NULL,
    money jsonb NOT NULL,
    raised_at timestamptz NOT NULL,
    cleared_at timestamptz,
    said text,
    said_at timestamptz,
    CONSTRAINT pk_alerts PRIMARY KEY (key)
);

-- What ran live before there was such a switch goes on.
INSERT INTO go_lives (id, flow_id, version, checks, switched_by, switched_at)
SELECT f.id, f.id, f.version, '[]'::jsonb, 'the upgrade', now()
FROM flows f JOIN connections c ON c.id = f.source_connection WHERE f.enabled AND c.mode = 'live';
