-- By which way each change came, with what the provider says of its time.
CREATE TABLE arrivals (
    connection_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    way TEXT NOT NULL,
    others TEXT[] DEFAULT '{}' NOT NULL,
    told BOOLEAN NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE,
    counts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_arrivals PRIMARY KEY (connection_id, kind, record_id, revision)
);

CREATE INDEX ix_arrivals_day ON arrivals (connection_id, counts_at);

CREATE INDEX ix_arrivals_told ON arrivals (connection_id, kind, accepted_at) WHERE told;

CREATE TABLE completeness (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    connection_id TEXT NOT NULL,
    day DATE NOT NULL,
    time_zone TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    complete BOOLEAN NOT NULL,
    statement JSONB NOT NULL,
    CONSTRAINT pk_completeness PRIMARY KEY (id)
);

CREATE INDEX ix_completeness_day ON completeness (connection_id, day, id);

CREATE TABLE stream_looks (
    connection_id TEXT NOT NULL,
    stream TEXT NOT NULL,
    looked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    every_s DOUBLE PRECISION NOT NULL,
    error TEXT,
    failing_since TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_stream_looks PRIMARY KEY (connection_id, stream)
);
