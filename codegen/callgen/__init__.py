# SPDX-License-Identifier: Apache-2.0
"""callgen: the schema compiler of Callgate. load -> check -> model -> plan -> render."""
