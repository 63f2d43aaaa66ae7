# SPDX-License-Identifier: Apache-2.0
"""Regular expressions of ECMA-262 (Unicode) -> byte automata: parse -> automaton -> table."""
