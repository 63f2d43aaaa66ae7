# SPDX-License-Identifier: Apache-2.0
"""python3 codegen check|generate ..., from any directory, also with -s -E -B."""

import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from callgen.cli import main  # noqa: E402

gc.disable()  # the process ends soon, and little of it lives in cycles
sys.exit(main())
