#include <fmt/format.h>

#include "engine/codec/json.h"
#include "engine/explain/explain.h"

namespace converge {
namespace {

std::string attributes_line(const UnitExplanation& explanation) {
  std::string from = "as given";
  if (explanation.exposure) {
    from = fmt::format("those of its last exposure, {} in {}",
                       format_rfc3339(explanation.exposure->ts),
                       explanation.exposure->experiment.str());
  } else if (!explanation.has_own_attributes) {
    from = "none given, and the log has no exposure of this unit by then";
  }
  return fmt::format("attributes   {} ({})\n", to_json(explanation.attributes), from);
}

std::string sticky_lines(const UnitExplanation& explanation) {
  if (!explanation.sticky) {
    return "sticky       not known for the past: a member by its sticky document is shown as a "
           "newcomer\n";
  }
  if (explanation.sticky->empty()) return "sticky       none\n";
  std::string lines;
  for (const StickyDocument& document : *explanation.sticky) {
    lines += fmt::format("sticky       {} {}:", document.attribute_name, document.attribute_value);
    for (const auto& [assignment, variation] : document.assignments) {
      lines += fmt::format(" {} {}", assignment, variation);
    }
    lines += '\n';
  }
  return lines;
}

std::string outcome_line(const ExplainedFlag& flag) {
  const Assignment& assignment = flag.assignment;
  std::string line = fmt::format("\n{} = {}\n", assignment.flag.str(), to_json(assignment.value));
  if (assignment.experiment.str().empty()) {
    return line + fmt::format("  by {}\n", name_of(flag.source));
  }
  line += fmt::format("  experiment {}, variant {}, reason {}", assignment.experiment.str(),
                      assignment.variant.str(), name_of(assignment.reason));
  if (assignment.bucket >= 0) line += fmt::format(", bucket {}", assignment.bucket);
  return line + (assignment.in_experiment ? ", in the experiment\n" : "\n");
}

std::string rule_line(const ExplainedRule& explained) {
  const RuleExplanation& rule = explained.rule;
  std::string whose = name_of(rule.origin.role);
  if (!rule.origin.experiment.str().empty()) whose += " of " + rule.origin.experiment.str();
  return fmt::format("  rule {} ({}): {}\n", rule.rule + 1, whose, explained.words);
}

}  // namespace

std::string to_text(const UnitExplanation& explanation) {
  std::string text =
      fmt::format("unit         {} {}\nat           {}\n", explanation.unit.kind.str(),
                  explanation.unit.id, format_rfc3339(explanation.at));
  if (explanation.in_force_since) {
    text += fmt::format("definitions  {}, in force since {}\n", explanation.definitions_version,
                        format_rfc3339(*explanation.in_force_since));
  } else {
    text += "definitions  none had been applied by then\n";
  }
  text += attributes_line(explanation) + sticky_lines(explanation);
  for (const ExplainedFlag& flag : explanation.flags) {
    text += outcome_line(flag);
    for (const ExplainedRule& rule : flag.rules) text += rule_line(rule);
    if (flag.source == FeatureSource::kDefaultValue) text += "  no rule answered: the default\n";
  }
  return text;
}

}  // namespace converge
