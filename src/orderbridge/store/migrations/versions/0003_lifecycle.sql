ALTER TABLE flow_versions ADD COLUMN published_by TEXT;
ALTER TABLE flow_versions ADD COLUMN note TEXT;

-- Runs are pinned to their version, and their history says what was done by it.
CREATE FUNCTION fn_flow_versions_frozen() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'a published version of a flow is never changed (flow %, version %)', OLD.flow_id, OLD.version
        USING ERRCODE = 'restrict_violation';
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER tr_flow_versions_frozen BEFORE UPDATE OR DELETE ON flow_versions
    FOR EACH ROW EXECUTE FUNCTION fn_flow_versions_frozen();

-- Never the same number twice: who saw a draft that is gone must not write over its successor.
CREATE SEQUENCE flow_draft_revisions;

CREATE TABLE flow_drafts (
    flow_id TEXT NOT NULL,
    name TEXT NOT NULL,
    template TEXT,
    source_connection TEXT NOT NULL,
    target_connection TEXT NOT NULL,
    definition JSONB NOT NULL,
    revision BIGINT DEFAULT nextval('flow_draft_revisions') NOT NULL,
    based_on INTEGER,
    changed_by TEXT NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_flow_drafts PRIMARY KEY (flow_id),
    CONSTRAINT uq_flow_drafts_name UNIQUE (name)
);
