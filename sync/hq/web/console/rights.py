"""Which roles may call each route of the console. A route that is not listed is closed.

``part``: a right for some branch is enough; the page shows, and the form changes, only what the
account's rights cover. ``whole``: a right for all branches is needed, because the act concerns
all centres. ``everything``: a right for all programmes and branches.

What an address names (sitting, candidate, centre, programme, …) has to be covered, too: see
``targets.py``. An act about a centre that a form names checks it there, by its field ``centre``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from sync.hq.core.roles import Role
from sync.hq.similarity.runs import RUNNERS


class Reach(Enum):
    """How far the right for a route has to reach."""

    PART = auto()
    WHOLE = auto()
    EVERYTHING = auto()


@dataclass(frozen=True)
class Need:
    """The roles one of which a route needs; none: every signed-in account may call it."""

    roles: tuple[Role, ...] = ()
    reach: Reach = Reach.PART


def part(*roles: Role) -> Need:
    return Need(roles)


def whole(*roles: Role) -> Need:
    return Need(roles, Reach.WHOLE)


def everything(*roles: Role) -> Need:
    return Need(roles, Reach.EVERYTHING)


AUTHOR, REGISTRAR, AUDITOR = Role.AUTHOR, Role.REGISTRAR, Role.AUDITOR
ADMINISTRATOR, SUPERVISOR = Role.ADMINISTRATOR, Role.SUPERVISOR
ANYBODY = Need()

RESULTS = (REGISTRAR, Role.REVIEWER, Role.ADJUDICATOR, Role.PUBLISHER, AUDITOR, SUPERVISOR)
"""Who sees results with names."""

PEOPLE = (REGISTRAR, Role.REVIEWER, Role.ADJUDICATOR, Role.PUBLISHER, AUDITOR, SUPERVISOR)
"""Who sees who somebody is. Never markers, nor authors, who may be markers as well."""

SITTINGS = (*PEOPLE, AUTHOR)
ITEMS = (AUTHOR, Role.ADJUDICATOR, AUDITOR)
CENTRES = (REGISTRAR, ADMINISTRATOR, AUDITOR, SUPERVISOR)
MARKING = (Role.ADJUDICATOR, AUDITOR)

REVIEWING = (Role.REVIEWER, Role.ADJUDICATOR)
REVIEW = (*REVIEWING, AUDITOR, SUPERVISOR)
SIMILARITY = (*RUNNERS, AUDITOR)
"""Who sees similar answer sheets; :data:`RUNNERS` compare them, for all centres."""

RELEASE = (Role.PUBLISHER, AUDITOR, SUPERVISOR)
ENTERING = (AUTHOR, Role.ADJUDICATOR, Role.REVIEWER, REGISTRAR, Role.PUBLISHER)
RULINGS = (*ENTERING, AUDITOR)

COMPUTING = (Role.ADJUDICATOR, Role.PUBLISHER)
STATISTICS = (*COMPUTING, AUDITOR)
"""Who sees all statistics; authors see those of items."""
ITEM_STATISTICS = (*STATISTICS, AUTHOR)

RIGHTS: Mapping[str, Need] = {
    # one's own account
    "console.overview": ANYBODY,
    "console.sign_out": ANYBODY,
    "accounts.code_form": ANYBODY,
    "accounts.give_code": ANYBODY,
    "accounts.own": ANYBODY,
    "accounts.change_password": ANYBODY,
    "accounts.factor": ANYBODY,
    "accounts.confirm_factor": ANYBODY,
    # accounts and the audit log
    "accounts.overview": everything(ADMINISTRATOR, AUDITOR),
    "accounts.account": everything(ADMINISTRATOR, AUDITOR),
    "accounts.create": everything(ADMINISTRATOR),
    "accounts.change": everything(ADMINISTRATOR),
    "accounts.set_validity": everything(ADMINISTRATOR),
    "accounts.give_role": everything(ADMINISTRATOR),
    "accounts.withdraw_role": everything(ADMINISTRATOR),
    "audit.overview": everything(ADMINISTRATOR, AUDITOR, SUPERVISOR),
    # programs
    "exchange.tokens": everything(ADMINISTRATOR, AUDITOR),
    "exchange.create_token": everything(ADMINISTRATOR),
    "exchange.revoke_token": everything(ADMINISTRATOR),
    "exchange.webhooks": everything(ADMINISTRATOR, AUDITOR),
    "exchange.webhook": everything(ADMINISTRATOR, AUDITOR),
    "exchange.add_webhook": everything(ADMINISTRATOR),
    "exchange.change_webhook": everything(ADMINISTRATOR),
    "exchange.new_secret": everything(ADMINISTRATOR),
    # centres
    "centres.overview": part(*CENTRES),
    "centres.rooms": part(*CENTRES),
    "centres.set_room": part(REGISTRAR),
    "centres.set_place": part(REGISTRAR),
    "centres.set_branch": everything(ADMINISTRATOR),
    "centres.approve": everything(ADMINISTRATOR),
    "centres.decline": everything(ADMINISTRATOR),
    "centres.review": everything(ADMINISTRATOR),
    "centres.enrol": everything(ADMINISTRATOR),
    "centres.certificate": part(REGISTRAR, ADMINISTRATOR),
    # the exam day: no names, only centres that the rights cover
    "exam_day.overview": part(*CENTRES),
    "exam_day.live": part(*CENTRES),
    # announcements: of centres that the rights cover
    "announcements.overview": part(*CENTRES),
    "announcements.announcement": part(*CENTRES),
    "announcements.write": part(REGISTRAR),
    "announcements.preview": part(REGISTRAR),
    "announcements.send": part(REGISTRAR),
    "announcements.withdraw": part(REGISTRAR),
    # samples: of candidates whom the rights cover
    "samples.overview": part(AUDITOR, SUPERVISOR),
    "samples.file": part(AUDITOR, SUPERVISOR),
    "samples.trail": part(AUDITOR, SUPERVISOR),
    "keys.overview": everything(ADMINISTRATOR, AUDITOR),
    "keys.change": everything(ADMINISTRATOR),
    "removable_media.take": whole(REGISTRAR, ADMINISTRATOR),
    "removable_media.answer": whole(REGISTRAR, ADMINISTRATOR),
    # the item bank
    "items.overview": part(*ITEMS),
    "items.bank": part(*ITEMS),
    "items.item": part(*ITEMS),
    "items.picture": part(*ITEMS, Role.MARKER),
    "items.template": part(AUTHOR),
    "items.export": part(AUTHOR),
    "items.retire": part(AUTHOR),
    "item_editor.new": part(AUTHOR),
    "item_editor.create": part(AUTHOR),
    "item_editor.edit": part(AUTHOR),
    "item_editor.save": part(AUTHOR),
    "item_editor.preview": part(AUTHOR),
    "item_editor.picture": part(AUTHOR),
    "item_editor.version": part(*ITEMS),
    "item_editor.restore": part(AUTHOR),
    "item_imports.overview": part(*ITEMS),
    "item_imports.stored": part(*ITEMS),
    "item_imports.undo": part(AUTHOR),
    # uploaded files: of items an author's, of candidates a registrar's
    "uploading.begin": part(AUTHOR, REGISTRAR),
    "uploading.store": part(AUTHOR, REGISTRAR),
    "uploading.forget": part(AUTHOR, REGISTRAR),
    "uploading.job": part(AUTHOR, REGISTRAR),
    "uploading.clear": part(REGISTRAR),
    "previews.preview": part(AUTHOR),
    "previews.choose": part(AUTHOR),
    "previews.picture": part(AUTHOR),
    "item_columns.choose": part(AUTHOR),
    "candidate_previews.preview": part(REGISTRAR),
    "candidate_previews.choose": part(REGISTRAR),
    # sittings, papers, packages
    "sittings.overview": part(*SITTINGS),
    "sittings.sitting": part(*SITTINGS),
    "sittings.create": whole(REGISTRAR),
    "sittings.add_papers": whole(REGISTRAR),
    "sittings.remove_paper": whole(REGISTRAR),
    "sitting_papers.draw": whole(AUTHOR),
    "sitting_papers.preview": whole(AUTHOR),
    "sitting_papers.agree_to_view": whole(AUTHOR),
    "sitting_packages.build": part(REGISTRAR),
    "sitting_packages.build_all": whole(REGISTRAR),
    "sitting_packages.revoke": part(REGISTRAR),
    "sitting_packages.package_file": part(REGISTRAR),
    "sitting_packages.approve": part(REGISTRAR),
    "sitting_packages.show_code": part(REGISTRAR),
    "sitting_rooms.used": part(REGISTRAR, AUDITOR, SUPERVISOR),
    "sitting_rooms.use": part(REGISTRAR),
    "sitting_changes.change": whole(REGISTRAR),
    "sitting_changes.move": whole(REGISTRAR),
    "sitting_changes.cancel": whole(REGISTRAR),
    "sitting_changes.reinstate": whole(REGISTRAR),
    "sitting_changes.repeat": whole(REGISTRAR),
    "sitting_jobs.job": part(REGISTRAR, AUTHOR),
    "tickets.check": part(REGISTRAR, AUDITOR, SUPERVISOR),
    "tickets.pdf": part(REGISTRAR),
    # candidates
    "candidates.applications": part(REGISTRAR, AUDITOR, SUPERVISOR),
    "candidates.template": part(REGISTRAR),
    "candidates.decide": part(REGISTRAR),
    "candidates.judge_ban": part(REGISTRAR),
    "candidates.letter": part(REGISTRAR, AUDITOR, SUPERVISOR),
    "candidates.materials": part(REGISTRAR),
    "candidates.portrait": part(*PEOPLE),
    "candidates.check_portraits": whole(REGISTRAR),
    "candidates.portrait_job": whole(REGISTRAR),
    "candidates.offer": part(REGISTRAR),
    "candidates.allocate": whole(REGISTRAR),
    "people.person": part(*PEOPLE),
    "people.correct": part(REGISTRAR),
    "people.act": part(REGISTRAR),
    "people.changes": whole(REGISTRAR, AUDITOR, SUPERVISOR),
    "people.move_up": whole(REGISTRAR),
    "people.change": whole(REGISTRAR, AUDITOR, SUPERVISOR),
    "people.undo": whole(REGISTRAR),
    "personal_forms.overview": part(REGISTRAR, AUDITOR, SUPERVISOR),
    "personal_forms.form": part(REGISTRAR, AUDITOR, SUPERVISOR),
    "personal_forms.correct": part(REGISTRAR),
    # scans: beside the role, the right of ``hq scans allow``
    "scans.overview": part(REGISTRAR),
    "scans.person": part(REGISTRAR),
    "scans.upload": part(REGISTRAR),
    "scans.begin_import": part(REGISTRAR),
    "scans.job": part(REGISTRAR),
    "scans.review": part(REGISTRAR),
    "scans.one": part(REGISTRAR),
    "scans.file": part(REGISTRAR),
    "scans.decide": part(REGISTRAR),
    # after the exam
    "guests.overview": part(REGISTRAR, AUDITOR, SUPERVISOR),
    "guests.act": part(REGISTRAR),
    "console.results": part(*RESULTS),
    "console.results_csv": part(*RESULTS),
    # challenges and keys; who may propose and approve is checked by the programme as well
    "rulings.overview": part(*RULINGS),
    "rulings.challenges": part(*RULINGS),
    "rulings.enter": part(*ENTERING),
    "rulings.answer": part(Role.ADJUDICATOR),
    "rulings.form": part(*RULINGS),
    "rulings.propose": whole(AUTHOR, Role.ADJUDICATOR),
    "rulings.ruling": part(*RULINGS),
    "rulings.job": part(AUTHOR, Role.ADJUDICATOR),
    "rulings.effect": part(AUTHOR, Role.ADJUDICATOR),
    "rulings.decide": whole(AUTHOR, Role.ADJUDICATOR),
    # review; each act checks programme, branch and persons where it is stored
    "review.overview": part(*REVIEW),
    "review.collect": part(*REVIEWING),
    "review.job": part(*REVIEW),
    "review.incident": part(*REVIEW),
    "review.judge": part(*REVIEWING),
    "review.undo": part(*REVIEWING),
    "review.reopen": part(Role.ADJUDICATOR),
    "review.attempt": part(*REVIEW),
    "review.attach": part(*REVIEWING),
    "review.picture": part(*REVIEW),
    "review_bulk.preview": part(*REVIEWING),
    "review_bulk.settle": part(*REVIEWING),
    "review_bulk.undo": part(*REVIEWING),
    "cases.overview": part(*REVIEW),
    "cases.open_case": part(*REVIEWING),
    "cases.case": part(*REVIEW),
    "cases.take": part(*REVIEWING),
    "cases.document": part(*REVIEW),
    "cases.bans": part(*REVIEW),
    # marking; which plans an account marks is checked by its assignments
    "marking.overview": part(Role.MARKER),
    "marking.mark": part(Role.MARKER),
    "marking_calls.next_answer": part(Role.MARKER),
    "marking_calls.give": part(Role.MARKER),
    "marking_calls.take_back": part(Role.MARKER),
    "marking_plans.overview": part(*MARKING),
    "marking_plans.open_form": whole(Role.ADJUDICATOR),
    "marking_plans.open_plan": whole(Role.ADJUDICATOR),
    "marking_plans.refresh": whole(Role.ADJUDICATOR),
    "marking_plans.job": part(*MARKING),
    "marking_plans.plan": part(*MARKING),
    "marking_plans.progress_table": part(*MARKING),
    "marking_plans.marks_table": part(*MARKING),
    "marking_plans.settings": part(*MARKING),
    "marking_plans.change": whole(Role.ADJUDICATOR),
    "marking_plans.set_state": whole(Role.ADJUDICATOR),
    "marking_plans.set_item": whole(Role.ADJUDICATOR),
    "marking_plans.markers": part(*MARKING),
    "marking_plans.assign": whole(Role.ADJUDICATOR),
    "marking_plans.set_marker": whole(Role.ADJUDICATOR),
    "marking_answers.listed": part(*MARKING),
    "marking_answers.answer": part(*MARKING),
    "marking_answers.decide": whole(Role.ADJUDICATOR),
    "marking_answers.send_back": whole(Role.ADJUDICATOR),
    "marking_answers.judge": whole(Role.ADJUDICATOR),
    "marking_answers.controls": part(*MARKING),
    "marking_answers.retire": whole(Role.ADJUDICATOR),
    # similar answer sheets; programme and both centres of a pair are checked by its run
    "similarity.overview": part(*SIMILARITY),
    "similarity.begin": whole(*RUNNERS),
    "similarity.job": whole(*RUNNERS),
    "similarity.run": part(*SIMILARITY),
    "similarity.room": part(*SIMILARITY),
    "similarity.pair": part(*SIMILARITY),
    "similarity.report": part(*SIMILARITY),
    "similarity.pair_report": part(*SIMILARITY),
    # release; acts on single results are checked by their centres where they are stored
    "releases.overview": part(*RELEASE),
    "releases.release": part(*RELEASE),
    "releases.propose": whole(Role.PUBLISHER),
    "releases.decide": part(Role.PUBLISHER),
    "releases.result": part(Role.REVIEWER, Role.ADJUDICATOR, *RELEASE),
    "releases.withdraw": part(Role.PUBLISHER),
    "releases.letter": part(*RELEASE),
    "releases.recounts": part(*RELEASE),
    "releases.answer": part(Role.PUBLISHER),
    # certificates; an address's certificate or order has to be covered, too
    "certificates.overview": part(*RELEASE),
    "certificates.one": part(*RELEASE),
    "certificates.picture": part(*RELEASE),
    "certificates.pdf": part(*RELEASE),
    "certificates.qr": part(*RELEASE),
    "certificates.credential": part(*RELEASE),
    "certificates.revocations": part(*RELEASE),
    "certificates.revoke": part(Role.PUBLISHER),
    "certificates.reissue": part(Role.PUBLISHER),
    "certificate_orders.choose": part(*RELEASE),
    "certificate_orders.propose": part(Role.PUBLISHER),
    "certificate_orders.one": part(*RELEASE),
    "certificate_orders.approve": part(Role.PUBLISHER),
    "certificate_orders.withdraw": part(Role.PUBLISHER),
    "certificate_orders.make": part(Role.PUBLISHER),
    "certificate_orders.job": part(Role.PUBLISHER),
    # statistics; of which programme is checked by the route, because a sitting may have several
    "statistics.overview": part(*ITEM_STATISTICS),
    "statistics.paper": part(*STATISTICS),
    "statistics.items": part(*ITEM_STATISTICS),
    "statistics.compute": part(*COMPUTING),
    "statistics.job": part(*COMPUTING),
    "statistics.file": part(*ITEM_STATISTICS),
    "item_statistics.flagged": part(*ITEM_STATISTICS),
    "item_statistics.item": part(*ITEM_STATISTICS),
    "item_statistics.item_file": part(*ITEM_STATISTICS),
}
