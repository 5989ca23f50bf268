#include "tests/calibration/markdown.h"

#include <cmath>
#include <cstdio>

#include "base/check.h"

namespace converge::calibration {

Table::Table(const std::vector<std::string>& columns) : columns_(columns.size()) {
  std::string rule = "|";
  text_ = "|";
  for (const std::string& column : columns) {
    text_ += " " + column + " |";
    rule += "---|";
  }
  text_ += "\n" + rule + "\n";
}

void Table::row(const std::string& name, const std::vector<std::string>& cells) {
  CONVERGE_CHECK(cells.size() + 1 == columns_);
  text_ += "| " + name + " |";
  for (const std::string& cell : cells) text_ += " " + cell + " |";
  text_ += "\n";
}

std::string percent(double share) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f", 100 * share);
  return buffer;
}

std::string whole(double value) {
  std::string digits = std::to_string(std::llround(value));
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

}  // namespace converge::calibration
