"""PDF signatures: the only place in the project that knows pyHanko.

Pure: bytes and plain values in, bytes and plain values out. No Django, no database, no settings, no
network, no clock (every moment is passed in as an aware datetime). It knows fields and signatures,
not pledges.

    from pledges import signing

    signer = issuer.certify(subject, now)
    signing.sign.append_signature(pdf, "KY01", signer, stamp, reason, now)

A module is loaded when it is first used, so importing this package costs nothing: pyHanko (half a
second) is loaded only by a process that signs or verifies, and by a web worker as it starts.
"""

from importlib import import_module

_MODULES = {
    "accept",
    "ca",
    "errors",
    "layout",
    "limited",
    "prepare",
    "report",
    "scanned",
    "seal",
    "sign",
    "timestamp",
    "trust",
    "verify",
}


def __getattr__(name: str):
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")
