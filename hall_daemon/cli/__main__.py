"""`python -m hall_daemon.cli` is `hall`."""

import sys

from hall_daemon.cli import main

sys.exit(main())
