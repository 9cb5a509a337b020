"""The signatures of an OFD (GB/T 33190, clause 18): whether the package is as it was signed.

A signature's description lists the package's files with their digests, and the seal signs the description. A file that
no signature lists can hold anything: the package is intact only if each signature covers every file, but for the lists
and values of the signatures themselves, and `OFD.xml`, which names them; `OfdSignatures.covers_head` says whether it is
covered.
"""

import base64
import binascii
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.domain.document import FileSignature, SignatureState
from workers.files.safe_xml import BadXml, Node, XmlAllowance, parse_xml
from workers.files.signatures.der import SEQUENCE, BadDer, read_der
from workers.files.signatures.digests import WEAK, digest_named, size_of
from workers.files.signatures.signature_check import DIFFERS, UNKNOWN, SignatureCheck, SignatureFit
from workers.files.signatures.signed_value import check_value
from workers.files.signatures.verdict import file_signature
from workers.files.signatures.zip_members import BrokenMember, UnclearZip, ZipMembers, open_members
from workers.files.xml_package import normalised_path

_HEAD = "ofd.xml"
_MOST_SIGNATURES = 8
_USUAL_DIGEST = "md5"  # where a description names none (GB/T 33190, 18.2.2)
_ELEMENTS, _CHARACTERS = 50_000, 4_000_000  # of all descriptions


@dataclass(frozen=True, slots=True, kw_only=True)
class OfdSignatures:
    """What is said of a package's signatures, None if that is nothing, and whether they cover `OFD.xml`."""

    signature: FileSignature | None = None
    covers_head: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Description:
    """A signature's description: where it and its value are, and the files that it lists with their digests."""

    path: str
    value: str
    seal: str  # "" without a file of its own
    method: str
    signed_at: str
    listed: tuple[tuple[str, bytes], ...]


def check_ofd(data: bytes, roots: Sequence[str] = ()) -> OfdSignatures:
    """Return what is said of the signatures of an OFD; `roots` are trusted certificates as PEM.

    Nothing is said of a package without signatures, of one whose signatures cannot be verified here, and of one with
    files that they do not cover. One that names a part of a signature which it does not hold has lost it.
    """
    try:
        members = open_members(data)
        allowance = XmlAllowance(elements=_ELEMENTS, characters=_CHARACTERS)
        head = _xml(members, _HEAD, allowance)
        bodies = [node for node in head.children if node.name == "DocBody"] if head is not None else []
        place = bodies[0].text_at("Signatures") if len(bodies) == 1 else ""
        if not place:
            return OfdSignatures()
        descriptions = tuple(_descriptions(members, place, allowance))
        return _said_of(members, normalised_path(place), descriptions, roots)
    except BrokenMember:
        return OfdSignatures(signature=FileSignature(state=SignatureState.CHANGED))
    except (UnclearZip, BadXml, BadDer):
        return OfdSignatures()


def _said_of(
    members: ZipMembers, place: str, descriptions: Sequence[_Description], roots: Sequence[str]
) -> OfdSignatures:
    if not descriptions:
        return OfdSignatures()
    own = {place, *(path for one in descriptions for path in (one.path, one.value, one.seal) if path)}
    checks = [_check(members, one) for one in descriptions]
    covered = [{path for path, _ in one.listed} for one in descriptions]
    left = {path for path in members.files if not all(path in paths for paths in covered)} - own - {_HEAD}
    return OfdSignatures(
        signature=file_signature(checks, roots, whole=not left and members.clear),
        covers_head=all(_HEAD in paths for paths in covered),
    )


def _check(members: ZipMembers, one: _Description) -> SignatureCheck:
    """Return whether a signature fits its description, and the description the files that it lists."""
    description, value = _content(members, one.path), _content(members, one.value)
    if not one.method or any(len(digest) != size_of(one.method) for _, digest in one.listed):
        return UNKNOWN
    if any(members.digest(path, one.method) != digest for path, digest in one.listed):
        return DIFFERS
    check = check_value(value, [description]).at(one.signed_at)
    return UNKNOWN if one.method in WEAK and check.fit is SignatureFit.FITS else check


def _descriptions(members: ZipMembers, place: str, allowance: XmlAllowance) -> Iterator[_Description]:
    """Yield the descriptions that the list of signatures names.

    Raises `BrokenMember` if the list or one of them is missing, `UnclearZip` if one is none.
    """
    listing = _named_part(members, place, allowance)
    if listing.name != "Signatures":
        raise UnclearZip("no list of signatures")
    if any(node.children or node.name not in {"Signature", "MaxSignId"} for node in listing.children):
        raise UnclearZip("more than a list, which nobody signs")  # it may be a page at the same time
    entries = [node for node in listing.children if node.name == "Signature"]
    if len(entries) > _MOST_SIGNATURES:
        raise UnclearZip("too many signatures")
    for entry in entries:
        path = _resolved(members, place, entry.attributes.get("BaseLoc", ""))
        node = _named_part(members, path, allowance)
        if node.name != "Signature":
            raise UnclearZip("no description of a signature")
        yield _description(members, path, node)


def _description(members: ZipMembers, path: str, node: Node) -> _Description:
    info = node.at("SignedInfo")
    lists = [child for child in info.children if child.name == "References"] if info is not None else []
    if info is None or len(lists) != 1:
        raise UnclearZip("no single list of files")
    seal = _resolved(members, path, info.text_at("Seal/BaseLoc"))
    if seal and read_der(_content(members, seal)).tag != SEQUENCE:
        raise UnclearZip("a seal that is none")
    listed = tuple(
        (_resolved(members, path, reference.attributes.get("FileRef", "")), _digest_in(reference))
        for reference in islice(lists[0].all("Reference"), len(members.infos) + 1)
    )
    method = digest_named(lists[0].attributes.get("CheckMethod", _USUAL_DIGEST))
    value = _resolved(members, path, node.text_at("SignedValue"))
    at = info.text_at("SignatureDateTime")
    return _Description(path=path, value=value, seal=seal, method=method, signed_at=at, listed=listed)


def _digest_in(reference: Node) -> bytes:
    try:
        return base64.b64decode("".join(reference.text_at("CheckValue").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnclearZip("no digest") from error


def _resolved(members: ZipMembers, base: str, place: str) -> str:
    """Return the path that a place named in the file `base` has, "" for none."""
    if not place:
        return ""
    beside = normalised_path(posixpath.join(posixpath.dirname(base), place))
    is_beside = not place.startswith("/") and beside in members.infos
    return beside if is_beside else normalised_path(place)


def _xml(members: ZipMembers, path: str, allowance: XmlAllowance) -> Node | None:
    data = members.content(path)
    return parse_xml(data, allowance) if data is not None else None


def _named_part(members: ZipMembers, path: str, allowance: XmlAllowance) -> Node:
    return parse_xml(_content(members, path), allowance)


def _content(members: ZipMembers, path: str) -> bytes:
    """Return a part of a signature that is named elsewhere; raises `BrokenMember` if it is not there any more."""
    content = members.content(path)
    if content is None:
        raise BrokenMember(path)
    return content
