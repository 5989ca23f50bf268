#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.h"
#include "server/web/embedded_file.h"

namespace converge {

/// Files that the server answers beside its API, from memory and to anyone: scripts, pages and what
/// belongs to them. Thread-safe once it is filled.
class StaticAssets {
 public:
  /// The content type follows from the path's ending, ".html" when it has none.
  void add(std::span<const EmbeddedFile> files);
  void add(std::string path, std::string bytes);

  /// Nullopt when nothing is at the request's path. GET and HEAD are answered, with an entity tag
  /// and 304 for who has it; other methods with 405.
  std::optional<Response> answer(const Request& request) const;

 private:
  struct Asset {
    std::string path;
    std::string bytes;
    std::string_view content_type;
    std::string entity_tag;
  };
  std::vector<Asset> assets_;
};

}  // namespace converge
