"""Filters: what is proved, scored and deduplicated before it is exported.

report = run_filters(run)          # judge what generate made; see `trajgym.filters.run`
registry.names()                   # the filters there are; each is one file in ``filters/rules``
"""

from trajgym.filters.contract import Decision, Filter, PairRow, Row
from trajgym.filters.report import FilterReport
from trajgym.filters.run import run_filters

__all__ = ["Decision", "Filter", "FilterReport", "PairRow", "Row", "run_filters"]
