"""Follows changes of headquarters' keys, by network and by USB stick."""

from kiosk.store.centre.hq_trust import HqTrust
from sync.agent.errors import HqRefused
from sync.agent.transports import Transport
from sync.wire.exchange.container import MediaContainer
from sync.wire.exchange.removable_media import hq_keys_name
from sync.wire.sealing.hq_keys import MAX_BYTES, read_chain

PATH = "/sync/v1/hq-keys"
NOT_FOUND = 404


def follow_by_network(trust: HqTrust, transport: Transport) -> None:
    """Ask for statements after the last one known, until there is none.

    The last request tells headquarters how far this centre has followed.

    Raises:
        HqKeysReplaced: only people can decide whether to trust the new keys.
        HqUnreachable: the connection failed.
        HqRefused: headquarters refused the request.
        WireError: a statement is damaged or wrongly signed.
    """
    while trust.follow(_ask(trust, transport)):
        pass


def follow_by_media(trust: HqTrust, container: MediaContainer, centre_code: str) -> None:
    """Follow the statements on a stick, if there are some; raises like the network's."""
    name = hq_keys_name(centre_code)
    if name in container.names():
        trust.follow(read_chain(container.read(name, MAX_BYTES)))


def _ask(trust: HqTrust, transport: Transport) -> list[bytes]:
    try:
        reply = transport.send("GET", f"{PATH}?known={trust.number}")
    except HqRefused as error:
        if error.params["status"] == NOT_FOUND:  # an older headquarters has nothing to announce
            return []
        raise
    return list(read_chain(reply.body))
