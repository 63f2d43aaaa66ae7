# SPDX-License-Identifier: Apache-2.0
"""The first schema of a provider: from real bodies, or from what its sender has published."""
