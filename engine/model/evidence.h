#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "engine/model/definition.h"
#include "engine/model/ids.h"

/// Everything a look knows, as stored numbers (laws 4 and 6). Later methods add Method values and
/// files, not new shapes.
namespace converge {

/// Why a figure does not exist. Never shown as 0, NaN or an empty cell.
enum class Undefined {
  kNoUnits,  ///< n of 0
  kOneUnit,  ///< n of 1: no variance
  kZeroVariance,
  kZeroDenominator,   ///< ratio with nothing in the denominator
  kControlMeanZero,   ///< no relative lift
  kUnbounded,         ///< the control mean is not distinguishable from zero
  kNotEnoughData,     ///< the guard of the asymptotic method does not hold
  kNotForThisMetric,  ///< for example a Beta-Binomial posterior of a revenue metric
  kNoWindow,          ///< never matures
  kAddedLater,        ///< a variant that was added after the start never decides
  kSeveralStrata,     ///< the method cannot combine strata, and they are never pooled
};
const char* name_of(Undefined reason);

/// A number or the named reason why there is none.
using Figure = std::variant<double, Undefined>;

/// lower <= upper; -inf / +inf only where the other side is a one-sided bound.
struct IntervalFigure {
  double lower = 0;
  double upper = 0;
  double level = 0;  ///< 0.95
  bool operator==(const IntervalFigure&) const = default;
};

/// A point with its interval, or why not.
struct Estimate {
  Figure value = Undefined::kNoUnits;
  std::variant<IntervalFigure, Undefined> interval = Undefined::kNoUnits;
  bool operator==(const Estimate&) const = default;
};

enum class Population { kMatured, kExposedSoFar };

/// One arm of one metric in one population and segment.
struct ArmFigures {
  VariantKey variant;
  std::int64_t n = 0;
  Figure mean = Undefined::kNoUnits;
  Figure sd = Undefined::kNoUnits;  ///< sample, ddof 1; delta method for a ratio
  /// Exact sums in the unit of the values, decimal text. sum_y.. only for ratios (x numerator, y
  /// denominator).
  std::string sum, sum_squares;
  std::optional<std::string> denominator_sum, denominator_sum_squares, sum_products;
  std::int64_t overflow = 0;  ///< units left out because a total does not fit
  std::int64_t no_value = 0;  ///< outcomes without the metric's property
  std::int64_t censored = 0;  ///< units whose window was cut by a move
  bool operator==(const ArmFigures&) const = default;
};

enum class Verdict {
  kNotEnoughData,    ///< the method may not answer yet; its name says why beside
  kNoDifferenceYet,  ///< the interval holds zero
  kBetter,           ///< the effect is proven, in the good direction
  kWorse,            ///< the effect is proven, in the bad direction
};
const char* name_of(Verdict verdict);

/// One-sided check of a guardrail or deterioration metric, at its own family's level.
enum class HarmVerdict { kNotEnoughData, kUndecided, kNonInferior, kBreach };
const char* name_of(HarmVerdict verdict);

struct Posterior {
  double chance_to_beat_control = 0;
  double expected_loss = 0;  ///< of choosing this variant, in the unit of the metric
  double prior_alpha = 1;
  double prior_beta = 1;
  bool operator==(const Posterior&) const = default;
};

/// A variant against the control.
struct Comparison {
  VariantKey variant;
  std::string method;  ///< "confidence_sequence"
  bool valid_under_peeking = true;
  Estimate absolute;  ///< always-valid band at level 1 - alpha
  Estimate relative;  ///< Fieller from the same inversion: excludes 0 exactly when absolute does
  Figure p = Undefined::kNoUnits;                    ///< always-valid
  Figure p_adjusted = Undefined::kNotForThisMetric;  ///< Holm over success metrics x arms; only for
                                                     ///< success metrics in the matured population
  /// Beside, one look only: Welch on the same data.
  Figure p_welch_one_look = Undefined::kNoUnits;
  std::variant<Posterior, Undefined> posterior = Undefined::kNotForThisMetric;
  Verdict verdict = Verdict::kNotEnoughData;
  std::optional<std::string> guard;  ///< why the asymptotic method may not act, when it may not
  /// Non-inferiority at alpha/2 (scheduled looks) and breach at the harm family's alpha (every
  /// tick); guardrails have both, deterioration metrics only breach (with margin 0).
  std::optional<HarmVerdict> non_inferiority;
  std::optional<HarmVerdict> breach;
  std::optional<double>
      bound_non_inferiority;  ///< lower bound of (good-direction effect + margin), absolute scale
  std::optional<double>
      bound_breach;  ///< upper bound of (good-direction effect + margin), absolute scale
  bool operator==(const Comparison&) const = default;
};

struct SegmentName {
  std::string attribute;
  std::string
      value;  ///< texts as they are, numbers and booleans as JSON text; "(missing)", "(other)"
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the generated 0 for a pointer
  auto operator<=>(const SegmentName&) const = default;
  bool operator==(const SegmentName&) const = default;
};

struct MetricEvidence {
  MetricId id;
  MetricKey metric;
  MetricRole role = MetricRole::kQuality;
  Direction direction = Direction::kIncrease;
  bool post_hoc = false;
  Population population = Population::kMatured;
  std::optional<SegmentName> segment;   ///< none: everyone; segments are exploratory
  std::vector<ArmFigures> arms;         ///< in variant order, control first
  std::vector<Comparison> comparisons;  ///< one per non-control variant
  bool operator==(const MetricEvidence&) const = default;
};

/// Reasons for which nothing acts automatically (law 5).
enum class BlockReason {
  kSampleRatioMismatch,
  kCrossovers,
  kLinkedCrossovers,
  kAssignmentMismatches,
  kOverflow,
  kNoData,
  kStaleData,
};
const char* name_of(BlockReason reason);

struct Block {
  BlockReason reason = BlockReason::kNoData;
  std::string detail;  ///< for people, with the figure and the limit
  bool operator==(const Block&) const = default;
};

struct StratumSrm {
  std::string stratum;               ///< "phase 1, enrolled since 1"
  std::vector<std::int64_t> counts;  ///< in variant order
  std::vector<double> expected_shares;
  double log_e = 0;  ///< sequential multinomial test
  Figure p_chi_square_one_look = Undefined::kNoUnits;
  bool operator==(const StratumSrm&) const = default;
};

/// Units of one stratum that a link joins to another id, and those that none does. Linked
/// crossovers are among them, as in the sample ratio of the whole.
struct StratumLinks {
  StratumSrm linked, unlinked;
  Figure p_rate_one_look = Undefined::kNoUnits;  ///< is the linked share the same in all arms
  bool operator==(const StratumLinks&) const = default;
};

/// Reasons to look closer; they block nothing.
enum class WarningReason {
  kLinkRate,             ///< arms differ in the share of units that are linked
  kLinkedSampleRatio,    ///< the linked units alone are not in the ratio of the shares
  kUnlinkedSampleRatio,  ///< nor those that are not linked
  kCarryOver,            ///< what units met before a restart still shows
  kOversizedComponents,  ///< links join more ids than the limit, and were left aside there
};
const char* name_of(WarningReason reason);

struct Warning {
  WarningReason reason = WarningReason::kLinkRate;
  std::string detail;  ///< for people, with the figure and the limit
  bool operator==(const Warning&) const = default;
};

/// Counters of section 8.
struct HealthFigures {
  /// Analysed units: first exposure in a phase, crossovers of both kinds left out.
  std::int64_t units = 0;
  std::int64_t crossovers = 0;
  std::int64_t linked_crossovers = 0;   ///< a unit linked to them met another variant: left out
  std::int64_t oversized_units = 0;     ///< links were left aside: their component is too large
  std::int64_t conflicts_exposure = 0;  ///< identities with more than one content
  std::int64_t conflicts_outcome = 0;
  std::int64_t mismatches = 0;  ///< reported variant differs from the bucket's allocation
  std::int64_t censored = 0;
  std::int64_t outside_phases = 0;   ///< exposures
  std::int64_t unknown_variant = 0;  ///< exposures
  std::int64_t wrong_unit_kind = 0;  ///< exposures that do not name the experiment's unit kind
  std::int64_t forced = 0;           ///< exposures with source forced, override or qa
  /// Identities taken back: exposures of the experiment, outcomes of units that met it.
  std::int64_t retracted_records = 0;
  std::int64_t erased_records = 0;
  /// Linked crossovers included.
  std::vector<StratumSrm> srm;
  double srm_log_e = 0;               ///< product over strata
  std::vector<StratumLinks> links;    ///< per stratum with a linked unit
  std::optional<Time> last_event_at;  ///< receive time of the newest accepted event
  std::vector<Block> blocks;          ///< empty: healthy
  std::vector<Warning> warnings;
  bool operator==(const HealthFigures&) const = default;
};

/// The same metric with crossovers left in, two ways (matured, everyone).
struct CrossoverSensitivity {
  MetricKey metric;
  VariantKey variant;
  Estimate excluded, by_hash, by_first_shown;  ///< absolute difference
  bool operator==(const CrossoverSensitivity&) const = default;
};

/// After a restart: units that had this variant before against those that had the control, within
/// what they have now (matured, everyone).
struct CarryOver {
  MetricKey metric;
  VariantKey previous_variant;
  Estimate absolute;
  Figure p = Undefined::kNoUnits;  ///< always-valid
  bool operator==(const CarryOver&) const = default;
};

struct Evidence {
  /// 2: links, retracts and erases are applied, carry-over is checked.
  static constexpr int kFormat = 2;
  ExperimentKey experiment;
  std::string definitions_version;
  Time look_time{};               ///< T: records with ts < T
  LogSeq cursor{};                ///< C: records with seq <= C
  std::optional<Time> watermark;  ///< none: nothing read yet
  std::string method;             ///< resolved
  double alpha = 0;
  std::vector<MetricEvidence> metrics;
  HealthFigures health;
  std::vector<CrossoverSensitivity> crossover_sensitivity;
  std::vector<CarryOver> carry_over;  ///< empty before the first restart
  bool operator==(const Evidence&) const = default;
};

}  // namespace converge
