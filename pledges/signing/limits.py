"""What reading a file may cost. Far above any pledge, which takes 13 KB for each signature."""

from pyhanko.pdf_utils.decode_limits import (
    DecodeLimits,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)

# pyHanko reads some half a megabyte of objects in a second, packed ones too.
MAX_BYTES = 8 * 2**20
MAX_FIELDS = 300
MAX_REVISIONS = 300
LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=4 * 2**20),
    document_budget=DocumentDecodeBudget(base_allowance=16 * 2**20, max_ratio=4),
)
