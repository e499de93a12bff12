"""The shape of the database, step by step; a step and its record share one transaction."""

from contextlib import closing

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from kiosk.store.errors import NewerSchema

steps = Migrations("kiosk")

_FIRST = (
    """CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT""",
    """CREATE TABLE staff (
        username TEXT PRIMARY KEY, password_hash TEXT NOT NULL, role TEXT NOT NULL,
        created_at TEXT NOT NULL) STRICT""",
    """CREATE TABLE staff_sessions (
        token_hash TEXT PRIMARY KEY, username TEXT NOT NULL REFERENCES staff(username),
        csrf TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL) STRICT""",
    """CREATE TABLE throttle (
        key TEXT PRIMARY KEY, failures INTEGER NOT NULL, until TEXT NOT NULL) STRICT""",
    """CREATE TABLE terminals (
        id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, token_hash TEXT NOT NULL UNIQUE,
        registered_at TEXT NOT NULL, remote TEXT NOT NULL, user_agent TEXT NOT NULL,
        device_check TEXT, checked_at TEXT) STRICT""",
    """CREATE TABLE sittings (
        id TEXT PRIMARY KEY, package_id TEXT NOT NULL, version INTEGER NOT NULL,
        package_file TEXT NOT NULL, title TEXT NOT NULL, starts_at TEXT NOT NULL,
        state TEXT NOT NULL, imported_at TEXT NOT NULL, sealed_paper_key BLOB,
        unlocked_at TEXT, started_at TEXT, closed_at TEXT) STRICT""",
    """CREATE TABLE attempts (
        id TEXT PRIMARY KEY, sitting_id TEXT NOT NULL REFERENCES sittings(id),
        candidate_id TEXT NOT NULL, admission_no TEXT NOT NULL, seat TEXT NOT NULL,
        extra_minutes INTEGER NOT NULL, state TEXT NOT NULL,
        terminal_id TEXT REFERENCES terminals(id),
        check_in TEXT NOT NULL DEFAULT 'none', check_in_score REAL,
        tries INTEGER NOT NULL DEFAULT 0, consent_face INTEGER NOT NULL DEFAULT 0,
        form TEXT, started_at TEXT,
        ends_at TEXT, ended_at TEXT, end_reason TEXT, leaves INTEGER NOT NULL DEFAULT 0,
        away_since TEXT, acked_through INTEGER NOT NULL DEFAULT 0, saved_at TEXT,
        bundled_revision INTEGER NOT NULL DEFAULT 0,
        UNIQUE (sitting_id, admission_no)) STRICT""",
    """CREATE TABLE candidate_sessions (
        token_hash TEXT PRIMARY KEY, attempt_id TEXT NOT NULL REFERENCES attempts(id),
        terminal_id TEXT NOT NULL REFERENCES terminals(id), csrf TEXT NOT NULL,
        created_at TEXT NOT NULL) STRICT""",
    """CREATE TABLE answers (
        attempt_id TEXT NOT NULL REFERENCES attempts(id), seq INTEGER NOT NULL,
        item_id TEXT NOT NULL, value TEXT NOT NULL, client_at TEXT, saved_at TEXT NOT NULL,
        PRIMARY KEY (attempt_id, seq)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE verifications (
        id INTEGER PRIMARY KEY, attempt_id TEXT NOT NULL REFERENCES attempts(id),
        at TEXT NOT NULL, outcome TEXT NOT NULL, score REAL, advice TEXT NOT NULL,
        evidence TEXT, by TEXT, reason TEXT) STRICT""",
    """CREATE TABLE enrolments (
        sitting_id TEXT NOT NULL REFERENCES sittings(id), admission_no TEXT NOT NULL,
        evidence TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (sitting_id, admission_no)) STRICT""",
    """CREATE TABLE incidents (
        id TEXT PRIMARY KEY, attempt_id TEXT NOT NULL REFERENCES attempts(id),
        rule TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT, measured REAL,
        threshold REAL) STRICT""",
    """CREATE INDEX incidents_attempt ON incidents(attempt_id)""",
    """CREATE TABLE evidence (
        sha256 TEXT NOT NULL, attempt_id TEXT NOT NULL REFERENCES attempts(id),
        incident_id TEXT REFERENCES incidents(id), kind TEXT NOT NULL, at TEXT NOT NULL,
        size INTEGER NOT NULL, PRIMARY KEY (sha256, attempt_id)) STRICT""",
    """CREATE INDEX evidence_attempt ON evidence(attempt_id)""",
    """CREATE TABLE events (
        id INTEGER PRIMARY KEY, sitting_id TEXT NOT NULL, epoch INTEGER NOT NULL,
        seq INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, who TEXT NOT NULL,
        attempt_id TEXT, data TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL,
        UNIQUE (sitting_id, epoch, seq)) STRICT""",
    """CREATE INDEX events_attempt ON events(attempt_id)""",
    """CREATE TABLE outbox (
        bundle_id TEXT PRIMARY KEY, attempt_id TEXT NOT NULL REFERENCES attempts(id),
        revision INTEGER NOT NULL, chain_head TEXT NOT NULL, state TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0, next_try_at TEXT, last_error TEXT, receipt TEXT,
        created_at TEXT NOT NULL,
        delivered_at TEXT, UNIQUE (attempt_id, revision)) STRICT""",
)


