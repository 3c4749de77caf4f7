"""What was worked out from the years of blocs, kept as long as nothing is recorded in them.

Whatever changes a card, a table or a decision is recorded in its year's chain, so the heads of the
chains tell whether anything did. What is held is read, never changed, and depends on who asks only
as far as its key says so.
"""

MOST_HELD = 500

_held: dict = {}


def held(under, key, make):
    """What `make()` gave, the first time it was asked for under these heads and this key.

    under: (stamp of the reference data, today, heads); nothing is held without a stamp.
    """
    if not under[0]:
        return make()
    if (under, key) not in _held:
        if len(_held) >= MOST_HELD:
            _held.clear()
        _held[under, key] = make()
    return _held[under, key]
