"""What is said of a file, from the checks of all its signatures."""

from collections.abc import Sequence

from bot.domain.document import FileSignature, SignatureState
from workers.files.signatures.certificates import Certificate, is_trusted, read_certificate, roots_in
from workers.files.signatures.der import BadDer
from workers.files.signatures.signature_check import SignatureCheck, SignatureFit


def file_signature(checks: Sequence[SignatureCheck], roots: Sequence[str], *, whole: bool) -> FileSignature | None:
    """Return what is said of a file with these signatures; `whole` if together they leave nothing of it uncovered.

    None if nothing is: there is no signature, one cannot be verified, or they leave out a part of the file. Signers are
    named if the certificates of all of them lead to one of the `roots`.
    """
    if any(check.fit is SignatureFit.DIFFERS for check in checks):
        return FileSignature(state=SignatureState.CHANGED)
    if not checks or not whole or any(check.fit is SignatureFit.UNKNOWN for check in checks):
        return None
    trusted = roots_in(roots)
    names = [_trusted_name(check, trusted) for check in checks] if trusted else []
    return FileSignature(
        state=SignatureState.INTACT,
        signers=tuple(dict.fromkeys(filter(None, names))) if all(names) else (),
        unknown_signer=bool(trusted) and not all(names),
    )


def _trusted_name(check: SignatureCheck, roots: Sequence[Certificate]) -> str:
    """Return the name in a signer's certificate, "" if that leads to none of the roots."""
    if check.certificate is None or check.signed_at is None:
        return ""
    try:
        certificate = read_certificate(check.certificate)
        others = [read_certificate(one) for one in check.others]
    except BadDer:
        return ""
    return certificate.name if is_trusted(certificate, others, roots, check.signed_at) else ""
