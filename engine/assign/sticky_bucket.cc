#include "engine/assign/sticky_bucket.h"

#include <algorithm>
#include <charconv>

#include "engine/assign/hash_unit.h"
#include "engine/codec/json.h"

namespace converge {
namespace {

constexpr std::string_view kVersionMark = "__";

using Assignment = std::pair<std::string, std::string>;

const StickyDocument* document_of(const StickyBuckets& buckets, const HashUnit& unit) {
  const std::string key = sticky_document_key(unit.attribute, sticky_value(*unit.value));
  const auto found = buckets.documents.find(key);
  return found == buckets.documents.end() ? nullptr : &found->second;
}

/// True for "<experiment>__<i>" with 0 <= i < limit. Asking the few assignments there are costs
/// nothing, however many versions are blocked.
bool is_of_version_below(std::string_view assignment, std::string_view experiment, int limit) {
  if (!assignment.starts_with(experiment)) return false;
  assignment.remove_prefix(experiment.size());
  if (!assignment.starts_with(kVersionMark)) return false;
  assignment.remove_prefix(kVersionMark.size());
  int version = -1;
  const char* end = assignment.data() + assignment.size();
  const auto [stop, error] = std::from_chars(assignment.data(), end, version);
  const bool canonical = assignment == "0" || !assignment.starts_with('0');
  return error == std::errc{} && stop == end && canonical && !assignment.starts_with('-') &&
         version < limit;
}

}  // namespace

std::string sticky_value(const Value& unit) {
  const std::string* text = unit.as_string();
  return text == nullptr ? to_json(unit) : *text;
}

std::string sticky_document_key(std::string_view attribute, std::string_view value) {
  return std::string(attribute).append("||").append(value);
}

std::string sticky_assignment_key(std::string_view experiment, int bucket_version) {
  return std::string(experiment).append(kVersionMark).append(std::to_string(bucket_version));
}

StickyAnswer find_sticky(const StickyBuckets& buckets, const StickyQuestion& question,
                         const Value& attributes) {
  // Without a fallback attribute the reference SDK falls back on "id", as everywhere without a
  // name.
  const HashUnit unit = find_hash_unit(attributes, question.hash_attribute, {});
  const HashUnit fallback = find_hash_unit(attributes, question.fallback_attribute, {});
  StickyAnswer answer;
  for (const HashUnit& asked : {unit, fallback}) {
    if (asked.value == nullptr) continue;
    const StickyDocument* document = document_of(buckets, asked);
    if (document == nullptr) continue;
    for (const auto& [key, variation] : document->assignments) {
      if (is_of_version_below(key, question.experiment, question.min_bucket_version)) {
        answer.blocked = true;
      }
      if (answer.variation == nullptr && key == question.assignment) answer.variation = &variation;
    }
  }
  return answer;
}

void keep_sticky(StickyBuckets& buckets, std::string_view attribute, const Value& unit,
                 std::string_view assignment, std::string_view variation) {
  const std::string value = sticky_value(unit);
  const std::string key = sticky_document_key(attribute, value);
  StickyDocument& document = buckets.documents[key];
  const auto known =
      std::find_if(document.assignments.begin(), document.assignments.end(),
                   [&](const Assignment& entry) { return entry.first == assignment; });
  if (known != document.assignments.end() && known->second == variation) return;
  document.attribute_name = attribute;
  document.attribute_value = value;
  if (known == document.assignments.end()) {
    document.assignments.emplace_back(assignment, variation);
  } else {
    known->second = variation;
  }
  if (std::find(buckets.changed.begin(), buckets.changed.end(), key) == buckets.changed.end()) {
    buckets.changed.push_back(key);
  }
}

}  // namespace converge
