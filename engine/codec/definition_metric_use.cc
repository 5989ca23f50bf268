#include "engine/codec/definition_read.h"

namespace converge {
namespace {

constexpr double kMarginMax = 1e15;
constexpr double kEffectMax = 10;

/// A percentage is relative; a bare number says which scale it means.
std::optional<Margin> read_margin(const Cursor& margin, const std::optional<Cursor>& difference) {
  std::optional<DifferenceScale> scale;
  if (difference) {
    scale = difference->word<DifferenceScale>();
    if (!scale) return std::nullopt;
  }
  if (margin.value().as_number() == nullptr) {
    const auto share = margin.share();
    if (!share) return std::nullopt;
    if (share->value <= 0 || share->value > kEffectMax) {
      margin.expected("a margin above 0%: how much worse the metric may get");
    }
    if (scale == DifferenceScale::kAbsolute) {
      margin.error(
          "a percentage is relative; with difference: absolute write a number in the "
          "unit of the metric");
    }
    return Margin{share->value, DifferenceScale::kRelative};
  }
  const auto number = margin.number();
  if (!number) return std::nullopt;
  if (!scale) {
    margin.error("a margin of " + margin.value().as_number()->text +
                 " needs difference: absolute (in the unit of the metric); a relative margin is a "
                 "percentage such as 5%");
  }
  const double upper = scale == DifferenceScale::kRelative ? 1 : kMarginMax;
  if (*number <= 0 || *number > upper) {
    margin.expected(scale == DifferenceScale::kRelative
                        ? "a relative margin above 0, for example 5% or 0.05"
                        : "a margin above 0 and at most 1e15: how much worse the metric may get");
  }
  return Margin{*number, scale.value_or(DifferenceScale::kAbsolute)};
}

}  // namespace

MetricUse read_metric_use(const Cursor& document) {
  MetricUse use;
  if (!document.is_object_with(members_of("experiments[].metrics[]"))) return use;
  if (const auto metric = document.required("metric")) {
    use.metric = MetricKey(metric->text(definition_limits::kProseBytesMax).value_or(""));
  }
  std::optional<MetricRole> role;
  if (const auto word = document.required("role")) role = word->word<MetricRole>();
  use.role = role.value_or(MetricRole::kQuality);

  const auto margin = document.member("margin");
  const auto difference = document.member("difference");
  if (role == MetricRole::kGuardrail && !margin) {
    document.error("a guardrail needs a margin: how much worse it may get, for example margin: 5%");
  }
  if (role && role != MetricRole::kGuardrail && margin) {
    margin->error_at_name("\"margin\" belongs to a guardrail, not to role " +
                          std::string(word_for(*role)));
  }
  if (difference && !margin) difference->error_at_name("\"difference\" needs a margin");
  if (margin) use.margin = read_margin(*margin, difference);
  if (const auto effect = document.member("minimum_detectable_effect")) {
    if (const auto share = effect->share()) {
      use.minimum_detectable_effect = share->value;
      const double upper = share->is_percentage ? kEffectMax : 1;
      if (share->value <= 0 || share->value > upper) {
        effect->expected("a relative effect above 0, for example 2% or 0.02");
      }
    }
  }
  return use;
}

}  // namespace converge
