"""The ``hq`` command: set up headquarters, run it, enrol centres, give out codes and tokens."""

import click

from kiosk import __version__
from kiosk.command_line.lazy import Lazy, LazyGroup


def _here(module: str, attribute: str, text: str, extra: str = "hq") -> Lazy:
    return Lazy(f"sync.hq.cli.{module}", attribute, text, extra)


COMMANDS = {
    "init": _here(
        "server",
        "init",
        "Make new headquarters: keys, settings, the product's programmes, the first account.",
    ),
    "serve": _here(
        "server",
        "serve",
        "Run the server: sync for centres, the pull API and webhooks, the console for staff.",
    ),
    "accounts": _here("accounts", "accounts", "People who may use the console."),
    "token": _here("access", "token", "Tokens for programs that pull results."),
    "centres": _here(
        "centres",
        "centres",
        "Enrol centres: show a request, compare its fingerprint, approve it.",
    ),
    "backup": _here(
        "backup",
        "backup",
        "Back up rows, objects, settings and perhaps keys to FOLDER, while the server runs.",
    ),
    "restore": _here(
        "backup",
        "restore_command",
        "Restore a backup in FOLDER into the empty directory --data, on SQLite or PostgreSQL.",
    ),
    "keys": _here(
        "keys",
        "keys",
        "Headquarters' own keys: list, prepare, switch, retire, withdraw (docs/keys.md).",
    ),
    "programmes": _here(
        "prepare", "programmes", "Programmes: what is examined, how it is scored and proctored."
    ),
    "items": _here("items", "items", "The item bank: import, undo, export, list, retire."),
    "papers": _here("items", "papers", "Papers: drawn from the bank for a sitting."),
    "sittings": _here("sittings", "sittings", "Sittings: time slots with their papers and rooms."),
    "roster": _here("prepare", "roster", "Candidates and their seats."),
    "candidates": _here(
        "candidates", "candidates", "Applications: import, judge by the entry conditions, decide."
    ),
    "portraits": _here(
        "portraits",
        "portraits",
        "Registered portraits: checked on this machine, decided by people.",
        "hq,vision",
    ),
    "scans": _here(
        "scans", "scans", "Scans of registration material: forms, identity cards, certificates."
    ),
    "seats": _here("candidates", "seats", "Seats at centres: offer and assign them."),
    "tickets": _here(
        "tickets", "tickets", "Write the admission tickets as a PDF, a page for each candidate."
    ),
    "package": _here("packages", "package", "Exam packages: one for each centre and sitting."),
    "code": _here(
        "unlock_codes", "code", "Show an unlock code, to be read to a centre by telephone."
    ),
    "export": _here(
        "media",
        "export",
        "Write a centre's packages, released codes and revocations to a USB stick.",
    ),
    "import": _here(
        "media",
        "import_path",
        "Import what centres have written to a USB stick, and write receipts to it.",
    ),
    "results": _here(
        "results",
        "results",
        "List the current result of each attempt on this machine, latest change first.",
    ),
    "recompute": _here(
        "results",
        "recompute",
        "Compute all results again from the stored bundles and compare every byte.",
    ),
    "review": _here(
        "review",
        "review",
        "Incidents and cases: how far they are, as lists, and stored texts that are due.",
    ),
    "statistics": _here(
        "statistics",
        "statistics",
        "Statistics of papers: items, reliability, scores, centres, incidents.",
    ),
    "pull": _here(
        "pull", "pull_command", "Fetch results and what belongs to them over the network."
    ),
    "webhooks": _here(
        "webhooks",
        "webhooks",
        "Programs that headquarters calls when results or certificates change.",
    ),
    "marking": _here(
        "marking",
        "marking",
        "Marking of short answers and essays: open, assign, pause, follow, export.",
    ),
    "certificates": _here(
        "certificates",
        "certificates",
        "Certificates: keys, PDFs, revocation list, verification.",
    ),
    "similarity": _here(
        "similarity",
        "similarity",
        "Similar answer sheets: a ground for review, never a verdict (docs/similarity.md).",
    ),
    "audit": _here(
        "audit",
        "audit",
        "The audit log: who did what when.",
    ),
    "storage": _here(
        "storage",
        "storage",
        "Where headquarters stores rows and objects (docs/headquarters-storage.md).",
    ),
    "tls": _here(
        "tls", "tls", "HTTPS by Caddy, so that the console and centres can be reached safely."
    ),
    "bench": _here(
        "bench",
        "bench",
        "Measure how fast headquarters stores results, on this machine and in temporary folders.",
        "rehearsal",
    ),
}


@click.group(cls=LazyGroup, lazy=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="exam-kiosk")
def main() -> None:
    """Headquarters: prepare exams, seal packages for centres, receive results.

    \b
    From nothing to a sealed package:
      hq init                                    keys, settings, first account
      hq items import FILE.toml                  fill the item bank
      hq centres approve REQUEST.json --out CERT.json
      hq sittings create --programme ID --title TEXT --starts-at 2026-04-25T14:00
      hq candidates import FILE.xlsx --sitting ID --portraits FILE.zip
      hq portraits check --sitting ID            then: hq seats offer, hq seats allocate
      hq tickets --sitting ID                    admission tickets (PDF)
      hq package build --sitting ID --all --out DIR
      hq serve                                   centres sync, staff use the console
    And back:
      hq token create exam-office > token
      hq import STICK                            or automatically, by network
      hq pull --url http://127.0.0.1:8090 --token-file token --out DIR
    """
