#include "cli/demo_shop.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

namespace converge::cli {
namespace {

constexpr std::array<const char*, 3> kBrowsers = {"chrome", "firefox", "safari"};
constexpr std::array<const char*, 3> kCountries = {"DE", "FR", "SE"};

Value unit_of(const std::string& id) {
  return Value::object({{"user_id", Value::string(id)}});
}

/// Whole cents as decimal text: amounts never pass through double on their way into sums.
Value money(double amount) {
  const auto cents = static_cast<std::int64_t>(std::llround(amount * 100));
  const std::string fraction = std::to_string(cents % 100);
  const std::string text =
      std::to_string(cents / 100) + "." + (fraction.size() < 2 ? "0" : "") + fraction;
  return Value::number(text, static_cast<double>(cents) / 100);
}

const Served* find_flag(const std::vector<Served>& served, const std::string& flag) {
  const auto found = std::find_if(served.begin(), served.end(),
                                  [&](const Served& item) { return item.flag == flag; });
  return found == served.end() ? nullptr : &*found;
}

/// Drawn by hand: the distributions of <random> differ between standard libraries, the engine does
/// not.
double unit_interval(std::mt19937_64& random) {
  return static_cast<double>(random() >> 11) * 0x1.0p-53;
}

}  // namespace

DemoShop::DemoShop(const ShopTruth& truth, std::int64_t visitors_per_day, std::uint64_t seed)
    : truth_(truth),
      visitors_per_day_(visitors_per_day),
      random_(seed),
      tracker_(seed + 1),
      mood_(seed + 2) {}

double DemoShop::uniform() {
  return unit_interval(random_);
}

bool DemoShop::is_lost(const Served& served) {
  return served.flag == "home_video" && served.value == Value::boolean(true) &&
         unit_interval(tracker_) < truth_.lost_exposures_of_video;
}

bool DemoShop::chance(double probability) {
  return uniform() < probability;
}

Time DemoShop::after(Time from, Duration at_most) {
  return from +
         Duration(static_cast<std::int64_t>(uniform() * static_cast<double>(at_most.count())));
}

DemoShop::Visitor DemoShop::new_visitor() {
  const auto pick = [&](const auto& names) {
    return std::string(names[static_cast<std::size_t>(uniform() * 3)]);
  };
  return {"visitor-" + std::to_string(++visitors_), pick(kBrowsers), pick(kCountries)};
}

Result<std::vector<Value>> DemoShop::events(Time from, Time until, const Assign& assign) {
  const double days =
      static_cast<double>((until - from).count()) / static_cast<double>(kDay.count());
  const auto arrivals =
      static_cast<std::int64_t>(std::llround(static_cast<double>(visitors_per_day_) * days));
  std::vector<Visit> visits;
  for (std::int64_t i = 0; i < arrivals; ++i)
    visits.push_back({after(from, until - from), new_visitor()});
  while (!returning_.empty() && returning_.top().at < until) {
    visits.push_back(returning_.top());
    returning_.pop();
  }
  std::sort(visits.begin(), visits.end(),
            [](const Visit& a, const Visit& b) { return a.at < b.at; });
  for (const Visit& one : visits) {
    if (auto done = visit(one, assign); !done) return done.error();
  }
  std::vector<Value> due;
  while (!pending_.empty() && pending_.top().at < until) {
    due.push_back(pending_.top().event);
    pending_.pop();
  }
  return due;
}

Status DemoShop::visit(const Visit& visit, const Assign& assign) {
  ++visits_;
  const Value attributes = Value::object({{"browser", Value::string(visit.visitor.browser)},
                                          {"country", Value::string(visit.visitor.country)}});
  const auto served = assign(visit.visitor.id, attributes);
  if (!served) return served.error();
  expose(visit, attributes, *served);
  react(visit, *served);
  if (chance(truth_.returns))
    returning_.push({after(visit.at + std::chrono::hours(12), 5 * kDay), visit.visitor});
  return {};
}

void DemoShop::expose(const Visit& visit, const Value& attributes,
                      const std::vector<Served>& served) {
  for (const Served& item : served) {
    if (!item.in_experiment || is_lost(item)) continue;
    pending_.push({visit.at, Value::object({{"type", Value::string("exposure")},
                                            {"ts", Value::string(format_rfc3339(visit.at))},
                                            {"units", unit_of(visit.visitor.id)},
                                            {"experiment", Value::string(item.experiment)},
                                            {"variant", Value::string(item.variant)},
                                            {"attributes", attributes}})});
  }
}

void DemoShop::react(const Visit& visit, const std::vector<Served>& served) {
  const Served* steps = find_flag(served, "checkout_steps");
  const bool one_page = steps != nullptr && steps->value == Value::integer(1);
  const Served* suggestions = find_flag(served, "search_suggestions");
  const bool suggesting = suggestions != nullptr && suggestions->value == Value::boolean(true);

  if (chance(suggesting ? truth_.rage_click_with_suggestions : truth_.rage_click)) {
    outcome(after(visit.at, std::chrono::minutes(10)), visit.visitor, "rage_click", {});
  }
  if (chance(truth_.purchase * (one_page ? 1 + truth_.purchase_lift_one_page : 1))) {
    // Log-normal basket of about 50, by the Box-Muller transform.
    const double normal =
        std::sqrt(-2 * std::log(1 - uniform())) * std::cos(6.283185307179586 * uniform());
    const Time bought_at = after(visit.at, std::chrono::hours(6));
    const Value amount = money(std::exp(3.8 + 0.5 * normal));
    outcome(bought_at, visit.visitor, "purchase",
            {{"properties", Value::object({{"amount", amount}})}});
    survey(bought_at + std::chrono::minutes(1), visit.visitor);
  }
  if (chance(truth_.support_contact)) {
    outcome(after(visit.at, 2 * kDay), visit.visitor, "support_contact", {});
  }
}

/// The outcomes that the survey of the web SDK sends.
void DemoShop::survey(Time at, const Visitor& visitor) {
  outcome(at, visitor, "survey_nps_invited", {});
  outcome(at, visitor, "survey_nps_shown", {});
  if (unit_interval(mood_) >= truth_.survey_answered) return;
  const double mood = unit_interval(mood_);
  const bool is_promoter = mood < truth_.promoter;
  const bool is_detractor = mood >= 1 - truth_.detractor;
  const std::int64_t score = is_promoter ? 10 : is_detractor ? 4 : 8;
  const std::int64_t points = is_promoter ? 100 : is_detractor ? -100 : 0;
  outcome(at + std::chrono::seconds(20), visitor, "survey_nps",
          {{"value", Value::integer(score)},
           {"properties",
            Value::object({{"nps", Value::integer(points)}, {"score", Value::integer(score)}})}});
}

void DemoShop::outcome(Time at, const Visitor& visitor, const std::string& name,
                       Value::Object more) {
  Value::Object event = {{"type", Value::string("outcome")},
                         {"id", Value::string(name + "-" + std::to_string(++outcomes_))},
                         {"ts", Value::string(format_rfc3339(at))},
                         {"units", unit_of(visitor.id)},
                         {"name", Value::string(name)}};
  event.insert(event.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  pending_.push({at, Value::object(std::move(event))});
}

}  // namespace converge::cli
