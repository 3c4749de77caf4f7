"""Hostile and unlucky files, each with the reason it must be refused for.

Unless a case says otherwise, the file in force is `signed(1)` and its sender holds KY02 and the
registered certificate of `TOKEN()`.
"""

from tests.pledges.signing.hostile import added, costly, signatures, whole
from tests.pledges.signing.hostile.base import CASES, FIELD, TOKEN, Case, Upload

__all__ = ["CASES", "FIELD", "TOKEN", "Case", "Upload", "added", "costly", "signatures", "whole"]