@steps()
def first_shape(db: Database) -> None:
    """Staff, terminals, sittings, attempts, answers, events, evidence, outbox."""
    for statement in _FIRST:
        db.execute(statement)


_EYES = (
    """ALTER TABLE attempts ADD COLUMN id_card TEXT NOT NULL DEFAULT 'none'""",
    """ALTER TABLE attempts ADD COLUMN card_tries INTEGER NOT NULL DEFAULT 0""",
    """ALTER TABLE incidents ADD COLUMN follow_up TEXT NOT NULL DEFAULT 'record'""",
    """ALTER TABLE incidents ADD COLUMN by TEXT""",
    """ALTER TABLE incidents ADD COLUMN note TEXT""",
    """CREATE TABLE portrait_checks (
        sitting_id TEXT NOT NULL REFERENCES sittings(id), admission_no TEXT NOT NULL,
        at TEXT NOT NULL, problems TEXT NOT NULL,
        PRIMARY KEY (sitting_id, admission_no)) STRICT""",
    """CREATE TABLE lookalikes (
        sitting_id TEXT NOT NULL REFERENCES sittings(id), one TEXT NOT NULL,
        other TEXT NOT NULL, similarity REAL NOT NULL,
        PRIMARY KEY (sitting_id, one, other)) STRICT""",
    """CREATE TABLE portrait_comparisons (
        sitting_id TEXT PRIMARY KEY REFERENCES sittings(id), at TEXT NOT NULL) STRICT""",
)


@steps()
def eyes(db: Database) -> None:
    """Identity cards, portrait checks, and what follows from an incident."""
    for statement in _EYES:
        db.execute(statement)


_EXAM_ITSELF = (
    """ALTER TABLE attempts ADD COLUMN paused_at TEXT""",
    """ALTER TABLE attempts ADD COLUMN pause_reason TEXT""",
    """ALTER TABLE attempts ADD COLUMN lease_hash TEXT""",
    """ALTER TABLE attempts ADD COLUMN lease_free INTEGER NOT NULL DEFAULT 0""",
    """ALTER TABLE attempts ADD COLUMN admitted_late INTEGER NOT NULL DEFAULT 0""",
    """ALTER TABLE attempts ADD COLUMN outage_seconds REAL NOT NULL DEFAULT 0""",
    """ALTER TABLE attempts ADD COLUMN wanted_revision INTEGER NOT NULL DEFAULT 0""",
    """UPDATE attempts SET wanted_revision = 1 WHERE state IN ('ended', 'voided')""",
    """ALTER TABLE sittings ADD COLUMN paused_at TEXT""",
    """ALTER TABLE sittings ADD COLUMN pause_reason TEXT""",
    """ALTER TABLE sittings ADD COLUMN lots_seed TEXT""",
    """ALTER TABLE terminals ADD COLUMN seat TEXT""",
    """CREATE UNIQUE INDEX terminals_seat ON terminals(seat)""",
    """CREATE TABLE page_leaves (
        attempt_id TEXT NOT NULL REFERENCES attempts(id), number INTEGER NOT NULL,
        started_at TEXT NOT NULL, ended_at TEXT, cause TEXT NOT NULL, signals INTEGER NOT NULL,
        reversal TEXT, reversed_by TEXT, PRIMARY KEY (attempt_id, number)) STRICT""",
    """INSERT INTO page_leaves (attempt_id, number, started_at, ended_at, cause, signals)
        WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 100)
        SELECT id, i, started_at, CASE WHEN i = leaves THEN ended_at ELSE started_at END,
        'before this version', 1 FROM attempts JOIN n ON i <= leaves
        WHERE started_at IS NOT NULL""",
    """CREATE TABLE credits (
        id INTEGER PRIMARY KEY, sitting_id TEXT NOT NULL REFERENCES sittings(id),
        attempt_id TEXT REFERENCES attempts(id), kind TEXT NOT NULL, seconds REAL NOT NULL,
        reason TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL) STRICT""",
    """CREATE INDEX credits_attempt ON credits(attempt_id)""",
    """CREATE TABLE late_answers (
        id TEXT PRIMARY KEY, attempt_id TEXT NOT NULL REFERENCES attempts(id),
        sha256 TEXT NOT NULL, source TEXT NOT NULL, answers INTEGER NOT NULL,
        at TEXT NOT NULL, state TEXT NOT NULL, by TEXT, reason TEXT,
        UNIQUE (attempt_id, sha256)) STRICT""",
)


