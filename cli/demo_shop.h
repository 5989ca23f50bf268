#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/model/value.h"

/// The visitors of the demo shop: where they come from and how they react to what they see. Nothing
/// here knows the engine; assignments are asked from outside, events are JSON objects as a web app
/// would send them.
namespace converge::cli {

/// What one visitor is served: one entry per experiment that the answer of POST /v1/assign lists.
struct Served {
  std::string experiment;
  std::string flag;
  std::string variant;
  Value value;
  bool in_experiment = false;
};

/// The truth that the experiments are to find out.
struct ShopTruth {
  double purchase = 0.10;                ///< chance to buy at a visit with three checkout steps
  double purchase_lift_one_page = 0.25;  ///< relative, with one step
  double rage_click = 0.03;              ///< chance of a rage click at a visit
  double rage_click_with_suggestions = 0.08;
  double support_contact = 0.05;
  double survey_answered = 0.4;  ///< chance that a buyer answers the survey
  double promoter = 0.5;         ///< chance that the answer is 9 or 10
  double detractor = 0.2;        ///< chance that it is 6 or less
  double returns = 0.25;         ///< chance to come back some days later
  /// Share of the video's exposures that never arrive: its page is closed before the tracker loads.
  double lost_exposures_of_video = 0.25;
};

/// Deterministic for a seed. Not thread-safe.
class DemoShop {
 public:
  /// Asks what a visitor gets.
  using Assign = std::function<Result<std::vector<Served>>(const std::string& user_id,
                                                           const Value& attributes)>;

  DemoShop(const ShopTruth& truth, std::int64_t visitors_per_day, std::uint64_t seed);

  /// Lets the visitors of [from, until) come, and returns all events with from <= ts < until, those
  /// of earlier visits included, ready for POST /v1/events.
  Result<std::vector<Value>> events(Time from, Time until, const Assign& assign);

  std::int64_t visits() const { return visits_; }

 private:
  struct Visitor {
    std::string id;
    std::string browser;
    std::string country;
  };
  struct Visit {
    Time at{};
    Visitor visitor;
    bool operator>(const Visit& other) const { return at > other.at; }
  };
  struct Pending {
    Time at{};
    Value event;
    bool operator>(const Pending& other) const { return at > other.at; }
  };

  Visitor new_visitor();
  Status visit(const Visit& visit, const Assign& assign);
  void expose(const Visit& visit, const Value& attributes, const std::vector<Served>& served);
  void react(const Visit& visit, const std::vector<Served>& served);
  void outcome(Time at, const Visitor& visitor, const std::string& name, Value::Object more);
  void survey(Time at, const Visitor& visitor);
  bool chance(double probability);
  bool is_lost(const Served& served);
  double uniform();
  Time after(Time from, Duration at_most);

  ShopTruth truth_;
  std::int64_t visitors_per_day_;
  std::mt19937_64 random_;
  // Of their own, so that losses and surveys change nothing about the visitors.
  std::mt19937_64 tracker_;
  std::mt19937_64 mood_;
  std::int64_t visitors_ = 0;
  std::int64_t visits_ = 0;
  std::int64_t outcomes_ = 0;
  std::priority_queue<Visit, std::vector<Visit>, std::greater<>> returning_;
  std::priority_queue<Pending, std::vector<Pending>, std::greater<>> pending_;
};

}  // namespace converge::cli
