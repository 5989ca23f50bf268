#include "engine/codec/look_codec.h"

#include <catch2/catch.hpp>
#include <limits>

#include "engine/codec/json.h"

namespace converge {
namespace {

Evidence small_evidence() {
  Comparison comparison;
  comparison.variant = VariantKey("one-page");
  comparison.method = "confidence_sequence";
  comparison.absolute.value = 0.25;
  comparison.absolute.interval =
      IntervalFigure{-std::numeric_limits<double>::infinity(), 0.5, 0.95};
  comparison.relative.value = Undefined::kControlMeanZero;
  comparison.relative.interval = Undefined::kUnbounded;
  comparison.p = 0.1;
  comparison.p_adjusted = Undefined::kNotForThisMetric;
  MetricEvidence metric;
  metric.id = MetricId("conversion_7d@1f3a90c2");
  metric.metric = MetricKey("conversion_7d");
  metric.comparisons = {comparison};
  Evidence evidence;
  evidence.experiment = ExperimentKey("checkout");
  evidence.look_time = *parse_rfc3339("2026-03-08T00:00:00Z");
  evidence.cursor = LogSeq{42};
  evidence.metrics = {metric};
  return evidence;
}

/// The document with `from` replaced by `to` in its text.
Value edited(const Evidence& evidence, const std::string& from, const std::string& to) {
  std::string text = to_json(to_document(evidence));
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return *parse_json(text.replace(at, from.size(), to));
}

}  // namespace

TEST_CASE("Evidence: an undefined figure is its name, an open end is infinity, a figure a number") {
  const std::string text = to_json(to_document(small_evidence()));
  CHECK(text.find(R"("value":0.25,"interval":{"lower":"-infinity","upper":0.5,"level":0.95})") !=
        std::string::npos);
  CHECK(text.find(
            R"("value":{"undefined":"control_mean_zero"},"interval":{"undefined":"unbounded"})") !=
        std::string::npos);
  CHECK(text.find(R"("p":0.1)") != std::string::npos);
  CHECK(*evidence_from(*parse_json(text)) == small_evidence());
}

TEST_CASE("Evidence: damage names the member") {
  const auto problem = [](const std::string& from, const std::string& to) {
    const auto read = evidence_from(edited(small_evidence(), from, to));
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Errc::kInternal);
    return read.error().message;
  };
  CHECK(problem(R"("cursor":42)", R"("cursor":"42")") == "evidence.cursor: expected an integer");
  CHECK(problem(R"("cursor":42)", R"("cursor":4.2)") == "evidence.cursor: expected an integer");
  CHECK(problem(R"("cursor":42,)", "") == "evidence.cursor: is missing");
  CHECK(problem("control_mean_zero", "because") ==
        R"(evidence.metrics[0].comparisons[0].relative.value.undefined: unknown name "because")");
  CHECK(problem("2026-03-08T00:00:00Z", "yesterday") ==
        "evidence.look_time: expected an RFC 3339 time");
  CHECK(problem(R"("post_hoc":false)", R"("post_hoc":0)") ==
        "evidence.metrics[0].post_hoc: expected true or false");
}

TEST_CASE("Evidence: a newer format is unsupported, not damaged") {
  const auto read = evidence_from(edited(small_evidence(), R"("format":2)", R"("format":3)"));
  REQUIRE_FALSE(read);
  CHECK(read.error().code == Errc::kUnsupported);
  CHECK(evidence_from(Value()).error().code == Errc::kInternal);
  CHECK(evidence_from(Value::array({})).error().code == Errc::kInternal);
}

TEST_CASE("Evidence: a look of the first format, which knew nothing of links, is still read") {
  std::string text = to_json(to_document(small_evidence()));
  const auto replace = [&text](const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  };
  replace(R"("format":2)", R"("format":1)");
  replace(R"("linked_crossovers":0,"oversized_units":0,)", "");
  replace(R"("retracted_records":0,"erased_records":0,)", R"("waiting_records":7,)");
  replace(R"("links":[],)", "");
  replace(R"(,"warnings":[])", "");
  const auto read = evidence_from(*parse_json(text));
  REQUIRE(read);
  CHECK(*read == small_evidence());
  replace(R"("format":1)", R"("format":2)");
  CHECK(evidence_from(*parse_json(text)).error().code == Errc::kInternal);
}

TEST_CASE("Decision: written as its kind, winner, rule and reason") {
  const Decision decision{DecisionKind::kPromote, VariantKey("one-page"), "decision.ship_when",
                          "0.02 > 0"};
  CHECK(
      to_json(to_document(decision)) ==
      R"({"kind":"promote","variant":"one-page","rule":"decision.ship_when","reason":"0.02 > 0"})");
  CHECK(decision_from(Value::object({{"kind", Value::string("guess")}})).error().message ==
        R"(decision.kind: unknown name "guess")");
}

}  // namespace converge
