#include <algorithm>
#include <cstdlib>

#include "engine/codec/definition_read.h"

namespace converge {
namespace {

/// Nine digits hold every share that fits 10,000 buckets and leave room for thirds.
constexpr int kWeightDigits = -9;
constexpr std::int64_t kWeightOne = 1'000'000'000;

/// A weight as written: an exact decimal, which a percent sign divides by 100 at the end.
std::optional<std::string> weight_text(const Cursor& weight) {
  const Value::Number* number = weight.value().as_number();
  if (number != nullptr) {
    if (!weight.number()) return std::nullopt;
    if (number->value < 0) {
      weight.expected("a weight of zero or more");
      return std::nullopt;
    }
    return number->text;
  }
  const std::string* text = weight.value().as_string();
  if (text == nullptr || !text->ends_with('%')) {
    weight.expected("a number such as 50, or 50%");
    return std::nullopt;
  }
  if (!weight.share()) return std::nullopt;
  return text->substr(0, text->size() - 1);
}

std::int64_t fixed_weight(const std::string& text) {
  const Result<Decimal> decimal = Decimal::parse(text);
  const Result<std::int64_t> fixed =
      decimal ? decimal->to_fixed(kWeightDigits) : Result<std::int64_t>(decimal.error());
  return fixed ? *fixed : kFixedLimit / 1000;
}

std::string plain_weight(std::int64_t fixed) {
  std::string text = std::to_string(fixed / kWeightOne);
  std::string fraction = std::to_string(kWeightOne + fixed % kWeightOne).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return fraction.empty() ? text : text + "." + fraction;
}

/// text * 10^-2 as one correctly rounded double.
double hundredth(const std::string& text) {
  const bool has_exponent = text.find_first_of("eE") != std::string::npos;
  return has_exponent ? std::strtod(text.c_str(), nullptr) / 100
                      : std::strtod((text + "e-2").c_str(), nullptr);
}

void share_equally(std::vector<VariantDefinition>& variants) {
  for (VariantDefinition& variant : variants) {
    variant.weight = 1.0 / static_cast<double>(variants.size());
  }
}

/// Fills the weights; false when they do not add up.
bool assign_weights(const std::vector<std::string>& texts, std::vector<VariantDefinition>& variants,
                    const Cursor& list) {
  std::int64_t sum = 0;
  for (const std::string& text : texts) sum += fixed_weight(text);
  const auto slack = static_cast<std::int64_t>(texts.size());
  const auto near = [&](std::int64_t whole, std::int64_t tolerance) {
    return std::abs(sum - whole) <= tolerance;
  };
  if (near(kWeightOne, slack)) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
      variants[i].weight = std::strtod(texts[i].c_str(), nullptr);
    }
    return true;
  }
  if (near(100 * kWeightOne, 100 * slack)) {
    for (std::size_t i = 0; i < texts.size(); ++i) variants[i].weight = hundredth(texts[i]);
    return true;
  }
  list.error("the weights add up to " + plain_weight(sum) +
             "; expected 100 (or 1). Leave all weights out for equal shares");
  return false;
}

void read_weights(const std::vector<Cursor>& items, const Cursor& list,
                  std::vector<VariantDefinition>& variants, Origin origin) {
  std::vector<std::string> texts;
  std::size_t stated = 0;
  for (const Cursor& item : items) {
    const auto weight = item.member("weight");
    if (!weight) continue;
    ++stated;
    if (const auto text = weight_text(*weight)) texts.push_back(*text);
  }
  if (stated == 0) return share_equally(variants);
  if (stated < items.size()) {
    for (const Cursor& item : items) {
      if (!item.member("weight") && item.value().as_object() != nullptr) {
        item.error("\"weight\" is missing; give all variants a weight, or none for equal shares");
      }
    }
    return;
  }
  if (texts.size() < items.size()) return;
  if (origin == Origin::kStored) {
    for (std::size_t i = 0; i < texts.size(); ++i) variants[i].weight = hundredth(texts[i]);
    return;
  }
  if (!assign_weights(texts, variants, list)) return;
  const auto served = std::count_if(variants.begin(), variants.end(),
                                    [](const auto& variant) { return variant.weight > 0; });
  if (served < 2) list.error("only one variant has a weight above 0; there is nothing to compare");
  if (variants.front().weight <= 0 && served >= 2) {
    items.front().error("the control (the first variant) needs a weight above 0");
  }
}

VariantDefinition read_variant(const Cursor& item, std::size_t index) {
  VariantDefinition variant;
  if (!item.is_object_with(members_of("experiments[].variants[]"))) return variant;
  if (const auto key = item.required("key")) {
    const auto text = key->key();
    if (!text) return variant;
    const bool digits = text->find_first_not_of("0123456789") == std::string::npos;
    if (digits && *text != std::to_string(index)) {
      key->error("a variant key made of digits must be its position, counted from 0: expected \"" +
                 std::to_string(index) + "\", got " + quoted(*text));
    }
    variant.key = VariantKey(*text);
  }
  const auto value = item.member("value");
  variant.value = value ? value->value() : Value::string(variant.key.str());
  return variant;
}

void check_variants(const std::vector<VariantDefinition>& variants,
                    const std::vector<Cursor>& items) {
  for (std::size_t i = 0; i < variants.size(); ++i) {
    if (variants[i].key.empty()) continue;
    for (std::size_t j = 0; j < i; ++j) {
      if (variants[j].key != variants[i].key) continue;
      items[i].member("key")->error("the key " + quoted(variants[i].key.str()) +
                                    " is taken by variant " + std::to_string(j));
      break;
    }
    const auto value = items[i].member("value");
    const auto first = items.front().member("value");
    if (value && first && value->value().type() != first->value().type()) {
      value->warning("is a " + std::string(name_of(value->value().type())) +
                     " where the control's value is a " + name_of(first->value().type()) +
                     "; typed SDKs will refuse it");
    }
  }
}

}  // namespace

std::vector<VariantDefinition> read_variants(const Cursor& list, Origin origin) {
  std::vector<VariantDefinition> variants;
  const std::vector<Cursor> items = list.items(definition_limits::kVariantsMax);
  for (std::size_t i = 0; i < items.size(); ++i) variants.push_back(read_variant(items[i], i));
  if (list.value().as_array() == nullptr) return variants;
  if (list.value().as_array()->size() < 2) {
    list.error("an experiment needs at least two variants; the first is the control");
  }
  if (variants.size() < 2) return variants;
  read_weights(items, list, variants, origin);
  check_variants(variants, items);
  return variants;
}

}  // namespace converge
