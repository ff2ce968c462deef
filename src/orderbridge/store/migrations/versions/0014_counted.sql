-- How often something comes from a connection, by day, instead of the events of four weeks once a minute.
CREATE TABLE rhythms (
    day date NOT NULL,
    connection_id text NOT NULL,
    events integer NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    longest_s double precision NOT NULL,
    CONSTRAINT pk_rhythms PRIMARY KEY (day, connection_id)
);
CREATE TABLE counted_to (
    what text NOT NULL,
    seq bigint NOT NULL,
    CONSTRAINT pk_counted_to PRIMARY KEY (what)
);
INSERT INTO counted_to (what, seq) SELECT 'rhythms', coalesce(max(seq), 0) FROM events;
INSERT INTO rhythms (connection_id, day, events, first_at, last_at, longest_s)
SELECT connection_id, (at AT TIME ZONE 'UTC')::date AS day, count(*), min(at), max(at),
       coalesce(max(extract(epoch FROM at - before)), 0)
FROM (SELECT connection_id, accepted_at AS at,
             lag(accepted_at) OVER (PARTITION BY connection_id, (accepted_at AT TIME ZONE 'UTC')::date
                                    ORDER BY accepted_at) AS before
      FROM events
      WHERE source IN ('webhook', 'poll') AND accepted_at > now() - interval '56 days'
        AND seq <= (SELECT seq FROM counted_to WHERE what = 'rhythms')) AS came
GROUP BY connection_id, day;
-- It served that look at four weeks and nothing else.
DROP INDEX ix_events_accepted_at;

-- The newest change that a webhook brought, also where there is none.
CREATE INDEX ix_arrivals_by_webhook ON arrivals (connection_id, kind, accepted_at)
    WHERE told AND (way = 'webhook' OR 'webhook' = ANY (others));

-- What is counted one by one wherever counts are shown; the rest is the whole without it.
CREATE INDEX ix_events_parked ON events (seq) WHERE outcome = 'parked';
CREATE INDEX ix_receipts_unproved ON receipts (verdict) WHERE verdict NOT IN ('confirmed', 'unchanged', 'answered');

-- Runs that stopped for a cause, newest first, whatever became of them.
CREATE INDEX ix_runs_cause ON runs (cause, started_at, id) WHERE cause IS NOT NULL;