@steps()
def exam_itself(db: Database) -> None:
    """Pauses, leases, page leaves, time credits, drawn seats, late answers."""
    for statement in _EXAM_ITSELF:
        db.execute(statement)


@steps()
def revocations(db: Database) -> None:
    """Packages that headquarters has called back."""
    db.execute(
        "CREATE TABLE revocations (package_id TEXT PRIMARY KEY, reason TEXT NOT NULL,"
        " at TEXT NOT NULL) STRICT"
    )


_SYNC = (
    """ALTER TABLE outbox RENAME TO bundles_before""",
    """CREATE TABLE outbox (
        kind TEXT NOT NULL, id TEXT NOT NULL, sitting_id TEXT NOT NULL, priority INTEGER NOT NULL,
        attempt_id TEXT, revision INTEGER, chain_head TEXT, state TEXT NOT NULL, upload TEXT,
        tries INTEGER NOT NULL DEFAULT 0, next_try_at TEXT, last_error TEXT, receipt TEXT,
        created_at TEXT NOT NULL, delivered_at TEXT, PRIMARY KEY (kind, id)) STRICT""",
    """CREATE INDEX outbox_waiting ON outbox(state, priority, created_at)""",
    """INSERT INTO outbox (kind, id, sitting_id, priority, attempt_id, revision, chain_head, state,
        receipt, created_at, delivered_at) SELECT 'result', bundle_id, sitting_id, 0, attempt_id,
        revision, chain_head, bundles_before.state, receipt, bundles_before.created_at, delivered_at
        FROM bundles_before JOIN attempts ON attempts.id = attempt_id""",
    """INSERT OR IGNORE INTO outbox (kind, id, sitting_id, priority, attempt_id, state, created_at)
        SELECT 'evidence', sha256, sitting_id, CASE WHEN incident_id IS NULL THEN 3 ELSE 2 END,
        attempts.id, 'waiting', evidence.at FROM evidence JOIN attempts ON attempts.id = attempt_id
        WHERE attempts.bundled_revision > 0""",
    """DROP TABLE bundles_before""",
    """CREATE INDEX events_hash ON events(hash)""",
)


@steps()
def sync_in_kinds(db: Database) -> None:
    """The outbox holds event logs and evidence besides result bundles."""
    for statement in _SYNC:
        db.execute(statement)


_INSPECTION = (
    """ALTER TABLE attempts ADD COLUMN inspected_at TEXT""",
    """ALTER TABLE attempts ADD COLUMN inspected_by TEXT""",
    """CREATE TABLE findings (
        id INTEGER PRIMARY KEY, attempt_id TEXT NOT NULL REFERENCES attempts(id),
        finding TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL, cleared_at TEXT,
        cleared_by TEXT, clearing TEXT) STRICT""",
    """CREATE UNIQUE INDEX findings_open ON findings(attempt_id, finding)
        WHERE cleared_at IS NULL""",
)


@steps()
def inspection(db: Database) -> None:
    """What staff see at check-in that no camera can prove, and who looked."""
    for statement in _INSPECTION:
        db.execute(statement)


@steps()
def sign_ins_undone(db: Database) -> None:
    """Whether staff have undone a sign-in: then the candidate is asked which sitting is theirs."""
    db.execute("ALTER TABLE attempts ADD COLUMN sign_in_undone INTEGER NOT NULL DEFAULT 0")


@steps()
def guests(db: Database) -> None:
    """Candidates whom staff admitted by hand beside the roster."""
    db.execute(
        "CREATE TABLE guests (attempt_id TEXT PRIMARY KEY REFERENCES attempts(id),"
        " sitting_id TEXT NOT NULL REFERENCES sittings(id), sealed BLOB NOT NULL,"
        " by TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL) STRICT"
    )


_STAFF_ACCOUNTS = (
    """ALTER TABLE staff ADD COLUMN locked_at TEXT""",
    """DELETE FROM staff_sessions""",
    """ALTER TABLE staff_sessions ADD COLUMN seen_at TEXT NOT NULL DEFAULT ''""",
    """CREATE TABLE staff_acts (
        id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, by TEXT NOT NULL,
        username TEXT NOT NULL, detail TEXT NOT NULL) STRICT""",
    """DELETE FROM throttle""",
)


