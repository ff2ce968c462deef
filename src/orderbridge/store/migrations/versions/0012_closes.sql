-- Days that were closed: what both sides said, why they differed, and what changed afterwards.
CREATE TABLE closes (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_closes PRIMARY KEY,
    source_connection text NOT NULL,
    target_connection text NOT NULL,
    day date NOT NULL,
    edition integer NOT NULL,
    zone text NOT NULL,
    state text NOT NULL,
    closed_at timestamptz NOT NULL,
    reopened_at timestamptz,
    document jsonb NOT NULL,
    CONSTRAINT uq_closes_source_connection_target_connection_day_edition
        UNIQUE (source_connection, target_connection, day, edition)
);
CREATE TABLE close_lines (
    close_id bigint NOT NULL CONSTRAINT fk_close_lines_close_id REFERENCES closes (id) ON DELETE CASCADE,
    sale text NOT NULL,
    measure text NOT NULL,
    currency text NOT NULL,
    record text NOT NULL,
    highlevel numeric NOT NULL,
    act numeric NOT NULL,
    highlevel_now numeric NOT NULL,
    act_now numeric NOT NULL,
    CONSTRAINT pk_close_lines PRIMARY KEY (close_id, sale, measure, currency, record)
);
CREATE TABLE close_differences (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_close_differences PRIMARY KEY,
    close_id bigint NOT NULL CONSTRAINT fk_close_differences_close_id REFERENCES closes (id) ON DELETE CASCADE,
    money boolean NOT NULL,
    document jsonb NOT NULL
);
CREATE INDEX ix_close_differences_close ON close_differences (close_id);
CREATE TABLE close_changes (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_close_changes PRIMARY KEY,
    close_id bigint NOT NULL CONSTRAINT fk_close_changes_close_id REFERENCES closes (id) ON DELETE CASCADE,
    noticed_at timestamptz NOT NULL,
    sale text NOT NULL,
    measure text NOT NULL,
    currency text NOT NULL,
    record text NOT NULL,
    highlevel_before numeric NOT NULL,
    highlevel_after numeric NOT NULL,
    act_before numeric NOT NULL,
    act_after numeric NOT NULL
);
CREATE INDEX ix_close_changes_close ON close_changes (close_id);
