#pragma once

#include <map>
#include <string>

#include "data_set.h"

namespace converge::test {

/// Exact sums of one cell as decimal text.
struct ReferenceCell {
  std::int64_t n = 0;
  std::string x = "0", y = "0", xx = "0", xy = "0", yy = "0";
  std::int64_t overflow = 0, no_value = 0, censored = 0;
  bool operator==(const ReferenceCell&) const = default;
};

/// Everything that both sides state: cells by "metric|population|stratum|variant|segment" (those
/// that are not empty), SRM counts by "stratum|variant", counters by name.
struct Statement {
  std::map<std::string, ReferenceCell> cells;
  std::map<std::string, std::int64_t> counts;
  bool operator==(const Statement&) const = default;
};

struct Reference {
  Statement statement;
  std::int64_t outcomes_through_links = 0;  ///< that count: how much of it depends on links
};

/// Computes the statement with SQL over the raw rows. Shares nothing with engine/ but the plain
/// definitions it is asked about.
Reference sql_reference(const DataSet& data);

}  // namespace converge::test
