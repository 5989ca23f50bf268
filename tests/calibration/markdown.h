#pragma once

#include <string>
#include <vector>

namespace converge::calibration {

/// A table of the report and what in it was not as claimed.
class Table {
 public:
  explicit Table(const std::vector<std::string>& columns);

  void row(const std::string& name, const std::vector<std::string>& cells);
  std::string text() const { return text_; }

 private:
  std::size_t columns_;
  std::string text_;
};

std::string percent(double share);  ///< "4.7"
std::string whole(double value);    ///< "13,174"

}  // namespace converge::calibration
