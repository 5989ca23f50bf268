#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace converge {

/// A string that names one kind of thing; two kinds do not compare, convert or mix.
template <class Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string text) : text_(std::move(text)) {}

  const std::string& str() const { return text_; }
  bool empty() const { return text_.empty(); }
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the generated 0 for a pointer
  auto operator<=>(const StrongId&) const = default;
  bool operator==(const StrongId&) const = default;

 private:
  std::string text_;
};

}  // namespace converge

template <class Tag>
struct std::hash<converge::StrongId<Tag>> {
  std::size_t operator()(const converge::StrongId<Tag>& id) const noexcept {
    return std::hash<std::string>{}(id.str());
  }
};
