ALTER TABLE events ADD COLUMN handled BOOLEAN DEFAULT false NOT NULL;
UPDATE events SET handled = true WHERE outcome NOT IN ('pending', 'waiting');

ALTER TABLE runs ADD COLUMN origin_id TEXT;
ALTER TABLE runs ADD COLUMN replayed_from TEXT;
ALTER TABLE runs ADD COLUMN late BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE runs ADD COLUMN asked JSONB;
ALTER TABLE runs ADD COLUMN edits JSONB;
ALTER TABLE runs ADD COLUMN cancel_asked JSONB;
CREATE UNIQUE INDEX uq_runs_open ON runs (event_id, flow_id) WHERE state IN ('running', 'waiting');
CREATE INDEX ix_runs_cancelled ON runs (lane) WHERE state = 'cancelled';
CREATE INDEX ix_runs_newest ON runs (started_at, id);
CREATE INDEX ix_runs_flow ON runs (flow_id, started_at, id);

ALTER TABLE steps ADD COLUMN attempts INTEGER DEFAULT 1 NOT NULL;
ALTER TABLE steps ADD COLUMN failures INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE steps ADD COLUMN retry_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE steps ADD COLUMN took_s DOUBLE PRECISION;
ALTER TABLE steps ADD COLUMN edited JSONB;

CREATE TABLE step_attempts (
    run_id TEXT NOT NULL,
    path TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    input JSONB,
    error TEXT NOT NULL,
    cause TEXT,
    took_s DOUBLE PRECISION,
    edited JSONB,
    times INTEGER DEFAULT 1 NOT NULL,
    first_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_step_attempts PRIMARY KEY (run_id, path, attempt)
);

CREATE TABLE run_search (
    run_id TEXT NOT NULL,
    words TEXT[] NOT NULL,
    amount NUMERIC,
    currency TEXT,
    CONSTRAINT pk_run_search PRIMARY KEY (run_id)
);
-- What older runs can be found by; the rest comes with their next attempt.
INSERT INTO run_search (run_id, words, amount, currency)
SELECT runs.id, array_remove(ARRAY[lower(events.record_id), lower(events.state #>> '{order,id}'),
                                   lower(events.state #>> '{contact,email}')], NULL),
       CASE WHEN jsonb_typeof(events.state -> 'amount') = 'number' THEN (events.state ->> 'amount')::numeric END,
       events.state ->> 'currency'
FROM runs JOIN events ON events.id = runs.event_id;
CREATE INDEX ix_run_search_words ON run_search USING gin (words);
CREATE INDEX ix_run_search_amount ON run_search (amount) WHERE amount IS NOT NULL;
