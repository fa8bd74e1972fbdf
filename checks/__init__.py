"""One file per thing asked of NetSuite. ``ALL`` is the explicit list, in asking order."""

from __future__ import annotations

from checks import tables
from checks.account_exists import AccountExists
from checks.account_spelling import AccountSpelling
from checks.accounts import Accounts
from checks.ahead import Ahead
from checks.books import LANES as BOOKS
from checks.books import Books
from checks.credential_shape import CredentialShape
from checks.exchange import Exchanged
from checks.features import Features
from checks.integration_record import IntegrationRecordCheck
from checks.machine import MachineClock
from checks.network import Network
from checks.pace import Pace
from checks.permissions import Permissions
from checks.query_service import QueryService
from checks.record_access import LANES, RecordAccess
from checks.records_visible import RecordsVisible
from checks.replaced_values import ReplacedValues
from checks.role import Role
from checks.role_history import RoleHistory
from checks.server_time import DedicatedLogin, ServerTimeCheck
from checks.setup_token import SetupToken, SetupTokenRevoked
from checks.subsidiaries import SubsidiariesCheck
from checks.token_binding import TokenBinding
from checks.user import User
from wizard.check import Check
from wizard.exchange import EXCHANGES

_ASKED: tuple[Check, ...] = (
    CredentialShape(),
    AccountSpelling(),
    Network(),
    AccountExists(),
    MachineClock(),
    SetupToken(),
    ServerTimeCheck(),
    Ahead("features", "Features of the account", tables.FEATURES),
    Ahead("tokens", "Tokens of the account", tables.TOKENS),
    QueryService(),
    DedicatedLogin(),
    # What much else waits for comes first; the books wait for nothing and fill the gaps.
    Features(),
    Role(),
    *(RecordAccess(lane) for lane in range(LANES)),
    Permissions(),
    TokenBinding(),
    IntegrationRecordCheck(),
    RecordsVisible(),
    RoleHistory(),
    User(),
    SubsidiariesCheck(),
    Accounts(),
    *(Books(lane) for lane in range(BOOKS)),
)
ALL: tuple[Check, ...] = (
    *_ASKED,
    Pace(tuple(check.id for check in _ASKED)),
    SetupTokenRevoked(),
    ReplacedValues(),
    *(Exchanged(how) for how in EXCHANGES),
)
"""Whatever a check needs stands before it."""
