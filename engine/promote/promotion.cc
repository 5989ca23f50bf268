#include "engine/promote/promotion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/check.h"
#include "engine/promote/enrolment.h"
#include "engine/promote/phases.h"

namespace converge {
namespace {

/// What one bucket has been through in the present randomisation.
struct BucketHistory {
  std::string enrolled;  ///< one character per phase
  bool is_control_only = true;
  bool had_winner = false;
};

std::vector<BucketHistory> histories_of(const ExperimentEntry& entry, int winner) {
  std::vector<BucketHistory> histories(kBuckets);
  for (const Phase& phase : entry.phases) {
    if (phase.randomisation != entry.phases.back().randomisation) continue;
    const std::vector<std::int16_t> table = phase.allocation.table();
    for (std::size_t bucket = 0; bucket < histories.size(); ++bucket) {
      BucketHistory& history = histories[bucket];
      history.enrolled += table[bucket] == kNoVariant ? '-' : '+';
      if (table[bucket] > 0) history.is_control_only = false;
      if (table[bucket] == winner) history.had_winner = true;
    }
  }
  return histories;
}

bool is_never_enrolled(const BucketHistory& history) {
  return history.enrolled.find('+') == std::string::npos;
}

/// Buckets with units that may be served the winner at the end of the last phase: its members, and
/// where stickiness keeps the members of earlier phases, theirs.
std::vector<bool> winner_holders(const ExperimentEntry& entry, int winner) {
  std::vector<bool> holders(kBuckets);
  const std::vector<std::int16_t> members = entry.phases.back().allocation.table();
  const std::vector<BucketHistory> histories = histories_of(entry, winner);
  for (std::size_t bucket = 0; bucket < holders.size(); ++bucket) {
    holders[bucket] =
        entry.definition.sticky ? histories[bucket].had_winner : members[bucket] == winner;
  }
  return holders;
}

/// A bucket of the effective seed on one side of the experiment's segments.
struct Place {
  int bucket;
  bool is_outside;
};

/// Of 10,000 eligible units, those outside the experiment's segments; 0 without a layer.
int units_outside(const ExperimentEntry& entry) {
  return entry.definition.layer ? kBuckets - size_of(entry.segments) : 0;
}

/// Buckets of a side with `units` of 10,000 that hold `share` of all, rounded up.
int buckets_for(int share, int units) {
  const std::int64_t all = std::int64_t{share} * kBuckets;
  return units > 0 ? static_cast<int>((all + units - 1) / units) : kBuckets;
}

/// Up to two ranges of `size` from the runs of one class, lowest first.
std::vector<BucketRange> first_fits(const std::vector<BucketHistory>& histories,
                                    const std::string& enrolment, int size) {
  std::vector<BucketRange> fits;
  int run = 0;
  for (int bucket = 0; bucket < kBuckets && fits.size() < 2; ++bucket) {
    const BucketHistory& history = histories[static_cast<std::size_t>(bucket)];
    const bool is_in =
        history.enrolled == enrolment && !history.had_winner && history.is_control_only;
    run = is_in ? run + 1 : 0;
    if (run == size) {
      fits.push_back({bucket + 1 - size, bucket + 1});
      run = 0;
    }
  }
  return fits;
}

/// A winner that people promote without a written plan gets everything at once.
PromotionPlan plan_of(const ExperimentEntry& entry) {
  const auto& rule = entry.definition.decision;
  if (rule && !rule->on_ship.ramp.empty()) return rule->on_ship;
  return {ShipAction::kPromote, {kBuckets}, Duration{}, 0, 0};
}

std::optional<HoldbackPair> pair_of(const Promotion& promotion) {
  if (!promotion.holdback_old) return std::nullopt;
  return HoldbackPair{*promotion.holdback_old, *promotion.holdback_winner,
                      promotion.holdback_is_outside};
}

void take_step(ExperimentEntry& entry, int step, Time now) {
  Promotion& promotion = *entry.promotion;
  const PromotionPlan plan = plan_of(entry);
  promotion.step = step;
  promotion.step_started_at = now;
  WinnerRanges ranges = winner_ranges(entry, promotion.winner, pair_of(promotion),
                                      plan.ramp[static_cast<std::size_t>(step)]);
  promotion.winner_ranges = std::move(ranges.inside);
  promotion.outside_ranges = std::move(ranges.outside);
  const bool is_last = static_cast<std::size_t>(step) + 1 == plan.ramp.size();
  if (!is_last) {
    entry.state = ExperimentState::kRamping;
  } else {
    entry.state = promotion.holdback_old ? ExperimentState::kWatching : ExperimentState::kPromoted;
  }
}

/// The pair as an experiment of its own. One that was measured before starts anew: its buckets may
/// differ.
ExperimentEntry pair_entry(const Catalog& catalog, const ExperimentEntry& parent,
                           const HoldbackPair& ranges, Time now) {
  ExperimentEntry pair;
  const ExperimentKey key = holdback_key(parent.definition.key);
  if (const ExperimentEntry* earlier = catalog.find(key)) pair.phases = earlier->phases;
  pair.definition = parent.definition;
  pair.definition.key = key;
  pair.metrics = parent.metrics;
  pair.post_hoc = parent.post_hoc;
  pair.resolved_method = parent.resolved_method;
  pair.holdback_of = parent.definition.key;
  pair.state = ExperimentState::kRunning;
  Phase phase;
  phase.randomisation = pair.phases.empty() ? 1 : pair.phases.back().randomisation + 1;
  phase.effective_seed = parent.phases.back().effective_seed;
  phase.condition = parent.phases.back().condition;
  phase.filters = ranges.is_outside ? outside_filters(parent.phases.back().filters)
                                    : parent.phases.back().filters;
  phase.allocation.variants.resize(parent.definition.variants.size());
  phase.allocation.variants.front() = {ranges.old_range};
  phase.allocation.variants[static_cast<std::size_t>(parent.promotion->winner)] = {
      ranges.winner_range};
  open_phase(pair, std::move(phase), now);
  pair.started_at = pair.phases.back().start;
  return pair;
}

std::string range_text(const BucketRange& range) {
  return fmt::format("[{}, {})", range.lo, range.hi);
}

}  // namespace

std::string share_text(int buckets) {
  std::string text = fmt::format("{}.{:02}", buckets / 100, buckets % 100);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + "%";
}

WinnerRanges winner_ranges(const ExperimentEntry& entry, int winner,
                           const std::optional<HoldbackPair>& pair, int share) {
  enum Priority : std::size_t { kHasIt, kOutside, kNeverIn, kLeft, kOtherArm, kControl, kCount };
  const std::vector<std::int16_t> members = entry.phases.back().allocation.table();
  const std::vector<BucketHistory> histories = histories_of(entry, winner);
  const std::vector<bool> holders = winner_holders(entry, winner);
  const bool outside_left = has_returned_segments(entry);
  std::array<std::vector<Place>, kCount> by_priority;
  const auto is_of_pair = [&pair](int bucket, bool is_outside) {
    return pair && pair->is_outside == is_outside &&
           (pair->old_range.contains(bucket) || pair->winner_range.contains(bucket));
  };
  for (int bucket = 0; bucket < kBuckets; ++bucket) {
    if (units_outside(entry) > 0 && !is_of_pair(bucket, true)) {
      by_priority[outside_left ? kLeft : kOutside].push_back({bucket, true});
    }
    if (is_of_pair(bucket, false)) continue;
    const std::size_t index = static_cast<std::size_t>(bucket);
    const int variant = members[index];
    const Priority priority = holders[index]                        ? kHasIt
                              : is_never_enrolled(histories[index]) ? kNeverIn
                              : variant == kNoVariant               ? kLeft
                              : variant > 0                         ? kOtherArm
                                                                    : kControl;
    by_priority[priority].push_back({bucket, false});
  }
  const auto weight_of = [&entry](bool is_outside) {
    return std::int64_t{is_outside ? units_outside(entry) : kBuckets - units_outside(entry)};
  };
  WinnerRanges ranges;
  const std::int64_t wanted = std::int64_t{share} * kBuckets;
  std::int64_t granted = pair ? pair->winner_range.size() * weight_of(pair->is_outside) : 0;
  for (std::size_t priority = 0; priority < kCount; ++priority) {
    for (const Place& place : by_priority[priority]) {
      // Whoever has the winner keeps it, however small the step.
      if (priority != kHasIt && granted >= wanted) break;
      BucketRanges& side = place.is_outside ? ranges.outside : ranges.inside;
      side.push_back({place.bucket, place.bucket + 1});
      granted += weight_of(place.is_outside);
    }
  }
  return {normalised(std::move(ranges.inside)), normalised(std::move(ranges.outside))};
}

Result<HoldbackPair> cut_holdback(const ExperimentEntry& entry, int winner, int size) {
  CONVERGE_CHECK(!entry.phases.empty() && size > 0);
  const int outside = units_outside(entry);
  if (outside > 0 && !has_returned_segments(entry)) {
    const int wanted = buckets_for(size, outside);
    if (2 * wanted <= kBuckets) return HoldbackPair{{0, wanted}, {wanted, 2 * wanted}, true};
  }
  const int wanted = buckets_for(size, kBuckets - outside);
  const std::vector<BucketHistory> histories = histories_of(entry, winner);
  // Never-enrolled buckets first: cutting the pair from them moves nobody who is in.
  std::map<std::pair<bool, std::string>, int> classes;
  for (const BucketHistory& history : histories) {
    if (history.had_winner || !history.is_control_only) continue;
    ++classes[{!is_never_enrolled(history), history.enrolled}];
  }
  int largest = 0;
  for (const auto& [name, buckets] : classes) {
    const std::vector<BucketRange> fits = first_fits(histories, name.second, wanted);
    if (fits.size() == 2) return HoldbackPair{fits[0], fits[1], false};
    largest = std::max(largest, buckets);
  }
  return Error{Errc::kConflict,
               fmt::format("on_ship.holdback: expected two contiguous ranges of {} each among "
                           "buckets with one enrolment history that never had the winner, the "
                           "largest such class has {}: lower the holdback or the traffic",
                           share_text(wanted), share_text(largest))};
}

Result<std::string> begin_promotion(Catalog& catalog, const ExperimentKey& key, int winner,
                                    Time now) {
  ExperimentEntry& entry = *find_entry(catalog, key);
  const ExperimentEntry before = entry;
  const PromotionPlan plan = plan_of(entry);
  const std::vector<bool> holders = winner_holders(entry, winner);
  const int present_share = static_cast<int>(std::count(holders.begin(), holders.end(), true)) *
                            (kBuckets - units_outside(entry)) / kBuckets;
  const auto first = std::find_if(plan.ramp.begin(), plan.ramp.end(),
                                  [present_share](int share) { return share > present_share; });
  const int step = static_cast<int>(std::min(first, plan.ramp.end() - 1) - plan.ramp.begin());

  entry.enrolment = Enrolment::kOpen;
  entry.promotion = Promotion{.winner = winner,
                              .started_at = now,
                              .step = step,
                              .step_started_at = now,
                              .winner_ranges = {},
                              .outside_ranges = {},
                              .holdback_old = std::nullopt,
                              .holdback_winner = std::nullopt,
                              .holdback_is_outside = false};
  std::string holdback = "no holdback";
  if (plan.holdback > 0) {
    const Result<HoldbackPair> pair = cut_holdback(entry, winner, plan.holdback);
    if (!pair) return pair.error();
    entry.promotion->holdback_old = pair->old_range;
    entry.promotion->holdback_winner = pair->winner_range;
    entry.promotion->holdback_is_outside = pair->is_outside;
    holdback = fmt::format("holdback {}: {} stays old, {} has the winner, both measured{}",
                           share_text(plan.holdback), range_text(pair->old_range),
                           range_text(pair->winner_range),
                           pair->is_outside ? " among units outside its segments" : "");
  }
  close_phase(entry, now);
  take_step(entry, step, now);
  note_moves(before, entry, now);
  std::string detail = fmt::format(
      "winner {} from {} to {}; {}",
      entry.definition.variants[static_cast<std::size_t>(winner)].key.str(),
      share_text(present_share), share_text(plan.ramp[static_cast<std::size_t>(step)]), holdback);
  for (int skipped = 0; skipped < step; ++skipped) {
    detail += fmt::format("; step {} skipped: the winner has that share already",
                          share_text(plan.ramp[static_cast<std::size_t>(skipped)]));
  }
  if (entry.promotion->holdback_old) {
    put_entry(catalog, pair_entry(catalog, entry, *pair_of(*entry.promotion), now));
  }
  return detail;
}

std::string advance_promotion(Catalog& catalog, const ExperimentKey& key, Time now) {
  ExperimentEntry& entry = *find_entry(catalog, key);
  const ExperimentEntry before = entry;
  const PromotionPlan plan = plan_of(entry);
  const int step = std::min(entry.promotion->step + 1, static_cast<int>(plan.ramp.size()) - 1);
  take_step(entry, step, now);
  note_moves(before, entry, now);
  return fmt::format(
      "winner {} to {}",
      entry.definition.variants[static_cast<std::size_t>(entry.promotion->winner)].key.str(),
      share_text(plan.ramp[static_cast<std::size_t>(step)]));
}

std::string finish_promotion(Catalog& catalog, const ExperimentKey& key, Time now) {
  dissolve_pair(catalog, key, now);
  ExperimentEntry& entry = *find_entry(catalog, key);
  const ExperimentEntry before = entry;
  Promotion& promotion = *entry.promotion;
  promotion.step_started_at = now;
  promotion.winner_ranges = {{0, kBuckets}};
  if (units_outside(entry) > 0) promotion.outside_ranges = {{0, kBuckets}};
  promotion.holdback_old.reset();
  promotion.holdback_winner.reset();
  entry.state = ExperimentState::kPromoted;
  note_moves(before, entry, now);
  return fmt::format(
      "the holdback is over: everyone gets {}",
      entry.definition.variants[static_cast<std::size_t>(promotion.winner)].key.str());
}

void dissolve_pair(Catalog& catalog, const ExperimentKey& parent, Time now) {
  ExperimentEntry* pair = find_entry(catalog, holdback_key(parent));
  if (pair == nullptr || pair->current_phase() == nullptr) return;
  close_phase(*pair, now);
  record_move(*pair, now);
  pair->state = ExperimentState::kConcluded;
}

void end_experiment(Catalog& catalog, const ExperimentKey& key, ExperimentState state, Time now) {
  dissolve_pair(catalog, key, now);
  ExperimentEntry& entry = *find_entry(catalog, key);
  const ExperimentEntry before = entry;
  close_phase(entry, now);
  entry.promotion.reset();
  entry.enrolment = Enrolment::kOpen;
  entry.state = state;
  if (state == ExperimentState::kConcluded) entry.segments.clear();
  note_moves(before, entry, now);
}

}  // namespace converge
