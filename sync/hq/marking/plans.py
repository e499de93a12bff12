"""Plans of marking: opened for a paper of a sitting, changed, paused, resumed and closed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ColumnElement, Connection, insert, select, update

from kiosk.exam.typed_texts import plain_text
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Scope
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.marking.doubling import draw_more
from sync.hq.marking.drawn import item_rows, programme_of
from sync.hq.marking.errors import NothingWritten, PlanExists, SettingsWrong
from sync.hq.marking.leading import require_lead
from sync.hq.marking.settings import ItemRule, PlanSettings
from sync.hq.marking.settling import settle
from sync.hq.marking.views import (
    OPEN_STAGES,
    Plan,
    PlanItem,
    PlanState,
    Stage,
    items_of,
    plan_of,
)
from sync.hq.persistence.marking_tables import marking_answers, marking_items, marking_plans
from sync.hq.persistence.tables import papers, sitting_papers

LONGEST_REASON = 500


@dataclass(frozen=True)
class Unplanned:
    """A paper with written items whose marking has not been opened."""

    sitting_id: str
    paper: str
    programme_id: str
    trade: str | None
    level: str | None


class Plans:
    """Opens and changes plans. Every change needs the role, checked as it is written."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def open(self, sitting_id: str, paper: str, settings: PlanSettings, by: str) -> str:
        """Open marking of a paper of a sitting; return the plan's id.

        Raises:
            NotFound: the sitting has no such paper.
            RoleMissing: the account does not lead marking of this programme.
            PlanExists: it has been opened.
            NothingWritten: no paper with written items has been drawn.
        """
        now, plan_id = self._context.clock.now(), self._context.ids()
        with self._context.database.write() as connection:
            programme = programme_of(connection, sitting_id, paper)
            require_lead(connection, by, programme.id)
            if _plan_at(connection, sitting_id, paper) is not None:
                raise PlanExists
            rows = item_rows(connection, plan_id, sitting_id, paper, programme)
            if not rows:
                raise NothingWritten
            values = {
                "id": plan_id,
                "sitting_id": sitting_id,
                "paper": paper,
                "programme_id": programme.id,
                "settings": settings.model_dump(mode="json"),
                "seed": self._context.entropy(16).hex(),
                "state": PlanState.OPEN.value,
                "why": "",
                "seen": 0,
                "opened_at": now,
                "opened_by": by,
            }
            connection.execute(insert(marking_plans).values(**values))
            connection.execute(insert(marking_items), rows)
            named = {"plan": plan_id, "sitting": sitting_id, "paper": paper}
            record(connection, now, AuditKind.MARKING_OPENED, by, **named)
        return plan_id

    def get(self, plan_id: str) -> Plan:
        """Return a plan.

        Raises:
            NotFound: it does not exist.
        """
        with self._context.database.read() as connection:
            return plan_of(connection, plan_id)

    def items(self, plan_id: str) -> Sequence[PlanItem]:
        """Return the written items of a plan."""
        with self._context.database.read() as connection:
            return items_of(connection, plan_id)

    def list(self, scope: Scope | None = None) -> Sequence[Plan]:
        """Return the plans that a scope covers, newest first."""
        query = select(marking_plans).order_by(marking_plans.c.opened_at.desc(), marking_plans.c.id)
        if scope is not None:
            query = query.where(scope.where(programme=marking_plans.c.programme_id))
        with self._context.database.read() as connection:
            return [Plan.of_row(row) for row in connection.execute(query).mappings()]

    def unplanned(self, scope: Scope | None = None) -> Sequence[Unplanned]:
        """Return papers that have been drawn and have no plan yet, newest sitting first."""
        examined, plans = sitting_papers, marking_plans
        same = (plans.c.sitting_id == examined.c.sitting_id) & (plans.c.paper == examined.c.id)
        drawn = (
            select(papers.c.id)
            .where(
                papers.c.sitting_id == examined.c.sitting_id,
                papers.c.sitting_paper == examined.c.id,
            )
            .exists()
        )
        query = (
            select(
                examined.c.sitting_id, examined.c.id, examined.c.programme_id, examined.c.trade,
                examined.c.level,
            )
            .outerjoin(plans, same)
            .where(plans.c.id.is_(None), drawn)
        )  # fmt: skip
        if scope is not None:
            query = query.where(scope.where(programme=examined.c.programme_id))
        with self._context.database.read() as connection:
            return [Unplanned(*row) for row in connection.execute(query)]

    def change(self, plan_id: str, settings: PlanSettings, by: str) -> int:
        """Change the rules of a plan; answers without a final mark follow the new ones.

        Return how many more answers are marked twice: of those that nobody has marked. Who has
        been drawn to be marked twice stays. Final marks stay.

        Raises:
            NotFound: no such plan.
            RoleMissing: the account does not lead marking of this programme.
            SettingsWrong: another allocation, after marking has been opened.
        """

        def work(connection: Connection, plan: Plan, now: datetime) -> Mapping[str, Any]:
            if settings.allocation != plan.settings.allocation:
                raise SettingsWrong(places="allocation")
            values = {"settings": settings.model_dump(mode="json")}
            _update(connection, plan_id, values)
            self._settle_again(connection, plan_id, now, by)
            old = plan.settings.model_dump(mode="json")
            changed = sorted(k for k, v in values["settings"].items() if old[k] != v)
            more = draw_more(connection, plan_of(connection, plan_id))
            return {"changed": changed, "marked_twice": more}

        return int(self._act(plan_id, AuditKind.MARKING_CHANGED, by, work)["marked_twice"])

    def set_item(self, plan_id: str, item_id: str, rule: ItemRule, *, paused: bool, by: str) -> int:
        """Give an item rules of its own, pause it or resume it.

        Return how many more answers are marked twice: of those that nobody has marked.

        Raises:
            NotFound: no such plan or item.
            RoleMissing: the account does not lead marking of this programme.
        """

        def work(connection: Connection, plan: Plan, now: datetime) -> Mapping[str, Any]:
            table = marking_items
            mine = (table.c.plan_id == plan.id) & (table.c.item_id == item_id)
            own = rule.model_dump(mode="json")
            change = update(table).where(mine).values(rule=own, paused=paused)
            if not connection.execute(change).rowcount:
                raise NotFound(what="item")
            self._settle_again(connection, plan_id, now, by, marking_answers.c.item_id == item_id)
            more = draw_more(connection, plan)
            return {"item": item_id, "paused": paused, **own, "marked_twice": more}

        return int(self._act(plan_id, AuditKind.MARKING_CHANGED, by, work)["marked_twice"])

    def set_state(self, plan_id: str, state: PlanState, why: str, by: str) -> None:
        """Pause, resume or close a plan. Markers get nothing while it is not open.

        Raises:
            NotFound: no such plan.
            RoleMissing: the account does not lead marking of this programme.
            ReasonMissing: it is paused or closed without a reason.
        """
        reason = plain_text(why)[:LONGEST_REASON]
        if state is not PlanState.OPEN and not reason:
            raise ReasonMissing

        def work(connection: Connection, plan: Plan, now: datetime) -> Mapping[str, Any]:
            del plan, now
            kept = "" if state is PlanState.OPEN else reason
            _update(connection, plan_id, {"state": state.value, "why": kept})
            return {"state": state.value, "why": kept}

        self._act(plan_id, AuditKind.MARKING_STATE_SET, by, work)

    def _act(
        self,
        plan_id: str,
        kind: AuditKind,
        by: str,
        work: Callable[[Connection, Plan, datetime], Mapping[str, Any]],
    ) -> Mapping[str, Any]:
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            plan = plan_of(connection, plan_id)
            require_lead(connection, by, plan.programme_id)
            done = work(connection, plan, now)
            record(connection, now, kind, by, plan=plan_id, **done)
        return done

    def _settle_again(
        self,
        connection: Connection,
        plan_id: str,
        now: datetime,
        by: str,
        only: ColumnElement[bool] | None = None,
    ) -> None:
        """Apply changed rules to answers whose marks wait for more, and are in nobody's hands."""
        table, plan = marking_answers, plan_of(connection, plan_id)
        waiting = [stage.value for stage in OPEN_STAGES - {Stage.FIRST}]
        waiting.append(Stage.ADJUDICATOR.value)
        query = select(table.c.id, table.c.item_id).where(
            table.c.plan_id == plan_id, table.c.stage.in_(waiting), table.c.lease.is_(None)
        )
        if only is not None:
            query = query.where(only)
        items = {item.item_id: item for item in items_of(connection, plan_id)}
        for row in connection.execute(query).all():
            settle(connection, plan, items[row.item_id], row.id, now, by)


def read_settings(values: Mapping[str, Any]) -> PlanSettings:
    """Return the settings that a form or command gives.

    Raises:
        SettingsWrong: names each one that cannot be.
    """
    try:
        return PlanSettings.model_validate(values)
    except ValidationError as error:
        raise SettingsWrong(places=_places(error)) from error


def read_rule(values: Mapping[str, Any]) -> ItemRule:
    """Return an item's own rules.

    Raises:
        SettingsWrong: names each one that cannot be.
    """
    try:
        return ItemRule.model_validate(values)
    except ValidationError as error:
        raise SettingsWrong(places=_places(error)) from error


def _places(error: ValidationError) -> str:
    names = {".".join(map(str, mistake["loc"])) or "bias_percent" for mistake in error.errors()}
    return ", ".join(sorted(names))


def _update(connection: Connection, plan_id: str, values: Mapping[str, Any]) -> None:
    this = marking_plans.c.id == plan_id
    connection.execute(update(marking_plans).where(this).values(**values))


def _plan_at(connection: Connection, sitting_id: str, paper: str) -> str | None:
    table = marking_plans
    query = select(table.c.id).where(table.c.sitting_id == sitting_id, table.c.paper == paper)
    found: str | None = connection.execute(query).scalar()
    return found
