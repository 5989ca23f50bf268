#pragma once

#include <cstdint>
#include <string>

/// The SDKs of tests/sdk, run in a node process of their own.
namespace converge::bench {

enum class Sdk { kGrowthbookClient, kGrowthbook, kFlagdCore };
/// With its version and the one of node.
std::string full_name_of(Sdk sdk);

struct SdkDecisions {
  double per_second = 0;
  std::int64_t for_new = 0;  ///< decisions for the variant "new"
};

/// False, and said on stderr, when node or the packages are missing (make sdk).
bool has_sdks();
/// Decides every experiment for the first users of experiments.mjs, after a warm-up. Ends the
/// program when that fails.
SdkDecisions run_sdk(Sdk sdk, int experiments, int users);

}  // namespace converge::bench
