"""Read and edit the XMP packet of a sidecar. Bytes in, bytes out; no files, no Qt.

Only the bytes of the properties in question change: everything else is copied from the file as it is, with its byte
order mark, encoding, wrapper, padding, line ends, quotes, comments and unknown namespaces. What a packet lacks is added
in a ``rdf:Description`` of its own at the end, which vanishes without a trace when it is taken out again.
"""

from __future__ import annotations

from collections.abc import Mapping

from studio.services.sidecars.packet import Packet, is_bare
from studio.services.sidecars.properties import NAMES, PROPERTIES, NotXmp, Property, Value, clean, shown

_NEW = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Score Studio">\n'
    b' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n </rdf:RDF>\n</x:xmpmeta>\n'
)


def read(data: bytes) -> dict[Property, Value]:
    """Return the properties that the packet has, of those that this program writes.

    Raises:
        NotXmp: it is not a packet that this program may edit.
    """
    packet = Packet(data)
    found = ((one, packet.place(one)) for one in PROPERTIES)
    return {one: packet.value(place) for one, place in found if place is not None}


def edit(data: bytes | None, changes: Mapping[Property, Value | None]) -> bytes:
    """Return the packet with these values set, or taken out (None). Others stay; ``data`` None is a new packet.

    Raises:
        NotXmp: it is not a packet that this program may edit.
    """
    packet = Packet(_NEW if data is None else data)
    edits = [*packet.edits(changes)]
    if not edits and data is not None:
        return data
    body = packet.document.body
    for one in sorted(edits, key=lambda each: each.start, reverse=True):
        body = body[: one.start] + one.new + body[one.end :]
    new = packet.document.encoded(body)
    _check(new, changes)
    return new


def _check(data: bytes, changes: Mapping[Property, Value | None]) -> None:
    """Check that the edited packet says what it should.

    Raises:
        NotXmp: it does not, because of something unusual in the packet.
    """
    found = read(data)
    for one, wanted in changes.items():
        text = None if one not in found else found[one].text
        if text not in ((None,) if wanted is None else (wanted.text, clean(wanted.text))):
            raise NotXmp(f"its {shown(NAMES[one])} cannot be edited in place")


def is_empty(data: bytes) -> bool:
    """Return whether a packet holds no property at all, of anybody."""
    packet = Packet(data)
    others = len(packet.rdf.children) - len(packet.descriptions)
    bare = all(is_bare(one, frozenset()) for one in packet.descriptions)
    return bare and not (others or packet.rdf.mixed or packet.rdf.text.strip())
