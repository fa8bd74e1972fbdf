"""What nobody published about NetSuite, as switches: each has the default the sources make likeliest, and alternatives.

A client that copes with every value copes with what NetSuite turns out to do. The numbers are
those of protocol.md section 13.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Settings:
    """Unpublished behaviour. Every default is inferred."""

    rest_feature_off: Literal["403", "400"] = "403"
    """13.6: status of every REST answer while the feature REST Web Services is off."""
    rest_permission_missing: Literal["user_error", "403"] = "user_error"
    """13.6: a role without *REST Web Services* gets 400 ``USER_ERROR`` (one vendor's reading), or 403."""
    hidden_record: Literal["403", "404"] = "403"
    """13.16: a record type that exists, to a role that lacks its permission."""
    workbook_view_enough: bool = False
    """13.7: whether *SuiteAnalytics Workbook* at View opens lists and queries; Oracle asks for Edit."""
    tokeninfo_shape: Literal["flat", "nested", "names_only", "refused_for_web_services_only"] = "flat"
    """13.4: body of ``tokeninfo``; the last one answers a Web Services Only role as a RESTlet would."""
    prefer_missing: Literal["400", "accept"] = "400"
    """13.10: SuiteQL without ``Prefer: transient``."""
    failed_logins_lock: bool = True
    """13.20: whether failed token logins count towards the lock of 30 minutes after five failures."""
    tba_error_word: Literal["token_rejected", "cause"] = "token_rejected"
    """13.1: whether ``error=`` in ``WWW-Authenticate`` is always the same word, or the word of the audit trail."""
    feature_table_readable: bool = True
    """Roles-and-features 4.2 and 11: whether ``CompanyFeatureSetup`` can be read over REST at all."""
    record_of_other_subsidiary: Literal["404", "403"] = "404"
    """13.13: reading a record of a subsidiary the role does not see."""
    subsidiaries_through_viewing: bool = False
    """Whether *Allow Cross-Subsidiary Record Viewing* also lists, in ``subsidiary``, those the role was not given."""
    times_with_clock: bool = True
    """Whether a column that holds date and time shows its time without ``TO_CHAR`` (no sample published)."""
