#include "bench/sdk_process.h"

#include <array>
#include <cstdio>
#include <optional>

#include "base/check.h"
#include "engine/codec/json.h"

namespace converge::bench {
namespace {

const std::string kSources = CONVERGE_SOURCE_DIR;

/// What a command prints, nullopt when it fails.
std::optional<std::string> output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 4'096> part{};
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) text += part.data();
  if (pclose(pipe) != 0) return std::nullopt;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

const char* name_of(Sdk sdk) {
  switch (sdk) {
    case Sdk::kGrowthbookClient:
      return "growthbook-client";
    case Sdk::kGrowthbook:
      return "growthbook";
    case Sdk::kFlagdCore:
      return "flagd-core";
  }
  return "";
}

const char* title_of(Sdk sdk) {
  switch (sdk) {
    case Sdk::kGrowthbookClient:
      return "GrowthBook SDK, one client for many users";
    case Sdk::kGrowthbook:
      return "GrowthBook SDK, one instance with changing attributes";
    case Sdk::kFlagdCore:
      return "flagd-core";
  }
  return "";
}

const char* package_of(Sdk sdk) {
  return sdk == Sdk::kFlagdCore ? "@openfeature/flagd-core" : "@growthbook/growthbook";
}

}  // namespace

std::string full_name_of(Sdk sdk) {
  const auto version = output_of("cd '" + kSources + "/tests/sdk' && node -p \"require('" +
                                 package_of(sdk) + "/package.json').version\"");
  const auto node = output_of("node --version");
  CONVERGE_CHECK(version.has_value() && node.has_value());
  return std::string(title_of(sdk)) + " (" + package_of(sdk) + " " + *version + ", node " + *node +
         ")";
}

bool has_sdks() {
  const bool has = output_of("cd '" + kSources +
                             "/tests/sdk' && node -e \"require('@growthbook/growthbook'); "
                             "require('@openfeature/flagd-core')\" 2>&1")
                       .has_value();
  if (!has)
    std::fputs("bench: node or the packages of tests/sdk are missing (make sdk): left out\n",
               stderr);
  return has;
}

SdkDecisions run_sdk(Sdk sdk, int experiments, int users) {
  const auto printed = output_of("node '" + kSources + "/bench/sdk_decisions.mjs' " + name_of(sdk) +
                                 " " + std::to_string(experiments) + " " + std::to_string(users));
  CONVERGE_CHECK(printed.has_value());
  const auto document = parse_json(*printed);
  CONVERGE_CHECK(document.has_value());
  const Value* rate = document->find("decisions_per_second");
  const Value* for_new = document->find("new");
  CONVERGE_CHECK(rate != nullptr && rate->as_number() != nullptr);
  CONVERGE_CHECK(for_new != nullptr && for_new->as_number() != nullptr);
  return {rate->as_number()->value, static_cast<std::int64_t>(for_new->as_number()->value)};
}

}  // namespace converge::bench