@steps()
def staff_accounts(db: Database) -> None:
    """Accounts that can be locked, sessions that end when idle, tries by account and place."""
    for statement in _STAFF_ACCOUNTS:
        db.execute(statement)


_COMING_BACK = (
    """ALTER TABLE terminals ADD COLUMN returns_to TEXT REFERENCES attempts(id)""",
    """CREATE TABLE page_tokens (
        attempt_id TEXT NOT NULL REFERENCES attempts(id), lease_hash TEXT NOT NULL,
        PRIMARY KEY (attempt_id, lease_hash)) STRICT""",
    """INSERT INTO page_tokens SELECT id, lease_hash FROM attempts WHERE lease_hash IS NOT NULL""",
    """CREATE TABLE bookmarks (
        attempt_id TEXT PRIMARY KEY REFERENCES attempts(id), current TEXT, flags TEXT NOT NULL)
        STRICT""",
)


@steps()
def coming_back(db: Database) -> None:
    """Terminals that staff take back, tokens of an attempt's pages, flags and place."""
    for statement in _COMING_BACK:
        db.execute(statement)


_BUDGETS = (
    """ALTER TABLE answers ADD COLUMN digest TEXT""",
    """ALTER TABLE attempts ADD COLUMN answer_seals TEXT""",
    """ALTER TABLE attempts ADD COLUMN answer_bytes INTEGER NOT NULL DEFAULT 0""",
    """UPDATE attempts SET answer_bytes = (SELECT coalesce(sum(length(value)), 0) FROM answers
        WHERE attempt_id = attempts.id)""",
    """CREATE TABLE latest_answers (
        attempt_id TEXT NOT NULL REFERENCES attempts(id), item_id TEXT NOT NULL,
        seq INTEGER NOT NULL, given INTEGER NOT NULL,
        PRIMARY KEY (attempt_id, item_id)) STRICT, WITHOUT ROWID""",
    """INSERT INTO latest_answers SELECT attempt_id, item_id, seq, value <> 'null' FROM
        (SELECT attempt_id, item_id, value, max(seq) AS seq FROM answers
        GROUP BY attempt_id, item_id)""",
    """CREATE TABLE tallies (
        attempt_id TEXT NOT NULL REFERENCES attempts(id), kind TEXT NOT NULL, n INTEGER NOT NULL,
        PRIMARY KEY (attempt_id, kind)) STRICT, WITHOUT ROWID""",
    """INSERT INTO tallies SELECT attempt_id, kind, count(*) FROM events WHERE kind IN
        ('page_copy', 'page_cut', 'page_paste', 'page_print', 'page_context_menu', 'page_resize',
        'page_camera', 'page_microphone') AND attempt_id IS NOT NULL GROUP BY attempt_id, kind""",
    """CREATE INDEX events_number ON events(sitting_id, seq)""",
    """CREATE INDEX verifications_attempt ON verifications(attempt_id)""",
    """CREATE INDEX attempts_terminal ON attempts(terminal_id)""",
    """CREATE INDEX sessions_attempt ON candidate_sessions(attempt_id)""",
    """CREATE INDEX sessions_terminal ON candidate_sessions(terminal_id)""",
    """CREATE INDEX terminals_remote ON terminals(remote, registered_at)""",
    """CREATE VIEW unused_terminals AS SELECT * FROM terminals WHERE seat IS NULL
        AND returns_to IS NULL
        AND NOT EXISTS (SELECT 1 FROM attempts WHERE terminal_id = terminals.id)
        AND NOT EXISTS (SELECT 1 FROM candidate_sessions WHERE terminal_id = terminals.id)""",
    """CREATE INDEX outbox_sitting ON outbox(sitting_id, kind)""",
    """CREATE INDEX outbox_counts ON outbox(kind, state)""",
    """CREATE TABLE evidence_total (bytes INTEGER NOT NULL) STRICT""",
    """INSERT INTO evidence_total SELECT coalesce(sum(size), 0) FROM evidence""",
    """CREATE TRIGGER evidence_added AFTER INSERT ON evidence BEGIN
        UPDATE evidence_total SET bytes = bytes + new.size; END""",
    """CREATE TRIGGER evidence_removed AFTER DELETE ON evidence BEGIN
        UPDATE evidence_total SET bytes = bytes - old.size; END""",
)


