-- The centre's tables as of version 0.2.0. Never changed: later steps are in migrations.py.
-- Times are texts in UTC, tokens SHA-256 in hexadecimal, booleans 0 or 1.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- Staff: accounts, sessions, what was done to accounts, failed sign-ins.

CREATE TABLE staff (
    username TEXT PRIMARY KEY,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at TEXT NOT NULL,
    locked_at TEXT
) STRICT;

CREATE TABLE staff_sessions (
    token_hash TEXT PRIMARY KEY,
    username TEXT NOT NULL REFERENCES staff(username),
    csrf TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    seen_at TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE staff_actions (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    by TEXT NOT NULL,
    username TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE TABLE throttle (
    key TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    until TEXT NOT NULL
) STRICT;

-- Terminals.

CREATE TABLE terminals (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    token_hash TEXT NOT NULL UNIQUE,
    registered_at TEXT NOT NULL,
    remote TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    device_check TEXT,
    checked_at TEXT,
    seat TEXT,
    returns_to TEXT REFERENCES attempts(id)
) STRICT;
CREATE UNIQUE INDEX terminals_seat ON terminals(seat);
CREATE INDEX terminals_remote ON terminals(remote, registered_at);

CREATE VIEW unused_terminals AS SELECT * FROM terminals WHERE seat IS NULL
    AND returns_to IS NULL
    AND NOT EXISTS (SELECT 1 FROM attempts WHERE terminal_id = terminals.id)
    AND NOT EXISTS (SELECT 1 FROM candidate_sessions WHERE terminal_id = terminals.id);

-- Sittings and their packages.

CREATE TABLE sittings (
    id TEXT PRIMARY KEY,
    package_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    package_file TEXT NOT NULL,
    roster_file TEXT NOT NULL,
    paper_file TEXT NOT NULL,
    title TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    state TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    sealed_paper_key BLOB,
    unlocked_at TEXT,
    started_at TEXT,
    closed_at TEXT,
    paused_at TEXT,
    pause_reason TEXT,
    seating_seed TEXT,
    retention TEXT,
    events_deleted INTEGER NOT NULL DEFAULT 0,
    events_deleted_head TEXT
) STRICT;

CREATE TABLE revocations (
    package_id TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

-- Attempts, and the sessions and pages of their candidates.

CREATE TABLE attempts (
    id TEXT PRIMARY KEY,
    sitting_id TEXT NOT NULL REFERENCES sittings(id),
    candidate_id TEXT NOT NULL,
    admission_no TEXT NOT NULL,
    seat TEXT NOT NULL,
    extra_minutes INTEGER NOT NULL,
    state TEXT NOT NULL,
    terminal_id TEXT REFERENCES terminals(id),
    check_in TEXT NOT NULL DEFAULT 'none',
    check_in_score REAL,
    tries INTEGER NOT NULL DEFAULT 0,
    consent_face INTEGER NOT NULL DEFAULT 0,
    form TEXT,
    started_at TEXT,
    ends_at TEXT,
    ended_at TEXT,
    end_reason TEXT,
    leaves INTEGER NOT NULL DEFAULT 0,
    away_since TEXT,
    acked_through INTEGER NOT NULL DEFAULT 0,
    saved_at TEXT,
    bundled_revision INTEGER NOT NULL DEFAULT 0,
    id_card TEXT NOT NULL DEFAULT 'none',
    card_tries INTEGER NOT NULL DEFAULT 0,
    paused_at TEXT,
    pause_reason TEXT,
    lease_hash TEXT,
    lease_free INTEGER NOT NULL DEFAULT 0,
    admitted_late INTEGER NOT NULL DEFAULT 0,
    outage_seconds REAL NOT NULL DEFAULT 0,
    wanted_revision INTEGER NOT NULL DEFAULT 0,
    inspected_at TEXT,
    inspected_by TEXT,
    sign_in_undone INTEGER NOT NULL DEFAULT 0,
    answer_seals TEXT,
    answer_bytes INTEGER NOT NULL DEFAULT 0,
    UNIQUE (sitting_id, admission_no)
) STRICT;
CREATE INDEX attempts_terminal ON attempts(terminal_id);

CREATE TABLE candidate_sessions (
    token_hash TEXT PRIMARY KEY,
    attempt_id TEXT NOT NULL REFERENCES attempts(id),
    terminal_id TEXT NOT NULL REFERENCES terminals(id),
    csrf TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_attempt ON candidate_sessions(attempt_id);
CREATE INDEX sessions_terminal ON candidate_sessions(terminal_id);

CREATE TABLE page_tokens (
    attempt_id TEXT NOT NULL REFERENCES attempts(id),
    lease_hash TEXT NOT NULL,
    PRIMARY KEY (attempt_id, lease_hash)
) STRICT;

CREATE TABLE bookmarks (
    attempt_id TEXT PRIMARY KEY REFERENCES attempts(id),
    current TEXT,
    flags TEXT NOT NULL
) STRICT;

CREATE TABLE guests (
    attempt_id TEXT PRIMARY KEY REFERENCES attempts(id),
    sitting_id TEXT NOT NULL REFERENCES sittings(id),
    sealed BLOB NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    roster_no TEXT
) STRICT;

-- Check-in: portraits, face checks, findings of staff, devices.

CREATE TABLE captured_portraits (
    sitting_id TEXT NOT NULL REFERENCES sittings(id),
    admission_no TEXT NOT NULL,
    evidence TEXT NOT NULL,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (sitting_id, admission_no)
) STRICT;

CREATE TABLE portrait_checks (
    sitting_id TEXT NOT NULL REFERENCES sittings(id),
    admission_no TEXT NOT NULL,
    at TEXT NOT NULL,
    problems TEXT NOT NULL,
    PRIMARY KEY (sitting_id, admission_no)
) STRICT;

CREATE TABLE portrait_comparisons (
    sitting_id TEXT PRIMARY KEY REFERENCES sittings(id),
    at TEXT NOT NULL
) STRICT;

CREATE TABLE lookalikes (
    sitting_id TEXT NOT NULL REFERENCES sittings(id),
    first TEXT NOT NULL,
    second TEXT NOT NULL,
    similarity REAL NOT NULL,
    PRIMARY KEY (sitting_id, first, second)
) STRICT;

CREATE TABLE verifications (
    id INTEGER PRIMARY KEY,
    attempt_id TEXT NOT NULL REFERENCES attempts(id),
    at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    score REAL,
    advice TEXT NOT NULL,
    evidence TEXT,
    by TEXT,
    reason TEXT
) STRICT;
CREATE INDEX verifications_attempt ON verifications(attempt_id);

CREATE TABLE findings (
    id INTEGER PRIMARY KEY,
    attempt_id TEXT NOT NULL REFERENCES attempts(id),
    finding TEXT NOT NULL,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    cleared_at TEXT,
    cleared_by TEXT,
    clearing TEXT
) STRICT;
CREATE UNIQUE INDEX findings_open ON findings(attempt_id, finding) WHERE cleared_at IS NULL;

CREATE TABLE attempt_devices (
    attempt_id TEXT PRIMARY KEY REFERENCES attempts(id),
    camera TEXT NOT NULL,
    changes INTEGER NOT NULL DEFAULT 0,
    failed TEXT NOT NULL,
    admitted TEXT NOT NULL,
    admitted_by TEXT,
    reason TEXT
) STRICT;

-- Answers. latest_answers repeats the newest answer to each item.

CREATE TABLE answers (
    attempt_id TEXT NOT NULL REFERENCES attempts(id),
    seq INTEGER NOT NULL,
    item_id TEXT NOT NULL,
    value TEXT NOT NULL,
    client_at TEXT,
    saved_at TEXT NOT NULL,
    digest TEXT,
    PRIMARY KEY (attempt_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE latest_answers (
    attempt_id TEXT NOT NULL REFERENCES attempts(id),
    item_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    given INTEGER NOT NULL,
    PRIMARY KEY (attempt_id, item_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE late_answers (
    id TEXT PRIMARY KEY,
    attempt_id TEXT NOT NULL REFERENCES attempts(id),
    sha256 TEXT NOT NULL,
    source TEXT NOT NULL,
    answers INTEGER NOT NULL,
    at TEXT NOT NULL,
    state TEXT NOT NULL,
    by TEXT,
    reason TEXT,
    UNIQUE (attempt_id, sha256)
) STRICT;

CREATE TABLE held_answers (
    terminal_id TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    terminal TEXT NOT NULL,
    answers INTEGER NOT NULL,
    why TEXT NOT NULL,
    state TEXT NOT NULL,
    reported_at TEXT NOT NULL,
    by TEXT,
    reason TEXT,
    PRIMARY KEY (terminal_id, attempt_id)
) STRICT, WITHOUT ROWID;

-- Time and page leaves of an attempt.

CREATE TABLE time_credits (
    id INTEGER PRIMARY KEY,
    sitting_id TEXT NOT NULL REFERENCES sittings(id),
    attempt_id TEXT REFERENCES attempts(id),
    kind TEXT NOT NULL,
    seconds REAL NOT NULL,
    reason TEXT NOT NULL,
    by TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX time_credits_attempt ON time_credits(attempt_id);

CREATE TABLE page_leaves (
    attempt_id TEXT NOT NULL REFERENCES attempts(id),
    number INTEGER NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    cause TEXT NOT NULL,
    signals INTEGER NOT NULL,
    reversal TEXT,
    reversed_by TEXT,
    PRIMARY KEY (attempt_id, number)
) STRICT;

CREATE TABLE tallies (
    attempt_id TEXT NOT NULL REFERENCES attempts(id),
    kind TEXT NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (attempt_id, kind)
) STRICT, WITHOUT ROWID;

-- Incidents, their pictures, and spans without pictures of the whole room.

CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    attempt_id TEXT NOT NULL REFERENCES attempts(id),
    rule TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    measured REAL,
    threshold REAL,
    follow_up TEXT NOT NULL DEFAULT 'record',
    by TEXT,
    note TEXT,
    frame_interval_ms INTEGER
) STRICT;
CREATE INDEX incidents_attempt ON incidents(attempt_id);

CREATE TABLE evidence (
    sha256 TEXT NOT NULL,
    attempt_id TEXT NOT NULL REFERENCES attempts(id),
    incident_id TEXT REFERENCES incidents(id),
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (sha256, attempt_id)
) STRICT;
CREATE INDEX evidence_attempt ON evidence(attempt_id);

-- The sum of evidence.size; counting it each time would read the whole table.
CREATE TABLE evidence_total (bytes INTEGER NOT NULL) STRICT;
INSERT INTO evidence_total VALUES (0);
CREATE TRIGGER evidence_added AFTER INSERT ON evidence BEGIN
    UPDATE evidence_total SET bytes = bytes + new.size; END;
CREATE TRIGGER evidence_removed AFTER DELETE ON evidence BEGIN
    UPDATE evidence_total SET bytes = bytes - old.size; END;

CREATE TABLE room_events (
    id TEXT PRIMARY KEY,
    sitting_id TEXT NOT NULL REFERENCES sittings(id),
    kind TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    frame_interval_ms INTEGER NOT NULL,
    terminals TEXT NOT NULL
) STRICT;
CREATE INDEX room_events_sitting ON room_events(sitting_id, started_at);

-- The event log, the outbox, and deletions after the retention period.

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    sitting_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    who TEXT NOT NULL,
    attempt_id TEXT,
    data TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    UNIQUE (sitting_id, epoch, seq)
) STRICT;
CREATE INDEX events_attempt ON events(attempt_id);
CREATE INDEX events_hash ON events(hash);
CREATE INDEX events_number ON events(sitting_id, seq);

CREATE TABLE outbox (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    sitting_id TEXT NOT NULL,
    priority INTEGER NOT NULL,
    attempt_id TEXT,
    revision INTEGER,
    chain_head TEXT,
    state TEXT NOT NULL,
    upload TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try_at TEXT,
    error_code TEXT,
    error_params TEXT,
    receipt TEXT,
    created_at TEXT NOT NULL,
    delivered_at TEXT,
    deleted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX outbox_waiting ON outbox(state, priority, created_at);
CREATE INDEX outbox_sitting ON outbox(sitting_id, kind);
CREATE INDEX outbox_counts ON outbox(kind, state);

CREATE TABLE deletions (
    sitting_id TEXT NOT NULL REFERENCES sittings(id),
    class TEXT NOT NULL,
    begun_at TEXT NOT NULL,
    by TEXT NOT NULL,
    files TEXT NOT NULL,
    facts TEXT NOT NULL,
    receipt TEXT,
    PRIMARY KEY (sitting_id, class)
) STRICT;
