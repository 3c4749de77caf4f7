"""The panel of the Ban Thi đua: reference data it keeps, accounts, the record to look at.

Order of import is the order within each section of the panel's first page.
"""

from units.admin import authority, bloc, people, record, unit  # noqa: F401
