# SPDX-License-Identifier: Apache-2.0
"""What changes from one schema of a provider to the next, and whom that breaks."""
