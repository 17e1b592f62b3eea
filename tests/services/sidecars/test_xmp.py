"""Editing XMP packets: only our bytes change, and what is added can be taken out without a trace."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.sidecars.forms import BRIDGE, DARKTABLE, DIGIKAM, FORMS, LIGHTROOM, MINIMAL, RDF

from studio.services.sidecars.content import Changes, undo_changes
from studio.services.sidecars.properties import OWN, NotXmp, Property, Value
from studio.services.sidecars.xmp import edit, is_empty, read

TEXT = 'A <calm> "heron" & its prey;\na second line, naïve 🐟'
CHANGES: Changes = {
    "Rating": Value("5"),
    "Description": Value(TEXT),
    "Score": Value("6.25"),
    "Stars": Value("5"),
    "ScaleLow": Value("1"),
    "ScaleHigh": Value("10"),
    "Explanation": Value(TEXT),
    "Version": Value("iter2/merged"),
    "ModelDigest": Value("0123abcd"),
    "Time": Value("2025-06-01T10:00:00+02:00"),
}


def texts(data: bytes) -> dict[Property, str]:
    return {one: value.text for one, value in read(data).items()}


def taken_out(before: bytes | None, after: bytes) -> bytes:
    """What an undo makes of a sidecar, knowing what it held but not using those bytes."""
    former = read(before) if before is not None else {}
    return edit(after, undo_changes(former, read(after), "5", TEXT))


@pytest.mark.parametrize("form", FORMS)
def test_that_a_merge_sets_ours_and_that_taking_it_out_gives_the_same_bytes(form: str) -> None:
    before = FORMS[form]
    after = edit(before, CHANGES)
    assert texts(after) == {one: value.text for one, value in CHANGES.items() if value is not None}
    assert taken_out(before, after) == before


ESCAPED = TEXT.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
REPLACED = {
    "darktable": [('xmp:Rating="2"', 'xmp:Rating="5"')],
    "digikam": [('xmp:Rating="3"', 'xmp:Rating="5"'), ("Ein Reiher &amp; sein Fisch", ESCAPED)],
    "lightroom": [('xmp:Rating="4"', 'xmp:Rating="5"'), ("At the weir", ESCAPED)],
    "bridge": [("<xap:Rating>1<", "<xap:Rating>5<")],
    "minimal": [],
}


@pytest.mark.parametrize("form", FORMS)
def test_that_a_merge_changes_values_in_place_and_adds_one_block(form: str) -> None:
    """Without the added block, the file is the old one with these values replaced."""
    after = edit(FORMS[form], CHANGES).decode()
    start, end = after.rindex("<rdf:Description"), after.rindex("</rdf:Description>") + len("</rdf:Description>")
    line = {"bridge": "\r\n ", "minimal": ""}.get(form, "\n  ")
    assert all(f"<scorestudio:{one}>" in after[start:end] for one in OWN)
    assert after[:start].endswith(line)
    expected = FORMS[form].decode()
    for old, new in REPLACED[form]:
        expected = expected.replace(old, new, 1)
    assert after[: start - len(line)] + after[end:] == expected


def test_that_line_ends_padding_byte_order_mark_and_comment_stay() -> None:
    after = edit(FORMS["bridge"], CHANGES)
    assert after.startswith("\ufeff<?xpacket".encode())
    assert after.count(b"\n") == after.count(b"\r\n") + TEXT.count("\n") * 2
    assert after.endswith(FORMS["bridge"][-2050:])
    assert b"<!-- set by hand -->" in after
    assert b"<xap:Rating>5</xap:Rating>" in after
    assert after.count(b"uuid:faf5bdd5-ba3d-11da-ad31-d33d75182f1b") == 3, "all descriptions are about the same"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso-8859-1", "us-ascii"])
def test_that_other_encodings_stay(encoding: str) -> None:
    text = DIGIKAM.replace("UTF-8", encoding)
    if encoding == "us-ascii":
        text = text.encode("ascii", "xmlcharrefreplace").decode()
    before = text.encode(encoding)
    after = edit(before, CHANGES)
    assert texts(after)["Explanation"] == TEXT
    assert after.decode(encoding).startswith(text[:40])
    assert taken_out(before, after) == before


def test_that_a_new_packet_has_what_was_asked_for_and_nothing_else() -> None:
    data = edit(None, {"Rating": Value("-1"), "Score": Value("0.5")})
    assert texts(data) == {"Rating": "-1", "Score": "0.5"}
    assert not is_empty(data)
    assert is_empty(edit(data, {"Rating": None, "Score": None}))


def test_that_writing_the_same_again_changes_nothing_and_other_values_change_in_place() -> None:
    once = edit(FORMS["digikam"], CHANGES)
    assert edit(once, CHANGES) == once
    again = edit(once, {**CHANGES, "Score": Value("7.5"), "Explanation": None})
    assert again.count(b"urn:x-score-studio") == 1
    assert texts(again)["Score"] == "7.5"
    assert "Explanation" not in texts(again)


def test_that_only_the_default_language_of_a_description_changes() -> None:
    after = edit(FORMS["digikam"], {"Description": Value("A heron")}).decode()
    assert '<rdf:li xml:lang="x-default">A heron</rdf:li>\n     <rdf:li xml:lang="fr-FR">Un héron' in after
    others = DIGIKAM.replace('     <rdf:li xml:lang="x-default">Ein Reiher &amp; sein Fisch</rdf:li>\n', "", 1)
    added = edit(others.encode(), {"Description": Value("A heron")})
    assert added.decode() == DIGIKAM.replace("Ein Reiher &amp; sein Fisch", "A heron", 1)
    assert edit(added, {"Description": None}).decode() == others


def test_that_ours_are_taken_out_of_what_another_program_has_rewritten() -> None:
    """darktable and digiKam (exiv2) move everything into one description, as attributes."""
    rewritten = DARKTABLE.replace(
        '    xmlns:dc="', '    xmlns:scorestudio="urn:x-score-studio:xmp:1.0#"\n    xmlns:dc="'
    ).replace(
        '   xmp:Rating="2"',
        '   scorestudio:Score="6.25"\n   scorestudio:Explanation="two&#xA;lines"\n   xmp:Rating="5"',
    )
    assert texts(rewritten.encode()) == {"Rating": "5", "Score": "6.25", "Explanation": "two\nlines"}
    former: dict[Property, Value] = {"Rating": Value("2")}
    undone = edit(rewritten.encode(), undo_changes(former, read(rewritten.encode()), "5", None))
    assert undone.decode() == DARKTABLE


def test_that_a_rating_that_was_changed_since_stays() -> None:
    after = edit(FORMS["darktable"], CHANGES).replace(b'xmp:Rating="5"', b'xmp:Rating="1"')
    undone = taken_out(FORMS["darktable"], after)
    assert undone.decode() == DARKTABLE.replace('xmp:Rating="2"', 'xmp:Rating="1"')


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
REFUSED = {
    "empty": (b"", "not well-formed"),
    "text": (b"no XML at all", "not well-formed"),
    "cut off": (FORMS["lightroom"][:900], "not well-formed"),
    "two roots": (FORMS["minimal"] * 2, "not well-formed"),
    "bomb": ((BOMB + MINIMAL.replace("about=''", "about='&b;'")).encode(), "document type"),
    "file entity": ((OUTSIDE + MINIMAL).encode(), "document type"),
    "unknown entity": (MINIMAL.replace("about=''", "about='&nbsp;'").encode(), "undefined entity"),
    "undeclared prefix": (MINIMAL.replace("rdf:about=''", "xmp:Rating='1'").encode(), "xmp:Rating is not declared"),
    "other XML": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no XMP packet"),
    "HTML": (b"<html><body><rdf:RDF xmlns:rdf='" + RDF.encode() + b"'/></body></html>", "no XMP packet"),
    "two packets": (LIGHTROOM.replace("</x:xmpmeta>", MINIMAL + "</x:xmpmeta>").encode(), "several XMP packets"),
    "wrong encoding": (DIGIKAM.encode("latin-1"), "not text in the encoding utf-8"),
    "unknown encoding": (DIGIKAM.replace("UTF-8", "klingon").encode(), "klingon is unknown"),
    "no text encoding": (DIGIKAM.replace("UTF-8", "base64").encode(), "base64 is unknown"),
    "two ratings": (BRIDGE.replace("<xap:Rating>", "<xap:Rating>1</xap:Rating><xap:Rating>").encode(), "2 times"),
    "structured rating": (
        BRIDGE.replace("<xap:Rating>1<", "<xap:Rating><rdf:Description rdf:value='1'/><").encode(),
        "xmp:Rating has an unusual form",
    ),
    "bag of descriptions": (LIGHTROOM.replace("rdf:Alt", "rdf:Bag").encode(), "dc:description has an unusual form"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_that_what_is_no_packet_is_refused_by_name(name: str) -> None:
    data, part = REFUSED[name]
    with pytest.raises(NotXmp, match=part):
        edit(data, CHANGES)


# Packets of any shape. Values are written raw, so that references and CDATA sections are among them.
SPACES = {"xmp": "http://ns.adobe.com/xap/1.0/", "dc": "http://purl.org/dc/elements/1.1/", "o": "http://o.example/ns#"}
ATTRIBUTE_TEXTS = st.sampled_from(["", "1", "5", "&#x33;", "a &amp; b", "&lt;x y='", "é🐟", "line&#10;two"])
ELEMENT_TEXTS = st.sampled_from(["", "1", "5", "&#51;", "<![CDATA[4]]>", "a &amp; b", 'q"q', "é🐟", "\n 2 \n"])
OTHERS = st.sampled_from(
    ["o:A='1'", 'o:B="x&gt;y"', "xml:lang='de'", "xmlns:p='http://p.example/' p:C='/&gt;'", "xmlns:q='urn:q'"]
)
INNER = st.sampled_from(
    [
        "<o:List><rdf:Bag><rdf:li>x</rdf:li><rdf:li/></rdf:Bag></o:List>",
        "<!-- <xmp:Rating>9</xmp:Rating> -->",
        "<o:Empty/>",
        "<o:Deep><rdf:Description xmp:Rating='9'/></o:Deep>",
        "<?hint x?>",
        "<n xmlns='http://n.example/'><Rating>9</Rating></n>",
    ]
)


@st.composite
def packets(draw: st.DrawFn) -> bytes:
    """A packet with at most one rating and one description, among properties of others."""
    line = draw(st.sampled_from(["\n", "\r\n", "", "\n\t", "\n\n   "]))
    rating = draw(st.sampled_from(["none", "attribute", "element", "closed"]))
    description = draw(st.sampled_from(["none", "alt", "alt others", "alt one", "plain", "attribute"]))
    count = draw(st.integers(1, 3))
    rating_in, description_in = draw(st.integers(0, count - 1)), draw(st.integers(0, count - 1))
    owners = []
    for number in range(count):
        attributes = ["rdf:about=''", *draw(st.lists(OTHERS, max_size=3, unique_by=lambda one: one[:8]))]
        children = draw(st.lists(INNER, max_size=3))
        if rating != "none" and number == rating_in:
            if rating == "attribute":
                attributes.append(f'xmp:Rating = "{draw(ATTRIBUTE_TEXTS).replace(chr(34), "")}"')
            else:
                text = "<xmp:Rating />" if rating == "closed" else f"<xmp:Rating>{draw(ELEMENT_TEXTS)}</xmp:Rating >"
                children.insert(draw(st.integers(0, len(children))), text)
        if description != "none" and number == description_in:
            one, other = draw(ELEMENT_TEXTS), draw(ELEMENT_TEXTS)
            default = f'<rdf:li xml:lang="x-default">{one}</rdf:li>'
            french = f"<rdf:li xml:lang='fr'>{other}</rdf:li>"
            alt = {"alt": default + line + french, "alt others": line + french, "alt one": default}
            if description == "attribute":
                attributes.append(f"dc:description='{draw(ATTRIBUTE_TEXTS).replace(chr(39), '')}'")
            elif description == "plain":
                children.append(f"<dc:description>{one}</dc:description>")
            else:
                children.append(f"<dc:description><rdf:Alt>{alt[description]}</rdf:Alt></dc:description>")
        gap = line or " "
        head = "<rdf:Description" + "".join(gap + one for one in draw(st.permutations(attributes)))
        tail = "".join(line + one for one in children)
        owners.append(f"{head}>{tail}{line}</rdf:Description>" if children else f"{head}/>")
    declared = "".join(f" xmlns:{prefix}='{uri}'" for prefix, uri in {"rdf": RDF, **SPACES}.items())
    body = f"<rdf:RDF{declared}>{''.join(line + one for one in owners)}{line}</rdf:RDF>"
    if draw(st.booleans()):
        body = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{line}{body}</x:xmpmeta>{line}"
    if draw(st.booleans()):
        body = f'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>{line}{body}{line}   {line}<?xpacket end="w"?>'
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]))
    return body.encode(encoding)


@given(packets(), st.sets(st.sampled_from(list(CHANGES)), min_size=1))
@settings(max_examples=400, deadline=None)
def test_that_any_packet_is_the_same_after_a_merge_and_an_undo(before: bytes, wanted: set[Property]) -> None:
    changes: Changes = {one: CHANGES[one] for one in CHANGES if one in wanted}
    after = edit(before, changes)
    expected = {**texts(before), **{one: value.text for one, value in changes.items() if value is not None}}
    assert texts(after) == expected
    rating, description = ("5" if "Rating" in wanted else None), (TEXT if "Description" in wanted else None)
    assert edit(after, undo_changes(read(before), read(after), rating, description)) == before


@given(st.binary(max_size=40), st.integers(0, len(DIGIKAM) - 1), st.integers(0, 30))
@settings(max_examples=200, deadline=None)
def test_that_damaged_packets_are_refused_or_keep_their_damage(noise: bytes, at: int, cut: int) -> None:
    damaged = FORMS["digikam"][:at] + noise + FORMS["digikam"][at + cut :]
    try:
        after = edit(damaged, CHANGES)
    except NotXmp:
        return
    assert taken_out(damaged, after) == damaged
