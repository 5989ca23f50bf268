#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/model/sticky.h"
#include "engine/model/value.h"

namespace converge {

/// The documents of the units of one evaluation, read and updated by it. Not thread-safe: one per
/// request.
struct StickyBuckets {
  std::map<std::string, StickyDocument, std::less<>> documents;  ///< by sticky_document_key
  std::vector<std::string> changed;  ///< keys of documents to save, each once
};

/// The text of a unit in documents: texts as they are, other values as JSON.
std::string sticky_value(const Value& unit);
/// "<attribute name>||<attribute value>".
std::string sticky_document_key(std::string_view attribute, std::string_view value);
/// "<experiment key>__<bucket version>".
std::string sticky_assignment_key(std::string_view experiment, int bucket_version);

/// What an experiment looks up, in the words of FeatureExperiment.
struct StickyQuestion {
  std::string_view experiment;
  std::string_view assignment;  ///< sticky_assignment_key of its bucket version
  int min_bucket_version = 0;
  std::string_view hash_attribute;
  std::string_view fallback_attribute;
};

struct StickyAnswer {
  bool blocked = false;                    ///< some assignment is of a version below the minimum
  const std::string* variation = nullptr;  ///< its key; null: none. Valid until the next change.
};

/// The assignment in the document of the hash attribute, else in that of the fallback attribute.
StickyAnswer find_sticky(const StickyBuckets& buckets, const StickyQuestion& question,
                         const Value& attributes);

/// Writes an assignment down; a document that says so already is not changed.
void keep_sticky(StickyBuckets& buckets, std::string_view attribute, const Value& unit,
                 std::string_view assignment, std::string_view variation);

}  // namespace converge
