#include "tests/http/api_fixture.h"

#include <catch2/catch.hpp>

#include "config/load.h"
#include "engine/codec/json.h"
#include "server/api/body.h"

namespace converge::test {

const char* const kDefinitions = R"(apiVersion: converge/v1
timezone: Europe/Berlin
metrics:
  bought: {type: conversion, event: purchase, window: 7d, direction: increase}
experiments:
  - key: colour
    status: running
    hypothesis: Red sells
    owner: shop
    unit: user_id
    flag: button_colour
    condition: {country: DE}
    variants:
      - {key: control, weight: 50, value: blue}
      - {key: red, weight: 50, value: red}
    segments: [country]
    metrics:
      - {metric: bought, role: success}
  - key: later
    hypothesis: Not yet
    owner: shop
    unit: user_id
    flag: other_flag
    variants:
      - {key: control, weight: 50, value: 1}
      - {key: new, weight: 50, value: 2}
    metrics:
      - {metric: bought, role: success}
)";

KeyRing test_keys() {
  auto ring = KeyRing::parse(R"({"keys": [
    {"name": "web", "role": "client", "key": "client-key-0123456789"},
    {"name": "private web", "role": "client", "key": "encrypted-key-0123456789",
     "decryption_key": "AAECAwQFBgcICQoLDA0ODw=="},
    {"name": "remote web", "role": "client", "key": "remote-key-0123456789", "evaluation": "remote"},
    {"name": "till", "role": "client", "key": "outcomes-key-0123456789",
     "event_types": ["outcome", "link"]},
    {"name": "dashboard", "role": "read", "key": "read-key-0123456789"},
    {"name": "pipeline", "role": "write", "key": "write-key-0123456789"},
    {"name": "operator", "role": "decide", "key": "decide-key-0123456789"}]})");
  REQUIRE(ring.has_value());
  return *std::move(ring);
}

NamedTexts with_key(const std::string& key) {
  if (key.empty()) return {};
  return {{"Authorization", "Bearer " + key}};
}

void Gate::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
}

void Gate::open() {
  const std::lock_guard lock(mutex_);
  is_closed_ = false;
  changed_.notify_all();
}

void Gate::await_write() {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, kPatience, [this] { return waiting_ > 0; })) {
    throw std::runtime_error("no write came");
  }
}

void Gate::fail_with(const Error& error) {
  const std::lock_guard lock(mutex_);
  failure_ = error;
}

Status Gate::pass() {
  std::unique_lock lock(mutex_);
  ++waiting_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return !is_closed_; });
  --waiting_;
  if (failure_) return *failure_;
  return {};
}

Status GatedLog::append(std::span<const LogRow> rows) {
  if (Status passed = gate_.pass(); !passed) return passed;
  return log_.append(rows);
}

Result<std::vector<StickyDocument>> GatedSticky::find(std::span<const StickyUnit> units) {
  ++finds;
  if (is_unreadable) return Error{Errc::kUnavailable, "the disk does not answer"};
  return sticky_.find(units);
}

Result<std::vector<std::string>> GatedSticky::keep(std::span<const StickyChange> changes) {
  if (Status passed = gate.pass(); !passed) return passed.error();
  return sticky_.keep(changes);
}

TestServer::TestServer(const EngineOptions& engine_options, const TestLimits& limits)
    : clock(*parse_rfc3339("2026-03-02T09:00:00Z")) {
  auto opened = Engine::open(store, clock, engine_options);
  REQUIRE(opened.has_value());
  engine = *std::move(opened);
  apply(kDefinitions);
  assets.add(kSdkFiles);
  assets.add("/page", "<!doctype html><title>page</title>");
  api.emplace(Service{*engine, keys, limits.service, health, &assets});
  HttpServerOptions options;
  options.error_response = &Api::error_response;
  options.limits = limits.http;
  auto started = HttpServer::start(options, api->handler());
  REQUIRE(started.has_value());
  http = *std::move(started);
  client.emplace("127.0.0.1", http->port(), kPatience);
}

void TestServer::apply(const std::string& definitions) const {
  const LoadedDefinitions loaded = load_sources({{"test.yaml", definitions}});
  for (const Finding& finding : loaded.findings) UNSCOPED_INFO(to_text(finding));
  REQUIRE_FALSE(loaded.has_errors());
  const auto applied = engine->apply(loaded.definitions, "test");
  if (!applied) UNSCOPED_INFO(applied.error().message);
  REQUIRE(applied.has_value());
}

TestServer::~TestServer() {
  store.gated_sticky().gate.open();
  store.gate().open_gate();
  if (http) http->stop(kPatience);
  if (api) api->finish();
  if (engine) static_cast<void>(engine->close());
}

Response TestServer::send(const std::string& method, const std::string& target,
                          const NamedTexts& headers, const std::string& body) {
  auto response = client->request(method, target, headers, body);
  if (!response) UNSCOPED_INFO(response.error().message);
  REQUIRE(response.has_value());
  UNSCOPED_INFO(method << " " << target << " -> " << response->status << " " << response->body);
  return *std::move(response);
}

Response TestServer::get(const std::string& target, const std::string& key) {
  return send("GET", target, with_key(key), "");
}

Response TestServer::post(const std::string& target, const std::string& key,
                          const std::string& body) {
  return send("POST", target, with_key(key), body);
}

std::string with_parameter(const Route& route, const std::string& text) {
  std::string path(route.path);
  const std::string_view parameter = path_parameter(route.path);
  if (!parameter.empty()) path.replace(path.find(parameter), parameter.size(), text);
  return path;
}

std::string concrete(const Route& route, const std::string& name) {
  return with_parameter(route, has_key_in_path(route.path) ? kClientKey : name);
}

Value json_of(const Response& response) {
  auto parsed = parse_json(response.body);
  INFO(response.body);
  REQUIRE(parsed.has_value());
  return *std::move(parsed);
}

std::string text_at(const Value& object, const std::string& name) {
  const std::string* text = text_member(object, name);
  INFO("member " << name << " of " << to_json(object));
  REQUIRE(text != nullptr);
  return *text;
}

std::int64_t integer_at(const Value& object, const std::string& name) {
  const auto integer = integer_member(object, name);
  INFO("member " << name << " of " << to_json(object));
  REQUIRE(integer.has_value());
  return *integer;
}

const Value& item_at(const Value& object, const std::string& name, std::size_t index) {
  const Value* list = object.find(name);
  INFO("member " << name << " of " << to_json(object));
  REQUIRE(list != nullptr);
  REQUIRE(list->as_array() != nullptr);
  REQUIRE(list->as_array()->size() > index);
  return (*list->as_array())[index];
}

std::string detail_of(const Response& response, int status) {
  INFO(response.body);
  REQUIRE(response.status == status);
  REQUIRE(response.content_type == "application/problem+json");
  const Value problem = json_of(response);
  CHECK(integer_at(problem, "status") == status);
  CHECK(text_at(problem, "title") == reason_phrase(status));
  return text_at(problem, "detail");
}

}  // namespace converge::test
