# SPDX-License-Identifier: Apache-2.0
"""Plain JSON Schemas (draft 2020-12) -> tables: places -> read -> plan."""
