#include <algorithm>
#include <array>
#include <cctype>

#include "engine/codec/definition.h"
#include "engine/codec/definition_members.h"
#include "engine/model/value.h"

namespace converge {
namespace {

using Names = std::vector<std::string>;

/// Members of the full design that this version does not carry out. They are refused by name, so
/// that nobody believes that they take effect.
const Names& later_members() {
  static const Names kNames = {
      "cap",         "caps",    "covariate", "cluster",          "cuped",           "environments",
      "environment", "freeze",  "invited",   "pause_enrolment",  "pause-enrolment", "prior",
      "quantile",    "utility", "bandit",    "exclude_outliers", "spending",        "segments_max"};
  return kNames;
}

/// GrowthBook's, and three of ours: `experiment`, `percentage` and `growthbook`.
const Names& flag_rule_members() {
  static const Names kNames = {"experiment",
                               "percentage",
                               "growthbook",
                               "id",
                               "condition",
                               "parentConditions",
                               "filters",
                               "force",
                               "range",
                               "coverage",
                               "hashAttribute",
                               "hashVersion",
                               "seed",
                               "tracks",
                               "key",
                               "variations",
                               "contextualVariations",
                               "contextualBanditRef",
                               "weights",
                               "ranges",
                               "meta",
                               "namespace",
                               "fallbackAttribute",
                               "disableStickyBucketing",
                               "bucketVersion",
                               "minBucketVersion",
                               "name",
                               "phase"};
  return kNames;
}

/// What other tools call the same thing.
struct Synonym {
  const char* foreign;
  const char* ours;
};
constexpr std::array kSynonyms = {
    Synonym{"coverage", "traffic"},
    Synonym{"variations", "variants"},
    Synonym{"arms", "variants"},
    Synonym{"hashAttribute", "unit"},
    Synonym{"hash_attribute", "unit"},
    Synonym{"randomization_unit", "unit"},
    Synonym{"targeting", "condition"},
    Synonym{"audience", "condition"},
    Synonym{"mde", "minimum_detectable_effect"},
    Synonym{"filter", "where"},
    Synonym{"filters", "where"},
    Synonym{"property", "value"},
    Synonym{"start", "start_at"},
    Synonym{"tz", "timezone"},
    Synonym{"time_zone", "timezone"},
    Synonym{"description", "hypothesis"},
    Synonym{"name", "key"},
    Synonym{"id", "key"},
    Synonym{"slug", "key"},
    Synonym{"salt", "seed"},
    Synonym{"dimensions", "segments"},
    Synonym{"event_name", "event"},
    Synonym{"threshold", "margin"},
    Synonym{"namespace", "layer"},
    Synonym{"namespaces", "layers"},
    Synonym{"holdouts", "holdout"},
    Synonym{"fallbackAttribute", "fallback_attribute"},
    Synonym{"savedGroups", "saved_groups"},
    Synonym{"defaultValue", "default"},
    Synonym{"prerequisites", "parentConditions"},
};

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  std::vector<std::size_t> before_last(b.size() + 1, 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    const std::vector<std::size_t> last = row;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, changed});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last = last;
  }
  return row.back();
}

/// Case and the choice of separator are the mistakes made most often.
std::string folded(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (c == '-' || c == '_' || c == ' ' || c == '.') continue;
    text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

bool is_plain_word(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '$' || c >= 0x80;
  });
}

}  // namespace

const std::vector<std::pair<std::string, std::vector<std::string>>>& accepted_members() {
  static const std::vector<std::pair<std::string, Names>> kMembers = {
      {"",
       {"apiVersion", "timezone", "units", "layers", "holdout", "saved_groups", "metrics", "flags",
        "experiments", "growthbook"}},
      {"layers.*", {"seed"}},
      {"holdout", {"share", "seed"}},
      {"flags.*", {"default", "rules", "growthbook"}},
      {"flags.*.rules[]", flag_rule_members()},
      {"metrics.*",
       {"type", "event", "where", "value", "scale", "numerator", "denominator", "window",
        "direction"}},
      {"metrics.*.numerator", {"event", "sum", "count", "scale", "where"}},
      {"metrics.*.denominator", {"event", "sum", "count", "scale", "where"}},
      {"experiments[]", {"key",
                         "status",
                         "start_at",
                         "hypothesis",
                         "owner",
                         "unit",
                         "fallback_attribute",
                         "sticky",
                         "layer",
                         "seed",
                         "traffic",
                         "condition",
                         "flag",
                         "variants",
                         "segments",
                         "metrics",
                         "analysis",
                         "decision",
                         "assignment",
                         "lateness",
                         "phase"}},
      {"experiments[].variants[]", {"key", "weight", "value"}},
      {"experiments[].metrics[]",
       {"metric", "role", "margin", "difference", "minimum_detectable_effect"}},
      {"experiments[].analysis", {"method", "alpha", "max_sample", "looks"}},
      {"experiments[].decision",
       {"min_days", "max_days", "ship_when", "on_ship", "on_guardrail_breach", "on_expiry"}},
      {"experiments[].decision.ship_when", {"success", "guardrails", "deterioration"}},
      {"experiments[].decision.on_ship", {"action", "ramp", "hold", "holdback", "holdback_days"}},
  };
  return kMembers;
}

const std::vector<std::string>& members_of(std::string_view pattern) {
  const auto& all = accepted_members();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [pattern](const auto& entry) { return entry.first == pattern; });
  CONVERGE_CHECK(found != all.end());
  return found->second;
}

std::string unknown_member_message(const std::string& name, const std::vector<std::string>& known) {
  const Names& later = later_members();
  if (std::find(later.begin(), later.end(), name) != later.end()) {
    return "\"" + name + "\" is not available in this version; remove it";
  }
  if (name == "<<") return "YAML 1.2 has no merge keys (\"<<\"); write the members out";
  std::string nearest = nearest_name(name, known);
  for (const Synonym& synonym : kSynonyms) {
    const bool is_known = std::find(known.begin(), known.end(), synonym.ours) != known.end();
    if (nearest.empty() && is_known && name == synonym.foreign) nearest = synonym.ours;
  }
  return "unknown member \"" + name + "\"" +
         (nearest.empty() ? "" : "; did you mean \"" + nearest + "\"?") + " (expected " +
         joined(known) + ")";
}

std::size_t edit_distance_of_names(const std::string& a, const std::string& b) {
  return edit_distance(folded(a), folded(b));
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  }
  return result + "\"";
}

std::string member_path(const std::string& path, const std::string& name) {
  if (!is_plain_word(name)) return path + "[" + quoted(name) + "]";
  return path.empty() ? name : path + "." + name;
}

std::string item_path(const std::string& path, std::size_t index) {
  return path + "[" + std::to_string(index) + "]";
}

std::string nearest_name(const std::string& name, const std::vector<std::string>& candidates) {
  static constexpr std::size_t kComparedBytesMax = 64;
  if (name.empty() || name.size() > kComparedBytesMax) return "";
  const std::string wanted = folded(name);
  const std::string* best = nullptr;
  std::size_t best_distance = std::max<std::size_t>(1, wanted.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kComparedBytesMax) continue;
    const std::size_t distance = edit_distance(wanted, folded(candidate));
    // Two letters have nothing in common with two other letters.
    if (distance >= best_distance || distance >= std::max(wanted.size(), std::size_t{1})) continue;
    best = &candidate;
    best_distance = distance;
  }
  return best == nullptr ? "" : *best;
}

}  // namespace converge
