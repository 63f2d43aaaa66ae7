// SPDX-License-Identifier: Apache-2.0
// Where in a request a value stands, as types: the compiled form of OpenAPI runtime expressions.
#pragma once

#include <callgate/core/fixed_string.hpp>

#include <cstddef>

namespace callgate::source {

// $request.header.Name
template <fixed_string Name>
struct header {};

// $request.query.name
template <fixed_string Name>
struct query {};

// Step of a body path into an array.
struct at {
  std::size_t index;
};

// $request.body#/a/b: a chain of member pointers (and at{i}) into the generated payload. An
// optional on the way that is empty makes the value absent.
template <auto... Steps>
struct body {};

// The nearest member of one of these names in the body's bytes, whatever the payload's types say:
// see json::key_search.
template <std::size_t MaxDepth, bool EmbeddedJson, fixed_string... Keys>
struct search {};

// The first of these that is present and not empty.
template <class... Sources>
struct first_of {};

// Never there.
using none = first_of<>;

// How many query parameters a source can read: each costs a decoded copy of the query.
template <class Source>
inline constexpr std::size_t query_reads = 0;
template <fixed_string Name>
inline constexpr std::size_t query_reads<query<Name>> = 1;
template <class... Sources>
inline constexpr std::size_t query_reads<first_of<Sources...>> = (std::size_t{0} + ... +
                                                                  query_reads<Sources>);

// How many strings that hold JSON a source's searches can open within each other, 1 at least; 0: it
// does not search.
template <class Source>
inline constexpr std::size_t search_levels = 0;
template <std::size_t MaxDepth, bool EmbeddedJson, fixed_string... Keys>
inline constexpr std::size_t search_levels<search<MaxDepth, EmbeddedJson, Keys...>> =
    EmbeddedJson ? MaxDepth : 1;
template <class... Sources>
inline constexpr std::size_t search_levels<first_of<Sources...>> = [] {
  std::size_t most = 0;
  ((most = search_levels<Sources> > most ? search_levels<Sources> : most), ...);
  return most;
}();

}  // namespace callgate::source
