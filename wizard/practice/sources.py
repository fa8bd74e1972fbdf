"""Where something is written that a scenario shows: the documents it may name, with their sections."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

_SECTIONS: Mapping[str, Mapping[int, int]] = {
    # Section 13 is a list of twenty questions.
    "protocol": {1: 4, 2: 4, 3: 5, 4: 8, 5: 0, 6: 7, 7: 3, 8: 7, 9: 5, 10: 4, 11: 3, 12: 0, 13: 20},
    "roles-and-features": {0: 0, 1: 4, 2: 3, 3: 4, 4: 6, 5: 0, 6: 0, 7: 8, 8: 0, 9: 0, 10: 0, 11: 0},
    "failures": dict.fromkeys(range(1, 182), 0),
}
"""Sections, or rows, and how many subsections each has."""


def _there(source: str) -> str:
    document, place = re.split(": | ", source)[1:]
    section, _, below = place.partition(".")
    subsections = _SECTIONS[document].get(int(section))
    if subsections is None or (below and not 1 <= int(below) <= subsections):
        raise ValueError(f"{document} has no {place}")
    return source


Source = Annotated[
    str,
    Field(pattern=rf"^(documented|observed|inferred): ({'|'.join(_SECTIONS)}) [0-9]{{1,3}}(\.[0-9]{{1,2}})?$"),
    AfterValidator(_there),
]
"""How far something can be believed, and where it is written: ``observed: protocol 8.3``, ``documented: failures 63``."""
