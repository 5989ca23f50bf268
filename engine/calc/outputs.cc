#include "engine/calc/outputs.h"

#include <cmath>

#include "base/check.h"

namespace converge::calc {

Value figure(double value) {
  CONVERGE_CHECK(!std::isnan(value));
  if (std::isinf(value)) return Value::string(value > 0 ? "inf" : "-inf");
  return Value::real(value);
}

Value figure(std::optional<double> value) {
  return value ? figure(*value) : Value();
}

Value figures(std::span<const double> values) {
  Value::Array items;
  for (const double value : values) items.push_back(figure(value));
  return Value::array(std::move(items));
}

Value bounds(const stats::Interval& interval) {
  return Value::array({figure(interval.lower), figure(interval.upper)});
}

Value bounds(const std::optional<stats::Interval>& interval) {
  return interval ? bounds(*interval) : Value();
}

Value texts(std::span<const std::string> items) {
  Value::Array array;
  for (const std::string& item : items) array.push_back(Value::string(item));
  return Value::array(std::move(array));
}

Value flags(const std::vector<bool>& items) {
  Value::Array array;
  for (const bool item : items) array.push_back(Value::boolean(item));
  return Value::array(std::move(array));
}

}  // namespace converge::calc
