// SPDX-License-Identifier: Apache-2.0
// Those of a provider's records of which a task has one row.
#pragma once

#include <callgate/provider/record.hpp>
#include <callgate/provider/record_set.hpp>

#include <algorithm>
#include <iterator>
#include <vector>

namespace callgate {

// For what tells of many tasks at once: other records may have many rows, and long ones. For
// reading only; a store is told of the whole set.
class single_row_records {
 public:
  explicit single_row_records(const record_set& all) : set_(all) {
    std::copy_if(all.plans.begin(), all.plans.end(), std::back_inserter(plans_),
                 [](const record_plan& plan) { return plan.key_columns == 0; });
    set_.plans = plans_;
  }
  single_row_records(const single_row_records&) = delete;
  single_row_records& operator=(const single_row_records&) = delete;

  // Lifetime: of this object.
  [[nodiscard]] const record_set& set() const noexcept { return set_; }

 private:
  std::vector<record_plan> plans_;
  record_set set_;
};

}  // namespace callgate
