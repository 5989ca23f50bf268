#include "engine/codec/spec.h"

#include "engine/codec/definition_read.h"

namespace converge {
namespace {

constexpr std::size_t kSpecsMax = 1'000;
constexpr std::size_t kExpectationsMax = 200;
constexpr int kUnitsMax = 1'000'000;

void read_given(const Cursor& given, Spec& spec) {
  if (!given.is_object_with({"running", "traffic"})) return;
  if (const auto running = given.member("running")) {
    spec.running.emplace();
    for (const Cursor& item : running->items(definition_limits::kExperimentsMax)) {
      if (const auto key = item.key()) spec.running->emplace_back(*key);
    }
  }
  if (const auto traffic = given.member("traffic")) {
    for (const auto& [key, share] : traffic->members(definition_limits::kExperimentsMax)) {
      if (const auto buckets = share.buckets(1)) spec.traffic[ExperimentKey(key)] = *buckets;
    }
  }
}

FlagExpectation read_expectation(const Cursor& item) {
  FlagExpectation expectation;
  expectation.path = item.path();
  if (!item.is_object_with({"flag", "value", "variant", "reason", "in_experiment"})) {
    return expectation;
  }
  if (const auto flag = item.required("flag")) {
    expectation.flag = FlagKey(flag->name().value_or(""));
  }
  if (const auto value = item.member("value")) expectation.value = value->value();
  if (const auto variant = item.member("variant")) {
    if (const auto key = variant->key()) expectation.variant = VariantKey(*key);
  }
  if (const auto reason = item.member("reason")) expectation.reason = reason->name();
  if (const auto member = item.member("in_experiment")) {
    expectation.in_experiment = member->flag();
  }
  return expectation;
}

ShareExpectation read_shares(const Cursor& document) {
  ShareExpectation shares;
  shares.path = document.path();
  if (!document.is_object_with({"experiment", "of", "within", "units"})) return shares;
  if (const auto key = document.required("experiment")) {
    shares.experiment = ExperimentKey(key->key().value_or(""));
  }
  if (const auto of = document.required("of")) {
    for (const auto& [variant, member] : of->members(definition_limits::kVariantsMax)) {
      const auto share = member.share();
      if (share) shares.shares.emplace_back(variant, share->value);
    }
  }
  if (const auto within = document.required("within")) {
    if (const auto share = within->share()) shares.within = share->value;
  }
  if (const auto units = document.member("units")) {
    shares.units = static_cast<int>(units->integer(1, kUnitsMax).value_or(1));
  }
  return shares;
}

Spec read_spec(const Cursor& item) {
  Spec spec;
  spec.path = item.path();
  if (!item.is_object_with({"name", "given", "unit", "attributes", "expect", "shares"})) {
    return spec;
  }
  if (const auto name = item.required("name")) {
    spec.name = name->text(definition_limits::kProseBytesMax).value_or("");
  }
  if (const auto given = item.member("given")) read_given(*given, spec);
  if (const auto unit = item.member("unit")) spec.unit = unit->name().value_or("");
  if (const auto attributes = item.member("attributes")) {
    if (attributes->value().as_object() == nullptr) attributes->expected("an object");
    spec.attributes = attributes->value();
  }
  const auto expect = item.member("expect");
  const auto shares = item.member("shares");
  if (expect) {
    for (const Cursor& one : expect->items(kExpectationsMax)) {
      spec.flags.push_back(read_expectation(one));
    }
    if (spec.unit.empty()) item.error("\"unit\" is missing: the id of the one who is to get this");
  }
  if (shares) spec.shares = read_shares(*shares);
  if (!expect && !shares) item.error("expects nothing: give expect or shares");
  return spec;
}

}  // namespace

ReadSpecs read_specs(const Value& document) {
  ReadSpecs result;
  const Cursor top(document, "", result.problems);
  if (!top.is_object_with({"apiVersion", "specs"})) return result;
  if (const auto version = top.required("apiVersion")) version->only_word(kDefinitionsVersion);
  if (const auto specs = top.required("specs")) {
    for (const Cursor& item : specs->items(kSpecsMax)) result.specs.push_back(read_spec(item));
  }
  return result;
}

}  // namespace converge
