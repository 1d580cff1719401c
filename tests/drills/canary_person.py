"""Who is looked for after the kiosk's drill: nobody's, and in no sample."""

from __future__ import annotations

ID_NUMBER, PHONE, BORN, NAME, TYPED = "110101194910011231", "13987654321", "1949-10-01", "金丝雀仔", "canaryqxz"
CANARIES = (ID_NUMBER, PHONE, BORN, NAME, TYPED)
