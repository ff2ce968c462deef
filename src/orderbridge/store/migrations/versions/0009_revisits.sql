-- What belongs to a record and is in no list is read again by the record's id: the one that was read longest ago first.
CREATE TABLE revisits (
    connection_id text NOT NULL,
    kind text NOT NULL,
    record_id text NOT NULL,
    made_at timestamptz NOT NULL,
    read_at timestamptz NOT NULL,
    CONSTRAINT pk_revisits PRIMARY KEY (connection_id, kind, record_id)
);
CREATE INDEX ix_revisits_made ON revisits (connection_id, kind, made_at);
CREATE INDEX ix_revisits_read ON revisits (connection_id, kind, read_at);
