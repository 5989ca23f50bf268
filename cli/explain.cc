#include "engine/explain/explain.h"

#include <iostream>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/open_store.h"
#include "cli/report.h"
#include "engine/codec/json.h"
#include "engine/record/chain_heads.h"

namespace converge::cli {
namespace {

Result<ExplainQuestion> question_of(const ExplainOptions& options) {
  ExplainQuestion question{options.unit, std::nullopt, std::nullopt};
  if (!options.at.empty()) {
    const auto at = parse_rfc3339(options.at);
    if (!at) return at.error().within("--at");
    question.at = *at;
  }
  if (!options.attributes.empty()) {
    auto attributes = parse_json(options.attributes);
    if (!attributes) return attributes.error().within("--attributes");
    question.attributes = *std::move(attributes);
  }
  return question;
}

}  // namespace

int run_explain(const ExplainOptions& options) {
  const auto question = question_of(options);
  if (!question) return fail(question.error());
  auto store = open_for_reading(options.store);
  if (!store) return fail(store.error());
  // Reads the log behind the checkpoint, so only when somebody wants to know.
  const NewestRow newest = [&store](const Unit& unit) -> Result<LogSeq> {
    const auto restored = restore_chain_heads((*store)->events(), (*store)->checkpoints());
    if (!restored) return restored.error();
    return restored->heads.head(chain_key(unit));
  };
  const auto explanation = explain_unit(**store, newest, *question, SystemClock().now());
  if (!explanation) return fail(explanation.error());
  if (options.output == Output::kJson) {
    print(to_document(*explanation));
  } else {
    std::cout << to_text(*explanation);
  }
  return kGood;
}

}  // namespace converge::cli
