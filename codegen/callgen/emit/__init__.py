# SPDX-License-Identifier: Apache-2.0
"""What else is made of a schema, beside the headers: one module per kind."""
