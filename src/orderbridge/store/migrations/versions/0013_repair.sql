-- Dead deliveries say their cause, as dead runs do; what was tried again together is kept with how it ended.
ALTER TABLE inbox ADD COLUMN cause text;
CREATE TABLE replays (
    id text PRIMARY KEY,
    cause text,
    asked_by text NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT now(),
    started boolean NOT NULL DEFAULT false,
    ended_at timestamptz,
    report jsonb
);
CREATE UNIQUE INDEX uq_replays_open ON replays (coalesce(cause, '')) WHERE report IS NULL;
CREATE TABLE replay_items (
    replay_id text NOT NULL,
    sort text NOT NULL,
    item text NOT NULL,
    lane text NOT NULL,
    amount numeric,
    currency text,
    taken_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (replay_id, sort, item)
);

-- What every event and every round of alerts asks, whatever waits for a person and however long the history.
CREATE INDEX ix_inbox_dead_lane ON inbox (lane) WHERE outcome = 'dead';
CREATE INDEX ix_runs_dead_lane ON runs (lane) WHERE state = 'dead';
CREATE INDEX ix_events_accepted_at ON events USING brin (accepted_at) WITH (pages_per_range = 32, autosummarize = on);
