#include "engine/promote/plan_words.h"

#include <fmt/format.h>

#include "engine/promote/apply_checks.h"
#include "engine/promote/promotion.h"

namespace converge {
namespace {

std::string added_text(const ExperimentDefinition& from, const ExperimentDefinition& to) {
  std::string added;
  for (std::size_t i = from.variants.size(); i < to.variants.size(); ++i) {
    added += (added.empty() ? "" : ", ") + to.variants[i].key.str();
  }
  return fmt::format("variants added: {} (weights {} -> {})", added, weights_text(from),
                     weights_text(to));
}

}  // namespace

std::string weights_text(const ExperimentDefinition& definition) {
  std::string text;
  for (const VariantDefinition& variant : definition.variants) {
    text += fmt::format("{}{:.4g}", text.empty() ? "" : "/", variant.weight * 100);
  }
  return text;
}

std::string moved_text(double share) {
  return share > 0 ? fmt::format("{:.4g}% of present members move", share * 100)
                   : std::string("nobody moves");
}

std::string reallocation_text(const ExperimentDefinition& from, const ExperimentDefinition& to,
                              const std::vector<std::string>& paths) {
  std::vector<std::string> parts;
  for (const std::string& path : paths) {
    if (path == "variants") {
      parts.push_back(added_text(from, to));
    } else if (path == "weights" && from.variants.size() < to.variants.size()) {
      continue;  // said with the variants
    } else if (path == "weights") {
      parts.push_back(fmt::format("weights {} -> {}", weights_text(from), weights_text(to)));
    } else if (path == "traffic") {
      parts.push_back(
          fmt::format("traffic {} -> {}", share_text(from.traffic), share_text(to.traffic)));
    } else {
      parts.push_back(path + " changes");
    }
  }
  return listed(parts);
}

std::string layer_text(const ExperimentEntry& entry) {
  if (!entry.definition.layer) return "";
  std::string text = ", segments";
  for (const BucketRange& range : entry.segments) {
    text += fmt::format(" [{}, {})", range.lo, range.hi);
  }
  return text + " of layer '" + entry.definition.layer->str() + "'";
}

}  // namespace converge
