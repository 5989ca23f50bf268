#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/power_plan.h"
#include "cli/report.h"
#include "engine/model/value.h"
#include "stats/planning/allocation.h"

namespace converge::cli {
namespace {

/// 1234567 as "1,234,567".
std::string grouped(std::int64_t count) {
  std::string digits = std::to_string(count);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3) {
    digits.insert(static_cast<std::size_t>(place), ",");
  }
  return digits;
}

std::string name_shown(const std::string& method) {
  if (method == "fixed") return "fixed, one look";
  return method == "sequential" ? "always valid" : "group sequential";
}

std::string joined(const std::vector<std::int64_t>& units) {
  if (std::all_of(units.begin(), units.end(), [&](auto n) { return n == units.front(); })) {
    return grouped(units.front());
  }
  std::string text;
  for (const std::int64_t n : units) text += (text.empty() ? "" : "/") + grouped(n);
  return text;
}

std::string weeks_shown(const MethodPlan& plan) {
  if (!plan.weeks) return "?";
  return grouped(*plan.weeks) + (plan.within_horizon ? "" : "!");
}

void print_table(const PowerPlan& plan) {
  std::size_t width = std::string("units per variant").size();
  for (const MethodPlan& method : plan.methods) {
    width = std::max(width, joined(method.units).size());
  }
  fmt::print("{:<16} {:>5} {:>{}} {:>14} {:>6} {:>14} {:>14} {:>6}\n", "method", "looks",
             "units per variant", width, "total", "weeks", "expected total", "if no effect",
             "price");
  for (const MethodPlan& method : plan.methods) {
    fmt::print("{:<16} {:>5} {:>{}} {:>14} {:>6} {:>14} {:>14} {:>6.3f}\n",
               name_shown(method.method), method.looks, joined(method.units), width,
               grouped(method.units_total), weeks_shown(method),
               grouped(std::llround(method.expected_total)),
               grouped(std::llround(method.expected_total_no_effect)), method.inflation);
  }
}

void say_question(const PowerOptions& options, const PowerQuestion& question) {
  const double relative =
      question.baseline == 0 ? 0 : question.effect / std::abs(question.baseline);
  say(question.non_inferiority
          ? fmt::format("A loss from {:.6g} by less than {:.4g} ({:.3g} %), if there is none",
                        question.baseline, question.effect, 100 * relative)
          : fmt::format("An effect from {:.6g} to {:.6g} ({:+.4g}, {:+.3g} %)", question.baseline,
                        question.baseline + question.effect, question.effect, 100 * relative));
  say(fmt::format("Each comparison {} at alpha {:.4g} with power {:.4g}",
                  question.non_inferiority ? "one-sided" : "two-sided", question.alpha_of_test,
                  question.power_of_test));
  say("price: units over those of one look. expected total: stopped at the verdict.");
  if (options.output == Output::kText && !options.weekly_units) {
    say("weeks: give --weekly-units");
  }
}

void say_remarks(const PowerOptions& options, const PowerPlan& plan) {
  static constexpr std::int64_t kUnitsOfTheGuard = 30;
  for (const MethodPlan& method : plan.methods) {
    if (!method.within_horizon) {
      say(fmt::format("{}: {} weeks are more than --weeks-max {}", name_shown(method.method),
                      *method.weeks, options.weeks_max));
    }
    const bool by_the_calendar = options.looks == "daily" || options.looks == "weekly";
    if (by_the_calendar && method.looks == kPlannedLooksMax) {
      say(fmt::format("{}: planned with {} looks, more change little", name_shown(method.method),
                      kPlannedLooksMax));
    }
    if (*std::min_element(method.units.begin(), method.units.end()) < kUnitsOfTheGuard) {
      say(fmt::format("{}: below {} units in a variant the normal limit is not to be trusted",
                      name_shown(method.method), kUnitsOfTheGuard));
    }
  }
  const auto best = stats::allocation_of(options.variants, options.alpha);
  if (best && options.variants > 2 && options.split.empty()) {
    say(fmt::format(
        "a control share of {:.0f} % in place of equal shares needs {:.1f} % fewer units",
        100 * best->optimal_control_share, 100 * (1 - best->relative_total)));
  }
}

Value units_document(const std::vector<std::int64_t>& units) {
  Value::Array items;
  for (const std::int64_t n : units) items.push_back(Value::integer(n));
  return Value::array(std::move(items));
}

Value weeks_document(const PowerOptions& options, const MethodPlan& method) {
  const auto undefined = [](std::string reason) {
    return Value::object({{"undefined", Value::string(std::move(reason))}});
  };
  if (!method.weeks) return undefined("no_traffic_given");
  if (!method.within_horizon) {
    return undefined(fmt::format("{} weeks are more than {}", *method.weeks, options.weeks_max));
  }
  return Value::integer(*method.weeks);
}

Value document_of(const PowerOptions& options, const PowerPlan& plan) {
  const PowerQuestion& question = plan.question;
  Value::Array methods;
  for (const MethodPlan& method : plan.methods) {
    methods.push_back(
        Value::object({{"method", Value::string(method.method)},
                       {"looks", Value::integer(method.looks)},
                       {"units", units_document(method.units)},
                       {"units_total", Value::integer(method.units_total)},
                       {"weeks", weeks_document(options, method)},
                       {"power", Value::real(method.power)},
                       {"expected_total", Value::real(method.expected_total)},
                       {"expected_total_no_effect", Value::real(method.expected_total_no_effect)},
                       {"inflation", Value::real(method.inflation)}}));
  }
  return Value::object(
      {{"test", Value::string(question.non_inferiority ? "non_inferiority" : "difference")},
       {"baseline", Value::real(question.baseline)},
       {question.non_inferiority ? "margin" : "effect", Value::real(question.effect)},
       {"variance_control", Value::real(question.variance_control)},
       {"variance_treatment", Value::real(question.variance_treatment)},
       {"alpha_of_each_test", Value::real(question.alpha_of_test)},
       {"power_of_each_test", Value::real(question.power_of_test)},
       {"methods", Value::array(std::move(methods))}});
}

}  // namespace

int run_power(const PowerOptions& options) {
  const Result<PowerPlan> plan = plan_power(options);
  if (!plan) return fail(plan.error());
  if (options.output == Output::kJson) {
    print(document_of(options, *plan));
    return kGood;
  }
  say_question(options, plan->question);
  print_table(*plan);
  std::cout.flush();
  say_remarks(options, *plan);
  return kGood;
}

}  // namespace converge::cli
