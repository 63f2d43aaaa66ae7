// SPDX-License-Identifier: Apache-2.0
// A task's records from its callbacks, in memory: what the tables of a database hold.
#pragma once

#include <callgate/core/arena.hpp>
#include <callgate/provider/record_set.hpp>
#include <callgate/store/record_evaluation.hpp>
#include <callgate/store/record_rows.hpp>
#include <callgate/store/record_rule.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace callgate::store {

// Cold path. Lifetime: the set outlives the fold.
class record_fold {
 public:
  explicit record_fold(const record_set& set) : set_(set), tables_(set.plans.size()) {}

  // The task's next callback, by sequence. rank: 0 when it does not move the task. memory: for the
  // evaluation only. False: memory is used up; nothing of the callback is taken.
  [[nodiscard]] bool add(const record_input& in, std::uint8_t rank, arena& memory) {
    std::vector<std::span<const scalar>> all;
    for (const record_plan& plan : set_.plans) {
      const auto rows = evaluate_record(plan, in, memory);
      if (!rows) return false;
      all.push_back(*rows);
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::size_t width = set_.plans[i].columns.size();
      for (std::size_t at = 0; at < all[i].size(); at += width)
        merge(i, all[i].subspan(at, width), rank);
    }
    return true;
  }

  // Of every record of the set, in its order, also those without rows.
  [[nodiscard]] std::vector<record_rows> rows() const {
    std::vector<record_rows> out;
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      record_rows& one = out.emplace_back(record_rows{&set_.plans[i]});
      for (const auto& [key, held] : tables_[i]) one.rows.push_back(held.values);
    }
    return out;
  }

 private:
  struct row {
    std::vector<record_value> values;
    std::vector<std::uint8_t> ranks;
  };
  using table = std::map<std::vector<record_value>, row>;

  void merge(std::size_t index, std::span<const scalar> values, std::uint8_t rank) {
    std::vector<record_value> key;
    for (const scalar& k : values.first(set_.plans[index].key_columns)) key.push_back(owned(k));
    row& held = tables_[index][std::move(key)];
    held.values.resize(values.size());
    held.ranks.resize(values.size());
    for (std::size_t c = 0; c < values.size(); ++c) {
      if (!takes_value(values[c], rank, held.ranks[c])) continue;
      held.values[c] = owned(values[c]);
      held.ranks[c] = rank;
    }
  }

  const record_set& set_;
  std::vector<table> tables_;
};

}  // namespace callgate::store
