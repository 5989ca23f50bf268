#include <algorithm>
#include <iterator>

#include "engine/assign/hash.h"
#include "engine/assign/hash_filter.h"
#include "engine/assign/hash_unit.h"
#include "engine/assign/js_value.h"
#include "engine/eval/operation.h"
#include "engine/eval/request.h"

// Operations of protocol sections 1 and 2.
namespace converge::eval {
namespace {

Value list_of(const std::vector<double>& numbers) {
  Value::Array list;
  list.reserve(numbers.size());
  std::transform(numbers.begin(), numbers.end(), std::back_inserter(list), Value::real);
  return Value::array(std::move(list));
}

Result<Value> hash_value(const Value& request) {
  const Result<const Value*> seed = required(request, "seed");
  if (!seed) return seed.error();
  const Result<const Value*> value = required(request, "value");
  if (!value) return value.error();
  const Result<double> version = required_number(request, "version");
  if (!version) return version.error();
  const int known = *version == 1 ? 1 : *version == 2 ? 2 : 0;
  const std::optional<double> n = hash(HashText(**seed).view(), HashText(**value).view(), known);
  return n ? Value::real(*n) : Value();
}

Result<Value> ranges_of_buckets(const Value& request) {
  const Result<int> count = required_count(request, "count");
  if (!count) return count.error();
  const Result<std::optional<double>> coverage = optional_number(request, "coverage");
  if (!coverage) return coverage.error();
  const Result<std::optional<std::vector<double>>> weights = optional_numbers(request, "weights");
  if (!weights) return weights.error();
  Value::Array ranges;
  for (const auto& [from, to] : bucket_ranges(*count, coverage->value_or(1.0), *weights)) {
    ranges.push_back(list_of({from, to}));
  }
  return Value::array(std::move(ranges));
}

Result<Value> chosen_variation(const Value& request) {
  const Result<double> n = required_number(request, "n");
  if (!n) return n.error();
  const Result<std::vector<DoubleRange>> ranges = required_ranges(request, "ranges");
  if (!ranges) return ranges.error();
  return Value::integer(choose_variation(*n, *ranges));
}

Result<Value> weights_alike(const Value& request) {
  const Result<int> count = required_count(request, "count");
  if (!count) return count.error();
  return list_of(equal_weights(*count));
}

Result<Value> in_namespace(const Value& request) {
  const Result<const Value*> unit = required(request, "unit");
  if (!unit) return unit.error();
  const Result<const Value*> member = required(request, "namespace");
  if (!member) return member.error();
  const Value::Array* parts = (*member)->as_array();
  const bool complete = parts != nullptr && parts->size() == 3 &&
                        (*parts)[1].as_number() != nullptr && (*parts)[2].as_number() != nullptr;
  if (!complete) {
    return Error{Errc::kInvalidArgument, "namespace: expected [name, from, to]"};
  }
  const CompiledNamespace space(
      {js::to_text((*parts)[0]), {(*parts)[1].as_number()->value, (*parts)[2].as_number()->value}});
  return Value::boolean(space.contains(HashText(**unit).view()));
}

}  // namespace

std::vector<Operation> bucketing_operations() {
  return {
      {"hash", "seed, value, version -> a unit's hash in [0, 1), null for an unknown version",
       hash_value},
      {"bucket_ranges", "count, coverage, weights -> the ranges of the variations",
       ranges_of_buckets},
      {"choose_variation", "n, ranges -> index of the range that contains n, -1 for none",
       chosen_variation},
      {"equal_weights", "count -> as many equal weights", weights_alike},
      {"namespace", "unit, namespace [name, from, to] -> is the unit inside (version 1 hash)",
       in_namespace},
  };
}

}  // namespace converge::eval
