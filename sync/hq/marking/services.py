"""The services of marking in one object."""

from dataclasses import dataclass

from sync.hq.context import HqContext
from sync.hq.marking.adjudication import Adjudication
from sync.hq.marking.allocation import Allocation
from sync.hq.marking.controls import Controls
from sync.hq.marking.export import MarkTables
from sync.hq.marking.markers import Markers
from sync.hq.marking.marking import Marks
from sync.hq.marking.own_work import OwnWorks
from sync.hq.marking.plans import Plans
from sync.hq.marking.progress import ProgressReports
from sync.hq.marking.reading import Readings
from sync.hq.marking.worklist import Worklist


@dataclass(frozen=True)
class MarkingServices:
    """What pages and commands of marking call."""

    adjudication: Adjudication
    allocation: Allocation
    controls: Controls
    markers: Markers
    marks: Marks
    own: OwnWorks
    plans: Plans
    progress: ProgressReports
    readings: Readings
    tables: MarkTables
    worklist: Worklist


def marking_services(context: HqContext) -> MarkingServices:
    """Return the services of marking, which share their control scripts and list of work."""
    controls, worklist = Controls(context), Worklist(context)
    return MarkingServices(
        adjudication=Adjudication(context),
        allocation=Allocation(context, worklist, controls),
        controls=controls,
        markers=Markers(context),
        marks=Marks(context, controls),
        own=OwnWorks(context),
        plans=Plans(context),
        progress=ProgressReports(context),
        readings=Readings(context),
        tables=MarkTables(context),
        worklist=worklist,
    )
