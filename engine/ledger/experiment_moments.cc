#include "engine/ledger/experiment_moments.h"

#include <array>
#include <charconv>

#include "base/check.h"

namespace converge {
namespace {

/// Lines of words; texts carry their length, so that no two different states write the same bytes.
class Text {
 public:
  Text& word(std::string_view word) {
    bytes_ += word;
    bytes_ += ' ';
    return *this;
  }
  Text& text(std::string_view text) {
    return word(std::to_string(text.size()) + ":" + std::string(text));
  }
  Text& number(std::int64_t value) { return word(std::to_string(value)); }
  Text& time(const std::optional<Time>& time) {
    return time ? number(time->time_since_epoch().count()) : word("none");
  }
  Text& real(double value) {
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    CONVERGE_CHECK(error == std::errc{});
    return word({buffer.data(), static_cast<std::size_t>(end - buffer.data())});
  }
  Text& numbers(std::string_view name, const std::vector<std::int64_t>& values) {
    word(name);
    for (const std::int64_t value : values) number(value);
    return line();
  }
  Text& line() {
    bytes_ += '\n';
    return *this;
  }
  Text& cells(std::string_view name, const Cells& cells);

  std::string take() { return std::move(bytes_); }

 private:
  Text& cell(const ArmCell& cell) {
    const stats::ExactMoments& m = cell.moments;
    number(m.n).word(m.x.str()).word(m.y.str());
    word(m.xx.str()).word(m.xy.str()).word(m.yy.str());
    word(m.xxx.str()).word(m.xxy.str()).word(m.xyy.str()).word(m.yyy.str());
    return number(cell.overflow).number(cell.no_value).number(cell.censored);
  }

  std::string bytes_;
};

Text& Text::cells(std::string_view name, const Cells& cells) {
  for (std::size_t stratum = 0; stratum < cells.size(); ++stratum) {
    for (std::size_t variant = 0; variant < cells[stratum].size(); ++variant) {
      word("  ").word(name);
      number(static_cast<std::int64_t>(stratum)).number(static_cast<std::int64_t>(variant));
      cell(cells[stratum][variant]).line();
    }
  }
  return *this;
}

void write_metric(const MetricMoments& metric, Text& text) {
  text.word("metric").text(metric.id.str()).time(metric.watermark).line();
  text.cells("matured", metric.matured).cells("exposed", metric.exposed);
  text.cells("by_hash", metric.crossovers_by_hash);
  text.cells("by_first_shown", metric.crossovers_by_first_shown);
  for (const auto& [name, cells] : metric.matured_by_segment) {
    text.word("segment").text(name.attribute).text(name.value).line().cells("matured", cells);
  }
  for (const auto& [name, cells] : metric.exposed_by_segment) {
    text.word("segment").text(name.attribute).text(name.value).line().cells("exposed", cells);
  }
}

}  // namespace

std::string ExperimentMoments::encode() const {
  Text text;
  text.word("moments/2").text(plan.key.str()).word(plan.fingerprint).time(look_time).line();
  for (std::size_t i = 0; i < strata.size(); ++i) {
    text.word("stratum").text(strata[i].label());
    for (const double share : strata[i].expected_shares) text.real(share);
    text.line().numbers("units", units[i]);
    text.numbers("linked_crossovers", linked_crossover_units[i]).numbers("linked", linked_units[i]);
  }
  for (const MetricMoments& metric : metrics) write_metric(metric, text);
  text.numbers("health", {crossovers, conflicts_exposure, conflicts_outcome, outside_phases,
                          unknown_variant, wrong_unit_kind, forced, linked_crossovers,
                          oversized_units, retracted_records, erased_records});
  text.numbers("mismatches", mismatches).numbers("phase_units", phase_units);
  return text.take();
}

}  // namespace converge
