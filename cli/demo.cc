#include <fmt/format.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/demo_definitions.h"
#include "cli/demo_page.h"
#include "cli/demo_shop.h"
#include "cli/progress.h"
#include "cli/report.h"
#include "cli/service_process.h"
#include "engine/codec/json.h"
#include "server/api/keys.h"
#include "server/http/client.h"

namespace converge::cli {
namespace {

constexpr int kDays = 28;
/// Events may be at most five minutes ahead of the server's clock, so that is how far the shop runs
/// ahead of it.
constexpr Duration kStep = std::chrono::minutes(5);
constexpr int kSteps = static_cast<int>(kDays * kDay / kStep);
constexpr std::size_t kRequestEventsMax = 2'000;

/// A web app that talks to the server over HTTP, as any other would.
class ShopClient {
 public:
  ShopClient(std::string address, std::uint16_t port, std::string client_key,
             std::string decide_key)
      : http_(std::move(address), port, std::chrono::seconds(30)),
        client_key_(std::move(client_key)),
        decide_key_(std::move(decide_key)) {}

  Status apply(const std::string& definitions) {
    const auto answer = post("/v1/definitions:apply", decide_key_, "application/yaml", definitions);
    return answer ? Status() : Status(answer.error());
  }

  Result<std::vector<Served>> assign(const std::string& user_id, const Value& attributes) {
    Value::Object with_id = *attributes.as_object();
    with_id.emplace_back("id", Value::string(user_id));
    const auto answer =
        post("/v1/assign", client_key_, "application/json",
             to_json(Value::object({{"unit", Value::string(user_id)},
                                    {"attributes", Value::object(std::move(with_id))}})));
    if (!answer) return answer.error();
    std::vector<Served> served;
    for (const Value& item : *answer->find("assignments")->as_array()) {
      served.push_back({*item.find("experiment")->as_string(), *item.find("flag")->as_string(),
                        *item.find("variant")->as_string(), *item.find("value"),
                        *item.find("in_experiment")->as_boolean()});
    }
    return served;
  }

  Status send(const std::vector<Value>& events) {
    for (std::size_t from = 0; from < events.size(); from += kRequestEventsMax) {
      std::string body;
      for (std::size_t i = from; i < std::min(events.size(), from + kRequestEventsMax); ++i)
        body += to_json(events[i]) + "\n";
      const auto answer = post("/v1/events", client_key_, "application/x-ndjson", body);
      if (!answer) return answer.error();
      if (!answer->find("rejected")->as_array()->empty()) {
        return Error{Errc::kInternal, "the server rejected an event of the demo: " +
                                          to_json(*answer->find("rejected"))};
      }
    }
    return {};
  }

 private:
  Result<Value> post(const std::string& path, const std::string& key, const std::string& type,
                     const std::string& body) {
    const auto response = http_.request(
        "POST", path, {{"content-type", type}, {"authorization", "Bearer " + key}}, body);
    if (!response) return response.error();
    if (response->status != 200) {
      return Error{Errc::kInternal,
                   fmt::format("POST {} answered {}: {}", path, response->status, response->body)};
    }
    return parse_json(response->body);
  }

  HttpClient http_;
  std::string client_key_;
  std::string decide_key_;
};

Result<std::string> demo_folder(const DemoOptions& options) {
  if (options.directory.empty()) {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "converge-demo-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr)
      return Error{Errc::kUnavailable, "cannot make a temporary folder"};
    return pattern;
  }
  std::error_code failed;
  std::filesystem::create_directories(options.directory, failed);
  if (failed)
    return Error{Errc::kUnavailable, "cannot make " + options.directory + ": " + failed.message()};
  if (std::filesystem::exists(options.directory + "/converge.db")) {
    return Error{Errc::kConflict, options.directory + " holds a demo already; name a new folder"};
  }
  return options.directory;
}

/// Prints what the engine did since the entry printed last.
class Chronicle {
 public:
  explicit Chronicle(Engine& engine) : engine_(engine) {}

