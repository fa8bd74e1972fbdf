"""The tables behind the practice account.

Their names are ours, in the plural, so that none is the name of a NetSuite table: what SuiteQL may see is defined in
``wizard.practice.rest.tables``. Flags are ``'T'``/``'F'`` and times ``YYYY-MM-DD HH:MM:SS`` in UTC.
"""

from __future__ import annotations

VERSION = 8
"""Kept in ``PRAGMA user_version``; a file with another number is not opened."""

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE handed_out (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE features (id TEXT PRIMARY KEY, name TEXT NOT NULL, isactive TEXT NOT NULL, agreed TEXT NOT NULL);
CREATE TABLE preferences (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE ip_rules (rule TEXT PRIMARY KEY);
CREATE TABLE subsidiaries (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, fullname TEXT NOT NULL, parent INTEGER,
    isinactive TEXT NOT NULL DEFAULT 'F', iselimination TEXT NOT NULL DEFAULT 'F', country TEXT,
    currency INTEGER, tranprefix TEXT, lastmodifieddate TEXT);
CREATE TABLE currencies (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, symbol TEXT NOT NULL, exchangerate REAL NOT NULL,
    isbasecurrency TEXT NOT NULL, isinactive TEXT NOT NULL DEFAULT 'F');
CREATE TABLE roles (
    id INTEGER PRIMARY KEY, scriptid TEXT NOT NULL, name TEXT NOT NULL UNIQUE, isinactive TEXT NOT NULL DEFAULT 'F',
    iswebserviceonlyrole TEXT NOT NULL DEFAULT 'F', subsidiaryoption TEXT,
    subsidiaryviewingallowed TEXT NOT NULL DEFAULT 'F', employeerestriction TEXT NOT NULL DEFAULT 'NONE',
    centertype TEXT NOT NULL DEFAULT 'ACCOUNTCENTER');
CREATE TABLE role_subsidiaries (role INTEGER NOT NULL, subsidiary INTEGER NOT NULL, PRIMARY KEY (role, subsidiary));
CREATE TABLE role_permissions (
    role INTEGER NOT NULL, permkey TEXT NOT NULL, name TEXT NOT NULL, permlevel INTEGER NOT NULL,
    PRIMARY KEY (role, permkey));
CREATE TABLE employees (
    id INTEGER PRIMARY KEY, entityid TEXT NOT NULL UNIQUE, email TEXT, giveaccess TEXT NOT NULL DEFAULT 'F',
    isinactive TEXT NOT NULL DEFAULT 'F', subsidiary INTEGER, failures INTEGER NOT NULL DEFAULT 0, lockeduntil TEXT);
CREATE TABLE assignments (
    entity INTEGER NOT NULL, role INTEGER NOT NULL, hidden TEXT NOT NULL DEFAULT 'F', PRIMARY KEY (entity, role));
CREATE TABLE global_permissions (
    entity INTEGER NOT NULL, permkey TEXT NOT NULL, permlevel INTEGER NOT NULL, PRIMARY KEY (entity, permkey));
CREATE TABLE integrations (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, state TEXT NOT NULL, tba TEXT NOT NULL,
    flow TEXT NOT NULL DEFAULT 'F', callback TEXT, bundle INTEGER, concurrency INTEGER,
    consumerkey TEXT NOT NULL UNIQUE, consumersecret TEXT NOT NULL, created TEXT NOT NULL);
CREATE TABLE request_tokens (
    id INTEGER PRIMARY KEY, tokenid TEXT NOT NULL UNIQUE, tokensecret TEXT NOT NULL, integration INTEGER NOT NULL,
    callback TEXT NOT NULL, entity INTEGER, role INTEGER, verifier TEXT, created TEXT NOT NULL);
CREATE TABLE tokens (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, tokenid TEXT NOT NULL UNIQUE, tokensecret TEXT NOT NULL,
    integration INTEGER NOT NULL, entity INTEGER NOT NULL, role INTEGER NOT NULL, revoked TEXT NOT NULL DEFAULT 'F',
    inactive TEXT NOT NULL DEFAULT 'F', created TEXT NOT NULL, createdby INTEGER NOT NULL);
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY, acctnumber TEXT, name TEXT NOT NULL, accttype TEXT NOT NULL, sspecacct TEXT, parent INTEGER,
    currency INTEGER, description TEXT, includechildren TEXT NOT NULL DEFAULT 'F',
    isinactive TEXT NOT NULL DEFAULT 'F');
CREATE TABLE account_subsidiaries (
    account INTEGER NOT NULL, subsidiary INTEGER NOT NULL, PRIMARY KEY (account, subsidiary));
CREATE TABLE entities (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, entityid TEXT NOT NULL, companyname TEXT, email TEXT,
    isperson TEXT NOT NULL DEFAULT 'F', isinactive TEXT NOT NULL DEFAULT 'F', subsidiary INTEGER, currency INTEGER);
CREATE INDEX entities_by_kind ON entities (kind, subsidiary);
CREATE INDEX entities_by_name ON entities (kind, entityid COLLATE NOCASE);
CREATE TABLE items (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, itemid TEXT NOT NULL, displayname TEXT,
    isinactive TEXT NOT NULL DEFAULT 'F');
CREATE TABLE lists (
    kind TEXT NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL, parent INTEGER, isinactive TEXT NOT NULL DEFAULT 'F',
    PRIMARY KEY (kind, id));
CREATE TABLE periods (
    id INTEGER PRIMARY KEY, periodname TEXT NOT NULL, startdate TEXT NOT NULL, enddate TEXT NOT NULL,
    closed TEXT NOT NULL DEFAULT 'F', alllocked TEXT NOT NULL DEFAULT 'F', arlocked TEXT NOT NULL DEFAULT 'F',
    aplocked TEXT NOT NULL DEFAULT 'F', isinactive TEXT NOT NULL DEFAULT 'F');
CREATE TABLE transactions (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, tranid TEXT NOT NULL, trandate TEXT NOT NULL, entity INTEGER,
    subsidiary INTEGER, currency INTEGER NOT NULL, total REAL NOT NULL, unpaid REAL NOT NULL DEFAULT 0, duedate TEXT,
    status TEXT NOT NULL, memo TEXT, postingperiod INTEGER NOT NULL, account INTEGER, offset INTEGER,
    department INTEGER, class INTEGER, location INTEGER);
CREATE INDEX transactions_by_type ON transactions (type, subsidiary);
CREATE INDEX transactions_by_entity ON transactions (entity);
CREATE TABLE applied (payment INTEGER NOT NULL, invoice INTEGER NOT NULL, amount REAL NOT NULL);
CREATE TABLE mandatory_fields (record TEXT NOT NULL, field TEXT NOT NULL, PRIMARY KEY (record, field));
CREATE TABLE workflow_locks (record TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (record, id));
CREATE TABLE bundles (id INTEGER PRIMARY KEY, name TEXT NOT NULL, version TEXT NOT NULL, installed TEXT NOT NULL);
CREATE TABLE scripts (
    id INTEGER PRIMARY KEY, scriptid TEXT NOT NULL UNIQUE, name TEXT NOT NULL, scripttype TEXT NOT NULL, bundle INTEGER,
    broken TEXT NOT NULL DEFAULT 'F', isinactive TEXT NOT NULL DEFAULT 'F');
CREATE TABLE deployments (
    id INTEGER PRIMARY KEY, script INTEGER NOT NULL, number INTEGER NOT NULL, scriptid TEXT NOT NULL, status TEXT NOT NULL,
    isdeployed TEXT NOT NULL DEFAULT 'T', allroles TEXT NOT NULL DEFAULT 'T', UNIQUE (script, number));
CREATE TABLE deployment_roles (
    deployment INTEGER NOT NULL, role INTEGER NOT NULL, PRIMARY KEY (deployment, role));
CREATE TABLE definitions (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, scriptid TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    isinactive TEXT NOT NULL DEFAULT 'F');
CREATE TABLE deleted_records (
    id INTEGER PRIMARY KEY, recordtypeid TEXT NOT NULL, name TEXT NOT NULL, deleteddate TEXT NOT NULL,
    deletedby INTEGER);
CREATE TABLE notes (
    id INTEGER PRIMARY KEY, recordtypeid INTEGER NOT NULL, recordid INTEGER NOT NULL, date TEXT NOT NULL,
    field TEXT NOT NULL, oldvalue TEXT, newvalue TEXT, name INTEGER NOT NULL);
CREATE TABLE logins (
    id INTEGER PRIMARY KEY, date TEXT NOT NULL, status TEXT NOT NULL, entity INTEGER, role INTEGER, email TEXT, ip TEXT,
    uri TEXT NOT NULL, detail TEXT, useragent TEXT, app TEXT, token TEXT);
CREATE TABLE nonces (
    entity INTEGER NOT NULL, stamp INTEGER NOT NULL, nonce TEXT NOT NULL,
    PRIMARY KEY (entity, stamp, nonce)) WITHOUT ROWID;
"""
"""Made once, when a state is new."""
