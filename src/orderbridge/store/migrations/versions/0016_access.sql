-- Who may use the web app. Of links and sessions only hashes are stored, of passwords argon2's.
CREATE TABLE users (
    id text NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    signed_in_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_users PRIMARY KEY (id),
    CONSTRAINT uq_users_name_key UNIQUE (name_key)
);
CREATE TABLE invitations (
    token_hash text NOT NULL,
    name text,
    name_key text,
    role text NOT NULL,
    user_id text,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_invitations PRIMARY KEY (token_hash),
    CONSTRAINT uq_invitations_name_key UNIQUE (name_key),
    CONSTRAINT fk_invitations_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE TABLE sessions (
    token_hash text NOT NULL,
    user_id text NOT NULL,
    seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT pk_sessions PRIMARY KEY (token_hash),
    CONSTRAINT fk_sessions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX ix_sessions_user_id ON sessions (user_id);
CREATE TABLE guesses (
    key text NOT NULL,
    failures integer NOT NULL,
    tried_at timestamptz NOT NULL,
    wait_until timestamptz,
    CONSTRAINT pk_guesses PRIMARY KEY (key)
);
CREATE INDEX ix_guesses_tried_at ON guesses (tried_at);
