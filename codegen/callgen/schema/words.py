# SPDX-License-Identifier: Apache-2.0
"""The keywords of JSON Schema by what is done with them, and the bounds of what is compiled."""

from __future__ import annotations

DRAFT = "https://json-schema.org/draft/2020-12/schema"
MAX_COUNT = 2**32 - 2  # no text is longer: what is more is the same
MAX_KEYS = 256  # of one object, as callgate::schema::max_known_keys
MAX_DIVISOR_DIGITS = 18
MAX_DEPTH = 200  # of subschemas within each other
REFUSED = frozenset(
    "unevaluatedItems unevaluatedProperties $dynamicRef $dynamicAnchor $recursiveRef "
    "$recursiveAnchor $vocabulary".split()
)
ANNOTATIONS = frozenset(
    "$schema $id $anchor $comment $defs definitions title description default deprecated examples "
    "readOnly writeOnly contentEncoding contentMediaType contentSchema".split()
)
OF_STRING_MEMBERS = frozenset("contentMediaType contentSchema contentEncoding".split())
BESIDE_REFERENCE = ANNOTATIONS - {"$schema"} | {"$ref"}
NUMBERS = {
    "minimum": "minimum", "maximum": "maximum", "exclusiveMinimum": "exclusive_minimum",
    "exclusiveMaximum": "exclusive_maximum",
}
COUNTS = {
    "minLength": ("strings", "min_length"), "maxLength": ("strings", "max_length"),
    "minItems": ("arrays", "min_items"), "maxItems": ("arrays", "max_items"),
    "minContains": ("arrays", "min_contains"), "maxContains": ("arrays", "max_contains"),
    "minProperties": ("objects", "min_properties"), "maxProperties": ("objects", "max_properties"),
}
INNER = {
    "items": ("arrays", "items"), "contains": ("arrays", "contains"),
    "additionalProperties": ("objects", "additional"), "propertyNames": ("objects", "names"),
}
SAME = {"not": "not_of", "if": "if_of", "then": "then_of", "else": "else_of"}
SEVERAL = {
    "allOf": "all_of", "anyOf": "any_of", "oneOf": "one_of", "prefixItems": "prefix_items"
}
HANDLED = frozenset(
    "multipleOf type const enum pattern format uniqueItems properties patternProperties "
    "dependentSchemas required dependentRequired x-sensitive".split()
)
