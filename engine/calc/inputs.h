#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/model/value.h"

namespace converge::calc {

/// A cursor over the JSON inputs of one calculation. Readers never fail by themselves: they return
/// 0 or nothing, and the first problem waits in status(), so that a method reads all its members
/// and then checks once. A JSON number, or "inf" and "-inf" for the infinities. Copies share the
/// status. Not thread-safe. The Value must outlive the cursor.
class Inputs {
 public:
  explicit Inputs(const Value& object);

  bool has(std::string_view name) const;  ///< present and not null

  double number(std::string_view name);
  double number_or(std::string_view name, double otherwise);
  std::optional<double> optional_number(std::string_view name);
  std::int64_t count(std::string_view name);  ///< an integer, also when written as 200.0
  std::int64_t count_or(std::string_view name, std::int64_t otherwise);
  bool flag_or(std::string_view name, bool otherwise);
  std::string text(std::string_view name);
  std::string text_or(std::string_view name, std::string otherwise);

  std::vector<double> numbers(std::string_view name);
  std::vector<std::int64_t> counts(std::string_view name);
  std::vector<std::vector<double>> number_rows(std::string_view name);
  std::vector<std::vector<std::int64_t>> count_rows(std::string_view name);

  Inputs object(std::string_view name);
  std::vector<Inputs> objects(std::string_view name);

  /// A member that is allowed and has no influence, such as the name of the only variant offered.
  void ignore(std::string_view name);

  /// The same for every other member: of a record that holds more figures than the method needs.
  void ignore_others();

  /// Records a problem found by the method itself, framed by the place of this cursor.
  void refuse(std::string_view name, std::string_view expected);

  /// The first problem; after the last read also a member that no read asked for, with the nearest
  /// valid name.
  Status status() const;

 private:
  struct Findings;
  struct Node;

  Inputs(const Value* object, std::string path, std::shared_ptr<Findings> findings);

  const Value* read(std::string_view name);
  const Value* read_required(std::string_view name);
  const Value::Array* array(std::string_view name);
  double as_number(const Value& value, const std::string& path);
  std::int64_t as_count(const Value& value, const std::string& path);
  std::string path_of(std::string_view name) const;
  void fail(const std::string& path, std::string_view expected, const Value& found);

  std::shared_ptr<Node> node_;
  std::shared_ptr<Findings> findings_;
};

}  // namespace converge::calc
