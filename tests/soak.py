"""How long a drill is: a sample in every run, the whole of it with SOAK=1 (`make soak`)."""

import os

SOAK = os.environ.get("SOAK") == "1"


def count(sample, whole):
    return whole if SOAK else sample