@steps()
def answer_chain_and_budgets(db: Database) -> None:
    """Signed chains of answers; counts instead of rows for what a terminal may repeat."""
    for statement in _BUDGETS:
        db.execute(statement)


_CAMERAS_AND_ROOMS = (
    """ALTER TABLE incidents ADD COLUMN frame_interval_ms INTEGER""",
    """CREATE TABLE room_events (
        id TEXT PRIMARY KEY, sitting_id TEXT NOT NULL REFERENCES sittings(id),
        kind TEXT NOT NULL, started_at TEXT NOT NULL, ended_at TEXT,
        frame_interval_ms INTEGER NOT NULL, terminals TEXT NOT NULL) STRICT""",
    """CREATE INDEX room_events_sitting ON room_events(sitting_id, started_at)""",
    """CREATE TABLE attempt_devices (
        attempt_id TEXT PRIMARY KEY REFERENCES attempts(id), camera TEXT NOT NULL,
        changes INTEGER NOT NULL DEFAULT 0, failed TEXT NOT NULL, admitted TEXT NOT NULL,
        admitted_by TEXT, reason TEXT) STRICT""",
)


@steps()
def cameras_and_rooms(db: Database) -> None:
    """Spans in which frames were missing for the whole room; each attempt's devices (R13)."""
    for statement in _CAMERAS_AND_ROOMS:
        db.execute(statement)


_RETENTION = (
    """ALTER TABLE sittings ADD COLUMN retention TEXT""",
    """ALTER TABLE sittings ADD COLUMN events_gone INTEGER NOT NULL DEFAULT 0""",
    """ALTER TABLE sittings ADD COLUMN events_gone_head TEXT""",
    """ALTER TABLE outbox ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0""",
    """CREATE TABLE deletions (
        sitting_id TEXT NOT NULL REFERENCES sittings(id), class TEXT NOT NULL,
        begun_at TEXT NOT NULL, by TEXT NOT NULL, files TEXT NOT NULL, facts TEXT NOT NULL,
        receipt TEXT, PRIMARY KEY (sitting_id, class)) STRICT""",
)


@steps()
def retention(db: Database) -> None:
    """What of a sitting has been deleted after its period, and the receipts for it."""
    for statement in _RETENTION:
        db.execute(statement)


@steps()
def packages_in_parts(db: Database) -> None:
    """Files of roster and paper, which are deleted apart; empty for packages in one file."""
    db.execute("ALTER TABLE sittings ADD COLUMN roster_file TEXT")
    db.execute("ALTER TABLE sittings ADD COLUMN paper_file TEXT")


@steps()
def held_answers(db: Database) -> None:
    """Answers that terminals hold and the server refused, and what staff decided about them."""
    db.execute(
        """CREATE TABLE held_answers (
        terminal_id TEXT NOT NULL, attempt_id TEXT NOT NULL, terminal TEXT NOT NULL,
        answers INTEGER NOT NULL, why TEXT NOT NULL, state TEXT NOT NULL, told_at TEXT NOT NULL,
        by TEXT, reason TEXT, PRIMARY KEY (terminal_id, attempt_id)) STRICT, WITHOUT ROWID"""
    )


@steps()
def guests_on_the_roster(db: Database) -> None:
    """The admission number of a guest whom a later roster has."""
    db.execute("ALTER TABLE guests ADD COLUMN roster_no TEXT")


@steps()
def errors_by_code(db: Database) -> None:
    """Why an item waits, and what went wrong at the last contact: codes instead of sentences."""
    db.execute("ALTER TABLE outbox RENAME COLUMN last_error TO error_code")
    db.execute("ALTER TABLE outbox ADD COLUMN error_params TEXT")
    db.execute(
        "UPDATE outbox SET error_code = CASE"
        " WHEN error_code LIKE 'Headquarters refused%' THEN 'hq_refused'"
        " WHEN error_code LIKE 'Headquarters has lost%' THEN 'lost_at_headquarters'"
        " ELSE 'exam_error' END WHERE error_code IS NOT NULL"
    )
    db.execute(
        "UPDATE meta SET value = json_set(json_remove(value, '$.last_error'), '$.errors',"
        " json('[]')) WHERE key = 'contact'"
    )


def ahead(db: Database) -> set[str]:
    """Steps in the database that this version does not know."""
    with closing(Database(memory=True)) as empty:
        ours = {step.name for step in steps.pending(empty)}
    return {step.name for step in steps.applied(db)} - ours


def migrate(db: Database) -> None:
    """Bring the database to this version's shape; raise NewerSchema if it is ahead of it."""
    unknown = ahead(db)
    if unknown:
        raise NewerSchema(", ".join(sorted(unknown)))
    steps.apply(db)
