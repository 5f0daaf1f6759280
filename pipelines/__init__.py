"""The wiring. Imported before anything that imports Polars, which is told here to spill nothing.

Polars puts frames aside on disk, readable, when it holds more than a share of the memory. Rows of
persons must not lie there: it is told that memory has no end, and reads that once, when it begins.
"""

import os

ENDLESS = str(10**9)  # megabytes
SPILLING = ("POLARS_OOC_MEMORY_BUDGET_MB", "POLARS_OVERRIDE_TOTAL_MEMORY_MB")

for _name in SPILLING:
    os.putenv(_name, ENDLESS)
