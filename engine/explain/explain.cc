#include "engine/explain/explain.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "engine/explain/last_exposure.h"
#include "engine/explain/rule_words.h"

namespace converge {
namespace {

/// The attributes as rules see them: with the unit's id.
Value with_id(const Value& attributes, const std::string& attribute, const std::string& id) {
  Value::Object members = *attributes.as_object();
  std::erase_if(members, [&attribute](const auto& member) { return member.first == attribute; });
  members.emplace_back(attribute, Value::string(id));
  return Value::object(std::move(members));
}

Status find_attributes(Store& store, const NewestRow& newest, const ExplainQuestion& question,
                       UnitExplanation& found) {
  if (question.attributes) {
    if (question.attributes->as_object() == nullptr) {
      return Error{Errc::kInvalidArgument, "attributes: an object is expected"};
    }
    found.attributes = *question.attributes;
    found.has_own_attributes = true;
    return {};
  }
  const Result<LogSeq> row = newest(found.unit);
  if (!row) return row.error();
  Result<std::optional<ExposureSeen>> seen =
      last_exposure(store.events(), found.unit, *row, found.at);
  if (!seen) return seen.error();
  found.exposure = *std::move(seen);
  found.attributes = found.exposure ? found.exposure->attributes : Value::object({});
  return {};
}

/// The documents of now for the present, none for the past.
Status find_sticky_documents(Store& store, const Assigner& assigner,
                             const ExplainQuestion& question, UnitExplanation& found) {
  if (question.at) return {};
  const auto units = assigner.sticky_units(question.unit, found.attributes, {});
  Result<std::vector<StickyDocument>> documents = store.sticky().find(units);
  if (!documents) return documents.error();
  std::erase_if(*documents, [](const StickyDocument& one) { return one.assignments.empty(); });
  found.sticky = *std::move(documents);
  return {};
}

std::vector<ExplainedFlag> with_words(std::vector<Explanation> explanations,
                                      const Assigner& assigner, const Definitions& definitions,
                                      const Value& attributes) {
  std::vector<ExplainedFlag> flags;
  flags.reserve(explanations.size());
  for (Explanation& explanation : explanations) {
    ExplainedFlag flag{std::move(explanation.assignment), explanation.source, {}};
    const Feature& feature =
        assigner.evaluator().features().features.at(flag.assignment.flag.str());
    for (RuleExplanation& rule : explanation.rules) {
      std::string words =
          words_of(rule, {definitions, feature.rules[rule.rule], flag.assignment, attributes});
      flag.rules.push_back({std::move(rule), std::move(words)});
    }
    flags.push_back(std::move(flag));
  }
  return flags;
}

}  // namespace

Result<UnitExplanation> explain_unit(Store& store, const NewestRow& newest,
                                     const ExplainQuestion& question, Time now) {
  if (question.at && *question.at > now) {
    return Error{Errc::kInvalidArgument, "at: " + format_rfc3339(*question.at) +
                                             " lies ahead of the clock, " + format_rfc3339(now)};
  }
  UnitExplanation found;
  found.at = question.at.value_or(now);
  // The present is what the newest version says, whatever a clock that was set back made of it.
  const Result<Catalog> catalog =
      question.at ? store.control().in_force(found.at) : store.control().latest();
  if (!catalog) return catalog.error();
  const Definitions& definitions = catalog->definitions;
  found.unit = {definitions.default_unit_kind(), question.unit};
  found.version = catalog->version;
  found.definitions_version = catalog->definitions_version();
  if (raw(catalog->version) > 0) found.in_force_since = catalog->created_at;
  const auto assigner = Assigner::compile(*catalog);
  if (!assigner) return assigner.error();
  if (Status status = find_attributes(store, newest, question, found); !status) {
    return status.error();
  }
  if (Status status = find_sticky_documents(store, **assigner, question, found); !status) {
    return status.error();
  }
  StickyBuckets sticky;
  for (const StickyDocument& document : found.sticky.value_or(std::vector<StickyDocument>{})) {
    sticky.documents.emplace(sticky_document_key(document.attribute_name, document.attribute_value),
                             document);
  }
  auto explanations = (*assigner)->explain(question.unit, found.attributes, &sticky);
  if (!explanations) return explanations.error();
  found.flags = with_words(
      *std::move(explanations), **assigner, definitions,
      with_id(found.attributes, definitions.attribute_of(found.unit.kind), question.unit));
  return found;
}

const char* name_of(RuleRole role) {
  switch (role) {
    case RuleRole::kWritten:
      return "written";
    case RuleRole::kSplit:
      return "split";
    case RuleRole::kHoldback:
      return "holdback";
    case RuleRole::kPromoted:
      return "promoted";
    case RuleRole::kEnded:
      return "ended";
  }
  CONVERGE_CHECK(false);
  return "";
}

}  // namespace converge
