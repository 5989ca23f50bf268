#include "config/spec_file.h"

#include <catch2/catch.hpp>

#include "base/check.h"

namespace converge {
namespace {

const char* const kDefinitions = R"yaml(
apiVersion: converge/v1
units: {user_id: id}
metrics:
  conversion: {type: conversion, event: purchase, window: 7d}
flags:
  checkout_steps:
    default: 3
    rules:
      - {id: staff, condition: {staff: true}, force: 9}
      - {experiment: checkout-one-page}
experiments:
  - key: checkout-one-page
    status: running
    unit: user_id
    traffic: 50%
    condition: {country: DE}
    flag: checkout_steps
    variants:
      - {key: control, value: 3}
      - {key: one-page, value: 1}
    metrics: [{metric: conversion, role: success}]
)yaml";

Definitions definitions() {
  const LoadedDefinitions loaded = load_sources({{"shop.yaml", kDefinitions}});
  if (loaded.has_errors()) {
    check_failed(to_text(loaded.findings.front()).c_str(), __FILE__, __LINE__);
  }
  return loaded.definitions;
}

SpecRun run(const std::string& specs) {
  return run_spec_source({"shop.spec.yaml", "apiVersion: converge/v1\nspecs:\n" + specs},
                         definitions(), Time{} + 20'000 * kDay, LoadLimits{});
}

std::string only_finding(const std::string& specs) {
  const SpecRun result = run(specs);
  REQUIRE(result.findings.size() == 1);
  return to_text(result.findings.front());
}

}  // namespace

TEST_CASE("Specs: what holds is silent and counted") {
  const SpecRun result = run(R"yaml(
  - name: staff see nine steps
    unit: anna
    attributes: {staff: true, country: DE}
    expect: [{flag: checkout_steps, value: 9, reason: rule, in_experiment: false}]
  - name: nobody abroad takes part
    unit: anna
    attributes: {country: FR}
    expect: [{flag: checkout_steps, value: 3, reason: not_targeted}]
  - name: half of the Germans take part
    attributes: {country: DE}
    shares: {experiment: checkout-one-page, of: {control: 25%, one-page: 25%, none: 50%}, within: 2%}
  - name: with all traffic everybody does
    given: {traffic: {checkout-one-page: 100%}}
    attributes: {country: DE}
    shares: {experiment: checkout-one-page, of: {control: 50%, one-page: 50%}, within: 2%}
)yaml");
  for (const Finding& finding : result.findings) UNSCOPED_INFO(to_text(finding));
  CHECK(result.findings.empty());
  CHECK(result.specs == 4);
}

TEST_CASE("Specs: what does not hold is an error at the expectation, with what came instead") {
  CHECK(only_finding(R"yaml(
  - name: wrong
    unit: anna
    attributes: {staff: true}
    expect:
      - {flag: checkout_steps, value: 3}
)yaml") ==
        "shop.spec.yaml:8:9: error: specs[0].expect[0]: spec 'wrong': value of flag "
        "checkout_steps: expected 3, got 9 (reason: rule)");
  CHECK(only_finding(R"yaml(
  - name: too many
    attributes: {country: DE}
    shares: {experiment: checkout-one-page, of: {control: 40%}, within: 1%, units: 2000}
)yaml")
            .find("share of control in checkout-one-page: expected 40% within 1%, got 2") !=
        std::string::npos);
}

TEST_CASE("Specs: an experiment that does not run assigns nobody") {
  const SpecRun result = run(R"yaml(
  - name: draft
    given: {running: []}
    unit: anna
    attributes: {country: DE}
    expect: [{flag: checkout_steps, value: 3}]
)yaml");
  CHECK(result.findings.empty());
}

TEST_CASE("Specs: mistakes are named") {
  CHECK(only_finding("  - {name: x, unit: a, expect: [{flag: nix}]}\n").find("no flag \"nix\"") !=
        std::string::npos);
  CHECK(only_finding("  - {name: x, unit: a, expects: [], expect: [{flag: checkout_steps}]}\n")
            .find("unknown member \"expects\"; did you mean \"expect\"?") != std::string::npos);
  CHECK(only_finding("  - {name: x, unit: a}\n").find("expects nothing") != std::string::npos);
  CHECK(only_finding("  - {name: x, given: {running: [nix]}, unit: a, "
                     "expect: [{flag: checkout_steps}]}\n")
            .find("there is no experiment \"nix\"") != std::string::npos);
}

TEST_CASE("Seeds: an experiment may not share that of its layer or of the holdout") {
  std::string text = kDefinitions;
  text.replace(text.find("    traffic: 50%"), 0, "    layer: checkout-one-page\n");
  const LoadedDefinitions layered = load_sources({{"shop.yaml", text}});
  REQUIRE(layered.findings.size() == 1);
  CHECK(layered.findings[0].path == "experiments[0].key");
  CHECK(layered.findings[0].message.find("the layer \"checkout-one-page\"") != std::string::npos);
  const LoadedDefinitions held =
      load_sources({{"shop.yaml", std::string(kDefinitions) +
                                      "holdout: {share: 5%, seed: checkout-one-page}\n"}});
  REQUIRE(held.findings.size() == 1);
  CHECK(held.findings[0].message.find("the holdout") != std::string::npos);
}

TEST_CASE("Specs: they are not definition files") {
  CHECK(is_spec_file("a/shop.spec.yaml"));
  CHECK(is_spec_file("shop.spec.json"));
  CHECK_FALSE(is_spec_file("shop.yaml"));
}

}  // namespace converge
