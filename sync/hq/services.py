"""Headquarters put together: storage below, services above."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from kiosk.durable import sync_folder, write_durably
from kiosk.exam.errors import ExamError
from kiosk.exam.ports import Clock, Entropy, Ids
from kiosk.settings import SetupRefused, read_text, resource
from sync.hq.accounts.administration import AccountAdmin
from sync.hq.accounts.grants import Grants
from sync.hq.accounts.second_factor import SecondFactor
from sync.hq.accounts.sign_in import Accounts
from sync.hq.accounts.supervision import Supervision
from sync.hq.accounts.tokens import Tokens
from sync.hq.announcements.announcements import Announcements
from sync.hq.announcements.delivery import AnnouncementDelivery
from sync.hq.announcements.listing import AnnouncementLists
from sync.hq.authoring.bank import Bank
from sync.hq.authoring.importing.previews import Previews
from sync.hq.authoring.importing.undo import ItemImports
from sync.hq.authoring.item_editor import ItemEditor
from sync.hq.authoring.item_import import ItemImport
from sync.hq.authoring.pictures import Pictures
from sync.hq.authoring.programmes import Programmes
from sync.hq.centres.branches import Branches
from sync.hq.centres.enrolment import Enrolment
from sync.hq.centres.key_followers import KeyFollowers
from sync.hq.centres.registry import Centres
from sync.hq.centres.rooms import Rooms
from sync.hq.certificates.services import CertificateServices
from sync.hq.context import HqContext
from sync.hq.core.audit_log import AuditLog
from sync.hq.core.sweep import Storage
from sync.hq.errors import NotInitialised
from sync.hq.exam_day.places import ExamDays
from sync.hq.exchange.listing import Lists
from sync.hq.exchange.reports import Reports
from sync.hq.exchange.webhooks.outbox import Outbox
from sync.hq.exchange.webhooks.registry import Webhooks
from sync.hq.exchange.webhooks.secrets import WebhookSecrets
from sync.hq.imports.jobs import Jobs
from sync.hq.imports.mappings import ColumnMappings
from sync.hq.imports.uploads import Uploads
from sync.hq.intake.day_reports import DayReports
from sync.hq.intake.deletions import Deletions
from sync.hq.intake.deliveries import Intake
from sync.hq.intake.event_logs import EventLogKind, EventLogs, log_gaps
from sync.hq.intake.evidence import EvidenceKind
from sync.hq.intake.inventories import Inventories
from sync.hq.intake.removable_media import Media
from sync.hq.intake.results import ResultKind
from sync.hq.intake.resumable_uploads import EvidenceUploads
from sync.hq.marking.services import MarkingServices, marking_services
from sync.hq.packages.inbox import Inbox
from sync.hq.packages.outdated import OutdatedPackages
from sync.hq.packages.packages import Packages, Registers
from sync.hq.packages.paper_access import PaperViews
from sync.hq.packages.papers import Papers
from sync.hq.packages.unlock_codes import Unlocking
from sync.hq.persistence.database import Database
from sync.hq.persistence.key_folder import KeyFolder
from sync.hq.persistence.opening import open_blobs, open_database
from sync.hq.planning.batches import Batches
from sync.hq.planning.changes import Changes
from sync.hq.planning.paper_list import PaperList
from sync.hq.planning.paper_texts import PaperTexts
from sync.hq.planning.repeats import Repeats
from sync.hq.registration.admission import AdmissionTickets
from sync.hq.registration.application_list import ApplicationList
from sync.hq.registration.applications import Applications
from sync.hq.registration.ban_flags import BanFlags
from sync.hq.registration.coverage import Coverage
from sync.hq.registration.guests import Guests
from sync.hq.registration.history import History
from sync.hq.registration.letters import Letters
from sync.hq.registration.lives import Lives
from sync.hq.registration.look_alikes import LookAlikes
from sync.hq.registration.occupancy import Clashes
from sync.hq.registration.people import People
from sync.hq.registration.personal_form import PersonalData
from sync.hq.registration.previews import CandidatePreviews
from sync.hq.registration.scan_viewers import ScanViewers
from sync.hq.registration.scans import Scans
from sync.hq.registration.seat_list import SeatList
from sync.hq.registration.seats import Registration
from sync.hq.registration.undo import Undo
from sync.hq.release.checks import Sources
from sync.hq.release.services import Release
from sync.hq.results.listing import Results
from sync.hq.results.recompute import Recomputation
from sync.hq.review.open_attempts import open_attempts
from sync.hq.review.services import Review
from sync.hq.rulings.challenges import Challenges
from sync.hq.rulings.rulings import Rulings
from sync.hq.settings import HqSettings, StorageSettings, load_settings
from sync.hq.similarity.listing import SimilarityFindings
from sync.hq.similarity.reports import SimilarityReports
from sync.hq.similarity.runs import SimilarityRuns
from sync.hq.sittings import Sittings
from sync.hq.statistics.history import ItemHistory
from sync.hq.statistics.runs import Statistics
from sync.hq.supervision.samples import Samples
from sync.hq.supervision.trails import Trails
from sync.hq.upkeep.backup import Backups
from sync.hq.upkeep.keys import KeyChanges
from sync.wire.sealing.keys import KeyHolder, KeyPair, PublicKeys

SETTINGS_FILE = "hq.toml"


@dataclass(frozen=True)
class HqServices:
    """All services over one data directory. The caller must close it."""

    settings: HqSettings
    clock: Clock
    entropy: Entropy
    accounts: Accounts
    account_admin: AccountAdmin
    announcements: Announcements
    announcement_delivery: AnnouncementDelivery
    announcement_lists: AnnouncementLists
    application_list: ApplicationList
    applications: Applications
    ban_flags: BanFlags
    bank: Bank
    batches: Batches
    branches: Branches
    candidate_previews: CandidatePreviews
    centres: Centres
    certificates: CertificateServices
    changes: Changes
    clashes: Clashes
    column_mappings: ColumnMappings
    coverage: Coverage
    day_reports: DayReports
    deletions: Deletions
    enrolment: Enrolment
    evidence_uploads: EvidenceUploads
    exam_days: ExamDays
    grants: Grants
    guests: Guests
    history: History
    inbox: Inbox
    intake: Intake
    inventories: Inventories
    item_editor: ItemEditor
    item_history: ItemHistory
    item_import: ItemImport
    item_imports: ItemImports
    jobs: Jobs
    key_changes: KeyChanges
    key_followers: KeyFollowers
    letters: Letters
    lists: Lists
    lives: Lives
    audit_log: AuditLog
    backups: Backups
    event_logs: EventLogs
    marking: MarkingServices
    media: Media
    outdated: OutdatedPackages
    packages: Packages
    paper_list: PaperList
    paper_texts: PaperTexts
    papers: Papers
    paper_views: PaperViews
    look_alikes: LookAlikes
    people: People
    personal_data: PersonalData
    pictures: Pictures
    previews: Previews
    programmes: Programmes
    registration: Registration
    seat_list: SeatList
    recomputation: Recomputation
    release: Release
    repeats: Repeats
    reports: Reports
    results: Results
    review: Review
    rooms: Rooms
    rulings: Rulings
    challenges: Challenges
    samples: Samples
    scans: Scans
    scan_viewers: ScanViewers
    second_factor: SecondFactor
    similarity_findings: SimilarityFindings
    similarity_reports: SimilarityReports
    similarity_runs: SimilarityRuns
    sittings: Sittings
    statistics: Statistics
    storage: Storage
    supervision: Supervision
    tickets: AdmissionTickets
    tokens: Tokens
    trails: Trails
    undo: Undo
    unlocking: Unlocking
    uploads: Uploads
    webhook_outbox: Outbox
    webhook_secrets: WebhookSecrets
    webhooks: Webhooks
    _database: Database
    _keys: KeyHolder

    @property
    def public_keys(self) -> PublicKeys:
        """Headquarters' present public keys."""
        return self._keys.public

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def initialise(
    data_dir: Path, entropy: Entropy, storage: StorageSettings | None = None
) -> PublicKeys:
    """Create a data directory with new keys and sample settings that name ``storage``.

    Existing keys and settings are not changed, so an interrupted setup, or one whose storage
    settings were edited before first use, can be completed. The keys folder appears by rename,
    complete or not at all.

    Raises:
        SettingsError: existing settings name another storage or are not valid.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings, keys_dir = data_dir / SETTINGS_FILE, data_dir / "keys"
    if not settings.exists() or not settings.stat().st_size:
        write_durably(settings, _sample_settings(storage or StorageSettings()).encode())
    elif storage not in (None, settings_of(data_dir).storage):
        raise SetupRefused(reason=f"{settings} names another storage: edit [storage] there.")
    if not keys_dir.exists():
        # A crash must not leave half a key pair under the final name: it would never be replaced.
        part = data_dir / "keys.part"
        shutil.rmtree(part, ignore_errors=True)
        KeyPair.generate(entropy).save(part)
        part.rename(keys_dir)
        # The rename is durable only after the folder is synced.
        sync_folder(data_dir)
    return KeyFolder(keys_dir).public


def _sample_settings(storage: StorageSettings) -> str:
    """Return the sample ``hq.toml`` with this storage filled in."""
    text, usual = read_text(resource(f"config/{SETTINGS_FILE}")), StorageSettings()
    for name in ("database", "blobs"):
        before, after = getattr(usual, name), getattr(storage, name)
        text = text.replace(f"{name} = {json.dumps(before)}", f"{name} = {json.dumps(after)}", 1)
    return text


def open_headquarters(
    data_dir: Path, clock: Clock, ids: Ids, entropy: Entropy, settings: HqSettings | None = None
) -> HqServices:
    """Open an initialised data directory and the storage that its settings name.

    ``settings`` replace its ``hq.toml``.

    Raises:
        NotInitialised: the directory has no keys.
        SettingsError: ``hq.toml`` is not valid.
        KeysUnusable: the keys cannot be read.
        KeysOlder, KeysForeign: the keys do not belong to the database.
        DatabaseError: the storage cannot be used, for example ``NewerDatabase`` or
            ``DatabaseUnreachable``.
    """
    require_initialised(data_dir)
    keys, settings = KeyFolder(data_dir / "keys"), settings or settings_of(data_dir)
    context = HqContext(
        database=open_database(settings.storage.database, data_dir),
        blobs=open_blobs(settings.storage.blobs, data_dir),
        keys=keys,
        clock=clock,
        ids=ids,
        entropy=entropy,
        settings=settings,
    )
    services = _compose(context, keys, data_dir)
    try:
        services.key_changes.match()
        services.recomputation.fill()
    except ExamError:
        services.close()
        raise
    return services


def require_initialised(data_dir: Path) -> None:
    """Require headquarters' keys in the data directory.

    Raises:
        NotInitialised: there are none.
    """
    if not (data_dir / "keys").exists():
        raise NotInitialised(folder=str(data_dir))


def settings_of(data_dir: Path) -> HqSettings:
    """Return the settings in the data directory's ``hq.toml``.

    Raises:
        SetupRefused: the file is missing or empty.
        SettingsError: the file is not valid.
    """
    path = data_dir / SETTINGS_FILE
    if not path.exists() or not path.stat().st_size:
        raise SetupRefused(reason=f"{path} is missing or empty: put it back from a copy.")
    return load_settings(path)


def _compose(context: HqContext, folder: KeyFolder, data_dir: Path) -> HqServices:
    bank, centres, sittings = Bank(context), Centres(context), Sittings(context)
    rooms = Rooms(context)
    pictures, programmes = Pictures(context), Programmes(context)
    papers = Papers(context, bank, programmes, sittings)
    people = People(context)
    applications = Applications(context, people, programmes, sittings)
    registration, unlocking = Registration(context, people), Unlocking(context)
    kinds = (ResultKind(context, centres), EventLogKind(), EvidenceKind())
    intake, inventories = Intake(context, centres, kinds), Inventories(context)
    inbox, results = Inbox(context, unlocking), Results(context)
    packages = Packages(
        context, Registers(programmes, pictures, papers, centres, rooms, sittings, registration)
    )
    scans, followers = Scans(context), KeyFollowers(context, folder)
    announcement_delivery = AnnouncementDelivery(context)
    return HqServices(
        settings=context.settings,
        clock=context.clock,
        entropy=context.entropy,
        accounts=Accounts(context),
        account_admin=AccountAdmin(context),
        announcements=Announcements(context),
        announcement_delivery=announcement_delivery,
        announcement_lists=AnnouncementLists(context),
        application_list=ApplicationList(context),
        applications=applications,
        ban_flags=BanFlags(context),
        bank=bank,
        branches=Branches(context),
        batches=Batches(sittings, packages, unlocking),
        candidate_previews=CandidatePreviews(context),
        centres=centres,
        certificates=CertificateServices.compose(context, data_dir),
        changes=Changes(context, sittings),
        clashes=Clashes(context),
        column_mappings=ColumnMappings(context),
        coverage=Coverage(context),
        day_reports=DayReports(context),
        deletions=Deletions(context, centres),
        enrolment=Enrolment(context, centres),
        evidence_uploads=EvidenceUploads(context, intake),
        exam_days=ExamDays(context),
        grants=Grants(context),
        guests=Guests(context),
        history=History(context),
        inbox=inbox,
        intake=intake,
        inventories=inventories,
        item_editor=ItemEditor(context, pictures),
        item_history=ItemHistory(context),
        item_import=ItemImport(context, pictures),
        item_imports=ItemImports(context),
        jobs=Jobs(context),
        key_changes=KeyChanges(context, folder, followers),
        key_followers=followers,
        letters=Letters(context, applications, sittings, scans),
        lists=Lists(context),
        lives=Lives(context, applications, sittings),
        audit_log=AuditLog(context.database),
        backups=Backups(context),
        event_logs=EventLogs(context),
        marking=marking_services(context),
        media=Media(context, centres, intake, inbox, inventories, followers, announcement_delivery),
        packages=packages,
        paper_list=PaperList(context, sittings, papers),
        paper_texts=PaperTexts(context),
        outdated=OutdatedPackages(context),
        papers=papers,
        paper_views=PaperViews(context, papers, sittings),
        look_alikes=LookAlikes(context, people),
        people=people,
        personal_data=PersonalData(context),
        pictures=pictures,
        previews=Previews(context, bank),
        programmes=programmes,
        registration=registration,
        seat_list=SeatList(context),
        recomputation=Recomputation(context),
        release=Release.compose(context, sittings, Sources(open_attempts, log_gaps)),
        repeats=Repeats(context, sittings, results),
        reports=Reports(context, centres),
        results=results,
        review=Review.of(context, centres),
        rooms=rooms,
        rulings=Rulings(context),
        challenges=Challenges(context),
        samples=Samples(context),
        scans=scans,
        scan_viewers=ScanViewers(context),
        second_factor=SecondFactor(context),
        similarity_findings=SimilarityFindings(context),
        similarity_reports=SimilarityReports(context),
        similarity_runs=SimilarityRuns(context),
        sittings=sittings,
        statistics=Statistics(context),
        storage=Storage(context),
        supervision=Supervision(context),
        tickets=AdmissionTickets(context, people),
        tokens=Tokens(context),
        trails=Trails(context),
        undo=Undo(context, applications),
        unlocking=unlocking,
        uploads=Uploads(context),
        webhook_outbox=Outbox(context),
        webhook_secrets=WebhookSecrets(context),
        webhooks=Webhooks(context),
        _database=context.database,
        _keys=context.keys,
    )
