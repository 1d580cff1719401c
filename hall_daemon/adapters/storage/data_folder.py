"""What lies in a hall's data folder, by name."""

from __future__ import annotations

JOURNAL = "journal.db"
SNAPSHOTS = "snapshots"
PROMISES = "promises.db"
VAULT = "vault.db"
VAULT_KEY = "vault.key"
ACCOUNTS_KEY = "accounts.key"
PERSONS_KEY = "persons.key"
DOSSIERS = "dossiers.db"
DOSSIERS_KEY = "dossiers.key"
PAGES = "dossiers"
ANSWERS = "answers.db"
FORMS = "forms"
PLATFORM = "platform.db"