  Status tell() {
    const auto entries = engine_.audit(1'000);
    if (!entries) return entries.error();
    for (const AuditEntry& entry : *entries) {
      if (entry.id <= told_) continue;
      told_ = entry.id;
      fmt::print("{}  {:<10} {}{}\n", engine_.zone().format_local(entry.at), entry.action,
                 entry.experiment ? entry.experiment->str() + ": " : std::string(), entry.detail);
    }
    std::fflush(stdout);
    return {};
  }

 private:
  Engine& engine_;
  std::int64_t told_ = 0;
};

/// Four weeks in steps: visitors come, their events are acknowledged, then the clock advances and
/// due looks run.
Status simulate(ServiceProcess& process, ShopClient& client, DemoShop& shop, ManualClock& clock,
                const StopSignals& signals) {
  Progress progress("four simulated weeks", kSteps);
  Chronicle chronicle(process.engine());
  const Time start = clock.now();
  for (int step = 0; step < kSteps; ++step) {
    if (signals.take()) return Error{Errc::kUnavailable, "stopped before the four weeks were over"};
    const Time from = start + step * kStep;
    const auto events =
        shop.events(from, from + kStep, [&](const std::string& user, const Value& attributes) {
          return client.assign(user, attributes);
        });
    if (!events) return events.error();
    if (auto sent = client.send(*events); !sent) return sent;
    clock.advance_to(from + kStep);
    if (auto ticked = process.ticker().run_once(); !ticked) return ticked;
    if (auto told = chronicle.tell(); !told) return told;
    progress.at(static_cast<std::uint64_t>(step));
  }
  return {};
}

/// One Markdown file per week of the demo; returns the newest.
Result<std::string> write_reviews(const Engine& engine, const std::string& folder, Time start) {
  std::string newest;
  const TimeZone zone = engine.zone();
  for (Time at = start; at <= engine.now(); at += 7 * kDay) {
    const IsoWeek week = zone.week_of(at);
    const auto review = engine.review(week);
    if (!review) return review.error();
    newest = folder + "/review-" + week.str() + ".md";
    std::ofstream(newest) << to_markdown(*review);
  }
  return newest;
}

void print_truth(const ShopTruth& truth) {
  fmt::print(
      "\nThe truth that the shop was built with, for comparison:\n"
      "  checkout-one-page: {:+.0f} % purchases per visit, support contacts unchanged\n"
      "  search-suggestions: rage clicks at {:.0f} % of the visits instead of {:.0f} %\n",
      truth.purchase_lift_one_page * 100, truth.rage_click_with_suggestions * 100,
      truth.rage_click * 100);
}

ServiceProcessOptions process_options(const DemoOptions& options, const std::string& folder,
                                      const std::string& client_key) {
  ServiceProcessOptions process;
  process.store = {folder + "/converge.db", "demo"};
  process.keys = folder + "/keys.json";
  process.address = options.address;
  process.port = options.port;
  process.assets = demo_page(client_key);
  process.engine.automation = Automation::kAct;
  // Of simulated time, which passes thousands of times faster.
  process.engine.checkpoint_every = 7 * kDay;
  return process;
}

}  // namespace

int run_demo(const DemoOptions& options) {
  const StopSignals signals;
  const auto folder = demo_folder(options);
  if (!folder) return fail(folder.error());
  // Whole hours, so that the last simulated hour ends now and the machine's clock can take over.
  const Time end = std::chrono::floor<std::chrono::hours>(SystemClock().now());
  const Time start = end - kDays * kDay;
  ManualClock clock(start);
  const auto keys = generate_key_file(*folder + "/keys.json", AnonymousAccess::kRead);
  if (!keys) return fail(keys.error());
  auto process = ServiceProcess::start(process_options(options, *folder, keys->client), clock);
  if (!process) return fail(process.error());
  const std::string url = "http://" + options.address + ":" + std::to_string((*process)->port());
  say("listening on " + url);

  ShopClient client(options.address, (*process)->port(), keys->client, keys->decide);
  const ShopTruth truth;
  DemoShop shop(truth, options.visitors_per_day, options.seed);
  if (auto applied = client.apply(kDemoDefinitions); !applied) return fail(applied.error());
  if (auto simulated = simulate(**process, client, shop, clock, signals); !simulated)
    return fail(simulated.error());
  const auto review = write_reviews((*process)->engine(), *folder, start);
  if (!review) return fail(review.error());
  clock.hand_over_to_system();

  print_truth(truth);
  fmt::print("\n{} visits. The newest weekly review: {}\n", shop.visits(), *review);
  fmt::print(
      "In a browser: the shop itself at {}/shop, the review at {}/v1/review (reading needs no key "
      "in "
      "the demo; keys are in {}/keys.json)\n",
      url, url, *folder);
  std::fflush(stdout);
  if (!options.exits) {
    (*process)->ticker().start();
    say("converge: the demo keeps serving on " + url + "; Ctrl-C stops it");
    signals.wait();
  }
  if (const Status stopped = (*process)->stop(); !stopped) return fail(stopped.error());
  return kGood;
}

}  // namespace converge::cli
