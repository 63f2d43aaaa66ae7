# SPDX-License-Identifier: Apache-2.0
"""python3 codegen check|generate ..., from any directory, also with -s -E -B."""

import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from callgen.cli import main  # noqa: E402

gc.set_threshold(100_000)  # a short process: the default looks for cycles 140 times as often
sys.exit(main())
