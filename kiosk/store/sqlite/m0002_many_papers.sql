-- Several papers and rooms in one sitting.

ALTER TABLE attempts ADD COLUMN room TEXT NOT NULL DEFAULT '1';
ALTER TABLE attempts ADD COLUMN paper TEXT NOT NULL DEFAULT '1';

-- The start that the attempt's time counts from; NULL until it begins.
ALTER TABLE attempts ADD COLUMN counts_from TEXT;
UPDATE attempts SET counts_from = (SELECT started_at FROM sittings WHERE id = sitting_id)
    WHERE started_at IS NOT NULL;

-- Groups: a room, a paper, or both; NULL is any.

CREATE TABLE group_starts (
    id INTEGER PRIMARY KEY,
    sitting_id TEXT NOT NULL REFERENCES sittings(id),
    room TEXT,
    paper TEXT,
    at TEXT NOT NULL
) STRICT;
CREATE INDEX group_starts_sitting ON group_starts(sitting_id);
INSERT INTO group_starts (sitting_id, at)
    SELECT id, started_at FROM sittings WHERE started_at IS NOT NULL;

CREATE TABLE group_pauses (
    id INTEGER PRIMARY KEY,
    sitting_id TEXT NOT NULL REFERENCES sittings(id),
    room TEXT,
    paper TEXT,
    reason TEXT NOT NULL,
    paused_at TEXT NOT NULL,
    resumed_at TEXT
) STRICT;
CREATE INDEX group_pauses_sitting ON group_pauses(sitting_id);
INSERT INTO group_pauses (sitting_id, reason, paused_at)
    SELECT id, coalesce(pause_reason, ''), paused_at FROM sittings WHERE paused_at IS NOT NULL;
ALTER TABLE sittings DROP COLUMN paused_at;
ALTER TABLE sittings DROP COLUMN pause_reason;

ALTER TABLE time_credits ADD COLUMN room TEXT;
ALTER TABLE time_credits ADD COLUMN paper TEXT;

-- Terminals stand in rooms.
ALTER TABLE terminals ADD COLUMN room TEXT;
UPDATE terminals SET room = '1' WHERE seat IS NOT NULL;
DROP INDEX terminals_seat;
CREATE UNIQUE INDEX terminals_seat ON terminals(room, seat);

-- The rooms of an invigilator; none is all of them.
CREATE TABLE staff_rooms (
    username TEXT NOT NULL REFERENCES staff(username),
    room TEXT NOT NULL,
    PRIMARY KEY (username, room)
) STRICT, WITHOUT ROWID;
